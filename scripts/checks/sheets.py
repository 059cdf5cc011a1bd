"""The tables from data as the checks see them: what each block asks for, the rows of its file, and the keys in them.

Reads the .csv files of the book; writes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from octavo import data_tables
from octavo.csv_table import TableError
from octavo.model import Node, Place, Problem

if TYPE_CHECKING:
    from octavo.checks.manuscript import Text


class Sheet(NamedTuple):
    """A table from data at its place in a chapter: why it cannot be made, or its faulty rows and its keys with their places."""

    text: Text
    place: Place
    fault: str
    problems: tuple[Problem, ...] = ()
    keys: tuple[tuple[str, Place], ...] = ()


def sheet(directory: Path, text: Text, element: Node, place: Place) -> Sheet:
    try:
        wanted = data_tables.request(element, text.file.file)
        data = data_tables.load(directory, wanted)
    except TableError as error:
        return Sheet(text, place, error.message)
    keys = [
        (key, data_tables.key_place(row, wanted.file, key))
        for row in (data.rows if any(name == wanted.source for name, _ in data.columns) else ())
        for key in data_tables.keys_of(row, wanted.source)
    ]
    return Sheet(text, place, "", data.problems, tuple(keys))
