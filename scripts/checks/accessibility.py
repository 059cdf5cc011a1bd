"""ACC: accessibility.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Image, Manuscript

LONGEST = 250
"""Characters of an alternative text."""
_FILE = re.compile(r"[\w.-]+\.(?:png|jpe?g|gif|svg|webp|tiff?|bmp|avif)", re.IGNORECASE)
_IMAGE_OF = re.compile(
    r"\s*(?:(?:an?|the|this|this is an?)\s+)?(?:image|picture|pic|graphic|figure|photo)\s+(?:of|showing|that shows|depicting|shows)\b"
    r"|\s*(?:(?:ein|das|dieses)\s+)?(?:bild|grafik|abbildung)\s+(?:von|des|der|zeigt|eines|einer)\b"
    r"|\s*(?:(?:une|l['’])\s*)?image\s+(?:de|du|des|d['’])"
    r"|\s*(?:una\s+|la\s+)?imagen\s+de\b|\s*(?:изображение|картинка)\s",
    re.IGNORECASE,
)
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
        return given or tree.value(image.node, "alt")
    source = image.text.source
    written = _ALT.match(source.text, source.text.find(")", image.target.end)) if image.target else None
    return (written["text"] or written["word"] or "") if written else ""


@check(
    "ACC002",
    "alt-repeats-caption",
    "warning",
    "the alternative text {what}",
    hint="say what there is to be seen, for somebody who cannot see it",
)
def alt_repeats_caption(book: Manuscript) -> Iterator[Hit]:
    """Alternative text that is the caption again, the name of the file, or begins with "image of".

    A screen reader says "image" by itself and reads the caption too. "A photograph of", "a map of" name the medium, which
    may be worth knowing.

    *Bad*

        ![The signatures](rapallo.png){alt="Image of the signatures"}

    *Good*

        ![The signatures](rapallo.png){alt="Five signatures, Rathenau's first, beside two seals."}
    """
    for text in book.texts:
        for image in text.images:
            given = _alternative(image)
            if not given or "decorative" in tree.classes(image.node):
                continue
            name = PurePosixPath(unquote(image.url)).name
            if image.in_figure and _bare(given) == _bare(image.caption):
                yield at(image.place, what="is the caption again")
            elif _is_name_of(given.strip(), name):
                yield at(image.place, what=f"is the name of a file, `{given}`")
            elif found := _IMAGE_OF.match(given):
                yield at(image.place, what=f"begins with “{found[0].strip()}”")


def _is_name_of(given: str, name: str) -> bool:
    """Whether the text is the name of the file; of `lenin.jpg` "lenin" is, "Lenin" may be what there is to be seen."""
    stem = PurePosixPath(name).stem
    is_word = stem.isalpha()
    return given == stem or bool(_FILE.fullmatch(given)) or _bare(given) == _bare(name) or (not is_word and _bare(given) == _bare(stem))


def _bare(words: str) -> str:
    """Letters and digits alone, small: what is left when nobody minds spaces, hyphens and stops."""
    return "".join(c for c in words.lower() if c.isalnum())


@check(
    "ACC003",
    "long-alt",
    "note",
    "the alternative text has {length} characters",
    hint="keep it to {limit}: a description belongs in the text",
)
def long_alt(book: Manuscript) -> Iterator[Hit]:
    """Alternative text of more than 250 characters: nobody can stop in it, go back, or look at it (WCAG 2.2, 1.1.1).

    *Bad*

        ![The line](line.png){alt="A line that begins at … and rises to … (and so on for three sentences)"}

    *Good*

        ![The line](line.png){alt="A line that rises from 12 to 90 and falls once, in 1933; the numbers are in the table below."}
    """
    for text in book.texts:
        for image in text.images:
            length = len(" ".join(_alternative(image).split()))
            if length > LONGEST:
                yield at(image.place, length=str(length), limit=str(LONGEST))


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
