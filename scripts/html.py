"""Stage 5: the web edition, one page a chapter, packed from the pages without calling pandoc again.

Reads output/work/5-rendered/pages.json, 4-cited/works.json, the images in 3-resolved/images and editions/html/; writes the folder
5-rendered/unpaged/html/, whole or not at all; the pages of the print edition are still to be filled in. A page asks no
other host for anything, and works from a disk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from octavo import citing, coins, imprint, previews, searching, sentences, templates, tools
from octavo.wordings import capital

Record = dict[str, Any]
Files = dict[str, bytes]

INDEX = "index.html"
# What a page is called where its own kind is the class of the title page.
_KINDS = {"index": "book-index"}
_VOID = re.compile(r"<((?:br|col|hr|img|input|wbr)\b[^<>]*?) ?/>")


class Site:
    """The web edition while its pages are filled in."""

    def __init__(self, record: Record, editions: Path, works: Sequence[Record] = ()) -> None:
        self.book = record["book"]
        self.works = coins.by_identifier(works)
        self.pages = {page["slug"]: page for page in record["pages"] if not page["leaf"]}
        self.leaves = [page for page in record["pages"] if page["leaf"]]
        self.groups = _groups(record)
        self.order = [stop for group in self.groups for stop in ([group["part"]] if group["part"] else []) + group["pages"]]
        self.leaf_slugs = frozenset(page["slug"] for page in self.leaves)
        self.authors = [name for wording, names in templates.by_role(self.book) for name in names if not wording]
        self.templates = templates.Templates(
            editions, "html", book=self.book, words=self.book["words"], groups=self.groups, authors=self.authors,
            imprint=templates.imprint(self.book, "html"), licence_address=imprint.licence(str(self.book["license"]))[1],
            dir=templates.direction(self.book["language"]),
        )  # fmt: skip

    def index(self) -> bytes:
        """Title page, dedication and epigraph, contents, and what a printed book has on its copyright page."""
        return self._filled(
            "index.html", lang=self.book["language"], kind="index", slug="", short="", html="", part=None, previous=None,
            title=self.book["title"], description=self.book["description"], **self._cited(None), by_role=templates.by_role(self.book),
            next=self._turn(0) if self.order else None, leaves=[page["html"] for page in self.leaves],
        )  # fmt: skip

    def stop(self, at: int) -> tuple[str, bytes]:
        """A chapter or the page of a part, by its place in the order of the book: its file, and its bytes."""
        slug = self.order[at]["slug"]
        return _file_of(slug), self.page(at) if slug in self.pages else self.part(at)

    def page(self, at: int) -> bytes:
        """One chapter, between the page before it and the one after."""
        page = self.pages[self.order[at]["slug"]]
        heading = " ".join(filter(None, [page["number"], page["title"]]))
        return self._filled(
            "page.html", lang=page["lang"], kind=_KINDS.get(page["kind"], page["kind"]), slug=page["slug"],
            short=page["short"], html=coins.added(previews.numbered(page), self.works),
            part=next((group["part"] for group in self.groups if group["part"] and group["pages"][0]["slug"] == page["slug"]), None),
            title=f"{heading} – {self.book['title']}", description="", **self._cited(page), **self._around(at),
        )  # fmt: skip

    def part(self, at: int) -> bytes:
        """The page of a part: its title, and the chapters in it."""
        group = next(group for group in self.groups if group["part"] and group["part"]["slug"] == self.order[at]["slug"])
        part = group["part"]
        return self._filled(
            "part.html", lang=self.book["language"], kind="part", slug=part["slug"], short=part["title"], html="", part=part,
            chapters=group["pages"], title=f"{_number_of(part, self.book['words'])}. {part['title']} – {self.book['title']}",
            description="", **self._cited(None), **self._around(at),
        )  # fmt: skip

    def _cited(self, page: Record | None) -> Record:
        return citing.head(self.book, page) | {"ways": citing.ways(self.book, page)}

    def _around(self, at: int) -> Record:
        contents = {"href": INDEX, "html": capital(self.book["words"]["contents"])}
        return {"previous": self._turn(at - 1) if at else contents, "next": self._turn(at + 1) if at + 1 < len(self.order) else None}

    def _turn(self, at: int) -> Record:
        """A page as `next` and `previous` name it."""
        stop = self.order[at]
        is_part = stop["slug"] not in self.pages
        number = escape(_number_of(stop, self.book["words"])) if is_part else stop["number"]
        shown = f'<span class="number">{number}</span> ' if number else ""
        return {"href": _file_of(stop["slug"]), "html": shown + (escape(stop["title"]) if is_part else stop["html"])}

    def _filled(self, name: str, **values: Any) -> bytes:
        return templates.localised(self.templates.fill(name, **values), "html", self._start_tag).encode("utf-8")

    def fragment(self, html: str) -> str:
        """A piece of a page as HTML."""
        return templates.localised(html, "html", self._start_tag)

    def _start_tag(self, tag: str) -> str:
        """A start tag as HTML has it: links to .html, no slash behind elements that are never closed."""
        return _VOID.sub(r"<\1>", templates.relinked(tag, lambda slug: INDEX if slug in self.leaf_slugs else _file_of(slug)))


def _number_of(part: Record, words: Record) -> str:
    return f"{capital(words['part'][0])} {part['number']}"


def build(record: Record, images: Path, editions: Path, works: Sequence[Record] = ()) -> Files:
    """Every file of the web edition by its path in the folder, without the pages of print; `works`: the bibliography as CSL JSON."""
    return {name: _without_pages(name, content) for name, content in unpaged(record, images, editions, works).items()}


def _without_pages(name: str, content: bytes) -> bytes:
    if name.startswith("search/"):
        return searching.paged(content.decode(), {}).encode()
    return citing.paged(sentences.unmarked(name, content).decode(), "", "").encode() if name.endswith(".html") else content


def unpaged(record: Record, images: Path, editions: Path, works: Sequence[Record] = ()) -> Files:
    """Every file of the web edition by its path in the folder; the pages of print are still to be filled in."""
    site = Site(record, editions, works)
    files = site.templates.assets("*.css", "*.js", "fonts/*")
    for name in sorted({image["name"] for page in record["pages"] for image in page["images"]}):
        files[f"images/{name}"] = (images / name).read_bytes()
    for slug, entries in previews.of(record).items():
        files[f"previews/{slug}.js"] = previews.script(slug, {name: site.fragment(html) for name, html in entries.items()})
    files |= searching.files(record)
    files[INDEX] = site.index()
    files |= dict(site.stop(at) for at in range(len(site.order)))
    if address := citing.Work(site.book).site:
        files["sitemap.xml"] = citing.sitemap(address, ["", *(_file_of(stop["slug"]) for stop in site.order)], site.book["date"])
    return files


def _groups(record: Record) -> list[Record]:
    """The contents; each part with the identifier that links to it name."""
    groups = list(templates.groups(record))
    for group in groups:
        if part := group["part"]:
            group["part"] = part | {"id": templates.identifier_of(record, part["slug"])}
    return groups


def _file_of(slug: str) -> str:
    """The file of a page; that of a part is `part_1.html` (no chapter has an underscore in its name)."""
    return f"{slug}.html"


def write(files: Files, folder: Path) -> None:
    """Put the files in the place of the folder that is there."""
    with tools.fresh_folder(folder) as fresh:
        for name, content in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(content)


def main(argv: list[str]) -> None:
    """`html PAGES.JSON WORKS.JSON IMAGES EDITIONS OUTDIR`."""
    pages, works, images, editions, out = map(Path, argv)
    write(unpaged(tools.read_json(pages), images, editions, tools.read_json(works)), out)


if __name__ == "__main__":
    tools.main_of(main)
