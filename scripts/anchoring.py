"""Which paragraph of the book bears which released anchor, after the book was edited.

Reads and writes nothing: the ledger and the paragraphs of today in, their names out. A paragraph is known again, the surest
way first: by its words in the order of its chapter, by its words anywhere in its chapter, by likeness in its chapter, by its
words anywhere in the book, by likeness there. What is not known again gets a number that its page never had.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from octavo import tree
from octavo.align import align_moved
from octavo.ledger import GONE, PARAGRAPH, Anchor, Page, Print, paragraphs, print_of, text_of
from octavo.model import Node

Record = dict[str, Any]

CLASS = "par"
"""Of the spans that bear the names of paragraphs."""

LIKENESS = 60.0
"""How like two paragraphs must be, of 100, to be one that was edited (rapidfuzz's ratio of the first letters of their words)."""
WITHIN = 0.65
"""What it counts for that one holds the other whole: one was cut in two, or the two were joined."""
_JOINED = 90.0
_NEAR = 2
# Fewer words than this say too little to be known elsewhere in the book, or by their first letters.
_FEW = 6
_RUN = 4
# A run of first letters that more paragraphs have tells none of them; of a paragraph so many likely ones are looked at.
_COMMON = 40
_CANDIDATES = 5

Spot = tuple[str, int]
"""A paragraph of today: its page, and its index there."""


@dataclass
class Standing:
    """Where every anchor of the ledger stands today."""

    names: dict[str, list[str]] = field(default_factory=dict)
    """For each page the names of its paragraphs, in order."""
    also: dict[Spot, list[int]] = field(default_factory=lambda: defaultdict(list))
    """What else leads to a paragraph, by its index in the ledger: anchors whose place was before it."""
    gone: list[int] = field(default_factory=list)
    """The anchors, by their index in the ledger, whose paragraphs are in the book no more."""
    now: dict[int, str] = field(default_factory=dict)
    """Where those went that are no longer the name of a paragraph on their page: `PAGE#NAME`."""


def stand(ledger: Sequence[Anchor], pages: Sequence[Page]) -> Standing:
    """Every paragraph of the book with its name, and every released anchor of a paragraph with its place."""
    released = {i: anchor for i, anchor in enumerate(ledger) if anchor.number and not anchor.now}
    pairs = _pairs(released, pages)
    standing = Standing()
    _name(standing, ledger, pages, pairs)
    for page in pages:
        _place(standing, ledger, page, pairs)
    _follow(standing, ledger)
    standing.gone += [i for i in released if i not in pairs and i not in standing.now and released[i].page not in standing.names]
    return standing


def _pairs(released: dict[int, Anchor], pages: Sequence[Page]) -> dict[int, Spot]:
    """index in the ledger -> the paragraph that it is today."""
    pairs: dict[int, Spot] = {}
    left: dict[int, Print] = {}
    free: dict[Spot, Print] = {}
    on_page: dict[str, dict[int, Print]] = defaultdict(dict)
    for i, anchor in released.items():
        on_page[anchor.page][i] = Print(anchor.words, anchor.digest, anchor.sketch)
    for page in pages:
        old, new = on_page.pop(page.slug, {}), {(page.slug, i): known for i, known in enumerate(page.prints)}
        pairs |= _same(old, new)
        pairs |= _alike(*_rest(old, new, pairs))
        old, new = _rest(old, new, pairs)
        left, free = left | old, free | new
    for old in on_page.values():
        left |= old
    left = {i: known for i, known in left.items() if len(known.sketch) >= _FEW}
    free = {spot: known for spot, known in free.items() if len(known.sketch) >= _FEW}
    if left and free:
        pairs |= _same(left, free)
        pairs |= _alike(*_rest(left, free, pairs))
    return pairs


def _rest(old: dict[int, Print], new: dict[Spot, Print], pairs: dict[int, Spot]) -> tuple[dict[int, Print], dict[Spot, Print]]:
    taken = set(pairs.values())
    return {i: known for i, known in old.items() if i not in pairs}, {spot: known for spot, known in new.items() if spot not in taken}


def _same(old: dict[int, Print], new: dict[Spot, Print]) -> Iterator[tuple[int, Spot]]:
    """Those of the same words: in the same order, then those that stand elsewhere."""
    spots = list(new)
    found = align_moved([known.digest for known in old.values()], [known.digest for known in new.values()])
    pairs = {i: spots[at] for i, at in zip(old, found, strict=True) if at >= 0}
    waiting: dict[str, list[Spot]] = defaultdict(list)
    for spot, known in _rest(old, new, pairs)[1].items():
        waiting[known.digest].append(spot)
    for i, known in old.items():
        if i not in pairs and waiting[known.digest]:
            pairs[i] = waiting[known.digest].pop(0)
    yield from pairs.items()


def _alike(old: dict[int, Print], new: dict[Spot, Print]) -> Iterator[tuple[int, Spot]]:
    """Those that are like each other, the likest first. Only those are compared that have a run of first letters in common."""
    holders: dict[str, list[Spot]] = defaultdict(list)
    for spot, known in new.items():
        for run in _runs(known):
            holders[run].append(spot)
    found: list[tuple[float, int, Spot]] = []
    for i, known in old.items():
        shared = Counter(spot for run in _runs(known) if len(holders.get(run, ())) <= _COMMON for spot in holders.get(run, ()))
        for spot, _ in shared.most_common(_CANDIDATES):
            likeness = _likeness(known, new[spot])
            if likeness >= LIKENESS:
                found.append((likeness, i, spot))
    used: set[int] = set()
    taken: set[Spot] = set()
    for _, i, spot in sorted(found, key=lambda one: (-one[0], one[1], one[2])):
        if i not in used and spot not in taken:
            used.add(i)
            taken.add(spot)
            yield i, spot


def _runs(known: Print) -> set[str]:
    """What two like paragraphs have in common: runs of first letters; of a short one the words."""
    words = {f" {word}" for word in known.words.casefold().split()} if len(known.sketch) < 3 * _FEW else set()
    return words | {known.sketch[i : i + _RUN] for i in range(len(known.sketch) - _RUN + 1)}


def _likeness(one: Print, other: Print) -> float:
    shorter = min(len(one.sketch), len(other.sketch))
    if shorter < _FEW:
        return fuzz.ratio(one.words, other.words)
    ratio = fuzz.ratio(one.sketch, other.sketch)
    if shorter < 2 * _FEW:
        return (ratio + fuzz.ratio(one.words, other.words)) / 2
    return max(ratio, WITHIN * fuzz.partial_ratio(one.sketch, other.sketch))


def _name(standing: Standing, ledger: Sequence[Anchor], pages: Sequence[Page], pairs: dict[int, Spot]) -> None:
    """The names of the paragraphs. One that comes to a page that was never released keeps its name, if that is free."""
    last: dict[str, int] = defaultdict(int)
    for anchor in ledger:
        last[anchor.page] = max(last[anchor.page], anchor.number)
    known = {anchor.page for anchor in ledger}
    given: dict[Spot, str] = {}
    taken: set[tuple[str, str]] = set()
    for i, (slug, at) in pairs.items():
        anchor = ledger[i]
        if (anchor.page == slug or slug not in known) and (slug, anchor.name) not in taken:
            given[slug, at] = anchor.name
            taken.add((slug, anchor.name))
            last[slug] = max(last[slug], anchor.number)
    for page in pages:
        for at in range(len(page.prints)):
            if (page.slug, at) not in given:
                last[page.slug] += 1
                given[page.slug, at] = f"{PARAGRAPH}{last[page.slug]}"
        standing.names[page.slug] = [given[page.slug, at] for at in range(len(page.prints))]
    for i, (slug, at) in pairs.items():
        if slug != ledger[i].page:
            standing.now[i] = f"{slug}#{given[slug, at]}"


def _place(standing: Standing, ledger: Sequence[Anchor], page: Page, pairs: dict[int, Spot]) -> None:
    """The anchors of a page that are not the name of a paragraph on it any more, each at the paragraph that follows its place."""
    here = [i for i, anchor in enumerate(ledger) if anchor.page == page.slug and anchor.number]
    held = [pairs[i][1] if i in pairs and pairs[i][0] == page.slug else None for i in here]
    following: list[int | None] = [None] * len(here)
    for place in range(len(here) - 2, -1, -1):
        following[place] = held[place + 1] if held[place + 1] is not None else following[place + 1]
    before: int | None = None
    for i, at, after in zip(here, held, following, strict=True):
        if at is not None:
            before = at
            continue
        at = next((near for near in (after, before) if near is not None), len(page.prints) - 1)
        if i not in standing.now and not ledger[i].now:
            joined = _joined(ledger[i], page, before, after)
            if joined is None:
                standing.gone.append(i)
            else:
                at, standing.now[i] = joined, f"{page.slug}#{standing.names[page.slug][joined]}"
        if page.prints:
            standing.also[page.slug, at].append(i)


def _joined(anchor: Anchor, page: Page, before: int | None, after: int | None) -> int | None:
    """The paragraph near its place that has come to hold the words of one that is no more; those next to it come first."""
    start, end = 0 if before is None else before, len(page.prints) - 1 if after is None else after
    near = range(max(start - _NEAR, 0), min(end + _NEAR + 1, len(page.prints)))
    for at in sorted(near, key=lambda at: min(abs(at - start), abs(at - end))):
        sketch = page.prints[at].sketch
        if len(anchor.sketch) >= _FEW and len(sketch) > len(anchor.sketch) and fuzz.partial_ratio(anchor.sketch, sketch) >= _JOINED:
            return at
    return None


def _follow(standing: Standing, ledger: Sequence[Anchor]) -> None:
    """What went elsewhere in an earlier release may have gone on from there."""
    by_name = {anchor.at: i for i, anchor in enumerate(ledger)}
    for i, anchor in enumerate(ledger):
        if anchor.now not in ("", GONE):
            target, seen = anchor.now, {anchor.at}
            while target not in seen and (onward := standing.now.get(by_name.get(target, -1))):
                seen.add(target)
                target = onward
            standing.now[i] = target


def mark(chapters: list[Record], ledger: Sequence[Anchor], holders: Mapping[str, str]) -> None:
    """Put the names of the paragraphs into the trees of the chapters, in place: spans of class `par` without words.

    `number` of such a span is the name; one that is `gone` or has `moved` stands where its paragraph stood. `holders`: the
    page of every label; a label that was released on another page has a span on that.
    """
    found = {chapter["slug"]: list(paragraphs(chapter["blocks"])) for chapter in chapters if not chapter.get("leaf")}
    pages = [Page(slug, [print_of(text_of(paragraph)) for paragraph in inside]) for slug, inside in found.items()]
    standing = stand(ledger, pages)
    there = {f"{slug}#{name}" for slug, names in standing.names.items() for name in names}
    there |= {f"{slug}#{ledger[i].name}" for (slug, _), also in standing.also.items() for i in also}
    for slug, inside in found.items():
        for at, (paragraph, name) in enumerate(zip(inside, standing.names[slug], strict=True)):
            also = [_past_mark(ledger[i], standing.now.get(i, ""), there) for i in standing.also.get((slug, at), [])]
            paragraph["c"] = [tree.node("Span", tree.attr("", [CLASS], number=name), []), *also, *paragraph["c"]]
    for anchor in ledger:
        holder = holders.get(anchor.name, "")
        if anchor.name and not anchor.number and holder not in ("", anchor.page) and found.get(anchor.page):
            target = f"{holder}#{anchor.name}"
            found[anchor.page][-1]["c"].insert(1, _past_mark(anchor, target, {target}))


def _past_mark(anchor: Anchor, now: str, there: Container[str]) -> Node:
    """The mark of an anchor where its paragraph stood; it leads on to where that is now, if that is on another page."""
    if now in there and not now.startswith(f"{anchor.page}#"):
        return tree.node("Span", tree.attr("", [CLASS, "moved"], number=anchor.name, to=now), [])
    return tree.node("Span", tree.attr("", [CLASS, GONE], number=anchor.name), [])


def released(ledger: Sequence[Anchor], pages: Sequence[Page], labels: Mapping[str, str]) -> list[Anchor]:
    """The ledger of an edition that is released today; nothing that stood in the earlier one is left out.

    `labels`: the page of every label that an author wrote, in the order of the book.
    """
    standing = stand(ledger, pages)
    made: list[Anchor] = []
    for page in pages:
        made.append(Anchor(page.slug))
        made += [Anchor(page.slug, name) for name, slug in labels.items() if slug == page.slug]
        for at, (name, known) in enumerate(zip(standing.names[page.slug], page.prints, strict=True)):
            made += [_past(ledger[i], standing.now.get(i, GONE)) for i in standing.also.get((page.slug, at), [])]
            made.append(Anchor(page.slug, name, *known))
    made += [Anchor("", name) for name, slug in labels.items() if not slug]
    have = {anchor.at for anchor in made}
    for i, anchor in enumerate(ledger):
        if anchor.at not in have:
            holder = labels.get(anchor.name) if anchor.name and not anchor.number else None
            made.append(_past(anchor, standing.now.get(i, GONE) if holder is None else f"{holder}#{anchor.name}"))
    return made


def _past(anchor: Anchor, now: str) -> Anchor:
    return Anchor(anchor.page, anchor.name, anchor.words, now=now)
