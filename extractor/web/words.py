"""Values in the words of a language: days, periods, deadlines, quantities, lists of agencies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from extractor.errors import WARNINGS
from extractor.web.texts import Texts

Json = Mapping[str, Any]


class Words:
    """Bound to the texts of a language; takes records as JSON."""

    def __init__(self, texts: Texts) -> None:
        self.t = texts
        self._marks = texts("format.thousands"), texts("format.decimal")

    def day(self, iso: str | None) -> str:
        """``2020-03-05`` as 05/03/2020; months and years alone as they are."""
        return "/".join(reversed(iso.split("-"))) if iso else ""

    def moment(self, iso: str) -> str:
        """A moment (UTC) as day and time here, with the zone."""
        at = datetime.fromisoformat(iso)
        here = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone()
        hours = (here.utcoffset() or timedelta()) / timedelta(hours=1)
        return f"{here:%d/%m/%Y %H:%M} (UTC{f'{hours:+g}' if hours else ''})"

    def moment_day(self, iso: str | None) -> str:
        """The day of a moment (UTC) here."""
        return self.moment(iso)[:10] if iso else ""

    def warning(self, code: str, message: str) -> str:
        """A warning of a record: its meaning in this language, then its detail as it stands in the letter."""
        return message.replace(WARNINGS.get(code, message), self.t.get(f"warning.{code}", message), 1)

    def refused(self, code: str, message: str | None) -> str:
        """Why a letter was not taken. The message tells more than the text of its code, in Vietnamese."""
        return (
            message if message and self.t.language == "vi" else self.t.get(f"reject.{code}", message or code)
        )

    def period(self, interval: Json | None) -> str:
        return self.days(interval["start"], interval["end"]) if interval else ""

    def days(self, start: str | None, end: str | None) -> str:
        if not start or not end or start == end:
            return self.day(start or end)
        return f"{self.day(start)} – {self.day(end)}"

    def number(self, value: float) -> str:
        text = f"{int(value):,}" if float(value).is_integer() else f"{value:,}"
        thousands, decimal = self._marks
        return text.translate({ord(","): thousands, ord("."): decimal})

    def percent(self, share: float) -> str:
        return f"{round(100 * share)}%"

    def late(self, days: int) -> str:
        """By how much something is overdue: days, then months, then years."""
        if days < 90:
            return self.t("task.overdue", n=days)
        months = days * 12 // 365
        return (
            self.t("task.overdue_months", n=months)
            if months < 24
            else self.t("task.overdue_years", n=months // 12)
        )

    def due(self, deadline: Json | None, recurrence: str | None = None) -> str:
        """By when and how often; a day that was reckoned with the words it was reckoned from."""
        parts = []
        if deadline:
            relation = deadline["relation"]
            when = f"{self.t(f'relation.{relation}')} {self.period(deadline)}".strip()
            relative, span = deadline.get("relative"), deadline.get("span")
            if relative and span:
                said = " ".join(span["text"].split())
                when += f" ({self.t('letter.reckoned', said=said, day=self.day(relative['anchor_on']))})"
            parts.append(when)
        if recurrence:
            parts.append(self.t(f"recurrence.{recurrence}"))
        return ", ".join(parts)

    def quantity(self, item: Json) -> str:
        text = self.number(item["value"])
        if item["value_max"] is not None:
            text += f" – {self.number(item['value_max'])}"
        if item["of"] is not None:
            text += f"/{self.number(item['of'])}"
        change = self.t.get(f"change.{item['kind']}", "")
        compared = self.t(f"comparator.{item['comparator']}")
        return " ".join(filter(None, [change, compared, text, item["unit"]]))

    def agencies(self, refs: Iterable[Json]) -> str:
        return "; ".join(self.agency(ref) for ref in refs)

    def agency(self, ref: Json) -> str:
        return " ".join(filter(None, [ref.get("title"), ref["name"]]))

    def reference(self, item: Json) -> str:
        day = self.t("letter.dated", day=self.day(item["issued_on"])) if item["issued_on"] else ""
        issuer = self.t("letter.of", name=item["issuer"]["name"]) if item["issuer"] else ""
        name = item["number"] or item["subject"] or item["span"]["text"]
        return " ".join(filter(None, [name, day, issuer]))

    def value(self, value: Any) -> str:
        """A corrected value as it was: a day, a number, agencies, text."""
        if value is None or value == []:
            return self.t("format.nothing")
        if isinstance(value, list):
            return "; ".join(self.value(v) for v in value)
        if isinstance(value, dict):
            return self.agency(value) if "name" in value else self.period(value)
        return self.number(value) if isinstance(value, int | float) else str(value)
