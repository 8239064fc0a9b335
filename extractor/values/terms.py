"""Terms of time (thời hạn): the last day of so many days, working days, weeks or months from a day.

How a term runs is said by the Civil Code, Bộ luật Dân sự 2015 (91/2015/QH13):

- điều 147: the first day, or the day of the event that opens the term, is not counted;
- điều 148: a term of days ends with its last day; one of weeks, months or years with the day of the same
  name or number, or with the last day of a month that has no such day; a term whose last day is a weekend
  or public holiday runs to the end of the next working day.

Working days (ngày làm việc) are those of the five-day week of offices, Monday to Friday (quyết định
188/1999/QĐ-TTg, since 2 October 1999), without public holidays. These come from the library ``holidays``:
Tết and the day of the Hùng kings by the lunar calendar, days off given in exchange for a Saturday, and the
Saturdays worked for them. It knows exchanges (and which days around Tết are off) up to its own release, and
not all of them: make-up working days that it lacks, and local days off, can move a term by a day or two.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import Any

#: the days for which the rules above and the lunar calendar of the library hold
FIRST, LAST = date(1999, 10, 2), date(2099, 12, 31)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_COUNTRY = "VN"


@cache
def _calendar(year: int) -> Any:
    """The country's days off of a year, and those of the next for which a Saturday of this one is worked."""
    from holidays import country_holidays  # takes a quarter of a second: only when a term is to be reckoned

    return country_holidays(_COUNTRY, years=(year, year + 1), expand=False)


def is_working_day(day: date) -> bool:
    """Whether offices are open."""
    return bool(_calendar(day.year).is_working_day(day))


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, or before it when `count` is negative."""
    step = timedelta(days=1 if count > 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def add_months(day: date, count: int) -> date:
    """The day of the same number `count` months later (or earlier), or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day(day: date, offset: int, unit: str, working_days: bool = False) -> date | None:
    """The last day of a term that `day` opens; with a negative `offset`, the day so long before `day`.

    `unit` is hour, day, week, month, quarter or year. None when the term cannot be told in days (hours that
    are no whole days, since the hour of the event is unknown) or leaves the time of the known calendars.
    A day reckoned backwards is not moved, for no law says where to.
    """
    if not FIRST <= day <= LAST:
        return None
    if unit == "hour":
        if offset % 24:
            return None
        return _known(day + timedelta(days=offset // 24))
    if unit == "day" and working_days:
        # of a long row of days, more than half are working days
        if not FIRST <= day + timedelta(days=2 * offset) <= LAST:
            return None
        return _known(add_working_days(day, offset))
    try:
        end = (
            add_months(day, offset * _MONTHS[unit])
            if unit in _MONTHS
            else day + timedelta(days=offset * _DAYS[unit])
        )
    except (ValueError, OverflowError):
        return None
    if _known(end) is None:
        return None
    while offset > 0 and not is_working_day(end):
        end += timedelta(days=1)
    return end


def period(day: date, offset: int, unit: str) -> tuple[date, date] | None:
    """First and last day of the week, month or quarter `offset` behind that of `day`."""
    if not FIRST <= day <= LAST:
        return None
    if unit == "week":
        start = day - timedelta(days=day.weekday()) + timedelta(days=7 * offset)
        return start, start + timedelta(days=6)
    months = _MONTHS[unit]
    first = add_months(day.replace(day=1), -((day.month - 1) % months) + offset * months)
    return first, add_months(first, months) - timedelta(days=1)


def _known(day: date) -> date | None:
    return day if FIRST <= day <= LAST else None
