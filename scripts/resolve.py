"""Stage 3: the number of everything, once, for all editions; references and internal links; the images gathered.

Reads output/work/1-parsed/book.json, anchors.json, the images and the .csv files of the book; writes 3-resolved/book.json and
3-resolved/images/.
"""

from __future__ import annotations

import calendar
import functools
import shutil
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from octavo import (
    anchoring,
    bibliography,
    config,
    csl,
    data_tables,
    floats,
    glossary,
    imprint,
    includes,
    leaves,
    ledger,
    lists,
    queries,
    references,
    tools,
    tree,
    wordings,
)
from octavo.model import Book, ChapterFile, Node
from octavo.number import Label, Numbers, mark_equations, roman
from octavo.wordings import capital

Record = dict[str, Any]


def resolve(book: Book, parsed: list[Record], keys: frozenset[str], images: Images, commit: tuple[str, str]) -> Record:
    """The resolved book, the record that the later stages read; `images` then knows the images that it shows.

    `keys` are those of the bibliography; `commit` is (hash, date), empty outside git.
    """
    words = wordings.words(book.language)
    # A file that is listed twice is one chapter, where it is listed first: the check says so, and a draft shows it once.
    files = {file.file: file for file in reversed(book.chapters)}
    parsed = list({record["file"]: record for record in parsed}.values())
    chapters = leaves.in_front([_chapter(files[record["file"]], record, words) for record in parsed])
    in_notes = csl.makes_notes(csl.find(book.bibliography.csl, images.directory))
    for chapter in chapters:
        chapter["blocks"] = data_tables.fill(chapter["blocks"], chapter["file"], images.directory, words, in_notes)
    anchors = _Anchors(_by_name(chapters, parsed), {part.label for part in book.parts})
    for chapter in chapters:
        anchors.make_unique(chapter)
    released = ledger.read(images.directory)
    if released or book.editions.get("pdf", {}).get("paragraph_numbers"):
        anchoring.mark(chapters, released, anchors.holders)
    numbers = Numbers(words)
    numbers.labels.update({part.label: Label("part", roman(i), "", part.title) for i, part in enumerate(book.parts, 1)})
    for chapter in chapters:
        chapter["number"] = numbers.chapter(chapter["slug"], chapter["kind"], chapter["blocks"])
    for chapter in chapters:
        chapter["blocks"] = references.resolve(chapter["blocks"], numbers.labels, words, keys)
        chapter["blocks"] = tree.transform(chapter["blocks"], functools.partial(_link, chapter=chapter, anchors=anchors))
        chapter["blocks"] = images.gather(chapter["file"], chapter["blocks"])
    chapters = lists.add(chapters, book.lists, words, anchors.holders)
    record = {"book": _book(book, words, commit), "chapters": chapters, "anchors": anchors.holders}
    terms = glossary.resolve(chapters, anchors.holders)
    if book.lists.get("abbreviations") and (made := glossary.abbreviations(terms, book.archives, record)):
        chapters.insert(sum(chapter["kind"] == "list" or bool(chapter.get("leaf")) for chapter in chapters), made)
    return record


def _chapter(file: ChapterFile, record: Record, words: Mapping[str, Any]) -> Record:
    parts = {inner["file"]: inner["blocks"] for inner in record.get("included", [])}
    given = includes.spliced(file.file, record["blocks"], parts) if parts or record.get("problems") else record["blocks"]
    blocks: list[Node] = [block for block in floats.shape(queries.dropped(given)) if not _is_comment(block)]
    leaf = leaves.leaf(file.kind, blocks)
    at = next((i for i, block in enumerate(blocks) if block["t"] == "Header" and block["c"][0] == 1), None)
    if at is None:
        blocks.insert(0, tree.node("Header", 1, tree.attr(file.slug), tree.text(capital(words[leaf]) if leaf else file.slug)))
    elif at:
        blocks.insert(0, blocks.pop(at))
    header = blocks[0]["c"]
    header[1][0] = header[1][0] or file.slug
    mark_equations(blocks)
    for block in blocks[1:]:
        if block["t"] == "Header" and block["c"][0] == 1:
            block["c"][0] = 2
    meta = {key: tree.plain(value.get("c")) for key, value in record["meta"].items()}
    return {
        "slug": file.slug, "file": file.file, "kind": file.kind, "part": file.part, "number": "", "label": header[1][0],
        "title": tree.plain(header[2]), "short": meta.get("short-title", ""), "lang": meta.get("lang", ""), "blocks": blocks,
    } | ({"leaf": leaf} if leaf else {})  # fmt: skip


def _by_name(chapters: list[Record], parsed: list[Record]) -> dict[str, Record]:
    """The chapter behind each file's name; an included file is a piece of its chapter."""
    by_file = {chapter["file"]: chapter for chapter in chapters}
    names = {PurePosixPath(inner["file"]).name: by_file[record["file"]] for record in parsed for inner in record.get("included", [])}
    return names | {PurePosixPath(file).name: chapter for file, chapter in by_file.items()}


def _is_comment(block: Node) -> bool:
    return bool(block["t"] == "RawBlock" and block["c"][1].lstrip().startswith("<!--"))


class _Anchors:
    """Every identifier of the book, made unique in it, and the chapter that holds each."""

    def __init__(self, by_name: Mapping[str, Record], parts: set[str]) -> None:
        self.holders: dict[str, str] = {}
        self.renamed: dict[tuple[str, str], str] = {}
        self.by_name = by_name
        self.parts = parts

    def make_unique(self, chapter: Record) -> None:
        """Rename, in place, what an earlier chapter has already: two chapters may both have a section `sources`."""
        slug = chapter["slug"]
        for element in tree.walk(chapter["blocks"]):
            found = tree.attributes(element)
            if not found or not found[0]:
                continue
            new = found[0]
            while new in self.holders:
                new = f"{slug}--{new}" if not new.startswith(f"{slug}--") else f"{new}-2"
            self.renamed.setdefault((slug, found[0]), new)
            found[0] = new
            self.holders[new] = slug
        chapter["label"] = tree.identifier(chapter["blocks"][0])

    def target(self, url: str, chapter: Record) -> str | None:
        """`#identifier` for a link inside the book (`#x`, `other.md`, `other.md#x`), or None for any other link."""
        path, _, fragment = url.partition("#")
        if not path:
            if not fragment:
                return None
            return "#" + self.renamed.get((chapter["slug"], fragment), fragment)
        other = self.by_name.get(PurePosixPath(path).name) if path.endswith(".md") and "://" not in path else None
        if other is None:
            return None
        return "#" + (self.renamed.get((other["slug"], fragment), fragment) if fragment else other["label"])


def _link(element: Node, chapter: Record, anchors: _Anchors) -> list[Node] | None:
    """Internal links take the unique identifier; one that leads nowhere becomes its text (the check has named it)."""
    if element["t"] != "Link":
        return None
    target = anchors.target(element["c"][2][0], chapter)
    if target is None:
        return None
    if target[1:] not in anchors.holders and target[1:] not in anchors.parts:
        return [tree.node("Span", tree.attr("", ["unresolved"]), element["c"][1])]
    element["c"][2][0] = target
    return None


class Images:
    """The images of the book under flat names, for a closed folder: `chapters/figures/a.png` -> `figures-a.png`.

    `drawn` is the folder of the figures that the build draws itself.
    """

    def __init__(self, directory: Path, drawn: Path) -> None:
        self.directory, self.drawn = directory, drawn
        self.names: dict[Path, str] = {}

    def gather(self, file: str, blocks: list[Node]) -> list[Node]:
        """The blocks with each image's address in the closed folder; one that is not there becomes its text."""
        folder = PurePosixPath(file).parent

        def change(element: Node) -> list[Node] | None:
            if element["t"] == "Figure" and "subfigures" not in tree.classes(element):
                _take_from_image(element)
            if element["t"] != "Image":
                return None
            source = self._source(folder, element["c"][2][0])
            if source is None:
                return [tree.node("Span", tree.attr("", ["unresolved"]), element["c"][1] or tree.text(element["c"][2][0]))]
            element["c"][2][0] = "images/" + self._name(source)
            return None

        changed: list[Node] = tree.transform(blocks, change)
        return changed

    def _source(self, folder: PurePosixPath, url: str) -> Path | None:
        """The file behind an image's address, or None; never one outside the book (symbolic links followed)."""
        if "://" in url:
            return None
        path = folder / unquote(url)
        source = self.directory / path
        if source.is_file() and source.resolve().is_relative_to(self.directory.resolve()):
            return source
        drawn = self.drawn / PurePosixPath(*path.parts[1:])
        return drawn if drawn.is_file() else None

    def _name(self, source: Path) -> str:
        if source not in self.names:
            inside = source.relative_to(self.drawn if source.is_relative_to(self.drawn) else self.directory)
            stem = config.slug_of(str(inside.with_suffix("")).removeprefix("chapters/"))
            while stem + source.suffix.lower() in self.names.values():
                stem += "-2"
            self.names[source] = stem + source.suffix.lower()
        return self.names[source]


def _take_from_image(figure: Node) -> None:
    """A credit and a short caption that are written on the image belong to the figure."""
    for element in tree.walk(figure["c"][2]):
        if element["t"] == "Image":
            for key in ("credit", "short"):
                if given := tree.value(element, key):
                    tree.set_value(figure, key, given)


def _book(book: Book, words: Mapping[str, Any], commit: tuple[str, str]) -> Record:
    date = book.date or commit[1]
    return {
        "title": book.title, "subtitle": book.subtitle, "language": book.language or "en", "slug": book.slug, "date": date,
        "license": book.license, "version": book.version, "publisher": dict(book.publisher), "identifiers": dict(book.identifiers),
        "contributors": [{"name": p.name, "role": p.role, "orcid": p.orcid} for p in book.contributors],
        "description": book.description, "keywords": list(book.keywords), "cover": book.cover,
        "epoch": epoch(date), "commit": commit[0], "tools": imprint.tools_used(), "words": dict(words),
        "editions": {name: dict(settings) for name, settings in book.editions.items()},
        "parts": [{"title": part.title, "label": part.label, "number": roman(i)} for i, part in enumerate(book.parts, 1)],
    }  # fmt: skip


def epoch(date: str) -> int:
    """The time stamp of everything built, from the date of the book (seconds, UTC). 1 January 1980 where there is none."""
    padded = "-".join([*date.split("-"), "01", "01"][:3]) if date else "1980-01-01"
    return calendar.timegm(time.strptime(padded, "%Y-%m-%d"))


def main(argv: list[str]) -> None:
    """`resolve PARSED.JSON DRAWN RESOLVED.JSON IMAGES COMMIT DATE`: run in the folder of the book."""
    parsed, drawn, resolved, images, commit, date = (*argv, "", "")[:6]
    directory = Path(".")
    book = config.load(directory)
    keys = frozenset(bibliography.read(directory, book).entries)
    shown = Images(directory, Path(drawn))
    record = resolve(book, tools.read_json(Path(parsed)), keys, shown, (commit, date))
    Path(images).mkdir(parents=True, exist_ok=True)
    for origin, name in shown.names.items():
        shutil.copyfile(origin, Path(images) / name)
    tools.write_json(Path(resolved), record)


if __name__ == "__main__":
    tools.main_of(main)
