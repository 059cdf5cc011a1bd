"""ACC: accessibility.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Image, Manuscript

_ALT = re.compile(r"\)\s*\{[^{}]*\balt\s*=\s*(?:\"(?P<text>[^\"]*)\"|(?P<word>[^\s}]+))")


@check(
    "ACC001",
    "missing-alt",
    "error",
    "the image `{path}` has no alternative text",
    hint='say what it shows: `{{alt="…"}}`, or mark an ornament `{{.decorative}}`',
)
def missing_alt(book: Manuscript) -> Iterator[Hit]:
    """An image without alternative text that is not marked as decorative (WCAG 2.2, 1.1.1; EPUB Accessibility 1.1).

    The caption of a figure is no alternative text: it says what the figure is of, not what there is to be seen. For an
    image within a line the words in its brackets are the alternative text.

    *Bad*

        ![The signatures under the treaty](rapallo.png)

    *Good*

        ![The signatures under the treaty](rapallo.png){alt="Five signatures, Rathenau's first, beside two seals."}
    """
    for text in book.texts:
        for image in text.images:
            if "decorative" not in tree.classes(image.node) and not _alternative(image):
                yield at(image.place, path=image.url)


def _alternative(image: Image) -> str:
    """The alternative text. pandoc puts the caption in its place where there is none; the source tells the two apart."""
    given = tree.plain(image.node["c"][1])
    if not image.in_figure or given != image.caption:
        return given
    source = image.text.source
    written = _ALT.match(source.text, source.text.find(")", image.target.end)) if image.target else None
    return (written["text"] or written["word"] or "") if written else ""


@check("ACC004", "missing-language", "error", "the book has no language", hint="say it in book.yaml: `language: en-GB`")
def missing_language(book: Manuscript) -> Iterator[Hit]:
    """book.yaml names no language: no edition could be read aloud, hyphenated or sorted (WCAG 2.2, 3.1.1).

    *Bad*

        title: Foreign Relations of the Soviet Union

    *Good*

        title: Foreign Relations of the Soviet Union
        language: en-GB
    """
    if not book.book.language.strip():
        yield at(book.book.place("language"))
