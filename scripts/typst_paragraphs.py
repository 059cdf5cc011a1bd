"""What a chapter needs before any of it becomes Typst markup: paragraphs that break well, words that stay words.

Reads and writes nothing: it changes a tree in place.
"""

from __future__ import annotations

import re
from itertools import pairwise

from octavo import sentences, tree
from octavo.model import Node
from octavo.typst_syntax import raw, string

# Words that Typst would read as markup, and that pandoc 3.9 does not escape: at the start of a bracket a sign of a list
# or heading; anywhere two hyphens or three full stops (a dash, an ellipsis), a hyphen before a digit (a minus).
_MARKUP = re.compile(r"^(=+|[-+/•]|\d+[.)])(?=\s|$)|--|-\?|\.\.\.|(^|\s)-\d|[\u2028\u2029\x85]")
# A last line of fewer letters than this looks like a hole in the page: two indents wide.
_RUNT = 9
# About as many letters as a line holds.
_LINE = 64
_NO_BREAK = "\u00a0"


def prepare(blocks: list[Node]) -> set[str]:
    """What must be done to a chapter, in place, before anything becomes markup; the notes that a guard watches.

    An image takes its alternative text as an attribute; a figure or table, that a heading stands right before it; a word
    that Typst would read as markup becomes a string.
    """
    for element in tree.walk(blocks):
        if element["t"] == "Image":
            tree.set_value(element, "alt", tree.plain(element["c"][1]) or tree.value(element, "alt"))
        elif element["t"] == "Str" and _MARKUP.search(element["c"]):
            element["t"], element["c"] = "RawInline", ["typst", f"#{string(element['c'])};"]
        elif element["t"] == "Para":
            _bind_last_words(element["c"])
    for before, block in pairwise(blocks):
        if before["t"] == "Header" and block["t"] in ("Figure", "Table"):
            tree.set_value(block, "after-heading", "true")
    return {note for block in blocks for note in _guard(block)}


def _guard(block: Node) -> list[str]:
    """Put a guard before a paragraph, in place, if a note may stand in its second line or its last; these notes."""
    if block["t"] != "Para":
        return []
    # In a note style the note stands inside the span of its citation.
    inside = [[inner for inner in tree.walk(inline) if "note" in tree.classes(inner)] for inline in block["c"]]
    places = [at for at, found in enumerate(inside) if found]
    notes: list[str] = []
    for at in places:
        before, after = len(tree.plain(block["c"][:at])), len(tree.plain(block["c"][at:]))
        if _LINE < before < 2 * _LINE or (at == places[-1] and after < _LINE):
            notes.append(tree.identifier(inside[at][0]))
    if notes:
        block["c"].insert(0, raw(f"#guard({', '.join(map(string, notes))});"))
    return notes


def _bind_last_words(inlines: list[Node]) -> None:
    """Tie the last words of a paragraph, in place, until they are no runt: a last line of one short word."""
    length = 0
    for at in range(len(inlines) - 1, -1, -1):
        element = inlines[at]
        if sentences.name_of(element):
            continue
        if element["t"] == "Str":
            head, tail = _split_at(element["c"], _RUNT - length)
            element["c"] = head + tail.replace(" ", _NO_BREAK)
        elif element["t"] in ("Space", "SoftBreak"):
            inlines[at] = tree.node("Str", _NO_BREAK)
        length += len(tree.plain([element])) or 1
        if length > _RUNT:
            return


def _split_at(words: str, length: int) -> tuple[str, str]:
    """Words, and the last of them that together have at least `length` letters."""
    at = words.rfind(" ", 0, max(0, len(words) - length)) + 1
    return words[:at], words[at:]
