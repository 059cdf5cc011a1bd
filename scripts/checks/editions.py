"""EDN, and MET003: the built editions. These checks look at what was made, so they run after it, in `snakemake validate`.

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


@check("EDN002", "leaked-markup", "error", "{fault}")
def leaked_markup(found: Iterable[Hit]) -> Iterator[Hit]:
    """Markup that was left in what a reader sees, or a word that programs write where they have nothing to say.

    Looked for in the text, notes, entries, captions, titles and alternative texts of the PDF, the EPUB and the web edition:
    `[@`, `??` by itself, `{.class}`, `:::`, a command of LaTeX; and `None`, `nan` or `undefined` where it is the whole of
    a cell, a caption, a title or an attribute. Passages of code and formulas are let be, and so is a cell that says None
    in the manuscript.

    *Bad*

        <p>As [@carr1950] has shown, the treaty {.term} was kept (see ??).</p>

    *Good*

        <p>As Carr (1950) has shown, the treaty was kept (see chapter 3).</p>
    """
    yield from found


@check("EDN003", "empty-citation", "error", "{fault}")
def empty_citation(found: Iterable[Hit]) -> Iterator[Hit]:
    """A note, citation or entry of the bibliography that prints nothing, or "n.d." for a work whose entry has a date.

    *Bad*

        <li id="ref-carr1950">Carr, E. H. <em>The Bolshevik Revolution</em>. London, n.d.</li>        and date = {1950}

    *Good*

        <li id="ref-carr1950">Carr, E. H. <em>The Bolshevik Revolution</em>. London, 1950.</li>
    """
    yield from found


@check(
    "EDN004",
    "doubled-punctuation",
    "warning",
    "`{signs}` in {where}: “{near}”",
    hint="see the fields of the entry, and the words around the citation",
)
def doubled_punctuation(found: Iterable[Hit]) -> Iterator[Hit]:
    """Two stops, a comma before a stop, or quotation marks around nothing, in a note or an entry as it is printed.

    They come about where a style adds a stop to a field that ends in one, or words to a field that is empty. Ellipses and
    addresses are silent.

    *Bad*

        1. E. H. Carr, J.., *What Is History?*, ed. R. W. Davies, etc..

    *Good*

        1. E. H. Carr, *What Is History?*, ed. R. W. Davies, etc.
    """
    yield from found


@check("EDN005", "epub-invalid", "error", "{fault}", hint="{hint}")
def epub_invalid(found: Iterable[Hit]) -> Iterator[Hit]:
    """The EPUB breaks its standard (EPUB 3.3, by EPUBCheck 5) or a rule of accessibility (by Ace), or is not well-formed XML.

    Shops and libraries refuse such a file. Where EPUBCheck or Ace is not installed, that is said in its place.

    *Bad*

        <p>Rapallo & Genoa</p>

    *Good*

        <p>Rapallo &amp; Genoa</p>
    """
    yield from found


@check("EDN006", "pdf-not-accessible", "error", "{fault}", hint="{hint}")
def pdf_not_accessible(found: Iterable[Hit]) -> Iterator[Hit]:
    """The PDF breaks a rule of PDF/UA-1 (ISO 14289-1) that can be tested.

    Tested are tags and their nesting, languages, title, alternative texts, heads of columns, levels of headings, notes,
    links, faces, and what the file says of itself; by assertions of Octavo's own and by the tester pdfua. A rule that
    the tester passed over is a finding too. That nothing is found does not make a PDF conforming: most rules need a person.

    *Bad*

        <</Type /StructElem /S /Figure>>

    *Good*

        <</Type /StructElem /S /Figure /Alt (A stepped line that rises twice.)>>
    """
    yield from found


@check("EDN007", "html-invalid", "error", "{fault}", hint="{hint}")
def html_invalid(found: Iterable[Hit]) -> Iterator[Hit]:
    """A page breaks the HTML standard, a link, an image or a style sheet leads nowhere, an identifier stands twice, a picture is no XML.

    The standard is asked of the Nu HTML checker; where it is not installed, that is said in its place.

    *Bad*

        <a href="rapallo.html#treaty">the treaty</a>      and no id="treaty" in rapallo.html

    *Good*

        <a href="rapallo.html#sec-treaty">the treaty</a>
    """
    yield from found


@check("EDN008", "axe-violation", "error", "{fault}", hint="{hint}")
def axe_violation(found: Iterable[Hit]) -> Iterator[Hit]:
    """A page of the web edition breaks a rule of accessibility (WCAG 2.2, level AA, by axe), light or dark, wide or narrow.

    Looked at in a browser, without a network. Where there is no browser, that is said in its place.

    *Bad*

        <img src="quay.svg">

    *Good*

        <img src="quay.svg" alt="A quay with nine ships.">
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


@check("EDN010", "not-reproducible", "error", "{fault}", hint="{hint}")
def not_reproducible(found: Iterable[Hit]) -> Iterator[Hit]:
    """Two builds of the same manuscript differ in a byte.

    The book is built again from its chapters: in another folder, in another time zone, with other hash seeds. Whoever has the
    sources must be able to make the very file that was cited.

    *Bad*

        <meta property="dcterms:modified">2026-11-22T17:04:31Z</meta>        the time of the build

    *Good*

        <meta property="dcterms:modified">2026-11-22T00:00:00Z</meta>        the date of the book
    """
    yield from found


@check("MET003", "metadata-disagrees", "error", "{what} is “{said}” in {where}, “{given}” in book.yaml")
def metadata_disagrees(found: Iterable[Hit]) -> Iterator[Hit]:
    """Title, contributors, year or licence differ between book.yaml, the title page, the PDF, the EPUB, the web edition and CITATION.cff.

    A catalogue takes one of them, a reference manager another: the book would be two. CITATION.cff is looked at where the
    book has one, its `preferred-citation` where that is what tells of the book.

    *Bad*

        title: Rivers and Treaties        and in CITATION.cff        title: Treaties and Rivers

    *Good*

        title: Rivers and Treaties        and in CITATION.cff        title: Rivers and Treaties
    """
    yield from found
