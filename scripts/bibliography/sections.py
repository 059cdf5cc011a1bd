"""A split bibliography: which of the sections of book.yaml an entry falls in.

Reads entries and the filters of `bibliography.sections`; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from octavo.model import Entry

REST = "rest"
# The names of babel and polyglossia that `langid` and `language` may have, and their tags (ISO 639-1).
_LANGUAGES = {
    "arabic": "ar", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da", "dutch": "nl",
    "american": "en", "british": "en", "english": "en", "ukenglish": "en", "usenglish": "en", "estonian": "et", "finnish": "fi",
    "french": "fr", "francais": "fr", "austrian": "de", "german": "de", "naustrian": "de", "ngerman": "de", "nswissgerman": "de",
    "greek": "el", "hebrew": "he", "hungarian": "hu", "italian": "it", "japanese": "ja", "latin": "la", "latvian": "lv",
    "lithuanian": "lt", "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "serbian": "sr", "slovak": "sk", "slovene": "sl", "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk",
}  # fmt: skip


def sections_of(entry: Entry, sections: Sequence[Mapping[str, Any]]) -> list[int]:
    """The numbers of the sections, from 0, that an entry falls in; those of `filter: rest` only where no other takes it."""
    found = [i for i, section in enumerate(sections) if section["filter"] != REST and _matches(entry, section["filter"])]
    return found or [i for i, section in enumerate(sections) if section["filter"] == REST][:1]


def _matches(entry: Entry, conditions: Mapping[str, Any]) -> bool:
    """Whether every condition holds; a list of values is met by any of them."""
    return all(_values(entry, name) & {_plain(one) for one in _listed(given)} for name, given in conditions.items())


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _values(entry: Entry, name: str) -> set[str]:
    if name == "type":
        return {entry.type}
    if name == "keyword":
        return {_plain(word) for word in re.split(r"[,;]", entry.get("keywords") or entry.get("keyword"))} - {""}
    if name == "language":
        return _tags(entry.get("langid") or entry.get("language"))
    return {_plain(entry.get(name))} if entry.get(name) else set()


def _tags(given: str) -> set[str]:
    """`ru-RU` is both ru-ru and ru; `russian` is ru."""
    tag = _plain(given)
    return {tag, tag.partition("-")[0], _LANGUAGES.get(tag, tag)} - {""}


def _plain(value: Any) -> str:
    return " ".join(re.sub(r"[{}]", "", str(value)).split()).casefold()
