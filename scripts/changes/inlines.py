"""Two lines of text -> one, word by word: insertions and deletions marked, what stayed as it is in the new one.

Reads and writes nothing: inlines of pandoc's tree in, inlines out. A text is taken apart into tokens, a word or a sign
each, that know what they stand in; words that stand in another face than before have changed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import LCSseq

from octavo import tree
from octavo.changes import marks, wording
from octavo.changes.align import Piece, align
from octavo.model import Node

# So many words between two changes, and no more, may be taken for part of them.
_SHORT = 3

Inside = Callable[[list[Node], list[Node]], list[Node]]
"""Two states of the blocks of a note -> one."""
Both = Callable[[Node, Node], None]
"""Told of each sign that both states have: old, new."""


@dataclass(eq=False, slots=True)
class Token:
    """A word, a space or a sign, and the wrappers that it stands in, outermost first. `before`: marks that show nothing."""

    key: Hashable
    node: Node
    path: tuple[Node, ...]
    before: tuple[tuple[Node, tuple[Node, ...]], ...] = ()


def compare(old: list[Node], new: list[Node], inside: Inside, both: Both) -> list[Node]:
    """One text out of two; `inside` compares the notes that both have, and `both` is told of them."""
    (first, _), (second, rest) = tokens(old), tokens(new)
    known = _pair_notes(first, second)
    shown: list[tuple[Token, str]] = []
    for mark, gone, come in _runs(first, second):
        if mark:
            shown += [(token, marks.OUT) for token in gone]
            shown += [(token, marks.IN) for token in come]
        else:
            for before, after in zip(gone, come, strict=True):
                both(before.node, after.node)
                shown.append((_same(before, after, inside) if after.key in known else after, ""))
    return built(shown, rest)


def tokens(inlines: list[Node]) -> tuple[list[Token], tuple[tuple[Node, tuple[Node, ...]], ...]]:
    """The tokens of a text, and the marks that stand behind the last."""
    found: list[Token] = []
    waiting: list[tuple[Node, tuple[Node, ...]]] = []
    for node, path in _leaves(inlines, ()):
        style = tuple(name for wrapper in path if (name := wording.style_of(wrapper)))
        made: list[tuple[Hashable, Node]]
        if wording.is_word(node):
            words = wording.TOKEN.findall(wording.letters(node))
            made = [((word,) if word.isspace() else (word, style), tree.node("Str", word) if word != " " else node) for word in words]
            made = [(key, tree.node("Space") if key == (" ",) and one["t"] == "Str" else one) for key, one in made]
        else:
            known = wording.of_sign(node)
            made = [] if known is None else [((known, style), node)]
            if known is None:
                waiting.append((node, path))
        for key, one in made:
            found.append(Token(key, one, path, tuple(waiting)))
            waiting = []
    return found, tuple(waiting)


def _leaves(inlines: list[Node], path: tuple[Node, ...]) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    """Words and signs; neighbouring pieces of one word come as one. An empty wrapper is a sign that shows nothing."""
    for is_text, group in itertools.groupby(inlines, key=lambda inline: inline["t"] == "Str"):
        if is_text:
            yield tree.node("Str", "".join(inline["c"] for inline in group)), path
            continue
        for inline in group:
            inside = None if wording.sign(inline) else wording.inner(inline)
            if inside:
                yield from _leaves(inside, (*path, inline))
            else:
                yield inline, path


def _pair_notes(old: list[Token], new: list[Token]) -> set[Hashable]:
    """Give notes that are the same note, edited, one key in both texts; these keys."""
    first, second = ([token for token in line if _is_note(token)] for line in (old, new))
    if not first or not second:
        return set()
    shared: set[Hashable] = set()
    pieces = ([Piece(token.key, "note", _note_words(token)) for token in line] for line in (first, second))
    for n, (i, j) in enumerate(align(*pieces)):
        if i is not None and j is not None:
            first[i].key = second[j].key = ("paired", n)
            shared.add(("paired", n))
    return shared


def _is_note(token: Token) -> bool:
    return token.node["t"] == "Note" or wording.sign(token.node) == "note"


def _note_words(token: Token) -> list[str]:
    return wording.TOKEN.findall(tree.plain(token.node, notes=True))


def _same(old: Token, new: Token, inside: Inside) -> Token:
    """A note that both texts have, with what changed in it."""
    before, after = (token.node if token.node["t"] == "Note" else token.node["c"][1][0] for token in (old, new))
    merged = tree.node("Note", inside(before["c"], after["c"]))
    node = merged if new.node["t"] == "Note" else tree.node("Span", new.node["c"][0], [merged, *new.node["c"][1][1:]])
    return Token(new.key, node, new.path, new.before)


def _runs(old: list[Token], new: list[Token]) -> Iterator[tuple[bool, list[Token], list[Token]]]:
    """(whether it changed, old tokens, new tokens) in turn, few words between changes taken with them."""
    numbers: dict[Hashable, int] = {}
    first, second = ([numbers.setdefault(token.key, len(numbers)) for token in line] for line in (old, new))
    runs: list[tuple[bool, list[Token], list[Token]]] = []
    for operation in LCSseq.opcodes(first, second):
        gone, come = old[operation.src_start : operation.src_end], new[operation.dest_start : operation.dest_end]
        changed = operation.tag != "equal"
        if runs and runs[-1][0] == changed:
            runs[-1] = (changed, runs[-1][1] + gone, runs[-1][2] + come)
        else:
            runs.append((changed, gone, come))
    return iter(_without_islands(runs))


def _without_islands(runs: list[tuple[bool, list[Token], list[Token]]]) -> list[tuple[bool, list[Token], list[Token]]]:
    """The runs with those islands sunk that are shorter than what changed on both their sides: else a reader sees confetti."""
    out: list[tuple[bool, list[Token], list[Token]]] = []
    for at, run in enumerate(runs):
        before, after = (out[-1] if out else None), (runs[at + 1] if at + 1 < len(runs) else None)
        if not run[0] and before and after and before[0] and _is_island(run, before, after):
            out[-1] = (True, before[1] + run[1], before[2] + run[2])
        elif out and out[-1][0] and run[0]:
            out[-1] = (True, out[-1][1] + run[1], out[-1][2] + run[2])
        else:
            out.append(run)
    return out


def _is_island(run: tuple[bool, list[Token], list[Token]], *sides: tuple[bool, list[Token], list[Token]]) -> bool:
    if any(not wording.is_word(token.node) for token in run[2]):
        return False
    size = _letters(run[2])
    if size == 0:
        # A space or a comma between two words: one change, unless words were only taken out, or only put in.
        return all(gone and come for _, gone, come in sides)
    return _count(run[2]) <= _SHORT and all(size <= max(_letters(gone), _letters(come)) / 2 for _, gone, come in sides)


def _count(line: list[Token]) -> int:
    return sum(bool(_letters([token])) for token in line)


def _letters(line: list[Token]) -> int:
    return sum(len(word) for token in line if (word := str(token.node.get("c", ""))) and token.node["t"] == "Str" and word[0].isalnum())


def built(shown: list[tuple[Token, str]], rest: tuple[tuple[Node, tuple[Node, ...]], ...] = ()) -> list[Node]:
    """Inlines of tokens and their marks. Of what went out only its look is kept: neither links nor identifiers."""
    taken: set[int] = set()
    inlines: list[Node] = []
    for mark, run in itertools.groupby(shown, key=lambda item: item[1]):
        leaves: list[tuple[Node, tuple[Node, ...]]] = []
        for token, _ in run:
            if mark == marks.OUT:
                leaves.append((token.node, tuple(wrapper for wrapper in token.path if _is_seen(wrapper))))
            else:
                leaves += [*token.before, (token.node, token.path)]
        nested = _nested(leaves, 0, taken)
        inlines += [marks.span(mark, without_names(nested) if mark == marks.OUT else nested)] if mark else nested
    return [*inlines, *_nested(list(rest), 0, taken)]


def _is_seen(wrapper: Node) -> bool:
    return bool(wording.style_of(wrapper) or tree.value(wrapper, "lang"))


def _nested(leaves: list[tuple[Node, tuple[Node, ...]]], depth: int, taken: set[int]) -> list[Node]:
    """Leaves in their wrappers again; a wrapper that is cut in two bears its identifier once."""
    out: list[Node] = []
    at = 0
    while at < len(leaves):
        node, path = leaves[at]
        if len(path) == depth:
            if node["t"] == "Str" and out and out[-1]["t"] == "Str":
                out[-1] = tree.node("Str", out[-1]["c"] + node["c"])
            else:
                out.append(node)
            at += 1
            continue
        end = at
        while end < len(leaves) and len(leaves[end][1]) > depth and leaves[end][1][depth] is path[depth]:
            end += 1
        out.append(_wrapper(path[depth], _nested(leaves[at:end], depth + 1, taken), taken))
        at = end
    return out


def _wrapper(given: Node, inlines: list[Node], taken: set[int]) -> Node:
    if given["t"] in wording.STYLES:
        return tree.node(given["t"], inlines)
    head: Any = given["c"][0]
    if found := tree.attributes(given):
        head = [found[0] if id(given) not in taken else "", found[1], found[2]]
        taken.add(id(given))
    return tree.node(given["t"], head, inlines, *given["c"][2:])


def without_names(part: Any) -> Any:
    """A tree, a copy, in which nothing bears an identifier or leads anywhere: what went out must not be taken for what is."""
    if isinstance(part, list):
        out: list[Any] = []
        for item in part:
            changed = without_names(item)
            out += changed if isinstance(item, dict) and isinstance(changed, list) else [changed]
        return out
    if not isinstance(part, dict):
        return part
    kind = part.get("t")
    if kind in ("RawInline", "RawBlock"):
        return []
    if kind == "Link":
        return without_names(part["c"][1])
    copied = {key: without_names(item) for key, item in part.items()}
    if (found := tree.attributes(copied) if kind else None) and wording.sign(part) not in ("page-reference", "locators", "locator"):
        found[0] = ""
    return copied
