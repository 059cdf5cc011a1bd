"""REV: the review loop.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.model import Place
from octavo.source import critic
from octavo.source.queries import queries

_WHAT = {
    "added": "an insertion that nobody has accepted",
    "deleted": "a deletion that nobody has accepted",
    "replaced": "a change that nobody has accepted",
    "comment": "a comment that nobody has answered",
    "marked": "a passage that somebody has marked",
    "open": "a mark of a change that is never closed",
}


@check("REV003", "unresolved-change", "warning", "{what}", in_release="error", hint="accept it or refuse it, and take the marks out")
def unresolved_change(book: Manuscript) -> Iterator[Hit]:
    """A mark of CriticMarkup that is still in the text. A draft shows it; a release is not made of it.

    A warning under the profile `draft`, an error under the others.

    *Bad*

        The treaty was signed {--at Genoa--}{++at Rapallo++}. {>>Sure?<<}

    *Good*

        The treaty was signed at Rapallo.
    """
    for text in book.texts:
        for change in critic.changes(text.source):
            yield at(text.source.place(change.start, change.end), what=_WHAT[change.kind])


_QUERY_DIV = re.compile(r"^[ \t>]*(?P<fence>:{3,}[ \t]*(?:query|\{[^{}\n]*\.query(?![\w-])[^{}\n]*\})[ \t]*:*)[ \t]*\r?$", re.MULTILINE)
_QUERY_TAG = re.compile(r"<(?:span|div)\b[^>]*\bclass\s*=\s*[\"']?[^\"'>]*\bquery\b")
_ANSWER = re.compile(r"\banswer\s*=\s*(?:\"[^\"]*\S|'[^']*\S|[^\s\"'{}>]+)")


@check(
    "REV001",
    "open-query",
    "warning",
    "a query that nobody has answered",
    in_release="error",
    hint='answer it (`answer="…"`), or take it out',
)
def open_query(book: Manuscript) -> Iterator[Hit]:
    """A query to the author, in a span or div `.query` or in a comment `<!-- query: … -->`, without an answer.

    A query is closed by `answer="…"`, in a comment by `| answer: …`. A warning under the profile `draft`, an error
    under the others.

    *Bad*

        [The treaty was signed at Genoa.]{.query by=editor} <!-- query: or at Rapallo? -->

    *Good*

        [The treaty was signed at Rapallo.]{.query by=editor answer="At Rapallo; corrected."}
    """
    for text in book.texts:
        yield from (at(place) for place in sorted(_queries(text)))


def _queries(text: Text) -> Iterator[Place]:
    """The places of the queries without an answer: spans and comments, divs, and HTML."""
    source = text.source
    for query in queries(source):
        if not query.answer:
            yield source.place(query.start, query.end)
    for found in _QUERY_DIV.finditer(source.masked):
        if not _ANSWER.search(found[0]):
            yield source.place(*found.span("fence"))
    for span in source.spans:
        written = source.text[span.start : span.end] if span.kind == "html" else ""
        if _QUERY_TAG.match(written) and not _ANSWER.search(written):
            yield source.place(span.start, span.end)


_PLACEHOLDER = re.compile(
    r"(?<![^\W_])(?<!-)(?:TO-?DO|FIXME|[Tt]o-?do:|[Ff]ixme:)(?![^\W_]|-)|(?<![^\W_])(?<!-)X{3,}(?![^\W_])"
    r"|(?<![^\W_])(?<![.-])(?:TK)+(?![^\W_]|-|\.\w| Maxx)"
    r"|\b[Ll]orem [Ii]psum\b|\?{3,}"
)
_ALONE = re.compile(r"(?:“|\"|‘|'|«|„|`)\s*\Z")
_NUMBERED = re.compile(
    r"(?:\b(?:chap(?:ter|s?\.)|vol(?:ume|\.)|book|bk\.|part|pt\.|no\.|number|psalm|canto|act|scene|section|sec\.|§|figure|fig\.|table"
    r"|plate|pl\.|century|article|art\.|legion|olympiad|appendix|title|session|kap\.|bd\.|т\.|гл\.)"
    r"|(?P<name>\b[A-ZÀ-ÞА-ЯЁ][\w’'-]*))[ \u00a0\n]\{{0,2}\Z",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"[ \u00a0\n](?:Olymp|Congress|Corps|Army|Legion|Dynasty|Party|Summer|Winter|Session|Conference|Division|Century)")
"""What a numeral may stand before: the XXX Olympiad."""
_NO_NAMES = frozenset(
    ["see", "the", "a", "an", "in", "at", "on", "as", "by", "from", "to", "for", "and", "but", "of", "or", "with", "cf", "is", "was",
     "are", "were", "it", "he", "she", "they", "we", "this", "that", "these", "those", "then", "than", "when", "where", "who", "what",
     "which", "if", "so", "not", "no", "yes", "by", "per", "pp", "p", "page", "pages", "note", "notes", "add", "insert", "check",
     "cite", "ref", "todo"]
)  # fmt: skip
_PRINTED = (
    "title", "subtitle", "booktitle", "journaltitle", "journal", "author", "editor", "publisher", "location", "address",
    "pages", "date", "year",
    "volume", "number", "note", "edition", "institution", "school", "series", "howpublished", "addendum", "url", "doi",
)  # fmt: skip
_ANY = re.compile(r"TO-?DO|FIXME|XXX|TK|\?\?\?|[Ll]orem [Ii]psum|[Tt]o-?do:|[Ff]ixme:")
"""What a chapter or entry must hold to be looked at more closely."""
_ATTRIBUTE = re.compile(r"\b(?:alt|caption|short|title|credit|entry)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|[^\s{}\"']+)")
_QUOTES = re.compile(r"\A[\"']|[\"']\Z")
_META = re.compile(r"^(?:title|short-title|author|abstract|keywords)[ \t]*:(?P<value>[^\n]*(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)


@check(
    "REV002",
    "placeholder",
    "warning",
    "the placeholder “{words}”",
    in_release="error",
    hint="write what is meant to stand here, or take it out",
)
def placeholder(book: Manuscript) -> Iterator[Hit]:
    """TODO, FIXME, XXX, TK, "lorem ipsum" or `???` in what a reader would see.

    Looked for in the text, notes, captions and headings, in the words of attributes (`alt`, `short` …), in chapters' headers,
    in the title and description of book.yaml and in the printed fields of entries; not in comments, code and addresses.
    `XXX` after a capitalised word or "chapter" is a numeral. A warning under the profile `draft`, an error under the others.

    *Bad*

        The treaty was signed on TK April 1922, at XXX.

    *Good*

        The treaty was signed on 16 April 1922, at Rapallo, in the reign of Pope Pius XI.
    """
    for text in book.texts:
        yield from _in_chapter(text)
    for name, words in (("title", book.book.title), ("subtitle", book.book.subtitle), ("description", book.book.description)):
        for found in _placeholders(words):
            yield at(book.book.place(name), words=found[0])
    for entry in book.entries.values():
        for name in _PRINTED if _ANY.search(entry.raw) else ():
            field = entry.fields.get(name)
            for found in _placeholders(field.value) if field else ():
                yield at(field.value_place if field else entry.place, words=found[0])
                break


def _in_chapter(text: Text) -> Iterator[Hit]:
    source = text.source
    if not _ANY.search(source.text):
        return
    for found in _placeholders(source.wording):
        yield at(source.place(*found.span()), words=found[0])
    pieces = [(m.start("value"), m["value"]) for m in _ATTRIBUTE.finditer(source.masked)]
    for span in source.spans:
        if span.kind == "header":
            pieces += [(span.start + m.start("value"), m["value"]) for m in _META.finditer(source.text[span.start : span.end])]
        elif span.info:
            pieces += [(span.info_start + m.start("value"), m["value"]) for m in _ATTRIBUTE.finditer(span.info)]
    for start, words in pieces:
        for found in _placeholders(_QUOTES.sub(" ", words)):
            if not source.wording[start + found.start() : start + found.end()].strip():
                yield at(source.place(start + found.start(), start + found.end()), words=found[0])


def _placeholders(words: str) -> Iterator[re.Match[str]]:
    """Every placeholder in a text: not a word in quotation marks by itself, which is spoken of, and not a numeral."""
    for found in _PLACEHOLDER.finditer(words):
        before, after = words[max(found.start() - 40, 0) : found.start()], words[found.end() : found.end() + 2].lstrip(".,;")
        if _ALONE.search(before) and after[:1] in ("”", '"', "’", "'", "»", "“", "`"):
            continue
        if found[0] == "XXX" and _COUNTED.match(words, found.end()):
            continue
        if found[0] == "XXX" and (numeral := _NUMBERED.search(before)):
            name = numeral["name"]
            if not name or (name[0].isupper() and name.lower() not in _NO_NAMES):
                continue
        yield found
