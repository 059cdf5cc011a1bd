"""The small book `structure` in its three editions: parts, leaves, lists, listings, parts of figures, includes, `.only`."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from lxml import etree
from lxml import html as lxml_html
from test_pages import build
from test_resolve import built, text_of

from octavo import check, config, epub, html, imprint, lists, number, parse, pdf, tools, tree, validate, workflow
from octavo.model import Book, Chapter
from octavo.source import Source, bookdown, critic

HERE = Path(__file__).parent
EDITIONS = HERE.parent / "editions"
NS = {"h": "http://www.w3.org/1999/xhtml", "epub": "http://www.idpf.org/2007/ops"}
_FOLDER = tempfile.TemporaryDirectory(prefix="octavo-test-")


@functools.cache
def book() -> Path:
    """The folder of the book, built up to its pages."""
    folder = Path(_FOLDER.name) / "structure"
    shutil.copytree(HERE / "books/structure", folder, ignore=shutil.ignore_patterns("output"))
    return build(folder)


def cited() -> Any:
    return tools.read_json(book() / "output/work/4-cited/book.json")


def images() -> Path:
    return book() / "output/work/3-resolved/images"


@functools.cache
def printed() -> bytes:
    return pdf.render(cited(), images(), EDITIONS / "pdf", own=Path("none"))


@functools.cache
def sheets() -> list[str]:
    """The text of each page of the PDF, white space as one space."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(printed())).pages]


@functools.cache
def files() -> dict[str, dict[str, bytes]]:
    """The files of the EPUB and of the web edition by name."""
    record = tools.read_json(book() / "output/work/5-rendered/pages.json")
    archive = zipfile.ZipFile(io.BytesIO(epub.build(record, images(), EDITIONS)))
    return {
        "epub": {name.removeprefix("EPUB/").replace(".xhtml", ".html"): archive.read(name) for name in archive.namelist()},
        "html": html.build(record, images(), EDITIONS),
    }


def page(edition: str, name: str) -> Any:
    """A page of EPUB or web, without name spaces."""
    return lxml_html.fromstring(files()[edition][f"{name}.html"].decode("utf-8").split("?>", 1)[-1])


def words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


SCREENS = pytest.mark.parametrize("edition", ["epub", "html"])


class TestPrint:
    def outline(self) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []

        def down(items: Any, depth: int) -> None:
            for item in items:
                found.append((depth, item.title))
                down(item.children, depth + 1)

        with pikepdf.open(io.BytesIO(printed())) as document, document.open_outline() as outline:
            down(outline.root, 0)
        return found

    def test_the_outline_has_parts_above_their_chapters(self) -> None:
        outline = self.outline()
        titles = [re.sub(r"^(Part [IV]+|Appendix A|A|[\d.]+)\s+", "", title) for _, title in outline]
        assert titles == [
            "Contents", "Figures", "Tables", "Preface", "The Offices", "Before the Offices", "Offices and Officers",
            "The office on the quay", "Two views of one quay", "Dues", "The Papers", "Papers", "Their order", "Forms", "Afterword",
            "Bibliography",
        ]  # fmt: skip
        depths = dict(zip(titles, (depth for depth, _ in outline), strict=True))
        assert [depths[title] for title in ("The Offices", "Before the Offices", "Offices and Officers", "Dues")] == [0, 1, 1, 2]
        assert [depths[title] for title in ("Figures", "Forms", "Afterword")] == [0, 0, 0]

    def test_page_labels_are_roman_in_front_and_start_again_with_the_first_part(self) -> None:
        labels = pypdf.PdfReader(io.BytesIO(printed())).page_labels
        first = next(i for i, text in enumerate(sheets()) if text.startswith("Part I The Offices"))
        assert labels[first] == "1"
        assert labels[first - 1].startswith("x")

    def test_the_first_pages(self) -> None:
        said = [text for text in sheets() if text]
        assert said[0] == "The Harbour Offices"
        assert said[1].startswith("The Harbour Offices Structures of a Small Administration Ada Example Edited by Ben Sample")
        for piece in ("© 2026 Ada Example", "CC BY 4.0", "ISBN 978-3-16-148410-0 (EPUB)", "10.5555/12345678", "Version 1.2", "pandoc 3"):
            assert piece in said[2]
        assert said[3] == "For the clerks."
        assert said[4].startswith("A ship in harbour")
        assert said[5].startswith("Contents")
        assert [sheets().index(text) % 2 for text in said[3:6]] == [0, 0, 0]

    def test_the_list_of_figures_has_short_captions_and_the_pages_where_they_stand(self) -> None:
        listed = next(text for text in sheets() if text.startswith("Figures 1.1"))
        entries = re.findall(r"(\d\.\d) (.+?)[ .]{5,}(\d+)", listed)
        assert [(n, title.strip(" .")) for n, title, _ in entries] == [
            ("1.1", "The crane"), ("1.2", "Two views"), ("1.3", "The plan of the offices"), ("2.1", "A ledger"),
        ]  # fmt: skip
        labels = pypdf.PdfReader(io.BytesIO(printed())).page_labels
        for n, _, folio in entries:
            at = next(i for i, text in enumerate(sheets()) if f"Figure {n}." in text)
            assert labels[at] == folio

    def test_references(self) -> None:
        text = " ".join(sheets()).replace("\u00a0", " ")
        for piece in (
            "two parts: Part I, on people, and Part II, on what",
            "See Appendix A for the forms",
            "Figure 1.2b is the later view. Figures 1.2a and 1.2b",
            "there is Figure 1.3, Table 1.1, Equation 1.1, Section 1.3 and Listing 1.1.",
            "Figure 2.1, Table 2.1, Equation 2.1 and Section 2.1.",
            "(a) The quay in 1900", "(b) The quay in 1930",
            "Listing 1.1. The sum of the dues", "as Figure 1.1 shows", "Drawn by A. Reed",
        ):  # fmt: skip
            assert piece in text

    def test_only(self) -> None:
        text = " ".join(sheets())
        assert "for the printed page." in text
        assert "web edition" not in text

    def test_the_books_own_template_overrides_ours_file_by_file(self, tmp_path: Path) -> None:
        template = (EDITIONS / "pdf/book.typ").read_text("utf-8")
        (tmp_path / "book.typ").write_text(template.replace("has-half-title = true", "has-half-title = false"), "utf-8")
        made = pdf.render(cited(), images(), EDITIONS / "pdf", own=tmp_path)
        assert pypdf.PdfReader(io.BytesIO(made)).pages[0].extract_text().count("Harbour Offices") == 1
        assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == len(sheets()) - 2


class TestScreens:
    def test_epubcheck_and_links(self, tmp_path: Path) -> None:
        record = tools.read_json(book() / "output/work/5-rendered/pages.json")
        path = tmp_path / "book.epub"
        path.write_bytes(epub.build(record, images(), EDITIONS))
        html.write(files()["html"], tmp_path / "html")
        assert validate.epubcheck(path) == []
        for made in (validate.edition(path), validate.edition(tmp_path / "html")):
            assert [*validate.links(made), *validate.identifiers(made), *validate.wellformed(made)] == []

    @SCREENS
    def test_a_part_has_a_page_and_its_reference_leads_there(self, edition: str) -> None:
        assert words(page(edition, "part_1").xpath("//h1")[0]) == "Part I The Offices"
        link = page(edition, "preface").xpath("//section//a[@class='xref']")[0]
        suffix = "xhtml" if edition == "epub" else "html"
        assert (words(link), link.get("href")) == ("Part I", f"part_1.{suffix}#part-offices")

    def test_the_navigation_has_parts_above_their_chapters_and_no_leaf(self) -> None:
        nav = page("epub", "nav_page").xpath("//nav[@id='toc']/ol/li/a")
        assert [words(link) for link in nav] == [
            "Figures", "Tables", "Preface", "Part I The Offices", "Part II The Papers", "Appendix A Forms", "Afterword", "Bibliography",
        ]  # fmt: skip
        assert [words(a) for a in page("epub", "nav_page").xpath("//li[@class='part'][1]/ol/li/a")] == [
            "Before the Offices",
            "1 Offices and Officers",
        ]

    def test_the_epub_has_leaves_after_the_copyright_page_and_lists_after_the_contents(self) -> None:
        package = etree.fromstring(files()["epub"]["content.opf"])
        spine = [str(ref).removeprefix("item-").removesuffix("-xhtml") for ref in package.xpath("//*[local-name()='itemref']/@idref")]
        assert spine[:9] == [
            "cover_page", "title_page", "copyright_page", "dedication", "motto", "nav_page", "list-of-figures", "list-of-tables", "preface",
        ]  # fmt: skip
        assert page("epub", "dedication").xpath("//h1 | //h2") == []
        assert words(page("epub", "dedication").xpath("//body")[0]) == "For the clerks."

    def test_the_web_shows_leaves_and_copyright_on_its_first_page(self) -> None:
        index = page("html", "index")
        assert words(index.xpath("//section[contains(@class, 'leaf')]")[0]) == "For the clerks."
        assert "dedication.html" not in files()["html"]
        assert "Made with Octavo" in words(index.xpath("//footer")[0])

    @SCREENS
    def test_copyright_pages_agree_with_the_print(self, edition: str) -> None:
        said = words(page(edition, "index" if edition == "html" else "copyright_page").xpath("//*[contains(@class, 'copyright-page')]")[0])
        for line in (line["text"] for group in imprint.paragraphs(cited()["book"]) for line in group):
            assert line in said

    @SCREENS
    def test_parts_of_a_figure(self, edition: str) -> None:
        figure = page(edition, "offices").xpath("//figure[@id='fig-views']")[0]
        parts = figure.xpath(".//figure[contains(@class, 'subfigure')]")
        assert [(part.get("id"), words(part.find("figcaption"))) for part in parts] == [
            ("fig-views-a", "(a) The quay in 1900"),
            ("fig-views-b", "(b) The quay in 1930"),
        ]
        assert [image.get("alt") for image in figure.iter("img")] == ["A quay with one crane.", "A quay with two cranes."]
        assert words(figure.find("figcaption")).startswith("Figure 1.2. Two views of the quay, from the office window.")

    @SCREENS
    def test_listings(self, edition: str) -> None:
        figure = page(edition, "offices").xpath("//figure[contains(@class, 'listing')]")[0]
        assert [child.tag for child in figure] == ["figcaption", "pre"]
        assert words(figure[0]) == "Listing 1.1. The sum of the dues"
        assert "{++not a change++}" in words(figure[1])

    @SCREENS
    def test_lists_of_figures_and_tables(self, edition: str) -> None:
        suffix = "xhtml" if edition == "epub" else "html"
        listed = [
            (words(li), li.find("a").get("href")) for li in page(edition, "list-of-figures").xpath("//ul[contains(@class, 'entries')]/li")
        ]
        assert listed == [
            ("1.1 The crane", f"offices.{suffix}#fig-crane"),
            ("1.2 Two views", f"offices.{suffix}#fig-views"),
            ("1.3 The plan of the offices.", f"offices.{suffix}#fig_plan"),
            ("2.1 A ledger", f"papers.{suffix}#fig_ledger"),
        ]
        assert [words(li) for li in page(edition, "list-of-tables").xpath("//ul/li[a and span]")][-1] == "A.1 Forms in use"

    @SCREENS
    def test_included_text_and_its_images(self, edition: str) -> None:
        text = page(edition, "offices")
        assert words(text.xpath("//*[@id='sec-quay']/h2")[0]) == "1.1 The office on the quay"
        assert text.xpath("//figure[@id='fig-crane']//img/@src") == ["images/figures-quay-b.svg"]

    @SCREENS
    def test_only(self, edition: str) -> None:
        text = words(page(edition, "preface").xpath("//section")[0])
        assert "for a screen." in text
        assert ("corrected from time to time" in text) == (edition == "html")


class TestFloats:
    def test_a_listing_without_a_caption_and_one_without_a_label(self) -> None:
        record = built("# A\n\n``` {#lst-a}\nx\n```\n\n``` {caption='Y'}\ny\n```\n\n```\nplain\n```\n\n@lst-a\n")
        made = [(tree.value(b, "label"), tree.plain(b["c"][1])) for b in record["chapters"][0]["blocks"] if b["t"] == "Figure"]
        assert made == [("Listing 1.1", ""), ("Listing 1.2", "Y")]
        assert text_of(record).endswith("Listing\u00a01.1")

    def test_a_div_of_one_image_is_a_figure_without_letters(self) -> None:
        record = built("# A\n\n::: {#fig-a}\n![](a.png)\n\nThe caption.\n:::\n\n@fig-a\n")
        figure = record["chapters"][0]["blocks"][1]
        assert (tree.value(figure, "label"), tree.plain(figure["c"][1]), tree.classes(figure)) == ("Figure 1.1", "The caption.", [])

    def test_images_in_one_paragraph_and_columns(self) -> None:
        record = built("# A\n\n::: {#fig-a layout-ncol=oops}\n![x](a.png){#fig-x} ![y](b.png) ![z](c.png){alt=Z}\n\nC.\n:::\n\n@fig-x\n")
        figure = record["chapters"][0]["blocks"][1]
        assert tree.value(figure, "columns") == "3"
        assert [(tree.value(p, "label"), tree.plain(p["c"][1])) for p in figure["c"][2]] == [("(a)", "x"), ("(b)", "y"), ("(c)", "z")]
        assert text_of(record).endswith("Figure\u00a01.1a")

    def test_a_div_around_a_table_is_that_table(self) -> None:
        record = built("# A\n\n::: {#tbl-a}\n| a |\n|---|\n| 1 |\n\nThe caption.\n:::\n\n@tbl-a\n")
        table = record["chapters"][0]["blocks"][1]
        assert (table["t"], tree.identifier(table), tree.value(table, "label")) == ("Table", "tbl-a", "Table 1.1")

    def test_numbers_do_not_count_the_parts_of_a_figure(self) -> None:
        record = built("# A\n\n::: {#fig-a}\n![x](a.png)\n![y](b.png)\n\nC.\n:::\n\n![d](d.png){#fig-d}\n\n@fig-d\n")
        assert text_of(record).endswith("Figure\u00a01.2")

    @pytest.mark.parametrize(
        ("caption", "listed"),
        [
            ("A *map*[^n] of [the](#a) town [@smith, 3].", "A map of the town."),
            ("A map", "A map"),
            ("[Гавань]{lang=ru #here}", "Гавань"),
        ],
    )
    def test_captions_in_a_list(self, caption: str, listed: str) -> None:
        blocks = json.loads(tools.pandoc(["-f", "markdown", "-t", "json"], f"{caption}\n\n[^n]: Note.".encode()))["blocks"]
        assert tree.plain(lists.without_apparatus(blocks[0]["c"]), notes=True) == listed


class TestCritic:
    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("a {++b++} c", 'a <span class="added">b</span> c'),
            ("a {--b--}", 'a <span class="deleted">b</span>'),
            ("{~~a~>b~~}", '<span class="deleted">a</span><span class="added">b</span>'),
            ("{==a==}{>>b @c?<<}", '<span class="marked">a</span><span class="comment">b \\@c\\?</span>'),
            ("{++a\n\n# b++}", '<span class="added">a</span>\n\n# <span class="added">b</span>'),
            ("`{++a++}`", "`{++a++}`"),
            ("```\n{++a++}\n```\n", "```\n{++a++}\n```\n"),
            ("\ufeff{++a++}", '\ufeff<span class="added">a</span>'),
            ("{++a", "{++a"),
            ("{++- a\n- b++}", '- <span class="added">a</span>\n- <span class="added">b</span>'),
        ],
    )
    def test_spans(self, text: str, made: str) -> None:
        assert critic.as_spans(text) == made

    def test_every_line_stays_the_line_that_it_was(self) -> None:
        text = "a {++b\nc\n\n| d |\n|---|\n\ne++} f\n\n{>>g\n\nh<<}\n"
        assert critic.as_spans(text).count("\n") == text.count("\n")

    def test_kinds_and_places(self) -> None:
        source = Source("c.md", "a {--b--}\n{++c")
        assert [(c.kind, str(source.place(c.start))) for c in critic.changes(source)] == [("deleted", "c.md:1:3"), ("open", "c.md:2:1")]

    def test_a_draft_shows_them(self, tmp_path: Path) -> None:
        made = small(tmp_path, {"one.md": "# One\n\nThe {--old--}{++new++} text.{>>Why?<<}\n"})
        record = tools.read_json(made / "output/work/5-rendered/pages.json")
        assert (
            '<del class="deleted">old</del><ins class="added">new</ins> text.<small class="comment">Why?</small>'
            in record["pages"][0]["html"]
        )
        sheet = pdf.render(tools.read_json(made / "output/work/4-cited/book.json"), made, EDITIONS / "pdf", own=Path("none"))
        assert "oldnewtext.[Why?]" in pypdf.PdfReader(io.BytesIO(sheet)).pages[-1].extract_text().replace("\u00a0", " ").replace(" ", "")


class TestBookdown:
    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("See \\@ref(fig:x).", "See [-@{fig:x} ]."),
            ("\\@ref(tab:x)", "[-@{tbl:x} ]"),
            ("`\\@ref(fig:x)`", "`\\@ref(fig:x)`"),
        ],
    )
    def test_references_keep_their_length(self, text: str, made: str) -> None:
        assert bookdown.as_citations(text) == made
        assert len(made) == len(text)

    def test_without_the_switch_nothing_is_read(self, tmp_path: Path) -> None:
        made = small(tmp_path, {"one.md": "# One\n\nSee \\@ref(fig:x).\n"})
        assert "@ref(fig:x)" in tools.read_json(made / "output/work/5-rendered/pages.json")["pages"][0]["html"]


def small(folder: Path, chapters: dict[str, str]) -> Path:
    """A book of these files, the first its only chapter, built up to its pages."""
    for name, text in chapters.items():
        (folder / "chapters" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "chapters" / name).write_text(text, "utf-8")
    (folder / "book.yaml").write_text(f"title: T\nlanguage: en\ndate: 2026-01-01\nchapters: [{next(iter(chapters))}]\n", "utf-8")
    return build(folder)


def read(folder: Path) -> tuple[Book, list[Chapter]]:
    loaded = config.load(folder)
    return loaded, parse.parse(folder, loaded)


class TestIncludes:
    INCLUDE = "```{.include}\n%s\n```\n"

    def test_a_file_outside_the_book_is_refused_behind_a_link_too(self, tmp_path: Path) -> None:
        (tmp_path / "secret.md").write_text("secret\n", "utf-8")
        folder = tmp_path / "book"
        (folder / "chapters").mkdir(parents=True)
        (folder / "chapters/link.md").symlink_to(tmp_path / "secret.md")
        made = small(folder, {"one.md": "# One\n\n" + self.INCLUDE % "link.md" + "\n" + self.INCLUDE % "/etc/hostname"})
        _, chapters = read(made)
        assert [(p.kind, p.place.line) for p in chapters[0].problems] == [("include-outside", 4), ("include-outside", 8)]
        text = tools.read_json(made / "output/work/5-rendered/pages.json")["pages"][0]["html"]
        assert "secret" not in text
        assert "?link.md?" in text

    def test_a_cycle_ends(self, tmp_path: Path) -> None:
        made = small(tmp_path, {"one.md": "# One\n\n" + self.INCLUDE % "a.md", "a.md": "A.\n\n" + self.INCLUDE % "a.md"})
        assert [inner.problems[0].kind for inner in read(made)[1][0].included] == ["include-cycle"]
        assert "?a.md?" in tools.read_json(made / "output/work/5-rendered/pages.json")["pages"][0]["html"]

    def test_a_link_to_an_included_file_leads_to_its_chapter(self, tmp_path: Path) -> None:
        made = small(tmp_path, {"one.md": "# One {#sec-one}\n\n[x](p/a.md)\n\n" + self.INCLUDE % "p/a.md", "p/a.md": "A.\n"})
        assert 'href="#sec-one"' in tools.read_json(made / "output/work/5-rendered/pages.json")["pages"][0]["html"]

    def test_what_may_be_included_is_an_input_of_the_workflow(self, tmp_path: Path) -> None:
        made = small(tmp_path, {"one.md": "# One\n", "p/a.md": "A.\n"})
        with contextlib.chdir(made):
            assert workflow.inputs(config.load(Path("."))).chapters == ["book.yaml", "chapters/one.md", "chapters/p/a.md"]

    def test_the_record_of_stage_one_keeps_included_files_apart(self, tmp_path: Path) -> None:
        made = small(tmp_path, {"one.md": "# One\n\n" + self.INCLUDE % "a.md", "a.md": "A @x.\n"})
        record = tools.read_json(made / "output/work/1-parsed/book.json")
        chapters = check.chapters_of(config.load(made), record)
        assert [inner.file.file for inner in chapters[0].included] == ["chapters/a.md"]


def test_a_commit_is_named_only_where_it_gives_the_book_its_date() -> None:
    made = cited()["book"] | {"commit": "0123456789abcdef"}
    assert "Commit 0123456789ab" in [line["text"] for group in imprint.paragraphs(made) for line in group]
    assert workflow.commit(config.load(book())) == ("", "")


def test_letters_of_parts() -> None:
    assert [number.letter(n).lower() for n in (1, 2, 27)] == ["a", "b", "aa"]
