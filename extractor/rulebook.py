"""Reads `rules/`: TOML files of rules and fragments, CSV files of registers; checks and compiles them.

A rule has an `id`, a sentence `means`, either a `pattern` (a `regex` pattern with ``{fragments}``) or a
list of `words`, and its own `examples` (with the found stretch between tags) and counter-examples (`not`).
Patterns are matched on the lower-case view of a text with newer tone marks (`TextView.key`), with `case =
true` on the cased view; with ``at_start = true`` a rule is only asked at the place where something begins,
and so are its examples. ``anchor`` lists strings of which each match holds one: a stretch without any is not
searched. ``local = true`` says that a rule is asked near other finds only, or is just a list of words: then
it need not be known where in a text it may match.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import regex

from extractor.errors import Reject, RuleError
from extractor.firsts import FirstIndex, begins_at_line, without_looking_back
from extractor.quick import in_re
from extractor.textview import Memo, TextView, match_key, tone_key

_FRAGMENT = regex.compile(r"\{(@?[a-z][a-z0-9_.]*)\}")
_RULE_KEYS = {
    "id",
    "means",
    "pattern",
    "words",
    "examples",
    "not",
    "case",
    "ignore",
    "anchor",
    "set",
    "at_start",
    "local",
}
_FILE_KEYS = {"topic", "about", "fragments", "csv_fragments", "rule"}
#: what the value of a key must be, in a rule and in a file
_KINDS: dict[str, type] = {
    **dict.fromkeys(("id", "means", "pattern", "topic", "about"), str),
    **dict.fromkeys(("words", "examples", "not", "anchor", "rule"), list),
    **dict.fromkeys(("case", "ignore", "at_start", "local"), bool),
    **dict.fromkeys(("set", "fragments", "csv_fragments"), dict),
}
_KIND_NAMES = {
    str: "một chuỗi trong nháy",
    list: "một danh sách [ … ]",
    bool: "true hoặc false",
    dict: "một bảng",
}
#: the name of a group
_NAME = re.compile(r"\(\?P?<[a-z]\w*>")
#: a group that a match does not try again when the rest fails; one that holds no group, so no look-behind
_NO_WAY_BACK = re.compile(r"\(\?>|\)(?:[*+?]|\{\d*,?\d*\})\+")
_PLAIN_GROUP = re.compile(r"\((?:\?:)?(?:[^()\\]|\\.)*\)(?:[*+?]|\{\d*,?\d*\})\+")
#: characters of a string of which is remembered whether a rule is found in it
_REMEMBERED = 40
#: the borders of a word
EDGE_L, EDGE_R = r"(?<![\p{L}\p{N}_])", r"(?![\p{L}\p{N}_])"
#: seconds a search over a whole text may take before the text is rejected
TIMEOUT = 60.0
#: a stretch shorter than this is searched as it is; one up to this long, unless the text's tokens are known
SHORTEST, SHORT = 12, 100
#: a longer stretch (characters) is searched with the time limit, which costs as much as a short search
TIMED_FROM = 4000


@dataclass(frozen=True)
class Example:
    """A sentence with the stretches a rule must find in it: (start, end, tag, attributes)."""

    text: str
    spans: tuple[tuple[int, int, str, dict[str, str]], ...]


_TAG = regex.compile(r"<(/?)([a-z_]+)((?:\s+[a-z_]+=\"[^\"]*\")*)\s*>")
_ATTR = regex.compile(r"([a-z_]+)=\"([^\"]*)\"")


def parse_example(marked: str) -> Example:
    """Read ``'trước <date value="2020-03-05">ngày 05/3/2020</date>'``.

    Raises `RuleError` for a tag that is not closed, not opened, or nested.
    """
    plain: list[str] = []
    spans: list[tuple[int, int, str, dict[str, str]]] = []
    length, at, opened = 0, 0, None
    for m in _TAG.finditer(marked):
        plain.append(marked[at : m.start()])
        length += m.start() - at
        at = m.end()
        if not m[1]:
            if opened:
                raise RuleError(
                    f"thẻ <{m[2]}> nằm trong thẻ <{opened[1]}>, hãy để mỗi thẻ đứng riêng: {marked}"
                )
            opened = (length, m[2], dict(_ATTR.findall(m[3])))
        else:
            if not opened or opened[1] != m[2]:
                raise RuleError(f"thẻ </{m[2]}> không có thẻ mở <{m[2]}> trước nó: {marked}")
            if opened[0] == length:
                raise RuleError(f"giữa <{m[2]}> và </{m[2]}> chưa có chữ nào: {marked}")
            spans.append((opened[0], length, opened[1], opened[2]))
            opened = None
    if opened:
        raise RuleError(f"thẻ <{opened[1]}> chưa đóng, hãy thêm </{opened[1]}>: {marked}")
    plain.append(marked[at:])
    return Example("".join(plain), tuple(spans))


@dataclass(slots=True, eq=False)
class Rule:
    """One rule of a TOML file. `set` holds constants that the stage copies to what the rule finds."""

    id: str
    means: str
    source: str
    file: str
    line: int
    words: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    negatives: tuple[str, ...] = ()
    case: bool = False
    ignore: bool = False
    anchors: tuple[str, ...] = ()
    set: dict[str, Any] = field(default_factory=dict)
    at_start: bool = False
    local: bool = False
    #: knows where the rule is worth asking (after `Rulebook.compile`); None: it must be looked for
    index: FirstIndex | None = None

    #: the match keys of `words`
    keys: frozenset[str] = field(init=False)
    #: the pattern in `re`, for usual texts, unless all that a repeated group captured is asked for
    quick: re.Pattern[str] | None = field(init=False)
    #: for a rule that is not `quick`, in `re`: matches in usual texts where the rule does, and elsewhere;
    #: it does not look back, and names no groups
    sieve: re.Pattern[str] | None = field(init=False)
    _regex: Any = field(init=False, default=None)
    _matcher: Any = field(init=False, default=None)
    _hit: Memo[bool] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.keys = frozenset(map(match_key, self.words))
        self._hit = Memo(self._found_in)
        self._hit.size = 1 << 10
        self.quick = None if self.set.get("list") else in_re(self.source)
        self.sieve = None
        if self.quick is None and not _NO_WAY_BACK.search(_PLAIN_GROUP.sub("", self.source)):
            self.sieve = in_re(_NAME.sub("(", without_looking_back(self.source, openings=("(?<=", "(?<!"))))

    @property
    def regex(self) -> Any:
        """The compiled pattern. Raises `RuleError` when it does not compile."""
        if self._regex is None:
            try:
                self._regex = regex.compile(self.source, regex.V0 | regex.MULTILINE)
            except regex.error as e:
                raise RuleError(
                    f"{self.id}: mẫu (pattern) viết sai, hãy sửa lại biểu thức: {e}", self.file, self.line
                ) from None
        return self._regex

    @property
    def matcher(self) -> Any:
        """The pattern for questions at a single place.

        Before it matches, `regex` looks through the rest of the text for a string that each match must have:
        for many questions that is quadratic. A second branch, which never matches, leaves it no such string.
        """
        if self._matcher is None:
            self._matcher = regex.compile(f"(?:{self.source})|(?!)", regex.V0 | regex.MULTILINE)
        return self._matcher

    def _asker(self, view: TextView, length: int) -> Callable[[str, int, int], Any]:
        """What says whether the rule matches at a place of a stretch of so many characters."""
        if view.is_usual:
            if self.quick is not None:
                return self.quick.match
            if self.sieve is not None:
                return self._sifted
        match: Callable[[str, int, int], Any] = (self.regex if length <= TIMED_FROM else self.matcher).match
        return match

    def _sifted(self, over: str, start: int, stop: int) -> Any:
        """The match at a place, with `regex` asked only where `sieve` matches."""
        if self.sieve is not None and self.sieve.match(over, start, stop) is None:
            return None
        return (self.regex if stop - start <= TIMED_FROM else self.matcher).match(over, start, stop)

    def finditer(self, view: TextView, start: int = 0, end: int | None = None) -> Iterator[Any]:
        """Matches in ``view[start:end]``, of `regex` or of `re`, with offsets into the whole text.

        A rule whose `set` has ``list`` gives those of `regex`, which know all that a group captured.
        """
        over = view.cased if self.case else view.key
        stop = len(over) if end is None else end
        asked = view.asked.get(self.index)
        if asked is None:
            places = self._worth(view, over, start, stop)
        else:
            known = asked.get(self.id)
            places = _between(known, start, stop) if known is not None else ()
        if places is None:
            if stop - start > TIMED_FROM:
                return self._timed(over, start, stop)
            engine = self.quick if self.quick is not None and view.is_usual else self.regex
            return iter(engine.finditer(over, start, stop))
        if not places or (self.anchors and not self._anchored(over, start, stop)):
            return iter(())
        match, at, found = self._asker(view, stop - start), start, []
        for place in places:
            if place >= at:
                m = match(over, place, stop)
                if m is not None:
                    found.append(m)
                    at = m.end()
                    if at == place:
                        at += 1
        return iter(found)

    def search(self, view: TextView, start: int = 0, end: int | None = None) -> Any:
        """The first match in ``view[start:end]``, or None."""
        over = view.cased if self.case else view.key
        stop = len(over) if end is None else end
        asked = view.asked.get(self.index)
        if asked is None:
            places = self._worth(view, over, start, stop)
        else:
            known = asked.get(self.id)
            places = _between(known, start, stop) if known is not None else ()
        if places is None:
            if stop - start > TIMED_FROM:
                return next(self.finditer(view, start, stop), None)
            engine = self.quick if self.quick is not None and view.is_usual else self.regex
            return engine.search(over, start, stop)
        if not places or (self.anchors and not self._anchored(over, start, stop)):
            return None
        match = self._asker(view, stop - start)
        for place in places:
            m = match(over, place, stop)
            if m is not None:
                return m
        return None

    def anchored(self, view: TextView) -> bool:
        """Whether a text holds an anchor of the rule."""
        over = view.cased if self.case else view.key
        return self._anchored(over, 0, len(over))

    def _anchored(self, over: str, start: int, stop: int) -> bool:
        for anchor in self.anchors:  # noqa: SIM110 (several times faster than `any`)
            if over.find(anchor, start, stop) >= 0:
                return True
        return False

    def _worth(self, view: TextView, over: str, start: int, stop: int) -> Sequence[int] | None:
        """The places of a stretch where it is worth asking the rule; None when searching it is cheaper.

        For a text of which it is not known yet where the rules are worth asking.
        """
        if self.anchors and not self._anchored(over, start, stop):
            return ()
        index = self.index
        if index is None or stop - start < SHORTEST or (stop - start <= SHORT and not view.is_cut):
            return None
        return _between(view.places(index).get(self.id, ()), start, stop)

    def places(self, view: TextView) -> Sequence[int]:
        """Where the rule may match: the places at which it is worth asking, each token without an index."""
        if self.index is None:
            return view.pieces.starts
        return view.places(self.index).get(self.id, ())

    def _timed(self, over: str, start: int, stop: int) -> Iterator[Any]:
        """Matches in a long stretch. Raises `Reject` when the time is over: none is left out in silence."""
        try:
            yield from self.regex.finditer(over, start, stop, timeout=TIMEOUT)
        except TimeoutError:
            raise Reject("rule_timeout", self.id) from None

    def match(self, view: TextView, start: int = 0, end: int | None = None) -> Any:
        """The match that begins exactly at `start`, or None."""
        over = view.cased if self.case else view.key
        stop = len(over) if end is None else end
        quick = self.quick
        if quick is not None and view.is_usual:
            return quick.match(over, start, stop)
        return self._asker(view, stop - start)(over, start, stop)

    def hit(self, text: str) -> bool:
        """Whether the rule is found anywhere in a string; of short ones, which come again, that is kept."""
        return self._hit[text] if len(text) <= _REMEMBERED else self._found_in(text)

    def _found_in(self, text: str) -> bool:
        return self.search(TextView(text)) is not None

    @staticmethod
    def span_of(m: Any) -> tuple[int, int]:
        """What a match marks: its group ``m`` where the pattern names one, else all of it."""
        start, end = m.span("m") if "m" in m.re.groupindex else m.span()
        return start, end

    def _trial(self, view: TextView) -> list[Any]:
        """What the rule finds in an example: everywhere, or only at its beginning for a rule `at_start`."""
        if not self.at_start:
            return list(self.finditer(view))
        found = self.match(view)
        return [] if found is None else [found]

    def failures(self) -> list[str]:
        """What this rule's own examples and counter-examples say against it (empty: nothing)."""
        out = []
        for ex in self.examples:
            want = [(s, e) for s, e, _, _ in ex.spans]
            got = [self.span_of(m) for m in self._trial(TextView(ex.text))]
            if got != want:
                wanted, found = (", ".join(f"“{ex.text[s:e]}”" for s, e in spans) for spans in (want, got))
                message = (
                    f"{self.id}: ở ví dụ “{ex.text}” phải bắt {wanted} nhưng"
                    f" {f'bắt được {found}' if found else 'không bắt được gì'}."
                    " Hãy sửa mẫu hoặc thẻ của ví dụ."
                )
                out.append(message)
        for text in self.negatives:
            view = TextView(text)
            for m in self._trial(view):
                s, e = self.span_of(m)
                message = (
                    f"{self.id}: phải bỏ qua phản ví dụ “{text}” nhưng bắt được “{text[s:e]}”."
                    " Hãy sửa mẫu hoặc bỏ câu ấy khỏi `not`."
                )
                out.append(message)
        return out


def possible(rules: Iterable[Rule], view: TextView) -> list[Rule]:
    """Those of the rules that may match: the text holds an anchor of theirs and a place where to ask them."""
    places: dict[FirstIndex, dict[str, list[int]]] = {}
    out = []
    for rule in rules:
        index = rule.index
        if index is not None:
            known = places.get(index)
            if known is None:
                places[index] = known = view.places(index)
            if rule.id not in known:
                continue
        if not rule.anchors or rule.anchored(view):
            out.append(rule)
    return out


def _between(places: Sequence[int], start: int, stop: int) -> Sequence[int]:
    """The ascending `places` that lie in ``[start, stop)``."""
    low = bisect_left(places, start)
    if low == len(places) or places[low] >= stop:
        return ()
    if not low and places[-1] < stop:
        return places
    return places[low : bisect_left(places, stop, low)]


class Openers(Memo[frozenset[str]]):
    """The letters where a word begins -> the names (without their topic) of the rules that can match there.

    Most words begin none of them, and one look at a word answers for all.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = list(rules)
        index = FirstIndex(((r.id, r.source, r.case) for r in rules), at_words=True)
        always = {r.id for r in rules} - index.rules
        super().__init__(lambda word: frozenset(i.split(".")[1] for i in always.union(index.begun_by(word))))


def words_pattern(words: tuple[str, ...] | list[str], case: bool = False) -> str:
    """A pattern for any of `words` as whole words, the longest first; a blank matches white space."""
    view = tone_key if case else match_key
    ordered = sorted({view(w) for w in words}, key=lambda w: (-len(w), w))
    body = "|".join(
        regex.escape(w, special_only=True, literal_spaces=True).replace(" ", r"\s+") for w in ordered
    )
    return f"{EDGE_L}(?:{body}){EDGE_R}"


class Rulebook:
    """All rules and registers of a folder.

    ``book["dates.day_month_year"]`` is a rule, ``book.topic("dates")`` all rules of a topic in file order,
    ``book.table("units.csv")`` the rows of a register (values are strings, "" where empty).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules: dict[str, Rule] = {}
        self._topics: dict[str, dict[str, Rule]] = {}
        self._having: dict[tuple[str, str], list[Rule]] = {}
        self._openers: dict[tuple[str, tuple[str, ...]], Openers] = {}
        self._tables: dict[str, list[dict[str, str]]] = {}
        files = sorted(folder.glob("*.toml"))
        if not files:
            raise RuleError(
                "thư mục này không có tệp quy tắc (.toml) nào. Hãy chỉ đúng thư mục quy tắc.", str(folder), 0
            )
        parsed = [(f, *self._read(f)) for f in files]
        fragments: dict[str, tuple[str, str, int]] = {}
        for f, raw, data in parsed:
            for name, value in data.get("fragments", {}).items():
                line = _line_of_key(raw, name)
                if name in fragments:
                    raise RuleError(
                        f"đoạn mẫu {{{name}}} được đặt hai lần. Hãy đổi tên một trong hai.", f.name, line
                    )
                fragments[name] = (value, f.name, line)
            for name, spec in data.get("csv_fragments", {}).items():
                fragments[name] = (self._csv_fragment(spec, f.name, _line_of_key(raw, name)), f.name, 0)
            for item in data.get("rule", []):  # word lists can be used as fragments: {@id}
                if "words" in item:
                    fragments["@" + item["id"]] = (
                        words_pattern(item["words"], item.get("case", False)),
                        f.name,
                        0,
                    )
        self._fragments = fragments
        self._compiled = False
        for f, raw, data in parsed:
            for item in data.get("rule", []):
                self._add(item, data["topic"], f.name, raw)

    @staticmethod
    def _read(path: Path) -> tuple[str, dict[str, Any]]:
        raw = _text_of(path)
        try:
            data = tomllib.loads(raw)
        except tomllib.TOMLDecodeError as e:
            found = regex.search(r"line (\d+)", str(e))
            raise RuleError(
                f"tệp viết sai dạng TOML, hãy sửa ở dòng này: {e}", path.name, int(found[1]) if found else 0
            ) from None
        unknown = set(data) - _FILE_KEYS
        if unknown:
            raise RuleError(
                f"tệp quy tắc không có mục “{sorted(unknown)[0]}”. Hãy bỏ đi hoặc sửa lại tên mục.",
                path.name,
                _line_of_key(raw, sorted(unknown)[0]),
            )
        if "topic" not in data:
            raise RuleError('tệp quy tắc chưa nêu chủ đề. Hãy thêm dòng topic = "…" ở đầu tệp.', path.name, 1)
        _check_kinds(data, raw, path.name)
        return raw, data

    def _csv_fragment(self, spec: dict[str, str], file: str, line: int) -> str:
        try:
            values = [r[spec["column"]] for r in self.table(spec["file"]) if r[spec["column"]]]
        except KeyError as e:
            raise RuleError(
                f"đoạn mẫu lấy từ danh mục thiếu {e}. Hãy ghi đủ file và column, đúng tên cột.", file, line
            ) from None
        return words_pattern(values, bool(spec.get("case")))

    def _expand(self, pattern: str, file: str, line: int, depth: int = 0) -> str:
        def one(m: Any) -> str:
            if m[1] not in self._fragments:
                raise RuleError(
                    f"không có đoạn mẫu {{{m[1]}}}. Hãy đặt nó ở [fragments] hoặc sửa lại tên.", file, line
                )
            if depth > 8:
                raise RuleError(f"đoạn mẫu {{{m[1]}}} gọi lại chính nó. Hãy bỏ chỗ gọi ấy.", file, line)
            return "(?:" + self._expand(self._fragments[m[1]][0], file, line, depth + 1) + ")"

        return _FRAGMENT.sub(one, pattern)

    def _add(self, item: dict[str, Any], topic: str, file: str, raw: str) -> None:
        rule_id = item["id"]
        line = _line_of_rule(raw, rule_id)
        unknown = set(item) - _RULE_KEYS
        if unknown:
            raise RuleError(
                f"{rule_id}: quy tắc không có mục “{sorted(unknown)[0]}”. Hãy bỏ đi hoặc sửa lại tên mục.",
                file,
                line,
            )
        if rule_id in self.rules:
            raise RuleError(f"{rule_id}: đã có quy tắc mang tên này. Hãy đặt tên khác.", file, line)
        if not rule_id.startswith(topic + "."):
            raise RuleError(f"{rule_id}: tên phải bắt đầu bằng chủ đề của tệp: “{topic}.”", file, line)
        if ("pattern" in item) == ("words" in item):
            raise RuleError(f"{rule_id}: hãy ghi một trong hai mục pattern và words.", file, line)
        for key in ("means", "examples", "pattern" if "pattern" in item else "words"):
            if not item.get(key):
                raise RuleError(f"{rule_id}: mục {key} còn thiếu hoặc trống. Hãy ghi mục này.", file, line)
        case = bool(item.get("case", False))
        source = item.get("pattern") or words_pattern(item["words"], case)
        try:
            examples = tuple(parse_example(e) for e in item["examples"])
        except RuleError as e:
            raise RuleError(f"{rule_id}: {e.message}", file, line) from None
        for example in examples:
            if not example.spans:
                raise RuleError(
                    f"{rule_id}: hãy đặt thẻ quanh phần phải bắt của ví dụ này: {example.text}", file, line
                )
        rule = Rule(
            id=rule_id,
            means=item["means"],
            source=self._expand(source, file, line),
            file=file,
            line=line,
            words=tuple(item.get("words", ())),
            examples=examples,
            negatives=tuple(item.get("not", ())),
            case=case,
            ignore=bool(item.get("ignore", False)),
            anchors=tuple(item.get("anchor", ())),
            set=item.get("set", {}),
            at_start=bool(item.get("at_start", False)),
            local=bool(item.get("local", False)),
        )
        self.rules[rule_id] = rule
        self._topics.setdefault(topic, {})[rule_id.removeprefix(topic + ".")] = rule

    def compile(self) -> None:
        """Compile every pattern and find out where its matches can begin. Raises `RuleError`."""
        if self._compiled:
            return
        lines = {r.id for r in self.rules.values() if begins_at_line(r.source)}
        for at_lines in (False, True):
            rules = [r for r in self.rules.values() if (r.id in lines) is at_lines]
            index = FirstIndex(((r.id, r.source, r.case) for r in rules if not r.local), at_lines)
            for rule in rules:
                rule.index = index if rule.id in index.rules else None
                rule.regex  # noqa: B018 (compiled now, not while a text is read)
        self._compiled = True

    def __getitem__(self, rule_id: str) -> Rule:
        return self.rules[rule_id]

    def topic(self, name: str) -> list[Rule]:
        return [*self._topics.get(name, {}).values()]

    def having(self, topic: str, key: str) -> list[Rule]:
        """The rules of a topic that set `key`, in file order."""
        found = self._having.get((topic, key))
        if found is None:
            self._having[topic, key] = found = [r for r in self.topic(topic) if key in r.set]
        return found

    def openers(self, topic: str, names: tuple[str, ...]) -> Openers:
        """What tells of some rules of a topic which can match at a place; made once per rulebook."""
        found = self._openers.get((topic, names))
        if found is None:
            self._openers[topic, names] = found = Openers(map(self.named(topic), names))
        return found

    def named(self, topic: str) -> Callable[[str], Rule]:
        """The rules of a topic by their names in it: ``named("dates")("year")`` is ``dates.year``."""
        return self._topics[topic].__getitem__

    def table(self, name: str) -> list[dict[str, str]]:
        """Rows of a CSV register. Raises `RuleError` for a missing file or a row of another length."""
        if name not in self._tables:
            self._tables[name] = read_table(self.folder, name)
        return self._tables[name]

    def row_line(self, name: str, **cells: str) -> int:
        """The line (from 1) of the first row of a register that has these cells, 0 without one."""
        reader = csv.reader(io.StringIO(_text_of(self.folder / name), newline=""))
        header = next(reader, [])
        for row in reader:
            found = dict(zip(header, (c.strip() for c in row), strict=False))
            if all(found.get(column) == value for column, value in cells.items()):
                return reader.line_num
        return 0


def read_table(folder: Path, name: str) -> list[dict[str, str]]:
    """Rows of a CSV register, alone. Raises `RuleError` for a missing file or a row of another length."""
    path = folder / name
    if not path.is_file():
        raise RuleError("thiếu danh mục này trong thư mục quy tắc. Hãy chép nó vào.", name, 0)
    reader = csv.reader(io.StringIO(_text_of(path), newline=""))
    rows = []
    try:
        header = next(reader, [])
        for row in reader:
            if not row or row[0].startswith("#"):
                continue
            if len(row) != len(header):
                raise RuleError(
                    f"dòng có {len(row)} ô, dòng tiêu đề có {len(header)} ô. Hãy thêm hoặc bớt ô;"
                    " ô có dấu phẩy phải nằm trong nháy kép.",
                    name,
                    reader.line_num,
                )
            rows.append(dict(zip(header, (c.strip() for c in row), strict=True)))
    except csv.Error as e:
        raise RuleError(
            f"danh mục viết sai dạng CSV, hãy sửa ở dòng này: {e}", name, reader.line_num
        ) from None
    return rows


def _text_of(path: Path) -> str:
    """A file of `rules/`. Raises `RuleError` when it cannot be read or is not UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as e:
        raise RuleError(
            f"không đọc được tệp ({e.strerror}). Hãy xem lại tệp và quyền đọc.", path.name, 0
        ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        raise RuleError("tệp không phải UTF-8. Hãy lưu lại ở dạng UTF-8.", path.name, line) from None


def _check_kinds(data: dict[str, Any], raw: str, file: str) -> None:
    """Raises `RuleError` for the first value in a rule file that is not of the kind its key asks for."""
    for key, value in data.items():
        _check_kind(key, value, key, file, _line_of_key(raw, key))
    for name, value in data.get("fragments", {}).items():
        if not isinstance(value, str):
            line = _line_of_key(raw, name)
            raise RuleError(f"đoạn mẫu {{{name}}} phải là {_KIND_NAMES[str]}.", file, line)
    for name, value in data.get("csv_fragments", {}).items():
        if not isinstance(value, dict):
            line = _line_of_key(raw, name)
            raise RuleError(f"đoạn mẫu {{{name}}} phải là một bảng {{ file = …, column = … }}.", file, line)
    headings = [n for n, line in enumerate(raw.split("\n"), 1) if regex.match(r"\s*\[\[\s*rule\s*\]\]", line)]
    for i, item in enumerate(data.get("rule", [])):
        line = headings[i] if i < len(headings) else 1
        if not isinstance(item, dict):
            raise RuleError("mỗi quy tắc phải là một bảng, mở đầu bằng [[rule]].", file, line)
        rule_id = item.get("id")
        if not rule_id:
            raise RuleError("quy tắc chưa có tên. Hãy thêm dòng id.", file, line)
        if isinstance(rule_id, str):
            line = _line_of_rule(raw, rule_id)
        for key, value in item.items():
            _check_kind(key, value, f"{rule_id}: {key}", file, line)


def _check_kind(key: str, value: Any, shown: str, file: str, line: int) -> None:
    kind = _KINDS.get(key)
    if kind is None:
        return
    if not isinstance(value, kind):
        raise RuleError(f"{shown} phải là {_KIND_NAMES[kind]}.", file, line)
    if isinstance(value, list) and key != "rule" and not all(isinstance(v, str) for v in value):
        raise RuleError(f"{shown} phải là danh sách các chuỗi trong nháy.", file, line)


def _line_of_rule(raw: str, rule_id: str) -> int:
    """The line (from 1) that gives a rule its id."""
    return _line_of(raw, rf"\s*id\s*=\s*[\"']{regex.escape(rule_id)}[\"']")


def _line_of_key(raw: str, name: str) -> int:
    """The line (from 1) that gives `name` its value, or opens the table of that name."""
    name = regex.escape(name)
    return _line_of(raw, rf"\s*[\"']?{name}[\"']?\s*=|\s*\[+\s*{name}\s*\]")


def _line_of(raw: str, pattern: str) -> int:
    lines = enumerate(raw.split("\n"), 1)
    return next((number for number, line in lines if regex.match(pattern, line)), 1)


def rules_folder() -> Path:
    """Where the shipped rules lie: inside the package in a wheel, beside the package in a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


@cache
def default_rulebook() -> Rulebook:
    """The shipped rules, read once per process."""
    return Rulebook(rules_folder())
