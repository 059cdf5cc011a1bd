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
from lxml import etree
from lxml import html as lxml_html
from test_pages import cited

from octavo import cite, draw, epub, folios, html, pages, paginate, parse, pdf, resolve, sentences, tools, tree, validate

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
            [
                *(str(work / "1-parsed" / name) for name in ("book.json", "figures")),
                *(str(resolved / name) for name in ("book.json", "images")),
            ]
        )
        cite.main([str(resolved / "book.json"), str(cited_at)])
        pdf.main([str(cited_at), str(resolved / "images"), str(EDITIONS), str(rendered / "book.pdf")])
        pages.main([str(cited_at.with_name("screens.json")), str(rendered / "pages.json")])
        arguments = [str(rendered / "pages.json"), str(resolved / "images"), str(EDITIONS)]
        epub.main([*arguments, str(rendered / "unpaged/book.epub")])
        works = str(cited_at.with_name("works.json"))
        html.main([arguments[0], works, *arguments[1:], str(rendered / "unpaged/html")])
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
    """For each page the lines of its text, without running head and folio; of two columns the left one."""
    said = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True).stdout
    root = etree.fromstring(said, etree.XMLParser(recover=True))
    found = []
    for page in root.iter("{*}page"):
        # The text begins 22 of 234 parts down, and the dropped folio stands below it.
        top, foot = float(page.get("height")) * 20 / 234, float(page.get("height")) * 211 / 234
        words = [(float(w.get("yMax")), float(w.get("xMin")), float(w.get("xMax")), w.text or "") for w in page.iter("{*}word")]
        found.append(list(_lines(sorted(word for word in words if top < word[0] < foot))))
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
    while lines and (not letters(lines[0]) or (lines[0].endswith(")") and "(continued)" in lines[0])):
        lines = lines[1:]
    if not lines:
        return True
    first = letters(lines[0])
    opening = letters(screen.text[screen.breaks[label] :][:60])[:16]
    if opening.startswith("figure") and any(letters(line).startswith(opening) for line in lines[1:]):
        return True  # a picture with words in it stands at the head, and its caption below it
    if any(head.startswith(first[:12]) for head in screen.heads):
        # The head of a table is repeated on each of its pages: then the row below it counts.
        return any(screen.sentences_between(label, letters(line)[:14]) in (0, 1, 2, 3, 4) for line in lines[:8] if letters(line))
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


def marked(text: str, at_end: bool = False) -> list[str]:
    """The sentences of a chapter as they are marked, each with what follows its mark."""
    record = cited(f"# Title\n\n{text}")
    sentences.mark(record, at_end=at_end)
    shown = pages.pages(record)["pages"][0]["html"]
    return [re.sub(r"<[^>]*>", "", part).strip() for part in re.split(r"<!--s:one\.(?:float~)?\d+-->", shown)[1:]]


class TestSentences:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("One. Two! “Three?” Four", ["One.", "Two!", "“Three?”", "Four"]),
            ("He said *it all. Then* left.", ["He said it all.", "Then left."]),
            ("[One.]{.smallcaps} Two (two). Three", ["One.", "Two (two).", "Three"]),
            ("In 1.5 years, ca. here", ["In 1.5 years, ca.", "here"]),
            ("你好。 再见", ["你好。", "再见"]),
            ("- ab. c\n- d", ["ab.", "c", "d"]),
            ("> Quoted. So.\n\nEnd.", ["Quoted.", "So.", "End."]),
            ("| verse\n| and verse", ["verse", "and verse"]),
            ("Term\n:   Said. More.", ["Term", "Said.", "More."]),
            ("a\n\n    code. Code\n\nb", ["a", "code. Code", "b"]),
            ("$$x$$", ["x"]),
            ("| A | B |\n|---|---|\n| 1. 2 | 3 |\n\n: Cap. Tion", ["Cap.", "Tion", "A\nB", "1. 2\n3"]),
        ],
    )
    def test_what_is_one(self, text: str, found: list[str]) -> None:
        assert marked(text)[1:] == found

    def test_the_same_names_at_both_ends(self) -> None:
        text = "A. *B. C.* D.\n\n- xy. z\n\n| A | B |\n|---|---|\n| 1 | 22 |\n\n![Cap. Tion](i.png)\n\n    code\n\n$$x$$\n\n## Head"
        names = []
        for at_end in (True, False):
            record = cited(f"# Title\n\n{text}")
            sentences.mark(record, at_end=at_end)
            names.append(sorted(names_of(record)))
        assert names[0] == names[1]
        assert len(names[0]) == 14

    def test_nothing_else_changes(self) -> None:
        text = "# T\n\nA “b. c” *d*. [E]{.smallcaps} f\n\n1. x\n\n    y.\n\n2. z\n\n| A |\n|---|\n| 1 |\n\n    code\n\n## H"
        record = cited(text)
        sentences.mark(record, at_end=False)
        made = pages.pages(record)["pages"][0]
        assert re.sub(r"<!--s:.*?-->\n?", "", made["html"]) == pages.pages(cited(text))["pages"][0]["html"]
        assert [heading["html"] for heading in made["headings"]] == ["T", "H"]

    def test_notes_that_do_not_stand_at_the_foot_bear_their_names(self) -> None:
        for place, found in (("chapter", ["note-one-1"]), ("foot", [])):
            record = cited("# T")
            note = tree.node("Note", [tree.node("Para", tree.text("A note. Two."))])
            record["chapters"][0]["blocks"].append(tree.node("Para", [tree.node("Span", tree.attr("note-one-1", ["note"]), [note])]))
            record["book"]["notes"] = place
            sentences.mark(record, at_end=True)
            assert [name for name in names_of(record) if name.startswith("note")] == found


def names_of(record: Any) -> list[str]:
    blocks = [chapter["blocks"] for chapter in record["chapters"]]
    return [name for element in tree.walk(blocks) if (name := sentences.name_of(element))]


def folios_of(*marks: tuple[str, int, float], labels: dict[str, str] | None = None) -> Any:
    record = cited("# T")
    text = "".join(f'#sentence("{name}");' for name, _, _ in marks)
    known = labels or {str(page): str(page) for _, page, _ in marks}
    return folios.of(
        record,
        {"text/one.typ": text},
        [(name, page, 0.0, down) for name, page, down in marks],
        {int(page): label for page, label in known.items()},
    )


class TestFolios:
    def test_a_page_begins_with_the_sentence_that_runs_onto_it(self) -> None:
        made = folios_of(("one.1", 1, 90), ("one.2", 2, 60), ("one.3", 2, 80), ("one.4", 4, 60))
        assert made["pages"] == [["1", "one.1"], ["2", "one.2"], ["3", "one.4"], ["4", "one.4"]]
        assert made["sentences"] == [["one.1", "1"], ["one.2", "2"], ["one.3", "2"], ["one.4", "4"]]

    @pytest.mark.parametrize(("down", "opens"), [(40, "one.float-2"), (500, "one.3")])
    def test_a_figure_opens_a_page_only_above_its_text(self, down: float, opens: str) -> None:
        made = folios_of(("one.1", 1, 90), ("one.float-2", 2, down), ("one.3", 2, 80))
        assert made["pages"][1] == ["2", opens]

    def test_a_table_has_a_page_to_itself(self) -> None:
        made = folios_of(("one.1", 1, 90), ("one.float-2", 3, 40), ("one.3", 2, 80), ("one.4", 4, 80))
        assert made["pages"] == [["1", "one.1"], ["2", "one.3"], ["3", "one.float-2"], ["4", "one.4"]]

    def test_blank_pages_are_numbered_like_their_neighbours(self) -> None:
        made = folios_of(("one.1", 3, 1), ("one.2", 6, 1), ("one.3", 9, 1), labels={"3": "iii", "6": "2", "9": "5"})
        assert [label for label, _ in made["pages"]] == ["i", "ii", "iii", "iv", "1", "2", "3", "4", "5"]

    def test_a_repeated_head_counts_where_it_stands_first(self) -> None:
        assert folios_of(("one.1", 1, 9), ("one.float-2", 1, 20), ("one.float-2", 2, 5), ("one.3", 2, 80))["pages"][1] == ["2", "one.3"]

    def test_a_source_that_is_called_before_its_words(self) -> None:
        assert folios_of(("one.2", 2, 9), ("one.1", 1, 20))["sentences"] == [["one.1", "1"], ["one.2", "2"]]

    @pytest.mark.parametrize(
        ("changes", "source"),
        [
            ({}, "A & B (PDF), 2026"),
            ({"publisher": {"name": "Press"}, "version": "2"}, "A & B (PDF), Press, 2026, 2"),
            ({"identifiers": {"isbn": {"pdf": "978-0-306-40615-7"}}}, "urn:isbn:9780306406157"),
        ],
    )
    def test_what_the_pages_are_those_of(self, changes: dict[str, Any], source: str) -> None:
        record = cited("# T")
        record["book"] |= changes
        assert folios.of(record, {"text/one.typ": ""}, [], {})["source"] == source


def web(text: str, pages_of_print: list[list[str]], **given: Any) -> str:
    names = list(dict.fromkeys([name for _, name in pages_of_print] + re.findall(r"s:(.*?)-->", text)))
    record = {"label": "Page {}", "html": True, "sentences": [[name, ""] for name in names], "pages": pages_of_print} | given
    return paginate.web(record, {"a.html": text.encode()})["a.html"].decode()


class TestWeb:
    def test_a_break_and_a_link(self) -> None:
        made = web("<p><!--s:a.1-->One. <!--s:a.2-->Two.</p>", [["xii", "a.2"]])
        page, link = lxml_html.fromstring(made)
        assert (page.get("id"), page.get("role"), page.get("title")) == ("pxii", "doc-pagebreak", "Page xii")
        assert (link.get("href"), link.get("data-page"), link.tail) == ("#pxii", "xii", "Two.")
        assert "".join(lxml_html.fromstring(made).itertext()) == "One. Two."

    def test_an_anchor_of_the_book_keeps_its_name(self) -> None:
        made = web('<p id="p1"><!--s:a.1-->One.</p>', [["1", "a.1"]])
        assert re.findall(r' id="([^"]*)"', made) == ["p1", "page-p1"]

    def test_what_the_edition_does_not_show_begins_with_what_follows(self) -> None:
        record = {"sentences": [["a.1", ""], ["a.2", ""], ["a.3", ""]]}
        assert "<p>One. <span" in web("<p><!--s:a.1-->One. <!--s:a.3-->Three.</p>", [["7", "a.2"]], **record)

    def test_switched_off_nothing_is_left(self) -> None:
        assert web("<p><!--s:a.1-->One.</p>", [["1", "a.1"]], html=False) == "<p>One.</p>"

    def test_only_what_has_changed_is_written(self, tmp_path: Path) -> None:
        paginate.write({"a.html": b"a", "b.html": b"b", "c/d.css": b"d"}, tmp_path)
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
        paginate.write({"a.html": b"a", "b.html": b"changed"}, tmp_path)
        after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
        assert {path.name for path in after} == {"a.html", "b.html"}
        assert after[tmp_path / "a.html"] == before[tmp_path / "a.html"]
        assert (tmp_path / "b.html").read_bytes() == b"changed"


class TestEpub:
    def test_page_list_metadata_and_what_epubcheck_says(self, editions: Any) -> None:
        path = editions("sampler") / "book.epub"
        archive = zipfile.ZipFile(path)
        package, nav = (etree.fromstring(archive.read(f"EPUB/{name}")) for name in ("content.opf", "nav_page.xhtml"))
        said = {(meta.get("property"), meta.text) for meta in package.iter("{*}meta")}
        assert {("schema:accessibilityFeature", name) for name in ("pageBreakMarkers", "pageNavigation")} <= said
        assert [text for name, text in said if name == "pageBreakSource"] == ["urn:isbn:9780306406157"]
        listed = nav.xpath("//*[@role='doc-pagelist']//*[local-name()='a']")
        assert [link.text for link in listed] == pypdf.PdfReader(path.with_name("book.pdf")).page_labels
        assert validate.epubcheck(path) == []
        assert validate.links(validate.edition(path)) == []

    def test_without_a_page_list_nothing_is_claimed(self, tmp_path: Path) -> None:
        record = pages.pages(cited("# One"))
        made = paginate.epub(
            {"label": "{}", "title": "", "source": "", "epub": False, "sentences": [], "pages": []}, epub.build(record, tmp_path, EDITIONS)
        )
        texts = b"".join(zipfile.ZipFile(io.BytesIO(made)).read(name) for name in zipfile.ZipFile(io.BytesIO(made)).namelist())
        assert not re.search(rb"page-list|pageBreak|pagebreak|<!--", texts)

    def test_the_same_bytes_again(self, editions: Any) -> None:
        rendered = editions("sampler")
        record = tools.read_json(rendered / "folios.json")
        assert paginate.epub(record, (rendered / "unpaged/book.epub").read_bytes()) == (rendered / "book.epub").read_bytes()
