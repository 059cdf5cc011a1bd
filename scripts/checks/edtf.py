"""Dates as biblatex and BibTeX have them: a text -> the first and the last day that it can mean, or what is wrong with it.

Reads and writes nothing. Sources: Extended Date/Time Format, levels 0 and 1 (Library of Congress, 2019; ISO 8601-2, annex A)
with the older marks `u`, `unknown` and `open`; biblatex's manual, § 2.3.8; the basic and week forms of ISO 8601-1.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

Day = tuple[int, int, int]
_BEFORE: Day = (-(10**9), 0, 0)
_AFTER: Day = (10**9, 0, 0)


class Period(NamedTuple):
    """The first and the last day that a date can mean, and whether it is sure: neither circa nor a decade nor open."""

    first: Day
    last: Day
    is_sure: bool = True


class Fault(NamedTuple):
    """What is wrong with a date, and how it is likely to be written."""

    why: str
    right: str = ""


_ONE = re.compile(
    r"(?P<year>-?\d{4}|-?\d{3}[Xu]|-?\d{2}(?:XX|uu)|-?\dXXX|-?XXXX|[Yy]-?\d{5,}(?:E\d+)?(?:S\d+)?|\d{4}S\d)"
    r"(?:-(?P<month>\d\d|\d[Xu]|XX|uu)(?:-(?P<day>\d\d|\d[Xu]|XX|uu))?)?(?P<doubt>[?~%]|\?~)?"
    r"(?:T(?:[01]\d|2[0-4])(?::?[0-5]\d(?::?[0-6]\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_BASIC = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)(?:T\d{4,6}Z?)?")
_WEEK = re.compile(r"\d{4}-?W[0-5]\d(?:-?[1-7])?|\d{4}-[0-3]\d\d")
_SET = re.compile(r"\[[-\dX?~%., /]+\]|\{[-\dX?~%., /]+\}")
_LEVEL_2 = re.compile(r"[?~%]?-?[\dX]{4}[?~%]?(?:-[?~%]?[\dX]{2}[?~%]?){0,2}")
_SHORT_END = re.compile(r"(\d{4}-\d\d-)\d\d/\d\d|(\d{4}-)\d\d-\d\d/\d\d-\d\d")
_OPEN = ("", "..", "open", "unknown", "*")
_SEASONS = range(21, 42)
_NO_FORM = "it is neither ISO 8601 nor EDTF"


@lru_cache(maxsize=65536)
def read(text: str) -> Period | Fault:
    """A value of `date`, `origdate`, `eventdate` or `urldate`, spaces and braces around it apart."""
    if text.count("/") == 1 and not _SET.fullmatch(text):
        if short := _SHORT_END.fullmatch(text):
            text = f"{text.partition('/')[0]}/{short[1] or short[2]}{text.partition('/')[2]}"
        return _range(*text.split("/")) or Fault(_NO_FORM, likely(text))
    found = _single(text)
    return found if found else Fault(_NO_FORM, likely(text))


def _range(start: str, end: str) -> Period | Fault | None:
    if start in _OPEN and end in _OPEN:
        return Period(_BEFORE, _AFTER, False) if start + end else None
    first = Period(_BEFORE, _BEFORE, False) if start in _OPEN else _single(start)
    last = Period(_AFTER, _AFTER, False) if end in _OPEN else _single(end)
    if not isinstance(first, Period):
        return first
    if not isinstance(last, Period):
        return last
    if last.last < first.first:
        return Fault("it ends before it begins", f"{end}/{start}")
    return Period(first.first, last.last, first.is_sure and last.is_sure)


def _single(text: str) -> Period | Fault | None:
    """One date; None for what is no date at all."""
    found = _ONE.fullmatch(text) or _BASIC.fullmatch(text)
    if not found:
        is_other = _WEEK.fullmatch(text) or _SET.fullmatch(text) or _LEVEL_2.fullmatch(text)
        return Period(_BEFORE, _AFTER, False) if is_other else None
    month, day = found["month"] or "", found["day"] or ""
    year = found["year"]
    if not re.fullmatch(r"-?\d{4}", year) or (month + day and not (month + day).isdecimal()):
        fault = _fault(2000, int(month), int(day) if day.isdecimal() else -1) if month.isdecimal() else None
        return fault or _vague(year)
    if month and (fault := _fault(int(year), int(month), int(day or -1))):
        return fault
    return _days(int(year), int(month or 0), int(day or 0), not found.groupdict().get("doubt"))


def _vague(year: str) -> Period:
    if re.fullmatch(r"-?\d*[Xu]+", year) and year[0] != "-":
        return Period((int(re.sub("[Xu]", "0", year)), 1, 1), (int(re.sub("[Xu]", "9", year)), 12, 31), False)
    return Period(_BEFORE, _AFTER, False)


def _days(year: int, month: int, day: int, is_sure: bool) -> Period:
    if month in _SEASONS:
        return Period((year, 1, 1), (year, 12, 31), is_sure)
    last = month or 12
    return Period((year, month or 1, day or 1), (year, last, day or 31), is_sure)


def _fault(year: int, month: int, day: int) -> Fault | None:
    """`day` is -1 where none is given."""
    if month in _SEASONS and day <= 0:
        return None
    if not 1 <= month <= 12:
        return Fault(f"there is no month {month}")
    days = monthrange(year if 1 <= year <= 9999 else 2000, month)[1]
    if day == 0 or day > days:
        return Fault(f"month {month} of {year} has no day {day}")
    return None


_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_WORDED = re.compile(
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s+)?(?P<month>[A-Za-z]{3,9})\.?(?:\s+(?P<day2>\d{1,2})(?:st|nd|rd|th)?)?,?\s+(?P<year>\d{4})"
)
_LOOSE = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/. ])(?P<month>\d{1,2})(?:(?P=sign)(?P<day>\d{1,2}))?|(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})"
)
_YEARS = re.compile(r"(?P<first>\d{4})\s*(?:--?|[–—/])\s*(?P<last>\d{4}|\d{2})")


def likely(text: str) -> str:
    """How a date in another form reads in EDTF, or nothing: `15 May 2024`, `2024/5/15`, `1998--2001`, `c. 1920`."""
    stripped = re.sub(r"(?<=\d) (?=\d\d:)", "T", text.strip("().,; "))
    if stripped != text:
        found = read(stripped)
        return stripped if isinstance(found, Period) else found.right
    if years := _YEARS.fullmatch(text):
        last = years["last"] if len(years["last"]) == 4 else years["first"][:2] + years["last"]
        return f"{years['first']}/{last}" if years["first"] < last else ""
    if worded := _WORDED.fullmatch(text):
        month = _MONTHS.get(worded["month"].lower()[:3], 0)
        day = worded["day"] or worded["day2"]
        return _written(worded["year"], month, int(day or 0)) if month else ""
    if loose := _LOOSE.fullmatch(text):
        return _written(loose["year"] or loose["y"], int(loose["month"] or loose["m"]), int(loose["day"] or loose["d"] or 0))
    return ""


def _written(year: str, month: int, day: int) -> str:
    if _fault(int(year), month, day or -1):
        return ""
    return f"{year}-{month:02}" + (f"-{day:02}" if day else "")


_NO_DATE = re.compile(
    r"n\.?\s*d\.?|s\.\s*[ad]\.?|o\.\s*j\.?|б\.\s*г\.?|no date|undated|sine anno|unknown|unbekannt|forthcoming|in press|in print|to appear|"
    r"accepted|submitted|in preparation|in review|under review|draft|im druck|im erscheinen|à paraître|ongoing|various|n/a|\?+",
    re.IGNORECASE,
)
_CIRCA = re.compile(
    r"(?:c\.?(?=[\s~\d])|ca\.?(?=[\s~\d])|circa|cca\.?|um|vers|approx\.?|about|ок\.|около|before|after|early|mid|late|[<>])[\s~-]*.*\d.*|"
    r"\[?\d{2,4}s\]?\??|\[?\d{2,3}[-?_x.]{1,2}\]?\??|[©cp]\s?\d{4}|.*\[.*\d.*\].*|.*\bcent(?:ury|\.)?\b.*|\d{4}\s*\?|\(\?\)\s*\d{4}|\d{4}\s*\(\?\)",
    re.IGNORECASE,
)


def is_in_words(text: str) -> bool:
    """Whether a date says in words that it is not known, about so or still to come: `n.d.`, `c. 1920`, `1920s`, `[1920]`."""
    return bool(_NO_DATE.fullmatch(text) or _CIRCA.fullmatch(text))


_YEAR_ONLY = re.compile(r"\d+")
_SLIP = re.compile(r"(?=.*\d.*\d)(?=.*[A-Za-z])[l1I2][0-9OoIl]{3}")
_WHOLE_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_REVERSED = re.compile(r"(?P<first>\d{4})\s*(?:--?|[–—/])\s*(?P<last>\d{4})")


def fault_of_year(text: str) -> Fault | None:
    """What is surely wrong with a value of BibTeX's `year`, in which words may stand: wrong digits, a range that runs back."""
    if _YEAR_ONLY.fullmatch(text):
        return None if len(text) == 4 else Fault(f"a year has four digits, this has {len(text)}")
    if _SLIP.fullmatch(text):
        return Fault("a letter stands among the digits", re.sub("[lI]", "1", re.sub("[Oo]", "0", text)))
    if _WHOLE_DATE.fullmatch(text):
        found = read(text)
        return found if isinstance(found, Fault) else None
    monthly = re.fullmatch(r"(20\d\d)-(\d\d)", text)  # 1998-13 may be 1998 to 2013; 2024-13 can only be a month
    if monthly and 12 < int(monthly[2]) <= int(monthly[1][2:]) and int(monthly[2]) not in _SEASONS:
        return Fault(f"there is no month {monthly[2]}")
    reverse = _REVERSED.fullmatch(text)
    if reverse and reverse["last"] < reverse["first"]:
        return Fault("it ends before it begins")
    return None


def fault_of_month(text: str) -> Fault | None:
    """What is surely wrong with a value of `month`: a number that is neither a month nor a season."""
    if re.search(r"[^\W\d]", text):
        return None
    for number in re.split(r"\s*(?:--?|[/,–&+])\s*", text):
        if number.isdecimal() and not (1 <= int(number[:9]) <= 12 or 21 <= int(number[:9]) <= 24):
            return Fault(f"there is no month {number.lstrip('0') or 0}")
    return None


def fault_of_day(year: str, month: str, day: str) -> Fault | None:
    """What is wrong with a value of `day`, as far as it is a number."""
    if not day.isdecimal() or len(day) > 9:
        return None
    number = int(month) if month.isdecimal() and len(month) < 3 and 1 <= int(month) <= 12 else _MONTHS.get(month.lower()[:3], 1)
    return _fault(int(year) if re.fullmatch(r"\d{4}", year) else 2000, number, int(day))


def of_fields(fields: Mapping[str, str]) -> Period | None:
    """The date of a work from `date`, or from `year`, `month` and `day`; None where there is none that can be read."""
    if fields.get("date"):
        found = read(fields["date"])
        return found if isinstance(found, Period) else None
    year = fields.get("year", "")
    if years := _REVERSED.fullmatch(year):
        return Period((int(years["first"]), 1, 1), (int(years["last"]), 12, 31)) if years["first"] <= years["last"] else None
    if not re.fullmatch(r"\d{4}(?:-\d\d){0,2}", year):
        return None
    if len(year) > 4:
        found = read(year)
        return found if isinstance(found, Period) else None
    month = fields.get("month", "").lower()
    number = int(month[:9]) if month.isdecimal() else _MONTHS.get(month[:3], 0) if re.fullmatch(r"[a-z]+\.?", month) else 0
    if not 1 <= number <= 12:
        return _days(int(year), 0, 0, True)
    day = fields.get("day", "")
    return _days(int(year), number, int(day) if day.isdecimal() and len(day) < 3 and 1 <= int(day) <= 31 else 0, True)
