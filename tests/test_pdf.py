"""The print edition: what it says, how it is tagged, and where every word stands, read from the finished PDF."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
import pikepdf
import pypdf
import pytest
from reading import elements, faults, runs
from ruamel.yaml import YAML

from octavo import cite, draw, imprint, paper, parse, pdf, resolve, tools, tree, typst_paragraphs, typst_syntax, typst_tables, wordings
from octavo.model import UserError

HERE = Path(__file__).parent
TEMPLATE = HERE.parent / "editions" / "pdf"


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sampler, built up to its citations."""
    folder = tmp_path_factory.mktemp("print") / "sampler"
    shutil.copytree(HERE / "books/sampler", folder, ignore=shutil.ignore_patterns("output"))
    work = Path("output/work")
    with contextlib.chdir(folder):
        parse.main([str(work / "1-parsed/book.json")])
        draw.main([str(work / "1-parsed/figures")])
        resolve.main([str(work / part) for part in ("1-parsed/book.json", "1-parsed/figures", "3-resolved/book.json", "3-resolved/images")])
        cite.main([str(work / "3-resolved/book.json"), str(work / "4-cited/book.json")])
    return folder


@pytest.fixture(scope="session")
def printed(book: Path) -> bytes:
    """The sampler's PDF, by the command that the workflow runs."""
    with contextlib.chdir(book):
        pdf.main(
            ["output/work/4-cited/book.json", "output/work/3-resolved/images", str(TEMPLATE.parent), "output/work/5-rendered/sampler.pdf"]
        )
    return (book / "output/work/5-rendered/sampler.pdf").read_bytes()


@pytest.fixture
def document(printed: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed)) as opened:
        yield opened


@pytest.fixture(scope="session")
def pages(printed: bytes) -> list[str]:
    """The words of each page, spaces made even."""
    return words_of(printed)


def words_of(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(content)).pages]


def record(*texts: str, **changes: Any) -> Any:
    """The cited record of a small book with these chapters, in pandoc's Markdown."""
    chapters = []
    for n, text in enumerate(texts, 1):
        blocks = json.loads(tools.pandoc(["-f", "markdown-citations", "-t", "json"], text.encode()))["blocks"]
        label = tree.identifier(blocks[0])
        title = tree.plain(blocks[0]["c"][2])
        chapters.append(
            {"slug": f"c{n}", "file": f"chapters/c{n}.md", "kind": "chapter", "number": str(n), "label": label, "title": title,
             "short": "", "part": "", "lang": "", "blocks": blocks}
        )  # fmt: skip
    whole = {
        "title": "Small", "language": "en", "date": "2026-01-02", "epoch": 1767312000, "commit": "", "tools": [],
        "words": wordings.words("en"), "publisher": {}, "identifiers": {}, "contributors": [], "keywords": [], "editions": {}, "parts": [],
        **dict.fromkeys(("subtitle", "license", "version", "description"), ""),
    }  # fmt: skip
    return {"book": whole | changes, "chapters": chapters}


def rendered(given: Any, images: Path = Path("none"), template: Path = TEMPLATE) -> bytes:
    return pdf.render(copy.deepcopy(given), images, template, own=Path("none"))


NASTY = (
    "= no heading",
    "- no item",
    "+ no item",
    "1. no item",
    "/ no: term",
    "a -- b",
    "and ...",
    "-5 degrees",
    "#note[x]",
    "a @b <c>",
    "$x$ \\ `y`",
    "//no comment",
    "/* none */",
    "*_~",
    "'straight' \"quotes\"",
    "«»",
    "so -? so",
    "\u201cx\u201d(y)[z].w",
)


@pytest.fixture(scope="module")
def nasty() -> str:
    """The words of a book whose paragraphs, emphasis and passages are these texts."""
    given = record("# Title {#t}\n\nText.")
    for text in NASTY:
        words = tree.text(text)
        emphasis = tree.node("Emph", copy.deepcopy(words))
        span = tree.node("Span", tree.attr(lang="fr"), copy.deepcopy(words))
        given["chapters"][0]["blocks"] += [tree.node("Para", words), tree.node("Para", [emphasis, *tree.text("then"), span])]
    return " ".join(words_of(rendered(given)))


class TestWords:
    def test_notes_bear_their_given_numbers_and_restart_in_each_chapter(self, pages: list[str]) -> None:
        harbours, ledgers = " ".join(pages[8:12]), " ".join(pages[12:16])
        assert [int(n) for n in re.findall(r"(\d+)\. (?:Fernand|Braudel,|The classical|Robert|A table)", harbours)] == [1, 2, 3, 4]
        assert re.search(r"\b1\. Robert S. Lopez", ledgers)
        assert re.search(r"\b2\. A table of one’s own", ledgers)

    def test_headings_figures_and_tables_bear_the_numbers_of_the_tree(self) -> None:
        given = record("# Title {#t number=7}\n\n## Section {#s number=7.4}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n: Caption\n")
        tree.attributes(given["chapters"][0]["blocks"][2])[2] += [["number", "7.9"], ["label", "Table 7.9"]]  # type: ignore[index]
        given["chapters"][0]["number"] = "7"
        text = " ".join(words_of(rendered(given)))
        assert "7.4 Section" in text
        assert "Table 7.9. Caption" in text

    def test_contents_name_every_chapter_with_its_page(self, pages: list[str]) -> None:
        contents = re.sub(r"( \.)+ ?", " ", pages[4])
        for line in ("Preface vii", "1 Of Harbours and What Is Said of Them 1", "2 Ledgers 5", "A Weights 9", "Bibliography 11"):
            assert line in contents

    def test_a_chapter_without_a_number_has_none(self) -> None:
        given = record("# Afterword {#a}\n\nText.")
        given["chapters"][0] |= {"number": "", "kind": "back"}
        assert words_of(rendered(given))[6].startswith("Afterword Text.")

    @pytest.mark.parametrize("text", NASTY)
    def test_text_is_never_markup(self, text: str, nasty: str) -> None:
        assert text.replace(" ", "") in nasty.replace(" ", "")


class TestTags:
    def test_it_says_what_it_is(self, document: pikepdf.Pdf) -> None:
        with document.open_metadata() as xmp:
            said = {key: xmp.get(key) for key in ("pdfuaid:part", "pdfaid:part", "pdfaid:conformance", "dc:title", "dc:creator")}
        assert said == {
            "pdfuaid:part": "1", "pdfaid:part": "2", "pdfaid:conformance": "A", "dc:title": "A Sampler of Small Things",
            "dc:creator": ["Ada Example"],
        }  # fmt: skip
        assert document.Root.Lang == "en-GB"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert document.docinfo["/Keywords"] == "samplers, typography"

    def test_images_and_formulas_have_their_alternative_text(self, document: pikepdf.Pdf) -> None:
        said = [str(element.get("/Alt", "")) for kind in ("Figure", "Formula") for element in elements(document, kind)]
        assert said[0] == "Nine vertical bars of different height on a horizontal line."
        assert r"T = \frac{w \cdot d}{\sqrt{k}} + \sum_{i=1}^{n} s_i" in [text.strip() for text in said]
        assert "" not in said

    def test_passages_are_marked_with_their_language_and_no_region(self, document: pikepdf.Pdf) -> None:
        spoken = set()
        for page in document.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/Lang" in operands[1]:
                    spoken.add(str(operands[1].Lang))
        spoken |= {str(element.Lang) for kind in ("P", "Span", "Div") for element in elements(document, kind) if "/Lang" in element}
        assert {"ru", "el", "fr", "de"} <= spoken
        assert not [tag for tag in spoken if tag.endswith("-GB") and tag != "en-GB"]

    def test_heads_of_columns_are_heads(self, document: pikepdf.Pdf) -> None:
        assert len(elements(document, "TH")) == 5 + 2 + 2
        assert len(elements(document, "Table")) == 3

    def test_headings_keep_their_levels_and_bookmarks_their_numbers(self, document: pikepdf.Pdf) -> None:
        assert [len(elements(document, kind)) for kind in ("H1", "H2", "H3")] == [6, 3, 1]
        with document.open_outline() as outline:
            assert [item.title for item in outline.root][2:4] == ["1 Of Harbours and What Is Said of Them", "2 Ledgers"]

    def test_a_note_in_a_heading_stands_in_no_bookmark(self) -> None:
        given = record("# Title[^a] {#t number=1}\n\nText.\n\n[^a]: A note.\n")
        note = given["chapters"][0]["blocks"][0]["c"][2]
        note[1] = tree.node("Span", tree.attr("note-c1-1", ["note"], number="1"), [note[1]])
        with pikepdf.open(io.BytesIO(rendered(given))) as document, document.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Contents", "1 Title"]

    def test_metadata_are_those_of_book_yaml(self, document: pikepdf.Pdf) -> None:
        given = YAML(typ="safe").load((HERE / "books/sampler/book.yaml").read_text("utf-8"))
        with document.open_metadata() as xmp:
            said = {key: xmp[key] for key in ("dc:title", "dc:description", "dc:language", "dc:creator", "pdf:Keywords")}
            made = str(xmp["xmp:CreateDate"])[:10]
        assert said == {
            "dc:title": given["title"],
            "dc:description": given["description"],
            "dc:language": {given["language"]},
            "dc:creator": [person["name"] for person in given["contributors"] if person["role"] == "author"],
            "pdf:Keywords": ", ".join(given["keywords"]),
        }
        assert made == str(given["date"])

    def test_every_head_says_which_cells_it_heads(self, document: pikepdf.Pdf) -> None:
        heads = [list(head.A) if isinstance(head.A, pikepdf.Array) else [head.A] for head in elements(document, "TH")]
        assert heads
        assert all([str(one.Scope) for one in said if "/Scope" in one] == ["/Column"] for said in heads)

    def test_every_note_has_its_tag_and_a_mark_that_leads_to_it(self, document: pikepdf.Pdf) -> None:
        notes = elements(document, "Note")
        called = [str(element.S) for kind in ("Reference", "Lbl") for element in elements(document, kind)]
        assert notes
        assert len({str(note.ID) for note in notes}) == len(notes)
        assert called.count("/Reference") + called.count("/Lbl") >= len(notes)

    def test_every_link_stands_in_the_tags_and_says_where_it_leads(self, document: pikepdf.Pdf) -> None:
        links = [annotation for page in document.pages for annotation in page.obj.get("/Annots", []) if annotation.Subtype == "/Link"]
        assert links
        assert all(str(link.get("/Contents", "")) for link in links)
        tagged = {part.Obj.objgen for element in elements(document, "Link") for part in kids(element) if part.get("/Type") == "/OBJR"}
        assert {link.objgen for link in links} == tagged

    def test_every_font_is_embedded(self, document: pikepdf.Pdf) -> None:
        fonts = [font.DescendantFonts[0] for page in document.pages for font in page.Resources.get("/Font", {}).values()]
        assert fonts
        assert all("/FontFile3" in font.FontDescriptor or "/FontFile2" in font.FontDescriptor for font in fonts)


def kids(element: Any) -> list[Any]:
    """What an element of the tags holds that is a dictionary: other elements, and references to annotations."""
    held = element.get("/K", [])
    return [part for part in (held if isinstance(held, pikepdf.Array) else [held]) if isinstance(part, pikepdf.Dictionary)]


class TestFonts:
    """A letter that the text's font lacks is set in one that the author puts beside the book."""

    def families(self, tmp_path: Path, letter: str, **settings: Any) -> str:
        (tmp_path / "fonts").mkdir()
        shutil.copy(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", tmp_path / "fonts")
        given = record(f"# Title\n\nThe word {letter} stands here.")
        given["book"]["editions"]["pdf"] = settings
        with pikepdf.open(io.BytesIO(pdf.render(given, Path("none"), TEMPLATE, own=tmp_path))) as document:
            fonts = [font for page in document.pages for font in page.Resources.get("/Font", {}).values()]
            return " ".join(sorted(str(font.BaseFont).partition("+")[2] for font in fonts))

    def test_a_letter_that_no_other_font_has(self, tmp_path: Path) -> None:
        assert "DejaVuSans " in self.families(tmp_path, "\u1401") + " "

    def test_a_letter_that_others_have_too_is_set_in_the_one_that_book_yaml_names(self, tmp_path: Path) -> None:
        found = self.families(tmp_path, "\u0633\u0644\u0627\u0645", fallback=["DejaVu Sans"])
        assert "DejaVuSans " in found + " "
        assert "DejaVuSansMono" not in found

    def test_one_that_is_not_there(self) -> None:
        given = record("# Title\n\nText.")
        given["book"]["editions"]["pdf"] = {"fallback": ["Amiri"]}
        with pytest.raises(UserError, match="the font `Amiri` is not there"):
            rendered(given)


class TestPages:
    def test_labels_match_the_folios(self, printed: bytes) -> None:
        reader = pypdf.PdfReader(io.BytesIO(printed))
        assert reader.page_labels[:9] == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "1"]
        assert reader.page_labels[-1] == "11"
        pairs = zip(reader.page_labels, (page.extract_text().split() for page in reader.pages), strict=True)
        # The folio stands first or last of what a page says, or behind its running head.
        told = [(label, words) for label, words in pairs if len(words) > 60]
        assert len(told) >= 5
        assert [label for label, words in told if label not in (*words[:12], words[-1])] == []

    def test_openings_stand_on_right_hand_pages_without_a_running_head(self, document: pikepdf.Pdf) -> None:
        for number in (5, 7, 9, 13, 17, 19):
            head = [run for run in runs(document.pages[number - 1]) if run.furniture and run.baseline > 600]
            assert head == []
        assert [run for run in runs(document.pages[9]) if run.furniture and run.baseline > 600]

    def test_blank_pages_are_blank(self, document: pikepdf.Pdf) -> None:
        assert [number for number, page in enumerate(document.pages, 1) if not list(runs(page))] == [2, 6, 8, 12, 18]

    def test_no_word_runs_past_the_measure_or_over_another(self, document: pikepdf.Pdf) -> None:
        assert faults(document) == []

    def test_a_table_that_did_not_break_would_be_found(self, book: Path, tmp_path: Path) -> None:
        shutil.copytree(TEMPLATE, tmp_path / "pdf")
        path = tmp_path / "pdf/book.typ"
        path.write_text(path.read_text("utf-8").replace("set block(breakable: true)", "set block(breakable: false)"), "utf-8")
        given = tools.read_json(book / "output/work/4-cited/book.json")
        with pikepdf.open(io.BytesIO(rendered(given, book / "output/work/3-resolved/images", tmp_path / "pdf"))) as document:
            assert {what for _, what in faults(document)} >= {"below the foot"}

    def test_a_long_table_repeats_its_head_on_each_page(self, pages: list[str]) -> None:
        holding = [page for page in pages if re.search(r"Ship of the number \d", page)]
        assert len(holding) > 2
        assert all("No. Ship Master Tons Remark" in page for page in holding)
        assert len(re.findall(r"Ship of the number \d+ ", " ".join(holding))) == 44

    def test_a_table_too_wide_for_the_measure_is_turned(self) -> None:
        cells = " | ".join(f"Kirgisistan{n}" for n in range(9))
        table = f"| {cells} |\n" + "|---" * 9 + f"|\n| {cells} |\n"
        with pikepdf.open(io.BytesIO(rendered(record(f"# Title {{#t}}\n\n{table}")))) as document:
            assert faults(document) == []
            assert any(run.turned for page in document.pages for run in runs(page))

    def test_a_figure_of_another_chapter_is_linked(self, document: pikepdf.Pdf) -> None:
        ledgers, figure = document.pages[12], document.pages[9]
        targets = []
        for annotation in ledgers.Annots:
            target = annotation.A.D if "/A" in annotation and "/D" in annotation.A else annotation.get("/Dest")
            targets += [target[0].objgen] if isinstance(target, pikepdf.Array) else []
        assert figure.objgen in targets

    @pytest.mark.parametrize("size", ["a5", "6in x 9in", "b5"])
    def test_another_trim_size_is_one_setting(self, size: str) -> None:
        given = record("# Title {#t}\n\n" + "Word after word. " * 400, editions={"pdf": {"paper": size}})
        page = pypdf.PdfReader(io.BytesIO(rendered(given))).pages[0]
        assert [float(side) for side in page.mediabox[2:]] == pytest.approx(paper.paper(size), abs=0.01)


class TestBytes:
    def test_they_are_the_same_from_any_folder(self, book: Path, printed: bytes, tmp_path: Path) -> None:
        other = tmp_path / "elsewhere"
        shutil.copytree(book / "output/work", other)
        with contextlib.chdir(tmp_path):
            given = tools.read_json(other / "4-cited/book.json")
            assert pdf.rendered(given, other / "3-resolved/images", TEMPLATE, own=Path("none"))[0] == printed

    def test_a_symbolic_link_does_not_reach_the_compiler(self, tmp_path: Path) -> None:
        (tmp_path / "images").mkdir()
        (tmp_path / "secret.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")
        (tmp_path / "images/a.svg").symlink_to(tmp_path / "secret.svg")
        with pytest.raises(UserError, match=r"the file .*a\.svg is not there"):
            rendered(record("# Title {#t}\n\n![](images/a.svg)"), tmp_path / "images")


class TestErrors:
    def message(self, text: str, images: Path = Path("none"), template: Path = TEMPLATE, **changes: Any) -> str:
        with pytest.raises(UserError) as caught:
            rendered(record(f"# Title {{#t}}\n\n{text}", **changes), images, template)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def test_a_letter_that_no_font_has(self) -> None:
        said = self.message("The sign 漢.")
        assert said == "chapters/c1.md: no font of the print edition has the letter 漢 (set in Libertinus Serif)"

    def test_an_image_that_cannot_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "figures-a.svg").write_text("<svg")
        assert "the image figures-a.svg cannot be read as SVG" in self.message("![x](images/figures-a.svg)", tmp_path)

    def test_an_image_of_no_size(self, tmp_path: Path) -> None:
        (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"></svg>')
        assert "the image a.svg cannot be read" in self.message("![x](images/a.svg)", tmp_path)

    def test_a_link_to_nowhere(self) -> None:
        assert self.message("[x](#gone)") == "chapters/c1.md: a link leads to `gone`, which nothing in the book bears"

    def test_a_fault_in_the_template(self, tmp_path: Path) -> None:
        (tmp_path / "book.typ").write_text("#let book(body) = body\n#let chapter = (\n")
        assert "editions/pdf/book.typ, line 2" in self.message("x", template=tmp_path)

    def test_no_template(self, tmp_path: Path) -> None:
        assert "book.typ is missing" in self.message("x", template=tmp_path)

    def test_a_font_that_is_not_there(self) -> None:
        assert "the font `Garamont` is not there" in self.message("x", editions={"pdf": {"font": "Garamont"}})

    @pytest.mark.parametrize("paper", ["a99", "156 x", "1mm x 2mm"])
    def test_a_paper_that_is_none(self, paper: str) -> None:
        assert "editions.pdf.paper" in self.message("x", editions={"pdf": {"paper": paper}})


class TestParts:
    def test_sizes(self) -> None:
        assert paper.paper("6 x 9in") == [432.0, 648.0]
        assert paper.paper("A5") == paper.paper("148mm × 210mm")
        assert [round(side / paper.POINTS["mm"], 1) for side in paper.measure({})] == [113.0, 138.5]
        assert round(paper.measure({"paper": "a4"})[0]) == 36 * 10.5
        assert [typst_syntax.length(given) for given in ("70%", "96px", "96", "3cm", "0", "big")] == [
            "70%",
            "72pt",
            "72pt",
            "3cm",
            None,
            None,
        ]

    def test_languages(self) -> None:
        tags = ("en-GB", "zh-Hant-TW", "grc", "de-1996", "x-klingon", "")
        assert [typst_syntax.language(tag) for tag in tags] == [("en", "GB"), ("zh", "TW"), ("grc", ""), ("de", ""), None, None]

    def test_licences(self) -> None:
        assert imprint.licence("CC-BY-SA-4.0") == ("CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/")
        assert imprint.licence("All rights reserved") == ("All rights reserved", "")

    def test_calls(self) -> None:
        assert typst_syntax.call("#a", b_c="1", d=None) == "#a(b-c: 1)"
        assert typst_syntax.opening("#a", "x") == "#a(x: ["
        assert typst_syntax.string('a"\\\n') == r'"a\"\\\n"'
        assert typst_syntax.array(["a"]) == "(a,)"

    def test_last_words_are_tied(self) -> None:
        inlines = tree.text("the losses opened the way to it.")
        typst_paragraphs._bind_last_words(inlines)
        assert tree.plain(inlines) == "the losses opened the way\u00a0to\u00a0it."

    def test_columns_keep_their_longest_word_and_share_the_rest(self) -> None:
        def row(*cells: str) -> Any:
            return [tree.attr(), [[tree.attr(), {"t": "AlignDefault"}, 1, 1, [tree.node("Plain", tree.text(cell))]] for cell in cells]]

        assert typst_tables.columns(2, [row("State", "Year"), row("Finland", "1920")]) == (["auto", "auto"], 0.0)
        long = "relations that were broken off again in the spring of the year after the war had ended"
        (state, text), needs = typst_tables.columns(2, [row("Afghanistan", long)] * 3)
        assert float(state.removesuffix("fr")) > 5
        assert float(text.removesuffix("fr")) > 3 * float(state.removesuffix("fr"))
        assert needs < 20
