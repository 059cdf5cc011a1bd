"""Which passages of a chapter are in another language: `[…]{lang=ru}`, `::: {lang=ru}`, `<span lang="ru">`.

Reads a `Source`; writes nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from octavo.source.text import Source


class Tag(NamedTuple):
    """A language tag where it is written, and the passage that it is given to (`begin` up to `until`)."""

    start: int
    end: int
    tag: str
    begin: int
    until: int


_BRACES = re.compile(r"\{(?<!\\\{)[^{}]*?(?<=[\s{])lang\s*=\s*[\"']?(?P<tag>[^\s\"'{}]*)[\"']?[^{}]*\}")
_HTML = re.compile(r"<(?P<name>[A-Za-z][A-Za-z0-9-]*)\b[^<>]*?\s(?:xml:)?lang\s*=\s*[\"']?(?P<tag>[^\s\"'<>]*)")
_FENCE = re.compile(r"^[ \t>]*(?:[-*+][ \t]+)?:{3,}[ \t]*(?P<words>[^\s:][^\n]*?)?[ \t]*:*[ \t]*\r?$", re.MULTILINE)


def tags(source: Source) -> list[Tag]:
    """Every language tag of the text (not of the YAML header), in order."""
    closes = _div_ends(source.masked)
    found: list[Tag] = []
    for m in _BRACES.finditer(source.masked):
        found.append(Tag(*m.span("tag"), m["tag"], *_passage(source, m.start(), m.end(), closes)))
    for span in source.spans:
        if span.kind == "html" and (opened := _HTML.match(source.text, span.start, span.end)):
            close = re.compile(rf"</{re.escape(opened['name'])}\s*>", re.IGNORECASE).search(source.text, span.end)
            found.append(Tag(*opened.span("tag"), opened["tag"], span.end, close.start() if close else len(source.text)))
    return sorted(found)


def _passage(source: Source, start: int, end: int, closes: dict[int, int]) -> tuple[int, int]:
    """What the attributes from `start` to `end` belong to: the brackets before them, the div or the heading that they open."""
    text = source.masked
    if start and text[start - 1] == "]":
        return source.bracket(start - 1), start
    line = text.rfind("\n", 0, start) + 1
    if line in closes:
        return end, closes[line]
    return line, start


def _div_ends(text: str) -> dict[int, int]:
    """The start of the line of each fence that opens a div -> where the div ends."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for fence in _FENCE.finditer(text):
        if fence["words"]:
            opened.append(fence.start())
        elif opened:
            ends[opened.pop()] = fence.start()
    return ends | {start: len(text) for start in opened}
