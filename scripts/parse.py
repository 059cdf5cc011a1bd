"""Stage 1: every chapter -> pandoc's tree of it, and what pandoc itself had to say.

Reads book.yaml, the chapters and the .bib files of a book; writes output/work/1-parsed/book.json and, by content,
output/work/1-parsed/cache/, which `octavo check` shares: a chapter that has not changed is not parsed again. An included
file is parsed by itself, and is cached as a chapter is.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from octavo import config, data_tables, includes, source, tools, tree
from octavo.model import Book, Chapter, ChapterFile, Node, Place, Problem, UserError
from octavo.source import bookdown, critic

READER = "markdown+autolink_bare_uris"
"""pandoc's Markdown as it is, and bare addresses as links (else `https://m.social/@key` is a citation)."""

CACHE = Path("output/work/1-parsed/cache")
DIALECT = "1"
"""Raised when what is rewritten before pandoc (CriticMarkup, bookdown) is rewritten otherwise: the cache is then stale."""
SECONDS = 60
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")
"""Characters that no edition may hold (XML 1.0, 2.2): LNG011 names them, and pandoc is not shown them."""


def parse(directory: Path, book: Book) -> list[Chapter]:
    """All chapters that book.yaml names and that are there, in the order of the book.

    A chapter that pandoc must not be shown, or could not read, has no blocks and says why in its problems.
    """
    there = [file for file in book.chapters if (directory / file.file).is_file()]
    reader = _Reader(directory, bool(book.markup.get("bookdown")))
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(includes.Reader(directory, reader.chapter).chapter, there))


class _Reader:
    """Reads one file at a time; what has been read before comes from the cache."""

    def __init__(self, directory: Path, is_bookdown: bool) -> None:
        self.directory, self.is_bookdown = directory, is_bookdown
        self.known = "\n".join([tools.pandoc_name(), READER, "bookdown" if is_bookdown else "", DIALECT, data_tables.CLASS])

    def chapter(self, file: ChapterFile) -> tuple[Chapter, bytes]:
        """The chapter, without what it includes, and its bytes (none if pandoc must not see them)."""
        try:
            raw = (self.directory / file.file).read_bytes()
        except OSError as error:
            problem = Problem("unreadable", Place(file.file), f"the file cannot be read: {error.strerror}")
            return Chapter(file, [], {}, [], (problem,)), b""
        problems = source.look(file.file, raw)
        if problems:
            return Chapter(file, [], {}, [], tuple(problems)), b""
        try:
            record = self._record(raw)
        except UserError as error:
            return Chapter(file, [], {}, [], (source.refusal(file.file, raw, error.message),)), b""
        return Chapter(file, record["blocks"], record["meta"], record["warnings"]), raw

    def _record(self, raw: bytes) -> dict[str, Any]:
        digest = hashlib.sha256(self.known.encode() + b"\0" + raw).hexdigest()
        cached = self.directory / CACHE / f"{digest}.json"
        try:
            found: dict[str, Any] = tools.read_json(cached)
        except (OSError, json.JSONDecodeError):
            found = _tree(raw, self.is_bookdown)
            # Where output/ cannot be written the check still answers, only later.
            with contextlib.suppress(UserError):
                tools.write_json(cached, found)
        return found


def _tree(raw: bytes, is_bookdown: bool = False) -> dict[str, Any]:
    """pandoc's tree of a chapter and its warnings, which it writes with line and column."""
    text = raw.decode("utf-8")
    shown = _CONTROL.sub("", critic.as_spans(bookdown.as_citations(text) if is_bookdown else text))
    written, said = tools.pandoc_with_log(["-f", READER, "-t", "json"], raw if shown == text else shown.encode(), seconds=SECONDS)
    parsed = json.loads(written)
    blocks = bookdown.labelled(parsed["blocks"], bookdown.untyped(text)) if is_bookdown else parsed["blocks"]
    return {"blocks": tree.transform(data_tables.mark(blocks, _blocks), _address), "meta": parsed["meta"], "warnings": said}


def _address(element: Node) -> Node | None:
    """A link whose text is an address has no citation in it: pandoc reads `@ada` in `[https://x.org/@ada](…)` as one."""
    if element["t"] != "Link" or not (words := tree.plain(element["c"][1])).startswith(("http://", "https://")):
        return None
    return tree.node("Link", element["c"][0], [tree.node("Str", words)], element["c"][2])


def _blocks(markdown: str) -> list[Any]:
    """A piece of a chapter by itself: the caption of a table from data."""
    blocks: list[Any] = json.loads(tools.pandoc(["--quiet", "-f", READER, "-t", "json"], markdown.encode(), seconds=SECONDS))["blocks"]
    return blocks


def as_json(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """The record of each chapter: its file, its tree, its YAML header, pandoc's warnings, the problems, what it includes."""
    return [
        {
            "file": chapter.file.file,
            "blocks": chapter.blocks,
            "meta": chapter.meta,
            "warnings": chapter.warnings,
            "problems": [asdict(problem) for problem in chapter.problems],
            "included": as_json(list(chapter.included)),
        }
        for chapter in chapters
    ]


def main(argv: list[str]) -> None:
    """`parse BOOK.JSON`: run in the folder of the book."""
    directory = Path(".")
    book = config.load(directory)
    tools.write_json(Path(argv[0]), as_json(parse(directory, book)))


if __name__ == "__main__":
    tools.main_of(main)
