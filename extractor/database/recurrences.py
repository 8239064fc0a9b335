"""When a task that recurs is due next."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

#: months from one turn to the next
MONTHS = {"monthly": 1, "quarterly": 3, "half_yearly": 6, "yearly": 12}
#: days from one turn to the next
DAYS = {"daily": 1, "weekly": 7}


def next_due(first: str | None, recurrence: str, today: str) -> str | None:
    """The first turn on or after a day (all ISO 8601); None where the first one is not known."""
    if first is None:
        return None
    start, now = date.fromisoformat(first), date.fromisoformat(today)
    if start >= now:
        return first
    if (step := DAYS.get(recurrence)) is not None:
        return (start + timedelta(days=-(-(now - start).days // step) * step)).isoformat()
    months = MONTHS[recurrence]
    turn = ((now.year - start.year) * 12 + now.month - start.month) // months
    due = _months_later(start, turn * months)
    return (due if due >= now else _months_later(start, (turn + 1) * months)).isoformat()


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
