"""What of a chapter is the author's prose, letter for letter at its place; and the paragraphs that it falls into.

Reads a `Source`; writes nothing. What a reader does not read as words of the text — code, addresses, attributes, citation
keys, fences of divs, marks of notes, lists, headings and tables — is turned to spaces, so that offsets stay true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from octavo.source.mask import spaces

if TYPE_CHECKING:
    from octavo.source.text import Source

Kind = Literal["paragraph", "heading", "quotation", "item", "note", "table", "caption", "verse"]


class Paragraph(NamedTuple):
    """A run of lines without a blank one between; `kind` is what its first line says, `div` the class of the div around it."""

    start: int
    end: int
    kind: Kind
    div: str


_VALUE = r"(?:\"[^\"]*\"|'[^']*'|[^\s{}\"']+)"
_ATTRIBUTES = re.compile(
    rf"\{{(?<!\\\{{)(?:=\w+|\s*(?:[#.][^\s{{}}=]+|[\w:-]+={_VALUE}|-)(?:\s+(?:[#.][^\s{{}}=]+|[\w:-]+={_VALUE}))*\s*)\}}"
)
_DIV = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?:{3,}[^\n]*$", re.MULTILINE)
_RULES = re.compile(r"^[ \t>]*[|+:=\- \t]*[-=]{2,}[|+:=\- \t]*\r?$", re.MULTILINE)
_HASHES = re.compile(r"^[ \t>]*#{1,6}(?=[ \t])|[ \t]#+(?=[ \t]*\r?$)", re.MULTILINE)
_LEAD = re.compile(
    r"^(?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\(?(?:\d{1,9}|[a-z]|#|@[\w-]*)[.)]|:|~)(?=[ \t]))?(?:[ \t]*\[[ xX]\](?=[ \t]))?", re.MULTILINE
)
_NAMED = re.compile(r"^[ \t>]{0,8}\[(?!\^)[^\]\n]+\]:", re.MULTILINE)
_NOTE_MARK = re.compile(r"\[\^(?<!\\\[\^)[^\]\[\s^]+\]:?")
_PIPE = re.compile(r"\|(?<!\\\|)")
_BREAK = re.compile(r"^[ \t>]*(?:(?:[-*+][ \t]+)?:{3,}[^\n]*)?\r?(?:\n|\Z)", re.MULTILINE)
_OPENING = re.compile(r":{3,}[ \t]*(?:\{[^}]*?\.(?P<class>[\w-]+)|(?P<word>[^\s:{}]+))")
_BLANKED = (
    ("{", _ATTRIBUTES),
    (":::", _DIV),
    ("", _RULES),
    ("#", _HASHES),
    ("", _LEAD),
    ("]:", _NAMED),
    ("[^", _NOTE_MARK),
    ("|", _PIPE),
)
"""What is blanked, in this order, and the sign without which it cannot be there."""


def wording(source: Source) -> str:
    """The text, as long as ever, with everything but the author's words turned to spaces; line ends are kept."""
    text, pieces, last = source.prose, [], 0
    for mark in source.citations:
        start = mark.start - (mark.start > 0 and text[mark.start - 1] == "-")
        pieces += [text[last:start], spaces(text[start : mark.end])]
        last = mark.end
    text = "".join([*pieces, text[last:]])
    for sign, pattern in _BLANKED:
        if sign in text:
            text = pattern.sub(lambda found: spaces(found[0]), text)
    return text


def paragraphs(source: Source) -> Iterator[Paragraph]:
    """Every paragraph, heading, quotation, item, note, table and caption of the source, in order."""
    divs: list[str] = []
    at, text = 0, source.masked
    for gap in (*_BREAK.finditer(text), None):
        end = gap.start() if gap else len(text)
        if text[at:end].strip():
            yield Paragraph(at, end, _kind(text[at:end]), divs[-1] if divs else "")
        if gap:
            at = gap.end()
            if opening := _OPENING.search(gap[0]):
                divs.append(opening["class"] or opening["word"])
            elif ":::" in gap[0] and divs:
                divs.pop()


def _kind(text: str) -> Kind:
    line = text.split("\n", 1)[0].strip()
    second = text.split("\n", 2)[1].strip() if "\n" in text else ""
    if re.match(r"#{1,6}[ \t]", line) or re.fullmatch(r"=+|-+", second):
        return "heading"
    if line.startswith(">"):
        return "quotation"
    if re.match(r"\[\^[^\]\s]+\]:", line):
        return "note"
    if re.match(r"(?:[Tt]able)?:[ \t]", line):
        return "caption" if _is_caption(line) else "item"
    if line.startswith("| ") and not re.match(r"[|:\-+ ]+$", second):
        return "verse"
    if line.startswith(("|", "+-", "--")) or re.match(r"[|:\-+ ]*-{2,}[|:\-+ ]*$", second):
        return "table"
    return "item" if re.match(r"(?:[-*+]|\(?(?:\d{1,9}|[a-z]|#|@[\w-]*)[.)])[ \t]", line) else "paragraph"


def _is_caption(line: str) -> bool:
    """Whether `: words` is the caption of a table and not the explanation of a term: it is said, or it bears a label."""
    return line.lower().startswith("table:") or bool(re.search(r"\{[^}]*#(?:tbl|lst)[-:]", line))


_CLUSTER_END = re.compile(r"[\[\]]")


def clusters(source: Source) -> list[tuple[int, int]]:
    """The brackets of citations: `[see @key, p. 3]`, and the locator of `@key [p. 3]`, in order."""
    text, found = source.masked, []
    last = 0
    for mark in source.citations:
        if mark.start < last:
            continue
        depth, start = 0, -1
        for bracket in reversed(list(_CLUSTER_END.finditer(text, max(mark.start - 2000, last), mark.start))):
            depth += 1 if bracket[0] == "]" else -1
            if depth < 0:
                start = bracket.start()
                break
        if start < 0 and (opened := re.compile(r"\s?\[").match(text, mark.end)):
            start = opened.end() - 1
        if start < 0 or text[start - 1 : start] == "^":
            continue
        last = _closing(text, start)
        found.append((start, last))
    return found


def _closing(text: str, start: int) -> int:
    """The end of the bracket that opens at `start`, or of its paragraph if it is never closed."""
    depth = 0
    for bracket in _CLUSTER_END.finditer(text, start, start + 4000):
        depth += 1 if bracket[0] == "[" else -1
        if not depth:
            return bracket.end()
    return start + 1
