"""Keys by which words are compared and found: without tone marks, without case, đ as d."""

from __future__ import annotations

import unicodedata

import regex

_NOT_KEY = regex.compile(r"[^0-9a-z]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))


def _table() -> dict[int, str]:
    table: dict[int, str] = {ord("đ"): "d", ord("Đ"): "d", ord("ð"): "d", ord("Ð"): "d"}
    for start, end in ((0xC0, 0x250), (0x1E00, 0x1F00)):
        for code in range(start, end):
            base = unicodedata.normalize("NFD", chr(code))[0]
            if base != chr(code) and base.isascii():
                table[code] = base.lower()
    return table


_TABLE = _table()
_MARKS = dict.fromkeys(range(0x300, 0x370))


def exact(text: str) -> str:
    """Lower case in NFC, marks kept."""
    return unicodedata.normalize("NFC", text).lower()


def fold(text: str) -> str:
    """Lower case without marks, đ as d; as long as the text in NFC.

    >>> fold("Điện Biên, HOÀ BÌNH")
    'dien bien, hoa binh'
    """
    return unicodedata.normalize("NFC", text).translate(_TABLE).translate(_MARKS).lower()


def key(text: str) -> str:
    """Folded words, one blank between them.

    >>> key("Sở Giáo dục & Đào tạo")
    'so giao duc dao tao'
    """
    return _NOT_KEY.sub(" ", fold(text)).strip()


def number_key(number: str) -> str:
    """A document number as it is compared: folded, no blanks, no leading zeros.

    >>> number_key("0757 / UBND–KGVX")
    '757/ubnd-kgvx'
    """
    return "".join(fold(number.translate(_DASHES)).split()).lstrip("0")
