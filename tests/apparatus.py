"""The book tests/books/apparatus1, built once a session in all three editions, and what the tests ask of it."""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pypdf
from lxml import etree
from lxml import html as lxml_html
from test_pages import HERE, build

from octavo import epub, html, pdf, tools

EDITIONS = HERE.parent / "editions"
NS = {"h": "http://www.w3.org/1999/xhtml", "epub": "http://www.idpf.org/2007/ops"}
_FOLDER = tempfile.TemporaryDirectory(prefix="octavo-test-")


class Built:
    """A built book: its folder, its record, the text of the PDF page by page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record: Any = tools.read_json(folder / "output/work/4-cited/book.json")
        self.reader = pypdf.PdfReader(folder / "book.pdf")
        self.pages = [" ".join(page.extract_text().split()) for page in self.reader.pages]
        self.text = " ".join(self.pages)

    def folio(self, page: int) -> str:
        return str(self.reader.page_labels[page])

    def page_of(self, words: str) -> int:
        """The page, from 0, on which words stand."""
        (found,) = [i for i, text in enumerate(self.pages) if words in text]
        return found

    def index(self, title: str) -> str:
        """The text of an index in print, from its title to the end of its last page."""
        first = next(i for i, text in enumerate(self.pages) if text.startswith(title))
        last = next((i for i in range(first + 1, len(self.pages)) if self.pages[i].startswith("Index of")), len(self.pages))
        return " ".join(self.pages[first:last])


def built(name: str = "apparatus1") -> Built:
    return _built(name)


@functools.cache
def _built(name: str) -> Built:
    folder = Path(_FOLDER.name) / name
    shutil.copytree(HERE / "books" / name, folder, ignore=shutil.ignore_patterns("output"))
    build(folder)
    work = Path("output/work")
    with contextlib.chdir(folder):
        record = tools.read_json(work / "4-cited/book.json")
        (folder / "book.pdf").write_bytes(pdf.render(record, work / "3-resolved/images", EDITIONS / "pdf"))
        pages = tools.read_json(work / "5-rendered/pages.json")
        html.write(html.build(pages, work / "3-resolved/images", EDITIONS), Path("site"))
        Path("book.epub").write_bytes(epub.build(pages, work / "3-resolved/images", EDITIONS))
    return Built(folder)


def tree_of(edition: str, slug: str, name: str = "apparatus1") -> Any:
    """A page of a screen edition as a tree in the namespace of XHTML."""
    folder = built(name).folder
    if edition == "epub":
        return etree.fromstring(zipfile.ZipFile(folder / "book.epub").read(f"EPUB/{slug}.xhtml"))
    tree = lxml_html.document_fromstring((folder / "site" / f"{slug}.html").read_bytes())
    lxml_html.html_to_xhtml(tree)
    return tree
