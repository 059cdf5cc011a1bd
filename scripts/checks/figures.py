"""FIG: figures and tables.

Reads the manuscript and which files there are; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.checks.nearest import nearest
from octavo.checks.tables import ragged_rows, uneven_lines


@check(
    "FIG001",
    "missing-image",
    "error",
    "the image `{path}` is not there",
    hint=("the file is called `{case}`: capitals count", "did you mean `{nearest}`?", "the path is taken from the chapter's own folder"),
)
def missing_image(book: Manuscript) -> Iterator[Hit]:
    """An image whose file is not there, or is there in other capitals; the cover too.

    The path is relative to the chapter's file. Figures that the build draws (`figures:` in book.yaml) are no files yet.

    *Bad*

        ![The signatures](figures/Rapallo.png){alt="…"}        where the file is        chapters/figures/rapallo.png

    *Good*

        ![The signatures](figures/rapallo.png){alt="…"}
    """
    for text in book.texts:
        for image in text.images:
            path = image.path_in_book
            if path and path not in book.drawn and book.is_inside(path) and not (book.directory / path).is_file():
                yield at(image.path, path=image.url, **_likely(book, path))
    cover = book.book.cover
    if cover and "//" not in cover and book.is_inside(cover) and not (book.directory / cover).is_file():
        yield at(book.book.place("cover"), path=cover, **_likely(book, cover))


def _likely(book: Manuscript, path: str) -> dict[str, str]:
    """The file that was meant: the same in other capitals, or the likest name in the folder."""
    wanted = book.directory / path
    folder = wanted.parent
    names = sorted(other.name for other in folder.iterdir() if other.is_file()) if folder.is_dir() else []
    case = next((name for name in names if name.lower() == wanted.name.lower()), "")
    drawn = [name.rpartition("/")[2] for name in book.drawn if (book.directory / name).parent == folder]
    return {"case": case, "nearest": nearest(wanted.name, [*names, *drawn])}


@check(
    "FIG008",
    "ragged-table",
    "error",
    "the row has {detail}",
    hint="give the row a cell for each column; in a .csv file a cell with a comma in it stands in quotation marks",
)
def ragged_table(book: Manuscript) -> Iterator[Hit]:
    """A row of a table whose cells do not match the columns: of a pipe or grid table, or of the .csv file of a table from data.

    One pipe or comma too many moves every later cell of the row under a wrong heading, and pandoc drops the last one
    without a word. No table is printed from such a .csv file; the place is its line. A pipe within a cell is written `\\|`.

    *Bad*

        date,instrument,parties
        1932-05-04,Non-Aggression Pact,USSR, Estonia

    *Good*

        date,instrument,parties
        1932-05-04,Non-Aggression Pact,"USSR, Estonia"
    """
    yield from _rows(book, "ragged-row")
    for text in book.texts:
        for place in uneven_lines(text) if text.is_read else ():
            yield at(place, detail="no end where its table ends")
        for place, cells, columns in ragged_rows(text) if text.is_read else ():
            yield at(place, detail=f"{cells} cell{'s' * (cells > 1)} for {columns} column{'s' * (columns > 1)}")


@check(
    "FIG010",
    "bad-data-table",
    "error",
    "the table cannot be made: {detail}",
    hint=("did you mean {nearest}", "the file is taken from the chapter's own folder, its first row names the columns"),
)
def bad_data_table(book: Manuscript) -> Iterator[Hit]:
    """A table from data that names a file or a column that is not there, or that asks for something it cannot have.

    The file must lie in the book, be UTF-8 and have a first row of column names; `where` must leave at least one row; a
    cell of a column in `dates` must be a date of the calendar (`1922-04-16`, `1922-04`, `1922`, two with a slash between
    them) or words. For such a cell the place is the line of the .csv file.

    *Bad*

        ```{.table #tbl-pacts file=data/pacts.csv columns="date_singed: Date, instrument: Pact"}
        The pacts.
        ```

    *Good*

        ```{.table #tbl-pacts file=data/pacts.csv columns="date_signed: Date, instrument: Pact"}
        The pacts.
        ```
    """
    for sheet in book.sheets:
        if sheet.fault:
            detail, _, hint = sheet.fault.partition(", did you mean ")
            yield at(sheet.place, detail=detail, nearest=hint)
    yield from _rows(book, "bad-date")


def _rows(book: Manuscript, kind: str) -> Iterator[Hit]:
    """The rows with a fault of this kind, each once, however many tables print them."""
    for problem in dict.fromkeys(problem for sheet in book.sheets for problem in sheet.problems if problem.kind == kind):
        yield at(problem.place, detail=problem.detail, nearest="")
