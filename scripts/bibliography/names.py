"""The names in a list of persons, as biblatex reads them: where one ends, and what is its family name.

Reads values of fields; writes nothing. The rules are those of BibTeX (Patashnik, `Designing BibTeX Styles`, § 4, and
Markey, `Tame the BeaST`, § 11): `First von Last`, `von Last, First`, `von Last, Jr, First`; braces hide what is in them;
and biber's extended format (biblatex's manual, § 3.4): `given=Ludwig, prefix=van, family=Beethoven`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from octavo.bibliography.latex import read

FIELDS = (
    "author", "editor", "editora", "editorb", "editorc", "translator", "bookauthor", "commentator", "annotator", "introduction",
    "foreword",
    "afterword", "holder", "shortauthor", "shorteditor", "namea", "nameb", "namec",
)  # fmt: skip
"""The fields of biblatex's data model that are lists of names."""
_AND = re.compile(r"\\.|[{}]|(?:(?<=\s)|\A)and(?=\s|\Z)", re.DOTALL)
_EXTENDED = re.compile(r"\s*\"?(?:given|family|prefix|suffix|id|hash|useprefix|gender)(?:-i)?\s*=", re.IGNORECASE)
_PART = re.compile(r"\b(given|family|prefix|suffix)\s*=\s*(?:\{([^{}]*)\}|\"([^\"]*)\"|([^,\"]*))", re.IGNORECASE)
_BREAK = re.compile(r"\\.|[{},]|[\s~]+", re.DOTALL)


class Name(NamedTuple):
    """A name at its place in the value; `parts` are its pieces between commas, as written and without spaces around."""

    text: str
    start: int
    end: int
    parts: tuple[str, ...]
    family: str = ""
    given: str = ""
    prefix: str = ""
    suffix: str = ""
    is_braced: bool = False
    """Whether braces hold the whole of it: an organisation, or a name that is not to be taken apart."""
    is_extended: bool = False

    @property
    def is_others(self) -> bool:
        return self.text == "others"

    @property
    def is_person(self) -> bool:
        return bool(self.text) and not self.is_braced and not self.is_others


def spans(value: str) -> list[tuple[int, int]]:
    """Where each name of a list stands; an empty one where two `and` meet has the place of the second of them."""
    found: list[tuple[int, int]] = []
    depth, start = 0, 0
    last_and = (0, 0)
    for mark in _AND.finditer(value):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth = max(depth - 1, 0)
        elif mark[0] == "and" and not depth:
            found.append(_trimmed(value, start, mark.start(), mark.span()))
            start, last_and = mark.end(), mark.span()
    found.append(_trimmed(value, start, len(value), last_and))
    return found


def _trimmed(value: str, start: int, end: int, otherwise: tuple[int, int]) -> tuple[int, int]:
    text = value[start:end]
    if not text.strip():
        return otherwise
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())


@lru_cache(maxsize=1 << 16)
def names(value: str) -> tuple[Name, ...]:
    """Every name of a list. One that is empty has the text `""`; `and others` is the name `others`."""
    if not value.strip():
        return ()
    return tuple(_name(value, start, end) for start, end in spans(value))


def _name(value: str, start: int, end: int) -> Name:
    text = value[start:end]
    if text == "and" or not text:
        return Name("", start, end, ())
    if _EXTENDED.match(text):
        found = {m[1].lower(): read(m[2] or m[3] or m[4] or "") for m in _PART.finditer(text)}
        return Name(
            text,
            start,
            end,
            (text,),
            found.get("family", ""),
            found.get("given", ""),
            found.get("prefix", ""),
            found.get("suffix", ""),
            False,
            True,
        )
    if text[0] == "{" and _is_one_group(text):
        return Name(text, start, end, (text,), read(text), is_braced=True)
    parts = [[]] if not text else _parts(text)
    written = tuple(" ".join(words) for words in parts)
    if len(parts) == 1:
        given, prefix, family = _first_von_last(parts[0])
        suffix: list[str] = []
    else:
        prefix, family = _von_last(parts[0])
        given = parts[-1] if len(parts) > 1 else []
        suffix = parts[1] if len(parts) > 2 else []
    return Name(text, start, end, written, _joined(family), _joined(given), _joined(prefix), _joined(suffix))


def _joined(words: list[str]) -> str:
    return read(" ".join(words))


def _is_one_group(text: str) -> bool:
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "{") - (c == "}")
        if not depth:
            return i == len(text) - 1
    return False


def _parts(text: str) -> list[list[str]]:
    """The words between the commas that no brace holds."""
    found: list[list[str]] = [[]]
    depth, start = 0, 0
    for mark in _BREAK.finditer(text):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            depth = max(depth - 1, 0)
        elif not depth and mark[0][0] != "\\":
            if text[start : mark.start()]:
                found[-1].append(text[start : mark.start()])
            if mark[0] == ",":
                found.append([])
            start = mark.end()
    if text[start:]:
        found[-1].append(text[start:])
    return found


def _is_small(word: str) -> bool:
    """Whether BibTeX takes a word for a particle: its first letter that no brace holds is a small one."""
    if word.startswith("{") and not word.startswith("{\\"):
        return False
    letters = read(word).lstrip("'’‘ʿʾ`-")
    return letters[:1].islower()


def _first_von_last(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    small = [i for i, word in enumerate(words[:-1]) if _is_small(word)]
    if not small:
        return words[:-1], [], words[-1:]
    return words[: small[0]], words[small[0] : small[-1] + 1], words[small[-1] + 1 :]


def _von_last(words: list[str]) -> tuple[list[str], list[str]]:
    small = [i for i, word in enumerate(words[:-1]) if _is_small(word)]
    if not small:
        return [], words
    return words[: small[-1] + 1], words[small[-1] + 1 :]
