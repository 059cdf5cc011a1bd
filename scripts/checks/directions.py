"""REF, continued: "above" and "below" beside a reference.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Label, Manuscript, Text
from octavo.checks.phrases import Phrases, phrases
from octavo.model import Place
from octavo.source import Mark

_NOT_A_PLACE = (
    r"all\b|average|normal|zero|sea\b|ground|par\b|the\b|an?\b|this\b|that\b|th[eo]se\b|his\b|her\b|its\b|their\b|our\b|any\b|which\b|whom\b"
    r"|freezing|and beyond|half\b|\d|[$£€]"
)
_INTO = r"in|at|on|from|see|under|auf|aus|bei|siehe|dans|à|voir|в|на|см\.|en|véase"
_SEE = r"see|see also|cf\.|siehe|siehe auch|vgl\.|s\.|voir|см\.|véase|ver"


@check(
    "REF009",
    "direction-mismatch",
    "note",
    "“{word}”, but `{key}` stands {where}",
    hint="leave the direction out: the reference says where it is",
)
def direction_mismatch(book: Manuscript) -> Iterator[Hit]:
    """ "Above" beside a reference to something that stands below, or "below" for something above.

    Only what belongs together is looked at: "@fig-x above", "above in @fig-x", "above (see @sec-y)", "see below, @tbl-z".
    A reference to the section in which it stands is let be.

    *Bad*

        As @fig-map above shows, …        where the figure comes later

    *Good*

        As @fig-map shows, …
    """
    numbers = {text.file.file: number for number, text in enumerate(book.texts)}
    for text in book.texts:
        pattern = _beside(phrases(tree.plain(text.chapter.meta.get("lang")) or book.book.language or "en"))
        for mark in text.source.citations:
            said = _said(text, mark, *pattern) if book.is_reference(mark.text) and (name := book.label_of(mark.text)) else None
            if not said:
                continue
            word, is_above, span = said
            lies = _lies_above(mark, text, book.labels[name][0], book, numbers)
            if lies is not None and lies != is_above:
                where = "above, at" if lies else "below, at"
                place = text.source.place(*span)
                yield at(place, word=word, key=name, where=f"{where} {book.labels[name][0].place}")


@cache
def _beside(speech: Phrases) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What may follow a reference, what may stand before it, and what of these means "above"."""
    word = rf"(?P<word>{speech.above}|{speech.below})"
    after = re.compile(rf"[\])]*(?:\{{\.page\}})?,?\s+\(?{word}(?!\w)(?!\s+(?:{_NOT_A_PLACE}))", re.IGNORECASE)
    before = re.compile(
        rf"(?<!\w)(?:{word}\s+(?:{_INTO})\s+|{word.replace('word', 'word2')}\s*\((?:(?:{_SEE}|{_INTO})\s+)?"
        rf"|the\s+{word.replace('word', 'word4')}\s+|(?:{_SEE})\s+{word.replace('word', 'word3')},?\s+(?:(?:{_INTO})\s+)?)\[?-?$",
        re.IGNORECASE,
    )
    return after, before, re.compile(speech.above, re.IGNORECASE)


def _said(
    text: Text, mark: Mark, after: re.Pattern[str], before: re.Pattern[str], above: re.Pattern[str]
) -> tuple[str, bool, tuple[int, int]] | None:
    """(the word, whether it means above, where it stands) beside a reference; None if none belongs to it."""
    masked = text.source.masked
    if found := after.match(masked, mark.end):
        return found["word"], bool(above.fullmatch(found["word"])), found.span("word")
    start = max(mark.start - 60, 0)
    if found := before.search(masked[start : mark.start]):
        name = next(name for name in ("word", "word2", "word3", "word4") if found[name])
        begin, end = found.span(name)
        return found[name], bool(above.fullmatch(found[name])), (start + begin, start + end)
    return None


def _lies_above(mark: Mark, text: Text, label: Label, book: Manuscript, numbers: dict[str, int]) -> bool | None:
    """Whether what bears the label stands before the reference; None if nobody can say, or the reference is inside it."""
    place: Place = label.place
    if place.file not in numbers or not label.is_explicit:
        return None
    if place.file != text.file.file:
        other = book.texts[numbers[place.file]]
        related = text.host or other.host
        return None if related else numbers[place.file] < numbers[text.file.file]
    here = text.source.place(mark.start)
    if place < here and any(header.node["c"][1][0] == label.name for header in text.headers) and _is_within(here, label.name, text):
        return None
    return place < here


def _is_within(here: Place, name: str, text: Text) -> bool:
    """Whether a place lies in the section that bears the label."""
    level = 0
    for header in text.headers:
        if header.place > here:
            break
        if header.node["c"][1][0] == name:
            level = header.level
        elif level and header.level <= level:
            level = 0
    return bool(level)
