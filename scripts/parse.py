"""Stage 1: every chapter -> pandoc's tree of it, and what pandoc itself had to say.

Reads book.yaml, the chapters and the .bib files of a book; writes output/work/1-parsed/book.json and, by content,
output/work/1-parsed/cache/, which `octavo check` shares: a chapter that has not changed is not parsed again.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from octavo import config, data_tables, source, tools
from octavo.model import Book, Chapter, ChapterFile, Place, Problem, UserError

READER = "markdown+autolink_bare_uris"
"""pandoc's Markdown as it is, and bare addresses as links (else `https://m.social/@key` is a citation)."""

CACHE = Path("output/work/1-parsed/cache")
SECONDS = 60


def parse(directory: Path, book: Book) -> list[Chapter]:
    """All chapters that book.yaml names and that are there, in the order of the book.

    A chapter that pandoc must not be shown, or could not read, has no blocks and says why in its problems.
    """
    there = [file for file in book.chapters if (directory / file.file).is_file()]
    known = f"{tools.pandoc_version()}\n{READER}\n{data_tables.CLASS}"
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda file: _chapter(directory, file, known), there))


def _chapter(directory: Path, file: ChapterFile, known: str) -> Chapter:
    path = directory / file.file
    try:
        raw = path.read_bytes()
    except OSError as error:
        problem = Problem("unreadable", Place(file.file), f"the file cannot be read: {error.strerror}")
        return Chapter(file, [], {}, [], (problem,))
    problems = source.look(file.file, raw)
    if problems:
        return Chapter(file, [], {}, [], tuple(problems))
    digest = hashlib.sha256(known.encode() + b"\0" + raw).hexdigest()
    cached = directory / CACHE / f"{digest}.json"
    try:
        record = tools.read_json(cached)
    except (OSError, json.JSONDecodeError):
        try:
            record = _tree(raw)
        except UserError as error:
            return Chapter(file, [], {}, [], (source.refusal(file.file, raw, error.message),))
        tools.write_json(cached, record)
    return Chapter(file, record["blocks"], record["meta"], record["warnings"])


def _tree(raw: bytes) -> dict[str, Any]:
    """pandoc's tree of a chapter and its warnings, which it writes with line and column."""
    tree, said = tools.pandoc_with_log(["-f", READER, "-t", "json"], raw, seconds=SECONDS)
    parsed = json.loads(tree)
    return {"blocks": data_tables.mark(parsed["blocks"], _blocks), "meta": parsed["meta"], "warnings": said}


def _blocks(markdown: str) -> list[Any]:
    """A piece of a chapter by itself: the caption of a table from data."""
    blocks: list[Any] = json.loads(tools.pandoc(["--quiet", "-f", READER, "-t", "json"], markdown.encode(), seconds=SECONDS))["blocks"]
    return blocks


def as_json(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """The record of each chapter: its file, its tree, its YAML header, pandoc's warnings and the problems."""
    return [
        {
            "file": chapter.file.file,
            "blocks": chapter.blocks,
            "meta": chapter.meta,
            "warnings": chapter.warnings,
            "problems": [asdict(problem) for problem in chapter.problems],
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
