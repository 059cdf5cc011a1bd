"""The redline: what it marks, that both texts are in it whole, and the PDF that shows it."""

from __future__ import annotations

import contextlib
import copy
import io
import re
import subprocess
from pathlib import Path
from typing import Any

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

TEMPLATES = Path(__file__).parent.parent / "editions"

Node = dict[str, Any]

WORDS = st.sampled_from("a the treaty war peace signed Rapallo, 1922. (no) Litvinov’s well-known — Россия 3.2 of in at".split())


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
            "book.yaml": BOOK.replace("FILE", "sources.md"), "chapters/war.md": WAR_NOW, "chapters/sources.md": OTHER.replace("later", "now"),
            "chapters/peace.md": PEACE.split("##")[0], "bibliography/all.bib": SMITH + JONES,
        },
    )  # fmt: skip
    Image.new("RGB", (60, 90), "maroon").save(folder / "chapters/portrait.png")
    cited(folder)
    return folder


@pytest.fixture(scope="module")
def pages(book: Path) -> list[str]:
    """The words of each page of the redline, made by the command that the workflow runs."""
    with contextlib.chdir(book):
        redline.main(["output/work/4-cited/book.json", "output/work/3-resolved/images", str(TEMPLATES), "output/treaties-redline.pdf", "v1"])
    reader = pypdf.PdfReader(io.BytesIO((book / "output/treaties-redline.pdf").read_bytes()))
    return [re.sub(r"\s+", " ", page.extract_text().replace("\u2060", "")) for page in reader.pages]


class TestFirstPage:
    def test_debug(self, pages):
        for p in pages: print("=====", p)
        assert 0
