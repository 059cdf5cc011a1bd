"""On which page of print each sentence stands, and at which sentence each page begins.

Reads and writes nothing: the sources of the print edition and the positions that the compiler found in, a record out.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from octavo import sentences

Record = dict[str, Any]
Standing = tuple[str, int, float]
"""A sentence: its name, the page on which it ends (1 is the first of the file), how far down that page."""

_MARK = re.compile(r'#(?:last-)?sentence\("((?:[^"\\]|\\.)*)"\)')
_FRONT = ("title-page", "copyright-page")
_CONTENTS = "contents"


def of(record: Record, files: Mapping[str, str], marks: Iterable[tuple[str, int, float, float]], names: Mapping[int, str]) -> Record:
    """`sentences`: [name, label of its page] in the order of reading; `pages`: [label, name of the sentence it begins with].

    The labels are those that the pages bear: roman in the front matter. Where nothing of the text stands on a page (a blank
    one, the half-title), it begins with what comes next.
    """
    found: dict[str, tuple[int, float]] = {}
    for name, page, _, down in marks:
        found.setdefault(name, (page, down))
    standing = [(name, *found[name]) for name in _order(record, files, list(found)) if name in found]
    labels = _labels(dict(names))
    opened = _openings(standing)
    book = record["book"]
    chosen = book["editions"]
    return {
        "label": book["words"]["page-label"], "title": book["words"]["pages-of-print"], "source": _source(book),
        "epub": chosen.get("epub", {}).get("page_list", True), "html": chosen.get("html", {}).get("page_marks", True),
        "sentences": [[name, labels[page - 1]] for name, page, _ in standing],
        "pages": [[labels[page - 1], name] for page, name in opened],
    }  # fmt: skip


def _source(book: Record) -> str:
    """What the pages are those of: the ISBN of the printed book or the PDF, else a line that names it."""
    isbn = book["identifiers"].get("isbn") or {}
    if given := isbn.get("print") or isbn.get("pdf"):
        return f"urn:isbn:{re.sub('[^0-9Xx]', '', given)}"
    return ", ".join(filter(None, [f"{book['title']} (PDF)", book["publisher"].get("name"), str(book["date"])[:4], book["version"]]))


def _order(record: Record, files: Mapping[str, str], found: list[str]) -> Iterator[str]:
    """The names of the sentences in the order of reading."""
    yield from _FRONT
    parts: set[str] = set()
    has_contents = False
    for chapter in record["chapters"]:
        if not has_contents and not chapter.get("leaf"):
            has_contents = True
            yield from (name for name in found if name == _CONTENTS or name.startswith(f"{_CONTENTS}:"))
        if chapter["part"] and chapter["part"] not in parts:
            parts.add(chapter["part"])
            yield f"part:{chapter['part']}"
        yield from _as_counted(_MARK.findall(files[f"text/{chapter['slug']}.typ"]), chapter["slug"])


def _as_counted(names: list[str], slug: str) -> Iterator[str]:
    """The sentences of a chapter as they were counted: a call may have the source of an epigraph before its words."""
    counted = [name for name in names if name.startswith(f"{slug}.")]
    counted.sort(key=lambda name: int(name.removeprefix(f"{slug}.").removeprefix(sentences.FLOAT)))
    following = iter(counted)
    for name in names:
        yield next(following) if name.startswith(f"{slug}.") else name


def _labels(known: dict[int, str]) -> list[str]:
    """The label of every page: one without a mark counts back from the next that has one, in its figures."""
    labels = [known.get(page, "") for page in range(1, max(known, default=0) + 1)]
    for at in range(len(labels) - 2, -1, -1):
        labels[at] = labels[at] or _before(labels[at + 1])
    for at in range(1, len(labels)):
        labels[at] = labels[at] or _after(labels[at - 1])
    return labels


_ROMAN = (("c", 100), ("xc", 90), ("l", 50), ("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1))


def roman(number: int) -> str:
    """A number below 400 in small roman figures."""
    said = ""
    for letters, value in _ROMAN:
        said += letters * (number // value)
        number %= value
    return said


_NUMBERS = {roman(number): number for number in range(1, 400)}


def _before(label: str) -> str:
    """The label of the page before; nothing before the first of its kind."""
    if label.isdigit():
        return str(int(label) - 1) if int(label) > 1 else ""
    return roman(_NUMBERS.get(label, 1) - 1)


def _after(label: str) -> str:
    return str(int(label) + 1) if label.isdigit() else roman(_NUMBERS.get(label, 0) + 1)


def _openings(standing: list[Standing]) -> Iterator[tuple[int, str]]:
    """(page, name of the sentence that holds its first words).

    That is the first of the text that ends on this page or a later one. A figure or table opens the page if it stands above
    the end of that sentence, or alone on the page.
    """
    text: list[Standing] = []
    floats: dict[int, Standing] = {}
    for sentence in standing:
        if sentences.is_float(sentence[0]):
            floats[sentence[1]] = min(floats.get(sentence[1], sentence), sentence, key=lambda standing: standing[2])
        elif not text or sentence[1] >= text[-1][1]:
            text.append(sentence)
    ends = [page for _, page, _ in text]
    for page in range(1, max([0, *ends, *floats]) + 1):
        at = bisect_left(ends, page)
        shown = floats.get(page)
        if shown and (at == len(text) or text[at][1] > page or shown[2] < text[at][2]):
            yield page, shown[0]
        elif at < len(text):
            yield page, text[at][0]
