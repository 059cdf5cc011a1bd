"""What EPUB and web print otherwise than pandoc does: sizes, marks of a draft, the parts of a figure, entries of a list.

Reads and writes nothing.
"""

from __future__ import annotations

import re

from octavo import tree
from octavo.model import Node

PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0}
_SIZE = re.compile(r"([\d.]+)\s*(%|[a-z]*)")
CHANGES = {"added": "ins", "deleted": "del", "marked": "mark", "comment": "small"}
"""The classes of CriticMarkup's spans, and the elements of HTML that say the same."""


def size(given: str) -> str:
    """A length in whole pixels, or a share of the width in steps of five (`%70`), which the style sheets have classes for."""
    found = _SIZE.fullmatch(given.strip().lower())
    if not found or found[1].count(".") > 1 or found[1] == ".":
        return ""
    if found[2] == "%":
        return f"%{min(100, max(5, round(float(found[1]) / 5) * 5))}"
    return str(round(float(found[1]) * PIXELS[found[2]])) if found[2] in PIXELS else ""


def change(classes: list[str]) -> str:
    """The element for a span that is a change of a draft; nothing for any other."""
    return next((CHANGES[name] for name in classes if name in CHANGES), "")


def columns(figure: Node) -> str:
    """The class for the parts of a figure: how many stand side by side."""
    given = tree.value(figure, "columns")
    return f"columns-{min(int(given), 4) if given.isdigit() and int(given) else 2}"
