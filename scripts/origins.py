"""Where in the manuscript each word of a cited book comes from: the words of its tree aligned with those of the sources.

Reads the chapters, the files that they include, the .csv files of their tables and the .bib entries, as `Manuscripts`
gives them; writes nothing. pandoc's tree has no places; but its words stand in the order of the source, notes where they
are called. What no source has (a name that citeproc prints, a number) is where the word before it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from octavo import csv_table, data_tables, includes, tree
from octavo.align import align_moved
from octavo.model import Entry, Node, UserError
from octavo.source import Source
from octavo.source.mask import Span, blank
from octavo.source.queries import queries

Record = dict[str, Any]

_WORD = re.compile(r"[^\W_]+")
_NOT_PROSE = frozenset({"header", "comment", "html"})
_FENCE = re.compile(r"\{[ \t]*(?:[#.][^{}]*|=\w+|\w[\w:-]*=[^{}]*)\}")
_WHERE = re.compile(r"\bwhere=(?:\"([^\"]*)\"|([^\s}]+))")
_NOTE_MARK = re.compile(r"\[\^[^\]\s]+\]:?")


class Origin(NamedTuple):
    """Where a word stands: the file, its line, and the offsets in the file's text of its first letter and of its end."""

    file: str
    line: int
    start: int
    end: int


class Spot(NamedTuple):
    """A word of the tree: the list of nodes that it stands in, its index there and its offset in that node.

    In a heading it is the end of the heading (`ends`): contents and running heads repeat the words.
    """

    inlines: list[Node]
    at: int
    offset: int
    ends: bool = False


@dataclass
class Piece:
    """A stretch of the book that is set as one: a paragraph, heading, caption, cell, note, entry …

    `words` are those that a reader sees, in small letters, `origins` the place of each. `mark` is where a mark of it can be
    put: a list of nodes of the tree and an index in it.
    """

    kind: str
    mark: Spot | None = None
    words: list[str] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    sure: list[Origin] = field(default_factory=list)
    """The origins of those words that are found in a source."""
    follows: bool = False
    """Whether it is a cell beside the first of its row: one of them names the place."""
    span: tuple[int, int] | None = None
    """First and last line of an entry in its .bib file."""


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: small letters, compatible forms and accents as one."""
    return [normal(found) for found in _WORD.findall(text)]


@cache
def normal(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


# The source


def reader(directory: Path) -> Callable[[str], str | None]:
    """Reads the files of a book as they are now; None for one that cannot be read."""

    def read(file: str) -> str | None:
        try:
            return (directory / file).read_bytes().decode("utf-8-sig", "replace")
        except OSError:
            return None

    return read


class Sources:
    """The words of each file of the manuscript with their places; `read` gives the text of a file, or None."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self.read = read

    def words(self, file: str, trail: tuple[str, ...] = ()) -> list[tuple[str, Origin]]:
        """The words of a chapter in the order of pandoc's tree: those of a note at its mark, of included files in place."""
        text = self.read(file)
        if text is None or file in trail:
            return []
        source = Source(file, text)
        found: list[tuple[tuple[int, int], list[tuple[str, Origin]]]] = []
        for start, end, word in _marked(source):
            if (order := source.reading_order(start)) is not None:
                found.append((order, [(word, Origin(file, source.line_at(start), start, end))]))
        for span in source.spans:
            if span.kind == "code" and (other := self._other(file, source, span, (*trail, file))):
                found.append(((span.start, span.end), other))
        return [word for _, words in sorted(found, key=lambda item: item[0]) for word in words]

    def _other(self, file: str, source: Source, span: Span, trail: tuple[str, ...]) -> list[tuple[str, Origin]]:
        """The words of what a block names: included files, the table that it is made from."""
        if ".include" in span.info:
            lines = source.text[span.info_start + len(span.info) : span.end].splitlines()
            paths = (includes.path_of(file, line.strip().lstrip("> \t")) for line in lines)
            return [word for path in paths for word in self.words(path, trail)]
        if ".table" in span.info:
            asked = _WHERE.search(span.info)
            conditions = (asked[1] or asked[2]) if asked else ""
            return [word for path in data_tables.named(source.text[span.start : span.end], file) for word in self.shown(path, conditions)]
        return []

    def shown(self, file: str, conditions: str) -> list[tuple[str, Origin]]:
        """The words of the rows of a table that are shown, and of its head: a file may serve several tables."""
        try:
            rows = csv_table.table(file, self.read(file) or "").where(conditions).rows
        except UserError:
            return self.rows(file)
        lines = {1, *(line for row in rows for line in range(row.line, row.line + row.text.count("\n") + 1))}
        return [word for word in self.rows(file) if word[1].line in lines]

    def rows(self, file: str) -> list[tuple[str, Origin]]:
        """The words of a table, line by line."""
        source = Source(file, self.read(file) or "")
        return [(normal(m[0]), Origin(file, source.line_at(m.start()), *m.span())) for m in _WORD.finditer(source.text)]


def _marked(source: Source) -> Iterator[tuple[int, int, str]]:
    """(start, end, word) of every word of a chapter, and of every key, which comes with its @."""
    text = blank(source.text, source.spans, _NOT_PROSE)
    cut = [Span(t.start, t.until, "address") for t in source.targets if t.start >= t.begin]
    cut += [Span(m.start(), m.end(), "address") for pattern in (_FENCE, _NOTE_MARK) for m in pattern.finditer(text)]
    cut += [Span(query.start, query.end, "address") for query in queries(source)]
    keys = [*source.citations, *source.doubtful_citations]
    cut += [Span(mark.start, mark.end, "address") for mark in keys]
    cut += [Span(s.start, s.end, "address") for s in source.spans if s.kind == "code" and (".include" in s.info or ".table" in s.info)]
    text = blank(text, sorted(cut, key=lambda span: span.start), frozenset({"address"}))
    yield from ((mark.start, mark.end, _key(mark.text)) for mark in keys)
    yield from ((*found.span(), normal(found[0])) for found in _WORD.finditer(text))


def _key(name: str) -> str:
    """A key as it is compared: `@Fig:x` at the start of a sentence is `@fig-x`."""
    return "@" + name.casefold().replace(":", "-")


# The tree


class _Walk:
    """Every word of a tree in order, and the pieces that they make up. Entries of lists of works are set apart."""

    def __init__(self, notes: dict[str, Node]) -> None:
        self.notes = notes
        self.pieces: list[Piece] = []
        self.words: list[str] = []
        self.homes: list[tuple[Piece, bool]] = []
        self.spots: list[Spot] = []
        self.entries: list[tuple[str, list[Node]]] = []
        self.cited: list[tuple[list[str], Spot]] = []
        self.rows: list[list[Piece]] = []

    def blocks(self, blocks: list[Node], kind: str = "paragraph") -> None:
        for at, block in enumerate(blocks):
            name: str = block["t"]
            content: Any = block.get("c")
            if name in ("Para", "Plain"):
                self.piece(kind, content)
            elif name == "Header":
                self.piece("heading", content[2])
            elif name == "LineBlock":
                for line in content:
                    self.piece(kind, line)
            elif name == "CodeBlock":
                self.piece("code", blocks, at)
            elif name == "Div" and "csl-entry" in tree.classes(block):
                self.entries.append((tree.identifier(block).removeprefix("ref-"), content[1]))
            else:
                self.inside(name, content, kind)

    def inside(self, name: str, content: Any, kind: str) -> None:
        """The blocks that a block holds, in the order in which they are read."""
        if name in ("BlockQuote", "Div"):
            self.blocks(content if name == "BlockQuote" else content[1], kind)
        elif name in ("BulletList", "OrderedList"):
            for item in content if name == "BulletList" else content[1]:
                self.blocks(item, kind)
        elif name == "DefinitionList":
            for term, definitions in content:
                self.piece("term", term)
                for definition in definitions:
                    self.blocks(definition, kind)
        elif name == "Figure":
            self.blocks(content[1][1], "caption")
            self.blocks(content[2], kind)
        elif name == "Table":
            self.blocks(content[1][1], "caption")
            rows = [*content[3][1], *(row for body in content[4] for row in body[2] + body[3]), *content[5][1]]
            for row in rows:
                before = len(self.pieces)
                for cell in row[1]:
                    self.blocks(cell[4], "cell")
                self.rows.append(self.pieces[before:])
                for piece in [piece for piece in self.rows[-1] if piece.kind == "cell"][1:]:
                    piece.follows = True

    def piece(self, kind: str, inlines: list[Node], only: int | None = None) -> None:
        piece = Piece(kind)
        before = len(self.words)
        if only is None:
            self.inlines(inlines, piece, Spot(inlines, len(inlines), 0, True) if kind == "heading" else None)
        else:
            self.text(inlines[only]["c"][1], piece, Spot(inlines, only, 0))
        own = (spot for (home, _), spot in zip(self.homes[before:], self.spots[before:], strict=True) if home is piece)
        if piece.words:
            self.pieces.append(piece)
            piece.mark = next(own, None)

    def inlines(self, inlines: list[Node], piece: Piece, heading: Spot | None = None) -> None:
        for at, inline in enumerate(inlines):
            kind, spot = inline["t"], heading or Spot(inlines, at, 0)
            content: Any = inline.get("c")
            if kind == "Str":
                self.text(content, piece, spot)
            elif kind in ("Code", "Math"):
                self.text(content[1], piece, spot)
            elif kind == "Note":
                self.blocks(content, "note")
            elif kind in ("Span", "Link"):
                self.hidden(inline, piece, spot)
                if note := self.notes.get(tree.value(inline, "to")) if "noteref" in tree.classes(inline) else None:
                    self.blocks(note["c"][1], "note")
                else:
                    self.inlines(content[1], piece, heading)
            elif kind in ("Quoted", "Cite"):
                self.inlines(content[1], piece, heading)
            elif isinstance(content, list) and kind not in ("Image", "RawInline"):
                self.inlines(content, piece, heading)

    def hidden(self, inline: Node, piece: Piece, spot: Spot) -> None:
        """The keys that the source has where a citation or a reference stands."""
        keys = tree.value(inline, "cites").split()
        if keys:
            self.cited.append((keys, spot))
        if inline["t"] == "Link" and inline["c"][2][0].startswith("#") and not inline["c"][2][0].startswith("#ref-"):
            keys = [inline["c"][2][0][1:]]
        for key in keys:
            self.add(_key(key), piece, spot, False)

    def text(self, text: str, piece: Piece, spot: Spot) -> None:
        for found in _WORD.finditer(text):
            self.add(normal(found[0]), piece, spot if spot.ends else spot._replace(offset=found.start()), True)

    def add(self, word: str, piece: Piece, spot: Spot, seen: bool) -> None:
        self.words.append(word)
        self.homes.append((piece, seen))
        self.spots.append(spot)
        if seen:
            piece.words.append(word)


@dataclass
class Traced:
    """A chapter whose words are found: its pieces in the order of the tree; origin, spot and length of each word found.

    `cited` are the keys of each citation and where it stands.
    """

    pieces: list[Piece]
    found: list[tuple[Origin, Spot, int]]
    cited: list[tuple[list[str], Spot]]

    def spot(self, file: str, start: int, line: int) -> Spot | None:
        """Where in the tree stands what is at an offset of a file: the word there, the next one of its line, or the one before."""
        ordered = self._ordered.get(file)
        if not ordered:
            return None
        at = bisect_left(ordered, (start, 0, 0))
        before, after = ordered[max(at - 1, 0)], ordered[min(at, len(ordered) - 1)]
        is_inside = self.found[before[2]][0].end > start
        return self.found[(before if is_inside or after[1] > line + 1 else after)[2]][1]

    def before(self, file: str, start: int) -> Spot | None:
        """Where in the tree the word before an offset ends, and the signs that are written on to it."""
        ordered = self._ordered.get(file)
        if not ordered:
            return None
        at = bisect_left(ordered, (start, 0, 0)) - 1
        _, spot, length = self.found[ordered[max(at, 0)][2]]
        if at < 0 or spot.ends:
            return spot
        element = spot.inlines[spot.at]
        if element["t"] != "Str":
            return spot._replace(offset=1)
        rest = re.match(r"\S*", element["c"][spot.offset + length :])
        return spot._replace(offset=spot.offset + length + (rest.end() if rest else 0))

    def on_line(self, file: str, line: int) -> Spot | None:
        """The first word of a line."""
        return next((spot for origin, spot, _ in self.found if origin.file == file and origin.line == line), None)

    @cached_property
    def _ordered(self) -> dict[str, list[tuple[int, int, int]]]:
        by_file: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for i, (origin, _, _) in enumerate(self.found):
            by_file[origin.file].append((origin.start, origin.line, i))
        return {file: sorted(words) for file, words in by_file.items()}


def trace(blocks: list[Node], file: str, sources: Sources, notes: dict[str, Node], entries: dict[str, Entry]) -> Traced:
    """The pieces of a chapter; `notes` are those that stand elsewhere, by their identifiers."""
    walk = _Walk(notes)
    walk.blocks(blocks)
    written = sources.words(file) if file else []
    found: list[tuple[Origin, Spot, int]] = []
    last, after_key = Origin(file, 1, 0, 0), False
    unknown: list[Piece] = []
    matched = align_moved(walk.words, [word for word, _ in written])
    for (piece, seen), spot, word, at in zip(walk.homes, walk.spots, walk.words, matched, strict=True):
        if at >= 0:
            last = written[at][1]
            found.append((last, spot, len(word)))
            piece.sure.append(last)
            for waiting in unknown:
                waiting.origins = [last] * len(waiting.origins)
            unknown = []
        elif seen and not piece.origins and not (after_key and piece.kind == "note"):
            # The first words of a piece that no source has are where its next ones are, not where the piece before ends.
            unknown.append(piece)
        if seen:
            piece.origins.append(last)
        after_key = not seen or (after_key and at < 0)
    for row in walk.rows:
        _gather(row)
    return Traced([*(walk.pieces if file else ()), *_entries(walk.entries, entries)], found, walk.cited)


def _gather(row: list[Piece]) -> None:
    """A row of a table from data is one line of its file: the one that most of its words are found in."""
    lines = Counter((origin.file, origin.line) for piece in row for origin in piece.sure if origin.file.endswith(".csv"))
    if lines:
        (file, line), _ = lines.most_common(1)[0]
        for piece in row:
            piece.origins = [o if (o.file, o.line) == (file, line) else Origin(file, line, o.start, o.end) for o in piece.origins]


def _entries(shown: Iterable[tuple[str, list[Node]]], entries: dict[str, Entry]) -> Iterator[Piece]:
    """The entries of a list of works, each found in its .bib file."""
    for key, blocks in shown:
        if not (entry := entries.get(key)):
            continue
        walk = _Walk({})
        walk.blocks(blocks)
        written = [(normal(m[0]), entry.raw.count("\n", 0, m.start())) for m in _WORD.finditer(entry.raw)]
        piece, line = Piece("entry", span=(entry.place.line, entry.place.end_line)), entry.place.line
        for word, at in zip(walk.words, align_moved(walk.words, [word for word, _ in written]), strict=True):
            if word.startswith("@"):
                continue
            here = line + (written[at][1] if at >= 0 else 0)
            piece.words.append(word)
            piece.origins.append(Origin(entry.place.file, here, 0, 0))
        if piece.words:
            piece.mark = walk.spots[0]
            yield piece
