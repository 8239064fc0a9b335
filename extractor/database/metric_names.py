"""What is measured, as it is compared: the short forms that the registers know are written out.

"Tỷ lệ bao phủ BHYT" and "tỷ lệ bao phủ bảo hiểm y tế" are one metric. A short form counts where it is made of
the initials of its name, and of that name only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from extractor.database.fold import fold, key
from extractor.rulebook import read_table, rules_folder

_WORD = re.compile(r"[^\W_]+")
#: letters of a short form at least
_SHORTEST = 3
_REGISTERS = (("agency_fields.csv", "field"), ("agency_heads.csv", "head"), ("issuer_codes.csv", "name"))
#: without them a short form is no syllable, so that it is known in small letters too
_VOWELS = frozenset("aeiou")


def metric_key(metric: str) -> str:
    """The key of a metric.

    >>> metric_key("Tỷ lệ bao phủ BHYT")
    'ty le bao phu bao hiem y te'
    """
    return key(_WORD.sub(lambda m: _written_out(m[0]), metric))


def _written_out(word: str) -> str:
    short = fold(word)
    if len(word) < _SHORTEST or not (word.isupper() or not _VOWELS.intersection(short)):
        return word
    return _short_forms().get(short, word)


@cache
def _short_forms() -> dict[str, str]:
    """Folded short form -> the one name that it is made of."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file, column in _REGISTERS:
        for row in read_table(rules_folder(), file):
            name = key(row[column])
            for alias in (row.get("code", ""), *row["aliases"].split("|")):
                if len(alias) >= _SHORTEST and alias.isalpha() and alias.isupper():
                    found[fold(alias)].update([name] if _is_made_of(fold(alias), name.split()) else ())
    return {short: names.pop() for short, names in found.items() if len(names) == 1}


def _is_made_of(short: str, words: list[str]) -> bool:
    """Whether a short form is the initials of words, of which one at most is left out."""
    initials = "".join(word[0] for word in words)
    shorter = (initials[:i] + initials[i + 1 :] for i in range(1, len(initials)))
    return short == initials or short in shorter
