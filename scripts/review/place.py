"""A remark on a page of a draft -> the file and line that it is about, in the draft's text and in today's.

Reads the words of the page, the draft's map or the tags of its margin, and the sources; writes nothing. A word is known by
the words round it: of the places in the pieces of the page where it stands, the one whose neighbours agree best is meant,
and of like ones the one that lies nearest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from octavo.align import align_moved
from octavo.origins import Origin, Sources
from octavo.review.annotations import Remark
from octavo.review.positions import Laid, Positions
from octavo.review.words import Box, PageWords

# How many words on either side a word is known by.
_ROUND = 9
# How many pieces before the first that begins on a page may go on there: the text's and the notes'.
_BEFORE = 200


class Found(NamedTuple):
    """The word that a remark begins at: file and line in the draft, its number among the file's words of the map."""

    file: str
    line: int
    piece: int
    word: int


@dataclass(frozen=True)
class Marked:
    """The words that a remark lies on: their places among the words of the page, and as they are read."""

    first: int
    count: int
    words: str


def marked(remark: Remark, page: PageWords) -> Marked | None:
    """The words under a remark's boxes; for a note or an insertion, which mark none, the word that it stands at."""
    if not page.words:
        return None
    inside = [at for at, word in enumerate(page.words) if any(_covers(box, part) for box in remark.boxes for part in word.boxes)]
    if inside and remark.kind not in ("insertion", "note", "text"):
        return Marked(inside[0], len(inside), " ".join(page.words[at].text for at in inside))
    if not remark.boxes:
        return None
    left, bottom, right, top = remark.boxes[0]
    at = ((left + right) / 2, top if remark.kind == "note" else (bottom + top) / 2)
    nearest = min(range(len(page.words)), key=lambda i: _distance(at, page.words[i].boxes[0], before=remark.kind == "insertion"))
    return Marked(nearest, 0, "")


def _covers(box: Box, word: Box) -> bool:
    """Whether a marked box takes in a word: most of its width, and its middle line."""
    wide = min(box[2], word[2]) - max(box[0], word[0])
    tall = min(box[3], word[3]) - max(box[1], word[1])
    return wide >= 0.5 * (word[2] - word[0]) and tall >= 0.5 * min(word[3] - word[1], box[3] - box[1])


def _distance(point: tuple[float, float], box: Box, before: bool) -> float:
    """How far a word is from a point; lines count more than letters. `before`: the point stands behind its word."""
    across = max(box[1] - point[1], point[1] - box[3], 0)
    along = abs(point[0] - box[2]) if before else max(box[0] - point[0], point[0] - box[2], 0)
    return across * 4 + along


class Placer:
    """Finds the places of remarks in one draft by its map."""

    def __init__(self, positions: Positions) -> None:
        self.positions = positions
        self.by_page: dict[int, list[int]] = defaultdict(list)
        for number, piece in enumerate(positions.pieces):
            self.by_page[piece.page].append(number)
        self._earlier: dict[int, list[int]] = {}

    def candidates(self, page: int) -> list[int]:
        """The pieces that begin on a page of the draft, and the last ones before, which may go on there."""
        if page not in self._earlier:
            before: list[int] = []
            for earlier in range(page - 1, max(page - 8, 0), -1):
                before = self.by_page[earlier] + before
                if len(before) >= _BEFORE:
                    break
            self._earlier[page] = before[-_BEFORE:]
        return self._earlier[page] + self.by_page[page]

    def find(self, mark: Marked, page: PageWords, number: int, height: float) -> Found | None:
        words = [word.text for word in page.words]
        pieces = self.candidates(number)
        flow: list[str] = []
        homes: list[tuple[int, int]] = []
        for piece in pieces:
            flow += self.positions.pieces[piece].words
            homes += [(piece, at) for at in range(len(self.positions.pieces[piece].words))]
        box = page.words[mark.first].boxes[0]

        def nearness(at: int) -> float:
            piece = self.positions.pieces[homes[at][0]]
            return _nearness(piece, number, box, height)

        at = best(words, mark.first, flow, nearness)
        home, word = homes[at] if at is not None else (self._above(number, box, height), 0)
        if home < 0:
            return None
        file, line = self.positions.pieces[home].line_of(word)
        return Found(self.positions.files[file], line, home, word)

    def _above(self, page: int, box: Box, height: float) -> int:
        """The last piece that begins above a place of a page, or on its line; -1 if there is none."""
        y = height - box[1]
        above = [number for number in self.by_page[page] if self.positions.pieces[number].y <= y + 3]
        return max(above, key=lambda number: self.positions.pieces[number].y, default=-1)


def _nearness(piece: Laid, page: int, box: Box, height: float) -> float:
    """Up to 1 for a piece that begins just above a word, or at it; less for one that is far, nothing for one below."""
    if piece.page != page:
        return 0.3
    y, x = height - box[1], box[0]
    if piece.y > y + 3 or (abs(piece.y - y) < 6 and piece.x > box[2]):
        return -4.0
    return 1.0 / (1.0 + (y - piece.y) / 40 + abs(x - piece.x) / 400)


def best(ours: Sequence[str], at: int, theirs: Sequence[str], nearness: Callable[[int], float]) -> int | None:
    """Where in `theirs` the word `at` of `ours` stands; a word that is nowhere there is where its neighbours say."""
    for step in (0, 1, -1, 2, -2, 3, -3, 4, -4, 5, -5, 6, -6):
        if not 0 <= at + step < len(ours):
            continue
        places = [i for i, word in enumerate(theirs) if word == ours[at + step]]
        scored = [(_agreement(ours, at + step, theirs, i) + nearness(i), -i) for i in places]
        if scored and (top := max(scored))[0] >= (1.0 if step == 0 else 2.5):
            return max(0, min(len(theirs) - 1, -top[1]))
    return None


def _agreement(ours: Sequence[str], at: int, theirs: Sequence[str], there: int) -> float:
    """How well the neighbours of two like words agree: in order, the nearer the more; a few may be missing on either side."""
    score = 0.0
    for way in (1, -1):
        i, j, weight = at + way, there + way, 1.0
        while 0 <= i < len(ours) and 0 <= j < len(theirs) and abs(i - at) <= _ROUND:
            ahead = next((d for d in (0, 1, 2) if 0 <= j + way * d < len(theirs) and theirs[j + way * d] == ours[i]), None)
            if ahead is not None:
                score += weight
                j += way * (ahead + 1)
            weight *= 0.85
            i += way
    return score


class Carrier:
    """Carries places of a draft to today's text: the words of a file as the draft has them, aligned with its words today."""

    def __init__(self, positions: Positions, sources: Sources) -> None:
        self.positions, self.sources = positions, sources
        self._files: dict[str, dict[tuple[int, int], Origin | None]] = {}

    def today(self, found: Found) -> Origin | None:
        """The word in today's text, or the next one before it that is still there; None if the file has nothing of it."""
        if found.file not in self._files:
            self._files[found.file] = self._carried(found.file)
        return self._files[found.file].get((found.piece, found.word))

    def _carried(self, file: str) -> dict[tuple[int, int], Origin | None]:
        """Both texts in the order of the file, so that a note stands where it is written and not where it is called."""
        numbers = {number for number, name in self.positions.files.items() if name == file}
        then: dict[tuple[int, ...], str] = {}
        homes: list[tuple[tuple[int, ...], tuple[int, int]]] = []
        for number, piece in enumerate(self.positions.pieces):
            for at, (line, nth) in enumerate(_lines(piece, numbers)):
                if line:
                    key: tuple[int, ...] = (line, nth) if self.positions.whole_lines else (line, number, at)
                    then[key] = piece.words[at]
                    homes.append((key, (number, at)))
        found = self.sources.words(file) if file.endswith(".md") else self.sources.rows(file)
        now = sorted((item for item in found if item[1].file == file), key=lambda item: item[1].start)
        carried: dict[tuple[int, ...], Origin | None] = {}
        last: Origin | None = None
        ordered = sorted(then)
        for key, there in zip(ordered, align_moved([then[key] for key in ordered], [word for word, _ in now]), strict=True):
            last = now[there][1] if there >= 0 else last
            carried[key] = last
        return {home: carried[key] for key, home in homes}


def _lines(piece: Laid, numbers: set[int]) -> Iterator[tuple[int, int]]:
    """The line of each word of a piece, 0 for a word of another file, and the how-manieth word of its line it is."""
    ends = [*(at for at, _, _ in piece.lines[1:]), len(piece.words)]
    for (at, file, line), end in zip(piece.lines, ends, strict=True):
        yield from ((line if file in numbers else 0, nth) for nth in range(end - at))
