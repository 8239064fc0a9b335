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


@pytest.mark.parametrize("name", TEXTS)
def test_time_grows_with_the_text_and_no_faster(nlp: Language, name: str) -> None:
    """CPU seconds per character at eight times the size, the best of three runs, against the smaller text."""
    short, factor = 12_500, 8
    ending = "html" if name == "page" else "txt"

    def seconds(size: int) -> float:
        text = TEXTS[name](size)
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            extractor.extract(text, f"a.{ending}", nlp=nlp)
            best = min(best, time.process_time() - begin)
        return best

    assert seconds(short * factor) <= 2 * factor * seconds(short) + 0.05


if __name__ == "__main__":
    main()
