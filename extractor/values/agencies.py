"""Names of agencies: registers matched as phrases, and the grammar that builds names no register has.

A name is built as post? + head + field or free name + tail (level, place). Registers: ``agencies.csv``
(bodies that exist once), ``agency_heads.csv``, ``agency_fields.csv``, ``posts.csv``; patterns:
``agencies.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from itertools import compress, count, pairwise
from operator import attrgetter
from typing import Any

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractor.annotations import Annotations, Block, Mention
from extractor.record import AgencyRef
from extractor.rulebook import Rule, Rulebook
from extractor.textview import Memo, match_key, slug, squeeze
from extractor.tokenizer import KEPT, WORDS, SyllableTokenizer

#: syllables a free name may have
FREE_NAME_LIMIT = 14
#: of these in a row without a capital
SMALL_WORDS_LIMIT = 6
#: tokens on either side of a line break that are looked at for a name that goes on behind it
_BROKEN = 8
#: a phrase of so many words and letters is known although a word of it has wrong marks
_LONG_PHRASE, _LONG_LETTERS = 4, 10
_BARE = Memo(slug)
#: characters by which it is told whether a group can begin with them
_GROUP_REACH = 12
#: words of which is remembered whether a tail, or a group, can begin with them
_MEMORY = 1 << 14


@dataclass(slots=True)
class AgencyValue:
    """What an agency mention stands for. `tail` is the canonical words of level and place behind the name.

    `place` is the value of the place mention in the tail, if any; `group` says that no single body is meant;
    `members` are those whom a short form stands for ("sau đây gọi chung là BHXH tỉnh").
    """

    id: str
    name: str
    level: str | None = None
    locality: str | None = None
    title: str | None = None
    group: bool = False
    head: str = ""
    core: str = ""
    tail: str = ""
    place: Any = None
    known: bool = True
    members: tuple[AgencyValue, ...] = ()

    @property
    def bodies(self) -> tuple[AgencyValue, ...]:
        """The body itself, or each of those whom a short form stands for."""
        return self.members or (self,)

    def ref(self) -> AgencyRef:
        """What the record says of the body where it only refers to it."""
        return AgencyRef(id=self.id, name=self.name, title=self.title)

    def changed(self, **values: Any) -> AgencyValue:
        """The same but for `values`; several times faster than `dataclasses.replace`."""
        made = AgencyValue(*_fields_of(self))
        for name, value in values.items():
            setattr(made, name, value)
        return made


_fields_of = attrgetter(*(f.name for f in fields(AgencyValue)))


#: names behind one head ("các Tập đoàn: …") that are read
_MOST_LISTED = 40
#: kinds of entry that begin an agency's name or title
_OPENING = ("agency", "head", "post")
#: kinds of entry in the order in which they are asked where they have the same words
_KINDS = ("agency", "head", "field", "post")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of a register under one of its surfaces; `capitals`: an abbreviation, written in capitals only.

    `takes`, `head`, `heads`, `level` and `id` are cells of the row, "" where the register has no such column.
    `holds_agency` says that a post ends with the agency it belongs to ("Bí thư Tỉnh ủy").
    """

    kind: str
    name: str
    capitals: bool
    key: str
    takes: str
    head: str
    heads: tuple[str, ...]
    level: str
    id: str
    holds_agency: bool

    @classmethod
    def of(cls, kind: str, name: str, row: dict[str, str], capitals: bool) -> _Entry:
        key, head = match_key(name), row.get("head", "")
        return cls(
            kind,
            name,
            capitals,
            key,
            row.get("takes", ""),
            head,
            tuple(filter(None, row.get("heads", "").split("|"))),
            row.get("level", ""),
            row.get("id", ""),
            bool(head) and key.endswith(" " + match_key(head)),
        )


#: the register hits at a token: (index of the token behind, entry), the longest first, then by kind
_Hits = list[tuple[int, _Entry]]


class AgencyLexicon:
    """The registers as one PhraseMatcher over token norms."""

    def __init__(self, vocab: Vocab, book: Rulebook) -> None:
        self.book = book
        self.tokenizer = SyllableTokenizer(vocab)
        self.matcher = PhraseMatcher(vocab, attr="NORM")
        self.entries: dict[int, list[_Entry]] = {}
        #: words that stand side by side inside a register's phrase
        self.neighbours: set[tuple[str, str]] = set()
        #: the same without their marks -> the words themselves, None where several pairs look so
        self._bare: dict[tuple[str, str], tuple[str, str] | None] = {}
        #: written-out name or alias of a registered agency -> its row
        self.whole_names: dict[str, _Entry] = {}
        self._surfaces: list[tuple[str, str, str]] = []
        self.alone = book["agencies.whole_alone"].keys
        self.each = book["agencies.each"].keys
        self.numbered = book["agencies.numbered"]
        self.joins = book["agencies.and"].keys
        self.compounds = {tuple(match_key(w).split()) for w in book["agencies.compounds"].words}
        pairs = (match_key(w).split(",") for w in book["agencies.comma_compounds"].words)
        self.comma_compounds = {(first.strip(), second.strip()) for first, second in pairs}
        self.joined = book["agencies.joined_before"].keys
        self.lower = book["agencies.lower_name"].keys
        self.capital = book["agencies.needs_capital"].keys
        self.body_noun = book["agencies.body_noun"]
        self.body_firsts = {key.split()[0] for key in self.body_noun.keys}
        self.levels = {r["word"]: r["level"] for r in book.table("levels.csv")}
        levels = "|".join(sorted(map(re.escape, self.levels), key=len, reverse=True))
        self._level = re.compile(f" ({levels})(?= )")
        self.field_verb = book["agencies.field_verb"]
        self.field_as_work = book["agencies.field_as_work"]
        self.tail, self.name_list = book["agencies.tail"], book["agencies.name_list"]
        self.mates = book["agencies.head_mates"]
        self.bracket_short = book["agencies.bracket_short"]
        self.verb_like, self.belongs_to = book["agencies.verb_like_posts"], book["agencies.belongs_to"]
        self._tail_firsts: dict[str, bool] = {}
        self._group_firsts: dict[str, tuple[Rule, ...]] = {}
        self.group_rules = [rule for rule in book.topic("agencies") if rule.set.get("group")]
        self.stop = self._stop_words(book["agencies.name_stop"].words)
        self._add_table("agency", "agencies.csv", "name")
        self._add_table("head", "agency_heads.csv", "head")
        self._add_table("field", "agency_fields.csv", "field")
        self._add_table("post", "posts.csv", "post")
        self.names = {match_key(r["name"]): r for r in book.table("agencies.csv")}
        self.known_ids = {made_id(r["name"]) for r in book.table("agencies.csv")}
        #: written-out beginning of a name -> what must follow it ("" for a whole name)
        self.openings = {k[1]: k[2] for k in self._surfaces}
        self.longest = max(k.count(" ") for k in self.openings) + 1
        self.heads = {r["head"]: r for r in reversed(book.table("agency_heads.csv"))}

    @staticmethod
    def _stop_words(words: tuple[str, ...]) -> dict[str, list[tuple[str, ...]]]:
        table: dict[str, list[tuple[str, ...]]] = {}
        for w in words:
            parts = tuple(match_key(w).split())
            table.setdefault(parts[0], []).append(parts)
        return table

    def _add_table(self, kind: str, file: str, column: str) -> None:
        for row in self.book.table(file):
            name = row[column]
            for surface in [name, *filter(None, row.get("aliases", "").split("|"))]:
                letters = [c for c in surface if c.isalpha()]
                capitals = bool(letters) and all(c.isupper() for c in letters)
                entry = _Entry.of(kind, name, row, capitals and surface != name)
                doc = self.tokenizer(surface)
                if not len(doc):
                    continue
                if kind == "agency":
                    self.whole_names.setdefault(match_key(surface), entry)
                if kind in ("agency", "head"):
                    self._surfaces.append((kind, match_key(surface), row.get("takes", "")))
                key = f"{kind}:{match_key(surface)}:{capitals}"
                known = self.entries.setdefault(self.tokenizer.vocab.strings.add(key), [])
                if entry not in known:
                    known.append(entry)
                self.matcher.add(key, [doc])
                pairs = [*pairwise(doc.user_data[WORDS][2])]
                self.neighbours.update(pairs)
                for pair in pairs if self._is_long(doc.user_data[WORDS][2]) else ():
                    bare = _BARE[pair[0]], _BARE[pair[1]]
                    if all(bare):
                        self._bare[bare] = pair if self._bare.get(bare, pair) == pair else None

    def opens_name(self, line: str) -> bool:
        """Whether a line begins with an agency's name or with the head of one."""
        words = match_key(line).split()
        return any(" ".join(words[:n]) in self.openings for n in range(1, min(len(words), self.longest) + 1))

    def opens_only(self, line: str) -> bool:
        """Whether a line is only the beginning of a name: a head that needs more ("Bộ", "Văn phòng")."""
        return self.openings.get(" ".join(match_key(line).split())) in ("field", "free")

    def ends_name(self, above: str, line: str) -> bool:
        """Whether a name that a register has whole begins with the line above and ends in this one."""
        words = match_key(line).split()
        above = " ".join(match_key(above).split())
        return any(f"{above} {' '.join(words[:n])}" in self.whole_names for n in range(1, len(words) + 1))

    def lookup(self, doc: Doc, breaks: Iterable[int] = ()) -> dict[int, _Hits]:
        """Token index -> what the registers have there; `breaks`: tokens that only break a line."""
        table: defaultdict[int, _Hits] = defaultdict(list)
        for key, start, end in self.matcher(doc):
            hits = table[start]
            for entry in self.entries[key]:
                hits.append((end, entry))
        for at in breaks:
            for key, start, end in self._across(doc, at):
                table[start] += [(end, entry) for entry in self.entries[key]]
        for start, end, entry in self._misspelt(doc):
            table[start].append((end, entry))
        for hits in table.values():
            if len(hits) > 1:
                hits.sort(key=_longest)
        return dict(table)

    def _across(self, doc: Doc, at: int) -> Iterator[tuple[int, int, int]]:
        """The phrases that go on behind the line break at token `at`: (key, first token, token behind)."""
        texts, _, norms, _ = doc.user_data[WORDS]
        if not 0 < at < len(texts) - 1 or (norms[at - 1], norms[at + 1]) not in self.neighbours:
            return
        low, high = max(0, at - _BROKEN), min(len(texts), at + 1 + _BROKEN)
        near = [i for i in range(low, high) if i != at]
        line = Doc(doc.vocab, words=[texts[i] for i in near])
        for key, start, end in self.matcher(line):
            if near[start] < at < near[end - 1]:
                yield key, near[start], near[end - 1] + 1

    def _misspelt(self, doc: Doc) -> Iterator[tuple[int, int, _Entry]]:
        """Long phrases of which a word has wrong marks ("Hội đông nhân dân"): first token, behind, entry."""
        norms: list[str]
        capitals: list[bool]
        _, _, norms, capitals = doc.user_data[WORDS]
        last = -1
        for at in compress(count(), capitals):
            pair = norms[at], norms[at + 1] if at + 1 < len(norms) else ""
            if pair in self.neighbours or at <= last:
                continue
            meant = self._bare.get((_BARE[pair[0]], _BARE[pair[1]]))
            if meant is None:
                continue
            before = at and (norms[at - 1], meant[0]) in self.neighbours
            if not before and (meant[1], "".join(norms[at + 2 : at + 3])) not in self.neighbours:
                continue
            low, high = max(0, at - _BROKEN), min(len(norms), at + _BROKEN)
            words = [*norms[low:at], *meant, *norms[at + 2 : high]]
            wrong = [at + i for i in (0, 1) if norms[at + i] != meant[i]]
            for key, first, behind in self.matcher(Doc(doc.vocab, words=words)):
                start, end = low + first, low + behind
                if self._is_long(words[first:behind]) and any(start <= i < end for i in wrong):
                    last = max(last, end - 1)
                    for entry in self.entries[key]:
                        if not entry.capitals:
                            yield start, end, entry

    @staticmethod
    def _is_long(words: list[str]) -> bool:
        """Whether words cannot well be others than those of a register although their marks differ."""
        return len(words) >= _LONG_PHRASE and sum(map(len, words)) >= _LONG_LETTERS

    def level_of(self, words: str) -> str:
        """The level that the first level word among `words` names, "" without one."""
        m = self._level.search(f" {words} ".replace(",", " "))
        return self.levels[m[1]] if m is not None else ""

    def begins_tail(self, norm: str) -> bool:
        """Whether a tail (level, place) can begin with a word."""
        known = self._tail_firsts.get(norm)
        if known is None:
            known = self.tail.regex.match(" " + norm, partial=True) is not None
            if len(self._tail_firsts) < _MEMORY:
                self._tail_firsts[norm] = known
        return known

    def groups_from(self, words: str) -> tuple[Rule, ...]:
        """The rules of groups that can match a text which goes on from `words`: they do not look back."""
        rules = self._group_firsts.get(words)
        if rules is None:
            rules = tuple(r for r in self.group_rules if r.regex.match(words, partial=True) is not None)
            if len(self._group_firsts) < _MEMORY:
                self._group_firsts[words] = rules
        return rules


def _longest(hit: tuple[int, _Entry]) -> tuple[int, int]:
    return -hit[0], _KINDS.index(hit[1].kind)


def _alike(name: list[str], head: list[str]) -> bool:
    """Whether a name begins as a head does, or has its other words ("Ban Chỉ huy …", "Bộ Chỉ huy …")."""
    return name[0] == head[0] or (len(head) > 1 and name[1 : len(head)] == head[1:])


def made_id(name: str) -> str:
    """The id of an agency that has only a name."""
    return "x:" + slug(name)


def ref_to(name: str) -> AgencyRef:
    """A reference to an agency that no register knows, by its name as written."""
    return AgencyRef(id=made_id(name), name=name)


def each_once(refs: list[AgencyRef]) -> list[AgencyRef]:
    """The references without those that stand again further on, at the place of the last of each."""
    return list({(r.id, r.title): r for r in reversed(refs)}.values())[::-1]


def lexicon_of(doc: Doc, book: Rulebook) -> AgencyLexicon:
    """The register's phrases for a Doc's vocabulary, built once per rulebook; its tokenizer keeps them."""
    kept = doc.user_data[KEPT]
    found: AgencyLexicon | None = kept.get(book)
    if found is None:
        kept[book] = found = AgencyLexicon(doc.vocab, book)
    return found


class AgencyFinder:
    """Finds the agencies of one Doc. Places must have been found before (group ``places``)."""

    def __init__(
        self, doc: Doc, annotations: Annotations, lexicon: AgencyLexicon, skip: list[Mention]
    ) -> None:
        self.view, self.lex = annotations.view, lexicon
        self.texts: list[str]
        self.starts: list[int]
        self.norms: list[str]
        self.texts, self.starts, self.norms, _ = doc.user_data[WORDS]
        self.at = lexicon.lookup(doc, self._line_breaks(annotations.blocks))
        self.places = {m.start: m for m in annotations.group("places") if m.label != "area"}
        self.place_starts = sorted(self.places)
        self.groups = self._find_groups()
        self.shouted, self.shouted_ends = self._capital_lines()
        self._bodies: dict[int, tuple[int, AgencyValue] | None] = {}
        self.blocked: set[int] = set()
        for m in skip:
            self.blocked.update(range(m.start, m.end))

    def _line_breaks(self, blocks: list[Block]) -> Iterator[int]:
        """The tokens that break a line inside a sentence: the layout has joined the lines to one block."""
        text = self.view.text
        for block in blocks:
            at = -1 if block.cells else text.find("\n", block.content, block.end)
            while at >= 0:
                yield self._token_from(at)
                at = text.find("\n", at + 1, block.end)

    def _find_groups(self) -> dict[int, tuple[int, Rule]]:
        """Offset -> (end, rule) of each group; a rule is asked only at the words that can begin one."""
        found: dict[int, tuple[int, Rule]] = {}
        view = self.view
        for start in sorted({start for rule in self.lex.group_rules for start in rule.places(view)}):
            for rule in self.lex.groups_from(view.key[start : start + _GROUP_REACH]):
                m = rule.match(view, start)
                if m is not None:
                    s, e = Rule.span_of(m)
                    if s not in found or found[s][0] < e:
                        found[s] = (e, rule)
        return found

    def _capital_lines(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the lines in capitals: there a capital says nothing about names."""
        starts, ends, at = [], [], 0
        for line in self.view.text.split("\n"):
            if line.isupper() and len(line) > 3:
                starts.append(at)
                ends.append(at + len(line))
            at += len(line) + 1
        return starts, ends

    def _is_shouted(self, offset: int) -> bool:
        at = bisect_right(self.shouted, offset) - 1
        return at >= 0 and offset < self.shouted_ends[at]

    # -- tokens ---------------------------------------------------------------------------------------------

    def _end(self, token: int) -> int:
        """Offset behind token number ``token - 1``."""
        return self.starts[token - 1] + len(self.texts[token - 1])

    def _token_from(self, offset: int) -> int:
        """Index of the first token at or behind `offset`."""
        return bisect_left(self.starts, offset)

    def _skip_space(self, i: int) -> int:
        """Index of the first token from `i` on that is no white space."""
        texts, end = self.texts, len(self.texts)
        while i < end and texts[i].isspace():
            i += 1
        return i

    def _written(self, start: int, end: int, entry: _Entry) -> bool:
        """Whether a register hit is written as a name: abbreviations in capitals, words with a capital."""
        if entry.capitals:
            text = self.view.text[self.starts[start] : self._end(end)]
            return text.upper() == text
        first = self.texts[start][0]
        return first.isupper() or (entry.kind == "field" and not first.isdigit())

    # -- pieces ---------------------------------------------------------------------------------------------

    def _bare(self, m: Mention) -> str:
        """The place's name without its level word, when it stands so in the text (Tỉnh ủy An Giang)."""
        words, full = squeeze(self.view.text[m.start : m.end]), str(m.value.name)
        if words.isupper() and match_key(full).endswith(match_key(words)):
            return full[-len(words) :]
        return words if match_key(words) != match_key(full) else full

    def _tail(self, i: int, bare: bool = False) -> tuple[int, str, Any, str]:
        """Level and place behind a name that ends before token `i`: (next token, words, place value, level).

        With `bare` a place keeps the words it is written with.
        """
        words: list[str] = []
        place: Any = None
        level = ""
        before = i
        i = self._past_short(i)
        for _ in range(2):
            offset = self._end(i)
            j = self._skip_space(i)
            if j == len(self.starts):
                break
            m = self.places.get(self.starts[j]) if self.starts[j] - offset <= 2 else None
            if m is not None and (not words or place is None):
                words.append(
                    squeeze(self.view.text[m.start : m.end])
                    if m.label == "list"
                    else self._bare(m)
                    if bare
                    else m.value.name
                )
                place, level = m.value, level or m.value.level
                i = self._token_from(m.end)
                if m.label == "list":
                    break
                continue
            if words and place is None and level not in ("", "central"):
                break
            if words or not self.lex.begins_tail(self.norms[j]):
                break
            hit = self.lex.tail.match(self.view, offset)
            if hit is None:
                break
            s, e = Rule.span_of(hit)
            inside = self.place_starts[bisect_right(self.place_starts, s) : bisect_left(self.place_starts, e)]
            if inside:
                last = self.places[inside[-1]]
                own = self.norms[j] in self.lex.each and self.lex.level_of(self.view.key[s : last.start])
                if len(inside) > 1 or last.end < e or not own:
                    break  # the words are of that place
                e, place = last.end, last.value  # the last of several is named: "các huyện, thành phố Huế"
            said = self.view.key[s:e]
            if "," in said or said.split()[0] in self.lex.each:
                listed = self.lex.name_list.match(self.view, e)
                members = self._shared(self._skip_space(self._skip_space(i) + 1)) if listed is None else None
                if listed is not None:
                    e = Rule.span_of(listed)[1]
                elif members is not None:  # "Ban Chỉ huy các Bộ: Quốc phòng, Công an"
                    e = max(e, self._end(members[1][-1][1]))
            words.append(self._plain(s, e))
            level = level or self.lex.level_of(said)
            i = self._token_from(e)
            if place is None and e == s:
                break
        return i if words else before, " ".join(words), place, level

    def _past_short(self, i: int) -> int:
        """The token behind a short name in brackets: "Ủy ban nhân dân (UBND) tỉnh"."""
        offset = self._end(i)
        if self.view.text[offset : offset + 2] != " (":
            return i
        short = self.lex.bracket_short.match(self.view, offset)
        return self._token_from(short.end()) if short else i

    def _plain(self, start: int, end: int) -> str:
        """The words as written; in lower case where the whole line is in capitals."""
        return squeeze((self.view.key if self._is_shouted(start) else self.view.cased)[start:end])

    def _stops(self, i: int) -> bool:
        """Whether the lower-case words from token `i` end a name (not in a compound such as công trình)."""
        before = self._previous(i)
        after = self.norms[self._skip_space(i + 1)] if self._skip_space(i + 1) < len(self.norms) else ""
        if (before, self.norms[i]) in self.lex.compounds:
            return False
        if (self.norms[i], after) in self.lex.compounds and not self._behind_proper_name(i):
            return False
        for parts in self.lex.stop.get(self.norms[i], ()):
            j, ok = i, True
            for part in parts:
                j = self._skip_space(j)
                if j >= len(self.norms) or self.norms[j] != part:
                    ok = False
                    break
                j += 1
            if ok:
                return self.lex.field_verb.match(self.view, self.starts[i]) is None
        return False

    def _behind_proper_name(self, i: int) -> bool:
        """Whether the two words before token `i` have capitals, as in a place's name ("Nha Trang")."""
        j = i - 1
        while j > 0 and self.texts[j] == " ":
            j -= 1
        k = j - 1
        while k > 0 and self.texts[k] == " ":
            k -= 1
        return k >= 0 and self.texts[j].istitle() and self.texts[k].istitle()

    def _free(self, i: int, lower: bool = False) -> int:
        """End (token index) of a free name that begins at token `i`; `i` itself when there is none.

        With `lower` the name may be written in lower case from its first word on.
        """
        j = self._skip_space(i)
        if j >= len(self.texts) or not (self.texts[j][0].isupper() or (lower and self.texts[j][0].isalpha())):
            return i
        end, count, small = i, 0, 0
        upper_text = self.texts[j].isupper() and len(self.texts[j]) > 2
        while j < len(self.texts) and count < FREE_NAME_LIMIT:
            word = self.texts[j]
            if word.isspace():
                if "\n" in word and not self._wrapped(j):
                    break
                j += 1
                continue
            if self.starts[j] in self.blocked:
                break
            if word[0].isalpha():
                if word[0].islower() and (self._stops(j) or self.starts[j] in self.groups):
                    break
                if (
                    end > i
                    and word[0].isupper()
                    and any(
                        x.kind in _OPENING and self._written(j, e, x) and self._is_start(e, x)
                        for e, x in self.at.get(j, ())
                    )
                ):
                    break
                if end > i and self.starts[j] in self.places and self.places[self.starts[j]].label != "list":
                    break
                if word[0].islower() and self.norms[j] in self.lex.joins:
                    k = self._skip_space(j + 1)
                    if k >= len(self.texts) or not self.texts[k][0].isupper() or upper_text:
                        break
                    if any(x.kind in _OPENING for _, x in self.at.get(k, ())) or self._opens_body(k):
                        break
                if (
                    (end > i or self.norms[j] in self.lex.each)
                    and word[0].islower()
                    and (self.lex.levels.get(word.lower()) or self.norms[j] in self.lex.each)
                    and self.lex.tail.match(self.view, self._end(j))
                ):
                    break
                small = small + 1 if word[0].islower() else 0
                if small > SMALL_WORDS_LIMIT:
                    break
                end = j + 1
                count += 1
            elif word in ("&", "-", "–") and end > i:
                k = self._skip_space(j + 1)
                if k >= len(self.texts) or not (self.texts[k][0].isupper() or self._numbered(j)):
                    break
            elif word == "," and end > i:
                k = self._skip_space(j + 1)
                if not (self._comma_compound(j, k) or self._comma_inside(k)):
                    break
            elif word.isdigit() and end > i and len(word) <= 2 and not self.texts[j - 1].isspace():
                end = j + 1
            else:
                break
            j += 1
        while end > i and (
            self.norms[end - 1] in self.lex.joins
            or (self.norms[end - 1] in self.lex.levels and self.texts[end - 1][0].islower())
            or self.texts[end - 1].isspace()
        ):
            end -= 1
        return end

    def _numbered(self, j: int) -> bool:
        """Whether the hyphen at token `j` joins a word and a number ("Covid-19")."""
        return (
            j + 1 < len(self.texts)
            and self.texts[j - 1][0].isalpha()
            and self.texts[j + 1].isdigit()
            and self._end(j) == self.starts[j]
        )

    def _wrapped(self, j: int) -> bool:
        """Whether a name goes on behind the line break at token `j`: an open end, or a small word follows."""
        if "\n\n" in self.texts[j] or j + 1 >= len(self.texts):
            return False
        word = self.texts[j + 1]
        return self.norms[j - 1] in self.lex.joins or (len(word) > 1 and word[0].islower())

    def _is_start(self, end: int, entry: _Entry) -> bool:
        """Whether a head inside a name begins another agency (a lone head word such as "Hội" does not)."""
        if entry.kind != "head":
            return True
        if entry.takes in ("place", "alone"):
            return True
        k = self._skip_space(end)
        return any(x.kind == "field" for _, x in self.at.get(k, ()))

    def _comma_compound(self, j: int, k: int) -> bool:
        """Whether the comma at token `j` stands inside a word of two parts ("phòng, chống")."""
        return k < len(self.norms) and (self._previous(j), self.norms[k]) in self.lex.comma_compounds

    def _comma_inside(self, k: int) -> bool:
        """A comma inside a name: one or two capitalised words, then "và" and another capitalised word."""
        j, words = k, 0
        while j < len(self.texts) and words < 5:
            word = self.texts[j]
            if word.isspace():
                j += 1
                continue
            if self.norms[j] in self.lex.joins:
                n = self._skip_space(j + 1)
                return (
                    words > 0
                    and n < len(self.texts)
                    and self.texts[n][0].isupper()
                    and not self._agency_at(n)
                )
            if not word[0].isalpha() or (words == 0 and not word[0].isupper()) or self._agency_at(j):
                return False
            words += 1
            j += 1
        return False

    def _agency_at(self, i: int) -> bool:
        return any(x.kind in _OPENING and self._written(i, e, x) for e, x in self.at.get(i, ()))

    # -- names ----------------------------------------------------------------------------------------------

    def _body(self, i: int) -> tuple[int, AgencyValue] | None:
        """An agency without its post that begins at token `i`, read once."""
        if i not in self._bodies:
            self._bodies[i] = self._read_body(i)
        return self._bodies[i]

    def _read_body(self, i: int) -> tuple[int, AgencyValue] | None:
        best: tuple[int, int, bool, AgencyValue] | None = None
        for end, entry in self.at.get(i, ()):
            if entry.kind == "agency" and self._written(i, end, entry):
                value = AgencyValue(entry.id, entry.name, entry.level or None, core=entry.name)
                candidate = (i if self._longer(end) else end, end, True, value)
            elif entry.kind == "head" and self._head_written(i, end, entry):
                built = self._built(i, end, entry)
                if built is None:
                    continue
                candidate = built
            else:
                continue
            if best is None or candidate[:3] > best[:3]:
                best = candidate
        best_body = (best[1], best[3]) if best is not None else None
        group = self.groups.get(self.starts[i])
        if group is not None and (best_body is None or self._end(best_body[0]) < group[0]):
            return self._group(i, *group)
        return best_body

    def _head_written(self, i: int, end: int, entry: _Entry) -> bool:
        shouted = self._is_shouted(self.starts[i])
        if not shouted and self._written(i, end, entry):
            return True
        before = self._previous(i)
        if before in self.lex.joined:
            return False
        if shouted:
            return True
        if before in self.lex.each and entry.name.count(" ") >= 2:
            return True
        takes = entry.takes
        k = self._skip_space(end)
        if takes == "field" and self.norms[i] not in self.lex.capital:
            return any(x.kind == "field" and len(x.name.split()) >= 2 for _, x in self.at.get(k, ()))
        return " " in entry.name and takes in ("place", "alone") and bool(self._tail(end)[1])

    def _built(self, i: int, end: int, entry: _Entry) -> tuple[int, int, bool, AgencyValue] | None:
        """A name from its head on: (end of what a register knows, end, whether all is known, value)."""
        takes, head = entry.takes, entry.name
        j, core, known = end, head, True
        phrase = end
        k = self._skip_space(end)
        if takes in ("field", "free"):
            hits = [
                (e, x)
                for e, x in self.at.get(k, ())
                if x.kind == "field"
                and (not x.heads or head in x.heads or takes == "free")
                and self._written(k, e, x)
            ]
            if hits and self.lex.field_as_work.match(self.view, self.starts[k]) is not None:
                hits = []
            if hits and takes == "field":
                j, core = hits[0][0], f"{head} {hits[0][1].name}"
            phrase = j
            inner = (
                self._body(k)
                if takes == "free" and k < len(self.texts) and self.texts[k][0].isupper()
                else None
            )
            if inner is not None and not inner[1].group:
                value = inner[1]
                name = f"{head} {value.name}"
                value = value.changed(id=made_id(name), name=name, core=f"{head} {value.core}", head=head)
                return inner[0], inner[0], value.known, value
            field = bool(hits) and takes == "field"
            settled = self._is_shouted(self.starts[i]) or (field and not self._longer(j))
            free = end if settled else self._free(end, entry.key in self.lex.lower)
            if free > j:
                j, core, known = free, f"{head} {self._plain(self.starts[k], self._end(free))}", False
            elif (
                (takes == "free" or entry.level == "central")
                and j == end
                and k < len(self.texts)
                and self.texts[k].isdigit()
            ):
                numbered = self.lex.numbered.match(self.view, self._end(end))
                if numbered is not None:
                    j, core, known = k + 1, f"{head} {self.texts[k]}", False
            if j == end and entry.key not in self.lex.alone:
                if not self._lone_head(end):
                    return None
                known = False
        j2, tail, place, level = self._tail(j, takes == "alone" or not known)
        if not tail and takes == "alone" and entry.level in ("district", "province"):
            j2, tail = self._own_name(j)
        if (
            j == end
            and not tail
            and takes == "place"
            and entry.key not in self.lex.alone
            and not entry.capitals
        ):
            if " " not in head:
                return None
            known = False
        level = level or entry.level
        group = self._several(tail)
        name = f"{core} {tail}".strip()
        value = AgencyValue(
            made_id(name),
            name,
            None if group else (level or None),
            group=group,
            head=head,
            core=core,
            tail=tail,
            place=place,
            known=known,
        )
        return phrase, j2, known, value

    def _longer(self, i: int) -> bool:
        """Whether a name goes on behind a known field: with a capital, or a comma or "và" and a capital."""
        k = self._skip_space(i)
        if k < len(self.texts) and "\n" in self.view.text[self._end(i) : self.starts[k]]:
            return False
        joined = k < len(self.texts) and (self.texts[k] in (",", "-", "–") or self.norms[k] in self.lex.joins)
        if joined:
            k = self._skip_space(k + 1)
        if (
            k >= len(self.texts)
            or not self.texts[k][0].isupper()
            or self._agency_at(k)
            or self.starts[k] in self.places
        ):
            return False
        if not joined:
            return True
        return not any(x.kind == "field" for _, x in self.at.get(k, ())) and not self._opens_body(k)

    def _opens_body(self, i: int) -> bool:
        """Whether a noun at token `i` opens the name of another body, though no register has it."""
        return self.norms[i] in self.lex.body_firsts and bool(
            self.lex.body_noun.match(self.view, self.starts[i])
        )

    def _several(self, tail: str) -> bool:
        """Whether the words behind a name make it a group: "các huyện, thị xã", "các tỉnh: A, B"."""
        first = tail.lower().split(" ", 1)[0]
        return bool(tail) and (":" in tail or first in self.lex.each or first.isdigit())

    def _own_name(self, i: int) -> tuple[int, str]:
        """Up to four capitalised syllables behind a committee: an unknown place (Huyện ủy Krông Pắc)."""
        j = self._skip_space(i)
        end = i
        while (
            j < len(self.texts)
            and end - i < 8
            and self.texts[j][0].isupper()
            and not self._agency_at(j)
            and "\n" not in self.view.text[self._end(end) : self.starts[j]]
        ):
            end = j + 1
            j = self._skip_space(end)
        return (end, self._plain(self.starts[self._skip_space(i)], self._end(end))) if end > i else (i, "")

    def _lone_head(self, end: int) -> bool:
        """A head word without a name counts when a level or place follows ("Văn phòng Bộ", "Ban tỉnh")."""
        _, tail, _, _ = self._tail(end)
        return bool(tail)

    def _group(self, i: int, end: int, rule: Rule) -> tuple[int, AgencyValue]:
        stop = self._token_from(end)
        last = stop - 1
        while last > i and self.texts[last].isspace():
            last -= 1
        k = self._skip_space(stop)
        of = self.lex.belongs_to.match(self.view, self.starts[k]) if k < len(self.texts) else None
        if of is not None:
            k = self._skip_space(self._token_from(of.end()))
            k = k if k < len(self.texts) and self.texts[k][0].isupper() else len(self.texts)
        else:
            k = last if last > i and self._agency_at(last) else len(self.texts)
        inner = self._body(k) if k < len(self.texts) else None
        several = inner is not None and inner[1].group
        if inner is not None and self._end(inner[0]) > end and not (several and not self._apart(i, k, last)):
            before = self._joined(i, k) if k == last else None
            stop, end = (inner[0], self._end(inner[0])) if before is None else (before, self._end(before))
        else:
            stop, end = self._with_place(stop, end)
        words = self._plain(self.starts[i], end)
        name = rule.set.get("name") or words[0].lower() + words[1:]
        value = AgencyValue(made_id(name), name, None, group=True, core=name, title=rule.set.get("title"))
        return stop, value

    def _with_place(self, stop: int, end: int) -> tuple[int, int]:
        """The end of a group (token, offset) with the place whose level word closes it: "… tỉnh Lào Cai"."""
        before = bisect_left(self.place_starts, end) - 1
        place = self.places[self.place_starts[before]] if before >= 0 else None
        if place is None or place.label == "list" or place.end <= end or place.value.level is None:
            return stop, end
        word = self._previous(self._token_from(place.start))
        if word in self.lex.each or word in self.lex.joins or not word.isalpha():
            return stop, end  # "các tỉnh, thành phố Huế": one more of them
        return self._token_from(place.end), place.end

    def _apart(self, i: int, k: int, last: int) -> bool:
        """Whether the last noun of a group opens a name of its own: "các chủ rừng, Sở Y tế các tỉnh"."""
        return k == last and self.texts[k][0].isupper() and self._joined(i, k) is not None

    def _joined(self, i: int, k: int) -> int | None:
        """Where a group from token `i` ends that a comma or "và" joins to the body at `k`; else None.

        "các cơ quan, đơn vị, Sở Y tế": the group is the first two, Sở Y tế a body of its own.
        """
        joined, j = False, k - 1
        while j > i and self.texts[j].isspace():
            j -= 1
        j -= self.norms[j] in self.lex.each
        while j > i and (self.texts[j].isspace() or self.texts[j] in ",;" or self.norms[j] in self.lex.joins):
            joined = joined or not self.texts[j].isspace()
            j -= 1
        return j + 1 if joined and j > i else None

    def _shared(self, i: int, several: bool = True) -> tuple[int, list[tuple[int, int, AgencyValue]]] | None:
        """``các Bộ: Tài chính, Nội vụ và Bộ Y tế``: one head shared by several fields. `i` is at the head.

        Without a word for `several` ("Sở Tài chính, Nội vụ") only fields known with such a head are taken.
        """
        for end, entry in self.at.get(i, ()):
            if entry.kind != "head" or entry.takes not in ("field", "free"):
                continue
            j = self._skip_space(end)
            listed = j < len(self.texts) and self.texts[j] == ":"
            if not listed and several and (mates := self.lex.mates.match(self.view, self._end(end))):
                j, listed = self._token_from(mates.end()), True
            if listed:
                j = self._skip_space(j + 1)
            if entry.takes == "free":
                if listed and several:
                    return self._listed_names(entry, j)
                continue
            out: list[tuple[int, int, AgencyValue]] = []
            stop = end
            while j < len(self.texts):
                at = j
                own = next(
                    (e for e, x in self.at.get(j, ()) if x.kind == "head" and x.name == entry.name), None
                )
                if own is not None:
                    j = self._skip_space(own)
                hits = [(e, x) for e, x in self.at.get(j, ()) if x.kind == "field" and self._written(j, e, x)]
                hits.sort(key=lambda h: entry.name not in h[1].heads)
                if not hits or (out and not self._belongs(j, entry.name, hits[0][1], several)):
                    break
                e, x = hits[0]
                name = f"{entry.name} {x.name}"
                if any(value.name == name for _, _, value in out):
                    break  # "Bộ Y tế, Y tế các ngành": not the ministry again
                row = self._registered(name)
                value = AgencyValue(
                    row["id"] if row else made_id(name),
                    name,
                    entry.level or None,
                    head=entry.name,
                    core=name,
                )
                out.append((at, e, value))
                stop = e
                k = self._skip_space(e)
                if k < len(self.texts) and (self.texts[k] in (",", ";") or self.norms[k] in self.lex.joins):
                    k2 = self._skip_space(k + 1)
                    if self.texts[k] == "," and k2 < len(self.texts) and self.norms[k2] in self.lex.joins:
                        k2 = self._skip_space(k2 + 1)
                    j = k2
                    continue
                break
            if len(out) >= 2 and (committee := self._committee_of(stop, out)):
                return committee
            if len(out) >= 2:
                j2, tail, place, level = self._tail(stop)
                if tail:
                    group = self._several(tail)
                    out = [
                        (
                            a,
                            b,
                            v.changed(
                                name=f"{v.name} {tail}",
                                tail=tail,
                                place=place,
                                level=None if group else level or v.level,
                                group=group,
                                id=made_id(f"{v.name} {tail}"),
                            ),
                        )
                        for a, b, v in out
                    ]
                    stop = j2
                    out[-1] = (out[-1][0], j2, out[-1][2])
                return stop, out
        return None

    def _committee_of(
        self, stop: int, out: list[tuple[int, int, AgencyValue]]
    ) -> tuple[int, list[tuple[int, int, AgencyValue]]] | None:
        """Boards of one committee: "Ban Tuyên giáo, Ban Dân vận Tỉnh ủy"; None when no committee follows."""
        k = self._skip_space(stop)
        last = out[-1][2].name
        committee = next(
            (x.name for _, x in self.at.get(k, ()) if f"{last} {x.name}" in self.lex.heads), None
        )
        body = self._body(k) if committee is not None else None
        if body is None:
            return None
        end, of = body
        made = [
            (
                a,
                b,
                of.changed(
                    id=made_id(f"{v.name} {of.name}"),
                    name=f"{v.name} {of.name}",
                    head=f"{v.name} {committee}",
                    core=f"{v.name} {of.core}",
                ),
            )
            for a, b, v in out
        ]
        made[-1] = (made[-1][0], end, made[-1][2])
        return end, made

    def _listed_names(self, head: _Entry, j: int) -> tuple[int, list[tuple[int, int, AgencyValue]]] | None:
        """The names behind ``các Tập đoàn:``, from token `j` on; None unless a register knows one of them."""
        out: list[tuple[int, int, AgencyValue]] = []
        known = False
        while j < len(self.texts) and self.texts[j][0].isupper() and len(out) < _MOST_LISTED:
            end = self._free(j)
            if end <= j:
                break
            name = f"{head.name} {self._plain(self.starts[j], self._end(end))}"
            row = self.lex.whole_names.get(match_key(name))
            known = known or row is not None
            value = (
                AgencyValue(row.id, row.name, row.level or None, core=row.name)
                if row is not None
                else AgencyValue(made_id(name), name, head.level or None, head=head.name, core=name)
            )
            out.append((j, end, value))
            k = self._skip_space(end)
            if k >= len(self.texts) or not (self.texts[k] in (",", ";") or self.norms[k] in self.lex.joins):
                break
            j = self._skip_space(k + 1)
            if j < len(self.texts) and self.norms[j] in self.lex.joins:
                j = self._skip_space(j + 1)
        return (out[-1][1], out) if known and len(out) >= 2 else None

    def _registered(self, name: str) -> dict[str, str] | None:
        return self.lex.names.get(match_key(name))

    def _posts(self, i: int) -> list[tuple[int, _Entry]]:
        """The posts at token `i`, longest first; those with their agency ("Bí thư Tỉnh ủy") at the end."""
        hits = [
            (end, entry)
            for end, entry in self.at.get(i, ())
            if entry.kind == "post" and (not entry.capitals or self._written(i, end, entry))
        ]
        if not hits or (self.texts[i][0].islower() and self.lex.verb_like.match(self.view, self.starts[i])):
            return []
        return sorted(hits, key=lambda h: h[1].holds_agency)

    def find(self) -> list[Mention]:
        """All agencies, in text order, none inside another."""
        out: list[Mention] = []
        anchors = {self._token_from(s) for s in self.groups}
        for i, hits in self.at.items():
            only_field = hits[0][1].kind == "field" and all(x.kind == "field" for _, x in hits)
            if not only_field or self.norms[i] in self.lex.each:
                anchors.add(i)
        anchors.update([i - 1 for i in anchors if i and self.norms[i - 1] in self.lex.each])
        done, text = 0, self.view.text
        for i in sorted(anchors):
            start = self.starts[i]
            if start < done or start in self.blocked:
                continue
            if (
                start
                and text[start - 1] in "/&"
                and not (out and out[-1].end == start - 1 and text[start + 1].islower())
            ):
                continue  # a part of a number or a short name, no body beside the one before ("Sở A/Sở B")
            found = self._at(i)
            if found:
                done = found[-1].end
                out += found
        return out

    def _from_here(self, i: int, shared: list[tuple[int, int, AgencyValue]]) -> list[Mention]:
        """The mentions of a shared head; the first begins at token `i` (the head, or "các")."""
        out = [self._mention(a, b, v, "agencies.shared_head") for a, b, v in shared]
        out[0].start = self.starts[i]
        return out

    def _belongs(self, i: int, head: str, field: _Entry, several: bool) -> bool:
        """Whether a field at token `i` goes on with the list of a shared head.

        Behind a word for `several` it needs not be known with that head, but may not begin a body of its own
        ("các Sở: Y tế, Tài chính; Bảo hiểm xã hội tỉnh").
        """
        if head in field.heads and (several or self.texts[i][0].isupper()):
            return several or not self._agency_at(i)
        return several and not self._agency_at(i)

    def _at(self, i: int) -> list[Mention]:
        body = self._body(i)
        for post in self._posts(i):
            found = self._with_post(i, *post)
            if found and (body is None or not body[1].known or self._end(body[0]) < found[-1].end):
                return found
        each = self.norms[i] in self.lex.each
        head = self._skip_space(i + 1) if each else i
        if each or (i and self._previous(i) in self.lex.each):
            shared = self._shared(head)
            if shared is not None:
                return self._from_here(i, shared[1])
        if each and head < len(self.texts):
            inner = self._body(head)
            if inner is not None and not inner[1].group and (body is None or inner[0] > body[0]):
                name = f"{self.texts[i].lower()} {inner[1].name}"
                body = inner[0], inner[1].changed(name=name, id=made_id(name), level=None, group=True)
        if body is None:
            return []
        j, value = body
        if (
            not each
            and not value.group
            and not value.tail
            and j < len(self.texts)
            and self.texts[j] in (",", ";")
        ):
            shared = self._shared(i, several=False)
            if shared is not None:
                return self._from_here(i, shared[1])
        return [
            self._mention(
                i,
                j,
                value,
                "agencies.group"
                if value.group and not value.head
                else "agencies.register"
                if value.known
                else "agencies.built",
            )
        ]

    def _previous(self, i: int) -> str:
        j = i - 1
        while j >= 0 and self.texts[j].isspace():
            j -= 1
        return self.norms[j] if j >= 0 else ""

    def _body_in_post(self, i: int, end: int, entry: _Entry) -> Mention | None:
        """ "Trưởng Ban Quản lý các Khu công nghiệp": the name begins inside the post, goes on behind it."""
        implied = match_key(entry.head).split()
        if not implied:
            return None
        for k in range(i + 1, end):
            words = [n for n in self.norms[k:end] if not n.isspace()]
            if words and words == implied[: len(words)]:
                body = self._body(k)
                if body is not None and body[0] > end and not body[1].group:
                    before = self._end(k - 1 if self.texts[k - 1].isspace() else k)
                    title = squeeze(self.view.text[self.starts[i] : before]) or entry.name
                    return self._mention(i, body[0], body[1].changed(title=title), "agencies.post")
        return None

    def _with_post(self, i: int, end: int, entry: _Entry) -> list[Mention]:
        title = entry.name
        inner = self._body_in_post(i, end, entry)
        if inner is not None:
            return [inner]
        j = self._skip_space(end)
        if j < len(self.texts) and self.norms[j] in self.lex.each:
            shared = self._shared(self._skip_space(j + 1))
            if shared is not None:
                out = [
                    self._mention(a, b, v.changed(title=title), "agencies.shared_head")
                    for a, b, v in shared[1]
                ]
                out[0].start = self.starts[i]
                return out
        body = None
        if j < len(self.texts) and self.starts[j] - self._end(end) <= 2:
            body = self._body(j)
            if self.norms[j] in self.lex.each:
                behind = self._body(self._skip_space(j + 1))
                if behind is not None and (body is None or (not behind[1].group and behind[0] > body[0])):
                    body = behind
                    if not behind[1].group:
                        name = f"{self.texts[j].lower()} {behind[1].name}"
                        value = behind[1].changed(name=name, id=made_id(name), level=None, group=True)
                        body = behind[0], value
        if body is not None:
            k, value = body
            implied = entry.head
            if (
                implied
                and not value.group
                and not _alike(match_key(value.core).split(), match_key(implied).split())
                and not self._registered(implied)
            ):
                name = f"{implied} {value.name}"
                value = value.changed(name=name, core=f"{implied} {value.core}", id=made_id(name))
            elif implied and value.group and not value.head and self._of_those(entry, value):
                title = title[: -len(implied)].rstrip()
                name = f"{implied} {value.name}"
                value = value.changed(name=name, core=name, id=made_id(name))
            if value.title is None:
                value = value.changed(title=title)
            return [self._mention(i, k, value, "agencies.post")]
        implied = entry.head
        if not implied:
            return []
        row = self._registered(implied)
        if row is not None and row["name"] != title:
            return [
                self._mention(
                    i,
                    end,
                    AgencyValue(row["id"], row["name"], row["level"] or None, title=title, core=row["name"]),
                    "agencies.post",
                )
            ]
        head = self.lex.heads.get(implied)
        if head is None:
            return []
        core, stop = implied, end
        fields = [(e, x) for e, x in self.at.get(j, ()) if x.kind == "field" and self._written(j, e, x)]
        if (
            fields
            and head["takes"] == "field"
            and "\n" not in self.view.text[self._end(end) : self.starts[j]]
        ):
            core, stop = f"{implied} {fields[0][1].name}", fields[0][0]
        k, tail, place, level = self._tail(stop)
        if (
            not tail
            and stop == end
            and not (
                match_key(implied) in self.lex.alone
                and match_key(implied)
                in (match_key(title)[: len(implied)], match_key(title)[-len(implied) :])
            )
        ):
            return []
        name = f"{core} {tail}".strip()
        group = self._several(tail)
        value = AgencyValue(
            made_id(name),
            name,
            None if group else (level or head["level"] or None),
            title=title,
            group=group,
            head=implied,
            core=core,
            tail=tail,
            place=place,
        )
        return [self._mention(i, max(k, end), value, "agencies.post")]

    def _of_those(self, post: _Entry, group: AgencyValue) -> bool:
        """Whether a post ends with a body that each of a group has: "Giám đốc Bệnh viện các trường"."""
        row = self.lex.heads.get(post.head)
        if row is None or row["takes"] != "free" or not post.holds_agency:
            return False
        first, *words = match_key(group.name).split()
        return first in self.lex.each and words[:1] != match_key(post.head).split()[:1]

    def _mention(self, i: int, j: int, value: AgencyValue, rule: str) -> Mention:
        end = self._end(j)
        while end > self.starts[i] and self.view.text[end - 1].isspace():
            end -= 1
        if not value.group and value.id.startswith("x:") and value.id in self.lex.known_ids:
            row = self._registered(value.name)
            if row:
                value.id, value.name, value.level = row["id"], row["name"], row["level"] or value.level
        return Mention(self.starts[i], end, "group" if value.group else "agency", rule, value, value.id)
