"""References: `@sec-x`, `[@fig-a; @fig-b]`, `[-@tbl-x]` -> text and links, in the language of the book.

Reads and writes nothing: trees and labels in, trees out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from octavo import tree
from octavo.model import Node
from octavo.number import Label
from octavo.wordings import capital

PREFIX = re.compile(r"^(sec|fig|tbl|eq|lst|part)[-:]", re.IGNORECASE)
Citation = dict[str, Any]


def label_of(key: str, labels: Mapping[str, Label]) -> str:
    """The label that a cited key names, or nothing: `Fig-x` at the start of a sentence is `fig-x`."""
    if not PREFIX.match(key):
        return ""
    lowered = key[0].lower() + key[1:]
    return next((name for name in (key, lowered, lowered.replace(":", "-", 1), lowered.replace("-", ":", 1)) if name in labels), "")


def resolve(part: Any, labels: Mapping[str, Label], words: Mapping[str, Any], keys: frozenset[str]) -> Any:
    """The tree with every reference as links; a key of `keys` (the bibliography's) is a citation and stays one."""

    def change(element: Node) -> list[Node] | None:
        if element["t"] == "Span" and "page" in tree.classes(element):
            return _pages(element)
        if element["t"] != "Cite":
            return None
        citations: list[Citation] = element["c"][0]
        runs = [
            (is_reference, list(run))
            for is_reference, run in groupby(citations, lambda c: c["citationId"] not in keys and bool(PREFIX.match(c["citationId"])))
        ]
        if not any(is_reference for is_reference, _ in runs):
            return None
        out: list[Node] = []
        for is_reference, run in runs:
            if out:
                # `@sec-x [@key]` is one cluster to pandoc, but reads as two things: only in brackets does a semicolon part them.
                named_in_text = citations[0]["citationMode"]["t"] == "AuthorInText"
                out += [tree.node("Space")] if named_in_text else [tree.node("Str", ";"), tree.node("Space")]
            out += (
                _reference(run, labels, words)
                if is_reference
                else [tree.node("Cite", run, tree.text("; ".join("@" + c["citationId"] for c in run)))]
            )
        return out

    return tree.transform(part, change)


def _pages(element: Node) -> list[Node] | None:
    """`[@sec-x]{.page}`: each reference in it knows that print gives its page; None where it holds no reference."""
    inlines: list[Node] = element["c"][1]
    if not any("xref" in tree.classes(inline) for inline in inlines):
        return None
    return [_page(inline) if "xref" in tree.classes(inline) else inline for inline in inlines]


def _page(link: Node) -> Node:
    """A reference to a page; the number alone (`[-@sec-x]{.page}`) asks for the bare number of the page."""
    shown = tree.plain(link)
    bare = ["bare"] if shown[:1].isalnum() and "\u00a0" not in shown else []
    return tree.node("Span", tree.attr("", ["page-reference", *bare], to=link["c"][2][0].removeprefix("#")), [link])


def _reference(run: list[Citation], labels: Mapping[str, Label], words: Mapping[str, Any]) -> list[Node]:
    """One cluster of references as inlines: "Figures 2.1–2.3 and 2.5", with its prefix and suffix."""
    start = run[0]["citationId"][0].isupper()
    bare = any(c["citationMode"]["t"] == "SuppressAuthor" for c in run)
    groups: list[list[Node]] = []
    for kind, same in groupby(run, lambda c: _kind(c, labels)):
        chosen = list(same)
        if not kind:
            groups += [[_unresolved(c["citationId"])] for c in chosen]
        else:
            groups.append(_same_kind(kind, chosen, labels, words, bare, start and not groups))
    out = list(run[0]["citationPrefix"])
    if out:
        out.append(tree.node("Space"))
    out += _join(groups, words)
    suffix = list(run[-1]["citationSuffix"])
    if suffix and suffix[0]["t"] == "Str" and not re.match(r"[,.;:)]", suffix[0]["c"]):
        out.append(tree.node("Space"))
    return out + suffix


def _kind(citation: Citation, labels: Mapping[str, Label]) -> str:
    """What is named, with `unnumbered` where only a title can be given."""
    name = label_of(citation["citationId"], labels)
    if not name:
        return ""
    return labels[name].kind if labels[name].number else "unnumbered"


def _same_kind(
    kind: str, run: list[Citation], labels: Mapping[str, Label], words: Mapping[str, Any], bare: bool, start: bool
) -> list[Node]:
    names = [label_of(c["citationId"], labels) for c in run]
    if kind == "unnumbered":
        left, right = words["quotes"]
        return _join([[_link(name, left + labels[name].title + right)] for name in names], words)
    if len(names) == 1:
        return [_link(names[0], labels[names[0]].number if bare else f"{_word(words[kind][0], start)}\u00a0{labels[names[0]].number}")]
    listed = _join([part for group in _consecutive(names, labels) for part in _runs(group, labels)], words)
    return listed if bare else [tree.node("Str", _word(words[kind][1], start) + "\u00a0"), *listed]


def _word(word: str, start: bool) -> str:
    return capital(word) if start else word


def _consecutive(names: list[str], labels: Mapping[str, Label]) -> list[list[str]]:
    """Labels whose numbers follow one another stand together: [[2.1, 2.2, 2.3], [2.5]]."""
    groups: list[list[str]] = []
    for name in names:
        if groups and labels[name].number == _after(labels[groups[-1][-1]].number):
            groups[-1].append(name)
        else:
            groups.append([name])
    return groups


def _after(number: str) -> str:
    head, dot, last = number.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdigit() else ""


def _runs(group: list[str], labels: Mapping[str, Label]) -> list[list[Node]]:
    """Three and more in a row are a range; two stay two."""
    linked = [_link(name, labels[name].number) for name in group]
    if len(linked) < 3:
        return [[link] for link in linked]
    return [[linked[0], tree.node("Str", "–"), linked[-1]]]


def _join(groups: list[list[Node]], words: Mapping[str, Any]) -> list[Node]:
    """`a`, `a and b`, `a, b and c`."""
    out: list[Node] = []
    for i, part in enumerate(groups):
        if i and i == len(groups) - 1:
            out += [tree.node("Space"), tree.node("Str", words["and"]), tree.node("Space")]
        elif i:
            out += [tree.node("Str", ","), tree.node("Space")]
        out += part
    return out


def _link(name: str, shown: str) -> Node:
    return tree.node("Link", tree.attr("", ["xref"]), tree.text(shown), ["#" + name, ""])


def _unresolved(key: str) -> Node:
    return tree.node("Span", tree.attr("", ["unresolved"]), [tree.node("Str", f"?{key}?")])
