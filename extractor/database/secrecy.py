"""Whether a letter may bear a secrecy mark: asked before it is written, and broader than the record's field.

The header tells a mark where it stands as the decree on records wants it. Marks are stamped, typed and
scanned in other places and forms too; where one may be meant, a person must say that it may come in.
"""

from __future__ import annotations

from typing import Any

from extractor.batch import Settings
from extractor.pipeline import rulebook_of
from extractor.rulebook import Rule
from extractor.textview import TextView, squeeze

#: the code under which a letter that is not taken is told
SECRET = "secret"
_SURE = (
    "Văn bản có dấu “{mark}” nên không được đưa vào cơ sở dữ liệu, nội dung không được giữ lại."
    " Chỉ khi được phép, hãy chạy lại với --allow-secret."
)
_DOUBTFUL = (
    "Văn bản có chữ “{mark}” ở chỗ có thể là dấu độ mật nên không được đưa vào cơ sở dữ liệu, nội dung không"
    " được giữ lại. Nếu đã xem và chắc chắn văn bản không mật, hoặc được phép nhận, hãy chạy lại với"
    " --allow-secret."
)


def refusal(record: dict[str, Any], settings: Settings) -> str | None:
    """Why a letter (its record as JSON) is not taken without leave; None where nothing looks like a mark."""
    mark = record["document"]["secrecy"]
    if mark:
        return _SURE.format(mark=mark)
    text = record["text"]
    view = TextView(text)
    for rule in rulebook_of(str(settings.rules or "")).having("secrecy", "mark"):
        m = rule.search(view)
        if m is not None:
            start, end = Rule.span_of(m)
            return _DOUBTFUL.format(mark=squeeze(text[start:end]))
    return None
