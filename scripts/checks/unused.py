"""CIT002: works of the bibliography that nobody cites.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import bibliography as entries_of
from octavo import config
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript


@check(
    "CIT002",
    "unused-entry",
    "warning",
    "`{key}` is never cited",
    hint="cite it, delete it, list it under `nocite`, or give it the keyword `background`",
)
def unused_entry(book: Manuscript) -> Iterator[Hit]:
    """An entry that is neither cited nor listed under `bibliography.nocite`.

    Works that were read and not cited belong in a file of `bibliography.background`, or carry the keyword `background`.
    What a cited work names in crossref, xdata, related or entryset is used with it; a citation in a note or in the data
    of a table counts, and so does one of an alias (`ids`).

    *Bad*

        @book{white1985, …}        and nowhere        [@white1985]

    *Good*

        @book{white1985, keywords = {background}, …}
    """
    # A file of background works may be among those that the pattern of `files` names as well.
    background = set(config.bib_files(book.directory, book.book.bibliography.background))
    used = _used(book, background)
    for key, entry in book.entries.items():
        if key not in used:
            yield at(entry.key_place, key=key)


def _is_background(keywords: str) -> bool:
    return any(word.strip(" {}\n\r\t").casefold() == "background" for word in re.split(r"[,;]", keywords))


def _used(book: Manuscript, background: set[str]) -> set[str]:
    """The keys that are cited or listed, and those of the background works, with all that their entries lead to."""
    listed = {key.strip().removeprefix("@") for key in book.book.bibliography.nocite}
    if "*" in listed:
        return set(book.entries)
    asked = {citation.key for citation in book.citations} | listed
    for key, entry in book.entries.items():
        if entry.get("ids") and asked & {alias.strip() for alias in entry.get("ids").split(",")}:
            asked.add(key)
        if entry.background or entry.place.file in background or _is_background(entry.get("keywords") or entry.get("keyword")):
            asked.add(key)
    used: set[str] = set()
    waiting = [key for key in asked if key in book.entries]
    while waiting:
        key = waiting.pop()
        if key not in used:
            used.add(key)
            entry = book.entries[key]
            waiting += [other for _, other in entries_of.references(entry) if other in book.entries]
            waiting += [entry.get("xref").strip()] if entry.get("xref").strip() in book.entries else []
    return used
