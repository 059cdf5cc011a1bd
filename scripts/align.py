"""Two sequences of words -> which word of the one is which of the other, in order.

Reads and writes nothing: lists in, a list out. Patience alignment: runs of words that stand once in either sequence are
the fixed points, the longest increasing chain of them is kept, and what lies between is aligned in the same way, with
shorter runs. It is as good as linear on texts, where a comparison of everything with everything is not.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

# Runs of this many words are looked for, longest first.
_RUNS = (5, 3, 2, 1)
# Two stretches whose lengths multiplied are below this are compared word by word.
_SMALL = 4_000


def align(ours: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """For each of `ours` the index of the same word in `theirs`, or -1; the indexes only grow."""
    found = [-1] * len(ours)
    waiting = [(0, len(ours), 0, len(theirs))]
    while waiting:
        a, a_end, b, b_end = waiting.pop()
        while a < a_end and b < b_end and ours[a] == theirs[b]:
            found[a] = b
            a, b = a + 1, b + 1
        while a < a_end and b < b_end and ours[a_end - 1] == theirs[b_end - 1]:
            a_end, b_end = a_end - 1, b_end - 1
            found[a_end] = b_end
        if a == a_end or b == b_end:
            continue
        fixed = next(filter(None, (_fixed_points(ours, theirs, (a, a_end, b, b_end), run) for run in _RUNS)), [])
        for i, j in fixed:
            found[i] = j
        if fixed:
            edges = [(a - 1, b - 1), *fixed, (a_end, b_end)]
            waiting += [(i + 1, k, j + 1, m) for (i, j), (k, m) in pairwise(edges) if k > i + 1 and m > j + 1]
        elif (a_end - a) * (b_end - b) <= _SMALL:
            for i, j in _common(ours, theirs, (a, a_end, b, b_end)):
                found[i] = j
    return found


def align_moved(ours: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """As `align`; then what is left of both is aligned again, so that a passage that stands elsewhere is found there."""
    found = align(ours, theirs)
    taken = {j for j in found if j >= 0}
    left = [i for i, j in enumerate(found) if j < 0]
    free = [j for j in range(len(theirs)) if j not in taken]
    for i, j in zip(left, align([ours[i] for i in left], [theirs[j] for j in free]), strict=True):
        if j >= 0:
            found[i] = free[j]
    return found


def _fixed_points(ours: Sequence[str], theirs: Sequence[str], within: tuple[int, int, int, int], run: int) -> list[tuple[int, int]]:
    """The runs that stand once on either side, as pairs of indexes of their first words; of those that cross, the fewest are dropped."""
    a, a_end, b, b_end = within
    ours_once, theirs_once = _once(ours, a, a_end, run), _once(theirs, b, b_end, run)
    pairs = [(i, theirs_once[words]) for words, i in ours_once.items() if words in theirs_once]
    return _increasing(sorted(pairs))


def _once(words: Sequence[str], start: int, end: int, run: int) -> dict[tuple[str, ...], int]:
    seen: dict[tuple[str, ...], int] = {}
    for i in range(start, end - run + 1):
        key = tuple(words[i : i + run])
        seen[key] = -1 if key in seen else i
    return {key: i for key, i in seen.items() if i >= 0}


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs in which both indexes grow (patience sorting)."""
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        before.append(last[place - 1] if place else -1)
        if place == len(ends):
            ends.append(j)
            last.append(at)
        else:
            ends[place], last[place] = j, at
    chain: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _common(ours: Sequence[str], theirs: Sequence[str], within: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """The longest common subsequence of two short stretches."""
    a, a_end, b, b_end = within
    lengths = [[0] * (b_end - b + 1) for _ in range(a_end - a + 1)]
    for i in range(a_end - 1, a - 1, -1):
        row, below = lengths[i - a], lengths[i - a + 1]
        for j in range(b_end - 1, b - 1, -1):
            row[j - b] = below[j - b + 1] + 1 if ours[i] == theirs[j] else max(below[j - b], row[j - b + 1])
    chain: list[tuple[int, int]] = []
    i, j = a, b
    while i < a_end and j < b_end:
        if ours[i] == theirs[j]:
            chain.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i - a + 1][j - b] >= lengths[i - a][j - b + 1]:
            i += 1
        else:
            j += 1
    return chain
