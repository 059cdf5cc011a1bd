"""Stage 1: every chapter -> pandoc's tree of it, and what pandoc itself had to say.

Reads book.yaml, the chapters and the .bib files of a book; writes output/work/1-parsed/book.json and, by content,
output/work/1-parsed/cache/, which `octavo check` shares: a chapter that has not changed is not parsed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from octavo import config, source, tools, tree
from octavo.model import Book, Chapter, ChapterFile, Node, Place, Problem, UserError

READER = "markdown+autolink_bare_uris"
"""pandoc's Markdown as it is, and bare addresses as links (else `https://m.social/@key` is a citation)."""

CACHE = Path("output/work/1-parsed/cache")
SECONDS = 60


def parse(directory: Path, book: Book) -> list[Chapter]:
    """All chapters that book.yaml names and that are there, in the order of the book.

    A chapter that pandoc must not be shown, or could not read, has no blocks and says why in its problems.
    """
    there = [file for file in book.chapters if (directory / file.file).is_file()]
    known = tools.pandoc_version() + "\n" + READER
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
        # Where output/ cannot be written the check still answers, only later.
        with contextlib.suppress(UserError):
            tools.write_json(cached, record)
    return Chapter(file, record["blocks"], record["meta"], record["warnings"])


def _tree(raw: bytes) -> dict[str, Any]:
    """pandoc's tree of a chapter and its warnings, which it writes with line and column."""
    written, said = tools.pandoc_with_log(["-f", READER, "-t", "json"], raw, seconds=SECONDS)
    parsed = json.loads(written)
    return {"blocks": tree.transform(parsed["blocks"], _address), "meta": parsed["meta"], "warnings": said}


def _address(element: Node) -> Node | None:
    """A link whose text is an address has no citation in it: pandoc reads `@ada` in `[https://x.org/@ada](…)` as one."""
    if element["t"] != "Link" or not (words := tree.plain(element["c"][1])).startswith(("http://", "https://")):
        return None
    return tree.node("Link", element["c"][0], [tree.node("Str", words)], element["c"][2])


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
