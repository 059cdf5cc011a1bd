"""What may stand in an edition: kinds of links, attributes, no raw markup. An allow-list, applied after citeproc.

Reads and writes nothing: trees in, trees out. A bibliography can carry a `javascript:` link as well as a chapter can.
"""

from __future__ import annotations

import re
from typing import Any

from octavo import tree
from octavo.model import Node

_SCHEMES = re.compile(r"^(https?|mailto|ftp|doi|tel):", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]+")
_ATTRIBUTES = {
    "alt", "cites", "columns", "credit", "dir", "edition", "entry", "height", "id", "in", "label", "lang", "number", "range", "see",
    "seealso", "short", "sort", "start", "startFrom", "to", "width",
}  # fmt: skip
_UNSAFE_SCHEME = re.compile(r"^\s*[a-z][a-z0-9+.\-]*\s*:", re.IGNORECASE)


def clean(part: Any) -> Any:
    """The tree without raw markup, without attributes that nothing of ours reads, without links to run a program."""
    return tree.transform(part, change)


def change(element: Node) -> Node | list[Node] | None:
    """What `clean` puts in place of one node, or None where it is harmless."""
    kind = element["t"]
    if kind in ("RawInline", "RawBlock"):
        breaks = kind == "RawInline" and re.fullmatch(r"<br\s*/?>", element["c"][1].strip())
        return tree.node("LineBreak") if breaks else []
    attributes = tree.attributes(element)
    if attributes:
        attributes[2] = [[key, value] for key, value in attributes[2] if key in _ATTRIBUTES]
        attributes[1] = [name for name in attributes[1] if _NAME.fullmatch(name)]
    if kind == "Link" and not _is_safe(element["c"][2][0]):
        return tree.node("Span", ["", [], []], element["c"][1])
    return None


def _is_safe(url: str) -> bool:
    visible = re.sub(r"[\x00-\x20\u200b-\u200f]", "", url)
    return visible.startswith("#") or bool(_SCHEMES.match(visible)) or not (_UNSAFE_SCHEME.match(visible) or visible.startswith("//"))
