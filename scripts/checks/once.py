"""What several checks ask of a chapter, or of the whole manuscript, is looked for once and kept with it.

Reads and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from octavo.checks.manuscript import Manuscript, Text

_Of = TypeVar("_Of", "Text", "Manuscript")
_Found = TypeVar("_Found")


def once(find: Callable[[_Of], _Found]) -> Callable[[_Of], _Found]:
    """A function of a chapter or of the manuscript that is carried out at its first call alone; nobody may change what it gives."""

    @wraps(find)
    def kept(of: _Of) -> _Found:
        found: dict[Any, Any] = of.kept
        if find not in found:
            found[find] = find(of)
        answer: _Found = found[find]
        return answer

    return kept
