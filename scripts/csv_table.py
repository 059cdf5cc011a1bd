"""A table of data as it lies in a .csv file: its columns, its rows, and the line on which each row begins.

Reads the .csv files of a book; writes nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from octavo import config
from octavo.model import Place, Problem, UserError


class TableError(UserError):
    """A file or a column that is not there, or a file that is no table."""


@dataclass(frozen=True)
class Row:
    """The cells by column, and the lines of the file that the row stands on; `text` is these lines."""

    cells: Mapping[str, str]
    line: int
    text: str


@dataclass(frozen=True)
class CsvTable:
    """A .csv file as read. `ragged` has the rows whose cells do not match the columns; they are not among `rows`."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: tuple[Problem, ...]

    def column(self, name: str) -> str:
        """The name back. Raises TableError, with the nearest, where there is no such column."""
        if name not in self.columns:
            raise TableError(f"{self.file} has no column `{name}`" + config.nearest(name, self.columns))
        return name

    def where(self, conditions: str) -> CsvTable:
        """The table with the rows that meet every condition: `status=verified; kind!=other`. Raises TableError."""
        tests = [self._condition(part) for part in conditions.split(";") if part.strip()]
        rows = tuple(row for row in self.rows if all((row.cells[name] == value) == same for name, same, value in tests))
        if not rows and not self.ragged:
            raise TableError(f"no row of {self.file} " + ("is as `where` asks" if tests else "is there"))
        return replace(self, rows=rows)

    def _condition(self, part: str) -> tuple[str, bool, str]:
        found = re.fullmatch(r"\s*([^=!]+?)\s*(!?=)\s*(.*?)\s*", part)
        if not found:
            raise TableError(f"`where` has `{part.strip()}`: write `column=value` or `column!=value`")
        return self.column(found[1]), found[2] == "=", found[3]


def read(directory: Path, file: str) -> CsvTable:
    """The table in `file`, a path in the book. Raises TableError where it is missing, outside the book, or no table."""
    path = directory / file
    if not path.resolve().is_relative_to(directory.resolve()):
        raise TableError(f"{file} lies outside the book")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError(f"{file} is not UTF-8") from None
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise TableError(f"{file} is not there{_likely(path)}") from None
    except (OSError, ValueError) as error:
        raise TableError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return table(file, text)


def _likely(path: Path) -> str:
    names = sorted(other.name for other in path.parent.iterdir() if other.is_file()) if path.parent.is_dir() else []
    return config.nearest(path.name, names)


def table(file: str, text: str) -> CsvTable:
    records = list(_records(file, text))
    if not records:
        raise TableError(f"{file} is empty")
    columns = tuple(name.strip() for name in records[0][2])
    if double := next((name for name in columns if columns.count(name) > 1), ""):
        raise TableError(f"{file} has two columns `{double}`")
    rows: list[Row] = []
    ragged: list[Problem] = []
    for line, own, cells in records[1:]:
        if len(cells) == len(columns):
            rows.append(Row(dict(zip(columns, (cell.strip() for cell in cells), strict=True)), line, own))
        else:
            ragged.append(Problem("ragged-row", Place(file, line), f"{len(cells)} cells for {len(columns)} columns"))
    return CsvTable(file, columns, tuple(rows), tuple(ragged))


def _records(file: str, text: str) -> Iterator[tuple[int, str, list[str]]]:
    """(first line, its lines as they are, cells) of each row that is not empty; the row of the columns is the first."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, strict=True)
    start = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) or len(cells) > 1:
                yield start + 1, "".join(lines[start : reader.line_num]), cells
            start = reader.line_num
    except csv.Error as error:
        raise TableError(f"{file} is no table: {error}, line {start + 1}") from None
