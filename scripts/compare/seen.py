"""What a reader sees of an edition: its chapters in order, and in each its headings, text, notes, figures and tables.

Reads and writes nothing. Two texts are the same when their letters are: how lines break, how wide a space is, whether two
letters are drawn as one, is the business of an edition.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal

from octavo import wordings

What = Literal["heading", "paragraph", "caption", "row", "note", "entry"]

# Stands in the text of a screen where the PDF has page numbers of its own: a locator, a reference to a page.
PAGES = "\ufffc"
# What the PDF may have in its place: page numbers, roman or arabic, with `n7` or `Anm. 7` for a note, joined and set apart; "p." before.
_PRINTED_PAGES = r"(?:[^\W\d_]{0,20}\.?)?(?:[\dIVXLCivxlcnA-Z.,;:–—\-()\[\]]|(?<=[\divxlc])[^\W\d_]{1,8}\.?(?=\d))*"
# The signs that set off the mark of a note in what is shown of a text; they are ours.
_MARKS = str.maketrans("", "", "⁅⁆")
_INVISIBLE = {"Cf", "Cc", "Zs", "Zl", "Zp"}
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+")
_NUMBER_AT_END = re.compile(r"\(((?:[A-Z]|\d+)(?:\.\d+)*)\)$")


@cache
def _kept(letter: str) -> bool:
    return unicodedata.category(letter) not in _INVISIBLE


def squeezed(text: str) -> str:
    """The letters of a text: ligatures taken apart, without spaces, soft hyphens and what else is not seen.

    Letters that run from right to left stand in a PDF in the order in which they are drawn: they are sorted.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_MARKS))
        text = "".join(filter(_kept, text))
        text = _RIGHT_TO_LEFT.sub(lambda found: "".join(sorted(found[0])), text)
    return "".join(text.split())


def formula(text: str) -> str:
    """A formula as its letters and digits, sorted, for each edition draws it in an order of its own; then its number."""
    text = squeezed(text)
    number = _NUMBER_AT_END.search(text)
    body = text[: number.start()] if number else text
    return "⟨" + "".join(sorted(filter(str.isalnum, body))) + (f"⟩({number[1]})" if number else "⟩")


def mark(number: str) -> str:
    """The mark of a note in the text."""
    return f"⁅{number.strip()}⁆"


@cache
def _openings() -> re.Pattern[str]:
    """The words before the number of a chapter, in every language that has wordings: one edition prints them, one does not."""
    known = tomllib.loads(wordings.FILE.read_text("utf-8")).values()
    words = {squeezed(words[kind][0]) for words in known for kind in ("chapter", "appendix") if kind in words}
    return re.compile(f"^(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})", re.IGNORECASE)


@cache
def continued() -> tuple[str, ...]:
    """What stands behind a heading of the index that a column repeats, in every language: "(continued)"."""
    known = tomllib.loads(wordings.FILE.read_text("utf-8")).values()
    return tuple(squeezed(f"({words['continued']})") for words in known if "continued" in words)


@cache
def _parts() -> re.Pattern[str]:
    known = tomllib.loads(wordings.FILE.read_text("utf-8")).values()
    words = "|".join(re.escape(squeezed(words["part"][0])) for words in known if "part" in words)
    return re.compile(rf"(?:{words})\s*(?:\d+|[IVXLC]+)", re.IGNORECASE)


def title_key(title: str) -> str:
    """What the editions must have in common of a chapter's heading: number and title, without the word before the number."""
    return _openings().sub("", squeezed(title), count=1).casefold()


def is_part(title: str) -> bool:
    """Whether a heading is that of a part: "Part 2 …"."""
    return bool(_parts().match(title.strip()))


@dataclass(frozen=True)
class Item:
    """A piece of text that stands by itself; of a note, `number` is that at its head; `alias` is compared in place of the text."""

    what: What
    text: str
    number: str = ""
    alias: str = ""

    @cached_property
    def key(self) -> str:
        """What must be the same in all editions."""
        text = self.alias or squeezed(self.text)
        return f"{self.number}⁆{text}" if self.number else text

    @cached_property
    def in_print(self) -> re.Pattern[str]:
        """The same text with page numbers in the places where an edition of pages has them."""
        return re.compile(_PRINTED_PAGES.join(re.escape(part) for part in self.key.split(PAGES)))


@dataclass
class Chapter:
    """A chapter, or the page of a part. `kind` is known of the screens alone: bibliography, index, list, or nothing."""

    title: str
    file: str
    kind: str = ""
    body: list[Item] = field(default_factory=list)
    figures: list[Item] = field(default_factory=list)
    tables: list[Item] = field(default_factory=list)
    notes: list[Item] = field(default_factory=list)
    notes_title: str = ""
    notes_at: int = 0  # how much of the body stands before the notes, where they are set as text

    @property
    def key(self) -> str:
        return title_key(self.title)


@dataclass
class Seen:
    """An edition as it was read: its name for messages, its path, its chapters."""

    edition: str
    path: str
    chapters: list[Chapter] = field(default_factory=list)


@dataclass
class Sink:
    """Where text goes while an edition is read: pieces of one run, cut into items."""

    items: list[Item]
    what: What = "paragraph"
    run: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.run.append(text)

    def cut(self, what: What | None = None) -> None:
        """End the item; what holds no letter is none."""
        text = " ".join("".join(self.run).split())
        self.run.clear()
        if text:
            self.items.append(Item(what or self.what, text))

    def whole(self) -> str:
        """All that was put in, as one text."""
        self.cut()
        return " ".join(item.text for item in self.items)
