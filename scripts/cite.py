"""Stage 4: citeproc for the whole book -> citations, notes and the bibliography; then notes are numbered and index places follow.

Reads output/work/3-resolved/book.json and the .bib files; writes output/work/4-cited/book.json.
"""

from __future__ import annotations

import json
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

from octavo import bibliography, config, csl, index, sanitize, tools, tree, typography
from octavo.model import Bibliography, Book, Node

Record = dict[str, Any]
_MARK = "octavo-chapter"
API_VERSION = [1, 23, 1]


def cite(book: Book, record: Record, entries: Bibliography, style: Path) -> Record:
    """The record with citations, notes and the bibliography in it.

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
    bib = bibliography.subset(entries, sorted(cited))
    blocks = _citeproc(_joined(book, chapters), bib, wanted, style_text, record["book"]["language"])
    refs = _split(blocks, chapters)
    if refs:
        chapters.append(_bibliography(record, refs))
    marked = False
    for chapter in chapters:
        quoted = typography.quotes(chapter["blocks"], chapter["lang"] or record["book"]["language"])
        finish = _Finish(chapter["slug"])
        chapter["blocks"] = tree.transform(quoted, finish)
        marked = marked or finish.marked
    for chapter in chapters:
        _record_anchors(record["anchors"], chapter)
    if marked:
        found = [mark for chapter in chapters for mark in index.marks(chapter, record["anchors"])]
        chapters += index.chapters(found, book.index, record)
    return record


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
        blocks += chapter["blocks"]
    return [*blocks, tree.node("RawBlock", _MARK, "")]


def _citeproc(blocks: list[Node], bib: str, nocited: list[str], style: str, language: str) -> list[Node]:
    if not bib.strip():
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
        entries, csl_file = Path(folder) / "cited.bib", Path(folder) / "style.csl"
        entries.write_text(bib, "utf-8")
        csl_file.write_text(style, "utf-8")
        args = ["-f", "json", "-t", "json", "--citeproc", "--quiet", f"--bibliography={entries}", f"--csl={csl_file}"]
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
    """The last change to a chapter: notes numbered from 1 in the order of the text, citations marked, what is unsafe left out."""

    def __init__(self, slug: str) -> None:
        self.slug, self.count, self.marked = slug, 0, False

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


def _bibliography(record: Record, refs: list[Node]) -> Record:
    title = record["book"]["words"]["bibliography"]
    header = tree.node("Header", 1, tree.attr("bibliography", ["unnumbered"]), tree.text(title))
    return {
        "slug": "bibliography", "file": "", "kind": "bibliography", "part": "", "number": "", "label": "bibliography",
        "title": title, "short": "", "lang": "", "blocks": [header, *refs],
    }  # fmt: skip


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
    tools.write_json(Path(argv[1]), cite(book, tools.read_json(Path(argv[0])), entries, style))


if __name__ == "__main__":
    tools.main_of(main)
