"""What makes a chapter unfit to be shown to pandoc, found before pandoc is started.

Reads the bytes of a chapter and writes nothing. pandoc turns bytes that are not UTF-8 into other letters and passes NUL
on without a word; its time grows by a factor of 2.5 with each nested bracket, and some YAML headers do not end at all
(measured: docs of this module's limits below).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.model import Place, Problem
from octavo.source.mask import Scan, blank, scan

BRACKETS = 8
"""Closed brackets inside each other: 8 take pandoc 3.9 a second, 10 six seconds, 14 more than a minute."""
OPEN = 12
"""Brackets that stand open in one paragraph, and unclosed `<span>`: 12 take a second, 20 do not end."""
OPEN_CITATIONS = 8
"""The same where citations stand between them: 10 take two to five seconds."""
LEVELS = 50
"""Block quotations, lists and divs inside each other."""
QUOTATION_MARKS = 30
"""Quotation marks of both kinds, open inside each other: 40 take a second, 100 do not end."""
ANGLES = 2000
"""`<` that open no tag: the time grows with their square, 2,000 take five seconds."""
ENVIRONMENTS = 100
"""`\\begin{…}` without an end: 200 take ten seconds."""
LINE = 1_000_000
"""Characters in a line: ten times as many take thirteen seconds and 1.6 GB."""

_NO_TEXT = re.compile("[\x00\ufffe\uffff]")
_BREAK = re.compile(r"\n[ \t>]*\r?(?=\n|\Z)")
_MARK = re.compile(r"\\.|\[|\]|<span\b[^>]*>|</span\s*>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"[ \t>]*(?:\||\+[-=:+]+\+[ \t]*\r?$)", re.MULTILINE)
_ITEM = re.compile(r"^[ \t>]*(?:[-*+]|\(?(?:\d+|[A-Za-z]|#)[.)]|\[\^[^\]\s]+\]:|:)[ \t]+")
_HEADING = re.compile(r"^[ \t>]*#{1,6}\s")
_QUOTE_MARKS = re.compile(r"\\.|(?P<open>(?<![^\s(\[\"'])[\"'](?=[^\s]))|(?P<close>(?<=\S)[\"'](?!\w))", re.DOTALL)
_ANCHOR = re.compile(r"(?:^|[:\-\[,{])[ \t]*&[^\s,\[\]{}]+(?=[\s\[{,]|\Z)", re.MULTILINE)
_ALIAS = re.compile(r"(?:^|[:\-\[,{])[ \t]*\*[^\s,\[\]{}]+", re.MULTILINE)
_LISTS = re.compile(r"(?:[ \t]*(?:[-*+]|\(?(?:\d+|[A-Za-z]|#)[.)])(?=[ \t]))+")
_FENCE = re.compile(r"[ \t>]*(:{3,})[ \t]*(\S?)")


def look(file: str, raw: bytes) -> list[Problem]:
    """What makes the chapter `raw` unfit for pandoc: kinds encoding, nul, metadata, nesting. Empty if nothing does."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [Problem("encoding", _place_of_byte(file, raw, error), _encoding(raw))]
    if bad := _NO_TEXT.search(text):
        what = "a NUL byte" if bad[0] == "\0" else f"U+{ord(bad[0]):04X}, which is no character"
        return [Problem("nul", _place(file, text, bad.start()), what)]
    for at in _long_lines(text):
        return [Problem("nesting", _place(file, text, at), f"a line of more than {LINE:,} characters")]
    found = scan(text)
    problems = list(_aliases(file, text, found))
    problems += [Problem("nesting", _place(file, text, at), detail) for at, detail in _depths(text, found)]
    return sorted(problems, key=lambda problem: problem.place)


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "the file is UTF-16, not UTF-8"
    return "the file is not UTF-8"


def _place_of_byte(file: str, raw: bytes, error: UnicodeDecodeError) -> Place:
    # The error counts in what the codec was given, which may be without the byte order mark.
    start = error.start + len(raw) - len(error.object)
    before = raw[:start].decode("utf-8-sig", "replace")
    return _place(file, before, len(before))


def _place(file: str, text: str, at: int) -> Place:
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return Place(file, line, column, line, column + 1)


def _long_lines(text: str) -> Iterator[int]:
    at = 0
    for line in text.split("\n"):
        if len(line) > LINE:
            yield at
        at += len(line) + 1


def _aliases(file: str, text: str, found: Scan) -> Iterator[Problem]:
    """Anchors and aliases in a YAML header: nine lines of them can stand for a thousand million words."""
    for span in found.spans:
        header = text[span.start : span.end] if span.kind == "header" else ""
        if (anchor := _ANCHOR.search(header)) and _ALIAS.search(header):
            at = span.start + anchor.start() + anchor[0].index("&")
            yield Problem("metadata", _place(file, text, at), "anchors and aliases (& and *) are not used in a chapter's header")


def _depths(text: str, found: Scan) -> Iterator[tuple[int, str]]:
    """(offset, what is too deep), the first of each sort."""
    prose = blank(text, found.spans, frozenset({"header", "code", "comment", "math", "tex", "address"}))
    angles = [m.start() for m in re.finditer("<", blank(prose, found.spans, frozenset({"html"})))]
    if len(angles) > ANGLES:
        yield angles[ANGLES], f"more than {ANGLES} `<` that open no tag"
    begun = [m.start() for m in re.finditer(r"\\begin\{", prose)]
    if len(begun) > ENVIRONMENTS:
        yield begun[ENVIRONMENTS], f"more than {ENVIRONMENTS} `\\begin` without an end"
    for search in (_inlines_too_deep, _blocks_too_deep):
        if (deep := next(search(prose), None)) is not None:
            yield deep


def _inlines_too_deep(prose: str) -> Iterator[tuple[int, str]]:
    for start, end in _pieces(prose):
        if prose.count("[", start, end) + prose.count("<", start, end) > BRACKETS:
            yield from _brackets(prose, start, end)
        if prose.count('"', start, end) > QUOTATION_MARKS // 2 and prose.count("'", start, end) > QUOTATION_MARKS // 2:
            yield from _quotation_marks(prose, start, end)


def _pieces(prose: str) -> Iterator[tuple[int, int]]:
    """The paragraphs, and the single rows, items and headings: what pandoc reads at one go."""
    start = 0
    for stop in [m.start() for m in _BREAK.finditer(prose)] + [len(prose)]:
        first = prose[start:stop].lstrip("\r\n")
        if _ROW.match(first) or _ITEM.match(first) or _HEADING.match(first):
            yield from _lines(prose, start, stop)
        else:
            yield start, stop
        start = stop


def _lines(prose: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The rows of a table, the items of a list with the lines that go on, a heading and what follows it."""
    begin, at, heading = start, start, False
    for line in prose[start:stop].splitlines(keepends=True):
        if heading or _ROW.match(line) or _ITEM.match(line):
            yield begin, at
            begin = at
        heading = bool(_HEADING.match(line))
        at += len(line)
    yield begin, stop


def _brackets(prose: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Closed pairs deeper than BRACKETS, or too many that stay open: each is tried both ways for each around it."""
    opened: list[list[int]] = []  # offset, and how deep the closed pairs inside it go
    limit = OPEN_CITATIONS if "@" in prose[start:end] else OPEN
    for mark in _MARK.finditer(prose, start, end):
        if mark[0] == "[" or mark[0][:2].lower() == "<s":
            opened.append([mark.start(), 0])
        elif (mark[0] == "]" or mark[0][0] == "<") and opened:
            at, inside = opened.pop()
            inside += mark[0] == "]"  # closed <span> cost nothing
            if inside > BRACKETS:
                yield at, f"brackets deeper than {BRACKETS}"
                return
            if opened:
                opened[-1][1] = max(opened[-1][1], inside)
    if len(opened) > limit:
        yield opened[0][0], f"more than {limit} brackets that are never closed"


def _quotation_marks(prose: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    opened: list[str] = []
    for mark in _QUOTE_MARKS.finditer(prose, start, end):
        if mark["open"] and (not opened or opened[-1] != mark["open"]):
            opened.append(mark["open"])
            if len(opened) > QUOTATION_MARKS:
                yield mark.start(), f"quotation marks deeper than {QUOTATION_MARKS}"
                return
        elif mark["close"] and mark["close"] in opened:
            while opened.pop() != mark["close"]:
                pass


def _blocks_too_deep(prose: str) -> Iterator[tuple[int, str]]:
    """Block quotations, lists and divs inside each other, from the starts of the lines."""
    at, divs = 0, 0
    indents: list[int] = []
    for line in prose.splitlines(keepends=True):
        mark = line.lstrip(" \t")[:1]
        if (mark and mark in ">-*+:(#") or mark.isalnum():
            lead = line[: len(line) - len(line.lstrip(" \t>"))]
            markers = _LISTS.match(line[len(lead) :])
            width = len(lead.expandtabs(4))
            while indents and indents[-1] >= width:
                indents.pop()
            if markers:
                indents.append(width)
            fence = _FENCE.match(line)
            divs += 0 if not fence else 1 if fence[2] else -1 if divs else 0
            inside = len(indents) + (len(markers[0].split()) - 1 if markers else 0)
            for depth, what in ((lead.count(">"), "block quotations"), (inside, "lists"), (divs, "divs")):
                if depth > LEVELS:
                    yield at, f"{what} deeper than {LEVELS}"
                    return
        at += len(line)


_YAML_AT = re.compile(r"at \(line (\d+), column \d+\)")
_YAML_INSIDE = re.compile(r"YAML parse exception at line (\d+), column (\d+)")


def refusal(file: str, raw: bytes, said: str) -> Problem:
    """pandoc did not read the chapter; `said` is its last word. The problem stands where pandoc says it lost the thread.

    pandoc counts the lines of a header from its first, 0, and says where the header starts.
    """
    text = raw.decode("utf-8", "replace")
    if "YAML" in said or "Unknown alias" in said:
        return Problem("metadata", _yaml_place(file, text, said), _yaml_fault(said))
    if "did not finish" in said or re.search(r"heap|memory|\(-9\)|\(251\)", said, re.IGNORECASE):
        return Problem("nesting", Place(file), "pandoc could not read the chapter within its limits of time and memory")
    return Problem("unreadable", Place(file), said)


def _yaml_place(file: str, text: str, said: str) -> Place:
    start, inside = _YAML_AT.search(said), _YAML_INSIDE.search(said)
    header = next((span.start for span in scan(text.removeprefix("\ufeff")).spans if span.kind == "header"), 0)
    first = int(start[1]) if start else text.count("\n", 0, header) + 1
    line = min(first + int(inside[1] if inside else 0), text.count("\n") + 1)
    column = int(inside[2] if inside else 0) + 1
    return Place(file, line, column, line, column + 1)


def _yaml_fault(said: str) -> str:
    """The fault in a few words: what follows the last colon or position."""
    words = re.sub(r"^.*?\(line \d+, column \d+\):?\s*|^pandoc failed \(\d+\):\s*", "", said, flags=re.DOTALL)
    words = re.sub(r"YAML parse exception at line \d+, column \d+[,:]?\s*", "", words)
    return " ".join(words.split()).strip(" :,") or "this is not YAML"
