"""EDN001: the three editions as a reader sees them. What is the same passes, whatever its form; what is changed is found."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_pages import HERE, build

from octavo import checks, epub, html, pages, pdf, tools, tree, validate
from octavo.checks import manual
from octavo.compare import glyphs
from octavo.compare.differences import Difference, differences
from octavo.compare.paper import read_pdf
from octavo.compare.screens import Text, read_epub, read_html
from octavo.compare.seen import PAGES, Chapter, Item, Seen, formula, squeezed
from octavo.model import UserError

EDITIONS = HERE.parent / "editions"
NAMES = ("book.pdf", "book.epub", "html")


def render(book: Path, record: Any = None, only_pdf: bool = False) -> Path:
    """The editions of a book whose pages are made, or those of another cited record: book.pdf, book.epub, html/."""
    images = book / "output/work/3-resolved/images"
    record = record or tools.read_json(book / "output/work/4-cited/book.json")
    out = book / "output"
    (out / "book.pdf").write_bytes(pdf.render(copy.deepcopy(record), images, EDITIONS / "pdf"))
    if not only_pdf:
        made = pages.pages(record)
        (out / "book.epub").write_bytes(epub.build(made, images, EDITIONS))
        html.write(html.build(made, images, EDITIONS), out / "html")
    return out


def whole(name: str, folder: Path) -> Path:
    """The editions of one of the books of tests/books."""
    shutil.copytree(HERE / "books" / name, folder / name, ignore=shutil.ignore_patterns("output"))
    return render(build(folder / name))


def compared(out: Path) -> list[Difference]:
    return list(differences(read_pdf(out / "book.pdf"), read_epub(out / "book.epub"), read_html(out / "html")))


@pytest.fixture(scope="module")
def sampler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole("sampler", tmp_path_factory.mktemp("editions"))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in two parts, with a chapter before and one after them, and headings of every level."""
    book = tmp_path_factory.mktemp("parts") / "book"
    (book / "chapters").mkdir(parents=True)
    names = ["before", "one", "two", "three", "after"]
    for name in names:
        text = f"# On {name} {{#sec-{name}}}\n\nText of {name}.\n\n"
        text += "".join(f"{'#' * level} Level {level} in {name}\n\nMore.^[A note.]\n\n" for level in range(2, 7))
        (book / f"chapters/{name}.md").write_text(text, "utf-8")
    (book / "book.yaml").write_text(
        "title: Parts\nlanguage: ru\ndate: 2026-01-02\nfront: [before.md]\nback: [after.md]\n"
        "parts:\n  - {title: Revolution, label: part-r, chapters: [one.md, two.md]}\n"
        "  - {title: Recognition, label: part-s, chapters: [three.md]}\n",
        "utf-8",
    )
    return render(build(book))


# Built files that were changed by hand


def in_page(name: str, change: Callable[[str], str]) -> Callable[[Path, str], None]:
    """A change of one page, in the EPUB or on the web."""

    def apply(out: Path, where: str) -> None:
        if where == "EPUB":
            with zipfile.ZipFile(out / "book.epub") as old:
                files = {item: old.read(item) for item in old.namelist()}
            page = f"EPUB/{name}.xhtml"
            files[page] = _changed(files[page].decode(), change).encode()
            made = io.BytesIO()
            with zipfile.ZipFile(made, "w") as new:
                for item, content in files.items():
                    new.writestr(item, content)
            (out / "book.epub").write_bytes(made.getvalue())
        else:
            page = out / "html" / f"{name}.html"  # type: ignore[assignment]
            Path(page).write_text(_changed(Path(page).read_text("utf-8"), change), "utf-8")

    return apply


def _changed(text: str, change: Callable[[str], str]) -> str:
    changed = change(text)
    assert changed != text
    return changed


def put(pattern: str, by: str, count: int = 1) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, by, text, count=count, flags=re.DOTALL)


def swapped(pattern: str) -> Callable[[str], str]:
    """The first two things of a pattern, one in the place of the other."""

    def change(text: str) -> str:
        one, two = list(re.finditer(pattern, text, re.DOTALL))[:2]
        return text[: one.start()] + two[0] + text[one.end() : two.start()] + one[0] + text[two.end() :]

    return change


_NOTE = r'<div id="note-harbours-\d"[^>]*>.*?</div>\n'
_LAST_WORDS = r'(role="doc-backlink"[^>]*>\d</a>) (.*?)</p>'


def _texts_swapped(text: str) -> str:
    """Two notes that keep their numbers, each with the other's text."""
    one, two = list(re.finditer(_LAST_WORDS, text, re.DOTALL))[:2]
    return text[: one.start(2)] + two[2] + text[one.end(2) : two.start(2)] + one[2] + text[two.end(2) :]


# What is done, in which page, how, and what the one line says about it.
SCREENS = {
    "a note dropped": ("harbours", put(_NOTE, ""), "the note 1 “Fernand Braudel, .* is missing"),
    "two notes swapped": ("harbours", swapped(_NOTE), "the note . “.*” stands in another place"),
    "the texts of two notes swapped": ("harbours", _texts_swapped, "the note .*"),
    "the number of a note": (
        "harbours",
        put(r'(role="doc-backlink"[^>]*>)2', r"\g<1>4"),
        "the note 4 reads “4 Braudel,.*”, in the others “2 ",
    ),
    "the mark of a note": ("harbours", put(r'(role="doc-noteref"[^>]*>)2', r"\g<1>3"), "the paragraph reads .*⁅3⁆.*”, in the others .*⁅2⁆"),
    "a mark of a note dropped": ("ledgers", put(r"<sup class=\"noteref\">.*?</sup>", ""), "the paragraph reads "),
    "an entry missing": ("bibliography", put(r'<li id="ref-coase1937">.*?</li>', ""), "the entry “Coase, R. H. .* is missing"),
    "two entries swapped": ("bibliography", swapped(r'<li id="ref-.*?</li>'), "the entry “.*” stands in another place"),
    "an entry twice": ("bibliography", put(r'(<li id="ref-coase1937">.*?</li>)', r"\1\1"), "the entry “Coase, .*” stands in it alone"),
    "a heading lost": ("harbours", put("<h2>.*?</h2>", ""), "the heading “1.1 Words in other languages” is missing"),
    "a heading renumbered": (
        "harbours",
        put(r'<h2><span class="number">1\.1', '<h2><span class="number">1.2'),
        "the heading reads “1.2 Words in .*”, in the others “1.1 Words",
    ),
    "a heading reworded": ("harbours", put(r"</span> Words in", "</span> Words from"), "the heading reads "),
    "a chapter renumbered": (
        "ledgers",
        put(r'number">Chapter 2<', 'number">Chapter 3<'),
        "the chapter reads “Chapter 3 Led.*”, in the others “.*2",
    ),
    "a caption": ("harbours", put("drawn as nine bars", "drawn as ten bars"), "the caption reads “.* ten .*”, in the others “.* nine"),
    "the number of a figure": ("harbours", put(r'label">Figure 1\.1', 'label">Figure 1.2'), "the caption reads “Figure 1.2"),
    "a figure's caption lost": ("harbours", put("<figcaption>.*?</figcaption>", ""), "the caption “Figure 1.1. A quay .*” is missing"),
    "a row missing": ("ledgers", put(r"<tr>\s*<td[^>]*>7</td>.*?</tr>", ""), r"the row of a table “7 \| Ship of .* is missing"),
    "two rows swapped": ("ledgers", swapped(r"<tr>\s*<td[^>]*>\d</td>.*?</tr>"), "the row of a table “.*” stands in another place"),
    "a cell": ("ledgers", put(">4,000<|>240<", ">420<"), r"the row of a table reads “.*420”, in the others “.*240”"),
    "a cross-reference": (
        "harbours",
        put(r"(Table.)2\.1</a>", r"\g<1>2.2</a>"),
        "the paragraph reads “.*Table 2.2.*”, in the others “.*Table 2.1",
    ),
    "a citation in a note gone": ("ledgers", put(r"; (<a [^>]*>)R. H. Coase.*?\)", ")"), "the note 2 reads "),
    "words added": (
        "preface",
        put("This book is small", "This book is very small"),
        "the paragraph reads “.* very small, .*”, in the others",
    ),
    "a paragraph lost": (
        "preface",
        put(r'<p(?: id="par-\d+")?>(?:For the readers of proofs|<em>For.*?)</p>', ""),
        "the paragraph “For the readers of proofs” is missing",
    ),
    "a formula": ("harbours", put("<mi>d</mi></mrow><msqrt>", "<mi>e</mi></mrow><msqrt>"), "the paragraph reads "),
    "the number of a formula": ("harbours", put(r"\(1\.1\)", "(1.2)"), "the paragraph reads “.*1.2.*”, in the others “.*1.1"),
}


class TestScreens:
    @pytest.mark.parametrize("where", ["EPUB", "web edition"])
    @pytest.mark.parametrize("what", SCREENS)
    def test_a_page_changed_by_hand(self, sampler: Path, tmp_path: Path, what: str, where: str) -> None:
        name, change, said = SCREENS[what]
        out = shutil.copytree(sampler, tmp_path / "output", ignore=shutil.ignore_patterns("work"))
        in_page(name, change)(out, where)
        found = compared(out)
        assert {one.edition for one in found} == {where}
        assert 1 <= len(found) <= 2
        assert any(re.match(said, one.said) for one in found), found
        assert all(one.place.file.endswith((f"{name}.xhtml", f"{name}.html", "book.epub", "html")) for one in found)

    @pytest.mark.parametrize("where", ["EPUB", "web edition"])
    def test_a_chapter_missing(self, sampler: Path, tmp_path: Path, where: str) -> None:
        out = shutil.copytree(sampler, tmp_path / "output", ignore=shutil.ignore_patterns("work"))
        item = r'<li[^>]*><a (?:class="chapter-link" )?href="'
        entry = rf'{item}ledgers\.x?html">.*?(?={item}weights)'
        in_page("nav_page" if where == "EPUB" else "index", put(entry, ""))(out, where)
        (found,) = compared(out)
        assert found.edition == where
        assert re.fullmatch("the chapter “(Chapter )?2 Ledgers” is missing", found.said)

    def test_all_three_differ(self, sampler: Path, tmp_path: Path) -> None:
        out = shutil.copytree(sampler, tmp_path / "output", ignore=shutil.ignore_patterns("work"))
        in_page("preface", put("This book", "This tome"))(out, "EPUB")
        in_page("preface", put("This book", "This volume"))(out, "web edition")
        assert [one.edition for one in compared(out)] == ["PDF", "EPUB"]


# A PDF that was made from another tree


def _drop_note(record: Any) -> None:
    chapter = record["chapters"][1]
    chapter["blocks"] = tree.transform(chapter["blocks"], lambda e: [] if tree.identifier(e) == "note-harbours-2" else None)


def _number(kind: str, of: str, to: str) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        (found,) = [e for e in tree.walk([c["blocks"] for c in record["chapters"]]) if e["t"] == kind and tree.identifier(e) == of]
        tree.set_value(found, "label" if kind in ("Figure", "Table") else "number", to)

    return change


def _words(old: str, new: str) -> Callable[[Any], None]:
    def change(record: Any) -> None:
        changed = json.dumps(record["chapters"], ensure_ascii=False).replace(old, new)
        assert json.loads(changed) != record["chapters"]
        record["chapters"] = json.loads(changed)

    return change


def _drop_block(chapter: int, at: int) -> Callable[[Any], None]:
    return lambda record: record["chapters"][chapter]["blocks"].pop(at)


def _swap_notes(record: Any) -> None:
    one, two = [e for e in tree.walk(record["chapters"][1]["blocks"]) if tree.identifier(e) in ("note-harbours-1", "note-harbours-2")]
    one["c"][1], two["c"][1] = two["c"][1], one["c"][1]


def _drop_row(record: Any) -> None:
    (table,) = [e for e in tree.walk(record["chapters"][2]["blocks"]) if tree.identifier(e) == "tbl-ships"]
    del table["c"][4][0][3][20]


def _entries(change: Callable[[list[Any]], None]) -> Callable[[Any], None]:
    return lambda record: change(record["chapters"][-1]["blocks"][1]["c"][1])


PRINT = {
    "a note dropped": (_drop_note, "the note 2 “Braudel, .* is missing"),
    "the number of a note": (_number("Span", "note-harbours-2", "9"), "the note 9 reads “9 Braudel"),
    "a heading renumbered": (_number("Header", "sec-words", "1.7"), "the heading reads “1.7 Words"),
    "the texts of two notes swapped": (_swap_notes, "the note 1 reads “.*Braudel, The Med"),
    "a caption": (_words("nine", "ten"), "the caption reads “.* ten .*”, in the others “.* nine"),
    "a cross-reference": (_words("Equation\u00a01.1", "Equation\u00a01.2"), "the paragraph reads “.*1.2.*”, in the others “.*1.1"),
    "a citation": (_words('"Coase,"', '"Case,"'), "the note . reads “.*Case,.*”, in the others “.*Coase,"),
    "a heading lost": (_drop_block(2, 3), "the heading “2.1 Entries” is missing"),
    "the number of a figure": (_number("Figure", "fig-quay", "Figure 1.9"), "the caption reads “Figure 1.9"),
    "the number of a table": (_number("Table", "tbl-leaves", "Table 2.9"), "the caption reads “Table 2.9"),
    "a row missing": (_drop_row, r"the row of a table “21 \| Ship .* is missing"),
    "words added": (_words("small,", "very small,"), "the paragraph reads “.* very small, .*”, in the others"),
    "an entry missing": (_entries(lambda entries: entries.pop(1)), "the entry “Coase, R. H. .* is missing"),
    "two entries swapped": (_entries(list.reverse), "the entry “.*” stands in another place"),
    "a chapter missing": (lambda record: record["chapters"].pop(0), "the chapter “Preface” is missing"),
    "two chapters swapped": (
        lambda record: record["chapters"].insert(1, record["chapters"].pop(2)),
        "the chapter “.*” stands in another place",
    ),
}


class TestPrint:
    @pytest.mark.parametrize("what", PRINT)
    def test_a_pdf_of_a_changed_tree(self, sampler: Path, tmp_path: Path, what: str) -> None:
        change, said = PRINT[what]
        book = tmp_path / "book"
        shutil.copytree(sampler, book / "output")
        record = tools.read_json(sampler / "work/4-cited/book.json")
        change(record)
        for link in tree.walk([chapter["blocks"] for chapter in record["chapters"]]):
            if link["t"] == "Link" and link["c"][2][0].startswith("#"):
                link["c"][2][0] = "https://example.org/"  # what was taken out may be linked to
        found = compared(render(book, record, only_pdf=True))
        assert {one.edition for one in found} == {"PDF"}
        assert any(re.match(said, one.said) for one in found), found

    def test_text_off_the_page_or_not_drawn_is_not_seen(self) -> None:
        with pikepdf.new() as made:
            made.add_blank_page(page_size=(100, 100))
            page = made.pages[0]
            face = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
            page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=face))
            said = ["BT /F 9 Tf 10 10 Td (seen) Tj ET", "BT /F 9 Tf 10 -10 Td (below) Tj ET", "BT 3 Tr /F 9 Tf 10 10 Td (unseen) Tj ET"]
            page.Contents = made.make_stream("".join(f"/P <</MCID {i}>> BDC {text} EMC " for i, text in enumerate(said)).encode())
            (read,) = glyphs.texts(made).values()
        assert read == {0: "seen"}


class TestTheSame:
    def test_the_sampler(self, sampler: Path) -> None:
        assert compared(sampler) == []

    def test_the_tiny_book(self, tmp_path: Path) -> None:
        assert compared(whole("tiny", tmp_path)) == []

    def test_parts_and_headings_of_every_level(self, parts: Path) -> None:
        assert compared(parts) == []
        titles = [chapter.title for chapter in read_html(parts / "html").chapters]
        assert titles[:4] == ["On before", "Часть I Revolution", "Глава 1 On one", "Глава 2 On two"]
        assert titles[4:] == ["Часть II Recognition", "Глава 3 On three", "On after"]

    def test_notes_that_run_over_pages_and_words_broken_at_their_own_hyphens(self, tmp_path: Path) -> None:
        (tmp_path / "chapters").mkdir()
        words = "co-operation well-being self-determination Hafenmeistereiverwaltungsgebäude неприкосновенность office fjord "
        text = "# Long\n\n" + "".join(f"{words * 9}^[{words * 60} {i}]\n\n" for i in range(4))
        (tmp_path / "chapters/long.md").write_text(text, "utf-8")
        (tmp_path / "book.yaml").write_text("title: Long\nlanguage: en\ndate: 2026-01-02\nchapters: [long.md]\n", "utf-8")
        out = render(build(tmp_path))
        with pikepdf.open(out / "book.pdf") as made:
            assert len(made.pages) > 9
        assert len(read_pdf(out / "book.pdf").chapters[0].notes) == 4
        assert compared(out) == []

    def test_something_was_read(self, sampler: Path) -> None:
        for seen in (read_pdf(sampler / "book.pdf"), read_epub(sampler / "book.epub"), read_html(sampler / "html")):
            harbours = seen.chapters[1]
            assert (len(seen.chapters), len(harbours.notes), len(seen.chapters[2].tables)) == (5, 4, 50)
            assert [item.text[:10] for item in (*harbours.body, *harbours.figures) if item.what == "caption"] == ["Figure 1.1"]
            assert [note.number for note in harbours.notes] == ["1", "2", "3", "4"]
            assert any("Hafenmeistereiverwaltungsgebäude" in squeezed(item.text) for item in harbours.body)


# Small random books

_VOCABULARY = (
    "the treaty of Rapallo well-known naïve Łódź договор книга официальный λιμάνι co-operation 1917 — fjord office-bound œuvre "
    "Straße l’État “quoted” (bracketed) unbelievableconstructions Наркоминдел"
)
_WORDS = st.lists(st.sampled_from(_VOCABULARY.split()), min_size=1, max_size=40).map(" ".join)


@st.composite
def chapters(draw: st.DrawFn, name: str, names: list[str]) -> str:
    """The Markdown of a chapter: headings, notes, tables, citations, references, lists, in any order."""
    blocks = [f"# {draw(_WORDS)[:60]} {{#sec-{name}}}"]
    level, tables = 1, 0
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["text", "heading", "note", "table", "citation", "reference", "list", "quote", "language"]))
        words = draw(_WORDS)
        if kind == "heading":
            level = draw(st.integers(2, min(level + 1, 5)))
            blocks.append(f"{'#' * level} H{words[:50]}")
        elif kind == "note":
            blocks.append(f"{words}^[{draw(_WORDS)} [@coase1937, p. {draw(st.integers(1, 99))}]] and more.^[{draw(_WORDS)}]")
        elif kind == "table":
            tables += 1
            rows = "".join(f"| {draw(_WORDS)[:30].strip()} | {i} |\n" for i in range(draw(st.integers(1, 40))))
            blocks.append(f"| A | B |\n|---|--:|\n{rows}\n: Caption {words} {{#tbl-{name}-{tables}}}\n\nSee @tbl-{name}-{tables}.")
        elif kind == "citation":
            blocks.append(f"{words} [@{draw(st.sampled_from(['coase1937', 'braudel1972']))}].")
        elif kind == "reference":
            blocks.append(f"{words} @sec-{draw(st.sampled_from(names))}.")
        elif kind == "list":
            blocks.append("\n".join(f"{draw(st.sampled_from(['-', '1.']))} {draw(_WORDS)}" for _ in range(2)))
        elif kind == "quote":
            blocks.append(f"> {words}\n>\n> {draw(_WORDS)}")
        elif kind == "language":
            blocks.append(f"{words} [{draw(_WORDS)}]{{lang=ru}} {draw(_WORDS)}")
        else:
            blocks.append(words)
    return "\n\n".join(blocks) + "\n"


@st.composite
def books(draw: st.DrawFn) -> dict[str, str]:
    """The files of a book of one to three chapters."""
    names = ["one", "two", "three"][: draw(st.integers(1, 3))]
    style = draw(st.sampled_from(["chicago-notes-bibliography", "chicago-author-date", "ieee"]))
    listed = ", ".join(f"{name}.md" for name in names)
    language = draw(st.sampled_from(["en", "ru", "de", "fr"]))
    files = {f"chapters/{name}.md": draw(chapters(name, names)) for name in names}
    return files | {
        "book.yaml": f"title: Random\ndate: 2026-01-02\nlanguage: {language}\nbibliography: {{csl: {style}}}\nchapters: [{listed}]\n"
    }


class TestRandomBooks:
    @settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(books())
    def test_their_editions_agree(self, files: dict[str, str]) -> None:
        with tempfile.TemporaryDirectory(prefix="octavo-test-") as name:
            book = Path(name) / "book"
            shutil.copytree(HERE / "books/sampler/bibliography", book / "bibliography")
            for file, text in files.items():
                (book / file).parent.mkdir(exist_ok=True)
                (book / file).write_text(text, "utf-8")
            assert compared(render(build(book))) == []


# The parts


class TestText:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("ﬁnd the ﬂat oﬃce", "find the flat office"),
            ("un\u00adbe\u00adliev\u00adable", "unbelievable"),
            ("well-\nknown", "well-known"),
            ("p.\u00a041 and «\u202foui\u202f»", "p. 41 and « oui »"),
            ("a\u2060b\u200bc", "abc"),
        ],
    )
    def test_what_a_reader_takes_for_the_same(self, one: str, other: str) -> None:
        assert squeezed(one) == squeezed(other)

    @pytest.mark.parametrize(("one", "other"), [("well-known", "wellknown"), ("1917–18", "1917-18"), ("Łódź", "Lodz"), ("“a”", '"a"')])
    def test_what_a_reader_does_not(self, one: str, other: str) -> None:
        assert squeezed(one) != squeezed(other)

    def test_letters_from_right_to_left_in_either_order(self) -> None:
        assert squeezed("the שלום word") == squeezed("the םולש word")

    def test_a_formula_drawn_in_another_order(self) -> None:
        assert formula("𝑇 = 𝑤⋅𝑑 √𝑘 + ∑ 𝑛 𝑖=1 𝑠𝑖 (1.1)") == formula("T=w⋅dk+∑i=1nsi(1.1)")


class TestIndex:
    """Page numbers in print where screens have sections: only what stands before and after them is compared."""

    def seen(self, edition: str, *entries: str) -> Seen:
        return Seen(edition, edition, [Chapter("Index", f"{edition}/index.html", "index", [Item("paragraph", entry) for entry in entries])])

    def test_locators_are_no_difference(self) -> None:
        screen = (f"Litvinov, Maxim, {PAGES}", f"security, collective, {PAGES}. See also treaties", "treaties", f"USSR {PAGES}")
        printed = ("Litvinov, Maxim, 41n7, 52–54, 60 Anm. 2, iv", "security, collective, 3. See also treaties", "treaties", "USSR 1, 3")
        assert list(differences(self.seen("PDF", *printed), self.seen("EPUB", *screen), self.seen("web", *screen))) == []

    def test_a_heading_gone_or_changed_is_one(self) -> None:
        screen = (f"Litvinov, Maxim, {PAGES}", f"Stalin, Joseph, {PAGES}", f"treaties {PAGES}")
        printed = ("Litvinov, Maksim, 41n7, 52", "treaties 5")
        found = list(differences(self.seen("PDF", *printed), self.seen("EPUB", *screen), self.seen("web", *screen)))
        assert [one.said for one in found] == [
            "the entry reads “Litvinov, Maksim, 41n7, 52”, in the others “Litvinov, Maxim, …”",
            "the entry “Stalin, Joseph, …” is missing",
        ]


def page(body: str) -> Chapter:
    chapter = Chapter("", "web/one.html")
    Text(chapter).feed(f"<body><nav>Contents</nav><main>{body}</main><footer>Imprint</footer></body>")
    return chapter


def of(*chapters: Chapter, edition: str = "web") -> Seen:
    return Seen(edition, edition, list(chapters))


class TestForms:
    """What each edition does in its own way is no difference; what is wrong within it is one."""

    def found(self, printed: Chapter, screen: str, only: tuple[str, ...] = ()) -> list[str]:
        seen = differences(of(printed, edition="PDF"), of(page(screen), edition="EPUB"), of(page(screen)), {}, only)
        return [f"{one.edition} {one.said}" for one in seen]

    def test_an_index(self) -> None:
        screen = (
            '<section role="doc-index"><h1>Index</h1><p class="letters"><a href="#l">L</a> <a href="#s">S</a></p>'
            '<ul><li>Litvinov, Maxim, <span class="index-locator-list"><a href="#a">3.2</a></span><ul><li>his youth'
            ', <span class="locators"><a href="#a">3.1n7</a></span></li></ul></li><li>Soviets. <i>See</i> councils</li></ul></section>'
        )
        body = [
            Item("paragraph", text)
            for text in ("Litvinov, Maxim, 41–43, 52n7", "Litvinov, Maxim (continued)", "his youth, 40", "Soviets. See councils")
        ]
        assert self.found(Chapter("Index", "", body=body), screen) == []
        assert self.found(Chapter("Index", "", body=body[:3]), screen) == ["PDF the entry “Soviets. See councils” is missing"]

    def test_a_list_of_figures(self) -> None:
        screen = '<section class="list"><h1>Figures</h1><ul><li>1.1 A quay</li><li>1.2 A crane</li></ul></section>'
        assert self.found(Chapter("Figures", "", body=[Item("paragraph", "1.1A quay5"), Item("paragraph", "1.2A crane12")]), screen) == []
        assert self.found(Chapter("Figures", "", body=[Item("paragraph", "1.1A quay5")]), screen) != []

    def test_notes_that_print_sets_as_text(self) -> None:
        screen = (
            '<h1>One</h1><p>Text<sup><a role="doc-noteref">1</a></sup></p><section role="doc-endnotes"><h2>Notes</h2>'
            '<div role="doc-footnote"><p><a role="doc-backlink">1</a> A note.</p></div></section><h2>Works</h2>'
        )
        body = [Item("paragraph", "Text1"), Item("heading", "Notes"), Item("paragraph", "1. A note."), Item("heading", "Works")]
        assert self.found(Chapter("One", "", body=body), screen) == []
        body[2] = Item("paragraph", "2. A note.")
        assert self.found(Chapter("One", "", body=body), screen) == ["PDF the paragraph reads “2. A note.”, in the others “1. A note.”"]

    def test_a_chapter_of_notes(self) -> None:
        note = '<div role="doc-footnote"><p><a>1</a> A note.</p><p>More.</p></div>'
        screen = f'<section role="doc-endnotes"><h1>Notes</h1><h2>1 Ports</h2>{note}</section>'
        body = [Item("heading", "1 Ports"), Item("paragraph", "1. A note."), Item("paragraph", "More.")]
        assert self.found(Chapter("Notes", "", body=body), screen) == []

    def test_a_reference_to_a_page(self) -> None:
        screen = '<h1>One</h1><p>See <span class="page-reference"><a href="#x">Section 3.1</a></span>, above.</p>'
        assert self.found(Chapter("One", "", body=[Item("paragraph", "See p. 41, above.")]), screen) == []
        assert self.found(Chapter("One", "", body=[Item("paragraph", "See p. 41, below.")]), screen) != []

    def test_what_was_written_for_one_edition(self) -> None:
        screen = "<h1>One</h1><p>Made for a screen.</p><p>It changes.</p>"
        printed = Chapter("One", "", body=[Item("paragraph", "Made for the page.")])
        assert self.found(printed, screen, ("thepage", "ascreen", "Itchanges.")) == []
        assert self.found(printed, screen, ("thepage", "ascreen")) == ["PDF the paragraph “It changes.” is missing"]

    def test_captions_that_print_does_not_tell_from_text(self) -> None:
        screen = "<h1>One</h1><figure><pre>x = 1</pre><figcaption>Listing 1.1. A sum</figcaption></figure><p>Text</p>"
        body = [Item("paragraph", "Listing 1.1. A sum"), Item("paragraph", "x = 1"), Item("paragraph", "Text")]
        assert self.found(Chapter("One", "", body=body), screen) == []

    def test_what_nobody_reads_as_text(self) -> None:
        read = page(
            '<h1>One</h1><p>a<span role="doc-pagebreak">41</span><script>x</script><svg><text>in it</text></svg><i hidden>c</i>b</p>'
        )
        assert [item.text for item in read.body] == ["ab"]


class TestCommand:
    def test_findings_name_the_chapter_and_stop_the_build(
        self, sampler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for other in ("epubcheck", "ace", "nu", "axe"):
            monkeypatch.setattr(validate, other, lambda _: [])
        out = shutil.copytree(sampler, tmp_path / "output", ignore=shutil.ignore_patterns("work"))
        shutil.copy(sampler / "work/4-cited/book.json", tmp_path / "cited.json")
        argv = ["output/book.pdf", "output/book.epub", "output/html", "cited.json", "output/check/editions.json"]
        with contextlib.chdir(tmp_path):
            assert validate.main(argv) == 0
            in_page("harbours", put(r'<h2><span class="number">1\.1', '<h2><span class="number">1.2'))(out, "EPUB")
            assert validate.main(argv) == 1
        report = json.loads((out / "check/editions.json").read_text("utf-8"))
        (found,) = report["findings"]
        assert (found["code"], found["name"], found["severity"]) == ("EDN001", "editions-differ", "error")
        said = (
            "chapters/harbours.md:1:1: EDN001 EPUB: the heading reads “1.2 Words in other …”, in the others “1.1 Words in other …”, under “"
        )
        assert capsys.readouterr().out.startswith(said)

    @pytest.mark.parametrize("read", [read_pdf, read_epub, read_html])
    def test_an_edition_that_is_not_there_or_not_one(self, read: Callable[[Path], Seen], tmp_path: Path) -> None:
        with pytest.raises(UserError, match="cannot be read"):
            read(tmp_path / "none")
        (tmp_path / "some").write_bytes(b"no edition")
        with pytest.raises(UserError, match="cannot be read"):
            read(tmp_path / "some")

    def test_a_pdf_without_structure(self, tmp_path: Path) -> None:
        with pikepdf.new() as made:
            made.add_blank_page()
            made.save(tmp_path / "a.pdf")
        with pytest.raises(UserError, match="no structure tree"):
            read_pdf(tmp_path / "a.pdf")


class TestCatalogue:
    def test_codes_of_what_is_found_after_rendering(self) -> None:
        known = [f"{check.code} {check.name} {check.severity}" for check in checks.after_rendering().values()]
        assert known == [
            "EDN001 editions-differ error",
            "EDN002 leaked-markup error",
            "EDN003 empty-citation error",
            "EDN004 doubled-punctuation warning",
            "EDN005 epub-invalid error",
            "EDN006 pdf-not-accessible error",
            "EDN007 html-invalid error",
            "EDN008 axe-violation error",
            "EDN009 remote-resource error",
            "EDN010 not-reproducible error",
            "MET003 metadata-disagrees error",
        ]
        assert not set(checks.after_rendering()) & set(checks.catalogue())

    @pytest.mark.parametrize("code", checks.after_rendering())
    def test_every_docstring_has_a_bad_and_a_good_example(self, code: str) -> None:
        page = manual.page_of(checks.after_rendering()[code])
        assert page.what
        assert page.bad != page.good
