"""The page of the print edition: its trim size, and the measure, which is the width of the text on it.

Reads and writes nothing: settings in, points out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from octavo.model import UserError

DEFAULTS: dict[str, Any] = {
    "paper": "156mm x 234mm", "font": "Libertinus Serif", "fallback": [], "size": "10.5pt", "links": "plain", "bleed": "0mm",
    "crop_marks": False,
}  # fmt: skip
"""`editions.pdf` of book.yaml where it says nothing."""
POINTS = {"mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pt": 1.0}
"""How many points of 1/72 inch a unit has."""
_PAPERS = {"a4": "210mm x 297mm", "a5": "148mm x 210mm", "b5": "176mm x 250mm", "letter": "8.5in x 11in", "trade": "6in x 9in"}
_SIDES = re.compile(r"^(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)?\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|pt)$", re.IGNORECASE)


def paper(setting: str) -> list[float]:
    """Width and height in points of a trim size: `156mm x 234mm`, `6 x 9in`, or a name (a4, a5, b5, letter, trade)."""
    found = _SIDES.match(_PAPERS.get(setting.strip().lower(), setting.strip()))
    if not found:
        known = ", ".join(_PAPERS)
        raise UserError(f"editions.pdf.paper: `{setting}` is no trim size", hint=f"write `156mm x 234mm`, or one of {known}")
    unit = found[4].lower()
    sides = [float(found[1]) * POINTS[(found[2] or unit).lower()], float(found[3]) * POINTS[unit]]
    if not all(200 <= side <= 2400 for side in sides):
        raise UserError(f"editions.pdf.paper: `{setting}` is no size of a book")
    return [round(side, 3) for side in sides]


def length(setting: str) -> float:
    """A length in points: `3mm`, `0.125in`."""
    number, unit = re.match(r"([\d.]+)\s*(mm|cm|in|pt)$", setting).groups()  # type: ignore[union-attr]  # the schema has seen to it
    return round(float(number) * POINTS[unit], 3)


def measure(settings: Mapping[str, Any]) -> tuple[float, float]:
    """The width of the text, and the height that an image may have, in points: as editions/pdf/book.typ reckons them."""
    chosen = {**DEFAULTS, **settings}
    width, height = paper(chosen["paper"])
    size = float(chosen["size"].removesuffix("pt"))
    line, lead = size * 9 / 7, size * 2 / 7
    depth = (height * (234 - 22 - 25.5) / 234 + lead) // line * line - lead
    return min(width * 113 / 156, 36 * size), depth * 0.75
