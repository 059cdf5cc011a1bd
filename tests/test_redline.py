"""The redline: what it marks, that both texts are in it whole, and the PDF that shows it."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from octavo import tree
from octavo.changes import marks, wording
from octavo.changes.blocks import Comparison

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
