"""The marks of a redline -> calls of the template editions/pdf/redline.typ.

Reads and writes nothing: it changes the trees of chapters in place. Marks are handed down to the lines of text, for a
struck paragraph, table or list is one whose lines are struck. Each change has a number, by which the bar in the margin
finds its first and last line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from octavo import tree
from octavo.changes import marks, wording
from octavo.model import Node
from octavo.typst_syntax import around, raw, string

# How a change looks: the template's names for it.
_FACES = {marks.IN: "in", marks.OUT: "out"}
_MOVED_FACES = {marks.IN: "here", marks.OUT: "away"}
_CRITIC = {"added": "in", "deleted": "out"}
# Where a note goes over to the next page nobody knows: its changes are numbered by so many pieces of text, those below zero.
_CHUNK = 14
_LONG = 80
# Lines of the author's: a PDF that is tagged has room for one at a time.
_LINES = ("Underline", "Strikeout")
# What no line can be drawn under or through.
_SIGNS = ("Image", "Math")


class Show:
    """Hands the marks of the chapters of one book down, and numbers the changes."""

    def __init__(self) -> None:
        self.changes = 0
        self.in_note = False

    def chapter(self, blocks: list[Node]) -> list[Node]:
        head, *rest = blocks
        head["c"][2] = self._line(head["c"][2], "")
        return [head, *self._blocks(rest, "")]

    def _blocks(self, blocks: list[Node], face: str) -> list[Node]:
        return [shown for block in blocks for shown in self._block(block, face)]

    def _block(self, block: Node, face: str) -> Iterable[Node]:
        kind: str = block["t"]
        content: Any = block.get("c")
        if kind == "Div" and (mark := marks.mark_of(block)):
            return self._marked(block, mark)
        if kind in ("Para", "Plain"):
            block["c"] = self._line(content, face)
        elif kind == "Header":
            content[2] = self._line(content[2], face)
            if face in ("out", "away"):
                return [tree.node("Plain", [raw(f"#gone-heading({content[0]})["), *content[2], raw("];")])]
        elif kind == "LineBlock":
            block["c"] = [self._line(line, face) for line in content]
        elif kind == "BlockQuote":
            block["c"] = self._blocks(content, face)
        elif kind == "Div":
            content[1] = self._blocks(content[1], face)
        elif kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            items[:] = [self._blocks(item, face) for item in items]
        elif kind == "DefinitionList":
            block["c"] = [[self._line(term, face), [self._blocks(item, face) for item in given]] for term, given in content]
        elif kind in ("Figure", "Table"):
            self._float(block, face)
        elif face and kind in ("CodeBlock", "HorizontalRule"):
            return around(f"#change-block({string(face)}, {self._number()})[", [block])
        return [block]

    def _marked(self, block: Node, mark: str) -> list[Node]:
        moved = tree.value(block, marks.MOVED)
        shown = self._blocks(block["c"][1], (_MOVED_FACES if moved else _FACES)[mark])
        if moved and (first := next((e for e in tree.walk(shown) if e["t"] in ("Para", "Plain") and e["c"]), None)):
            first["c"].insert(0, raw(f"#moved({moved}, {string(_MOVED_FACES[mark])});"))
        return shown

    def _float(self, block: Node, face: str) -> None:
        """A figure or table. The label of one that is gone is struck with its caption: the book counts without it."""
        content = block["c"]
        if face in ("out", "away") and (label := tree.value(block, "label")) and "subfigure" not in tree.classes(block):
            tree.set_value(block, "label", "")
            _put_before(content[1][1], tree.text(f"{label}."))
            if credit := tree.value(block, "credit"):
                tree.set_value(block, "credit", "")
                content[1][1].append(tree.node("Plain", tree.text(credit)))
        content[1][1] = self._blocks(content[1][1], face)
        if block["t"] == "Figure":
            content[2] = self._blocks(content[2], face)
            return
        parts = [content[3][1], content[5][1], *(rows for body in content[4] for rows in body[2:4])]
        for row in (row for rows in parts for row in rows):
            own = _FACES.get(marks.mark_of(row), face)
            for cell in row[1]:
                cell[4] = self._blocks(cell[4], own)

    def _line(self, inlines: list[Node], face: str) -> list[Node]:
        """A line of text: each stretch that changed as one call, what stands in its notes too."""
        shown: list[Node] = []
        own: list[Node] = []
        for inline in inlines:
            mark = marks.mark_of(inline)
            if mark:
                shown += self._stretch(own, face)
                shown += self._stretch(inline["c"][1], _FACES[mark])
                own = []
            else:
                own.append(inline)
        return shown + self._stretch(own, face)

    def _stretch(self, inlines: list[Node], face: str) -> list[Node]:
        """Inlines of one face. A note stands outside the call: its text would be drawn under or through twice."""
        if not face:
            return [self._inside(inline, face) for inline in inlines]
        shown: list[Node] = []
        for is_apart, group in itertools.groupby(inlines, key=lambda inline: _holds_note(inline) or self._is_long(inline)):
            if not is_apart:
                shown += self._call([self._inside(inline, face) for inline in group], face)
                continue
            for inline in group:
                inner = wording.inner(inline)
                if inner is None or wording.sign(inline):
                    shown += [raw(f"#change-note({string(face)})["), self._inside(inline, face), raw("];")]
                else:
                    inner[:] = self._stretch(inner, face)
                    shown.append(inline)
        return shown

    def _is_long(self, inline: Node) -> bool:
        """Whether a wrapper in a note holds so much that its changes are numbered inside it."""
        inner = wording.inner(inline) if self.in_note and not wording.sign(inline) else None
        return inner is not None and len(tree.plain(inner)) > _LONG

    def _call(self, inlines: list[Node], face: str) -> list[Node]:
        """One call round inlines; spaces at their ends stay outside, for a line under them would hang in the air."""
        held = [piece for inline in inlines for piece in (tree.text(inline["c"]) if inline["t"] == "Str" else [inline])]
        seen = [at for at, inline in enumerate(held) if _is_seen(inline)]
        if not seen:
            return held
        first, last = seen[0], seen[-1]
        words = held[first : last + 1]
        if self.in_note and (cut := next((at for at in range(_CHUNK, len(words)) if words[at]["t"] in ("Space", "SoftBreak")), 0)):
            return [*held[:first], *self._call(words[:cut], face), *self._call(words[cut:], face), *held[last + 1 :]]
        number = -self._number() if self.in_note else self._number()
        # Behind a word a mark stands in the line of the word: before it, it could stand at the end of the line above.
        words.insert(words[0]["t"] == "Str", raw(f"#from({number});"))
        made = [raw(f"#change({string(face)})["), *words, raw(f"#to({number});"), raw("];")]
        return [*held[:first], *made, *held[last + 1 :]]

    def _inside(self, inline: Node, face: str) -> Node:
        """An inline with the marks inside it shown; a sign that no line goes through in a frame."""
        if inline["t"] == "Note":
            self.in_note = True
            note = tree.node("Note", self._blocks(inline["c"], face))
            self.in_note = False
            return note
        if face and (inline["t"] in _SIGNS or wording.sign(inline) == "equation"):
            return tree.node("Span", tree.attr(), [raw(f"#change-sign({string(face)}, {self._number()})["), inline, raw("];")])
        inner = wording.inner(inline)
        if inner is None:
            return inline
        critic = _critic(inline)
        if critic:
            shown = [self._inside(each, face) for each in inner] if face else self._stretch(inner, critic)
            return tree.node("Span", tree.attr(tree.identifier(inline)), shown)
        is_line = inline["t"] in _LINES and (face or any(_critic(each) for each in tree.walk(inner)))
        inner[:] = [self._inside(each, face) for each in inner]
        return tree.node("Span", tree.attr(), inner) if is_line else inline

    def _number(self) -> int:
        self.changes += 1
        return self.changes


def _critic(inline: Node) -> str:
    """How a mark of the manuscript itself looks (CriticMarkup), or nothing."""
    return next((_CRITIC[name] for name in tree.classes(inline) if name in _CRITIC), "") if inline["t"] == "Span" else ""


def _holds_note(inline: Node) -> bool:
    return any(element["t"] == "Note" or wording.sign(element) == "noteref" for element in tree.walk(inline))


def _is_seen(inline: Node) -> bool:
    is_mark = inline["t"] == "Span" and not inline["c"][1]
    return not is_mark and inline["t"] not in ("Space", "SoftBreak", "RawInline", "LineBreak")


def _put_before(blocks: list[Node], words: list[Node]) -> None:
    """Words at the start of a caption; a caption of their own where there is none."""
    if blocks and blocks[0]["t"] in ("Para", "Plain"):
        blocks[0]["c"][:0] = [*words, tree.node("Space")]
    else:
        blocks.insert(0, tree.node("Plain", words))
