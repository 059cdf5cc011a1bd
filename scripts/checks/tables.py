"""FIG: tables as they are written in a chapter, their header rows and their columns.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.model import Node, Place
from octavo.source.prose import Paragraph

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:[|+]\s*:?-+:?\s*)*\|?\s*")
_FRAME = re.compile(r"\+(?:[-=:]+\+)+")
_PIPE = re.compile(r"(?<!\\)\|")
_LEAD = re.compile(r"[ \t>]*")
_CAPTION = re.compile(r"\s*(?:[Tt]able)?:\s")


def tables(text: Text) -> list[tuple[Node, Place]]:
    """Every table of a chapter, and the line where it starts."""
    nodes = text.nodes["Table"]
    if not nodes:
        return []
    written = [paragraph for paragraph in text.source.paragraphs if _is_table(text, paragraph)]
    found: list[tuple[Node, Place]] = []
    at_most = 0
    for node, block in nodes:
        number = next((n for n in range(at_most, len(written)) if _reads_like(text, written[n], node)), None)
        found.append((node, text.at_block(block) if number is None else _first_line(text, written[number])))
        at_most = at_most if number is None else number + 1
    return found


def _reads_like(text: Text, paragraph: Paragraph, table: Node) -> bool:
    """Whether a table begins with the words that the tree has in its first row."""
    _, _, _, head, bodies, _ = table["c"]
    rows = [*head[1], *(row for body in bodies for row in (*body[2], *body[3]))]
    first = next((words for row in rows if (words := _letters(tree.plain(row[1])))), "")
    return _letters(text.source.text[paragraph.start : paragraph.end])[: len(first)] == first or not first


def _letters(words: str) -> str:
    return "".join(c for c in words if c.isalnum())


def _is_table(text: Text, paragraph: Paragraph) -> bool:
    words = text.source.masked[paragraph.start : paragraph.end]
    return paragraph.kind == "table" and bool(re.search(r"[^\s>*_-]", words))


def _first_line(text: Text, paragraph: Paragraph) -> Place:
    start = paragraph.start + len(_LEAD.match(text.source.masked, paragraph.start)[0])  # type: ignore[index]
    line = text.source.place(start)
    return text.source.place(start, text.source.offset(line.line) + len(text.source.line(line.line)))


@check(
    "FIG007",
    "table-without-header",
    "warning",
    "the table has no header row",
    hint="name the columns in a first row: a screen reader says the name with each cell",
)
def table_without_header(book: Manuscript) -> Iterator[Hit]:
    """A table without a header row, or with one whose cells are all empty (WCAG 2.2, 1.3.1; PDF/UA-1, 7.5).

    A table from data has the names of its columns always. One empty cell, as above the names of the rows, is no fault.

    *Bad*

        |        |     |
        |--------|----:|
        | Upper  | 120 |

    *Good*

        | Reach  | km  |
        |--------|----:|
        | Upper  | 120 |
    """
    for text in book.texts:
        for table, place in tables(text):
            rows = table["c"][3][1]
            shows = any(tree.plain(row) or any(inner["t"] in ("Image", "Math") for inner in tree.walk(row)) for row in rows)
            if not shows:
                yield at(place)


def ragged_rows(text: Text) -> Iterator[tuple[Place, int, int]]:
    """(place, cells, columns) of each row of a pipe table whose cells are more or fewer than the columns."""
    source = text.source
    if "|" not in source.masked:
        return
    for paragraph in source.paragraphs:
        lines = source.masked[paragraph.start : paragraph.end].split("\n") if paragraph.kind == "table" else []
        bare = [line[len(_LEAD.match(line)[0]) :] for line in lines]  # type: ignore[index]
        if len(bare) < 2 or "|" not in bare[1] or not _RULE.fullmatch(bare[1]):
            continue
        columns = _cells(bare[1].replace("+", "|"))
        start = paragraph.start
        for line, words in zip(lines, bare, strict=True):
            if _CAPTION.match(words):
                break
            cells = _cells(words) if words.strip() else columns
            if cells != columns:
                begin = start + len(line) - len(words)
                yield source.place(begin, start + len(line.rstrip())), cells, columns
            start += len(line) + 1


def uneven_lines(text: Text) -> Iterator[Place]:
    """The lines of a grid table that end before its frame or beyond it: pandoc then moves cells, or makes no table at all."""
    source = text.source
    for paragraph in source.paragraphs if "+--" in source.text else ():
        lines = source.text[paragraph.start : paragraph.end].split("\n")
        bare = [line[len(_LEAD.match(line)[0]) :].rstrip() for line in lines]  # type: ignore[index]
        start = paragraph.start
        for line, words in zip(lines, bare, strict=True) if _FRAME.fullmatch(bare[0]) else ():
            if not words.startswith(("|", "+")):
                break
            if _width(words) != _width(bare[0]):
                begin = start + len(line) - len(line.lstrip(" \t>"))
                yield source.place(begin, start + len(line.rstrip()))
            start += len(line) + 1


def _width(line: str) -> int:
    """How many columns of a terminal a line takes, as pandoc reckons grids: wide letters take two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(c) in "WF" for c in line)
    return len(line) + wide - sum(bool(unicodedata.combining(c)) for c in line)


def _cells(line: str) -> int:
    """How many cells a line of a pipe table has; the pipes at its two ends may be left out."""
    bare = line.strip()
    bare = bare.removeprefix("|")
    if bare.endswith("|") and not bare.endswith("\\|"):
        bare = bare[:-1]
    return len(_PIPE.findall(bare)) + 1
