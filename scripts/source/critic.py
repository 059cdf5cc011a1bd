"""CriticMarkup in a chapter: `{++added++}`, `{--deleted--}`, `{~~old~>new~~}`, `{>>comment<<}`, `{==marked==}`.

Reads a chapter's text and writes nothing. pandoc mangles these marks (`{--x--}` becomes dashes), so they become spans
before it sees them; every line stays the line that it was. The marks are those of http://criticmarkup.com/spec.php;
in code, mathematics and comments they are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from octavo.source.text import Source

OPENINGS = ("{++", "{--", "{~~", "{>>", "{==")
_CHANGE = re.compile(
    r"(?<!\\)(?:\{\+\+(?P<added>.*?)\+\+\}|\{--(?P<deleted>.*?)--\}|\{~~(?P<old>(?:(?!~~\}).)*?)~>(?P<new>.*?)~~\}"
    r"|\{>>(?P<comment>.*?)<<\}|\{==(?P<marked>.*?)==\})",
    re.DOTALL,
)
_OPENING = re.compile(r"(?<!\\)\{(?:\+\+|--|~~|>>|==)")
# What stands before the text of a block, and lines that are no running text: fences of divs and code, rows of tables.
_LEAD = re.compile(r"[ \t>]*(?:#{1,6}[ \t]+|(?:[-*+]|\d+[.)])[ \t]+)?")
_NO_TEXT = re.compile(r"[ \t>]*(?::::|```|~~~|\||\+[-=]|[-=]+[ \t]*$|$)")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class Change(NamedTuple):
    """A mark from `start` to `end`; `kind` is added, deleted, replaced, comment, marked, or open for one never closed."""

    start: int
    end: int
    kind: str


def has_marks(text: str) -> bool:
    return any(opening in text for opening in OPENINGS)


def changes(source: Source) -> Iterator[Change]:
    """Every mark in the prose of a chapter, in order."""
    if not has_marks(source.text):
        return
    at = 0
    while opened := _OPENING.search(source.masked, at):
        found = _CHANGE.match(source.masked, opened.start())
        if found:
            yield Change(found.start(), found.end(), "replaced" if found.lastgroup == "new" else str(found.lastgroup))
        else:
            yield Change(opened.start(), opened.end(), "open")
        at = found.end() if found else opened.end()


def as_spans(text: str) -> str:
    """The text with every change as a span of class added, deleted, comment or marked, line for line."""
    if not has_marks(text):
        return text
    source, out, at = Source("", text), [], 0
    for change in changes(source):
        found = _CHANGE.match(source.masked, change.start)
        if found is None:
            continue
        begins = not source.text[source.text.rfind("\n", 0, change.start) + 1 : change.start].strip(" \t>")
        out += [source.text[at : change.start], *_spans(source.text, found, begins)]
        at = change.end
    return ("\ufeff" if source.bom else "") + "".join(out) + source.text[at:]


def _spans(text: str, found: re.Match[str], begins: bool) -> Iterator[str]:
    for name in ("old", "deleted", "new", "added", "comment", "marked"):
        if found[name] is not None:
            words = text[found.start(name) : found.end(name)]
            kind = {"old": "deleted", "new": "added"}.get(name, name)
            yield _wrapped(_PUNCTUATION.sub(r"\\\1", words) if kind == "comment" else words, kind, begins and name != "new")


def _wrapped(words: str, kind: str, begins: bool) -> str:
    """The words in a span; where they run over paragraphs, headings or items, each in a span of its own."""
    pieces: list[list[str]] = [[]]
    lines = words.split("\n")
    for i, line in enumerate(lines):
        starts = i > 0 or begins
        lead = _LEAD.match(line) if starts else None
        if starts and _NO_TEXT.match(line) and (i or line.strip()):
            pieces += [[line], []]
        elif lead and lead[0].strip(" \t>") and i:
            pieces.append([line])
        else:
            pieces[-1].append(line)
    made = [_piece(piece, kind, at > 0 or begins) for at, piece in enumerate(pieces) if piece]
    return "\n".join(made)


def _piece(lines: list[str], kind: str, begins: bool) -> str:
    text = "\n".join(lines)
    if begins and _NO_TEXT.match(lines[0]) and len(lines) == 1:
        return text
    lead = _LEAD.match(text) if begins else None
    start = lead.end() if lead else 0
    end = len(text.rstrip()) if len(text.rstrip()) > start else len(text)
    return f'{text[:start]}<span class="{kind}">{text[start:end]}</span>{text[end:]}'
