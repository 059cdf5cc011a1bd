"""EDN: the built editions. These checks look at what was made, so they run after it, in `snakemake validate`.

Reads what octavo.validate found in the editions, writes nothing: a message stands here, what it is about is found there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from octavo.checks import Hit, check


@check("EDN001", "editions-differ", "error", "{edition}: {difference}{near}", hint="{hint}")
def editions_differ(found: Iterable[Hit]) -> Iterator[Hit]:
    """The PDF, the EPUB and the web edition do not say the same, or not in the same order.

    The three are read back as a reader sees them: chapters, headings and their numbers, text with its references and
    citations, notes with their numbers, captions, tables row by row, entries of the bibliography and headings of the
    index. Where two editions agree, the third is named. How lines and words break, spaces, ligatures, running heads,
    page numbers, where a figure stands on its page, and the order of signs within a formula are no difference; nor is a
    page number in the PDF where the screens give a section.

    A difference is a fault of Octavo or of an edition's templates, or of a built file that was changed by hand.

    *Bad*

        PDF   1. Fernand Braudel, The Mediterranean (Collins, 1972).
        EPUB  2 Fernand Braudel, The Mediterranean (Collins, 1972).

    *Good*

        PDF   1. Fernand Braudel, The Mediterranean (Collins, 1972).
        EPUB  1 Fernand Braudel, The Mediterranean (Collins, 1972).
    """
    yield from found


@check("EDN005", "epub-invalid", "error", "{fault}", hint="{hint}")
def epub_invalid(found: Iterable[Hit]) -> Iterator[Hit]:
    """The EPUB breaks its standard (EPUB 3.3, by EPUBCheck 5), or a file of an edition is not well-formed XML.

    Shops and libraries refuse such a file. Where EPUBCheck is not installed, that is said in its place.

    *Bad*

        <p>Rapallo & Genoa</p>

    *Good*

        <p>Rapallo &amp; Genoa</p>
    """
    yield from found


@check("EDN007", "html-invalid", "error", "{fault}")
def html_invalid(found: Iterable[Hit]) -> Iterator[Hit]:
    """A link, an image or a style sheet of an edition leads nowhere, an identifier stands twice, or a picture is no XML.

    *Bad*

        <a href="rapallo.html#treaty">the treaty</a>      and no id="treaty" in rapallo.html

    *Good*

        <a href="rapallo.html#sec-treaty">the treaty</a>
    """
    yield from found


@check("EDN009", "remote-resource", "error", "the page asks another host for `{url}`")
def remote_resource(found: Iterable[Hit]) -> Iterator[Hit]:
    """A page that asks another host for something by itself: a face, a script, an image.

    It would tell that host who reads what, and the edition would break on the day when the host is gone. A link that the
    reader may follow is no such thing.

    *Bad*

        <link rel="stylesheet" href="https://example.org/face.css">

    *Good*

        <link rel="stylesheet" href="style.css">
    """
    yield from found
