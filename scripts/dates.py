"""Dates as data has them (ISO 8601) -> as the book prints them, in its language.

Reads and writes nothing: text in, text out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from typing import Any, NamedTuple

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_LIKE_A_DATE = re.compile(r"[\d\s/.-]*\d[\d\s/.-]*")
_GAP = "\u00a0"


class Date(NamedTuple):
    """A year, a month of it, or a day of that; 0 for what is not given."""

    year: int
    month: int = 0
    day: int = 0


def parse(text: str) -> Date | None:
    """A date as ISO 8601 writes it (`1922-04-16`, `1949-01`, `1972`), or None."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    year, month, day = (int(part or 0) for part in found.groups())
    if (found[2] and not 1 <= month <= 12) or (found[3] and not 1 <= day <= monthrange(max(year, 1), month)[1]):
        return None
    return Date(year, month, day)


def all_of(text: str) -> list[Date]:
    """The dates of a cell, which may hold several, parted by semicolons; of `from/to` the first."""
    return [found for part in text.split(";") if (found := parse(part.partition("/")[0]))]


def is_bad(text: str) -> bool:
    """Whether some part of a cell is meant for a date and is none: `1922-13-01`. Words (`c. 1922`) are left alone."""
    return any(_LIKE_A_DATE.fullmatch(part.strip()) and _printed(part, None) is None for part in text.split(";"))


def printed(text: str, words: Mapping[str, Any]) -> str:
    """A cell as printed: `1924-04-07/1924-04-09` is "7–9 April 1924"; what is no date stays as it is."""
    return "; ".join(_printed(part, words) or part.strip() for part in text.split(";"))


def _printed(text: str, words: Mapping[str, Any] | None) -> str | None:
    first, slash, last = text.strip().partition("/")
    start, end = parse(first), parse(last)
    if start is None or (slash and end is None):
        return None
    if words is None:
        return text
    return _range(start, end, words) if end else _date(start, words)


def _date(date: Date, words: Mapping[str, Any]) -> str:
    if not date.month:
        return str(date.year)
    if not date.day:
        return _in(words["dates"][2], "", words["months"][date.month - 1], date.year)
    return _in(words["dates"][1], _day(date, words), words["months-of-days"][date.month - 1], date.year)


def _range(start: Date, end: Date, words: Mapping[str, Any]) -> str:
    month = words["months-of-days"][start.month - 1] if start.month else ""
    if start.day and end.day and start[:2] == end[:2]:
        return _in(words["dates"][1], f"{_day(start, words)}–{_day(end, words)}", month, start.year)
    if start.day and end.day and start.year == end.year:
        return f"{_in(words['dates'][0], _day(start, words), month, start.year)} – {_date(end, words)}"
    if not start.month and not end.month:
        return f"{start.year}–{end.year}"
    return f"{_date(start, words)} – {_date(end, words)}"


def _day(date: Date, words: Mapping[str, Any]) -> str:
    return str(words["days"][0 if date.day == 1 else 1].format(date.day))


def _in(form: str, day: str, month: str, year: int) -> str:
    """A date in its form; a line never breaks between the day and the month."""
    return form.replace("{d} ", "{d}" + _GAP).replace("{m} {d}", "{m}" + _GAP + "{d}").format(d=day, m=month, y=year)
