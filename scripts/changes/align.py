"""Two sequences side by side: what is the same first, then what is most alike in the gaps, always in order.

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
# A gap with more pairs than this is not searched: everything in it was written anew.
_PAIRS = 250_000

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
    numbers: dict[Hashable, int] = {}
    first, second = ([numbers.setdefault(piece.key, len(numbers)) for piece in pieces] for pieces in (old, new))
    pairs: list[Pair] = []
    gone, come = [0, 0], [0, 0]
    for operation in LCSseq.opcodes(first, second):
        if operation.tag == "equal":
            pairs += _gap(old, new, range(*gone), range(*come))
            pairs += zip(range(operation.src_start, operation.src_end), range(operation.dest_start, operation.dest_end), strict=True)
            gone, come = [operation.src_end] * 2, [operation.dest_end] * 2
        else:
            gone[1], come[1] = operation.src_end, operation.dest_end
    return pairs + _gap(old, new, range(*gone), range(*come))


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
    return likeness(old.words, new.words, least) if old.kind == new.kind else 0.0
