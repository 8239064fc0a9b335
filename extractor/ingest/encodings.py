"""Bytes to characters: Unicode in its forms, Windows-1258, and the fonts' own codes TCVN3 (ABC) and VNI.

Which one it is, is decided by how many very frequent Vietnamese words a reading gives, not by a declaration.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from extractor.errors import Reject
from extractor.ingest.text import IDENTITY, OffsetMap, rewrite, to_nfc
from extractor.rulebook import Rulebook
from extractor.textview import match_key

#: what the first bytes of files that are no text say
_MAGIC = {
    b"%PDF": "PDF", b"PK\x03\x04": "ZIP/DOCX/XLSX/ODT", b"\xd0\xcf\x11\xe0": "DOC/XLS (Word, Excel 97-2003)",
    b"{\\rtf": "RTF", b"\x89PNG": "ảnh PNG", b"\xff\xd8\xff": "ảnh JPEG", b"GIF8": "ảnh GIF",
    b"II*\x00": "ảnh TIFF", b"MM\x00*": "ảnh TIFF", b"BM": "ảnh BMP", b"Rar!": "RAR", b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip", b"\x7fELF": "chương trình", b"MZ": "chương trình", b"SQLite format 3": "SQLite",
}  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_SAMPLE = 40_000
#: share of frequent words below which no reading counts as Vietnamese
_MIN_SCORE = 0.04
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_OWN_LETTER = re.compile(r"[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0-\u01b0\u1ea0-\u1ef9]")
_LATIN1 = re.compile(r"[\u00a1-\u00ff]")
#: how the letters from U+1E80 to U+1EFF begin in UTF-8
_TONED = (b"\xe1\xba", b"\xe1\xbb")
_NOT_ASCII = regex.compile(r"[^\x00-\x7f]++")
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b"))
_CP1252 = {chr(b): b for b in range(128, 256)} | {
    bytes([b]).decode("cp1252"): b for b in range(128, 256) if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}

Repair = Callable[[str], tuple[str, OffsetMap]]


@dataclass(frozen=True)
class Decoded:
    """A file's characters as read and the name of the reading; `repair` is what the text needs, if known."""

    text: str
    encoding: str
    repair: str | None = None


def decode(data: bytes, book: Rulebook) -> Decoded:
    """The characters of `data`. Raises `Reject` (empty, not_text, unknown_encoding), nothing else."""
    if not data.strip(b"\0 \t\r\n\f\v"):
        raise Reject("empty")
    for bom, name in _BOMS:
        if data.startswith(bom):
            return Decoded(data.decode(name, "replace"), "utf-8" if bom == codecs.BOM_UTF8 else name)
    wide = _utf16_without_bom(data)
    if wide:
        return Decoded(data.decode(wide, "replace"), wide)
    _refuse_binary(data)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "replace")
    lost = text.count("\ufffd")
    if lost * 20 <= sum(len(run) for run in _NOT_ASCII.findall(text)) - lost:
        return Decoded(text, "utf-8")
    return _decode_one_byte(data, book)


def repair(text: str, book: Rulebook, known: str | None = None) -> tuple[str, OffsetMap, str | None]:
    """`text` as Unicode when it was typed in TCVN3 or VNI or is UTF-8 read as Windows-1252.

    The third value names what was repaired, None when nothing was; `known` is that name, when it is known.
    """
    if known is not None:
        return *dict(_repairs(book))[known](text), known
    sample = text[:_SAMPLE]
    if _is_vietnamese(sample):
        return text, IDENTITY, None
    best, best_score = None, max(_MIN_SCORE, 1.5 * _score(sample, book))
    for name, fix in _repairs(book):
        score = _score(fix(sample)[0], book)
        if score > best_score:
            best, best_score = (name, fix), score
    if best is None:
        return text, IDENTITY, None
    fixed, origin = best[1](text)
    return fixed, origin, best[0]


def _is_vietnamese(sample: str) -> bool:
    """Whether letters that only Vietnamese has stand beside those that it shares with Western languages."""
    shared = len(sample.encode("latin-1", "ignore")) - len(sample.encode("ascii", "ignore"))
    stored = sample.encode("utf-8", "ignore")
    if shared <= 3 * sum(map(stored.count, _TONED)):  # counted at once; nearly all texts end here
        return True
    return len(_LATIN1.findall(sample)) <= max(2, 3 * len(_OWN_LETTER.findall(sample)))


def _refuse_binary(data: bytes) -> None:
    for magic, what in _MAGIC.items():
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:512]):
            raise Reject("not_text", f"có vẻ là {what}")
    head = data[:65536]
    if (len(head) - len(head.translate(None, _CONTROL))) * 100 > len(head):
        raise Reject("not_text", "có vẻ là tệp nhị phân")


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 shows in zero bytes that stand (nearly) all at even or all at odd places."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) / 2
    if odd > half * 0.3 and even < half * 0.02:
        return "utf-16-le"
    if even > half * 0.3 and odd < half * 0.02:
        return "utf-16-be"
    return None


def _decode_one_byte(data: bytes, book: Rulebook) -> Decoded:
    as_1252 = (
        data.decode("latin-1") if any(b in data for b in b"\x81\x8d\x8f\x90\x9d") else data.decode("cp1252")
    )
    as_1258 = data.decode("cp1258", "replace")
    repaired, _, fixed = repair(as_1252[:_SAMPLE], book)
    scores = {
        "windows-1258": _score(as_1258[:_SAMPLE], book),
        "legacy": _score(repaired, book) if fixed else 0.0,
    }
    if scores["windows-1258"] >= max(_MIN_SCORE, scores["legacy"]):
        return Decoded(as_1258, "windows-1258")
    if fixed:
        return Decoded(as_1252, "windows-1252", fixed)
    if sum(b > 127 for b in data[:_SAMPLE]) * 20 <= len(data[:_SAMPLE]):
        return Decoded(as_1252, "windows-1252")
    raise Reject("unknown_encoding")


def _score(sample: str, book: Rulebook) -> float:
    """Share of words that are among the most frequent Vietnamese ones."""
    words = _WORD.findall(match_key(unicodedata.normalize("NFC", sample)))
    common = book["encodings.common_words"].keys
    return sum(map(common.__contains__, words)) / max(len(words), 1)


@lru_cache(maxsize=4)
def _repairs(book: Rulebook) -> tuple[tuple[str, Repair], ...]:
    return (("tcvn3", _tcvn3(book)), ("vni", _vni(book)), ("utf-8 read as windows-1252", _twice_encoded))


def _tcvn3(book: Rulebook) -> Repair:
    """One character for one. Capitals with a tone are a font (.VnTimeH), seen by capitals beside them."""
    letters = {int(r["code"], 16): r["letter"] for r in book.table("tcvn3.csv") if r["letter"]}
    codes = regex.escape("".join(map(chr, letters)))
    whole_line = "(?m)^[^a-z\n]*+$"
    in_capitals = (
        rf"(?<![A-Za-z{codes}])(?=[{codes}]*+[A-Z][{codes}]*+[A-Z])[A-Z]*+[{codes}][A-Z{codes}]*+(?![a-z])"
    )
    word = regex.compile(in_capitals)
    capitals = regex.compile(f"{whole_line}|{in_capitals}")

    def read(text: str) -> tuple[str, OffsetMap]:
        plain = text.translate(letters)

        def raised(m: Any) -> str:
            new = plain[m.start() : m.end()]
            return new.upper() if word.search(m[0]) and len(new.upper()) == len(new) else new

        parts, at = [], 0
        for m in capitals.finditer(text):
            parts += [plain[at : m.start()], raised(m)]
            at = m.end()
        return "".join(parts) + plain[at:], IDENTITY

    return read


def _vni(book: Rulebook) -> Repair:
    letters = {r["written"]: r["letter"] for r in book.table("vni.csv") if r["letter"]}
    longest_first = sorted(letters, key=len, reverse=True)
    pattern = regex.compile("|".join(map(regex.escape, longest_first)))
    return lambda text: rewrite(text, pattern, lambda m: letters[m[0]])


def _twice_encoded(text: str) -> tuple[str, OffsetMap]:
    def once(m: Any) -> str:
        try:
            return bytes(_CP1252[c] for c in m[0]).decode("utf-8")
        except (KeyError, UnicodeDecodeError):
            return str(m[0])

    return rewrite(text, _NOT_ASCII, once)


_BLANKS = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_NOTHING = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff"
)
_ODD = regex.compile(rf"\r\n?|[{_NOTHING}]++|[{_BLANKS}{_BREAKS}]")
# `re` finds single characters several times faster than `regex`
_ODD_CHARACTER = re.compile(f"[\r{_NOTHING}{_BLANKS}{_BREAKS}]")
_IS_BLANK, _IS_BREAK = regex.compile(f"[{_BLANKS}]"), regex.compile(f"[\r{_BREAKS}]")


def clean_characters(text: str, book: Rulebook) -> tuple[str, OffsetMap]:
    """`text` in NFC with plain blanks and line ends, without control characters and zero-width marks.

    Letters that only look like the right ones (ETH, Cyrillic inside a Latin word) become the right ones.
    """
    origin = IDENTITY
    if _ODD_CHARACTER.search(text):
        text, origin = rewrite(text, _ODD, _plain)
    if _any_lookalike(book).search(text):
        for pattern, letters in _lookalikes(book):
            text = pattern.sub(lambda m, to=letters: m[0].translate(to), text)
    text, composed = to_nfc(text)
    return text, composed.after(origin)


def _plain(m: Any) -> str:
    if _IS_BLANK.match(m[0]):
        return " "
    return "\n" if _IS_BREAK.match(m[0]) else ""


@lru_cache(maxsize=4)
def _any_lookalike(book: Rulebook) -> re.Pattern[str]:
    return re.compile("[" + re.escape("".join(r["written"] for r in book.table("lookalikes.csv"))) + "]")


@lru_cache(maxsize=4)
def _lookalikes(book: Rulebook) -> tuple[tuple[Any, dict[int, str]], ...]:
    """Patterns and letters (one for one): look-alikes that are always wrong, then those inside words."""
    found = []
    for where, frame in (
        ("anywhere", "[{0}]++"),
        ("in_word", r"(?<=\p{{Latin}})[{0}]++|[{0}]++(?=\p{{Latin}})"),
    ):
        letters = {
            ord(r["written"]): r["letter"] for r in book.table("lookalikes.csv") if r["where"] == where
        }
        found.append((regex.compile(frame.format("".join(map(chr, letters)))), letters))
    return tuple(found)
