"""CIT, continued: the clusters of citations, `[see @a, p. 3; @b]`, and what stands in them beside the keys.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.locators import parse
from octavo.checks.manuscript import Citation, Manuscript, Text
from octavo.checks.once import once
from octavo.model import Node, Place


class Cited(NamedTuple):
    """One key of a cluster with the words before and after it (`see`, `, p. 3`); `in_text` for `@key` without brackets."""

    citation: Citation
    prefix: str
    suffix: str
    in_text: bool

    @property
    def key(self) -> str:
        return self.citation.key

    @property
    def place(self) -> Place:
        return self.citation.place


@once
def clusters(text: Text) -> list[list[Cited]]:
    """Every cluster of a chapter, in the order of its tree (`text.nodes["Cite"]`)."""
    by_cluster: dict[int, list[Citation]] = defaultdict(list)
    for citation in text.citations:
        by_cluster[citation.cluster].append(citation)
    return [_cluster(node, by_cluster[number]) for number, (node, _) in enumerate(text.nodes["Cite"])]


def _cluster(node: Node, citations: list[Citation]) -> list[Cited]:
    return [
        Cited(
            citation,
            tree.plain(given["citationPrefix"]),
            tree.plain(given["citationSuffix"]),
            given["citationMode"]["t"] == "AuthorInText",
        )
        for citation, given in zip(citations, node["c"][0], strict=True)
    ]


@check(
    "CIT006",
    "mixed-cluster",
    "error",
    "of {count} works in this cluster {found} can be found, and {missing} cannot",
    hint="correct the keys that CIT001 names: the reader cannot see that a source is missing",
)
def mixed_cluster(book: Manuscript) -> Iterator[Hit]:
    """A cluster in which some keys are in the bibliography and others are not.

    It would print, and nobody would notice that it names too few sources. Said once for the cluster, at its opening
    bracket, besides CIT001 at each key.

    *Bad*

        Both sides denied it [@fink1984; @whyte1985].

    *Good*

        Both sides denied it [@fink1984; @white1985].
    """
    for text in book.texts:
        for cluster in clusters(text):
            keys = {cited.key for cited in cluster if not book.is_reference(cited.key)}
            found = {key for key in keys if key in book.entries}
            missing = {key for key in keys - found if key.lower() not in book.lowered_keys}
            if found and missing:
                names = " and ".join(f"`{key}`" for key in sorted(missing))
                yield at(_bracket(text, cluster), count=str(len(keys)), found=str(len(found)), missing=names)


def _bracket(text: Text, cluster: list[Cited]) -> Place:
    """The place of the bracket that opens a cluster: before its first key, or for `@a [p. 3; @b]` after it."""
    first = cluster[0].place
    if not first.end_column or first.end_line != first.line:
        return first
    start, masked = text.source.offset(first.line, first.column), text.source.masked
    if masked[start : start + 1] != "@":
        return first
    if cluster[0].in_text:
        found = masked.find("[", start)
        return text.source.place(found, found + 1) if found >= 0 else first
    depth = 0
    for offset in range(start - 1, max(start - 2000, -1), -1):
        depth += {"]": 1, "[": -1}.get(masked[offset], 0) if masked[offset - 1 : offset] != "\\" else 0
        if depth < 0:
            return text.source.place(offset, offset + 1)
    return first


@check(
    "CIT007",
    "repeated-in-cluster",
    "warning",
    "`{key}` is cited twice in one cluster, first at {first}",
    hint="cite it once, or say what is to be found where: `[@{key}, 3, 17]`",
)
def repeated_in_cluster(book: Manuscript) -> Iterator[Hit]:
    """One work twice in a cluster with the same locator, or without any: it would print twice.

    With different locators the two may well be meant.

    *Bad*

        Both sides denied it [@fink1984, p. 12; @white1985; @fink1984, 12].

    *Good*

        Both sides denied it [@fink1984, p. 12; @white1985; @fink1984, 40].
    """
    for text in book.texts:
        for cluster in clusters(text):
            first: dict[tuple[str, object], Cited] = {}
            for cited in cluster if len(cluster) > 1 else ():
                same = (cited.key, _reading(cited, book))
                if not book.is_reference(cited.key) and first.setdefault(same, cited) is not cited:
                    yield at(cited.place, key=cited.key, first=str(first[same].place))


def _reading(cited: Cited, book: Manuscript) -> object:
    """What a suffix says, however it is written: `p. 12`, `12`, and `, 12` are the same."""
    found = parse(cited.suffix, book.book.language)
    if found and not found.rest:
        return tuple((part.label, part.numbers) for part in found.parts)
    return " ".join(cited.suffix.strip(" ,.").lower().split())
