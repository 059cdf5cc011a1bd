"""REV: the review loop.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.source import critic

_WHAT = {
    "added": "an insertion that nobody has accepted",
    "deleted": "a deletion that nobody has accepted",
    "replaced": "a change that nobody has accepted",
    "comment": "a comment that nobody has answered",
    "marked": "a passage that somebody has marked",
    "open": "a mark of a change that is never closed",
}


@check("REV003", "unresolved-change", "warning", "{what}", in_release="error", hint="accept it or refuse it, and take the marks out")
def unresolved_change(book: Manuscript) -> Iterator[Hit]:
    """A mark of CriticMarkup that is still in the text. A draft shows it; a release is not made of it.

    A warning under the profile `draft`, an error under the others.

    *Bad*

        The treaty was signed {--at Genoa--}{++at Rapallo++}. {>>Sure?<<}

    *Good*

        The treaty was signed at Rapallo.
    """
    for text in book.texts:
        for change in critic.changes(text.source):
            yield at(text.source.place(change.start, change.end), what=_WHAT[change.kind])
