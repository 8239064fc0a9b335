"""How the page holds up under load: requests at a fixed rate, whether or not earlier ones were answered.

An open loop: each request has the moment at which it is to start, and its time is counted from that moment,
so a server that stalls is charged for all who had to wait. The server runs in a process of its own, as
``congvan serve`` starts it; this process only sends, over connections that are kept open.
"""

from __future__ import annotations

import asyncio
import json
import random
import resource
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from sqlalchemy import select

from extractor.database import open_database
from extractor.database import schema as t
from extractor.errors import CongvanError

#: pages for one search
PAGES_PER_SEARCH = 4
_HOST = "127.0.0.1"
#: requests before the clock runs
_WARM_UP = 20
_SERVER = (
    "import json, sys; from extractor.web.security import Settings; from extractor.web.server import serve; "
    "url, port, workers = json.loads(sys.argv[1]); serve(url, Settings(), port=port, workers=workers)"
)


@dataclass(slots=True)
class Measured:
    """Milliseconds by kind of request (search, letter, …), what went wrong, the server's processor time."""

    rate: float
    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    server_cpu: float = 0.0
    late: float = 0.0  # the most milliseconds by which this process itself began a request too late

    @property
    def all(self) -> list[float]:
        return sorted(ms for times in self.times.values() for ms in times)


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of them lie; they are sorted."""
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0


def measure(url: str, *, rate: float = 100, seconds: float = 60, workers: int = 1, seed: int = 1) -> Measured:
    """Send `rate` requests a second for so long to a server on the database at `url`."""
    addresses = list(_addresses(url, int(rate * seconds) + _WARM_UP, seed))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with _served(url, workers) as port:
        measured = asyncio.run(_send(port, addresses, rate))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    measured.server_cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return measured


def _addresses(url: str, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Kind and address of each request: words and numbers of letters that are there, pages at random."""
    dice = random.Random(seed)
    engine = open_database(url)
    with engine.connect() as connection:
        d, a = t.documents.c, t.agencies.c
        listed = select(d.id).where(d.current).order_by(d.id).limit(50_000)
        letters = list(connection.execute(listed).scalars())
        if not letters:
            raise CongvanError(f"Cơ sở dữ liệu {url} chưa có văn bản nào.")
        some = dice.sample(letters, min(500, len(letters)))
        rows = connection.execute(select(d.title, d.number, d.province).where(d.id.in_(some))).all()
        told = select(t.assignment_agencies.c.agency_id).distinct().limit(2_000)
        agencies = connection.execute(select(a.id, a.name).where(a.id.in_(told))).all()
    engine.dispose()
    for i in range(count):
        row = dice.choice(rows)
        words = row.title.split()
        if i % (PAGES_PER_SEARCH + 1) == 0:
            start = dice.randrange(max(1, len(words) - 2))
            text = " ".join(words[start : start + dice.randint(1, 4)])
            if dice.random() < 0.1 and row.number:
                text = row.number
            more = f"&place={quote_plus(row.province)}" if row.province and dice.random() < 0.2 else ""
            more += "&since=2020" if dice.random() < 0.2 else ""
            more += f"&page={dice.randint(2, 4)}" if dice.random() < 0.2 else ""
            yield "search", f"/?q={quote_plus(text)}{more}"
            continue
        kind = dice.random()
        if kind < 0.5 or not agencies:
            yield "letter", f"/letters/{dice.choice(letters)}"
        elif kind < 0.7:
            yield "agency", f"/agencies/{quote_plus(dice.choice(agencies).id)}"
        elif kind < 0.85:
            yield "audit", f"/audit?agency={quote_plus(dice.choice(agencies).id)}"
        elif kind < 0.95:
            yield "graph", f"/graph?letter={dice.choice(letters)}"
        else:
            yield "home", "/"


@contextmanager
def _served(url: str, workers: int) -> Iterator[int]:
    with closing(socket.socket()) as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", _SERVER, json.dumps([url, port, workers])])
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise CongvanError("Máy chủ không khởi động được.")
            with suppress(OSError), closing(socket.create_connection((_HOST, port), timeout=1)):
                break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


async def _send(port: int, addresses: list[tuple[str, str]], rate: float) -> Measured:
    measured = Measured(rate)
    pool: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    for _, address in addresses[:_WARM_UP]:
        await _get(port, pool, address)
    loop = asyncio.get_running_loop()
    begin = loop.time() + 0.1
    running = []
    for i, (kind, address) in enumerate(addresses[_WARM_UP:]):
        due = begin + i / rate
        wait = due - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        measured.late = max(measured.late, (loop.time() - due) * 1000)
        running.append(loop.create_task(_timed(port, pool, kind, address, due, measured)))
    await asyncio.gather(*running)
    measured.seconds = loop.time() - begin
    for _, writer in pool:
        writer.close()
    return measured


async def _timed(
    port: int,
    pool: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]],
    kind: str,
    address: str,
    due: float,
    measured: Measured,
) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(30):
            status, elsewhere = await _get(port, pool, address)
            if elsewhere:  # a page behind the last one leads back, as a browser follows it
                status, _ = await _get(port, pool, elsewhere)
        if status != 200:
            measured.errors[f"{status} {kind}"] += 1
    except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as e:
        measured.errors[f"{type(e).__name__} {kind}"] += 1
    measured.times.setdefault(kind, []).append((loop.time() - due) * 1000)


async def _get(
    port: int, pool: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], address: str
) -> tuple[int, str]:
    """The status of one request and where it leads to, if elsewhere; its body is read to the end.

    A connection that went stale is opened anew.
    """
    request = f"GET {address} HTTP/1.1\r\nHost: {_HOST}:{port}\r\n\r\n".encode()
    while True:
        fresh = not pool
        reader, writer = await asyncio.open_connection(_HOST, port) if fresh else pool.pop()
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            break
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
            if fresh:
                raise
    said = head.decode("latin-1").split("\r\n")
    lines = [line.lower() for line in said]
    length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
    await reader.readexactly(length)
    if "connection: close" in lines:
        writer.close()
    else:
        pool.append((reader, writer))
    elsewhere = next((line[9:].strip() for line in said if line.lower().startswith("location:")), "")
    return int(lines[0].split()[1]), elsewhere


def run(url: str, rate: float, seconds: float, workers: int) -> bool:
    """Measure and print; whether nothing went wrong and 99 in 100 were answered within half a second."""
    measured = measure(url, rate=rate, seconds=seconds, workers=workers)
    times = measured.all
    number = len(times)
    print(f"{number} yêu cầu, {rate:g} mỗi giây, {workers} tiến trình: {measured.seconds:.1f} giây")
    for kind, found in sorted({"tất cả": times, **measured.times}.items(), key=lambda kv: -len(kv[1])):
        found = sorted(found)
        parts = ", ".join(f"p{p:g} {quantile(found, p / 100):.0f}" for p in (50, 95, 99))
        print(f"  {kind:<8} {len(found):>6}  {parts}, lâu nhất {found[-1]:.0f} ms")
    print(f"  máy chủ dùng {measured.server_cpu / max(1, number) * 1000:.1f} ms CPU mỗi yêu cầu")
    print(f"  lỗi: {dict(measured.errors) or 'không'}")
    return not measured.errors and quantile(times, 0.99) <= 500
