"""Queries in a chapter: `[Is this the signed text?]{.query to=author id=Q12}` and `<!-- query: … -->`, each with its place.

Reads a chapter's text and writes nothing. A query that has its answer (`answer="…"`, or `| answer: …` in a comment) is closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from octavo.source.text import Source

CLASS = "query"
_ATTRIBUTES = re.compile(r'(?<=\])\{(?=[^}]*\.query(?![\w-]))(?P<inner>(?:[^{}"]|"(?:\\.|[^"\\])*")*)\}', re.DOTALL)
_PAIR = re.compile(r'(?P<key>[\w-]+)=(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<bare>[^\s"{}]+))|#(?P<id>[^\s{}"]+)', re.DOTALL)
_COMMENT = re.compile(r"<!--\s*query\b(?P<pairs>[^:\n]*):(?P<text>.*?)(?:\|\s*answer:(?P<answer>.*?))?-->", re.DOTALL | re.IGNORECASE)
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


class Query(NamedTuple):
    """A query from `start` to `end`. `to` is who is asked, `by` who asks; `on` the words that it is about, if it says so.

    `attributes` is where its attributes stand: just behind the brace that opens them, or behind the word `query`.
    """

    start: int
    end: int
    text: str
    id: str
    to: str
    by: str
    on: str
    answer: str
    is_comment: bool
    attributes: int


def queries(source: Source) -> list[Query]:
    """Every query of a chapter, in order; those in code or behind an unclosed bracket are none."""
    if CLASS not in source.text:
        return []
    return sorted((*_spans(source), *_comments(source)))


def _spans(source: Source) -> Iterator[Query]:
    for found in _ATTRIBUTES.finditer(source.masked):
        start = source.opening(found.start() - 1)
        if start is not None:
            yield _query(
                start, found.end(), source.text[start + 1 : found.start() - 1], _pairs(found["inner"]), False, found.start("inner")
            )


def _comments(source: Source) -> Iterator[Query]:
    for span in source.spans:
        found = _COMMENT.match(source.text, span.start, span.end) if span.kind == "comment" else None
        if found:
            pairs = _pairs(found["pairs"]) | ({"answer": " ".join(found["answer"].split())} if found["answer"] else {})
            yield _query(span.start, span.end, found["text"], pairs, True, found.start("pairs"))


def _query(start: int, end: int, text: str, pairs: dict[str, str], is_comment: bool, attributes: int) -> Query:
    words = " ".join((text if is_comment else _ESCAPE.sub(r"\1", text)).split())
    name, to, by, on, answer = (pairs.get(key, "") for key in ("id", "to", "by", "on", "answer"))
    return Query(start, end, words, name, to, by, on, answer, is_comment, attributes)


def _pairs(inner: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _PAIR.finditer(inner):
        if pair["id"]:
            found["id"] = pair["id"]
        else:
            found[pair["key"]] = " ".join(_ESCAPE.sub(r"\1", pair["quoted"]).split()) if pair["quoted"] is not None else pair["bare"]
    return found
