"""Two states of a book -> its chapters with what changed marked, and what there is to say of it on the first page.

Reads and writes nothing: the cited records of both states in, chapters and a summary out. Chapters are the same by their
file, else by their words. What the build makes by itself (contents, lists, indexes) is shown as it is now.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from octavo import tree
from octavo.changes import marks, moves, wording
from octavo.changes.align import likeness
from octavo.changes.blocks import Comparison
from octavo.changes.inlines import without_names
from octavo.model import Node
from octavo.wordings import capital

Record = dict[str, Any]

_MADE = ("list", "index")
# A chapter under another name is the same chapter if this much of its words is.
_ALIKE = 0.4
# The first letters of an entry tell it from the others.
_ENTRY = 110


@dataclass
class Touched:
    """A chapter in which something changed. `state`: "", "in" or "out" for one that is new or gone; `was` its old title."""

    title: str
    number: str
    label: str
    state: str = ""
    was: str = ""
    words_in: int = 0
    words_out: int = 0
    moved: int = 0


@dataclass
class Summary:
    """What the first page says. `numbers`: (what it was called, what it is called now)."""

    chapters: list[Touched] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    citations: dict[str, int] = field(default_factory=dict)
    entries: dict[str, list[str]] = field(default_factory=dict)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    moved: int = 0


class Books:
    """Compares two states of one book. The trees that are given are not kept."""

    def __init__(self, old: Record, new: Record) -> None:
        self.old, self.new = old, new
        self.words = new["book"]["words"]
        self.summary = Summary()
        self.notes: list[tuple[str, str]] = []
        self.comparison = Comparison(self._both)

    def compare(self) -> tuple[list[Record], Summary]:
        """The chapters of the new state, those that are gone among them where they stood, and the summary."""
        of = self._pairs()
        before = {id(old): old for old in self.old["chapters"]}
        cites = [Counter(_cited(record["chapters"])) for record in (self.old, self.new)]
        entries = [_entries(record["chapters"]) for record in (self.old, self.new)]
        made: list[tuple[Record, Record | None]] = []
        for chapter in self.new["chapters"]:
            old = before.get(of.get(chapter["slug"], 0))
            made.append((self._chapter(old, chapter), old))
        self._put_back(made, set(of.values()))
        chapters = [chapter for chapter, _ in made]
        self.summary.moved = moves.find(chapters, Comparison())
        for chapter, old in made:
            self._tell(chapter, old)
        self._tell_of_notes(chapters)
        (was, now), (listed, lists) = cites, entries
        self.summary.citations = {"in": (now - was).total(), "out": (was - now).total()}
        self.summary.entries = {
            "in": [_short(lists[key]) for key in lists if key not in listed],
            "out": [_short(listed[key]) for key in listed if key not in lists],
            "changed": [_short(lists[key]) for key in lists if key in listed and _differ(listed[key], lists[key])],
        }
        return chapters, self.summary

    def _pairs(self) -> dict[str, int]:
        """For each new chapter the old one (its id) that it is."""
        left = {id(chapter): chapter for chapter in self.old["chapters"]}
        found: dict[str, int] = {}
        for same in (_same_file, _same_words):
            for chapter in self.new["chapters"]:
                if chapter["slug"] not in found:
                    old = max(left.values(), key=lambda old: same(old, chapter), default=None)
                    if old is not None and same(old, chapter):
                        found[chapter["slug"]] = id(old)
                        del left[id(old)]
        return found

    def _chapter(self, old: Record | None, chapter: Record) -> Record:
        if chapter["kind"] in _MADE:
            return chapter
        head, *rest = chapter["blocks"]
        if old is None:
            head["c"][2] = [marks.span(marks.IN, head["c"][2])]
            return chapter | {"blocks": [head, *(marks.div(marks.IN, [block]) for block in rest)], "state": "in"}
        self.notes = []
        blocks = [self.comparison.pair(old["blocks"][0], head), *self.comparison.blocks(old["blocks"][1:], rest)]
        place = f"{self._name(self.words['chapter'])} {chapter['number']}" if chapter["number"] else chapter["title"]
        self.summary.numbers += _ranges(self.notes, place, (self._name(self.words["note"]), self._name(self.words["notes"])))
        return chapter | {"blocks": blocks, "state": ""}

    def _put_back(self, made: list[tuple[Record, Record | None]], kept: set[int]) -> None:
        """Each chapter that is gone, behind the one that it followed."""
        before: Record | None = None
        for old in self.old["chapters"]:
            if id(old) not in kept and old["kind"] not in _MADE:
                at = next((i + 1 for i, (_, other) in enumerate(made) if other is before and before is not None), 0)
                neighbour = made[max(0, at - 1)][0] if made else old
                made.insert(at, (_gone(old, neighbour["part"]), old))
            before = old

    def _both(self, old: Node, new: Node) -> None:
        """Told of everything that both states have: has its number changed?"""
        was, now = tree.value(old, "number"), tree.value(new, "number")
        if was == now or not was or not now or "subfigure" in tree.classes(new):
            return
        if wording.sign(new) in ("note", "noteref"):
            self.notes.append((was, now))
        elif new["t"] == "Header":
            name = self._name(self.words["chapter" if new["c"][0] == 1 else "section"])
            self.summary.numbers.append((f"{name} {was}", f"{name} {now}"))
        else:
            self.summary.numbers.append((tree.value(old, "label") or was, tree.value(new, "label") or now))

    def _name(self, word: Any) -> str:
        return capital(word if isinstance(word, str) else word[0])

    def _tell(self, chapter: Record, old: Record | None) -> None:
        """What changed in a chapter, for the first page."""
        counts: Counter[str] = Counter()
        _count(chapter["blocks"], "", counts)
        state = chapter.pop("state", "")
        was = old["title"] if old and not state and old["title"] != chapter["title"] else ""
        if chapter["kind"] not in _MADE and (counts or state or was):
            title = old["title"] if state == "out" and old else chapter["title"]
            words = counts[marks.IN], counts[marks.OUT], counts[marks.MOVED]
            self.summary.chapters.append(Touched(title, chapter["number"], chapter["label"], state, was, *words))

    def _tell_of_notes(self, chapters: list[Record]) -> None:
        counts: Counter[str] = Counter()
        for chapter in chapters:
            _count_notes(chapter["blocks"], "", counts)
        self.summary.notes = {"in": counts[marks.IN], "out": counts[marks.OUT], "changed": counts["changed"]}


def _same_file(old: Record, new: Record) -> float:
    if new["file"] or old["file"]:
        return float(new["file"] == old["file"])
    return float((new["kind"], new["slug"]) == (old["kind"], old["slug"]))


def _same_words(old: Record, new: Record) -> float:
    if not new["file"] or not old["file"]:
        return 0.0
    return likeness(wording.words(old["blocks"]), wording.words(new["blocks"]), _ALIKE)


def _gone(old: Record, part: str) -> Record:
    """A chapter that is gone, as one of no number, with a name that no other has."""
    head, *rest = without_names(old["blocks"])
    label = f"before-{old['label']}"
    title = marks.span(marks.OUT, head["c"][2])
    made = tree.node("Header", head["c"][0], tree.attr(label, ["unnumbered"]), [title])
    gone = {"slug": f"before-{old['slug']}", "label": label, "part": part, "number": "", "state": "out"}
    return old | gone | {"blocks": [made, *(marks.div(marks.OUT, [block]) for block in rest)]}


def _cited(chapters: list[Record]) -> list[str]:
    spans = (element for chapter in chapters for element in tree.walk(chapter["blocks"]) if "citation" in tree.classes(element))
    return [key for span in spans for key in tree.value(span, "cites").split()]


def _entries(chapters: list[Record]) -> dict[str, Node]:
    blocks = [chapter["blocks"] for chapter in chapters if chapter["kind"] == "bibliography"]
    return {tree.identifier(element): element for element in tree.walk(blocks) if "csl-entry" in tree.classes(element)}


def _differ(old: Node, new: Node) -> bool:
    return wording.of_block(old) != wording.of_block(new)


def _short(entry: Node) -> str:
    words = tree.plain(entry)
    return words if len(words) <= _ENTRY else words[:_ENTRY].rsplit(" ", 1)[0].rstrip(",.;:") + " …"


def _count(part: Any, mark: str, counts: Counter[str]) -> None:
    """How many words came in and went out; those of moved passages are not counted, only how many passages."""
    mark = _mark(part, mark)
    if isinstance(part, list):
        for item in part:
            _count(item, mark, counts)
    elif isinstance(part, dict):
        if mark == marks.MOVED and tree.value(part, marks.MOVED):
            counts[marks.MOVED] += marks.mark_of(part) == marks.IN
        if part.get("t") in ("Str", "Code"):
            said = part["c"] if part["t"] == "Str" else part["c"][1]
            number = sum(word[0].isalnum() for word in wording.TOKEN.findall(said)) if mark else 0
            counts.update({mark: number} if mark in (marks.IN, marks.OUT) else {})
        elif "c" in part:
            _count(part["c"], mark, counts)


def _count_notes(part: Any, mark: str, counts: Counter[str]) -> None:
    mark = _mark(part, mark)
    if isinstance(part, list):
        for item in part:
            _count_notes(item, mark, counts)
    elif isinstance(part, dict) and "c" in part:
        if wording.sign(part) == "note":
            inside: Counter[str] = Counter()
            _count(part["c"], "", inside)
            counts[mark or ("changed" if inside else "")] += 1
        elif part["t"] != "Str":
            _count_notes(part["c"], mark, counts)


def _mark(part: Any, mark: str) -> str:
    found = marks.mark_of(part)
    moved = found and isinstance(part, dict) and tree.value(part, marks.MOVED)
    return marks.MOVED if moved else found or mark


def _ranges(pairs: list[tuple[str, str]], place: str, names: tuple[str, str]) -> list[tuple[str, str]]:
    """The new numbers of a chapter's notes, those that shifted by as much together: `Notes 4–9` are now `5–10`."""
    runs: list[list[tuple[str, str]]] = []
    for was, now in pairs:
        last = runs[-1][-1] if runs else ("", "")
        follows = was.isdigit() and now.isdigit() and last[0].isdigit() and last[1].isdigit()
        if follows and int(was) == int(last[0]) + 1 and int(now) == int(last[1]) + 1:
            runs[-1].append((was, now))
        else:
            runs.append([(was, now)])
    return [(f"{place}, {names[len(run) > 1]} {_range(run, 0)}", _range(run, 1)) for run in runs]


def _range(run: list[tuple[str, str]], at: int) -> str:
    return run[0][at] if len(run) == 1 else f"{run[0][at]}–{run[-1][at]}"
