"""REF: labels and cross-references.

Reads the manuscript and which files there are; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from urllib.parse import unquote

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import LABEL, Link, Manuscript, Text
from octavo.checks.nearest import nearest

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)
_OURS = {"bibliography", "refs", "notes", "contents"}
"""Anchors that the build itself makes."""


@check(
    "REF001",
    "undefined-reference",
    "error",
    "nothing bears the label `{key}`",
    hint=("did you mean `{nearest}`?", "give the label to what is meant: `{{#{label}}}`"),
)
def undefined_reference(book: Manuscript) -> Iterator[Hit]:
    """A reference (`@sec-x`, `@fig-x`, `@tbl-x`, `@eq-x` …) to a label that nothing in the book bears.

    *Bad*

        As @sec-rapalo shows, …        where the heading is        ## Rapallo {#sec-rapallo}

    *Good*

        As @sec-rapallo shows, …       where the heading is        ## Rapallo {#sec-rapallo}
    """
    for citation in book.citations:
        key = citation.key
        if book.is_reference(key) and not book.label_of(key) and key.lower() not in book.lowered_keys:
            known = [name for name, places in book.labels.items() if LABEL.match(name) or places[0].is_explicit]
            yield at(citation.place, key=key, label=key[0].lower() + key[1:], nearest=nearest(key, known))


@check(
    "REF002",
    "duplicate-label",
    "error",
    "the label `{name}` is given twice, first at {first}",
    hint="a label names one thing: rename one, and the references to it",
)
def duplicate_label(book: Manuscript) -> Iterator[Hit]:
    """A label that is written twice in the book, in one chapter or in two.

    *Bad*

        ## Rapallo {#sec-1922}        and in another chapter        ## Genoa {#sec-1922}

    *Good*

        ## Rapallo {#sec-rapallo}     and in another chapter        ## Genoa {#sec-genoa}
    """
    for name, labels in book.labels.items():
        written = [label for label in labels if label.is_explicit]
        for label in written[1:]:
            yield at(label.place, name=name, first=str(written[0].place))


@check(
    "REF007",
    "broken-internal-link",
    "error",
    "the link leads to `{url}`, which is not there",
    hint=("did you mean `{nearest}`?", "link to a heading or label of the book, or to a chapter's file"),
)
def broken_internal_link(book: Manuscript) -> Iterator[Hit]:
    """A link to a chapter, a file or an anchor of the book that is not there.

    Anchors are the labels, and what pandoc makes of headings (`## The Decree on Peace` is `#the-decree-on-peace`).

    *Bad*

        See [the decree](#the-decre-on-peace) and [Rapallo](rapalo.md#sec-rapallo).

    *Good*

        See [the decree](#the-decree-on-peace) and [Rapallo](rapallo.md#sec-rapallo).
    """
    chapters = {text.file.file: text for text in book.texts}
    for text in book.texts:
        for link in text.links:
            if link.url and not _SCHEME.match(link.url) and (nearby := _broken(link, book, chapters)) is not None:
                yield at(link.place, url=unquote(link.url), nearest=nearby)


def _broken(link: Link, book: Manuscript, chapters: Mapping[str, Text]) -> str | None:
    """None if the link leads somewhere; else what it may have meant, or nothing."""
    path, _, fragment = unquote(link.url).partition("#")
    path = path.partition("?")[0]
    if not path:
        return _broken_anchor(fragment, "", book)
    file = _joined(PurePosixPath(link.text.file.file).parent, path)
    if file not in chapters and (by_name := [f for f in chapters if f.endswith("/" + PurePosixPath(path).name)]):
        file = by_name[0] if path.endswith(".md") and (book.directory / file).is_file() else file
    if file in chapters:
        return _broken_anchor(fragment, file, book) if fragment else None
    if not path.startswith("/") and (book.directory / file).exists() and not path.endswith(".md"):
        return None
    found = nearest(file, chapters)
    return found.removeprefix("chapters/") + (f"#{fragment}" if fragment and found else "") if found else ""


def _joined(folder: PurePosixPath, path: str) -> str:
    parts: list[str] = []
    for part in (folder / path).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _broken_anchor(fragment: str, file: str, book: Manuscript) -> str | None:
    """As _broken, for an anchor: of the file that is named, else of any."""
    if not fragment or fragment in _OURS or (fragment.startswith("ref-") and fragment[4:] in book.entries):
        return None
    if any(file in ("", label.place.file) for label in book.labels.get(fragment, [])):
        return None
    if any(not text.is_read for text in book.texts if file in ("", text.file.file)):
        return None
    known = [name for name, labels in book.labels.items() if any(file in ("", label.place.file) for label in labels)]
    found = nearest(fragment, known)
    return (f"{file.rpartition('/')[2]}#{found}" if file else f"#{found}") if found else ""
