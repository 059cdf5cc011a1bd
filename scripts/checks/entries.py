"""What several checks of the bibliography ask of an entry: all its fields, its words in plain letters, its value as written.

Reads the entries of the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from octavo import bibliography as entries_of
from octavo.checks.fieldnames import is_control
from octavo.checks.manuscript import Manuscript
from octavo.model import Entry, Field, Place

_ACCENT = re.compile(r"\\[`'^\"~=.](?=\s*\{?\\?[A-Za-z])|\\[uvHtcdbkr](?=\s*\{|\s+[A-Za-z])")
_SIGN = re.compile(r"\\([%&#$_{} ,])")
_COMMAND = re.compile(r"\\(?:i|j)\b\s*|\\(?:ss)\b\s*|\\[A-Za-z]+\*?\s*|\\.")
_DASH = re.compile(r"\\text(en|em)dash\b\s*(?:\{\})?")


def works(book: Manuscript) -> Iterator[tuple[Entry, Mapping[str, Field]]]:
    """Every entry that is a work, in file order, with the fields that it has and those that it inherits."""
    yield from _works(book)


@lru_cache(maxsize=1)
def _works(book: Manuscript) -> list[tuple[Entry, Mapping[str, Field]]]:
    found: list[tuple[Entry, Mapping[str, Field]]] = []
    for entry in book.entries.values():
        if entry.type not in ("xdata", "set") and entry.fields and not is_control(entry.type):
            whole = entries_of.resolved(entry, book.bibliography) if entries_of.parents(entry) else entry.fields
            found.append((entry, whole))
    return found


def first_line(entry: Entry) -> Place:
    """The start of an entry, up to the end of its key: what is missing is missing there."""
    return Place(entry.place.file, entry.place.line, entry.place.column, entry.key_place.end_line, entry.key_place.end_column)


def text(fields: Mapping[str, Field], *names: str) -> str:
    """The value of the first of the fields that has one, without spaces around it."""
    for name in names:
        if (found := fields.get(name)) and (value := found.value.strip()):
            return value
    return ""


def plain(value: str) -> str:
    """A value without LaTeX: accents and commands dropped, escaped signs kept, dashes as characters, spaces single."""
    if "\\" in value:
        value = _DASH.sub(lambda m: "–" if m[1] == "en" else "—", value)
        value = _COMMAND.sub(" ", _SIGN.sub(r"\1", _ACCENT.sub("", value)))
    return " ".join(value.replace("{", "").replace("}", "").split())


def written(entry: Entry, found: Field) -> str:
    """The value as it stands in the file, with its braces or quotation marks."""
    lines = entry.raw.split("\n")
    place = found.value_place
    first, last = place.line - entry.place.line, place.end_line - entry.place.line
    if not 0 <= first <= last < len(lines):
        return ""
    begin = place.column - 1 - (entry.place.column - 1 if first == 0 else 0)
    end = place.end_column - 1 - (entry.place.column - 1 if last == 0 else 0)
    if first == last:
        return lines[first][begin:end]
    return "\n".join([lines[first][begin:], *lines[first + 1 : last], lines[last][:end]])


def mended(entry: Entry, found: Field, value: str) -> dict[str, str]:
    """`fix` for a value that is to read otherwise; nothing where it is put together of several pieces or an @string.

    What is written between the delimiters is replaced, the delimiters and the spaces inside them stay.
    """
    was = written(entry, found)
    if was == found.value:
        return {"fix": value if value.isdecimal() else f"{{{value}}}"}
    if len(was) >= 2 and was[0] + was[-1] in ("{}", '""') and was[1:-1] == found.value:
        inner = found.value.strip()
        left = found.value[: len(found.value) - len(found.value.lstrip())]
        right = found.value[len(left) + len(inner) :]
        return {"fix": was[0] + left + value + right + was[-1]}
    return {}
