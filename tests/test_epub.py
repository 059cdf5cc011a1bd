"""The EPUB: a container that EPUBCheck finds nothing in, honest about itself, and the same bytes wherever it is built."""

from __future__ import annotations

import copy
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from test_pages import cited, record_of, sampler

from octavo import epub, faces, pages, tools, typst_faces, validate
from octavo.model import UserError

EDITIONS = Path(__file__).parent.parent / "editions"
NS = {
    "h": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
}
TYPE = "{http://www.idpf.org/2007/ops}type"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def built(record: Any, images: Path = Path("none")) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(epub.build(record, images, EDITIONS)))


def book(**changes: Any) -> Any:
    """The pages of a small book with this metadata."""
    record = cited("# One {#one-x number=1}\n\nText.")
    record["book"] |= changes
    return pages.pages(record)


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return built(record_of(sampler()), sampler() / "output/work/3-resolved/images")


def tree_of(archive: zipfile.ZipFile, name: str) -> Any:
    return etree.fromstring(archive.read(f"EPUB/{name}"))


def opf(record: Any) -> Any:
    return tree_of(built(record), "content.opf")


def properties(package: Any, name: str) -> list[str]:
    return [str(text) for text in package.xpath(f"//opf:meta[@property='{name}']/text()", namespaces=NS)]


class TestContainer:
    def test_epubcheck_has_nothing_to_say(self, tmp_path: Path) -> None:
        path = tmp_path / "sampler.epub"
        path.write_bytes(epub.build(record_of(sampler()), sampler() / "output/work/3-resolved/images", EDITIONS))
        assert validate.epubcheck(path) == []

    def test_epubcheck_of_a_book_with_parts_odd_names_and_another_language(self, tmp_path: Path) -> None:
        record = cited(
            "# Глава {#глава-1 number=1}\n\n[part](#part-häfen), [there](#fig:a:b), $x$\n\n## 9 lives {#9lives}\n\n[]{#fig:a:b}",
            "# Zwei {number=2}\n\n[x](#9lives)",
            language="de",
            parts=[{"title": "Häfen & Meere", "label": "part-häfen", "number": "I"}],
        )
        record["chapters"][0]["part"] = record["chapters"][1]["part"] = "part-häfen"
        record["book"] |= {
            "identifiers": {"isbn": {"epub": "978-0-306-40615-7"}, "doi": "10.5555/12345678"},
            "license": "All rights reserved <1>",
        }
        path = tmp_path / "book.epub"
        path.write_bytes(epub.build(pages.pages(record), tmp_path, EDITIONS))
        assert validate.epubcheck(path) == []
        assert validate.links(validate.edition(path)) == []

    def test_mimetype_comes_first_and_plain(self, archive: zipfile.ZipFile) -> None:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, archive.read(first)) == ("mimetype", zipfile.ZIP_STORED, b"application/epub+zip")

    def test_every_xml_file_is_xml_with_each_identifier_once(self, archive: zipfile.ZipFile) -> None:
        for name in archive.namelist():
            if name.endswith((".xhtml", ".opf", ".svg", ".xml")):
                found = etree.fromstring(archive.read(name)).xpath("//@id")
                assert len(found) == len(set(found)), name

    def test_same_bytes_from_another_folder(self, tmp_path: Path) -> None:
        other = tmp_path / "other"
        shutil.copytree(sampler(), other)
        made = [
            epub.build(tools.read_json(folder / "output/work/5-rendered/pages.json"), folder / "output/work/3-resolved/images", EDITIONS)
            for folder in (sampler(), other)
        ]
        assert made[0] == made[1]

    def test_every_time_is_the_books_own(self, archive: zipfile.ZipFile) -> None:
        assert {info.date_time for info in archive.infolist()} == {(2026, 3, 1, 0, 0, 0)}
        assert properties(tree_of(archive, "content.opf"), "dcterms:modified") == ["2026-03-01T00:00:00Z"]


class TestText:
    def test_links_to_a_figure_in_another_chapter(self, archive: zipfile.ZipFile) -> None:
        links = tree_of(archive, "ledgers.xhtml").xpath("//h:a[@class='xref']/@href", namespaces=NS)
        assert "harbours.xhtml#fig-quay" in links
        assert tree_of(archive, "harbours.xhtml").xpath("//h:figure[@id='fig-quay']", namespaces=NS)

    def test_every_link_leads_somewhere_and_nothing_is_fetched(self, tmp_path: Path, archive: zipfile.ZipFile) -> None:
        path = tmp_path / "sampler.epub"
        path.write_bytes(archive.fp.getvalue())
        made = validate.edition(path)
        assert [*validate.links(made), *validate.identifiers(made), *validate.remote(made), *validate.wellformed(made)] == []

    def test_notes_bear_their_numbers_and_are_linked_both_ways(self, archive: zipfile.ZipFile) -> None:
        for name in ("harbours.xhtml", "ledgers.xhtml"):
            text = tree_of(archive, name)
            marks = text.xpath("//h:a[@epub:type='noteref' and @role='doc-noteref']", namespaces=NS)
            notes = text.xpath("//h:section[@epub:type='endnotes']/h:div[@epub:type='footnote' and @role='doc-footnote']", namespaces=NS)
            assert [mark.text for mark in marks] == [str(n + 1) for n in range(len(notes))]
            for mark, note in zip(marks, notes, strict=True):
                back = note.xpath(".//h:a[@epub:type='backlink' and @role='doc-backlink']", namespaces=NS)
                assert mark.get("href") == "#" + note.get("id")
                assert [(link.get("href"), link.text) for link in back] == [("#" + mark.get("id"), mark.text)]

    def test_languages_are_marked_for_xml_too(self, archive: zipfile.ZipFile) -> None:
        text = tree_of(archive, "harbours.xhtml")
        assert (text.get("lang"), text.get(LANG)) == ("en-GB", "en-GB")
        assert {(span.get("lang"), span.get(LANG)) for span in text.xpath("//h:span[@lang]", namespaces=NS)} >= {("ru", "ru"), ("el", "el")}

    def test_titles_and_semantics_of_pages(self, archive: zipfile.ZipFile) -> None:
        made = {}
        for name in (name for name in archive.namelist() if name.endswith(".xhtml")):
            page = etree.fromstring(archive.read(name))
            kinds = [str(kind) for kind in page.xpath("//h:body/h:section/@epub:type", namespaces=NS)]
            matter = page.find("h:body", NS).get(TYPE)
            made[name.removeprefix("EPUB/")] = (page.findtext(".//h:title", namespaces=NS), matter, kinds[0] if kinds else None)
        assert made == {
            "bibliography.xhtml": ("Bibliography", "backmatter", "bibliography"),
            "copyright_page.xhtml": ("Copyright", "frontmatter", "copyright-page"),
            "cover_page.xhtml": ("Cover", "frontmatter", "cover"),
            "harbours.xhtml": ("Chapter 1. Of Harbours and What Is Said of Them", "bodymatter", "chapter"),
            "ledgers.xhtml": ("Chapter 2. Ledgers", "bodymatter", "chapter"),
            "nav_page.xhtml": ("Contents", "frontmatter", None),
            "preface.xhtml": ("Preface", "frontmatter", "preface"),
            "title_page.xhtml": ("A Sampler of Small Things", "frontmatter", "titlepage"),
            "weights.xhtml": ("Appendix A. Weights", "backmatter", "appendix"),
        }

    def test_the_style_sheet_leaves_the_reader_her_face_size_and_colours(self) -> None:
        css = re.sub(r"/\*.*?\*/", "", (EDITIONS / "epub/style.css").read_text("utf-8"), flags=re.DOTALL)
        for forbidden in ("px;", "color:", "background", "font-family: serif", "!important", "text-align: justify", "@import", "url("):
            assert forbidden not in css.replace("color: inherit", "").replace("text-decoration-color", ""), forbidden


class TestNavigation:
    def test_contents_with_sections(self, archive: zipfile.ZipFile) -> None:
        nav = tree_of(archive, "nav_page.xhtml").xpath("//h:nav[@epub:type='toc']", namespaces=NS)[0]
        lines = [(" ".join("".join(link.itertext()).split()), link.get("href")) for link in nav.iter("{*}a")]
        assert lines[:4] == [
            ("Preface", "preface.xhtml"),
            ("1 Of Harbours and What Is Said of Them", "harbours.xhtml"),
            ("1.1 Words in other languages", "harbours.xhtml#sec-words"),
            ("2 Ledgers", "ledgers.xhtml"),
        ]

    def test_landmarks(self, archive: zipfile.ZipFile) -> None:
        nav = tree_of(archive, "nav_page.xhtml").xpath("//h:nav[@epub:type='landmarks']//h:a", namespaces=NS)
        assert [(link.get(TYPE), link.get("href")) for link in nav] == [
            ("cover", "cover_page.xhtml"),
            ("titlepage", "title_page.xhtml"),
            ("copyright-page", "copyright_page.xhtml"),
            ("toc", "nav_page.xhtml#toc"),
            ("bodymatter", "harbours.xhtml"),
            ("bibliography", "bibliography.xhtml"),
        ]

    def test_parts_have_a_page_and_hold_their_chapters(self) -> None:
        record = cited("# One", "# Two", parts=[{"title": "P & Q", "label": "part-p", "number": "I"}])
        record["chapters"][1]["part"] = "part-p"
        archive = built(pages.pages(record))
        part = tree_of(archive, "part_1.xhtml").find(".//h:section", NS)
        assert (part.get("id"), part.get("role"), " ".join("".join(part.itertext()).split())) == ("part-p", "doc-part", "Part I P & Q")
        nested = tree_of(archive, "nav_page.xhtml").xpath("//h:li[@class='part']/h:ol//h:a/@href", namespaces=NS)
        assert nested == ["two.xhtml"]
        spine = tree_of(archive, "content.opf").xpath("//opf:itemref/@idref", namespaces=NS)
        assert [name.removeprefix("item-") for name in spine[-3:]] == ["one-xhtml", "part_1-xhtml", "two-xhtml"]


class TestMetadata:
    def test_identifier_is_the_isbn_or_a_name_that_lasts(self) -> None:
        with_isbn = opf(book(identifiers={"isbn": {"pdf": "x", "epub": "978-0-306-40615-7"}}))
        assert with_isbn.findtext(".//dc:identifier", namespaces=NS) == "urn:isbn:9780306406157"
        first, again, other = (epub.identifier(book(**changes)["book"]) for changes in ({}, {"version": "2"}, {"slug": "other"}))
        assert first.startswith("urn:uuid:")
        assert first == again != other

    def test_titles_people_and_rights(self) -> None:
        people = [{"name": "Anna van der Berg", "role": "author", "orcid": ""}, {"name": "B. Muster", "role": "editor", "orcid": ""}]
        package = opf(
            book(subtitle="Sub", contributors=people, license="CC-BY-SA-4.0", publisher={"name": "Press"}, keywords=["k"], description="D.")
        )
        assert [element.text for element in package.findall(".//dc:title", NS)] == ["A & B", "Sub", "A & B: Sub"]
        assert properties(package, "title-type") == ["main", "subtitle", "expanded"]
        assert properties(package, "role") == ["aut", "edt"]
        assert properties(package, "file-as") == ["Berg, Anna van der", "Muster, B."]
        assert (package.findtext(".//dc:creator", namespaces=NS), package.findtext(".//dc:contributor", namespaces=NS)) == (
            "Anna van der Berg",
            "B. Muster",
        )
        assert package.findtext(".//dc:rights", namespaces=NS) == "CC BY-SA 4.0 https://creativecommons.org/licenses/by-sa/4.0/"
        names = ("publisher", "subject", "description", "language", "date")
        assert [package.findtext(f".//dc:{name}", namespaces=NS) for name in names] == ["Press", "k", "D.", "en", "2026-01-02"]

    @pytest.mark.parametrize(
        ("name", "filed"),
        [
            ("Ada Example", "Example, Ada"),
            ("R. H. Coase", "Coase, R. H."),
            ("Plato", ""),
            ("Federal Research Division", ""),
            ("The Octavo founders", ""),
            ("Смит Иван", "Иван, Смит"),
            ("毛 泽东", ""),
            ("Smith, John", ""),
        ],
    )
    def test_names_are_filed_where_that_is_certain(self, name: str, filed: str) -> None:
        assert epub.file_as(name) == filed

    def test_an_editor_without_author_is_the_creator(self) -> None:
        package = opf(book(contributors=[{"name": "B. Muster", "role": "editor", "orcid": ""}]))
        assert package.findtext(".//dc:creator", namespaces=NS) == "B. Muster"


class TestAccessibility:
    def features(self, *images: dict[str, Any], mathml: bool = False, language: str = "en") -> dict[str, list[str]]:
        record = copy.deepcopy(book(language=language))
        record["pages"][0] |= {"images": list(images), "mathml": mathml}
        made: dict[str, list[str]] = {}
        sentences = epub.tomllib.loads((EDITIONS / "epub/accessibility.toml").read_text("utf-8"))
        for name, value in epub.accessibility(record, sentences):
            made.setdefault(name, []).append(value)
        return made

    def test_nothing_is_claimed_of_images_where_there_are_none(self) -> None:
        made = self.features()
        assert "alternativeText" not in made["accessibilityFeature"]
        assert made["accessMode"] == ["textual"]
        assert "image" not in made["accessibilitySummary"][0]

    def test_alternative_text_only_if_every_image_has_one(self) -> None:
        good, bad, ornament = (
            {"name": "a.png", "alt": alt, "decorative": not alt and name == "o"} for alt, name in (("A", ""), ("", ""), ("", "o"))
        )
        assert "alternativeText" in self.features(good, ornament)["accessibilityFeature"]
        made = self.features(good, bad)
        assert "alternativeText" not in made["accessibilityFeature"]
        assert made["accessModeSufficient"] == ["textual,visual"]
        assert "no alternative text" in made["accessibilitySummary"][0]

    def test_mathml_only_if_there_is_any(self) -> None:
        assert "MathML" not in self.features()["accessibilityFeature"]
        assert "MathML" in self.features(mathml=True)["accessibilityFeature"]

    def test_a_moving_picture_may_be_a_hazard(self) -> None:
        assert self.features()["accessibilityHazard"] == ["none"]
        assert self.features({"name": "a.gif", "alt": "A", "decorative": False})["accessibilityHazard"] == ["unknown"]

    def test_the_summary_is_in_the_language_of_the_book(self) -> None:
        assert self.features(language="de-AT")["accessibilitySummary"][0].startswith("Der Text")

    def test_the_manifest_tells_of_mathml(self, archive: zipfile.ZipFile) -> None:
        items = tree_of(archive, "content.opf").xpath("//opf:item[@properties='mathml']/@href", namespaces=NS)
        assert items == ["harbours.xhtml"]


class TestCover:
    def test_one_is_drawn_from_the_title(self) -> None:
        archive = built(book(title="Foreign Relations of the Soviet Union"))
        lines = tree_of(archive, "cover_page.svg").xpath("//*[local-name()='text']/text()")
        assert " ".join(lines) == "Foreign Relations of the Soviet Union"
        item = tree_of(archive, "content.opf").xpath("//opf:item[@properties='cover-image']", namespaces=NS)
        assert [(found.get("href"), found.get("media-type")) for found in item] == [("cover_page.svg", "image/svg+xml")]

    def test_the_one_that_is_given_is_taken(self, tmp_path: Path) -> None:
        (tmp_path / "figures-cover.png").write_bytes(b"PNG")
        archive = built(book(cover="chapters/figures/Cover.PNG"), tmp_path)
        assert archive.read("EPUB/images/figures-cover.png") == b"PNG"
        image = tree_of(archive, "cover_page.xhtml").find(".//h:img", NS)
        assert (image.get("src"), image.get("alt")) == ("images/figures-cover.png", "Cover: A & B")


@pytest.fixture(scope="module")
def epub_with_face() -> zipfile.ZipFile:
    record = record_of(sampler())
    record["book"]["editions"] = {"epub": {"embed_fonts": True}}
    return built(record, sampler() / "output/work/3-resolved/images")


class TestFace:
    def test_the_face_of_print_has_every_letter_of_the_book_that_it_ever_had(self, epub_with_face: zipfile.ZipFile) -> None:
        names = sorted(name for name in epub_with_face.namelist() if "/fonts/" in name)
        files = [f"EPUB/fonts/LibertinusSerif-{style}.otf" for style in ("Bold", "BoldItalic", "Italic", "Regular")]
        assert names == files
        held = TTFont(io.BytesIO(epub_with_face.read(files[-1]))).getBestCmap()
        assert {ord(letter) for letter in "aZ0гавньλιάåŁİ–’"} <= held.keys()
        assert len(epub_with_face.read(files[-1])) < 100_000
        assert ord("Ж") not in held  # no letter of the book

    def test_style_sheet_and_licence_go_with_it(self, epub_with_face: zipfile.ZipFile) -> None:
        css = epub_with_face.read("EPUB/style.css").decode()
        assert css.count("@font-face") == 4
        assert all(f"EPUB/{name}" in epub_with_face.namelist() for name in re.findall(r'url\("(.*?)"\)', css))
        assert re.search(r"/\* Copyright[^*]*Libertinus[^*]*SIL OPEN FONT LICENSE Version 1\.1[^*]*\*/", css)

    def test_it_is_the_same_every_time(self, epub_with_face: zipfile.ZipFile) -> None:
        record = record_of(sampler())
        record["book"]["editions"] = {"epub": {"embed_fonts": True}}
        again = built(record, sampler() / "output/work/3-resolved/images")
        assert {name: again.read(name) for name in again.namelist()} == {n: epub_with_face.read(n) for n in epub_with_face.namelist()}

    def test_a_face_that_is_not_there_or_not_free_is_refused_in_one_line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(UserError, match=r"^the font `Garamond Nova` is not there \(editions\.epub\.embed_fonts\)"):
            faces.embedded("Garamond Nova", [], "")
        free = io.BytesIO(next(typst_faces.contents()))
        font = TTFont(free)
        for record in font["name"].names:
            if record.nameID in (13, 14):
                record.string = "All rights reserved"
            elif record.nameID in (1, 16):
                record.string = "Owned"
        (tmp_path / "editions/pdf/fonts").mkdir(parents=True)
        font.save(tmp_path / "editions/pdf/fonts/owned.otf")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UserError, match="`Owned Regular` does not say that its licence is the SIL Open Font License"):
            faces.embedded("Owned", [], "")
