"""Notes at the foot, at the end of the chapter or of the book, in every edition; *ibid.* in print, and never on screens."""

from __future__ import annotations

import functools
import io
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from lxml import etree
from test_cite import BIB, built
from test_pages import build, record_of

from octavo import csl, endnotes, epub, html, pages, pdf, positions, tools, tree, validate

HERE = Path(__file__).parent
EDITIONS = HERE.parent / "editions"
NS = {"h": "http://www.w3.org/1999/xhtml"}
_FOLDER = tempfile.TemporaryDirectory(prefix="octavo-test-")


@functools.cache
def book(name: str) -> Path:
    """The folder of a book under tests/books, built up to its pages, once a session."""
    folder = Path(_FOLDER.name) / name
    shutil.copytree(HERE / "books" / name, folder, ignore=shutil.ignore_patterns("output"))
    return build(folder)


def images(folder: Path) -> Path:
    return folder / "output/work/3-resolved/images"


@functools.cache
def print_pages(name: str) -> list[str]:
    """The text of each page of the PDF of a book under tests/books."""
    return texts(tools.read_json(book(name) / "output/work/4-cited/book.json"), images(book(name)))


def texts(record: Any, shown: Path = Path("none")) -> list[str]:
    made = pdf.render(record, shown, EDITIONS / "pdf")
    return [re.sub(r"[\s\u00a0]+", " ", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(made)).pages]


@functools.cache
def epub_pages(name: str) -> dict[str, Any]:
    """slug -> XHTML of the EPUB."""
    archive = zipfile.ZipFile(io.BytesIO(epub.build(record_of(book(name)), images(book(name)), EDITIONS)))
    return {Path(n).stem: etree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith(".xhtml")}


@functools.cache
def web_pages(name: str) -> dict[str, Any]:
    """slug -> page of the web edition."""
    files = html.build(record_of(book(name)), images(book(name)), EDITIONS)
    return {Path(n).stem: etree.HTML(content.decode()) for n, content in files.items() if n.endswith(".html")}


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def notes_of(page: Any) -> list[str]:
    return [words(note) for note in page.xpath("//*[local-name()='div'][@role='doc-footnote']")]


class TestEndOfBook:
    def test_the_notes_are_a_chapter_before_the_bibliography(self) -> None:
        kinds = [page["kind"] for page in record_of(book("envoys"))["pages"]]
        assert kinds == ["front", "chapter", "chapter", "appendix", "notes", "bibliography"]

    @pytest.mark.parametrize("edition", [epub_pages, web_pages])
    def test_sections_by_chapter_each_counted_from_1(self, edition: Any) -> None:
        page = edition("envoys")["notes"]
        sections = page.xpath("//*[local-name()='section']/*[local-name()='section']")
        assert [words(section[0]) for section in sections] == ["Preface", "1 Departures", "2 Arrivals", "A Posts"]
        numbers = [[note.split()[0] for note in notes_of(section.xpath(".")[0].getroottree())] for section in sections[:1]]
        assert numbers[0] == ["1", "1", "2", "3", "4", "5", "6", "7", "1", "2", "3", "1"]

    def test_every_mark_leads_to_its_note_and_the_note_leads_back(self) -> None:
        made = epub_pages("envoys")
        marks = {
            f"{slug}.xhtml#{a.get('id')}": a.get("href")
            for slug, page in made.items()
            for a in page.xpath("//h:a[@role='doc-noteref']", namespaces=NS)
        }
        backs = {
            f"notes.xhtml#{note.get('id')}": note.xpath(".//h:a[@role='doc-backlink']/@href", namespaces=NS)[0]
            for note in made["notes"].xpath("//h:div[@role='doc-footnote']", namespaces=NS)
        }
        assert len(marks) == 12
        assert {href: mark for mark, href in marks.items()} == backs

    def test_the_pdf_has_the_marks_and_the_notes(self) -> None:
        made = print_pages("envoys")
        assert "Departures1 Envoys left by sea.2 They came back by land,3 if at all.4" in " ".join(made)
        chapter = next(text for text in made if text.startswith("Notes Preface"))
        assert "1 Departures 1. A note at the title. 2. Anna Adler, The River (North, 1998), 12." in chapter
        assert "– one – two A quotation in a note." in chapter
        assert "2 Notes to page" not in made[-1]

    def test_long_notes_are_whole_on_screens(self) -> None:
        note = epub_pages("envoys")["notes"].xpath("//h:div[@id='note-departures-5']", namespaces=NS)[0]
        assert [etree.QName(child).localname for child in note] == ["p", "p", "ul", "blockquote"]

    def test_running_heads_name_the_pages_that_the_notes_belong_to(self, tmp_path: Path) -> None:
        prose = "Words and words and words again, for as long as it takes to fill a page of the book. " * 30
        paragraphs = (f"{prose} Sign{i}q.[^{i}]\n\n[^{i}]: Note{i}q. {prose[:900]}" for i in range(1, 25))
        record = built(tmp_path, "# C\n\n" + "\n\n".join(paragraphs), more="date: 2026-03-01\nnotes: {place: book}\n")
        made = texts(record)
        start = next(i for i, text in enumerate(made) if text.startswith("1 C "))
        marked = {int(n): at - start + 1 for at, text in enumerate(made) for n in re.findall(r"Sign(\d+)q", text)}
        first = next(i for i, text in enumerate(made) if text.startswith("Notes "))
        for text in made[first + 1 :]:
            head = re.search(r"Notes to pages (\d+)–(\d+)", text, re.IGNORECASE)
            begun = [int(n) for n in re.findall(r"Note(\d+)q", text)]
            assert head
            assert int(head[2]) == marked[begun[-1]]
            assert int(head[1]) in (marked[begun[0]], marked[begun[0] - 1])
        assert len(made) > first + 2

    def test_epubcheck_and_links_are_clean(self, tmp_path: Path) -> None:
        for name in ("envoys", "archiv"):
            path = tmp_path / f"{name}.epub"
            path.write_bytes(epub.build(record_of(book(name)), images(book(name)), EDITIONS))
            assert validate.epubcheck(path) == []
            made = validate.edition(path)
            assert [*validate.links(made), *validate.identifiers(made), *validate.wellformed(made)] == []


class TestPlace:
    TEXT = "# C\n\nA.[^a] B [@smith1998].\n\n## S {#sec-s}\n\nC.[^c]\n\n[^a]: First.\n[^c]: Third.\n"

    def test_foot_and_chapter_are_the_same_on_screens(self, tmp_path: Path) -> None:
        made = []
        for place in ("foot", "chapter"):
            (tmp_path / place).mkdir()
            made.append(pages.pages(built(tmp_path / place, self.TEXT, more=f"notes: {{place: {place}}}\n"))["pages"])
        assert made[0] == made[1]

    def test_the_end_of_the_chapter_in_print(self, tmp_path: Path) -> None:
        record = built(tmp_path, self.TEXT, more="notes: {place: chapter}\n")
        endnotes.to_end_of_chapters(record)
        last = [block["t"] for block in record["chapters"][0]["blocks"]][-4:]
        assert last == ["Header", "Div", "Div", "Div"]
        assert "Notes 4. Maxim" not in print_pages("archiv")
        assert "Anmerkungen 4. Maxim Litvinov" in " ".join(print_pages("archiv"))

    def test_the_notes_come_before_the_list_of_the_chapter(self) -> None:
        page = epub_pages("archiv")["akten"]
        titles = [words(heading) for heading in page.xpath("//h:h2", namespaces=NS)]
        assert titles == ["2.1 Die Ordnung", "Anmerkungen", "Zitierte Werke"]

    def test_numbered_through_the_book_where_the_book_asks(self, tmp_path: Path) -> None:
        record = built(tmp_path, self.TEXT, self.TEXT.replace("sec-s", "sec-t"), more="notes: {numbering: book}\n")
        spans = [element for chapter in record["chapters"] for element in tree.walk(chapter["blocks"]) if "note" in tree.classes(element)]
        assert [tree.value(span, "number") for span in spans] == ["1", "2", "3", "4", "5", "6"]

    def test_a_book_without_notes_has_no_chapter_of_notes(self, tmp_path: Path) -> None:
        assert [c["slug"] for c in built(tmp_path, "# C\n\nNone.\n", more="notes: {place: book}\n")["chapters"]] == ["c0"]

    def test_what_a_note_holds_is_found_where_the_note_is(self, tmp_path: Path) -> None:
        text = "# C\n\nA.[^a] See [this](#here).\n\n[^a]: A [place]{#here}.\n"
        record = built(tmp_path, text, more="notes: {place: book}\n")
        assert record["anchors"]["here"] == record["anchors"]["note-c0-1"] == "notes"
        assert record["anchors"]["note-c0-1-ref"] == "c0"
        assert 'href="octavo:notes#here"' in pages.pages(record)["pages"][0]["html"]

    @pytest.mark.parametrize("place", ["foot", "chapter", "book"])
    def test_a_note_in_the_head_of_a_table_that_breaks(self, tmp_path: Path, place: str) -> None:
        rows = "".join(f"| {i} | x |\n" for i in range(90))
        text = f"# C\n\n| Head[^a] | B |\n|---|---|\n{rows}\n: Long {{#tbl-long}}\n\n[^a]: Of the head.\n"
        record = built(tmp_path, text, more=f"date: 2026-03-01\nnotes: {{place: {place}}}\n")
        assert " ".join(texts(record)).count("Of the head.") == 1

    def test_a_note_at_a_title_is_not_repeated_with_it(self, tmp_path: Path) -> None:
        record = built(tmp_path, "# C[^a]\n\nText.\n\n[^a]: A.\n", more="notes: {place: book}\n")
        assert tree.plain(record["chapters"][1]["blocks"][1]) == "C"


class TestIbid:
    def test_print_has_ibid_and_screens_the_short_form(self) -> None:
        assert "3. Ibid., 13. 4. Ibid. 5." in " ".join(print_pages("envoys"))
        for edition in (epub_pages, web_pages):
            made = " ".join(words(page) for page in edition("envoys").values())
            assert "Ibid" not in made
            assert "3 Adler, The River, 13. 4 Adler, The River, 13. 5" in made

    def test_the_screens_differ_in_nothing_else(self) -> None:
        folder = book("envoys") / "output/work/4-cited"
        shown, screens = tools.read_json(folder / "book.json"), tools.read_json(folder / "screens.json")
        assert shown["anchors"] == screens["anchors"]
        differing = [c["slug"] for c, other in zip(shown["chapters"], screens["chapters"], strict=True) if c != other]
        assert differing == ["notes"]

    def test_a_style_without_ibid_costs_no_second_run(self) -> None:
        assert tools.read_json(book("archiv") / "output/work/4-cited/screens.json") == {"same": "book.json"}

    @pytest.mark.parametrize(
        ("name", "has"),
        [
            ("chicago-notes-bibliography", False),
            ("chicago-author-date", False),
            ("chicago-notes-bibliography-subsequent-ibid", True),
            ("mhra-notes-subsequent-ibid", True),
        ],
    )
    def test_which_styles_have_it(self, name: str, has: bool, tmp_path: Path) -> None:
        assert (positions.without_ibid(csl.find(name, tmp_path).read_text("utf-8")) is not None) is has

    @pytest.mark.parametrize(
        ("test", "made"),
        [
            ('position="ibid"', 'variable="octavo-never"'),
            ('position="ibid" type="book" variable="title"', 'type="book" variable="title octavo-never"'),
            ('match="any" position="ibid subsequent"', 'match="any" position="subsequent"'),
            ('match="any" position="ibid ibid-with-locator"', 'match="any" variable="octavo-never"'),
            ('match="none" position="ibid"', 'match="none" variable="octavo-never"'),
            ('match="any" position="ibid" type="book"', 'match="any" type="book"'),
        ],
    )
    def test_the_tests_become_impossible(self, test: str, made: str) -> None:
        branches = "".join(f'<choose><if {one}><text term="ibid"/></if></choose>' for one in (test, 'position="ibid"'))
        style = f'<style xmlns="http://purl.org/net/xbiblio/csl">{branches}</style>'
        changed = positions.without_ibid(style) or ""
        assert f"<if {made}>" in changed.split("</choose>")[0]


def test_the_full_note_comes_first_in_each_chapter_in_every_place(tmp_path: Path) -> None:
    text = "# C\n\nA [@smith1998]. B [@jones2001]. C [@smith1998].\n"
    record = built(tmp_path, text, text, more="notes: {place: book}\n", bib=BIB)
    said = [tree.plain(block) for block in record["chapters"][2]["blocks"] if block["t"] == "Div"]
    assert said[0] == said[3] == "Ann Smith, Of Harbours (Press, 1998)."
    assert said[2] == said[5] == "Smith, Of Harbours."
