"""BIB: the pages of a work.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.entries import mended
from octavo.checks.manuscript import Manuscript


@check(
    "BIB013",
    "bad-pages",
    "warning",
    "`{pages}`: {why}",
    hint=("write `{right}`", "{advice}"),
    fixable=True,
)
def bad_pages(book: Manuscript) -> Iterator[Hit]:
    """Pages that run back, that say "pp." themselves, or whose range is written with an em dash or a single hyphen.

    A range is `10--20` or `10–20`; the style adds "pp." and the dash of its language. Shortened ranges (`123--7`), numbers that
    have a hyphen of their own (`A-12`, `III-45`, `2-1--2-20`), roman numbers, article numbers and lists are let be.

    *Bad*

        pages = {pp. 10-20},

    *Good*

        pages = {10--20},
    """
    for entry in book.entries.values():
        found = entry.fields.get("pages")
        if found and (why := _faults(found.value)):
            right = _mended(found.value)
            is_mended = right != found.value.strip() and not _faults(right) and not _NOT_ALONE.search(found.value)
            given = " ".join(found.value.split())
            fix = mended(entry, found, right) if is_mended else {}
            advice = "the first page comes first" if why == _BACK else "write the pages alone; how many there are is `pagetotal`"
            yield at(found.value_place, pages=given, why=why, right=right if is_mended else "", advice=advice, **fix)


_BACK = "it runs back"
_WORD = re.compile(
    r"^\s*(?:(?:pp?|pgs?|pages?)\b\.?|pp?\.|pp(?=\d))[\s~:]*(?=[\divxlcA-Z])|(?<=[\s,;(\-–—])pp?\.[\s~]*(?=\d)|"
    r"(?<=\d)(?:[\s~]*pp\b\.?|[\s~]*pages\b|[\s~]+p\b\.?|p\.)(?=\s*(?:$|[,;]))",
    re.IGNORECASE,
)
_NOT_ALONE = re.compile(r"\d[\s~]*(?:pp?\b|pages\b)|(?!pages)(?<!\\)\b[a-z]*[abe-hj-km-uwyz][a-z]{3,}", re.IGNORECASE)
"""How many pages there are, or other words: whoever wrote that must decide."""
_EM_DASH = re.compile(r"(?<=[\w.])\s*(?:\u2014|\u2015|(?<!-)---(?!-)|\\textemdash\b\s*(?:\{\})?)\s*(?=\w)")
_NUMBER = r"(?:\d+|[ivxlcdm]+|[IVXLCDM]+)"
_HYPHENS = "-\u2010\u2011\u2212\u00ad"
_SINGLE = re.compile(
    rf"^(?P<first>{_NUMBER}[a-z]?|[A-Za-z]\d+)\s*[{_HYPHENS}]\s*(?P<last>{_NUMBER}[a-z]?|[A-Za-z]\d+)(?P<after>ff?\.?|\+)?$"
)
_RANGE = re.compile(
    rf"^(?P<first>{_NUMBER}|[A-Za-z]\d+)\s*(?P<sign>--|[\u2012\u2013\u2014]|[{_HYPHENS}])\s*(?P<last>{_NUMBER}|[A-Za-z]\d+)$"
)
_NO_PAGE = re.compile(r"\d{16}")
_PARTS = re.compile(r"(\s*;\s*|\s*,(?!\d{3}(?!\d))\s*|\s+and\s+|\s+&\s+)")  # 1,234 is one number


def _faults(value: str) -> str:
    """What is wrong with the pages, or nothing: that they run back before how they are written."""
    plain = value.replace("{", "").replace("}", "").replace("\\-", "").strip()
    bare = _EM_DASH.sub("--", _WORD.sub("", plain)) if not _NO_PAGE.search(plain) else ""
    parts = _PARTS.split(bare)[::2]
    if any(_runs_back(part.strip()) for part in parts):
        return _BACK
    if _WORD.search(plain):
        return "the style adds the word for pages itself"
    if _EM_DASH.search(plain):
        return "an em dash is no sign of a range"
    if any(_is_single(part.strip()) for part in parts):
        return "a single hyphen is no sign of a range"
    return ""


def _is_single(part: str) -> bool:
    """Whether a hyphen stands between two pages: both are numbers, or both have one letter before the number."""
    found = _SINGLE.match(part)
    if not found:
        return False
    first, last = found["first"], found["last"]
    if first.isdigit() and last.isdigit() and _is_number_with_hyphen(first, last):
        return False
    if first[-1:].isdigit() != last[-1:].isdigit() or first[0].isdigit() != last[0].isdigit():
        return first.rstrip("abcdefgh").isdigit() and last.rstrip("abcdefgh").isdigit()
    if first[0].isalpha() and first[-1].isdigit():
        return first[0].lower() == last[0].lower()
    return first[0].isdigit() or (len(first + last) > 2 and first.islower() == last.islower())


def _is_number_with_hyphen(first: str, last: str) -> bool:
    """Whether the hyphen is likely to be the number's own: `12-1` (chapter and page), `2021-03`, `17-0123`."""
    if last[0] == "0":
        return len(last) >= len(first) or _completed(first, last) < int(first)
    return len(last) < len(first) and _completed(first, last) < int(first)


def _completed(first: str, last: str) -> int:
    """The last page of a range that may be shortened: 127 for `123--7`."""
    return int(first[: max(len(first) - len(last), 0)] + last)


def _runs_back(part: str) -> bool:
    found = _RANGE.match(part)
    if not found:
        return False
    first, last = found["first"], found["last"]
    if found["sign"] in _HYPHENS and first.isdigit() and last.isdigit() and _is_number_with_hyphen(first, last):
        return False
    if first[0].isalpha() and first[-1].isdigit():
        if not last[0].isalpha() or first[0].lower() != last[0].lower() or not last[-1].isdigit():
            return False
        return int(last[1:]) < int(first[1:])
    if first.isdigit() and last.isdigit():
        return _completed(first, last) < int(first)
    if first.isalpha() and last.isalpha() and first.islower() == last.islower():
        one, other = _roman(first), _roman(last)
        return 0 < other < one
    return False


_DIGITS = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,4})")


def _roman(letters: str) -> int:
    """The value of a roman number; 0 if it is none."""
    if not _ROMAN.fullmatch(letters.lower()):
        return 0
    values = [_DIGITS[letter] for letter in letters.lower()]
    return sum(-value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True))


def _mended(value: str) -> str:
    """The pages as they should be written; braces and escapes of the author's are kept."""
    bare = _EM_DASH.sub("--", _WORD.sub("", value.strip())).strip()
    parts = _PARTS.split(bare)
    return "".join(re.sub(rf"\s*[{_HYPHENS}]\s*", "--", part, count=1) if _is_single(part.strip()) else part for part in parts)
