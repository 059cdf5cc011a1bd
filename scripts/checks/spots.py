"""Where in the .bib file something stands that a check has found in the value of a field.

Reads the manuscript's entries; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavo.bibliography.names import FIELDS, Name, names
from octavo.bibliography.within import within
from octavo.checks.manuscript import Manuscript
from octavo.model import Entry, Field, Place

TITLES = (
    "title", "subtitle", "booktitle", "booksubtitle", "maintitle", "mainsubtitle", "shorttitle", "issuetitle", "issuesubtitle",
    "origtitle",
    "reprinttitle", "eventtitle",
)  # fmt: skip
"""The fields that hold titles of works, the names of journals apart."""


def spot(book: Manuscript, entry: Entry, found: Field, start: int, end: int) -> Place:
    """The place of the characters `start` to `end` of a value."""
    return within(entry, found, start, end, book.bibliography.strings)


def first_words(book: Manuscript, entry: Entry, found: Field) -> Place:
    """The place of the whole value without its delimiters and the spaces around it."""
    start = len(found.value) - len(found.value.lstrip())
    return spot(book, entry, found, start, max(len(found.value.rstrip()), start + 1))


def lists_of_names(entry: Entry) -> Iterator[tuple[Field, tuple[Name, ...]]]:
    """Each field of an entry that is a list of names, with the names."""
    for name in FIELDS:
        if (found := entry.fields.get(name)) and found.value.strip():
            yield found, names(found.value)
