"""What a person types for a value -> the value as a record holds it; every mistake is told in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Any, get_args

from sqlalchemy import Connection, select

from extractor.database import schema as t
from extractor.database.fold import key
from extractor.errors import CongvanError
from extractor.record import Comparator, DateRelation, FigureKind, Recurrence, ReferenceRelation
from extractor.rulebook import read_table, rules_folder
from extractor.textview import match_key, slug

Json = dict[str, Any]
#: characters of a value
_LONGEST = 20_000
_MOST_AGENCIES = 100
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def value_of(connection: Connection, record: Json, item: str, field: str, new: Any) -> Any:
    """The value of a field of an item ("document", "assignment", …). Raises `CongvanError`."""
    known = FIELDS.get(item)
    if known is None:
        raise CongvanError(f"Không có loại mục “{item}”. Hãy dùng: {', '.join(FIELDS)}.")
    if field not in known:
        raise CongvanError(f"Không sửa được “{field}” của {item}. Hãy chọn: {', '.join(known)}.")
    if isinstance(new, str):
        new = _UNSEEN.sub("", new).strip()
        if len(new) > _LONGEST:
            raise CongvanError(f"Giá trị dài quá {_LONGEST} ký tự.")
    read = known[field]
    if read in (_agencies, _agency):
        return read(new, connection, record)
    return read(new)


# -- plain values --------------------------------------------------------------------------------------------


def _text(new: Any) -> str | None:
    if new is None or new == "":
        return None
    if not isinstance(new, str):
        raise CongvanError("Giá trị phải là chữ.")
    return new


def _words(new: Any) -> str:
    text = _text(new)
    if text is None:
        raise CongvanError("Giá trị này không được để trống.")
    return text


def _one_of(choices: tuple[str, ...], empty: bool, new: Any) -> str | None:
    if empty and new in (None, ""):
        return None
    if new not in choices:
        raise CongvanError(f"“{new}” không dùng được. Hãy chọn: {', '.join(choices)}.")
    return str(new)


def _number(new: Any) -> int | float:
    """A number as JSON has it, or as it is written in Vietnam ("1.298.030", "74,93")."""
    value = _number_or_none(new)
    if value is None:
        raise CongvanError("Giá trị này không được để trống.")
    return value


def _number_or_none(new: Any) -> int | float | None:
    if new in (None, ""):
        return None
    if isinstance(new, str):
        text = "".join(new.split())
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        elif _THOUSANDS.fullmatch(text):
            text = text.replace(".", "")
        try:
            new = float(text)
        except ValueError:
            raise CongvanError(f"“{new}” không phải là số. Hãy viết như 1.298.030 hoặc 74,93.") from None
    if isinstance(new, bool) or not isinstance(new, int | float) or abs(new) > 1e18 or new != new:
        raise CongvanError(f"“{new}” không phải là số. Hãy viết như 1.298.030 hoặc 74,93.")
    return int(new) if new == int(new) else new


def _day(new: Any) -> str:
    """A day as 2025-12-31 or 31/12/2025."""
    if isinstance(new, str):
        m = _DAY.fullmatch(new.strip())
        try:
            if m is not None:
                return date(int(m[3]), int(m[2]), int(m[1])).isoformat()
            return date.fromisoformat(new.strip()).isoformat()
        except ValueError:
            pass
    raise CongvanError(f"“{new}” không phải ngày. Hãy viết như 31/12/2025.")


def _day_or_none(new: Any) -> str | None:
    return None if new in (None, "") else _day(new)


def _period(new: Any) -> Json | None:
    """Two inclusive days, or one."""
    if new in (None, "", {}):
        return None
    if isinstance(new, str):
        return {"start": _day(new), "end": _day(new)}
    if not isinstance(new, dict) or not set(new) <= {"start", "end", "relation", "span", "relative"}:
        raise CongvanError("Khoảng thời gian phải có start và end.")
    end = _day(new.get("end") or new.get("start"))
    start = _day(new.get("start") or end)
    if start > end:
        raise CongvanError("Ngày bắt đầu sau ngày kết thúc.")
    return {"start": start, "end": end}


def _deadline(new: Any) -> Json | None:
    period = _period(new)
    if period is None:
        return None
    relation = (new.get("relation") if isinstance(new, dict) else None) or "before"
    period["relation"] = _one_of(get_args(DateRelation), False, relation)
    return {**period, "relative": None, "span": None}


def _type(new: Any) -> Json | None:
    """A type by its code or name."""
    if new in (None, ""):
        return None
    wanted = new.get("code") if isinstance(new, dict) else new
    for row in read_table(rules_folder(), "document_types.csv"):
        if match_key(str(wanted)) in (match_key(row["code"]), match_key(row["name"])):
            return {"code": row["code"], "name": row["name"]}
    raise CongvanError(f"Không có loại văn bản “{wanted}”. Hãy viết như CV hoặc Công văn.")


def _type_code(new: Any) -> str | None:
    found = _type(new)
    return found["code"] if found else None


def _signer(new: Any) -> Json | None:
    if new in (None, ""):
        return None
    if isinstance(new, str):
        new = {"name": new}
    if not isinstance(new, dict) or not set(new) <= {"name", "title", "authority"}:
        raise CongvanError("Người ký phải có name, và có thể có title, authority.")
    return {"name": _words(new.get("name")), "title": _text(new.get("title")),
            "authority": _text(new.get("authority"))}  # fmt: skip


# -- agencies ------------------------------------------------------------------------------------------------


def _agency(new: Any, connection: Connection, record: Json) -> Json | None:
    return None if new in (None, "", {}) else _resolved(new, connection, record)


def _agencies(new: Any, connection: Connection, record: Json) -> list[Json]:
    """Agencies as names, one in a line, or as a list of names or of ``{name, title}``."""
    if new is None:
        return []
    if isinstance(new, str):
        new = [line for line in re.split(r"[\n;]", new) if line.strip()]
    if not isinstance(new, list) or len(new) > _MOST_AGENCIES:
        raise CongvanError(f"Cần một danh sách cơ quan, nhiều nhất {_MOST_AGENCIES}.")
    found = [_resolved(one, connection, record) for one in new]
    return list({(a["id"], a["title"]): a for a in found}.values())


def _resolved(new: Any, connection: Connection, record: Json) -> Json:
    """An agency by its name: of the letter, the register, the database, else only what its name says."""
    if isinstance(new, str):
        new = {"name": new}
    if not isinstance(new, dict):
        raise CongvanError("Cơ quan phải có tên.")
    name, title = " ".join(_words(new.get("name")).split()), _text(new.get("title"))
    wanted = match_key(name)
    own = {a["id"]: a["name"] for a in record["agencies"]}
    if own.get(new.get("id", "")) == name:
        return {"id": new["id"], "name": name, "title": title}
    by_name = [id for id, other in own.items() if match_key(other) == wanted]
    if not by_name:
        by_name = [id for id, other in own.items() if match_key(other).startswith(wanted + " ")]
    if len(by_name) == 1:
        return {"id": by_name[0], "name": own[by_name[0]], "title": title}
    if (row := _register().get(wanted)) is not None:
        return {"id": row["id"], "name": row["name"], "title": title}
    agency = t.agencies.c
    rows = connection.execute(select(agency.id, agency.name).where(agency.key == key(name)))
    same = [row for row in rows if match_key(row.name) == wanted]
    if len(same) == 1:
        return {"id": same[0].id, "name": same[0].name, "title": title}
    return {"id": f"x:{slug(name)}", "name": name, "title": title}


@cache
def _register() -> dict[str, Json]:
    """Name or written-out short form -> row of the register of bodies that exist once."""
    found: dict[str, Json] = {}
    rows = read_table(rules_folder(), "agencies.csv")
    for row in rows:
        found.setdefault(match_key(row["name"]), row)
    for row in rows:
        for alias in filter(None, row["aliases"].split("|")):
            found.setdefault(match_key(alias), row)
    return found


_relation = partial(_one_of, get_args(ReferenceRelation), False)
_QUANTITY: dict[str, Callable[..., Any]] = {
    "value": _number,
    "value_max": _number_or_none,
    "of": _number_or_none,
    "unit": _text,
    "kind": partial(_one_of, get_args(FigureKind), False),
    "comparator": partial(_one_of, get_args(Comparator), False),
    "metric": _text,
    "population": _text,
    "place": _text,
    "as_of": _period,
    "baseline": _period,
}
#: kind of item -> its fields that can be corrected, with what reads a typed value
FIELDS: dict[str, dict[str, Callable[..., Any]]] = {
    "document": {
        "number": _text, "type": _type, "issuer": _agency, "issued_on": _day_or_none, "place": _text,
        "subject": _text, "signer": _signer, "addressees": _agencies, "recipients": _agencies,
        "executors": _agencies, "urgency": _text, "secrecy": _text,
    },
    "assignment": {
        "agencies": _agencies, "coordinating": _agencies, "assigned_by": _text, "mode": _text, "task": _words,
        "deadline": _deadline, "recurrence": partial(_one_of, get_args(Recurrence), True), "label": _text,
        "product": _text,
    },
    "figure": _QUANTITY,
    "target": {**_QUANTITY, "deadline": _period, "agencies": _agencies},
    "reference": {
        "number": _text, "type": _type_code, "issuer": _agency, "issued_on": _day_or_none, "subject": _text,
        "relation": _relation,
    },
}  # fmt: skip
