"""The entry or label that was likely meant: by author and year where a key names them, else by spelling.

Reads what it is given and writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from octavo.checks.manuscript import Manuscript, plain_letters
from octavo.checks.once import once

LIKENESS = 70
"""How like two words must be, of 100 (rapidfuzz's normalised edit distance), to be worth a hint."""
_YEAR = re.compile(r"(?:1[4-9]|20)\d\d")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is spelled most like this one, capitals apart, or nothing."""
    return _likest(word, _lowered(sorted(known) if isinstance(known, (set, frozenset)) else known))  # of two as like always the same


def _lowered(known: Iterable[str]) -> dict[str, str]:
    return {other.lower(): other for other in known}


def _likest(word: str, lowered: dict[str, str]) -> str:
    found = process.extractOne(word.lower(), list(lowered), scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return lowered[found[0]] if found else ""


def nearest_entry(key: str, book: Manuscript) -> str:
    """The entry by an author and of the year that the key names, if there is one; else the key that is spelled most like it."""
    return _by_author_and_year(key, book) or _likest(key, _entries(book))


@once
def _entries(book: Manuscript) -> dict[str, str]:
    return _lowered(book.entries)


def _by_author_and_year(key: str, book: Manuscript) -> str:
    year = _YEAR.search(key)
    words = re.findall(r"[a-z]{3,}", plain_letters(_YEAR.sub(" ", key)))
    for other, names in book.entries_by_year.get(year[0], []) if year else []:
        if any(fuzz.ratio(word, name) >= LIKENESS + 15 for word in words for name in names):
            return other
    return ""
