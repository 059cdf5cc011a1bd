"""Tables from data: a code block `{.table #tbl-x file=data/x.csv}` whose text is the caption -> a table of pandoc's tree.

Reads the .csv files that the blocks name; writes nothing. Stage 1 makes each block a `Div` of class `data-table` with the
caption parsed in it (`mark`), the checks look at what it asks for (`load`), stage 3 puts the table in its place (`fill`).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from octavo import config, csv_table, dates, tree
from octavo.csv_table import CsvTable, Row, TableError
from octavo.model import Node, Place, Problem

CLASS = "data-table"
_OPTIONS = ("file", "columns", "dates", "where", "source", "sources", "short", "lang")
_NAMED = re.compile(r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*\{(?=[^\n}]*\.table\b)[^\n}]*?\bfile=(?:\"([^\"\n]*)\"|([^\s}]*))", re.MULTILINE)
_NUMBER = re.compile(r"[-−–+]?\d[\d.,\u00a0\u202f ]*\s?%?")


@dataclass(frozen=True)
class Request:
    """What a block asks for: the file (its path in the book), (column, heading) pairs, and which rows."""

    file: str
    columns: tuple[tuple[str, str], ...]
    dates: frozenset[str]
    where: str
    source: str
    in_caption: bool


@dataclass(frozen=True)
class Data:
    """The rows that a block prints, and every fault of the file: where there is one, no table is made."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


def named(text: str, chapter: str) -> list[str]:
    """The files that the blocks of a chapter name, as paths in the book: what a build has to watch."""
    return [_path(found[1] or found[2] or "", chapter) for found in _NAMED.finditer(text)]


def _path(file: str, chapter: str) -> str:
    return os.path.normpath(PurePosixPath(chapter).parent / file)


def is_block(element: Node) -> bool:
    """Whether a node is a code block that asks for a table."""
    return element["t"] == "CodeBlock" and "table" in tree.classes(element) and any(tree.value(element, key) for key in _OPTIONS[:4])


def mark(blocks: list[Node], read: Callable[[str], list[Node]]) -> list[Node]:
    """The blocks with each that asks for a table as a `Div` with its caption, which `read` parses."""

    def change(element: Node) -> Node | None:
        if not is_block(element):
            return None
        name, classes, pairs = element["c"][0]
        caption = [block for block in read(element["c"][1]) if block["t"] in ("Para", "Plain")]
        return tree.node("Div", [name, [CLASS, *(c for c in classes if c != "table")], pairs], caption)

    if not any(is_block(element) for element in tree.walk(blocks)):
        return blocks
    changed: list[Node] = tree.transform(blocks, change)
    return changed


def is_marked(element: Node) -> bool:
    return element["t"] == "Div" and CLASS in tree.classes(element)


def request(element: Node, chapter: str) -> Request:
    """What a marked block asks for. Raises TableError for an option that is unknown or has the wrong form."""
    for key, _ in tree.attributes(element)[2]:  # type: ignore[index]
        if key not in _OPTIONS:
            raise TableError(f"a table from data has no option `{key}`" + config.nearest(key, _OPTIONS))
    if not tree.value(element, "file"):
        raise TableError("the table names no file: write `file=data/….csv`")
    if (sources := tree.value(element, "sources", "rows")) not in ("rows", "caption"):
        raise TableError(f"`sources` is `rows` or `caption`, not `{sources}`")
    columns = [(name.strip(), heading.strip()) for name, _, heading in (part.partition(":") for part in _parts(element, "columns", ","))]
    return Request(
        _path(tree.value(element, "file"), chapter),
        tuple(columns),
        frozenset(_parts(element, "dates", ",")),
        tree.value(element, "where"),
        tree.value(element, "source", "source"),
        sources == "caption",
    )


def _parts(element: Node, key: str, mark: str) -> list[str]:
    return [part.strip() for part in tree.value(element, key).split(mark) if part.strip()]


def load(directory: Path, wanted: Request) -> Data:
    """The rows that are asked for. Raises TableError where the file or a column is missing, or no row is left."""
    table = csv_table.read(directory, wanted.file)
    columns = wanted.columns or tuple((name, "") for name in table.columns)
    for name in (*(name for name, _ in columns), *sorted(wanted.dates)):
        table.column(name)
    rows = table.where(wanted.where).rows
    shown = wanted.dates & {name for name, _ in columns}
    return Data(columns, rows, (*table.ragged, *_bad_dates(table, rows, shown)))


def _bad_dates(table: CsvTable, rows: tuple[Row, ...], columns: frozenset[str]) -> Iterator[Problem]:
    for row in rows:
        for name in sorted(columns):
            if dates.is_bad(row.cells[name]):
                yield Problem("bad-date", Place(table.file, row.line), f"`{row.cells[name]}` in the column `{name}` is no date")


def keys_of(row: Row, column: str) -> list[str]:
    """The keys in the source column of a row, each once."""
    return list(dict.fromkeys(key for part in row.cells.get(column, "").split(";") if (key := part.strip().removeprefix("@"))))


def key_place(row: Row, file: str, key: str) -> Place:
    """Where a key stands in its row; the row's first line where it cannot be told."""
    found = re.search(rf"(?<![\w:.-]){re.escape(key)}(?![\w:-])", row.text)
    if not found:
        return Place(file, row.line)
    before = row.text[: found.start()]
    line, column = row.line + before.count("\n"), found.start() - before.rfind("\n")
    return Place(file, line, column, line, column + len(key))


def fill(blocks: list[Node], chapter: str, directory: Path, words: Mapping[str, Any], in_notes: bool) -> list[Node]:
    """The blocks with every table from data in its place; one that cannot be made is a line in a box, never half a table.

    `in_notes`: whether the citation style makes notes.
    """

    def change(element: Node) -> Node | None:
        if not is_marked(element):
            return None
        try:
            wanted = request(element, chapter)
            data = load(directory, wanted)
        except TableError as error:
            return _box(element, error.message)
        if data.problems:
            first = data.problems[0]
            return _box(element, f"{first.place.file}:{first.place.line}: {first.detail}")
        return _Maker(element, wanted, data, words, in_notes).table()

    if not any(is_marked(element) for element in tree.walk(blocks)):
        return blocks
    changed: list[Node] = tree.transform(blocks, change)
    return changed


def _box(element: Node, message: str) -> Node:
    said = tree.node("Span", tree.attr("", ["unresolved"]), tree.text(message))
    return tree.node("Div", tree.attr(tree.identifier(element)), [tree.node("Para", [said])])


class _Maker:
    """One table of pandoc's tree (pandoc-types 1.23, `Table`) from the rows of a file."""

    def __init__(self, element: Node, wanted: Request, data: Data, words: Mapping[str, Any], in_notes: bool) -> None:
        self.element, self.wanted, self.data, self.words = element, wanted, data, words
        has_sources = any(name == wanted.source for name, _ in data.columns)
        sets = Counter(tuple(keys_of(row, wanted.source)) for row in data.rows) if has_sources else Counter()
        common, times = sets.most_common(1)[0] if sets else ((), 0)
        # What every row rests on is cited once, at the end of the caption, instead of in each row.
        self.in_caption = has_sources and (wanted.in_caption or (len(sets) == 1 and times > 1))
        # In a note style the number of the note stands at the end of the row's text; else the sources have their column.
        self.as_notes = has_sources and in_notes and not self.in_caption
        self.common = common if self.as_notes and times >= 3 and times * 2 >= len(data.rows) else ()
        left_out = self.in_caption or self.as_notes
        self.columns = tuple(column for column in data.columns if not (left_out and column[0] == wanted.source))
        self.numeric = {name for name, _ in self.columns if self._is_numeric(name)}
        self.large = {name for name in self.numeric if any(re.fullmatch(r"\d{5,}", row.cells[name]) for row in data.rows)}

    def table(self) -> Node:
        alignments = [tree.node("AlignRight" if name in self.numeric else "AlignLeft") for name, _ in self.columns]
        specs = [[alignment, tree.node("ColWidthDefault")] for alignment in alignments]
        head = [tree.attr(), [_row([tree.text(self._heading(*column)) for column in self.columns])]]
        body = [tree.attr(), 0, [], [_row(self._cells(row)) for row in self.data.rows]]
        pairs = [[key, value] for key, value in self.element["c"][0][2] if key in ("short", "lang")]
        name, classes = self.element["c"][0][:2]
        attributes = [name, [c for c in classes if c != CLASS], pairs]
        return tree.node("Table", attributes, [None, self._caption()], specs, head, [body], [tree.attr(), []])

    def _is_numeric(self, name: str) -> bool:
        filled = [row.cells[name] for row in self.data.rows if row.cells[name]]
        return name not in self.wanted.dates and bool(filled) and all(_NUMBER.fullmatch(cell) for cell in filled)

    def _heading(self, name: str, heading: str) -> str:
        if heading:
            return heading
        if name == self.wanted.source:
            return str(self.words["sources"])
        plain = name.replace("_", " ")
        return plain[:1].upper() + plain[1:]

    def _caption(self) -> list[Node]:
        inlines: list[Node] = []
        for block in self.element["c"][1]:
            inlines += [*([tree.node("Space")] if inlines else []), *block["c"]]
        if self.in_caption:
            cited = dict.fromkeys(key for row in self.data.rows for key in keys_of(row, self.wanted.source))
            inlines += [tree.node("Space"), _citation(list(cited))] if cited else []
        if self.common:
            inlines += [tree.node("Space"), _citation(list(self.common), self.words["sources-else"])]
        return [tree.node("Plain", inlines)] if inlines else []

    def _cells(self, row: Row) -> list[list[Node]]:
        cells = [self._cell(row, name) for name, _ in self.columns]
        keys = keys_of(row, self.wanted.source) if self.as_notes else []
        if keys and tuple(keys) != self.common:
            cells[self._noted(cells)] += [tree.node("Space"), _citation(keys)]
        return cells

    def _noted(self, cells: list[list[Node]]) -> int:
        """The cell that bears the note of its row: the last with words up to the source's column; a number only if all are."""
        before = [name for name, _ in self.data.columns].index(self.wanted.source)
        filled = [i for i, cell in enumerate(cells) if cell]
        worded = [i for i in filled if self.columns[i][0] not in self.numeric]
        return max((i for i in worded if i < before), default=next(iter([*worded, *filled]), 0))

    def _cell(self, row: Row, name: str) -> list[Node]:
        if name == self.wanted.source:
            keys = keys_of(row, name)
            return [_citation(keys)] if keys else []
        cell = " ".join(row.cells[name].split())
        if name in self.large and cell.isdecimal():
            # A column that goes beyond 9999 has its thousands marked; one of years never does.
            cell = f"{int(cell):,}".replace(",", self.words["thousands"])
        return tree.text(dates.printed(cell, self.words)) if name in self.wanted.dates and cell else _inlines(cell)


def _inlines(cell: str) -> list[Node]:
    """A cell as text: straight apostrophes and pairs of quotation marks become those of the book, as in a chapter."""
    cell = re.sub(r"(?<=\w)'", "’", cell)
    found: list[Node] = []
    for i, part in enumerate(re.split(r'"([^"]*)"', cell)):
        if part:
            found += [tree.node("Quoted", tree.node("DoubleQuote"), tree.text(part))] if i % 2 else tree.text(part)
    return found


def _row(cells: list[list[Node]]) -> list[Any]:
    made = [[tree.attr(), tree.node("AlignDefault"), 1, 1, [tree.node("Plain", cell)] if cell else []] for cell in cells]
    return [tree.attr(), made]


def _citation(keys: list[str], prefix: str = "") -> Node:
    cites = [
        {
            "citationId": key, "citationPrefix": tree.text(prefix) if prefix and not i else [], "citationSuffix": [],
            "citationMode": tree.node("NormalCitation"), "citationNoteNum": 0, "citationHash": 0,
        }
        for i, key in enumerate(keys)
    ]  # fmt: skip
    return tree.node("Cite", cites, tree.text("[" + "; ".join("@" + key for key in keys) + "]"))
