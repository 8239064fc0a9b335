"""Numbers and symbols of documents: ``757/UBND-KGVX``, ``75/2023/NĐ-CP``, ``434-CV/TU``, ``64/2025/QH15``.

Shapes are rules of the topic ``numbers``; what a group of letters means (type of document, issuer, unit) is
read from the registers ``document_types.csv``, ``issuer_codes.csv`` and ``unit_codes.csv``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import regex

from extractor.annotations import Mention, longest_first
from extractor.rulebook import Rulebook, words_pattern
from extractor.textview import TextView, match_key

#: characters before a number in which its label is looked for; a law's title is longer
_LABEL_WINDOW, _TITLE_WINDOW = 110, 200
#: characters before a label in which the start of the line is looked for
_MARGIN = 20
_BORDER = " \t|*_"
_SERIAL = regex.compile(r"\d{1,6}\p{Ll}?")
_SENTENCE_END = regex.compile(r"[.!?]\s|\n\s*\n")
_JOINT = regex.compile(r"\s*[-_/]\s*|\s+(?![&\s])(?<!&\s)")
_STROKE_D = "\u0110"
_ROMAN_OR_DIGITS = regex.compile(r"[IVX\d]+$")


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A number and symbol, taken apart.

    `kind` is one of state, qppl (a year between two slashes), cv, party, joint, vbhn, assembly, bare (no
    symbol), list (a range), other. `type` holds the letters of the symbol ("" for a state letter),
    `type_code` the record's code, `type_word_code` that of the word before the number. Joint issuers are
    joined by ``+``.
    `label_span` is where that word and "số" stand; `repaired` says that the symbol was written damaged.
    """

    kind: str
    number: str
    raw: str = ""
    year: str = ""
    type: str = ""
    issuer: str = ""
    unit: str = ""
    normalized: str = ""
    type_code: str = ""
    type_word_code: str = ""
    label_span: tuple[int, int] | None = None
    repaired: bool = False


@dataclass(frozen=True, slots=True)
class _Symbol:
    """A symbol taken apart; `text` is its normal form, `length` how much of the raw symbol belongs to it."""

    kind: str
    type: str
    issuer: str
    unit: str
    text: str
    length: int
    repaired: bool
    known: bool


@dataclass(frozen=True, slots=True)
class _Label:
    """What stands before a number: `code` of the type word ("": only "số"), and where."""

    start: int
    end: int
    code: str = ""
    line_start: bool = False


def _key(letters: str) -> str:
    """Letters of a code without case and without the stroke of Đ."""
    return letters.upper().replace(_STROKE_D, "D")


class _Registers:
    """The three registers, indexed for look-up by the letters of a symbol."""

    def __init__(self, book: Rulebook) -> None:
        types = book.table("document_types.csv")
        self.code_of_name = {match_key(r["name"]): r["code"] for r in types}
        self.names = regex.compile(words_pattern([r["name"] for r in types]))
        self.system = {r["code"]: r["system"] for r in types}
        self.letter = next((r["code"] for r in types if r["system"] == "letter"), "")
        self.letters: dict[str, str] = {}  # letters as written -> letters in their normal form
        self.code_of: dict[str, str] = {}  # letters in their normal form -> code
        for r in types:
            variants = [a for a in r["abbreviations"].split("|") if a]
            symbol = r["symbol"]
            if symbol:
                self.letters[symbol] = symbol
                self.code_of.setdefault(symbol, r["code"])
            for a in variants:
                normal = symbol if symbol and _key(a) == _key(symbol) else a
                self.letters.setdefault(a, normal)
                self.code_of.setdefault(normal, r["code"])
        self.party_codes: dict[str, list[str]] = {}
        for r in types:
            if r["party"]:
                self.party_codes.setdefault(r["party"], []).append(r["code"])
        self.issuers: dict[str, str] = {}  # code as written -> code in its normal form
        self.by_key: dict[str, set[str]] = {}
        self.numbered: set[str] = set()
        self.party_issuers: set[str] = set()
        for r in book.table("issuer_codes.csv"):
            for code in (r["code"], *filter(None, r["aliases"].split("|"))):
                normal = r["code"] if _key(code) == _key(r["code"]) else code
                self.issuers[code] = normal
                self.by_key.setdefault(_key(code), set()).add(normal)
            if r["numbered"]:
                self.numbered.add(r["code"])
            if r["system"] == "party":
                self.party_issuers.add(r["code"])
        self.units = {
            (i, u)
            for r in book.table("unit_codes.csv")
            for u in (r["unit"], *filter(None, r["aliases"].split("|")))
            for i in r["issuers"].split("|")
        }
        self._long_codes = tuple(c for c in self.issuers if len(c) > 2)

    def is_numbered(self, group: str) -> bool:
        """Whether a group is a legislature with its number, as in QH15."""
        return group[-1:].isdigit() and group.rstrip("0123456789") in self.numbered

    def looks_like_issuer(self, group: str) -> bool:
        return self.restore(group) in self.issuers or group.startswith(self._long_codes)

    def restore(self, group: str, party: bool = False) -> str:
        """The issuer's code as the register writes it, when only case or the stroke of Đ was lost."""
        if group in self.issuers:
            return self.issuers[group]
        known = self.by_key.get(_key(group), set())
        if len(known) != 1:
            return group
        (code,) = known
        only_case = code.upper() == group.upper()
        return code if only_case or len(group) > 3 or (party and code in self.party_issuers) else group

    def unglue(self, group: str) -> tuple[str, str] | None:
        """Type and issuer of a group that lost its hyphen (``NĐCP``); None when it is no such group."""
        for cut in range(len(group) - 2, 0, -1):
            head, tail = group[:cut], group[cut:]
            if head in self.letters and tail in self.issuers:
                return head, tail
        return None

    def type_code(self, kind: str, letters: str, word: str) -> str:
        """The record's code of a type; `word` is the code of the word in front of the number."""
        if kind == "cv":
            return word if word and self.system.get(word) != "generic" else self.letter
        if kind == "party" and letters in self.party_codes:
            if word in self.party_codes[letters]:
                return word
            own = self.code_of.get(letters, "")
            return self.party_codes[letters][0] if self.system.get(own) == "qppl" else own
        if not letters:
            return word if self.system.get(word) != "generic" else ""
        return self.code_of.get(letters, "")


@lru_cache(maxsize=8)
def _registers(book: Rulebook) -> _Registers:
    return _Registers(book)


def _groups(registers: _Registers, raw: str) -> list[tuple[str, str, int]]:
    """The letter groups of a raw symbol as (group, joint before it, end in `raw`)."""
    found: list[tuple[str, str, int]] = []
    at, joint = 0, ""
    marks = [(m.start(), m.end(), m[0]) for m in _JOINT.finditer(raw)]
    for start, end, mark in [*marks, (len(raw), len(raw), "")]:
        group = "".join(raw[at:start].split())
        head, dot, tail = group.partition(".")
        known = head in registers.letters or head in registers.issuers
        if dot and known and group not in registers.issuers and not _ROMAN_OR_DIGITS.match(tail):
            found += [(head, joint, start - len(tail) - 1), (tail, ".", start)]
        elif group:
            found.append((group, joint, start))
        at, joint = end, mark
    return found


def _read_symbol(registers: _Registers, raw: str, year: str, word: str) -> _Symbol:
    """Take a slashed symbol apart; what follows a complete symbol behind a blank is left out."""
    parts = _groups(registers, raw)
    joint_type = registers.letters.get(parts[0][0], "")
    shared = registers.system.get(registers.code_of.get(joint_type, "")) == "joint"
    if not shared:
        for i, (_, mark, _) in enumerate(parts):
            if i >= 2 and mark[:1].isspace():
                parts = parts[:i]
                break
    groups = [g for g, _, _ in parts]
    marks = [m.strip() for _, m, _ in parts]
    length = parts[-1][2]
    repaired = any(m in {"", "_", "/"} for m in marks[1:])
    letters = joint_type
    if not letters and year and len(groups) == 1 and (split := registers.unglue(groups[0])):
        groups, marks, repaired = list(split), ["", "-"], True
        letters = registers.letters[groups[0]]
    if year and len(groups) == 1 and registers.is_numbered(groups[0]):
        return _Symbol("assembly", "", groups[0], "", groups[0], length, False, True)
    rest = groups[1:]
    if not letters or (rest and _is_letter(registers, groups[0], rest[0], word)):
        issuer = registers.restore(groups[0])
        repaired = repaired or _stroke_lost(issuer, groups[0])
        text = issuer + "".join(("." if m == "." else "-") + g for g, m in zip(rest, marks[1:], strict=True))
        known = issuer in registers.issuers
        return _Symbol("cv", "", issuer, "-".join(rest), text, length, repaired, known)
    repaired = repaired or _stroke_lost(letters, groups[0])
    code = registers.code_of[letters]
    system = registers.system[code]
    if system == "joint":
        issuers = [registers.restore(g) for g in rest]
        text = "-".join([letters, *issuers])
        return _Symbol("joint", letters, "+".join(issuers), "", text, length, repaired, True)
    if len(rest) > 1 and f"{rest[0]}-{rest[1]}" in registers.issuers:
        rest = [f"{rest[0]}-{rest[1]}", *rest[2:]]
    issuer = registers.restore(rest[0]) if rest else ""
    repaired = repaired or bool(rest and _stroke_lost(issuer, rest[0]))
    text = "-".join([letters, *filter(None, [issuer, *rest[1:]])])
    kind = "vbhn" if system == "vbhn" else "qppl" if year else "state"
    return _Symbol(kind, letters, issuer, "-".join(rest[1:]), text, length, repaired, bool(rest))


def _stroke_lost(normal: str, written: str) -> bool:
    return normal.count(_STROKE_D) > written.upper().count(_STROKE_D)


def _is_letter(registers: _Registers, first: str, second: str, word: str) -> bool:
    """Whether ``first-second`` is issuer and unit of a letter although `first` could be a type."""
    if registers.looks_like_issuer(second):
        return False
    if (first, second) in registers.units:
        return True
    return word == registers.letter and registers.code_of.get(first) != registers.letter


def _read_party(registers: _Registers, raw: str) -> _Symbol | None:
    """Take ``CV/TU`` or ``CV/TWĐTN-KHCN`` apart; None when the first group is no type of document."""
    head, _, tail = raw.partition("/")
    letters = registers.letters.get("".join(head.split()))
    if letters is None:
        return None
    tail = "".join(tail.split())
    body, slash, suffix = tail.partition("/")
    first, *more = body.split("-")
    issuer = registers.restore(first, party=True)
    repaired = _stroke_lost(letters, head) or _stroke_lost(issuer, first)
    unit = "-".join([*more, *([suffix] if suffix else [])])
    text = f"{letters}/{'-'.join([issuer, *more])}{slash}{suffix}"
    return _Symbol("party", letters, issuer, unit, text, len(raw), repaired, True)


def _label(registers: _Registers, book: Rulebook, view: TextView, at: int, law: bool) -> _Label | None:
    """The label that ends at `at`, or None. With `law`, the title of a law may stand before "số"."""
    if law and (m := book["numbers.label_law"].search(view, max(0, at - _TITLE_WINDOW), at)):
        return _Label(*_trimmed(m), registers.code_of_name[" ".join(m["type"].split())])
    found = None
    if m := book["numbers.label"].search(view, max(0, at - _LABEL_WINDOW), at):
        code = registers.code_of_name.get(" ".join((m["type"] or "").split()), "")
        found = _Label(*_trimmed(m), code, line_start=_opens_line(view.key, m.start("m")))
        if code:
            return found
    if m := book["numbers.label_short"].search(view, max(0, at - _MARGIN), at):
        letters = registers.letters.get(m["type"])
        if letters:
            return _Label(*_trimmed(m), registers.code_of[letters])
    return found


def _opens_line(text: str, at: int) -> bool:
    """Whether only blanks and table borders stand between the start of the line and `at`."""
    begin = max(0, at - _MARGIN)
    line = text.rfind("\n", begin, at)
    return (line >= 0 or begin == 0) and not text[max(begin, line + 1) : at].strip(_BORDER)


def _trimmed(m: Any) -> tuple[int, int]:
    """Group ``m`` of a match without the white space at its end."""
    return m.start("m"), m.start("m") + len(m["m"].rstrip())


class _Finder:
    """One pass over one text."""

    def __init__(self, view: TextView, book: Rulebook) -> None:
        self.view, self.book = view, book
        self.registers = _registers(book)

    def mentions(self) -> list[Mention]:
        found = [*self._slashed(), *self._party(), *self._ranges()]
        found += [m for last in list(found) for m in self._sharing(last)]
        found += [*self._lost_types(), *self._reversed(), *self._bare()]
        return self._inherit(longest_first(found))

    def _label(self, at: int, law: bool = False) -> _Label | None:
        return _label(self.registers, self.book, self.view, at, law)

    def _vetoed(self, at: int, label: _Label | None) -> bool:
        """Whether the words before a number without a type word say that it is of a form or an address."""
        if label is not None and label.code:
            return False
        return self.book["numbers.not_a_document"].search(self.view, max(0, at - 2 * _MARGIN), at) is not None

    def _mention(
        self, rule: str, span: tuple[int, int], label: _Label | None, number: DocumentNumber
    ) -> Mention:
        value = self._labelled(number, label, self.view.text[slice(*span)])
        return Mention(*span, value.kind, rule, value, value.normalized)

    def _labelled(self, number: DocumentNumber, label: _Label | None, raw: str) -> DocumentNumber:
        """The number with what its label says, and as it is written."""
        word = label.code if label else ""
        return replace(
            number,
            raw=raw,
            type_code=self.registers.type_code(number.kind, number.type, word),
            type_word_code=word,
            label_span=(label.start, label.end) if label else None,
        )

    def _slashed(self) -> Iterator[Mention]:
        for m in self.book["numbers.slashed"].finditer(self.view):
            start, year, registers = m.start(), m["year"] or "", self.registers
            law = bool(year) and any(c.isdigit() for c in m["symbol"])
            label = self._label(start, law)
            if self._vetoed(start, label):
                continue
            symbol = _read_symbol(registers, m["symbol"], year, label.code if label else "")
            if not self._trusted(symbol, label):
                continue
            slash_lost = bool(year) and m.start("symbol") == m.end("year")
            number = DocumentNumber(
                kind=symbol.kind,
                number=m["serial"],
                year=year,
                type=symbol.type,
                issuer=symbol.issuer,
                unit=symbol.unit,
                normalized="/".join(filter(None, [m["serial"], year, symbol.text])),
                repaired=symbol.repaired or slash_lost,
            )
            end = m.start("symbol") + symbol.length
            yield self._mention("numbers.slashed", (start, end), label, number)

    def _trusted(self, symbol: _Symbol, label: _Label | None) -> bool:
        """A symbol of one group needs a type word before it; one without any known group needs a label."""
        if symbol.kind == "assembly":
            return True
        if not (symbol.unit or (symbol.type and symbol.issuer)):
            return label is not None and bool(label.code or label.line_start)
        return label is not None or (symbol.known and len(symbol.text) > 3)

    def _party(self) -> Iterator[Mention]:
        for m in self.book["numbers.party"].finditer(self.view):
            symbol = _read_party(self.registers, m["symbol"])
            label = self._label(m.start())
            joint = self.view.cased[m.end("serial") : m.start("symbol")]
            loose = joint != "-" and label is None
            if symbol is None or loose or self._vetoed(m.start(), label):
                continue
            number = DocumentNumber(
                kind="party",
                number=m["serial"],
                type=symbol.type,
                issuer=symbol.issuer,
                unit=symbol.unit,
                normalized=f"{m['serial']}-{symbol.text}",
                repaired=symbol.repaired or "-" not in joint,
            )
            yield self._mention("numbers.party", m.span(), label, number)

    def _ranges(self) -> Iterator[Mention]:
        for m in self.book["numbers.range"].finditer(self.view):
            label = self._label(m.start())
            if label is None:
                continue
            year, word = m["year"] or "", label.code if label else ""
            symbol = _read_symbol(self.registers, m["symbol"], year, word)
            tail = "/".join(filter(None, [year, symbol.text]))
            first, last = int(m["first"]), int(m["serial"])
            ascending = bool(symbol.type) and first < last and len(m["serial"]) - len(m["first"]) in {0, 1}
            serial = f"{m['first']}-{m['serial']}"
            number = DocumentNumber(
                kind="list" if ascending else symbol.kind,
                number=serial,
                year=year,
                type=symbol.type,
                issuer=symbol.issuer,
                unit=symbol.unit,
                normalized=f"{serial}/{tail}",
                repaired=symbol.repaired,
            )
            end = m.start("symbol") + symbol.length
            yield self._mention("numbers.range", (m.start(), end), label, number)

    def _sharing(self, last: Mention) -> Iterator[Mention]:
        """The numbers in front of `last` that share its symbol: ``10697 & 11028/UBND-KGVX``."""
        m = self.book["numbers.shared"].search(self.view, max(0, last.start - _LABEL_WINDOW), last.start)
        if m is None:
            return
        label = self._label(m.start())
        if label is None:
            return
        own: DocumentNumber = last.value
        if own.label_span is None:
            last.value = self._labelled(own, label, own.raw)
        for serial in _SERIAL.finditer(self.view.cased, *m.span("serials")):
            normalized = serial[0] + own.normalized[len(own.number) :]
            number = replace(own, number=serial[0], normalized=normalized)
            yield self._mention("numbers.shared", serial.span(), label, number)

    def _lost_types(self) -> Iterator[Mention]:
        for m in self.book["numbers.lost_type"].finditer(self.view):
            label = self._label(m.start())
            if label is None:
                continue
            issuer, *units = m["symbol"].split("-")
            year = m["year"] or ""
            head = "/".join(filter(None, [m["serial"], year]))
            number = DocumentNumber(
                kind="qppl" if year else "state",
                number=m["serial"],
                year=year,
                issuer=issuer,
                unit="-".join(units),
                normalized=f"{head}/-{m['symbol']}",
                repaired=True,
            )
            yield self._mention("numbers.lost_type", m.span(), label, number)

    def _reversed(self) -> Iterator[Mention]:
        for m in self.book["numbers.reversed"].finditer(self.view):
            label = self._label(m.start("m"))
            if any(c.isdigit() for c in m["m"]) and label is not None and label.code:
                number = DocumentNumber(kind="other", number=m["m"], normalized=m["m"])
                yield self._mention("numbers.reversed", m.span("m"), label, number)

    def _bare(self) -> Iterator[Mention]:
        for rule in (self.book["numbers.bare"], self.book["numbers.bare_short"]):
            for m in rule.finditer(self.view):
                code = self.registers.code_of_name.get(" ".join(match_key(m["type"]).split()), "")
                end = m.start() + len(m[0][: m.start("m") - m.start()].rstrip())
                number = DocumentNumber(kind="bare", number=m["m"], type=code, normalized=m["m"])
                yield self._mention(rule.id, m.span("m"), _Label(m.start(), end, code), number)

    def _inherit(self, mentions: list[Mention]) -> list[Mention]:
        """Give the later numbers of a list the type word of the first: ``các Luật số …, số …``."""
        previous: Mention | None = None
        for m in mentions:
            value: DocumentNumber = m.value
            wordless = value.kind == "assembly" and not value.type_word_code
            if previous is not None and wordless and value.label_span:
                between = self.view.key[previous.end : value.label_span[0]]
                word = previous.value.type_word_code
                if word and len(between) < _TITLE_WINDOW and not self._breaks_list(between):
                    code = self.registers.type_code(value.kind, value.type, word)
                    m.value = replace(value, type_word_code=word, type_code=code)
            previous = m
        return mentions

    def _breaks_list(self, between: str) -> bool:
        return _SENTENCE_END.search(between) is not None or self.registers.names.search(between) is not None


def find_numbers(view: TextView, book: Rulebook) -> list[Mention]:
    """All document numbers of a text as mentions of group ``numbers``; label: kind, value: `DocumentNumber`.

    A mention spans the number and its symbol without the words before it; of numbers that share a symbol each
    is a mention of its own.
    """
    return _Finder(view, book).mentions()
