"""How fast a database of made-up letters is searched and audited: `congvan bench --search`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, event, text

from extractor.database import open_database, search_index
from extractor.database.engine import writing
from extractor.database.generate import Maker, load
from extractor.database.search import Query, search
from extractor.rulebook import default_rulebook

#: queries as people type them; each is asked as it is and without its marks
QUERIES = (
    ("một từ thường gặp", Query("doanh nghiệp")),
    ("hai từ", Query("giao thông")),
    ("bốn từ", Query("bảo hiểm y tế")),
    ("sáu từ", Query("giải ngân vốn đầu tư công")),
    ("cụm từ trong nháy kép", Query('"thủ tục hành chính"')),
    ("số, ký hiệu", Query("75/ubnd-vx")),
    ("từ và cơ quan", Query("học sinh", agency="Sở Y tế")),
    ("từ và năm", Query("chuyển đổi số", since="2022", until="2024")),
    ("từ, nơi, loại", Query("tội phạm", place="An Giang", type="CV")),
    ("chủ đề, không từ nào", Query("", topic="y-te")),
)
#: turns over all queries; the first one, which reads the file, counts too
TURNS = 15
_TODAY = "2024-06-01"


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a question took (milliseconds), by the clock and of the processor, and what it found."""

    name: str
    found: str
    turns: list[float]
    spent: list[float]

    @property
    def p50(self) -> float:
        return median(self.turns)

    @property
    def p95(self) -> float:
        return _p95(self.turns)


def run(
    sizes: tuple[int, ...], turns: int = TURNS, out: Callable[[str], None] = print
) -> dict[int, list[Timing]]:
    """Make a database of each size in a temporary folder, measure, print; what was measured, by size."""
    measured = {}
    for size in sizes:
        with TemporaryDirectory(prefix="congvan-bench-") as folder:
            measured[size] = _measure(size, Path(folder) / "bench.db", turns, out)
    return measured


def _measure(size: int, path: Path, turns: int, out: Callable[[str], None]) -> list[Timing]:
    engine = open_database(str(path), write=True)
    event.listen(engine, "connect", _in_a_hurry)
    engine.dispose()  # the next connection is told
    maker = Maker(default_rulebook())
    start = time.perf_counter()
    with writing(engine) as connection:
        load(connection, maker.records(size), keep=False)
        average = connection.execute(text("SELECT avg(length(text)) FROM documents")).scalar()
    loaded = time.perf_counter() - start
    before = _size(path)
    start = time.perf_counter()
    with writing(engine) as connection:
        search_index.rebuild(connection)
    indexed = time.perf_counter() - start
    grown = _size(path) - before
    out(f"\n{size:,} văn bản, trung bình {average:,.0f} ký tự (sinh và ghi {loaded:.0f} s)")
    each = 1000 * indexed / size
    out(f"Lập chỉ mục: {indexed:.0f} s, {each:.2f} ms mỗi văn bản; thêm {grown / 1e6:,.0f} MB")
    engine.dispose()
    reader = open_database(str(path))
    with reader.connect() as connection:
        timings = [*_ask(connection, _searches(), turns), *_ask(connection, _audits(connection), turns)]
    reader.dispose()
    out(f"{'':<44}{'tìm thấy':>10}{'p50 ms':>9}{'p95 ms':>9}{'p95 CPU':>9}")
    for timing in timings:
        out(
            f"{timing.name:<44}{timing.found:>10}{timing.p50:>9.1f}{timing.p95:>9.1f}"
            f"{_p95(timing.spent):>9.1f}"
        )
    for kind, limit in (("Tìm", 50), ("Kiểm tra", 100)):
        mine = [timing for timing in timings if timing.name.startswith(kind)]
        took = [t for timing in mine for t in timing.turns]
        spent = [t for timing in mine for t in timing.spent]
        out(
            f"{kind}, tất cả: p50 {median(took):.1f} ms, p95 {_p95(took):.1f} ms (mức cần đạt: {limit} ms),"
            f" p95 CPU {_p95(spent):.1f} ms"
        )
    return timings


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[18]


def _in_a_hurry(connection: Any, _: object) -> None:
    """Write without a journal: what is made here is thrown away."""
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "secure_delete = OFF", "cache_size = -400000"):
        connection.execute(f"PRAGMA {pragma}")


def _size(path: Path) -> int:
    return sum(p.stat().st_size for p in path.parent.iterdir())


_Question = Callable[[Connection], str]


def _ask(connection: Connection, questions: list[tuple[str, _Question]], turns: int) -> list[Timing]:
    """Each question in each turn, so that none finds its own pages warm from the turn before."""
    timings = [Timing(name, "", [], []) for name, _ in questions]
    for _ in range(turns):
        for place, (_, question) in enumerate(questions):
            start, busy = time.perf_counter(), time.thread_time()
            found = question(connection)
            timings[place].turns.append(1000 * (time.perf_counter() - start))
            timings[place].spent.append(1000 * (time.thread_time() - busy))
            timings[place] = replace(timings[place], found=found)
    return timings


def _searches() -> list[tuple[str, _Question]]:
    from extractor.database.fold import fold

    def ask(query: Query) -> _Question:
        def question(connection: Connection) -> str:
            page = search(connection, query)
            return f"{'>' if page.capped else ''}{page.total}"

        return question

    found = []
    for name, query in QUERIES:
        found.append((f"Tìm {name}", ask(query)))
        bare = fold(query.text)
        if bare != query.text:
            found.append((f"Tìm {name}, không dấu", ask(replace(query, text=bare))))
    return found


def _audits(connection: Connection) -> list[tuple[str, _Question]]:
    """The questions of an audit, about the agency that has the most tasks."""
    from extractor.database import audit

    busiest = text(
        "SELECT agency_id FROM assignment_agencies GROUP BY agency_id ORDER BY count(*) DESC LIMIT 1"
    )
    agency: str = connection.execute(busiest).scalar_one()

    def tasks(**more: Any) -> _Question:
        def question(connection: Connection) -> str:
            return str(audit.tasks(connection, audit.TaskQuery(agency=agency, today=_TODAY, **more)).total)

        return question

    def counted(ask: Callable[[Connection], Any]) -> _Question:
        def question(connection: Connection) -> str:
            found = ask(connection)
            return str(len(found)) if hasattr(found, "__len__") else ""

        return question

    return [
        ("Kiểm tra: nhiệm vụ của một cơ quan", tasks()),
        ("Kiểm tra: chủ trì", tasks(role="lead")),
        ("Kiểm tra: quá hạn", tasks(overdue=True)),
        ("Kiểm tra: trước một ngày", tasks(due_before="2025-12-31")),
        ("Kiểm tra: kể cả cơ quan kế thừa", tasks(across_successors=True)),
        ("Kiểm tra: ma trận theo chủ đề", counted(lambda c: audit.matrix(c, by="topic"))),
        ("Kiểm tra: ma trận theo tháng", counted(lambda c: audit.matrix(c, by="month"))),
        ("Kiểm tra: giao nhiều lần", counted(lambda c: audit.repeated(c, agency))),
        ("Kiểm tra: mâu thuẫn chỉ tiêu", counted(audit.contradictions)),
        ("Kiểm tra: không rõ nơi nhận", counted(audit.no_addressee)),
    ]
