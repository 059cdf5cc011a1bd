"""The redline: what it marks, that both texts are in it whole, and the PDF that shows it."""

from __future__ import annotations

import contextlib
import copy
import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from octavo import cite, draw, parse, redline, resolve, tools, tree
from octavo.changes import before, marks, wording
from octavo.changes.blocks import Comparison
from octavo.changes.book import Books
from octavo.model import UserError
from octavo.review import positions

TEMPLATES = Path(__file__).parent.parent / "editions"

Node = dict[str, Any]

WORDS = st.sampled_from(
    ["a", "the", "treaty", "war", "peace", "Rapallo,", "1922.", "(no)", "Litvinov’s", "well-known", "—", "Россия", "3.2", "of"]
)


def attr(kind: str = "") -> Any:
    return tree.attr("", [kind] if kind else [])


def inlines(notes: bool = True) -> Any:
    word = WORDS.map(lambda word: tree.node("Str", word))
    space = st.sampled_from([tree.node("Space"), tree.node("SoftBreak")])
    sign = st.sampled_from([tree.node("LineBreak"), tree.node("Math", {"t": "InlineMath"}, "x"), tree.node("Code", tree.attr(), "y")])
    leaf = st.one_of(word, space, word, sign)

    def wrap(children: Any) -> Any:
        line = st.lists(children, max_size=5)
        wrappers = [
            st.builds(lambda kind, inner: tree.node(kind, inner), st.sampled_from(["Emph", "Strong"]), line),
            st.builds(lambda to, inner: tree.node("Link", tree.attr("k"), inner, [to, ""]), st.sampled_from(["#a", "#b"]), line),
            st.builds(lambda kind, inner: tree.node("Span", attr(kind), inner), st.sampled_from(["citation", "added", "index", ""]), line),
        ]
        if notes:
            body = st.lists(st.builds(lambda inner: tree.node("Para", inner), line), min_size=1, max_size=2)
            wrappers.append(body.map(lambda blocks: tree.node("Span", tree.attr("note-1", ["note"]), [tree.node("Note", blocks)])))
        return st.one_of(wrappers)

    return st.lists(st.recursive(leaf, wrap, max_leaves=4), max_size=9)


def blocks() -> Any:
    line = inlines()
    para = st.builds(lambda kind, inner: tree.node(kind, inner), st.sampled_from(["Para", "Plain"]), line)
    leaf = st.one_of(
        para,
        para,
        st.builds(lambda inner: tree.node("Header", 2, tree.attr("h"), inner), line),
        st.builds(lambda lines: tree.node("LineBlock", lines), st.lists(line, max_size=3)),
        st.sampled_from([tree.node("HorizontalRule"), tree.node("CodeBlock", tree.attr(), "x = 1")]),
        table(),
    )

    def nest(children: Any) -> Any:
        some = st.lists(children, max_size=3)
        items = st.lists(some, max_size=3)
        return st.one_of(
            st.builds(lambda inner: tree.node("BlockQuote", inner), some),
            st.builds(lambda inner: tree.node("Div", attr("aside"), inner), some),
            st.builds(lambda inner: tree.node("BulletList", inner), items),
            st.builds(lambda inner: tree.node("OrderedList", [1, {"t": "Decimal"}, {"t": "Period"}], inner), items),
            st.builds(lambda terms: tree.node("DefinitionList", terms), st.lists(st.tuples(line, items).map(list), max_size=3)),
            st.builds(lambda caption, inner: tree.node("Figure", attr(), [None, caption], inner), some, some),
        )

    return st.lists(st.recursive(leaf, nest, max_leaves=4), max_size=5)


def table() -> Any:
    cell = st.lists(inlines(notes=False).map(lambda inner: tree.node("Plain", inner)), max_size=1)

    def made(columns: int) -> Any:
        cells = st.lists(cell, min_size=columns, max_size=columns)
        row = cells.map(lambda given: [tree.attr(), [[tree.attr(), {"t": "AlignDefault"}, 1, 1, inner] for inner in given]])
        rows = st.lists(row, max_size=3)
        specs = [[{"t": "AlignDefault"}, {"t": "ColWidthDefault"}]] * columns
        return st.builds(
            lambda head, body: tree.node(
                "Table", tree.attr(), [None, []], specs, [tree.attr(), head], [[tree.attr(), 0, [], body]], [tree.attr(), []]
            ),
            rows, rows,
        )  # fmt: skip

    return st.integers(1, 2).flatmap(made)


@st.composite
def edited(draw: Any) -> tuple[list[Node], list[Node]]:
    """Two states of a text: the second is the first with pieces left out, put elsewhere or taken from another."""
    old = draw(blocks())
    new = copy.deepcopy(old)
    for fresh in draw(blocks()):
        new.insert(draw(st.integers(0, len(new))), fresh)
    if new and draw(st.booleans()):
        new.insert(draw(st.integers(0, len(new) - 1)), new.pop(draw(st.integers(0, len(new) - 1))))
    for element in list(tree.walk(new)):
        if element["t"] == "Str" and draw(st.integers(0, 4)) == 0:
            element["c"] = draw(WORDS)
        if element["t"] in ("Para", "Plain", "Emph") and element["c"] and draw(st.integers(0, 3)) == 0:
            element["c"].pop(draw(st.integers(0, len(element["c"]) - 1)))
        if element["t"] in ("BulletList", "BlockQuote", "LineBlock", "DefinitionList") and element["c"] and draw(st.integers(0, 3)) == 0:
            element["c"].pop()
    return old, new


class TestBothTextsAreInIt:
    @given(edited())
    @settings(max_examples=120, deadline=None)
    def test_accepting_all_gives_the_new_text_and_refusing_all_the_old(self, texts: tuple[list[Node], list[Node]]) -> None:
        old, new = texts
        before, after = wording.of_blocks(old), wording.of_blocks(new)
        made = Comparison().blocks(old, new)
        assert wording.of_blocks(marks.accepted(made)) == after
        assert wording.of_blocks(marks.refused(made)) == before

    @given(blocks())
    @settings(max_examples=40, deadline=None)
    def test_a_text_beside_itself_has_no_mark(self, text: list[Node]) -> None:
        made = Comparison().blocks(copy.deepcopy(text), text)
        assert not any(marks.mark_of(element) for element in tree.walk(made))
        assert wording.of_blocks(made) == wording.of_blocks(text)


BOOK = """
title: Treaties
language: en
date: 2026-11-22
chapters: [war.md, peace.md, FILE]
"""

WAR = """# War {#sec-war}

The envoys met at Rapallo in the spring of that year, and they signed before Easter.[^1] Nobody had expected it.

The second paragraph stays exactly as it was in both states of this small book, word for word and point for point.

A passage of a good many words that will be found at the end of the chapter in the later state of the book.

[^1]: The text is printed in *Documents*, volume V [@smith1990, p. 4].

- A first item
- A second item that goes

| Treaty  | Year |
|---------|------|
| Rapallo | 1922 |
| Locarno | 1925 |
| Berlin  | 1926 |

: Treaties {#tbl-treaties}

See @fig-map for the places.

![A map of the places](map.png){#fig-map alt="A map" width=3cm}
"""

WAR_NOW = """# War and Diplomacy {#sec-war}

![A portrait](portrait.png){#fig-portrait alt="A portrait" width=3cm}

The envoys met at Genoa in the spring of that year, and they signed before Easter.[^1] Nobody had expected it.[^2]

The second paragraph stays exactly as it was in both states of this small book, word for word and point for point.

[^1]: The text is printed in *Documents*, volume VI [@smith1990, p. 4].

[^2]: A wholly new note [@jones2001].

- A first item

| Treaty  | Year |
|---------|------|
| Rapallo | 1922 |
| Berlin  | 1926 |

: Treaties {#tbl-treaties}

See @fig-map for the {++many ++}places.

![A map of the places](map.png){#fig-map alt="A map" width=3cm}

A passage of a good many words that will be found at the end of the chapter in the later state of the book.
"""

PEACE = """# Peace {#sec-peace}

It came late.

## A section that goes

> A quotation of some length that is deleted with its whole section, and nobody misses it.
"""

OTHER = """# Sources

A chapter whose file is called otherwise later, though its words are still the same ones, more or less.
"""

ENTRY = "@book{{{key}, author = {{{name}, A.}}, title = {{{title}}}, date = {{{year}}}, location = {{London}}, publisher = {{Press}}}}\n"
SMITH = ENTRY.format(key="smith1990", name="Smith", title="Old Letters", year=1990)
JONES = ENTRY.format(key="jones2001", name="Jones", title="New Letters", year=2001)


def git(folder: Path, *argv: str) -> str:
    setting = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *setting, *argv], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def write(book: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        (book / name).write_text(text, "utf-8")


def cited(book: Path) -> tuple[Path, Path]:
    work = Path("output/work")
    with contextlib.chdir(book):
        parse.main([str(work / "1-parsed/book.json")])
        draw.main([str(work / "1-parsed/figures")])
        resolve.main([str(work / part) for part in ("1-parsed/book.json", "1-parsed/figures", "3-resolved/book.json", "3-resolved/images")])
        cite.main([str(work / "3-resolved/book.json"), str(work / "4-cited/book.json")])
    return book / work / "4-cited/book.json", book / work / "3-resolved/images"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book in a folder of its repository: committed as it was and tagged, then changed."""
    top = tmp_path_factory.mktemp("redline")
    folder = top / "works" / "book"
    write(
        folder,
        {
            "book.yaml": BOOK.replace("FILE", "other.md"), "chapters/war.md": WAR, "chapters/peace.md": PEACE, "chapters/other.md": OTHER,
            "bibliography/all.bib": SMITH, ".gitignore": "output/\n",
        },
    )  # fmt: skip
    Image.new("RGB", (90, 60), "navy").save(folder / "chapters/map.png")
    (folder / "chapters/stray.md").symlink_to("/etc/hostname")
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-q", "-m", "as it was")
    git(top, "tag", "v1")
    (folder / "chapters/other.md").unlink()
    (folder / "chapters/stray.md").unlink()
    write(
        folder,
        {
            "book.yaml": BOOK.replace("FILE", "sources.md"), "chapters/war.md": WAR_NOW,
            "chapters/sources.md": OTHER.replace("later", "now"), "chapters/peace.md": PEACE.split("##")[0],
            "bibliography/all.bib": SMITH + JONES,
        },
    )  # fmt: skip
    Image.new("RGB", (60, 90), "maroon").save(folder / "chapters/portrait.png")
    cited(folder)
    return folder


@pytest.fixture(scope="module")
def pages(book: Path) -> list[str]:
    """The words of each page of the redline, made by the command that the workflow runs."""
    with contextlib.chdir(book):
        redline.main(
            ["output/work/4-cited/book.json", "output/work/3-resolved/images", str(TEMPLATES), "output/treaties-redline.pdf", "v1"]
        )
    reader = pypdf.PdfReader(io.BytesIO((book / "output/treaties-redline.pdf").read_bytes()))
    return [re.sub(r"\s+", " ", page.extract_text().replace("\u2060", "")) for page in reader.pages]


class TestFirstPage:
    def test_it_names_the_two_states(self, pages: list[str]) -> None:
        assert re.search(r"Base v1 \(commit [0-9a-f]{7}\), .* Now uncommitted", pages[0])

    def test_it_lists_the_chapters_with_the_words_that_came_and_went(self, pages: list[str]) -> None:
        assert re.search(r"1 War and Diplomacy formerly War \+ \d+ − \d+ 1 1 2 Peace − 20 3 3 Sources \+ 1 − 1 4", pages[0])

    def test_it_counts_notes_citations_and_entries(self, pages: list[str]) -> None:
        assert "Notes + 1 1 changed Citations + 1 Bibliography + 1" in pages[0]
        assert "+ Jones, A. New Letters. Press, 2001." in pages[0]

    def test_it_says_which_numbers_shifted(self, pages: list[str]) -> None:
        assert "Figure 1.1 is now Figure 1.2" in pages[0]


class TestPages:
    def test_old_and_new_words_stand_side_by_side(self, pages: list[str]) -> None:
        text = " ".join(pages)
        assert "met at RapalloGenoa in the spring" in text
        assert "volume VVI (A. Smith" in text
        assert "2. A wholly new note (A. Jones, New Letters" in text
        assert "See Figure 1.11.2 for the many places" in text
        assert "A second item that goes" in text

    def test_a_row_that_is_gone_stands_in_its_table(self, pages: list[str]) -> None:
        assert "Treaty Year Rapallo 1922 Locarno 1925 Berlin 1926" in " ".join(pages)

    def test_a_moved_passage_stands_in_both_places_each_with_the_page_of_the_other(self, pages: list[str]) -> None:
        assert sum("A passage of a good many words that" in page for page in pages) == 2
        assert sum("to p. 2" in page for page in pages) == 1
        assert sum("from p. 1" in page for page in pages) == 1

    def test_a_heading_that_is_gone_is_not_in_the_bookmarks(self, book: Path, pages: list[str]) -> None:
        titles = [str(item["/Title"]) for item in bookmarks(book)]
        assert any("A section that goes" in page for page in pages)
        assert "A section that goes" not in titles
        assert [title for title in titles if "Peace" in title]

    def test_it_is_tagged_as_the_draft_is(self, book: Path, capfd: pytest.CaptureFixture[str]) -> None:
        assert b"pdfuaid" in (book / "output/treaties-redline.pdf").read_bytes()
        assert "without the marks of accessibility" not in capfd.readouterr().err

    def test_it_carries_the_map_by_which_comments_find_their_lines(self, book: Path, pages: list[str]) -> None:
        assert pages
        with pikepdf.open(book / "output/treaties-redline.pdf") as document:
            (found,) = positions.get(document).values()
        (piece,) = [piece for piece in found.pieces if "genoa" in piece.words]
        assert (found.files[piece.line_of(0)[0]], piece.line_of(0)[1]) == ("chapters/war.md", 5)
        assert "Genoa" in pages[piece.page - 1]


class TestTheBook:
    def test_the_chapters_hold_both_texts_whole(self, book: Path) -> None:
        old = tools.read_json(book / before.FOLDER / "output/work/4-cited/book.json")
        new = tools.read_json(book / "output/work/4-cited/book.json")
        texts = {side: wording.of_blocks(chapter(record)) for side, record in (("old", old), ("new", new))}
        chapters, summary = Books(old, new).compare()
        made = [block for part in chapters if part["slug"] == "war" for block in part["blocks"]]
        assert summary.moved == 1
        assert wording.of_blocks(marks.accepted(made)) == texts["new"]
        assert wording.of_blocks(marks.refused(made)) == texts["old"]

    def test_nothing_that_went_out_bears_a_name_or_leads_anywhere(self, book: Path) -> None:
        old = tools.read_json(book / before.FOLDER / "output/work/4-cited/book.json")
        chapters, _ = Books(old, tools.read_json(book / "output/work/4-cited/book.json")).compare()
        gone = [part for chapter in chapters for part in tree.walk(chapter["blocks"]) if marks.mark_of(part) == marks.OUT]
        assert gone
        assert not [inner for part in gone for inner in tree.walk(part) if tree.identifier(inner) or inner["t"] == "Link"]

    def test_a_book_beside_itself_has_nothing_to_tell(self, book: Path) -> None:
        new = tools.read_json(book / "output/work/4-cited/book.json")
        chapters, summary = Books(copy.deepcopy(new), new).compare()
        assert summary.chapters == summary.numbers == []
        assert not [part for chapter in chapters for part in tree.walk(chapter["blocks"]) if marks.mark_of(part)]

    def test_a_chapter_that_is_gone_stands_struck_where_it_was(self, book: Path) -> None:
        old = tools.read_json(book / before.FOLDER / "output/work/4-cited/book.json")
        new = tools.read_json(book / "output/work/4-cited/book.json")
        new["chapters"] = [chapter for chapter in new["chapters"] if chapter["slug"] != "peace"]
        chapters, summary = Books(old, new).compare()
        assert [chapter["slug"] for chapter in chapters][:3] == ["war", "before-peace", "sources"]
        assert [(told.title, told.state) for told in summary.chapters][1] == ("Peace", "out")

    def test_a_link_in_the_manuscript_is_not_followed(self, book: Path, pages: list[str]) -> None:
        assert pages
        assert not (book / before.FOLDER / "chapters/stray.md").exists()


class TestBase:
    def test_a_base_must_be_given(self, book: Path) -> None:
        with pytest.raises(UserError, match="a redline needs a base"):
            before.record(book, "")

    @pytest.mark.parametrize("revision", ["v9", "--all", "HEAD:book.yaml"])
    def test_one_that_is_no_commit_is_one_line(self, book: Path, revision: str) -> None:
        with pytest.raises(UserError, match="is no commit of this repository"):
            before.record(book, revision)

    def test_a_book_outside_git(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="in no git repository"):
            before.record(tmp_path, "v1")

    def test_a_commit_without_the_book(self, tmp_path: Path) -> None:
        git(tmp_path, "init", "-q")
        git(tmp_path, "commit", "-q", "--allow-empty", "-m", "nothing")
        with pytest.raises(UserError, match=r"there is no book\.yaml at HEAD"):
            before.record(tmp_path, "HEAD")

    def test_an_old_state_that_cannot_be_read(self, tmp_path: Path) -> None:
        write(tmp_path, {"book.yaml": "titel: A\nlanguage: en\nchapters: [a.md]\n", "chapters/a.md": "# A\n"})
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", "broken")
        with pytest.raises(UserError, match=r"the book as it was at HEAD cannot be built: book\.yaml"):
            before.record(tmp_path, "HEAD")

    def test_an_old_state_with_errors_in_it_is_shown_as_a_draft_shows_it(self, tmp_path: Path) -> None:
        text = "# A\n\nSee @fig-nowhere and [@nobody1900].\n"
        write(tmp_path, {"book.yaml": "title: A\nlanguage: en\nchapters: [a.md]\n", "chapters/a.md": text})
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", "unresolved")
        record, _, _ = before.record(tmp_path, "HEAD")
        boxed = [tree.plain(part["c"][1]) for part in tree.walk(record["chapters"]) if "unresolved" in tree.classes(part)]
        assert len(boxed) == 2


def bookmarks(book: Path) -> list[Any]:
    found = []

    def collect(items: list[Any]) -> None:
        for item in items:
            collect(item) if isinstance(item, list) else found.append(item)

    collect(pypdf.PdfReader(book / "output/treaties-redline.pdf").outline)
    return found


def chapter(record: dict[str, Any]) -> list[Node]:
    return next(chapter["blocks"] for chapter in record["chapters"] if chapter["slug"] == "war")
