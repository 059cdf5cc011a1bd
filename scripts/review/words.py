"""The words of a PDF's pages, each with its box: what a reader's marks lie on.

Reads a PDF by PDFium, which did not make it; writes nothing. Boxes are in the page's own space, as annotations are,
however the page is turned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from octavo.origins import normal

Box = tuple[float, float, float, float]
"""left, bottom, right, top in points, from the lower left corner of the page."""

_BREAKS = {"\u00ad", "\ufffe", "\x02", "-", "\u2010"}
_TAG = re.compile(r"\d{2,3}:\d{1,6}")


@dataclass(frozen=True)
class Word:
    """A word in small letters with the boxes of its parts: two where it is hyphenated."""

    text: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class PageWords:
    """The words of a page in the order of the file, and the tags of its margin (`03:112`) with their boxes."""

    words: tuple[Word, ...]
    tags: tuple[tuple[str, Box], ...]
    text: str
    height: float


class Reader:
    """The pages of one file, each read when it is asked for."""

    def __init__(self, path: Path) -> None:
        import pypdfium2

        self._document: Any = pypdfium2.PdfDocument(str(path))
        self.page = cache(self._page)

    def _page(self, index: int) -> PageWords:
        page = self._document[index]
        if page.get_rotation():
            # Of a page that is turned PDFium takes other gaps for spaces: it is read as it was made.
            page.set_rotation(0)
            page.close()
            page = self._document[index]
        text = page.get_textpage()
        letters = _letters(text)
        tags = _tags(letters)
        # What stands beside the tags is the margin, and no text.
        edge = sorted(box[0] for _, box in tags)[len(tags) // 2] - 2 if tags else float("inf")
        said = "".join(letter for letter, _ in letters)
        return PageWords(tuple(word for word in _words(letters) if word.boxes[0][0] < edge), tuple(tags), said, page.get_mediabox()[3])

    def __len__(self) -> int:
        return len(self._document)


def _letters(text: Any) -> list[tuple[str, Box]]:
    import pypdfium2.raw as pdfium

    count = text.count_chars()
    out: list[tuple[str, Box]] = []
    for at in range(count):
        letter = chr(pdfium.FPDFText_GetUnicode(text.raw, at))
        out.append((letter, text.get_charbox(at, loose=True)))
    return out


def _words(letters: list[tuple[str, Box]]) -> list[Word]:
    """Runs of letters and digits; a run that ends its line with a hyphen goes on in the next."""
    found: list[Word] = []
    run: list[tuple[str, Box]] = []
    broken = False
    for at, (letter, box) in enumerate([*letters, (" ", (0.0, 0.0, 0.0, 0.0))]):
        if letter.isalnum() and not (run and not _beside(run[-1][1], box)):
            run.append((letter, box))
            continue
        if run:
            word = Word(normal("".join(one for one, _ in run)), (_around(run),))
            if broken and found:
                word = Word(found[-1].text + word.text, (*found.pop().boxes, *word.boxes))
            found.append(word)
            broken = letter in _BREAKS and _ends_line(letters, at)
            run = []
        if letter.isalnum():
            run = [(letter, box)]
    return found


def _beside(before: Box, box: Box) -> bool:
    """Whether two letters can be of one word: no wide gap between them, along the line or across it."""
    size = max(before[3] - before[1], before[2] - before[0], 1.0)
    along = max(box[0] - before[2], before[0] - box[2])
    across = max(box[1] - before[3], before[1] - box[3])
    return along < 0.6 * size and across < 0.3 * size


def _ends_line(letters: list[tuple[str, Box]], at: int) -> bool:
    """Whether after the hyphen at `at` the next letter stands on another line."""
    following = next((box for letter, box in letters[at + 1 : at + 6] if letter.isalnum()), None)
    return following is not None and not _beside(letters[at - 1][1], following)


def _around(run: list[tuple[str, Box]]) -> Box:
    boxes = [box for _, box in run]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _tags(letters: list[tuple[str, Box]]) -> list[tuple[str, Box]]:
    text = "".join(letter if len(letter) == 1 else " " for letter, _ in letters)
    found = ((m[0], letters[m.start() : m.end()]) for m in _TAG.finditer(text))
    return [(tag, _around(run)) for tag, run in found]
