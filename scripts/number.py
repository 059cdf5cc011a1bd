"""Numbers: of every chapter, section, figure, table and equation, given once for all editions.

Reads and writes nothing: trees in, trees with the attribute `number` and a table of labels out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from octavo import tree
from octavo.model import Node
from octavo.wordings import capital

_EQUATION = re.compile(r"^\{#(eq[-:][^\s{}]+)\}(.*)$", re.DOTALL)


@dataclass(frozen=True)
class Label:
    """What a reference can name: its kind (`figure`), its number as printed (`2.1`, or nothing) and its title."""

    kind: str
    number: str
    slug: str
    title: str


@dataclass
class Numbers:
    """The counters of a book while its chapters are numbered in order."""

    words: Mapping[str, Any]
    chapters: int = 0
    appendices: int = 0
    floats: Counter[str] = field(default_factory=Counter)
    labels: dict[str, Label] = field(default_factory=dict)

    def chapter(self, slug: str, kind: str, blocks: list[Node]) -> str:
        """Number a chapter and all in it, in place; the number of the chapter, or nothing."""
        first = blocks[0]
        number = self._of_chapter(kind, first)
        if number:
            tree.set_value(first, "number", number)
        self._label(first, Label("appendix" if kind == "appendix" else "chapter", number, slug, tree.plain(first["c"][2])))
        self._sections(slug, number, blocks[1:])
        counts: Counter[str] = Counter() if number else self.floats
        for element in tree.walk(blocks):
            self._element(slug, number, counts, element)
        return number

    def _of_chapter(self, kind: str, header: Node) -> str:
        if "unnumbered" in tree.classes(header) or kind not in ("chapter", "appendix"):
            return ""
        if kind == "appendix":
            self.appendices += 1
            return letter(self.appendices)
        self.chapters += 1
        return str(self.chapters)

    def _sections(self, slug: str, chapter: str, blocks: list[Node]) -> None:
        counters = [0] * 7
        for element in tree.walk(blocks):
            if element["t"] != "Header":
                continue
            level = max(2, element["c"][0])
            number = ""
            if chapter and "unnumbered" not in tree.classes(element):
                counters[level] += 1
                counters[level + 1 :] = [0] * (6 - level)
                number = ".".join([chapter, *(str(n) for n in counters[2 : level + 1])])
                tree.set_value(element, "number", number)
            self._label(element, Label("section", number, slug, tree.plain(element["c"][2])))

    def _element(self, slug: str, chapter: str, counts: Counter[str], element: Node) -> None:
        kind = element["t"]
        if "subfigure" in tree.classes(element):
            return  # numbered with the figure that it is a part of
        if kind in ("Figure", "Table"):
            caption = tree.plain(element["c"][1])
            if caption or tree.identifier(element):
                name = "listing" if "listing" in tree.classes(element) else kind.lower()
                self._float(name, slug, chapter, counts, element, caption)
                if "subfigures" in tree.classes(element):
                    self._subfigures(slug, element)
        elif kind == "Span" and "equation" in tree.classes(element):
            self._float("equation", slug, chapter, counts, element, "")

    def _float(self, kind: str, slug: str, chapter: str, counts: Counter[str], element: Node, title: str) -> None:
        counts[kind] += 1
        number = f"{chapter}.{counts[kind]}" if chapter else str(counts[kind])
        tree.set_value(element, "number", number)
        tree.set_value(element, "label", f"{capital(self.words[kind][0])} {number}")
        self._label(element, Label(kind, number, slug, title))

    def _subfigures(self, slug: str, figure: Node) -> None:
        """Letter the parts of a figure: each prints "(a)", and a reference to it "Figure 2.1a"."""
        for n, part in enumerate(figure["c"][2], 1):
            sign = letter(n).lower()
            tree.set_value(part, "number", tree.value(figure, "number") + sign)
            tree.set_value(part, "label", f"({sign})")
            self._label(part, Label("figure", tree.value(part, "number"), slug, tree.plain(part["c"][1])))

    def _label(self, element: Node, label: Label) -> None:
        if identifier := tree.identifier(element):
            self.labels.setdefault(identifier, label)


def mark_equations(blocks: list[Node]) -> None:
    """Make each `$$ … $$ {#eq-x}` a span that bears the label, in place: pandoc leaves it as text after the formula."""
    for element in tree.walk(blocks):
        if element["t"] in ("Para", "Plain"):
            element["c"] = list(_marked(element["c"]))


def _marked(inlines: list[Node]) -> Iterator[Node]:
    skip_to = 0
    for i, inline in enumerate(inlines):
        if i < skip_to:
            continue
        at = i + 1
        while at < len(inlines) and inlines[at]["t"] in ("Space", "SoftBreak"):
            at += 1
        found = _EQUATION.match(inlines[at]["c"]) if _is_display(inline) and at < len(inlines) and inlines[at]["t"] == "Str" else None
        if not found:
            yield inline
            continue
        skip_to = at + 1
        yield tree.node("Span", tree.attr(found[1], ["equation"]), [inline])
        if found[2]:
            yield tree.node("Str", found[2])


def _is_display(inline: Node) -> bool:
    return inline["t"] == "Math" and bool(inline["c"][0]["t"] == "DisplayMath")


def letter(n: int) -> str:
    """1 -> A, 26 -> Z, 27 -> AA: the letters of appendices."""
    letters = ""
    while n > 0:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def roman(n: int) -> str:
    """1 -> I, 4 -> IV: the numbers of parts."""
    out = ""
    for value, sign in ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while n >= value:
            out, n = out + sign, n - value
    return out
