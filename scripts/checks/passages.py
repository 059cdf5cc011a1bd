"""The running text of a chapter with its quotations, citations and notes, as the checks of quotation read it.

Reads pandoc's tree; writes nothing. A paragraph becomes a string in which one private letter stands for a citation or a
note, and another for each quotation mark, whatever the language writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from octavo import tree
from octavo.checks.manuscript import Manuscript, Text
from octavo.model import Node

CITE, AUTHOR, NOTE, OTHER = "\ue000", "\ue001", "\ue002", "\ue003"
"""A cluster in brackets, an author in the text, a note, and what is no text (an image, a formula, code)."""
_OPEN, _CLOSE = "\ue010", "\ue011"
_CURLY = re.compile(r"“([^“”„]*)”|„([^“”„]*)[“”]|«([^«»]*)»|»([^«»]*)«|(?<!\w)‘([^‘\ue010\ue011]*?)’(?!\w)")
_MARK = re.compile("[“„«»‘]")
_INNER = ("Link", "Span", "Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps")
_STOP = re.compile(
    rf"(?P<stop>[.!?…]+)[’”»\"')\]{_CLOSE}]*(?P<marks>[ ]?{CITE}|{NOTE})*(?P<gap>\s+)(?=[“‘«„\"'(\[{_OPEN}]*[A-ZÀ-ÞŁŠŽА-ЯЁ\d{AUTHOR}])"
)
_ABBREVIATED = re.compile(
    r"(?:\b[A-ZА-Я]|\b(?:Mr|Mrs|Ms|Dr|St|Prof|Gen|Col|Sgt|Lt|vol|no|vs|cf|ca|etc|ed|eds|trans|pp?|chap|sec|fig|art|Jan|Feb|Aug|Sept?"
    r"|Oct|Nov|Dec|e\.g|i\.e|U\.S|Bd|Nr|Hrsg|Abb|usw|bzw|г|гг|т|д|п|стр))\Z"
)


class Passage(NamedTuple):
    """A paragraph: its `words`, and for each mark in it in order the number of its cluster, or its note."""

    words: str
    clusters: tuple[int, ...]
    notes: tuple[Node, ...]

    def clusters_in(self, start: int, end: int) -> list[int]:
        """The numbers of the clusters between two offsets of the words."""
        before = len(re.findall(f"[{CITE}{AUTHOR}]", self.words[:start]))
        return list(self.clusters[before : before + len(re.findall(f"[{CITE}{AUTHOR}]", self.words[start:end]))])

    def notes_in(self, start: int, end: int) -> list[Node]:
        before = self.words.count(NOTE, 0, start)
        return list(self.notes[before : before + self.words.count(NOTE, start, end)])


class Quotation(NamedTuple):
    """Words in quotation marks, from the opening mark up to behind the closing one."""

    start: int
    end: int
    words: str


class Reader:
    """Makes passages of a chapter's nodes. Clusters are counted as `octavo.checks.clusters` counts them; a cluster of nothing
    but references to labels is no citation."""

    def __init__(self, text: Text, book: Manuscript) -> None:
        self.numbers = {
            id(node): number
            for number, (node, _) in enumerate(text.nodes["Cite"])
            if not all(book.is_reference(citation["citationId"]) for citation in node["c"][0])
        }

    def passage(self, inlines: list[Node]) -> Passage:
        out: list[str] = []
        clusters: list[int] = []
        notes: list[Node] = []
        self._read(inlines, out, clusters, notes)
        return Passage(_CURLY.sub(_marked, "".join(out)), tuple(clusters), tuple(notes))

    def _read(self, part: Any, out: list[str], clusters: list[int], notes: list[Node]) -> None:
        for node in part:
            kind = node["t"]
            if kind == "Str":
                out.append(node["c"])
            elif kind in ("Space", "SoftBreak", "LineBreak"):
                out.append("\n" if kind == "LineBreak" else " ")
            elif kind == "Cite" and id(node) in self.numbers:
                out.append(AUTHOR if node["c"][0][0]["citationMode"]["t"] == "AuthorInText" else CITE)
                clusters.append(self.numbers[id(node)])
            elif kind == "Note":
                out.append(NOTE)
                notes.append(node)
            elif kind == "Quoted":
                out.append(_OPEN)
                self._read(node["c"][1], out, clusters, notes)
                out.append(_CLOSE)
            elif kind in _INNER:
                self._read(_inner(node), out, clusters, notes)
            else:
                out.append(OTHER)

    def clusters_of(self, part: Any) -> list[int]:
        """The numbers of every cluster within a tree, those of its notes too."""
        return [self.numbers[id(node)] for node in tree.walk(part) if node["t"] == "Cite" and id(node) in self.numbers]


def _marked(found: re.Match[str]) -> str:
    return _OPEN + next(words for words in found.groups() if words is not None) + _CLOSE


def quotations(words: str) -> Iterator[Quotation]:
    """The quotations in a passage that are in no other."""
    depth = start = 0
    for found in re.finditer(f"[{_OPEN}{_CLOSE}]", words):
        if found[0] == _OPEN:
            start = start if depth else found.start()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                yield Quotation(start, found.end(), words[start + 1 : found.end() - 1])


def stops(words: str) -> list[int]:
    """Where the sentences of a passage end, behind the citations and notes that follow the stop; its end is the last."""
    inside = [(q.start, q.end - 1) for q in quotations(words)]
    found = [
        m.start("gap")
        for m in _STOP.finditer(words)
        if not (m["stop"] == "." and _ABBREVIATED.search(words, 0, m.start()))
        and not any(start < m.start() < end - 1 and m.start("gap") < end for start, end in inside)
    ]
    return [*found, len(words)]


def sentence(words: str, at: int) -> tuple[int, int]:
    """The sentence that stands at an offset: from where to where."""
    ends = stops(words)
    number = next(i for i, end in enumerate(ends) if at <= end)
    return (ends[number - 1] if number else 0), ends[number]


def has_marks(inlines: list[Node]) -> bool:
    """Whether there may be a quotation in them."""
    for node in inlines:
        kind = node["t"]
        if kind == "Str":
            if not node["c"].isalnum() and _MARK.search(node["c"]):
                return True
        elif kind == "Quoted" or (kind in _INNER and has_marks(_inner(node))):
            return True
    return False


def _inner(node: Node) -> list[Node]:
    found: list[Node] = node["c"][1] if node["t"] in ("Link", "Span") else node["c"]
    return found


def paragraphs(part: Any) -> Iterator[tuple[list[Node], bool]]:
    """The inlines of every paragraph under blocks, those of notes apart; with whether it stands in a block quotation."""
    yield from _paragraphs(part, False)


def _paragraphs(part: Any, quoted: bool) -> Iterator[tuple[list[Node], bool]]:
    if isinstance(part, list):
        for item in part:
            yield from _paragraphs(item, quoted)
    elif isinstance(part, dict):
        kind = part.get("t")
        if kind in ("Para", "Plain"):
            yield part["c"], quoted
        elif kind is None:
            yield from _paragraphs(list(part.values()), quoted)
        elif kind not in ("CodeBlock", "RawBlock", "Header", "LineBlock"):
            is_epigraph = kind == "Div" and "epigraph" in tree.classes(part)
            yield from _paragraphs(part.get("c"), quoted or kind == "BlockQuote" or is_epigraph)
