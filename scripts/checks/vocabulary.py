"""Lists of words, as the modules with vocabularies write them down.

Reads and writes nothing.
"""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """The words of a text, divided by spaces and line breaks."""
    return frozenset(listed.split())
