"""LNG009: characters that the faces of the print edition do not have.

Reads the manuscript and the faces (checks.faces); writes nothing.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from octavo import data_tables, only, tree
from octavo.bibliography.latex import masked
from octavo.checks import Hit, at, check, faces
from octavo.checks.bib_text import PRINTED
from octavo.checks.manuscript import Manuscript, Text
from octavo.checks.spots import spot
from octavo.csv_table import TableError
from octavo.model import Entry, Place
from octavo.source import Source

_DRAWN = ("code", "math", "tex")
_TEXTS = ("Str", "Code", "CodeBlock", "Math")
_ENTITY = re.compile(r"&#(?:[xX][0-9A-Fa-f]+|[0-9]+);")
_ON_THE_TITLE_PAGE = ("title", "subtitle", "description", "version", "license")


@check(
    "LNG009",
    "missing-glyph",
    "error",
    "no face of the print edition has {shown}",
    hint="put a face that has {it} into editions/pdf/fonts/, or write it in other letters",
)
def missing_glyph(book: Manuscript) -> Iterator[Hit]:
    """A character that the print edition cannot draw: none of its faces has it.

    A PDF with a gap in its text is neither accessible nor fit for an archive, so Typst refuses to make one, and names no
    line. The faces are Libertinus Serif, New Computer Modern and DejaVu Sans Mono, which come with Typst, and those that the
    book has in editions/pdf/fonts/; a face is taken from among all of them where the chosen one lacks a character. Characters
    for private use are refused in any face (ISO 19005-2, 6.2.11.7.3). Looked at are the chapters with their code and formulas,
    the tables from data, the entries that are cited, and the title page; what only the screens show is silent, and so are
    spaces, joiners and soft hyphens, which need no glyph.

    *Bad*

        The embassy in Beijing (北京) reported daily.        and no Chinese face in editions/pdf/fonts/

    *Good*

        The embassy in Beijing reported daily.
    """
    pattern = faces.beyond(book.directory)
    for text in book.texts:
        yield from _in_chapter(text, pattern)
        yield from _in_tables(book, text, pattern)
    for entry in _cited(book):
        if not entry.raw.isascii():
            yield from _in_entry(book, entry, pattern)
    for key, words in _of_the_book(book):
        for found in pattern.finditer(words):
            yield _hit(book.book.place(key), found[0])


def _hit(place: Place, characters: str) -> Hit:
    codes = ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(characters))
    shown = f"“{characters}” ({codes})" if characters.isprintable() else codes
    return at(place, shown=shown, it="them" if len(set(characters)) > 1 else "it")


def _in_chapter(text: Text, pattern: re.Pattern[str]) -> Iterator[Hit]:
    """What of a chapter is drawn: its words, its code and its formulas; also what is written by number."""
    source = text.source
    if not source.text.isascii():
        drawn = [span for span in source.spans if span.kind in _DRAWN]
        for found in pattern.finditer(source.text):
            start, end = found.span()
            is_drawn = source.wording[start] == source.text[start] or any(span.start <= start < span.end for span in drawn)
            if is_drawn and not _is_for_screens(text, found[0]):
                yield _hit(source.place(start, end), found[0])
    if "&#" in source.text:
        for entity in _ENTITY.finditer(source.prose):
            if beyond := pattern.search(html.unescape(entity[0])):
                yield _hit(source.place(*entity.span()), beyond[0])


def _is_for_screens(text: Text, characters: str) -> bool:
    """Whether the characters stand in nothing but what the print edition does not show (`.only`)."""
    if not any(only.is_only(element) for kind in ("Div", "Span") for element, _ in text.nodes[kind]):
        return False
    chapter = {"blocks": tree.transform(text.blocks, lambda _: None)}
    only.keep(chapter, "pdf")
    kept = (element["c"] for element in tree.walk(chapter["blocks"]) if element["t"] in _TEXTS)
    return characters not in "\n".join(content if isinstance(content, str) else content[1] for content in kept)


def _in_tables(book: Manuscript, text: Text, pattern: re.Pattern[str]) -> Iterator[Hit]:
    """The columns and rows of .csv files that a chapter prints."""
    for element, _ in text.data_tables:
        try:
            wanted = data_tables.request(element, text.file.file)
            source = Source.of(wanted.file, book.bytes_of(wanted.file))
            rows = data_tables.load(book.directory, wanted).rows if pattern.search(source.text) else ()
        except TableError:
            continue  # FIG010 tells of it
        shown = {name for name, _ in wanted.columns}
        printed = {row.line: [cell for name, cell in row.cells.items() if name in shown] for row in rows}
        for found in pattern.finditer(source.text) if rows else ():
            place = source.place(*found.span())
            line = max((line for line in printed if line <= place.line), default=0)
            if any(found[0] in cell for cell in printed.get(line, ())):
                yield _hit(place, found[0])


def _cited(book: Manuscript) -> Iterator[Entry]:
    """The entries that the bibliography prints."""
    asked = {key.strip().removeprefix("@") for key in book.book.bibliography.nocite} | {citation.key for citation in book.citations}
    for key, entry in book.entries.items():
        aliases = {alias.strip() for alias in entry.get("ids").split(",")}
        if key in asked or asked & aliases or ("*" in asked and not entry.background):
            yield entry


def _in_entry(book: Manuscript, entry: Entry, pattern: re.Pattern[str]) -> Iterator[Hit]:
    for name, field in entry.fields.items():
        if name in PRINTED and pattern.search(field.value):
            shown = masked(field.value)
            for found in pattern.finditer(field.value):
                if shown[found.start()] == found[0][0]:
                    yield _hit(spot(book, entry, field, *found.span()), found[0])


def _of_the_book(book: Manuscript) -> Iterator[tuple[str, str]]:
    """(key of book.yaml, text) of what title page, copyright page and the pages of parts show, in normal form C."""
    said = [(key, str(getattr(book.book, key))) for key in _ON_THE_TITLE_PAGE]
    said += [(f"contributors.{i}.name", person.name) for i, person in enumerate(book.book.contributors)]
    said += [(f"publisher.{key}", value) for key, value in book.book.publisher.items()]
    said += [(f"parts.{i}.title", part.title) for i, part in enumerate(book.book.parts)]
    yield from ((key, unicodedata.normalize("NFC", words)) for key, words in said)
