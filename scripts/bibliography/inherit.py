"""What entries owe to others: parents, circles, and the fields that a child inherits.

Reads entries and writes nothing. The rules are those of biblatex's manual, § 2.4.1 (crossref, xdata) and appendix B
(which title of the parent becomes which of the child), simplified to the types that books are made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from octavo.model import Bibliography, Entry, Field

REFERENCES = ("crossref", "xdata", "related", "entryset")

_VOLUMES = {"mvbook", "mvcollection", "mvproceedings", "mvreference"}
_WHOLES = {"book", "collection", "proceedings", "reference"}
_PARTS = {"inbook", "bookinbook", "suppbook", "incollection", "suppcollection", "inproceedings", "conference", "inreference"}
_TITLES = ("title", "subtitle", "titleaddon")
# What a child never inherits.
_OWN = {
    "ids", "crossref", "xref", "xdata", "entryset", "entrysubtype", "execute", "file", "keywords", "label", "options", "presort", "related",
    "relatedoptions", "relatedstring", "relatedtype", "shortauthor", "shorteditor", "shorthand", "shorthandintro", "shorttitle", "sortkey",
}  # fmt: skip


def references(entry: Entry) -> Iterator[tuple[Field, str]]:
    """(field, key) of each entry that this one names in crossref, xdata, related or entryset."""
    for name in REFERENCES:
        if found := entry.fields.get(name):
            for key in [found.value] if name == "crossref" else found.value.split(","):
                if key.strip():
                    yield found, key.strip()


def parents(entry: Entry) -> list[str]:
    """The keys of the entries that this one takes fields from (crossref, then xdata)."""
    return [key for found, key in references(entry) if found.name in ("crossref", "xdata")]


def cycles(entries: Mapping[str, Entry]) -> list[list[str]]:
    """Every circle of crossref, xdata, related or entryset, its keys in file order; pandoc would never come back.

    Tarjan's strongly connected components, without recursion: chains may be as long as the file.
    """
    edges = {key: [other for _, other in references(entry) if other in entries] for key, entry in entries.items()}
    order = {key: i for i, key in enumerate(entries)}
    found: list[list[str]] = []
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    for start in (key for key, others in edges.items() if others):
        if start in number:
            continue
        path = [(start, iter(edges[start]))]
        number[start] = low[start] = len(number)
        stack.append(start)
        waiting.add(start)
        while path:
            here, others = path[-1]
            other = next(others, None)
            if other is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[here])
                if low[here] == number[here]:
                    group = stack[stack.index(here) :]
                    del stack[len(stack) - len(group) :]
                    waiting -= set(group)
                    if len(group) > 1 or here in edges[here]:
                        found.append(sorted(group, key=order.__getitem__))
            elif other not in number:
                number[other] = low[other] = len(number)
                stack.append(other)
                waiting.add(other)
                path.append((other, iter(edges[other])))
            elif other in waiting:
                low[here] = min(low[here], number[other])
    return found


def resolved(entry: Entry, bibliography: Bibliography) -> dict[str, Field]:
    """The fields of an entry with those that it inherits through crossref and xdata, however far up."""
    return _resolved(entry, bibliography, frozenset())


def _resolved(entry: Entry, bibliography: Bibliography, seen: frozenset[str]) -> dict[str, Field]:
    fields = dict(entry.fields)
    seen |= {entry.key}
    for key in parents(entry):
        parent = bibliography.entries.get(key)
        if parent is None or key in seen or len(seen) > 50:
            continue
        whole = key not in [k for f, k in references(entry) if f.name == "crossref"]
        for name, given in _resolved(parent, bibliography, seen).items():
            if name in _OWN:
                continue
            for new in [name] if whole else _names_in_child(name, parent.type, entry.type):
                fields.setdefault(new, given if new == name else replace(given, name=new))
    return fields


def _names_in_child(name: str, parent: str, child: str) -> list[str]:
    """The names that the parent's field bears in a child of this type."""
    if name in _TITLES:
        rest = name.removeprefix("title") if name != "subtitle" else "subtitle"
        if parent == "periodical" and child in ("article", "suppperiodical"):
            return ["journal" + name]
        if parent in _VOLUMES and child not in _VOLUMES:
            return ["main" + (name if name == "subtitle" else "title" + rest)]
        if parent in _WHOLES and child in _PARTS:
            return ["book" + name]
        return []
    if name == "author" and parent in ("book", "mvbook") and child in _PARTS:
        return ["author", "bookauthor"] if child in ("inbook", "bookinbook", "suppbook") else ["bookauthor"]
    return [name]
