"""The words that the editions add of their own ("Figure", "Contents", "and"), in the language of the book.

Reads wordings.toml. Writes nothing.
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("wordings.toml")


@functools.cache
def words(language: str) -> dict[str, Any]:
    """The wordings for a BCP 47 tag; English for a language that the file has not."""
    known = tomllib.loads(FILE.read_text("utf-8"))
    chosen = known.get(language) or known.get(language.partition("-")[0], {})
    return {**known["en"], **chosen}


def capital(word: str) -> str:
    return word[:1].upper() + word[1:]
