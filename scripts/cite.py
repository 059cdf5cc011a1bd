"""Stage 4: citeproc for the whole book -> citations, notes, lists of works, indexes; then the notes are numbered and placed.

Reads output/work/3-resolved/book.json and the .bib files; writes output/work/4-cited/book.json, and screens.json beside it:
the book as EPUB and web show it, without *ibid.*, or, for most styles, that it is the same; and works.json, the works of the
bibliography as CSL JSON.
"""

from __future__ import annotations

import json
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

from octavo import archival, bibliography, config, csl, endnotes, index, positions, sanitize, tools, tree, typography, works
from octavo.model import Bibliography, Book, Node

Record = dict[str, Any]
_MARK = "octavo-chapter"
API_VERSION = [1, 23, 1]


def cite(book: Book, record: Record, entries: Bibliography, style: Path, *, alone: bool = False) -> Record:
    """The record with citations, notes and the lists of works in it; `alone`: for notes that open alone, without *ibid.*

    A key that no entry has stays visible in a box; the check has named it, and a release never gets here.
    """
    chapters = record["chapters"]
    wanted = nocite(book, entries)
    cited = set(wanted)
    for chapter in chapters:
        asked = set(keys(chapter["blocks"]))
        cited |= asked & entries.entries.keys()
        if asked - entries.entries.keys():
            chapter["blocks"] = tree.transform(chapter["blocks"], lambda element: _known(element, entries))
    style_text = typography.agreeing_style(style.read_text("utf-8"), record["book"]["language"], chapters)
    if alone:
        style_text = positions.without_ibid(style_text) or style_text
    if works.repeats_authors(book):
        style_text = csl.without_dashes(style_text)
    sources = _sources(entries, sorted(cited), style_text, record["book"])
    blocks = _citeproc(_joined(book, chapters), sources, wanted, style_text, record["book"]["language"])
    refs = _split(blocks, chapters)
    count, marked = 0, False
    for chapter in chapters:
        quoted = typography.quotes(chapter["blocks"], chapter["lang"] or record["book"]["language"])
        finish = _Finish(chapter["slug"], count if book.notes.numbering == "book" else 0)
        chapter["blocks"] = tree.transform(quoted, finish)
        count, marked = finish.count, marked or finish.marked
    works.Lists(book, record, entries, tree.transform(typography.quotes(refs, record["book"]["language"]), _Finish("", 0))).add()
    if marked:
        _add_indexes(book, record)
    record["book"]["notes"] = book.notes.place
    if book.notes.place == "book":
        endnotes.to_end_of_book(record)
    for chapter in chapters:
        _record_anchors(record["anchors"], chapter)
    return record


def _add_indexes(book: Book, record: Record) -> None:
    """The indexes of the book, last of all; while the notes still stand in the text, for a mark in a note to know its number."""
    for chapter in record["chapters"]:
        _record_anchors(record["anchors"], chapter)
    found = [mark for chapter in record["chapters"] for mark in index.marks(chapter, record["anchors"])]
    record["chapters"] += index.chapters(found, book.index, record)


def _sources(entries: Bibliography, keys: list[str], style: str, book: Record) -> dict[str, str]:
    """What citeproc reads: the cited entries by the name of their file; sources in archives need a form of their own."""
    kept = [key for key in keys if archival.is_archival(entries.entries[key])]
    bib = bibliography.subset(entries, [key for key in keys if key not in kept])
    sources = {"cited.bib": bib, "archival.json": archival.csl_json(entries, kept, style, book["words"], book["language"])}
    return {name: text for name, text in sources.items() if text.strip()}


def keys(part: Any) -> list[str]:
    """The keys that a tree cites, in order, each as often as it is cited."""
    return [c["citationId"] for element in tree.walk(part) if element["t"] == "Cite" for c in element["c"][0]]


def nocite(book: Book, entries: Bibliography) -> list[str]:
    """The keys that `bibliography.nocite` asks for: with or without `@`, `*` for all."""
    asked = [key.removeprefix("@") for key in book.bibliography.nocite]
    if "*" in asked:
        return [key for key, entry in entries.entries.items() if not entry.background]
    return [key for key in asked if key in entries.entries]


def _known(element: Node, entries: Bibliography) -> list[Node] | None:
    if element["t"] != "Cite":
        return None
    known = [c for c in element["c"][0] if c["citationId"] in entries.entries]
    if len(known) == len(element["c"][0]):
        return None
    missing = [
        tree.node("Span", tree.attr("", ["unresolved"]), [tree.node("Str", f"?{c['citationId']}?")])
        for c in element["c"][0]
        if c["citationId"] not in entries.entries
    ]
    return ([tree.node("Cite", known, element["c"][1]), tree.node("Space")] if known else []) + missing


def _joined(book: Book, chapters: list[Record]) -> list[Node]:
    """All chapters as one text for citeproc, each behind a mark; a chapter that resets gives the full first note again."""
    blocks: list[Node] = []
    for chapter in chapters:
        if book.notes.reset == "chapter":
            tree.classes(chapter["blocks"][0]).append("reset-citation-positions")
        blocks.append(tree.node("RawBlock", _MARK, chapter["slug"]))
        blocks += tree.merged(chapter["blocks"])
    return [*blocks, tree.node("RawBlock", _MARK, "")]


def _citeproc(blocks: list[Node], sources: dict[str, str], nocited: list[str], style: str, language: str) -> list[Node]:
    if not sources:
        return blocks
    cites = [
        {
            "citationId": key,
            "citationPrefix": [],
            "citationSuffix": [],
            "citationMode": {"t": "NormalCitation"},
            "citationNoteNum": 0,
            "citationHash": 0,
        }
        for key in nocited
    ]
    meta = {
        "lang": tree.node("MetaString", language),
        "link-citations": tree.node("MetaBool", True),
        "nocite": tree.node("MetaInlines", [tree.node("Cite", cites, [])] if cites else []),
    }
    document = {"pandoc-api-version": API_VERSION, "meta": meta, "blocks": blocks}
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        files = {Path(folder) / name: text for name, text in (sources | {"style.csl": style}).items()}
        for path, text in files.items():
            path.write_text(text, "utf-8")
        args = ["-f", "json", "-t", "json", "--citeproc", "--quiet"]
        args += [f"--csl={path}" if path.suffix == ".csl" else f"--bibliography={path}" for path in files]
        done = tools.pandoc(args, json.dumps(document).encode(), seconds=600, gigabytes=6)
    cited: list[Node] = json.loads(done)["blocks"]
    return cited


def _split(blocks: list[Node], chapters: list[Record]) -> list[Node]:
    """Give each chapter its blocks back; what follows the last mark is the list of references."""
    by_slug: dict[str, list[Node]] = {"": [], **{chapter["slug"]: [] for chapter in chapters}}
    here: list[Node] = []
    for block in blocks:
        if block["t"] == "RawBlock" and block["c"][0] == _MARK:
            here = by_slug[block["c"][1]]
        else:
            here.append(block)
    for chapter in chapters:
        chapter["blocks"] = by_slug[chapter["slug"]]
        classes = tree.classes(chapter["blocks"][0])
        classes[:] = [name for name in classes if name != "reset-citation-positions"]
    return by_slug[""]


class _Finish:
    """The last change to a chapter: notes numbered on from `count` in the order of the text, citations marked, what is unsafe left out."""

    def __init__(self, slug: str, count: int) -> None:
        self.slug, self.count, self.marked = slug, count, False

    def __call__(self, element: Node) -> Node | list[Node] | None:
        kind = element["t"]
        if kind == "Span" and "index" in element["c"][0][1]:
            self.marked = True
        if kind == "Cite":
            cites = " ".join(c["citationId"] for c in element["c"][0])
            return tree.node("Span", tree.attr("", ["citation"], cites=cites), element["c"][1])
        if kind == "Note":
            self.count += 1
            return tree.node("Span", tree.attr(f"note-{self.slug}-{self.count}", ["note"], number=str(self.count)), [element])
        if kind == "Link" and element["c"][2][0].startswith("#ref-") and _links(element["c"][1]):
            return _unnested(element)
        return sanitize.change(element)


def _unnested(link: Node) -> list[Node]:
    """A citation links to its entry; where it prints an address of its own, that part is a link to the address instead."""
    parts: list[Node] = []
    for has_link, run in groupby(link["c"][1], key=_links):
        inlines = list(run)
        parts += inlines if has_link else [tree.node("Link", link["c"][0], inlines, link["c"][2])]
    return parts


def _links(part: Any) -> bool:
    return any(inner["t"] == "Link" for inner in tree.walk(part))


def listed(record: Record, entries: Bibliography) -> list[Record]:
    """The works of the bibliography as CSL JSON, in the order of their keys."""
    names = {
        tree.identifier(entry).removeprefix("ref-")
        for chapter in record["chapters"]
        for element in tree.walk(chapter["blocks"])
        if "references" in tree.classes(element)
        for entry in element["c"][1]
    }
    keys = sorted({name if name in entries.entries else name.rpartition("--")[0] for name in names} & entries.entries.keys())
    bib = bibliography.subset(entries, [key for key in keys if not archival.is_archival(entries.entries[key])])
    items: list[Record] = json.loads(tools.pandoc(["-f", "biblatex", "-t", "csljson"], bib.encode(), seconds=120)) if bib.strip() else []
    return [item for item in items if item["id"] in keys]


def _record_anchors(anchors: dict[str, str], chapter: Record) -> None:
    for element in tree.walk(chapter["blocks"]):
        if identifier := tree.identifier(element):
            anchors.setdefault(identifier, chapter["slug"])


def main(argv: list[str]) -> None:
    """`cite RESOLVED.JSON CITED.JSON`: run in the folder of the book."""
    directory = Path(".")
    book = config.load(directory)
    style = csl.find(book.bibliography.csl, directory)
    entries = bibliography.read(directory, book)
    resolved, out = map(Path, argv)
    shown = cite(book, tools.read_json(resolved), entries, style)
    tools.write_json(out, shown)
    tools.write_json(out.with_name("works.json"), listed(shown, entries))
    screens: Record = {"same": out.name}
    if positions.without_ibid(style.read_text("utf-8")):
        screens = cite(book, tools.read_json(resolved), entries, style, alone=True)
    tools.write_json(out.with_name("screens.json"), screens)


if __name__ == "__main__":
    tools.main_of(main)
