"""The place of some characters of a field's value in its .bib file.

Reads entries as they are written; writes nothing. A value may be put together from several pieces with `#`, and each may
run over several lines: what is found in the value is looked up in the piece that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping

from octavo.bibliography.scan import Piece, Scanner
from octavo.model import Entry, Field, Place


def within(entry: Entry, found: Field, start: int, end: int, strings: Mapping[str, str] | None = None) -> Place:
    """Where the characters `start` to `end` of the value stand; of an @string its name, of what is not found the whole value.

    A field that the entry inherits has its own place: that of the value.
    """
    if found.value_place.file != entry.place.file or entry.fields.get(found.name) is not found:
        return found.value_place
    scanner = Scanner(entry.place.file, entry.raw)
    at = _offset(entry, found)
    pieces = scanner.value(found.name, at, len(entry.raw))[0].pieces
    written = 0
    for piece in pieces:
        length = len(_text(piece, strings or {}, found, len(pieces)))
        if start < written + length or piece is pieces[-1]:
            if piece.is_name or piece.text != found.value[written : written + length]:
                return _shifted(entry, scanner.place(piece.at, piece.at + len(piece.text))) if piece.is_name else found.value_place
            opening = piece.at + (entry.raw[piece.at] in '{"')
            last = min(end - written, length)
            return _shifted(entry, scanner.place(opening + start - written, opening + last))
        written += length
    return found.value_place


def _text(piece: Piece, strings: Mapping[str, str], found: Field, count: int) -> str:
    if not piece.is_name:
        return piece.text
    return found.value if count == 1 else strings.get(piece.text.lower(), piece.text)


def _offset(entry: Entry, found: Field) -> int:
    """Where the value starts within the text of its entry."""
    line, column = found.value_place.line - entry.place.line, found.value_place.column - 1
    start = 0
    for _ in range(line):
        start = entry.raw.index("\n", start) + 1
    return start + column - (0 if line else entry.place.column - 1)


def _shifted(entry: Entry, place: Place) -> Place:
    """A place within the text of the entry as one within the file."""
    above = entry.place.line - 1

    def column(line: int, given: int) -> int:
        return given + (entry.place.column - 1 if line == 1 else 0)

    return Place(
        place.file,
        place.line + above,
        column(place.line, place.column),
        place.end_line + above,
        column(place.end_line, place.end_column),
    )
