"""BIB: dates: no dates at all, in the future, before the press, or before and after one another.

Reads the manuscript's entries and the clock; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from octavo.checks import Hit, at, check, edtf
from octavo.checks.entries import plain, text, works
from octavo.checks.manuscript import Manuscript
from octavo.model import Field

_FIELDS = ("date", "origdate", "eventdate", "urldate")


@check(
    "BIB009",
    "bad-date",
    "error",
    "`{date}` in `{field}` is no date: {why}",
    hint=("write `{right}`", "a date reads 1998, 1998-05, 1998-05-17 or 1998/2001"),
)
def bad_date(book: Manuscript) -> Iterator[Hit]:
    """A date that is neither ISO 8601 nor EDTF, has a month 13 or a 30 February, or ends before it begins.

    EDTF (levels 0 and 1) has `1998-05`, `1998/2001`, `1998/`, `1920~` (circa), `1920?`, `192X` (decade), `-0043`, seasons 21–24
    and times. Words for what is not known (`n.d.`, `c. 1920`, `1920s`, `[1920]`, `forthcoming`) are let be, and BibTeX's
    `year` and `month` may hold words and ranges.

    *Bad*

        date = {1984-13-01},

    *Good*

        date = {1984-12-01},
    """
    for entry in book.entries.values():
        for name in _FIELDS:
            value = _dated(found) if (found := entry.fields.get(name)) else ""
            fault = edtf.read(value) if value and not edtf.is_in_words(value) else None
            if found and isinstance(fault, edtf.Fault):
                yield at(found.value_place, date=value, field=name, why=fault.why, right=fault.right)
        for name, fault in _faults_of_parts({name: _dated(found) for name, found in entry.fields.items() if name in _PARTS}):
            found = entry.fields[name]
            yield at(found.value_place, date=plain(found.value), field=name, why=fault.why, right=fault.right)


_PARTS = ("year", "month", "day", "origyear")


def _faults_of_parts(values: Mapping[str, str]) -> Iterator[tuple[str, edtf.Fault]]:
    for name in ("year", "origyear"):
        if name in values and (fault := edtf.fault_of_year(values[name])):
            yield name, fault
    if "month" in values and (fault := edtf.fault_of_month(values["month"])):
        yield "month", fault
    elif "day" in values and (fault := edtf.fault_of_day(values.get("year", ""), values.get("month", ""), values["day"])):
        yield "day", fault


def _dated(found: Field) -> str:
    """The value of a date: `\\textasciitilde` and an escaped sign are the sign, a `~` is kept."""
    value = found.value.strip()
    return value if value.isalnum() else plain(value.replace("\\textasciitilde", "~"))


@check(
    "BIB010",
    "implausible-year",
    "warning",
    "{what}",
    hint=("correct it, or add `pubstate = {{{state}}}`", "correct it, or give the entry the type of a manuscript: `@{type}`", "correct it"),
)
def implausible_year(book: Manuscript) -> Iterator[Hit]:
    """A year after this one and after the date of the book, or before 1400 for a work that is printed.

    Works with `pubstate` (forthcoming, in press) may be in the future. Years before Christ, circa and decades, and what has an
    archive, a library, a shelfmark or `howpublished`, or the type of a manuscript, may be as old as they are.

    *Bad*

        @book{fink1984, date = {2984}, …}

    *Good*

        @book{fink1984, date = {1984}, …}
    """
    now = max(date.today().year, int(book.book.date[:4]) if re.match(r"\d{4}", book.book.date) else 0)
    for entry, fields in works(book):
        is_coming = bool(text(fields, "pubstate")) or "forthcoming" in text(fields, "note").lower()
        for name in (*_FIELDS, "year"):
            found = entry.fields.get(name)
            years = [int(year) for year in re.findall(r"(?<![\d-])\d{4}(?!\d)", found.value)] if found else []
            if found and years and (year := _last_year(found.value, years)) > now and not is_coming:
                yield at(
                    found.value_place,
                    what=f"the year {year} is in the future",
                    state="" if name == "urldate" else "forthcoming",
                    type="",
                )
            if found and name in ("date", "year") and entry.type in _PRINTED.split() and _is_before_print(found, fields):
                yield at(found.value_place, what=f"the year {years[0]} is before the first printed books", state="", type="unpublished")


_PRINTED = (
    "article book mvbook inbook bookinbook suppbook collection mvcollection incollection suppcollection reference mvreference inreference "
    "proceedings mvproceedings inproceedings conference periodical report techreport thesis phdthesis mastersthesis booklet manual"
)


def _last_year(value: str, years: list[int]) -> int:
    """The last year of a range; of `1998 [5758]` the first, for the other may be of another calendar."""
    return years[-1] if re.fullmatch(r"[\d\s/.~?%XuTZ:+–-]+", value) else years[0]


def _is_before_print(found: Field, fields: Mapping[str, Field]) -> bool:
    value = plain(found.value)
    if not re.fullmatch(r"\d{4}(?:-\d\d){0,2}", value) or int(value[:4]) >= 1400:
        return False
    return not text(fields, "archive", "library", "shelfmark", "howpublished", "origdate")


@check(
    "BIB011",
    "access-before-publication",
    "warning",
    "`{key}` was read on {access}, before it came out ({date})",
    hint="correct `urldate`, or the date of the work",
)
def access_before_publication(book: Manuscript) -> Iterator[Hit]:
    """An `urldate` that is earlier than the date of the work. They are compared as far as both say: year, month, day.

    *Bad*

        date = {2024-05-17}, urldate = {2023-11-02},

    *Good*

        date = {2024-05-17}, urldate = {2025-11-02},
    """
    for entry, fields in works(book):
        access = entry.fields.get("urldate")
        if access and not text(fields, "pubstate"):
            read, published = edtf.read(_dated(access)), _published(fields)
            if isinstance(read, edtf.Period) and published and published.is_sure and read.last < published.first:
                yield at(access.value_place, key=entry.key, access=_dated(access), date=_when(fields))


@check(
    "BIB012",
    "original-after-reprint",
    "warning",
    "the original of `{key}` ({original}) is later than the work itself ({date})",
    hint="`origdate` is the date of the first edition: correct it, or swap the two",
)
def original_after_reprint(book: Manuscript) -> Iterator[Hit]:
    """An `origdate` that is later than the date of the edition that is cited.

    *Bad*

        date = {1951}, origdate = {1984},

    *Good*

        date = {1984}, origdate = {1951},
    """
    for entry, fields in works(book):
        original = entry.fields.get("origdate") or entry.fields.get("origyear")
        if original:
            first, published = edtf.read(_dated(original)), _published(fields)
            if isinstance(first, edtf.Period) and published and published.is_sure and first.is_sure and first.first > published.last:
                yield at(original.value_place, key=entry.key, original=_dated(original), date=_when(fields))


def _published(fields: Mapping[str, Field]) -> edtf.Period | None:
    return edtf.of_fields({name: _dated(fields[name]) for name in ("date", "year", "month", "day") if name in fields})


def _when(fields: Mapping[str, Field]) -> str:
    if text(fields, "date"):
        return plain(text(fields, "date"))
    return "-".join(part.zfill(2) for part in (plain(text(fields, name)) for name in ("year", "month", "day")) if part)
