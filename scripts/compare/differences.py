"""What differs between the editions of a book: chapters, then in each its text, figures, tables and notes, order included.

Reads what was read of the editions; writes nothing. Where two editions agree, the third is the one that differs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import NamedTuple

from octavo.compare.alike import alike
from octavo.compare.seen import PAGES, Chapter, Item, Seen, squeezed
from octavo.model import Place

# How alike two texts must be to be one text that was changed.
ALIKE = 0.6


class Difference(NamedTuple):
    """One difference: where, in which edition, near which heading, and what it is."""

    place: Place
    edition: str
    near: str
    said: str


# How each kind of change is said; `named` is what it befell.
_SAID = {
    "missing": "the {named} “{text}” is missing",
    "more": "the {named} “{text}” stands in it alone",
    "moved": "the {named} “{text}” stands in another place",
    "reads": "the {named} reads “{text}”, in the others “{other}”",
}


@dataclass(frozen=True)
class Change:
    """How one list differs from another: `kind` is missing, more, moved or reads; `at` is its place in the list."""

    kind: str
    item: Item
    at: int
    other: Item | None = None


def differences(
    pdf: Seen, epub: Seen, web: Seen, sources: Mapping[str, str] | None = None, only: Sequence[str] = ()
) -> Iterator[Difference]:
    """Every difference, in the order of the chapters.

    `sources`: the manuscript's file by the stem of a page's name; `only`: squeezed, what was written for one edition alone.
    """
    pages = (pdf, epub, web)
    matches = [_matched(one.chapters, web.chapters) for one in (pdf, epub)]
    titles = [[Item("heading", chapter.title, alias=chapter.key) for chapter in one.chapters] for one in pages]
    for odd, against in _odd([[title.key for title in each] for each in titles]):
        for change in changes(titles[odd], titles[against]):
            chapters = pages[against].chapters if change.kind == "missing" else pages[odd].chapters
            yield _difference(_place(chapters[change.at], pages[odd].path, sources or {}), pages[odd], "", change, "chapter")
    known = {chapter.key for chapter in web.chapters}
    for at, chapter in enumerate(web.chapters):
        printed, *screens = [one.chapters[match[at]] if at in match else None for one, match in zip((pdf, epub), matches, strict=True)]
        made = alike(printed, [*filter(None, screens), chapter], known, only)
        editions = [one for one, there in zip(pages, (printed, *screens, chapter), strict=True) if there]
        yield from _in_chapter(list(zip(editions, made, strict=True)), sources or {})


def _place(chapter: Chapter, otherwise: str, sources: Mapping[str, str]) -> Place:
    """The file of the manuscript that a chapter was made from, else a file of the edition."""
    return Place(sources.get(PurePosixPath(chapter.file).stem, "") or otherwise)


def _matched(chapters: Sequence[Chapter], web: Sequence[Chapter]) -> dict[int, int]:
    """For each chapter of the web edition its like: of the same title, else between the same neighbours, else of the same text."""
    matched: dict[int, int] = {}
    matcher = SequenceMatcher(None, [chapter.key for chapter in chapters], [chapter.key for chapter in web], autojunk=False)
    left: list[tuple[list[int], list[int]]] = []
    for kind, low, high, start, end in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and high - low == end - start):
            matched |= dict(zip(range(start, end), range(low, high), strict=True))
        else:
            left.append((list(range(low, high)), list(range(start, end))))
    for at in (at for _, others in left for at in others):
        for own in (own for owns, _ in left for own in owns):
            if chapters[own].key == web[at].key and own not in matched.values():
                matched[at] = own
                break
    return matched


def _odd(lists: Sequence[object]) -> list[tuple[int, int]]:
    """(the edition that differs, the one that it is compared with): nothing where all agree."""
    if len(lists) == 2:
        return [(0, 1)] if lists[0] != lists[1] else []
    if len(lists) != 3:
        return []
    pdf, epub, web = lists
    if pdf == epub == web:
        return []
    if epub == web:
        return [(0, 2)]
    if pdf == web:
        return [(1, 2)]
    if pdf == epub:
        return [(2, 1)]
    return [(0, 2), (1, 2)]


def _in_chapter(known: Sequence[tuple[Seen, Chapter]], sources: Mapping[str, str]) -> Iterator[Difference]:
    """What differs within one chapter, which stands in these editions; the last of them is the web edition."""
    web = known[-1][1]
    for name in ("body", "figures", "tables", "notes"):
        lists: list[list[Item]] = [getattr(chapter, name) for _, chapter in known]
        for one, other in _odd(["".join(item.key for item in items) for items in lists]):
            page, chapter = known[one]
            for change in changes(lists[one], lists[other]):
                near = _near(lists[other] if change.kind == "missing" else lists[one], change.at) or web.title
                yield _difference(_place(web, chapter.file, sources), page, near, change, _named(change.item, web))


def _named(item: Item, web: Chapter) -> str:
    if item.what == "paragraph" and web.kind in ("bibliography", "index"):
        return "entry"
    return {"row": "row of a table", "note": f"note {item.number}".strip()}.get(item.what, item.what)


def _near(items: Sequence[Item], at: int) -> str:
    """The heading over an item."""
    return next((item.text for item in reversed(items[: at + 1]) if item.what in ("heading", "caption")), "")


def _difference(place: Place, page: Seen, near: str, change: Change, named: str) -> Difference:
    text, other = change.item.text, change.other.text if change.other else ""
    if change.other:
        if change.other.number != change.item.number:
            text, other = f"{change.item.number} {text}", f"{change.other.number} {other}"
        text, other = _apart(text, other)
    said = _SAID[change.kind].format(named=named, text=_short(text), other=_short(other))
    return Difference(place, page.edition, _short(near), said)


def _short(text: str, most: int = 90) -> str:
    text = text.replace(PAGES, "…").replace("\u00ad", "")
    return text if len(text) <= most else text[:most].rstrip() + "…"


def _apart(one: str, other: str) -> tuple[str, str]:
    """Two texts cut down to where they differ, with a few words before and after."""
    words, others = one.split(), other.split()
    keys, other_keys = [squeezed(word) for word in words], [squeezed(word) for word in others]
    start = 0
    while start < min(len(words), len(others)) and keys[start] == other_keys[start]:
        start += 1
    end = 0
    while end < min(len(words), len(others)) - start and keys[-1 - end] == other_keys[-1 - end]:
        end += 1
    low, high = max(0, start - 3), max(0, end - 3)
    return tuple(  # type: ignore[return-value]
        ("… " if low else "") + " ".join(each[low : len(each) - high]) + (" …" if high else "") for each in (words, others)
    )


# Two lists


def changes(items: Sequence[Item], others: Sequence[Item]) -> list[Change]:
    """How `items` differ from `others`; how a text is cut into items is no difference."""
    own, theirs = [item.key for item in items], [item.key for item in others]
    found: list[Change] = []
    for kind, low, high, start, end in SequenceMatcher(None, own, theirs, autojunk=False).get_opcodes():
        if kind != "equal" and "".join(own[low:high]) != "".join(theirs[start:end]):
            found += _replaced(items, others, own, theirs, range(low, high), range(start, end))
    return _moved(found)


def _replaced(
    items: Sequence[Item], others: Sequence[Item], own: Sequence[str], theirs: Sequence[str], ours: range, those: range
) -> Iterator[Change]:
    """A run of items that stands where the others have another run: what was changed, what is missing, what is more."""
    if len(ours) == len(those):
        left, gone = list(ours), list(those)
        pairs = list(zip(left, gone, strict=True))
    else:
        # A text that is part of a longer one over there was only cut otherwise.
        all_own, all_theirs = "".join(own[at] for at in ours), "".join(theirs[at] for at in those)
        left = [at for at in ours if not own[at] or own[at] not in all_theirs]
        gone = [at for at in those if not theirs[at] or theirs[at] not in all_own]
        if not left and not gone:
            left, gone = list(ours), list(those)
        pairs = [(one, at) for at in gone for one in left]
    for one, at in pairs:
        if one in left and at in gone and (len(ours) == len(those) == 1 or _alike(own[one], theirs[at]) >= ALIKE):
            left.remove(one)
            gone.remove(at)
            if own[one] != theirs[at]:
                yield Change("reads", items[one], one, others[at])
    yield from (Change("missing", others[at], at) for at in gone)
    yield from (Change("more", items[at], at) for at in left)


def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return 0.0 if matcher.real_quick_ratio() < ALIKE else matcher.quick_ratio()


def _moved(found: Iterable[Change]) -> list[Change]:
    """The changes, where what is missing in one place and more in another was moved."""
    found = list(found)
    missing = Counter(change.item.key for change in found if change.kind == "missing")
    moved = missing & Counter(change.item.key for change in found if change.kind == "more")
    waiting = {kind: Counter(moved) for kind in ("missing", "more")}
    out: list[Change] = []
    for change in found:
        if waiting.get(change.kind, moved)[change.item.key] and change.kind != "reads":
            waiting[change.kind][change.item.key] -= 1
            if change.kind == "more":
                out.append(replace(change, kind="moved"))
        else:
            out.append(change)
    return out
