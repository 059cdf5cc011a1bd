"""Two sequences of words aligned: what is alike is found, in order, and quickly."""

from __future__ import annotations

import random
import time

from hypothesis import given
from hypothesis import strategies as st

from octavo.align import align, align_moved

words = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=40)


@given(words, words)
def test_only_like_words_are_matched_and_in_order(ours: list[str], theirs: list[str]) -> None:
    found = align(ours, theirs)
    assert all(ours[i] == theirs[j] for i, j in enumerate(found) if j >= 0)
    kept = [j for j in found if j >= 0]
    assert kept == sorted(set(kept))


@given(words)
def test_a_text_matches_itself(ours: list[str]) -> None:
    assert align(ours, ours) == list(range(len(ours)))


@given(words, words, words)
def test_what_is_inserted_disturbs_nothing_round_it(before: list[str], inserted: list[str], after: list[str]) -> None:
    found = align([*before, *after], [*before, *inserted, *after])
    assert all(j >= 0 for j in found)


def test_a_moved_passage_is_found_where_it_stands_now() -> None:
    one, two = [f"one{i}" for i in range(20)], [f"two{i}" for i in range(10)]
    assert align_moved([*one, *two], [*two, *one]) == [*range(10, 30), *range(10)]


def test_fifty_thousand_words_take_no_time() -> None:
    some = random.Random(1)
    ours = [f"w{some.randrange(3000)}" for _ in range(50_000)]
    theirs = [word for i, word in enumerate(ours) if i % 50]
    start = time.perf_counter()
    found = align(ours, theirs)
    assert sum(j >= 0 for j in found) > 48_000
    assert time.perf_counter() - start < 10
