"""*Ibid.* in a citation style: whether it prints any, and the same style without it, for notes that open alone.

Reads and writes nothing: the text of a CSL 1.0.2 style in, text out.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

Element = ElementTree.Element

_CSL = "http://purl.org/net/xbiblio/csl"
_IBID = {"ibid", "ibid-with-locator"}
_TESTS = re.compile(r'\bposition="[^"]*\bibid')
_SAID = re.compile(r"\b(ibid|ebd|ebenda|idem|id\.|ib\.|там же)", re.IGNORECASE)
_CONDITIONS = ("disambiguate", "is-numeric", "is-uncertain-date", "locator", "position", "type", "variable")
# A variable that no entry has: a test of it never holds.
_NEVER = "octavo-never"


def without_ibid(style: str) -> str | None:
    """The style with its ibid tests made impossible, so that the short form stands there; None if it prints no *ibid.*

    A style prints *ibid.* where a branch for that position says so, or differs from its neighbour for `subsequent`. Chicago's
    plain style tests the position too, but only to leave out the title of a reviewed work after its author: that is no *ibid.*
    """
    if not _TESTS.search(style):
        return None
    ElementTree.register_namespace("", _CSL)
    root = ElementTree.fromstring(style)
    macros = {str(macro.get("name")): macro for macro in root.iter(f"{{{_CSL}}}macro")}
    if not any(_prints(choose, macros) for choose in root.iter(f"{{{_CSL}}}choose")):
        return None
    for branch in root.iter():
        if _IBID & set(branch.get("position", "").split()):
            _make_impossible(branch)
    return ElementTree.tostring(root, encoding="unicode")


def _prints(choose: Element, macros: dict[str, Element]) -> bool:
    branches = [(set(branch.get("position", "").split()), branch) for branch in choose]
    tested = [branch for names, branch in branches if names & _IBID and branch.get("match") != "none"]
    if any(_says_so(branch, macros, 0) for branch in tested):
        return True
    subsequent = next((branch for names, branch in branches if "subsequent" in names and not names & _IBID), None)
    return subsequent is not None and any(_content(branch) != _content(subsequent) for branch in tested)


def _says_so(part: Element, macros: dict[str, Element], depth: int) -> bool:
    """Whether a branch, with the macros that it calls, prints the term or a word for it."""
    for element in part.iter():
        if element.get("term") == "ibid" or _SAID.search(element.get("value", "")):
            return True
        called = macros.get(element.get("macro", ""))
        if called is not None and depth < 3 and _says_so(called, macros, depth + 1):
            return True
    return False


def _content(branch: Element) -> str:
    return "".join(re.sub(r"\s+", " ", ElementTree.tostring(child, encoding="unicode")).strip() for child in branch)


def _make_impossible(branch: Element) -> None:
    """Take the ibid positions out of a test; where all its conditions must hold, it now never does."""
    names = branch.get("position", "").split()
    kept = [name for name in names if name not in _IBID]
    if branch.get("match", "all") == "all" or not kept:
        del branch.attrib["position"]
    else:
        branch.set("position", " ".join(kept))
    if branch.get("match", "all") == "all" or not any(name in branch.attrib for name in _CONDITIONS):
        branch.set("variable", f"{branch.get('variable', '')} {_NEVER}".strip())
