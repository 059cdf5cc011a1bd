"""Two sequences side by side: the chain of pairs, in order, that has most in common.

Reads and writes nothing: keys and words of both in, pairs of indexes out.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Indel, LCSseq

# Two pieces of text are one that was edited if this much of their words is common (1 = all).
ALIKE = 0.45
# And if nothing else could be meant.
ALONE = 0.3
# A stretch with more pairs than this is cut where pieces are the same; a gap that is still too long was written anew.
_PAIRS = 60_000

Pair = tuple[int | None, int | None]


class Piece(NamedTuple):
    """A piece to be aligned: equal keys are the same; only pieces of one kind can be the same piece edited."""

    key: Hashable
    kind: Hashable
    words: Sequence[Hashable]


def likeness(old: Sequence[Hashable], new: Sequence[Hashable], cutoff: float = 0.0) -> float:
    """0 to 1: twice the words in common, in order, over the words of both."""
    return Indel.normalized_similarity(old, new, score_cutoff=cutoff) if old or new else 0.0


def align(old: Sequence[Piece], new: Sequence[Piece]) -> list[Pair]:
    """(index in old, index in new) of every piece, in an order that keeps both; None where a piece has no other."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    last, final = len(old) - end, len(new) - end
    between = _anchored if (last - start) * (final - start) > _PAIRS else _gap
    middle = between(old, new, range(start, last), range(start, final))
    return [*((i, i) for i in range(start)), *middle, *((last + i, final + i) for i in range(end))]


def _common(old: Sequence[Piece], new: Sequence[Piece]) -> int:
    """How many pieces are the same from the start on."""
    return next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one.key != other.key), min(len(old), len(new)))


def _anchored(old: Sequence[Piece], new: Sequence[Piece], gone: range, come: range) -> list[Pair]:
    """The pairs of a long stretch: what is the same holds fast, and between it each gap is searched by itself."""
    numbers: dict[Hashable, int] = {}
    first, second = ([numbers.setdefault(pieces[i].key, len(numbers)) for i in indexes] for pieces, indexes in ((old, gone), (new, come)))
    pairs: list[Pair] = []
    here, there = (0, 0), (0, 0)
    for operation in LCSseq.opcodes(first, second):
        if operation.tag == "equal":
            pairs += _gap(old, new, gone[slice(*here)], come[slice(*there)])
            same = range(operation.src_start, operation.src_end), range(operation.dest_start, operation.dest_end)
            pairs += ((gone[i], come[j]) for i, j in zip(*same, strict=True))
            here, there = (operation.src_end, operation.src_end), (operation.dest_end, operation.dest_end)
        else:
            here, there = (here[0], operation.src_end), (there[0], operation.dest_end)
    return pairs + _gap(old, new, gone[slice(*here)], come[slice(*there)])


def _gap(old: Sequence[Piece], new: Sequence[Piece], gone: range, come: range) -> list[Pair]:
    """The pairs of a stretch in which nothing is the same: the chain of pairs that has most in common."""
    if not gone or not come or len(gone) * len(come) > _PAIRS:
        return [*((i, None) for i in gone), *((None, j) for j in come)]
    least = ALONE if len(gone) == len(come) == 1 else ALIKE
    scores = [[_score(old[i], new[j], least) for j in come] for i in gone]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in range(len(gone) - 1, -1, -1):
        for j in range(len(come) - 1, -1, -1):
            paired = scores[i][j] + best[i + 1][j + 1] if scores[i][j] else 0.0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs: list[Pair] = []
    i = j = 0
    while i < len(gone) and j < len(come):
        if scores[i][j] and best[i][j] == scores[i][j] + best[i + 1][j + 1]:
            pairs.append((gone[i], come[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((gone[i], None))
            i += 1
        else:
            pairs.append((None, come[j]))
            j += 1
    return [*pairs, *((k, None) for k in gone[i:]), *((None, k) for k in come[j:])]


def _score(old: Piece, new: Piece, least: float) -> float:
    if old.key == new.key:
        return 1.0
    return likeness(old.words, new.words, least) if old.kind == new.kind else 0.0
