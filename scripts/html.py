"""Stage 5: the web edition, one page a chapter, packed from the pages without calling pandoc again.

Reads output/work/5-rendered/pages.json, the images in 3-resolved/images and editions/html/; writes the folder
5-rendered/html/, whole or not at all. A page asks no other host for anything, and works from a disk.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from octavo import templates, tools
from octavo.model import UserError
from octavo.wordings import capital

Record = dict[str, Any]
Files = dict[str, bytes]

INDEX = "index.html"
# What a page is called where its own kind is the class of the title page.
_KINDS = {"index": "book-index"}
_VOID = re.compile(r"<((?:br|col|hr|img|input|wbr)\b[^<>]*?) ?/>")


class Site:
    """The web edition while its pages are filled in."""

    def __init__(self, record: Record, editions: Path) -> None:
        self.pages, self.book = record["pages"], record["book"]
        self.groups = _groups(record)
        self.authors = [name for wording, names in templates.by_role(self.book) for name in names if not wording]
        self.templates = templates.Templates(
            editions, "html", book=self.book, words=self.book["words"], groups=self.groups, authors=self.authors,
            imprint=templates.imprint(self.book, "html"), licence_address=templates.licence(self.book)[1],
            dir=templates.direction(self.book["language"]),
        )  # fmt: skip

    def index(self) -> bytes:
        """Title page and contents."""
        return self._filled(
            "index.html", lang=self.book["language"], kind="index", slug="", short="", html="", part=None, previous=None,
            title=self.book["title"], description=self.book["description"], by_role=templates.by_role(self.book),
            next=_turn(self.pages[0]) if self.pages else None,
        )  # fmt: skip

    def page(self, at: int) -> bytes:
        """One chapter, between the one before (or the contents) and the one after."""
        page = self.pages[at]
        heading = " ".join(filter(None, [page["number"], page["title"]]))
        contents = {"href": INDEX, "html": capital(self.book["words"]["contents"])}
        return self._filled(
            "page.html", lang=page["lang"], kind=_KINDS.get(page["kind"], page["kind"]), slug=page["slug"],
            short=page["short"], html=page["html"],
            part=next((group["part"] for group in self.groups if group["part"] and group["pages"][0]["slug"] == page["slug"]), None),
            title=f"{heading} – {self.book['title']}", description="", previous=_turn(self.pages[at - 1]) if at else contents,
            next=_turn(self.pages[at + 1]) if at + 1 < len(self.pages) else None,
        )  # fmt: skip

    def _filled(self, name: str, **values: Any) -> bytes:
        return templates.localised(self.templates.fill(name, **values), "html", _start_tag).encode("utf-8")


def build(record: Record, images: Path, editions: Path) -> Files:
    """Every file of the web edition by its path in the folder."""
    site = Site(record, editions)
    files = site.templates.assets("*.css", "*.js", "fonts/*")
    for name in sorted({image["name"] for page in site.pages for image in page["images"]}):
        files[f"images/{name}"] = (images / name).read_bytes()
    files[INDEX] = site.index()
    return files | {f"{page['slug']}.html": site.page(at) for at, page in enumerate(site.pages)}


def _groups(record: Record) -> list[Record]:
    """The contents; each part with the identifier that links to it name."""
    groups = list(templates.groups(record))
    for group in groups:
        if part := group["part"]:
            group["part"] = part | {"id": templates.identifier_of(record, part["slug"])}
    return groups


def _turn(page: Record) -> Record:
    """A page as `next` and `previous` name it."""
    entry = templates.entry(page)
    number = f'<span class="number">{entry["number"]}</span> ' if entry["number"] else ""
    return {"href": f"{page['slug']}.html", "html": number + entry["html"]}


def _start_tag(tag: str) -> str:
    """A start tag as HTML has it: links to .html, no slash behind elements that are never closed."""
    return _VOID.sub(r"<\1>", templates.relinked(tag, _file_of))


def _file_of(slug: str) -> str:
    """The file of a page; a part stands on the page of contents (no chapter has an underscore in its name)."""
    return INDEX if slug.startswith("part_") else f"{slug}.html"


def write(files: Files, folder: Path) -> None:
    """Write a fresh folder beside the old one, then put it in its place: nobody meets a half-written edition."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        old = fresh.with_suffix(".old")
        try:
            for name, content in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(content)
            fresh.chmod(0o755)
            if folder.exists():
                os.replace(folder, old)
            os.replace(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise UserError(f"{folder} cannot be written: {error.strerror}") from None


def main(argv: list[str]) -> None:
    """`html PAGES.JSON IMAGES EDITIONS OUTDIR`."""
    pages, images, editions, out = map(Path, argv)
    write(build(tools.read_json(pages), images, editions), out)


if __name__ == "__main__":
    tools.main_of(main)
