"""The entry or label that was likely meant: by spelling, and for entries by author and year too.

Reads what it is given and writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from octavo.checks.manuscript import Manuscript

LIKENESS = 70
"""How like two words must be, of 100 (rapidfuzz's normalised edit distance), to be worth a hint."""
_YEAR = re.compile(r"(1[4-9]|20)\d\d")


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is spelled most like this one, or nothing."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, processor=str.lower, score_cutoff=LIKENESS)
    return str(found[0]) if found else ""


def nearest_entry(key: str, book: Manuscript) -> str:
    """The key spelled most like this one, else that of an entry by the author and of the year that it names."""
    return nearest(key, book.entries) or _by_author_and_year(key, book)


def _by_author_and_year(key: str, book: Manuscript) -> str:
    year = _YEAR.search(key)
    name = re.sub(r"[^a-z]", "", _plain(_YEAR.sub("", key)))
    if not year or len(name) < 3:
        return ""
    for other, entry in book.entries.items():
        if year[0] in entry.get("date") + entry.get("year"):
            names = re.findall(r"[a-z]{3,}", _plain(entry.get("author") + " " + entry.get("editor")))
            if any(fuzz.ratio(name, word) >= LIKENESS + 10 for word in names):
                return other
    return ""


def _plain(words: str) -> str:
    decomposed = unicodedata.normalize("NFKD", re.sub(r"\\.|[{}]", "", words))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
