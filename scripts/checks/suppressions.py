"""STR012, and the codes that book.yaml names: what is to be silent must be there, and must have something to silence.

Reads what octavo.silences has counted, and the settings of the book; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from octavo import checks
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.model import Place

CODE = "STR012"
"""Runs after all the others, on what they left unused."""


@check(
    CODE,
    "unused-suppression",
    "warning",
    "`{code}` is to be silent here, but finds nothing here",
    hint=("{fault}: {likely}", "{fault}", "take the suppression out"),
)
def unused_suppression(unused: Iterable[tuple[str, Place]]) -> Iterator[Hit]:
    """A suppression that suppresses nothing: a comment in a chapter or in a .bib file, or an item under `checks.ignore`.

    What it was written for has been mended, or has moved to another line; left behind it would hide the next fault there.
    A code that no check bears is told too. A comment cannot silence this check, `checks.ignore` in book.yaml can.

    *Bad*

        The treaty was signed in April [@fink1984, 12]. <!-- ignore: CIT001 the entry is to come -->

    *Good*

        The treaty was signed in April [@fink1984, 12].
    """
    for code, place in unused:
        fault, likely = ("", "") if checks.is_known(code) else checks.unknown(code)
        yield at(place, code=code, fault=fault, likely=likely)


def unknown_codes(book: Manuscript) -> Iterator[Hit]:
    """What book.yaml has under `checks.severity` and `checks.ignore` that no check and no family bears: a fault of STR001."""
    named = [(code, f"checks.severity.{code}") for code in book.setting("severity", {})]
    named += [(rule["code"], f"checks.ignore.{i}.code") for i, rule in enumerate(book.setting("ignore", []))]
    for code, path in named:
        if not checks.is_known(code):
            fault, likely = checks.unknown(code)
            yield at(book.book.place(path), detail=fault, hint=likely)
