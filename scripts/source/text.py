"""`Source`: the text of a chapter, and where in it citations, labels, notes, headings, links and images stand.

Reads a chapter's text; writes nothing. pandoc's tree says what there is; this says where. A finder may find more than
pandoc does (it sees the text, not the tree): the tree decides, and the n-th of a kind there is the n-th here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple
from urllib.parse import unquote

from octavo.model import Place
from octavo.source import languages, prose
from octavo.source.mask import Span, blank, scan
from octavo.source.prose import Paragraph


class Mark(NamedTuple):
    """Something that stands at `start` up to `end` (offsets in the text): a key, a label, a target …"""

    start: int
    end: int
    text: str


class Heading(NamedTuple):
    start: int
    end: int
    level: int
    text: str


class Definition(NamedTuple):
    """`[^label]: …` from its bracket to the end of what belongs to it; `body` is where its text starts."""

    start: int
    end: int
    label: str
    body: int


class Target(NamedTuple):
    """Where a link or an image points to, where it begins (its bracket or exclamation mark), and where its title ends."""

    start: int
    end: int
    text: str
    begin: int
    is_image: bool
    until: int


_BLANKED = frozenset({"header", "code", "comment", "html", "math", "tex"})
# The patterns begin with the sign that is sought and look back from there: the search then runs from sign to sign.
_KEY = r"\w(?:\w|[:.#$%&\-+?<>~/](?=\w)|[:/](?=/))*"
_CITATION = re.compile(rf"@(?<![\w\\]@)(?:\{{(?P<braced>[^{{}}\s]+(?:\{{[^{{}}\s]*\}}[^{{}}\s]*)*)\}}|(?P<plain>\*|{_KEY}))")
_ATTRIBUTES = re.compile(r"\{(?<!\\\{)[^{}]*#[^{}]*\}")
_IDENTIFIER = re.compile(r"(?<=[\s{])#(?P<id>[^\s{}#=]+)")
_HTML_ID = re.compile(r"\sid\s*=\s*[\"']?(?P<id>[^\s\"'>]+)")
_NOTE_MARK = re.compile(r"\[\^(?<!\\\[\^)(?P<label>[^\]\[\s^]+)\]")
_DEFINITION = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<mark>\[\^(?P<label>[^\]\[\s^]+)\]:)[ \t]*", re.MULTILINE)
_INLINE_NOTE = re.compile(r"\^\[(?<!\\\^\[)")
_DIV = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?(?P<fence>:{3,})[ \t]*(?P<words>\{[^{}\n]*\}|[^\s:]+)?[ \t]*:*[ \t]*\r?$", re.MULTILINE)
_COLONS = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?(?P<fence>:{3,})(?=[ \t\r\n{]|\Z)", re.MULTILINE)
_ATX = re.compile(r"^(?P<lead>[ \t>]*)(?P<marks>#{1,6})(?![#.])(?P<text>[^\n]*?)[ \t]*\r?$", re.MULTILINE)
_UNDERLINE = re.compile(r"^(?P<line>=+|-+)[ \t]*\r?$", re.MULTILINE)
_INLINE_TARGET = re.compile(r"\((?<=\]\()[ \t]*(?P<target><[^<>\n]*>|[^()\"\n<>]*?(?:\([^()\n]*\)[^()\"\n<>]*?)*?)(?=[ \t]*\)|\s+[\"'(])")
_REFERENCE_TARGET = re.compile(r"^[ \t>]{0,8}\[(?!\^)(?P<name>[^\]\n]+)\]:[ \t]*\r?\n?[ \t]*(?P<target><[^<>\n]*>|\S+)", re.MULTILINE)
_TITLE = re.compile(r"[ \t\r\n]*(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))?")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_HTML_TARGET = re.compile(r"\b(?:href|src)\s*=\s*[\"']?(?P<target>[^\s\"'>]+)")


class Source:
    """A chapter as text: a byte order mark is taken off and remembered, line ends are kept as they are."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.bom = text.startswith("\ufeff")
        self.text = text.removeprefix("\ufeff")
        self._lines = [0, *(m.end() for m in re.finditer("\n", self.text))]

    @classmethod
    def of(cls, file: str, raw: bytes) -> Source:
        """The source of a file's bytes; what is not UTF-8 comes as replacement characters (`look` has reported it)."""
        return cls(file, raw.decode("utf-8", "replace"))

    @cached_property
    def _scan(self) -> tuple[list[Span], list[tuple[int, str]]]:
        found = scan(self.text)
        return found.spans, found.unclosed

    @property
    def spans(self) -> list[Span]:
        """What is not prose, in order."""
        return self._scan[0]

    @property
    def unclosed(self) -> list[tuple[int, str]]:
        """(offset, `code block` or `comment`) of each that is opened and never closed."""
        return self._scan[1]

    @cached_property
    def masked(self) -> str:
        """The text, as long as ever, with code, comments, raw HTML, mathematics and the YAML header turned to spaces."""
        return blank(self.text, self.spans, _BLANKED)

    @cached_property
    def prose(self) -> str:
        """`masked` without the addresses of links either."""
        text = blank(self.masked, self.spans, frozenset({"address"}))
        return blank(text, [Span(t.start, t.until, "address") for t in self.targets], frozenset({"address"}))

    @cached_property
    def wording(self) -> str:
        """`prose` with everything blanked that a reader does not read as words: keys, attributes, marks, fences."""
        return prose.wording(self)

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The paragraphs in order, each with its kind."""
        return list(prose.paragraphs(self))

    @cached_property
    def clusters(self) -> list[tuple[int, int]]:
        """The brackets of citations: what a style prints in its own way, and what an author's comma or dash does not decide."""
        return prose.clusters(self)

    @cached_property
    def languages(self) -> list[languages.Tag]:
        """The tags of the passages in other languages, in order; the later of two that hold a place is the inner one."""
        return languages.tags(self)

    def place(self, start: int, end: int | None = None) -> Place:
        """Offsets of the text as a place: columns in characters from 1, a byte order mark not counted."""
        end = start if end is None else end
        line, end_line = bisect_right(self._lines, start), bisect_right(self._lines, end)
        return Place(self.file, line, start - self._lines[line - 1] + 1, end_line, end - self._lines[end_line - 1] + 1)

    def line_at(self, offset: int) -> int:
        """The number of the line that an offset stands in."""
        return bisect_right(self._lines, offset)

    def line(self, number: int) -> str:
        """A line of the text, counted from 1, without its line end."""
        if not 1 <= number <= len(self._lines):
            return ""
        end = self._lines[number] if number < len(self._lines) else len(self.text)
        return self.text[self._lines[number - 1] : end].rstrip("\r\n")

    def offset(self, line: int, column: int = 1) -> int:
        """The offset of a line and column, kept inside the text."""
        line = max(1, min(line, len(self._lines)))
        return min(self._lines[line - 1] + max(column, 1) - 1, len(self.text))

    @property
    def unclosed_divs(self) -> list[Mark]:
        """The fences of divs that no fence closes, in order, by counting: a fence with words opens, a bare one closes."""
        return self._fences[0]

    @property
    def idle_fences(self) -> list[Mark]:
        """The lines of colons that pandoc leaves as text: a bare one where nothing is open, one with words that is no opening
        fence, or that follows text without a blank line (fenced_divs: "separated by blank lines")."""
        return self._fences[1]

    @cached_property
    def _fences(self) -> tuple[list[Mark], list[Mark]]:
        opened: list[Mark] = []
        idle: list[Mark] = []
        for found in _COLONS.finditer(self.masked):
            fence = _DIV.match(self.masked, found.start())
            mark = Mark(found.start("fence"), found.end("fence"), (fence and fence["words"]) or "")
            line = self.line(self.place(found.start()).line - 1).strip(" \t>")
            if not fence or (mark.text and line and not line.startswith((":::", "#"))):
                idle.append(mark)
            elif mark.text:
                opened.append(mark)
            elif opened:
                opened.pop()
            else:
                idle.append(mark)
        return opened, idle

    @cached_property
    def citations(self) -> list[Mark]:
        """Every `@key`, `@{key}`, `-@key` that may be a citation, from its @ on (pandoc's manual, `Citation syntax`)."""
        return [mark for mark in _citations(self.prose) if not self._is_address(mark.start)]

    @cached_property
    def doubtful_citations(self) -> list[Mark]:
        """Those within addresses: pandoc takes them for citations only inside the text of a link."""
        sure = set(self.citations)
        return [mark for mark in _citations(self.masked) if mark not in sure]

    def _is_address(self, at: int) -> bool:
        """Whether the @ goes on with a word and a slash (`social.example/@ada`): pandoc reads an e-mail address there."""
        return at > 1 and self.prose[at - 1] == "/" and self.prose[at - 2].isalnum()

    @cached_property
    def labels(self) -> list[Mark]:
        """Every identifier that is written out, from its # on: `{#id …}`, of a code block too, and `id="…"` in HTML."""
        found = [Mark(at + m.start(), at + m.end(), m["id"]) for at, text in self._attributes() for m in _IDENTIFIER.finditer(text)]
        for span in self.spans:
            if span.kind == "html" and (given := _HTML_ID.search(self.text, span.start, span.end)):
                found.append(Mark(given.start("id"), given.end("id"), given["id"]))
        return sorted(found)

    def _attributes(self) -> Iterator[tuple[int, str]]:
        for block in _ATTRIBUTES.finditer(self.masked):
            yield block.start(), block[0]
        for span in self.spans:
            if "#" in span.info:
                yield span.info_start, span.info

    @cached_property
    def note_definitions(self) -> list[Definition]:
        """Every `[^label]: …` in order."""
        found = [(m.start("mark"), m["label"], m.end()) for m in _DEFINITION.finditer(self.masked)]
        return [Definition(start, self._end_of_note(body), label, body) for start, label, body in found]

    def _end_of_note(self, body: int) -> int:
        """Lines belong to a note up to the first, after a blank one, that is not indented, or the next definition."""
        number = self.place(body).line + 1
        blank_before = False
        while number <= len(self._lines) and self._lines[number - 1] < len(self.text):
            line = self.line(number)
            if _DEFINITION.match(line) or (blank_before and line.strip() and not line.startswith(("    ", "\t", "   "))):
                break
            blank_before = not line.strip()
            number += 1
        return self._lines[number - 1] if number <= len(self._lines) else len(self.text)

    @cached_property
    def note_marks(self) -> list[Mark]:
        """Every `[^label]` that calls a note."""
        defined = {note.start for note in self.note_definitions}
        return [Mark(m.start(), m.end(), m["label"]) for m in _NOTE_MARK.finditer(self.masked) if m.start() not in defined]

    @cached_property
    def inline_notes(self) -> list[Mark]:
        """Every `^[`, where a note is written into the text."""
        return [Mark(m.start(), m.end(), "") for m in _INLINE_NOTE.finditer(self.masked)]

    @cached_property
    def headings(self) -> list[Heading]:
        """Headings with hashes and underlined ones."""
        found = [
            Heading(m.start("marks"), m.end("text"), len(m["marks"]), m["text"].strip().rstrip("#").rstrip())
            for m in _ATX.finditer(self.masked)
        ]
        last = 0
        for m in _UNDERLINE.finditer(self.masked):
            start = self.masked.rfind("\n", 0, max(m.start() - 1, 0)) + 1
            text = self.masked[start : max(m.start() - 1, 0)].removesuffix("\r").rstrip(" \t")
            if start >= last and text and not (text[0].isspace() or text[0] in ">#|"):
                found.append(Heading(start, start + len(text), 1 if m["line"][0] == "=" else 2, text))
                last = m.end()
        return sorted(found)

    @cached_property
    def targets(self) -> list[Target]:
        """Where links and images point to, in order: `](target)`, `[name]: target`, `href=` and `src=` in HTML."""
        found: list[Target] = []
        for m in _INLINE_TARGET.finditer(self.masked):
            begin = self.bracket(m.start() - 1)
            is_image = begin > 0 and self.masked[begin - 1] == "!"
            found.append(Target(*_inner(m), begin - is_image, is_image, self._end_of_title(m.end())))
        for m in _REFERENCE_TARGET.finditer(self.masked):
            found.append(Target(*_inner(m), m.start(), False, self._end_of_title(m.end())))
        for span in self.spans:
            if span.kind == "html":
                for m in _HTML_TARGET.finditer(self.text, span.start, span.end):
                    found.append(Target(*_inner(m), span.start, self.text[span.start : span.start + 4].lower() == "<img", m.end()))
            elif span.kind == "address":
                inner = self.text[span.start : span.end]
                angle = int(inner.startswith("<"))
                found.append(Target(span.start + angle, span.end - angle, inner.strip("<>"), span.start, False, span.end))
        return sorted(found)

    def _end_of_title(self, end: int) -> int:
        title = _TITLE.match(self.masked, end)
        return title.end() if title else end

    def bracket(self, close: int) -> int:
        """The `[` that the `]` at `close` belongs to; `close` itself if there is none near."""
        found = self.opening(close)
        return close if found is None else found

    def opening(self, close: int) -> int | None:
        """The `[` that the `]` at `close` belongs to."""
        depth, at, text = 0, close, self.masked
        least = max(close - 20_000, -1)
        while at > least:
            if not (at and text[at - 1] == "\\"):
                depth += 1 if text[at] == "]" else -1 if text[at] == "[" else 0
                if not depth and text[at] in "[]":
                    return at
            at = max(text.rfind("[", least + 1, at), text.rfind("]", least + 1, at))
        return None

    def reading_order(self, offset: int) -> tuple[int, int] | None:
        """Where pandoc's tree has what stands at `offset`: a note's text at its first mark; None if it has it nowhere."""
        at = bisect_right(self._note_starts, offset) - 1
        if at < 0 or offset >= self.note_definitions[at].end:
            return offset, 0
        called = self._called.get(self._note_starts[at])
        return None if called is None else (called, offset)

    @cached_property
    def _note_starts(self) -> list[int]:
        return [note.start for note in self.note_definitions]

    @cached_property
    def _called(self) -> dict[int, int]:
        """The offset of a definition -> that of its first mark; pandoc takes the last of doubled definitions."""
        first = {mark.text: mark.start for mark in reversed(self.note_marks)}
        last = {note.label: note.start for note in self.note_definitions}
        return {start: first[label] for label, start in last.items() if label in first}


def _citations(text: str) -> Iterator[Mark]:
    for found in _CITATION.finditer(text):
        yield Mark(found.start(), found.end(), found["braced"] or found["plain"])


def _inner(found: re.Match[str]) -> tuple[int, int, str]:
    start, end = found.span("target")
    if found["target"].startswith("<") and found["target"].endswith(">"):
        start, end = start + 1, end - 1
    return start, end, found.string[start:end]


def same_target(source: str, tree: str) -> bool:
    """Whether a target as written is the one of pandoc's tree, which escapes some letters."""
    return source == tree or read_target(source) == unquote(tree)


def read_target(source: str) -> str:
    """A target without its escapes."""
    return unquote(_ESCAPE.sub(r"\1", source) if "\\" in source else source).strip()
