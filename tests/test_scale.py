"""Large inputs: memory stays below a limit, and twice the text takes no more than twice the time."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import pytest

import extractor
from tests import fuzz

if TYPE_CHECKING:
    from spacy.language import Language

MEGABYTE = 1_000_000
#: peak memory that a process may need for a text of a megabyte
LIMIT = 1_000 * MEGABYTE
#: topics whose examples are frames of a document (letterheads, menus), not sentences of its body
FRAMES = {"layout", "header", "cleaning", "encodings"}


@cache
def sentences() -> list[str]:
    """Sentences that rules find something in, each on one line."""
    from extractor.rulebook import default_rulebook

    rules = default_rulebook().rules.values()
    said = {" ".join(e.text.split()) for r in rules if r.id.split(".")[0] not in FRAMES for e in r.examples}
    return sorted(said)


def report(size: int) -> str:
    """`size` characters of paragraphs, each with some sentences and changing digits."""
    chance = random.Random(size)
    parts = ["Tăng cường bảo hiểm y tế\n"]
    length = 0
    while length < size:
        said = ". ".join(chance.choices(sentences(), k=chance.randint(1, 5)))
        parts.append("".join(chance.choice("123456789") if c in "123456789" else c for c in said) + ".\n\n")
        length += len(parts[-1])
    return "".join(parts)[:size]


def letter(size: int) -> str:
    """A letterhead, numbered items with the lines of other letters, a signature."""
    chance = random.Random(size)
    texts = [data.decode("utf-8", "ignore") for data in fuzz.letters() if not data.startswith(b"<")]
    frame = next(t for t in texts if "Kính gửi" in t and "Nơi nhận" in t)
    head, tail = frame[: frame.index("\n1. ")], frame[frame.index("Nơi nhận") :]
    lines = [line for t in texts for line in t.splitlines()[10:-12] if len(line) > 60]
    parts, length = [head], len(head)
    while length < size:
        items = "\n".join("- " + line.lstrip("-+0123456789.) ") for line in chance.choices(lines, k=8))
        parts.append(f"\n{len(parts)}. {chance.choice(lines)}\n{items}\n")
        length += len(parts[-1])
    return "".join(parts)[: size - len(tail)] + "\n" + tail


def page(size: int) -> str:
    rows = "".join(f"<tr><td>{n}<td>Rà soát <b>hồ sơ</b><td>Sở Y tế</tr>" for n in range(size // 200))
    body = "".join(f"<div class='x'><p>{escape(line)}</p></div>\n" for line in report(size // 2).splitlines())
    return f"<!doctype html><html><title>Tin</title><body>{body}<table>{rows}</table></body></html>"


def one_line(size: int) -> str:
    return " ".join(report(size).split())


def digits(size: int) -> str:
    return "a" + "".join(random.Random(size).choices("0123456789.,-/ ", k=size))


def blank_lines(size: int) -> str:
    return "a" + "\n" * size + "b"


def pairs(size: int) -> str:
    return "12.345,6% (5/10), từ 3-4 " * (size // 25)


TEXTS: dict[str, Callable[[int], str]] = {
    f.__name__: f for f in (letter, report, page, one_line, digits, blank_lines, pairs)
}


def peak() -> int:
    """Peak memory of this process in bytes (that of `getrusage` may be the parent's)."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def main() -> None:
    """Read a megabyte of each of the texts named, print the peak memory after each as JSON."""
    nlp = extractor.load()
    for name in sys.argv[1:]:
        text = TEXTS[name](MEGABYTE)
        record = extractor.extract(text, f"a.{'html' if name == 'page' else 'txt'}", nlp=nlp)
        print(json.dumps([name, len(record.dates), peak()]), flush=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is read from /proc")
def test_a_megabyte_needs_less_than_a_gigabyte() -> None:
    names = ["letter", "page", "one_line", "digits"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.test_scale", *names], capture_output=True, text=True, check=True,
        cwd=fuzz.LETTERS.parent.parent,
    )  # fmt: skip
    seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert [name for name, _, _ in seen] == names
    assert all(dates > 100 for name, dates, _ in seen if name != "digits")
    assert {name: size for name, _, size in seen if size > LIMIT} == {}


def seconds(nlp: Language, text: str, name: str, runs: int, enough: float = 0.0) -> float:
    """CPU seconds of the best of some runs; no more runs than it takes to stay below `enough`."""
    best = float("inf")
    for _ in range(runs):
        begin = time.process_time()
        extractor.extract(text, name, nlp=nlp)
        best = min(best, time.process_time() - begin)
        if best <= enough:
            break
    return best


@pytest.mark.parametrize("name", TEXTS)
def test_time_grows_with_the_text_and_no_faster(nlp: Language, name: str) -> None:
    """CPU seconds per character at eight times the size against the smaller text."""
    short, factor = 12_500, 8
    file = f"a.{'html' if name == 'page' else 'txt'}"
    limit = 2 * factor * seconds(nlp, TEXTS[name](short), file, 3) + 0.05
    assert seconds(nlp, TEXTS[name](short * factor), file, 3, limit) <= limit


HEAD = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\nKính gửi: Sở Y tế\n\n"
TITLE = "Tăng cường bảo hiểm y tế\n"
#: what stands before a part that is repeated, the part, and what stands behind: shapes in which a stage may
#: ask each part about all others
SHAPES: dict[str, tuple[str, str, str]] = {
    "list of agencies": (HEAD + "Giao ", "Sở Y tế; Công an tỉnh; ", "Sở Nội vụ rà soát hồ sơ của đơn vị."),
    "authorities on a line": (HEAD + "Yêu cầu Sở Y tế rà soát hồ sơ.\n", "KT. CHỦ TỊCH ", ""),
    "numbers on a line": (TITLE, "Văn bản số 12/KH-UBND được nêu. ", ""),
    "short forms": (HEAD, "Ban Quản lý Khu kinh tế (sau đây gọi là Ban Quản lý) họp. ", ""),
    "pronouns": (
        HEAD,
        "Yêu cầu Sở Y tế, Sở Nội vụ kiểm tra hồ sơ.\nCác đơn vị nêu trên báo cáo kết quả.\n",
        "",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_with_what_is_repeated_and_no_faster(nlp: Language, shape: str) -> None:
    """At 32 times the size a stage that compares each with all others takes most of the time."""
    short, factor = 8_000, 32
    before, part, behind = SHAPES[shape]
    once = before + part * (short // len(part)) + behind
    many = before + part * (factor * short // len(part)) + behind
    limit = 2 * factor * seconds(nlp, once, "a.txt", 3) + 0.05
    assert seconds(nlp, many, "a.txt", 3, limit) <= limit


if __name__ == "__main__":
    main()
