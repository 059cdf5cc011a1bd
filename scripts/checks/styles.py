"""What a citation style prints of a book, without printing one.

Reads the text of a CSL style; writes nothing. Branches are followed as CSL 1.0.2, `Choose`, has it, for a book with author,
title, publisher, place and year; a style that cannot be read prints nothing.
"""

from __future__ import annotations

from functools import lru_cache
from xml.etree import ElementTree

_NS = "{http://purl.org/net/xbiblio/csl}"
_KNOWN = {"author", "title", "publisher", "publisher-place", "issued"}


@lru_cache(maxsize=8)
def prints(style: str, variable: str) -> bool:
    """Whether the entry of a book in the list of works, or in the notes of a style without a list, holds a variable."""
    try:
        root = ElementTree.fromstring(style)
    except ElementTree.ParseError:
        return False
    macros = {macro.get("name", ""): macro for macro in root.iter(f"{_NS}macro")}
    parts = [part for part in (root.find(f"{_NS}bibliography"), root.find(f"{_NS}citation")) if part is not None]
    return bool(parts) and _holds(parts[0], variable, macros, frozenset())


def _holds(part: ElementTree.Element, variable: str, macros: dict[str, ElementTree.Element], within: frozenset[str]) -> bool:
    kind = part.tag.removeprefix(_NS)
    if kind == "substitute":
        return False
    if kind == "choose":
        taken = next((branch for branch in part if _is_true(branch)), None)
        return taken is not None and any(_holds(inner, variable, macros, within) for inner in taken)
    macro = part.get("macro", "")
    if macro in macros and macro not in within and _holds(macros[macro], variable, macros, within | {macro}):
        return True
    if kind in ("text", "number") and variable in part.get("variable", "").split():
        return True
    return any(_holds(inner, variable, macros, within) for inner in part)


def _is_true(branch: ElementTree.Element) -> bool:
    tests: list[bool] = []
    for name, values in branch.attrib.items():
        if name != "match":
            tests += [(value == "book" if name == "type" else name == "variable" and value in _KNOWN) for value in values.split()]
    match = branch.get("match", "all")
    if match == "any":
        return any(tests)
    return not any(tests) if match == "none" else all(tests)
