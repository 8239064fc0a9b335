"""Inputs that nobody would write: random bytes, broken pages, letters cut up and put together again."""

from __future__ import annotations

import os
import random
import unicodedata
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from extractor.rulebook import default_rulebook

LETTERS = Path(__file__).parent.parent / "corpus" / "letters"
#: how many inputs a full run reads; a run without CONGVAN_FUZZ reads 300
EXAMPLES = int(os.environ.get("CONGVAN_FUZZ") or 300)
NAMES = st.sampled_from(["-", "a.txt", "a.html", "thư 1.TXT", "hỏng\udcff.txt", ""])

_ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1258", "cp1252", "latin-1")
_GLUE = (
    "", " ", "\n", "\n\n", ". ", "; ", ", ", ": ", " | ", "\t", " - ", "\r\n", ".\n- ", "\n1. ", "\u200b",
    "\ufeff",
)  # fmt: skip
_TAGS = (
    "<p>", "</p>", "<div class='menu'>", "</div>", "<table>", "<tr>", "<td rowspan=3>", "<td colspan='x'>",
    "</td>", "</table>", "<a href=\"", "<!--", "-->", "<script>", "</script", "<br>", "<li>", "<ul>", "</ol>",
    "<h1>", "<title>", "&nbsp;", "&#0;", "&#x110000;", "&amp", "<", ">", "<html>", "<!doctype html>", "<pre>",
    "<meta charset=utf-16>", "<meta property=\"og:url\" content='", "<time datetime=\"2023-02-31\">", "<b",
    "\"", "'", "</html>", "<style>",
)  # fmt: skip
_MARKS = [*"0123456789.,;:/-–%()[]|#*\\\"“”'<>&\n\t ", "\u0301", "đ", "Ð", "²", "٣", "Ⅳ", "ﬁ", "İ"]
_STEPS = ["delete", "double", "swap", "join", "cut", "drop_head", "digits", "upper", "mix", "nfd"]


def letters() -> list[bytes]:
    """The corpus letters and pages as files."""
    return [p.read_bytes() for p in sorted(LETTERS.iterdir()) if p.suffix in {".txt", ".html"}]


@cache
def pieces() -> list[str]:
    """Sentences of the rules (what they find and what they leave alone) and lines of the corpus letters."""
    book = default_rulebook()
    said = [e.text for rule in book.rules.values() for e in rule.examples]
    said += [text for rule in book.rules.values() for text in rule.negatives]
    lines = (line for data in letters() for line in data.decode("utf-8", "ignore").splitlines())
    return sorted({*said, *(line for line in lines if line.strip())})


def _noise() -> st.SearchStrategy[str]:
    """Single characters that have a meaning somewhere, and any others."""
    return st.text(st.sampled_from(_MARKS) | st.characters(exclude_categories=()), max_size=40)


def texts() -> st.SearchStrategy[str]:
    """Random text of all planes, lone surrogates among it."""
    return st.text(st.characters(exclude_categories=()), max_size=600)


def spliced() -> st.SearchStrategy[str]:
    """Sentences of the rules and lines of the letters, joined in any way, with noise between them."""
    part = st.sampled_from(pieces())
    place = st.integers(0, 400)
    cut = st.builds(lambda p, a, b: p[a % (len(p) + 1) :][: b + 1], part, place, place)
    return st.lists(part | cut | st.sampled_from(_GLUE) | _noise(), min_size=1, max_size=40).map("".join)


def pages() -> st.SearchStrategy[str]:
    """HTML that no tool would write."""
    part = st.sampled_from(_TAGS) | st.sampled_from(pieces()) | _noise()
    return st.lists(part, min_size=1, max_size=60).map(lambda parts: "<html><body>" + "".join(parts))


def mutated() -> st.SearchStrategy[bytes]:
    """Corpus letters with lines lost, doubled and swapped, bytes changed, in other encodings."""
    step = st.sampled_from(_STEPS)
    return st.builds(
        _mutate, st.sampled_from(letters()), st.lists(step, max_size=8), st.integers(0, 2**32),
        st.sampled_from(_ENCODINGS), st.integers(0, 3),
    )  # fmt: skip


def _mutate(data: bytes, steps: list[str], seed: int, encoding: str, flips: int) -> bytes:
    chance = random.Random(seed)
    lines = data.decode("utf-8", "replace").splitlines()
    for step in steps:
        if not lines:
            break
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        if step == "delete":
            del lines[at : at + chance.randint(1, 4)]
        elif step == "double":
            lines[other:other] = lines[at : at + chance.randint(1, 6)]
        elif step == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif step == "join":
            lines[at : at + 3] = [" ".join(lines[at : at + 3])]
        elif step == "cut":
            lines[at] = lines[at][: chance.randrange(len(lines[at]) + 1)]
            del lines[at + chance.randint(1, 40) :]
        elif step == "drop_head":
            del lines[: at // 2]
        elif step == "digits":
            lines[at] = "".join(chance.choice("0123456789") if c.isdigit() else c for c in lines[at])
        elif step == "upper":
            lines[at] = lines[at].upper() if chance.random() < 0.5 else lines[at].lower()
        elif step == "mix":
            lines.insert(at, chance.choice(pieces()))
        else:
            lines[at] = unicodedata.normalize("NFD", lines[at])
    out = bytearray(chance.choice(["\n", "\r\n", "\n\n"]).join(lines).encode(encoding, "replace"))
    for _ in range(min(flips, len(out))):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)
