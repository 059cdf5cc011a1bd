"""The checks: a file a family, a check a decorated generator, its message written once.

Reads nothing and writes nothing. The docstring of a check is its page in the manual: what it finds, why it matters,
and below the words *Bad* and *Good* an example of each, indented.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from rapidfuzz import fuzz, process

from octavo.model import Finding, Place, Severity

if TYPE_CHECKING:
    from octavo.checks.manuscript import Manuscript

FAMILIES = ("CIT", "BIB", "REF", "NOT", "STR", "FIG", "LNG", "IDX", "REV", "ACC", "MET")
"""The families in the order of the catalogue. Any module of this package may hold checks of any of them."""


class Hit(NamedTuple):
    """What a check yields: where, and what the braces in its message and hint stand for.

    A field `fix` is the text that `octavo fix` puts in the place: only where nobody needs to think.
    """

    place: Place
    fields: dict[str, str]
    mended: Place | None = None
    """Where `fix` goes, if not into the place itself."""


def at(place: Place, /, **fields: str) -> Hit:
    return Hit(place, fields)


Generator = Callable[..., Iterator[Hit]]
"""Looks at the manuscript (checks.manuscript.Manuscript), or after rendering at what octavo.validate found."""


@dataclass(frozen=True)
class Check:
    """A check as the catalogue lists it. Of the `hints` the first is given whose fields are all there."""

    code: str
    name: str
    severity: Literal["error", "warning", "note"]
    message: str
    hints: tuple[str, ...]
    fixable: bool
    """Whether `octavo fix` can mend some of what it finds."""
    about: str
    find: Generator
    in_release: Severity = "off"
    """The severity under the profiles `release` and `strict`, if it is another there than in a draft."""

    def finding(self, hit: Hit) -> Finding:
        hint = next((h for h in self.hints if all(hit.fields.get(name) for name in _names(h))), "")
        return Finding(
            self.code,
            self.name,
            self.severity,
            _whole(hit.place),
            self.message.format_map(hit.fields),
            hint.format_map(hit.fields),
            "fix" in hit.fields,
            hit.fields.get("fix"),
            hit.mended,
        )

    def run(self, book: Manuscript) -> Iterator[Finding]:
        for hit in self.find(book):
            yield self.finding(hit)


def _whole(place: Place) -> Place:
    """The place with an end: a point ends where it starts."""
    return place if place.end_line else replace(place, end_line=place.line, end_column=place.column)


@cache
def _names(template: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in string.Formatter().parse(template) if name)


_registry: dict[str, Check] = {}


def check(
    code: str,
    name: str,
    severity: Literal["error", "warning", "note"],
    message: str,
    *,
    hint: str | tuple[str, ...] = (),
    fixable: bool = False,
    in_release: Severity = "off",
) -> Callable[[Generator], Generator]:
    """Enter a generator into the catalogue. A code is given once and never for something else."""

    def enter(find: Generator) -> Generator:
        if not re.fullmatch(r"[A-Z]{3}\d{3}", code):
            raise ValueError(f"{code} is no code: three capitals and three digits")
        for other in _registry.values():
            if code == other.code or name == other.name:
                raise ValueError(f"{code} {name}: the catalogue has {other.code} {other.name} already")
        hints = (hint,) if isinstance(hint, str) else hint
        _registry[code] = Check(code, name, severity, message, hints, fixable, find.__doc__ or "", find, in_release)
        return find

    return enter


@cache
def catalogue() -> dict[str, Check]:
    """Every check by its code, in the order of the codes within the families."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"octavo.checks.{module.name}")
    known = ((code, check) for code, check in _registry.items() if code[:3] in FAMILIES)
    return dict(sorted(known, key=lambda item: (FAMILIES.index(item[0][:3]), item[0])))


@cache
def after_rendering() -> dict[str, Check]:
    """Every check of the built editions by its code: they look at what octavo.validate found."""
    importlib.import_module("octavo.checks.editions")
    return {code: check for code, check in sorted(_registry.items()) if code.startswith("EDN")}


def in_severity(finding: Finding, severity: Literal["error", "warning", "note", "off"]) -> Finding:
    return finding if finding.severity == severity else replace(finding, severity=severity)


@cache
def codes() -> tuple[str, ...]:
    """The code of every check, those of the built editions too."""
    return (*catalogue(), *after_rendering())


def is_known(code: str) -> bool:
    """Whether a check or a family bears the code."""
    return code in codes() or code in (*FAMILIES, "EDN")


def unknown(code: str) -> tuple[str, str]:
    """What to say of a code or family that nothing bears: the fault, and the nearest that is one, or nothing."""
    found = process.extractOne(code.upper(), FAMILIES if len(code) < 5 else codes(), scorer=fuzz.ratio, score_cutoff=60)
    return f"there is no check `{code}`", f"did you mean `{found[0]}`?" if found else ""
