"""Included files: a code block `{.include}` in a chapter names files, a line each, whose text stands there instead.

Reads which files of the book there are; writes nothing. A path is relative to the file in which it is written, as that
of an image is. What cannot be included stays in the tree and is a problem at its line: `include-missing`,
`include-cycle` or `include-outside`.
"""

from __future__ import annotations

import copy
import posixpath
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from octavo import tree
from octavo.model import Chapter, ChapterFile, Node, Place, Problem
from octavo.source import Source

PROBLEMS = ("include-missing", "include-cycle", "include-outside")


class Wanted(NamedTuple):
    """A line of an include: the path as written, as it is in the book, and where it stands."""

    written: str
    file: str
    place: Place


def named(element: Node) -> list[str]:
    """The paths that a block includes, as written; nothing for any other block."""
    if element["t"] != "CodeBlock" or "include" not in tree.classes(element):
        return []
    return [line.strip() for line in element["c"][1].splitlines() if line.strip()]


def wanted(file: str, raw: bytes, blocks: list[Node]) -> Iterator[Wanted]:
    """Everything that a file includes, in the order of its tree, each with its place in the source."""
    if b".include" not in raw:
        return
    source = Source.of(file, raw)
    lines: list[tuple[str, Place]] = []
    for span in source.spans:
        if span.kind == "code" and ".include" in span.info:
            lines += _lines(source, span.info_start + len(span.info), span.end)
    for element in tree.walk(blocks):
        for written in named(element):
            at = next((i for i, (text, _) in enumerate(lines) if text == written), None)
            place = lines.pop(at)[1] if at is not None else Place(file)
            yield Wanted(written, path_of(file, written), place)


def _lines(source: Source, start: int, end: int) -> Iterator[tuple[str, Place]]:
    at = start
    for line in source.text[start:end].splitlines(keepends=True):
        words = line.strip().lstrip("> \t")  # the block may stand in a quotation
        if words:
            begin = at + line.index(words)
            yield words, source.place(begin, begin + len(words))
        at += len(line)


def path_of(file: str, written: str) -> str:
    """The path in the book of what `file` includes as `written`."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(file), written))


class Reader:
    """Reads what a chapter includes, and what that includes; `parse` is how a file becomes a Chapter."""

    def __init__(self, directory: Path, parse: Callable[[ChapterFile], tuple[Chapter, bytes]]) -> None:
        self.directory, self.parse = directory, parse

    def chapter(self, file: ChapterFile) -> Chapter:
        """The chapter with every file that stands in it, each once, and the problems of its own includes."""
        found: dict[str, Chapter] = {}
        whole = self._read(file, (file.file,), found)
        return Chapter(whole.file, whole.blocks, whole.meta, whole.warnings, whole.problems, tuple(found.values()))

    def _read(self, file: ChapterFile, trail: tuple[str, ...], found: dict[str, Chapter]) -> Chapter:
        chapter, raw = self.parse(file)
        problems = list(chapter.problems)
        for line in wanted(file.file, raw, chapter.blocks):
            problem = self._problem(line, trail)
            if problem:
                problems.append(problem)
            elif line.file not in found:
                inner = ChapterFile(line.file, file.slug, file.kind, file.number, file.part)
                found[line.file] = chapter  # its place in the order, before what it includes itself
                found[line.file] = self._read(inner, (*trail, line.file), found)
        return Chapter(chapter.file, chapter.blocks, chapter.meta, chapter.warnings, tuple(problems))

    def _problem(self, line: Wanted, trail: tuple[str, ...]) -> Problem | None:
        path = self.directory / line.file
        if posixpath.isabs(line.written) or not path.resolve().is_relative_to(self.directory.resolve()):
            return Problem("include-outside", line.place, line.written)
        if line.file in trail:
            return Problem("include-cycle", line.place, " → ".join((*trail[trail.index(line.file) :], line.file)))
        if not path.is_file():
            return Problem("include-missing", line.place, line.file)
        return None


def spliced(file: str, blocks: list[Node], parts: Mapping[str, list[Node]], trail: tuple[str, ...] = ()) -> list[Node]:
    """The blocks with those of the included files (`parts`, by path) in place; what is not there stays visible in a box."""
    if not any(named(element) for element in tree.walk(blocks)):
        return blocks
    within = (*trail, file)

    def change(element: Node) -> list[Node] | None:
        paths = named(element)
        if not paths:
            return None
        out: list[Node] = []
        for written in paths:
            inner = path_of(file, written)
            if inner in parts and inner not in within:
                body = spliced(inner, copy.deepcopy(parts[inner]), parts, within)
                out += _moved(body, posixpath.relpath(posixpath.dirname(inner), posixpath.dirname(file)))
            else:
                out.append(tree.node("Para", [tree.node("Span", tree.attr("", ["unresolved"]), [tree.node("Str", f"?{written}?")])]))
        return out

    changed: list[Node] = tree.transform(blocks, change)
    return changed


def _moved(blocks: Any, folder: str) -> Any:
    """The blocks with the addresses of their images as seen from the file that includes them."""
    if folder == ".":
        return blocks

    def change(element: Node) -> None:
        if element["t"] == "Image" and "://" not in element["c"][2][0]:
            element["c"][2][0] = posixpath.normpath(posixpath.join(folder, element["c"][2][0]))

    return tree.transform(blocks, change)
