"""Index marks -> the indexes of the book, as chapters of ordinary blocks that all editions share.

Reads and writes nothing: records in, records out. A heading's places are locators: a span that names an identifier of the
text, with a link whose text is for screens ("3.2", "3.2n7" in a note); the print edition puts the page in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from octavo import config, tree
from octavo.collation import Collator
from octavo.model import Node

Record = dict[str, Any]

# Records that repeat or gather what other chapters say: a mark in them is a copy.
_APPARATUS = ("list", "notes", "index", "bibliography")
_ITALIC = re.compile(r"\*([^*]+)\*")
_FLOATS = ("Figure", "Table")


@dataclass(frozen=True)
class Place:
    """A place that a heading leads to. `to` is an identifier of the text, `section` what screens call the place."""

    to: str
    section: str
    note: str = ""
    principal: bool = False
    range: str = ""

    def span(self, note_mark: str) -> Node:
        pairs = {"to": self.to, "note": self.note, "principal": "1" if self.principal else "", "range": self.range}
        shown = self.section + (note_mark + self.note if self.note else "")
        link = tree.node("Link", tree.attr(), [tree.node("Str", shown)], [f"#{self.to}", ""])
        return tree.node("Span", tree.attr("", ["locator"], **{key: value for key, value in pairs.items() if value}), [link])


@dataclass
class Entry:
    """A heading of an index with what stands under it; `term` is how it is printed, `sort` what it is sorted by."""

    term: list[Node]
    sort: str
    entries: dict[str, Entry] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    see: list[str] = field(default_factory=list)
    seealso: list[str] = field(default_factory=list)
    identifier: str = ""

    def below(self) -> Iterator[Entry]:
        for entry in self.entries.values():
            yield entry
            yield from entry.below()


@dataclass(frozen=True)
class Mark:
    """An index mark of the text and where it stands: `place` is None for one that only says *see*."""

    index: str
    heading: str
    sort: str
    words: list[Node]
    place: Place | None
    see: tuple[str, ...] = ()
    seealso: tuple[str, ...] = ()


def marks(chapter: Record, anchors: dict[str, str]) -> list[Mark]:
    """The index marks of a chapter in the order of the text. Each becomes, in place, a span that bears an identifier alone."""
    finder = _Finder(chapter, anchors)
    if chapter["kind"] not in _APPARATUS:
        finder.look(chapter["blocks"], "", None)
    return finder.found


class _Finder:
    """Walks a chapter with the section, the note and the heading or caption that it is in.

    A mark in a heading, a caption or the head of a table leads to the whole: these are repeated in contents, lists and on
    the next page, and an identifier must not be.
    """

    def __init__(self, chapter: Record, anchors: dict[str, str]) -> None:
        self.slug, self.anchors = chapter["slug"], anchors
        self.chapter: str = chapter["number"] or chapter["short"] or chapter["title"]
        self.numbers: dict[int, str] = {}
        self.found: list[Mark] = []
        self.count = 0

    def look(self, part: Any, note: str, holder: Node | None) -> None:
        if isinstance(part, list):
            for item in part:
                self.look(item, note, holder)
        elif isinstance(part, dict) and "c" in part and part["t"] not in ("Str", "Image"):
            kind, content = part["t"], part["c"]
            if kind == "Header":
                self.numbers = {level: number for level, number in self.numbers.items() if level < content[0]}
                self.numbers[content[0]] = tree.value(part, "number")
                holder = part
            elif kind in _FLOATS:
                self._look_at_float(part, note)
                return
            elif kind == "Span" and "note" in tree.classes(part):
                note, holder = tree.value(part, "number"), None
            elif kind == "Span" and "index" in tree.classes(part):
                self._mark(part, note, holder)
            self.look(content, note, holder)

    def _look_at_float(self, part: Node, note: str) -> None:
        """A figure (caption, content) or a table (caption, columns, head, bodies, foot)."""
        self.look(part["c"][1], note, part)
        for at, inner in enumerate(part["c"][2:], 2):
            self.look(inner, note, part if part["t"] == "Table" and at == 3 else None)

    @property
    def section(self) -> str:
        return next((number for _, number in sorted(self.numbers.items(), reverse=True) if number), self.chapter)

    def _mark(self, span: Node, note: str, holder: Node | None) -> None:
        said = {key: " ".join(value.split()) for key, value in span["c"][0][2]}
        words: list[Node] = span["c"][1]
        see, also = _several(said.get("see", "")), _several(said.get("seealso", ""))
        place = None
        if not see and (words or not also):
            principal = "principal" in tree.classes(span)
            place = Place(self._identified(span, holder), self.section, note, principal, said.get("range", ""))
        if said.get("entry") or words:
            heading = said.get("entry") or tree.plain(words)
            shown = [] if said.get("entry") else _spoken(words, said.get("lang", ""))
            self.found.append(Mark(said.get("in", ""), heading, said.get("sort", ""), shown, place, see, also))
        kept = [[key, value] for key, value in span["c"][0][2] if key in ("lang", "dir")]
        span["c"][0][1:] = [["index"], kept]

    def _identified(self, span: Node, holder: Node | None) -> str:
        """The identifier that the place is known by, given where there is none yet."""
        if holder is not None:
            span["c"][0][0] = ""
        attr = tree.attributes(span if holder is None else holder)
        assert attr is not None
        while not attr[0]:
            self.count += 1
            name = f"ix-{self.slug}-{self.count}"
            attr[0] = name if name not in self.anchors else ""
        self.anchors.setdefault(attr[0], self.slug)
        return str(attr[0])


def _several(said: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in said.split(";") if name.strip())


def _spoken(words: list[Node], lang: str) -> list[Node]:
    return [tree.node("Span", tree.attr("", [], lang=lang), words)] if lang else words


def indexes(found: list[Mark], titles: Mapping[str, str], words: Mapping[str, Any]) -> dict[str, Entry]:
    """name -> the root of each index. A mark that names none, or one that book.yaml has not, belongs to the first."""
    names = list(titles) or ["general"]
    roots = {name: Entry([], "") for name in names}
    for mark in found:
        entry, sorts = roots.get(mark.index) or roots[names[0]], mark.sort.split("!") if mark.sort else []
        levels = [level.strip() for level in mark.heading.split("!") if level.strip()] if not mark.words else [mark.heading]
        sorts = [""] * (len(levels) - len(sorts)) + sorts
        for level, sort in zip(levels, sorts, strict=False):
            term = mark.words or _term(level, words)
            entry = entry.entries.setdefault(" ".join(level.replace("*", "").split()), Entry(term, ""))
            entry.sort = entry.sort or sort.strip()
        entry.places += [mark.place] if mark.place else []
        entry.see += [name for name in mark.see if name not in entry.see]
        entry.seealso += [name for name in mark.seealso if name not in entry.seealso]
    return {name: root for name, root in roots.items() if root.entries}


def _term(level: str, words: Mapping[str, Any]) -> list[Node]:
    """A heading as inlines: `*…*` is italic; straight quotes and apostrophes become those of the language."""
    level = re.sub(r'"([^"]*)"', lambda found: words["quotes"][0] + found[1] + words["quotes"][1], level).replace("'", "’")
    out: list[Node] = []
    for i, piece in enumerate(_ITALIC.split(level)):
        if piece:
            out += [tree.node("Emph", tree.text(piece))] if i % 2 else tree.text(piece)
    return out


class _Writer:
    """One index as a chapter. `roots`: all indexes of the book, for *see* may lead from one to another."""

    def __init__(self, slug: str, root: Entry, roots: list[Entry], words: Mapping[str, Any], language: str) -> None:
        self.slug, self.root, self.words, self.language = slug, root, words, language
        self.roots = [root, *(other for other in roots if other is not root)]
        particles = "|".join(map(re.escape, words["index-particles"]))
        # Chicago 18, § 15.68: a sub-entry is sorted by its first word that is no article, preposition or conjunction.
        self.particle = re.compile(rf"^(?:(?:{particles})\s+)+(?=\w)", re.IGNORECASE)
        self.collator = Collator(language, {self._sort(entry, deep) for deep, entry in _deep(root, 0)})

    def _sort(self, entry: Entry, deep: int) -> str:
        plain = tree.plain(entry.term)
        return entry.sort or (self.particle.sub("", plain) if deep else plain)

    def _sorted(self, entry: Entry, deep: int) -> list[Entry]:
        return sorted(entry.entries.values(), key=lambda each: self.collator.key(self._sort(each, deep)))

    def blocks(self) -> list[Node]:
        groups: list[tuple[str, list[Entry]]] = []
        for entry in self._sorted(self.root, 0):
            letter = self.collator.letter(self._sort(entry, 0))
            if not groups or groups[-1][0] != letter:
                groups.append((letter, []))
            groups[-1][1].append(entry)
        return [self._group(letter, entries) for letter, entries in groups]

    def _group(self, letter: str, entries: list[Entry]) -> Node:
        head = [tree.node("Div", tree.attr("", ["index-letter"]), [tree.node("Plain", tree.text(letter))])] if letter else []
        return tree.node("Div", tree.attr("", ["index-group"]), [*head, tree.node("BulletList", [self._item(e, 0) for e in entries])])

    def _item(self, entry: Entry, deep: int) -> list[Node]:
        line: list[Node] = [tree.node("Span", tree.attr(entry.identifier, ["index-term"]), entry.term)]
        if entry.places:
            spans = [place.span(self.words["note-locator"][0]) for place in entry.places]
            line += [tree.node("Str", ","), tree.node("Space"), tree.node("Span", tree.attr("", ["locators"]), spans)]
        for kind, word, names in (("preferred", "see", entry.see), ("related", "see-also", entry.seealso)):
            if names:
                line += self._reference(kind, self.words[word], names, deep)
        below = [tree.node("BulletList", [self._item(each, deep + 1) for each in self._sorted(entry, deep + 1)])] if entry.entries else []
        return [tree.node("Plain", line), *below]

    def _reference(self, kind: str, word: str, names: list[str], deep: int) -> list[Node]:
        """ ". *See also* …" behind a heading, " (*see also* …)" behind a sub-entry (Chicago 18, § 15.17–20)."""
        said: list[Node] = [tree.node("Emph", tree.text(word if deep else word[:1].upper() + word[1:])), tree.node("Space")]
        for i, name in enumerate(names):
            said += [tree.node("Str", ";"), tree.node("Space")] if i else []
            shown = _term(name.replace("!", ": "), self.words)
            target = find(name, self.roots)
            said += [tree.node("Link", tree.attr(), shown, [f"#{target.identifier}", ""])] if target else shown
        span = tree.node("Span", tree.attr("", [f"index-xref-{kind}"]), said)
        return (
            [tree.node("Space"), tree.node("Str", "("), span, tree.node("Str", ")")]
            if deep
            else [tree.node("Str", "."), tree.node("Space"), span]
        )


def _deep(entry: Entry, deep: int) -> Iterator[tuple[int, Entry]]:
    for inner in entry.entries.values():
        yield deep, inner
        yield from _deep(inner, deep + 1)


def find(name: str, roots: list[Entry]) -> Entry | None:
    """The heading that a *see* names (`a!b` for a sub-entry), in the first index that has it; case does not count."""
    levels = [level.strip().replace("*", "").casefold() for level in name.split("!")]
    for root in roots:
        here: Entry | None = root
        for level in levels:
            here = next((entry for key, entry in here.entries.items() if key.casefold() == level), None) if here else None
        if here:
            return here
    return None


def chapters(found: list[Mark], titles: Mapping[str, str], record: Record) -> list[Record]:
    """A chapter for each index of the book that has headings, in the order of book.yaml; its identifiers enter `anchors`."""
    words, language, anchors = record["book"]["words"], record["book"]["language"], record["anchors"]
    roots = indexes(found, titles, words)
    slugs = {name: _free(f"index-{config.slug_of(name)}", {chapter["slug"] for chapter in record["chapters"]}) for name in roots}
    for root in roots.values():
        _name_targets(root, list(roots.values()), slugs, roots, anchors)
    made = []
    for name, root in roots.items():
        slug, title = slugs[name], titles.get(name) or words["index"]
        anchors.setdefault(slug, slug)
        header = tree.node("Header", 1, tree.attr(slug, ["unnumbered"]), tree.text(title))
        body = _Writer(slug, root, list(roots.values()), words, language).blocks()
        made.append({
            "slug": slug, "file": "", "kind": "index", "part": "", "number": "", "label": slug, "title": title, "short": "", "lang": "",
            "blocks": [header, tree.node("Div", tree.attr("", ["index-list"]), body)],
        })  # fmt: skip
    return made


def _name_targets(root: Entry, roots: list[Entry], slugs: Mapping[str, str], by_name: Mapping[str, Entry], anchors: dict[str, str]) -> None:
    """Give an identifier to each heading that a *see* of `root` leads to."""
    others = [root, *(other for other in roots if other is not root)]
    for entry in root.below():
        for target in filter(None, (find(name, others) for name in [*entry.see, *entry.seealso])):
            slug = next(slugs[name] for name, home in by_name.items() if any(each is target for each in home.below()))
            target.identifier = target.identifier or _free(f"{slug}-{config.slug_of(tree.plain(target.term))}", anchors)
            anchors.setdefault(target.identifier, slug)


def _free(name: str, taken: Any) -> str:
    while name in taken:
        name += "-2"
    return name
