"""Page-faithful editions: EPUB and web bear the pages of the PDF, each where its first words stand in the text."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree, html as lxml_html
from test_pages import cited

from octavo import cite, draw, epub, folios, html, pages, paginate, parse, pdf, resolve, sentences, tools, validate

TOP = Path(__file__).parent.parent
EDITIONS = TOP / "editions"
BOOKS = {"real": TOP} | {name: TOP / "tests/books" / name for name in ("sampler", "structure", "apparatus1", "envoys", "data", "archiv")}


def build(book: Path) -> Path:
    """All stages up to the pages filled in, in the folder of a book; the folder with the editions."""
    work = Path("output/work")
    resolved, cited_at, rendered = (work / name for name in ("3-resolved", "4-cited/book.json", "5-rendered"))
    with contextlib.chdir(book):
        parse.main([str(work / "1-parsed/book.json")])
        draw.main([str(work / "1-parsed/figures")])
        resolve.main(
            [*(str(work / "1-parsed" / name) for name in ("book.json", "figures")), *(str(resolved / name) for name in ("book.json", "images"))]
        )
        cite.main([str(resolved / "book.json"), str(cited_at)])
        pdf.main([str(cited_at), str(resolved / "images"), str(EDITIONS), str(rendered / "book.pdf")])
        pages.main([str(cited_at.with_name("screens.json")), str(rendered / "pages.json")])
        arguments = [str(rendered / "pages.json"), str(resolved / "images"), str(EDITIONS)]
        epub.main([*arguments, str(rendered / "unpaged/book.epub")])
        html.main([*arguments, str(rendered / "unpaged/html")])
        paginate.main([str(rendered / "folios.json"), str(rendered / "unpaged"), "book", str(rendered)])
    return book / rendered


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The editions of a book by its name, built once."""
    built: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in built:
            folder = tmp_path_factory.mktemp("paged") / name
            folder.mkdir()
            for part in ("book.yaml", "chapters", "bibliography", "editions"):
                origin = BOOKS[name] / part
                if origin.is_dir() and not (part == "editions" and name == "real"):
                    shutil.copytree(origin, folder / part)
                elif origin.is_file():
                    shutil.copy(origin, folder / part)
            built[name] = build(folder)
        return built[name]

    return of


# Reading the PDF with poppler: the words of each page, where they stand.


def printed_lines(path: Path) -> list[list[str]]:
    """For each page the lines at the top of its text, without running head and folio; of two columns the left one."""
    said = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout
    root = etree.fromstring(said, etree.XMLParser(recover=True))
    found = []
    for page in root.iter("{*}page"):
        # The text begins 22 of 234 parts down, and the dropped folio stands below it.
        top, foot = float(page.get("height")) * 20 / 234, float(page.get("height")) * 211 / 234
        words = [(float(w.get("yMax")), float(w.get("xMin")), float(w.get("xMax")), w.text or "") for w in page.iter("{*}word")]
        found.append(list(_lines(sorted(word for word in words if top < word[0] < foot)))[:8])
    return found


def _lines(words: list[tuple[float, float, float, str]]) -> Iterator[str]:
    while words:
        row = sorted((word for word in words if word[0] < words[0][0] + 5), key=lambda word: word[1])
        words = [word for word in words if word not in row]
        line = [row[0]]
        for word in row[1:]:
            if word[1] - line[-1][2] > 14:
                break
            line.append(word)
        yield " ".join(word[3] for word in line)


def letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text).casefold()


# Reading the screens: one run of text with the places of the page breaks.


@dataclass
class Screen:
    text: str = ""
    breaks: dict[str, int] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    def read(self, element: Any) -> None:
        if not isinstance(element.tag, str):
            self.text += element.tail or ""
            return
        name = etree.QName(element).localname
        if element.get("role") == "doc-pagebreak":
            self.breaks[element.get("id").removeprefix("p")] = len(self.text)
            self.order.append(element.get("id"))
        if name == "thead":
            self.heads.append(letters("".join(element.itertext())))
        if name in ("p", "li", "div", "h1", "h2", "h3", "h4", "tr", "td", "th", "section", "dt", "dd", "figcaption", "br", "pre"):
            self.text += " \n"
        if name not in ("script", "style", "title", "sup") and "hidden" not in element.attrib:
            self.text += element.text or ""
            for child in element:
                self.read(child)
        if name in ("p", "li", "h1", "h2", "h3", "h4", "tr", "dd", "figcaption"):
            self.text += " \n"
        self.text += element.tail or ""

    def sentences_between(self, label: str, words: str) -> int | None:
        """How many sentences end between a page break and these words; None where they do not follow at all."""
        at = self.breaks[label]
        following = self.text[at : at + 6000]
        kept = [(c.casefold(), i) for i, c in enumerate(following) if letters(c)]
        found = "".join(c for c, _ in kept).find(words)
        if found < 0:
            return None
        before = following[: kept[found][1]]
        return len(re.findall(r"[.!?][\"”’)]*\s+(?=\S)|\S\s*\n\s*(?=\S)", before))


def epub_screen(path: Path) -> Screen:
    screen = Screen()
    with zipfile.ZipFile(path) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
        hrefs = {item.get("id"): item.get("href") for item in package.iter("{*}item")}
        for item in package.iter("{*}itemref"):
            screen.read(etree.fromstring(archive.read(f"EPUB/{hrefs[item.get('idref')]}")).find("{*}body"))
    return screen


def web_screen(folder: Path) -> Screen:
    screen = Screen()
    first = lxml_html.fromstring((folder / "index.html").read_bytes())
    screen.read(first.find("body"))
    for address in dict.fromkeys(a.partition("#")[0] for a in first.xpath("//nav//a/@href") if a[:1] != "#"):
        screen.read(lxml_html.fromstring((folder / address).read_bytes()).find(".//main"))
    return screen


def faults(rendered: Path, screen: Screen) -> list[str]:
    """Each page whose mark does not stand at the sentence that its first words belong to."""
    labels = pypdf.PdfReader(rendered / "book.pdf").page_labels
    found = []
    for label, lines in zip(labels, printed_lines(rendered / "book.pdf"), strict=True):
        if label not in screen.breaks:
            found.append(f"{label}: no mark")
        elif lines and not at_its_words(screen, label, lines):
            at = screen.breaks[label]
            found.append(f"{label}: {lines[:2]} against {' '.join(screen.text[at : at + 80].split())!r}")
    return found


def at_its_words(screen: Screen, label: str, lines: list[str]) -> bool:
    while lines and (not letters(lines[0]) or lines[0].endswith(")") and "(continued)" in lines[0]):
        lines = lines[1:]
    if not lines:
        return True
    first = letters(lines[0])
    if any(head.startswith(first[:12]) for head in screen.heads):
        # The head of a table is repeated on each of its pages: then the row below it counts.
        return any(screen.sentences_between(label, letters(line)[:14]) in (0, 1, 2, 3, 4) for line in lines if letters(line))
    lines = [lines[0].removesuffix("-"), *lines[1:]]
    words = first if len(first) > 6 else first + letters(lines[1] if len(lines) > 1 else "")
    return screen.sentences_between(label, words[:22]) == 0


class TestRealBook:
    def test_every_page_of_print_begins_at_its_words_in_the_epub(self, editions: Any) -> None:
        assert faults(editions("real"), epub_screen(editions("real") / "book.epub")) == []

    def test_and_on_the_web(self, editions: Any) -> None:
        assert faults(editions("real"), web_screen(editions("real") / "html")) == []


@pytest.mark.parametrize("name", [name for name in BOOKS if name != "real"])
def test_every_page_of_the_small_books(editions: Any, name: str) -> None:
    rendered = editions(name)
    assert faults(rendered, epub_screen(rendered / "book.epub")) == []
    assert faults(rendered, web_screen(rendered / "html")) == []
