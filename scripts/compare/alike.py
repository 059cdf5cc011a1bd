"""What each edition does in its own way, made alike before the editions are compared.

Reads and writes nothing. Notes that print sets as text; page numbers where the screens have sections; captions of what is
no picture; the list of its chapters on the page of a part; and what the author wrote for one edition only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import replace

from octavo.compare.seen import PAGES, Chapter, Item, continued, is_part, squeezed, title_key


def alike(printed: Chapter | None, screens: Sequence[Chapter], titles: Set[str], only: Sequence[str]) -> list[Chapter]:
    """One chapter of each edition, print first if it is there. `titles`: the keys of all chapters; `only`: squeezed texts."""
    screens = [_of_screen(chapter, titles) for chapter in screens]
    if printed is None:
        return [_without(chapter, only) for chapter in screens]
    if _sets_notes_as_text(printed, screens[-1]):
        screens = [_with_notes_as_text(chapter) for chapter in screens]
    printed = _with_captions(printed, screens[-1])
    chapters = [_without(chapter, only) for chapter in (printed, *screens)]
    first, last = chapters[0], chapters[-1]
    first.body, first.figures = without_pages(first.body, last.body), without_pages(first.figures, last.figures)
    first.tables, first.notes = without_pages(first.tables, last.tables), without_pages(first.notes, last.notes)
    return chapters


def _of_screen(chapter: Chapter, titles: Set[str]) -> Chapter:
    if chapter.kind == "list":
        return replace(chapter, body=[replace(item, text=item.text + PAGES) for item in chapter.body])
    if is_part(chapter.title):
        return replace(chapter, body=[item for item in chapter.body if title_key(item.text) not in titles])
    return chapter


# Notes


def _sets_notes_as_text(printed: Chapter, screen: Chapter) -> bool:
    """Whether print has the notes of a chapter at its end as text among other text."""
    return bool(screen.notes and not printed.notes) and any(squeezed(screen.notes[0].text) in item.key for item in printed.body)


def _with_notes_as_text(chapter: Chapter) -> Chapter:
    title = [Item("heading", chapter.notes_title)] if chapter.notes_title else []
    notes = [Item("note", f"{note.number}. {note.text}") for note in chapter.notes]
    before, after = chapter.body[: chapter.notes_at], chapter.body[chapter.notes_at :]
    return replace(chapter, body=[*before, *title, *notes, *after], notes=[])


# Captions


def _with_captions(printed: Chapter, screen: Chapter) -> Chapter:
    """Print with its captions apart from its text, also those that it does not tell from text: of listings, of parts of a figure."""
    captions = {item.key for item in screen.figures}
    apart = [item.what == "caption" or item.key in captions for item in printed.body]
    figures = [replace(item, what="caption") for item, is_apart in zip(printed.body, apart, strict=True) if is_apart]
    return replace(printed, body=[item for item, is_apart in zip(printed.body, apart, strict=True) if not is_apart], figures=figures)


# What one edition alone shows


def _without(chapter: Chapter, only: Sequence[str]) -> Chapter:
    """A chapter without what the author wrote for one edition only: it is taken out of all of them."""
    if not only:
        return chapter
    pattern = re.compile("|".join(re.escape(text) for text in sorted(only, key=len, reverse=True) if text))

    def left(items: list[Item]) -> list[Item]:
        cut = [(item, pattern.sub("", squeezed(item.text))) for item in items]
        return [item if text == squeezed(item.text) else replace(item, alias=text) for item, text in cut if text]

    return replace(chapter, body=left(chapter.body), figures=left(chapter.figures), tables=left(chapter.tables), notes=left(chapter.notes))


# Page numbers


def without_pages(printed: list[Item], items: Sequence[Item]) -> list[Item]:
    """The items of the PDF, its page numbers taken out where a screen has locators of its own."""
    with_pages: dict[str, list[Item]] = {}
    for item in items:
        if PAGES in item.key:
            with_pages.setdefault(_start(item.key), []).append(item)
    if not with_pages:
        return printed
    out: list[Item] = []
    for item in printed:
        # The heading that a column of the index repeats is no heading of its own.
        if item.key.endswith(continued()):
            continue
        near = [*with_pages.get(_start(item.key), []), *(with_pages.get("", []))]
        like = [other for other in near if other.in_print.fullmatch(item.key)]
        out.append(max(like, key=lambda other: len(other.key)) if like else item)
    return out


def _start(key: str) -> str:
    """A few letters to look an item up by."""
    before = re.split(f"{PAGES}|\\d", key, maxsplit=1)[0]
    return before[:6] if len(before) >= 6 else ""
