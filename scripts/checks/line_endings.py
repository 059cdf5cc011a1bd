"""LNG012: the ends of lines, and the byte order mark.

Reads the bytes of the book's text files: chapters, .bib, .csv and book.yaml; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import config, data_tables
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.model import Place

_BOM = b"\xef\xbb\xbf"
_END = re.compile(r"\r?\n")
# In a .csv a line may end inside a quoted cell, which no row does: such ends are the cell's own.
_END_OF_ROW = re.compile(r"\"[^\"]*\"|(?P<end>\r?\n)")


@check("LNG012", "mixed-line-endings", "note", "{what}", hint="`octavo fix` {mend}", fixable=True)
def mixed_line_endings(book: Manuscript) -> Iterator[Hit]:
    """Lines that end in CRLF and lines that end in LF in one file, or a byte order mark before its first character.

    Nobody sees either, but a comparison of two versions then shows lines as changed that nobody has changed, and some
    programs take the mark for a letter of the first word. The first line is named that ends as fewer lines of the file
    do. Line ends inside a quoted cell of a .csv file belong to the cell.

    *Bad*

        The treaty was signed on Easter Sunday.␍␊
        Nobody in Genoa had expected it.␊

    *Good*

        The treaty was signed on Easter Sunday.␊
        Nobody in Genoa had expected it.␊
    """
    for file in _files(book):
        raw = book.bytes_of(file)
        if raw.startswith(_BOM):
            yield at(Place(file, 1, 1, 1, 1), what="the file begins with a byte order mark", mend="takes it away", fix="")
        windows = raw.count(b"\r\n")
        if windows and windows < raw.count(b"\n"):
            yield from _mixed(file, raw)


def _files(book: Manuscript) -> list[str]:
    chapters = [text.file.file for text in book.texts]
    tables = [name for text in book.texts for name in data_tables.named(text.source.text, text.file.file)]
    figures = [f"chapters/{figure['data']}" for figure in book.book.figures]
    found = dict.fromkeys([config.NAME, *chapters, *book.bib_files, *tables, *figures])
    return [file for file in found if (book.directory / file).is_file() and book.is_inside(file)]


def _mixed(file: str, raw: bytes) -> Iterator[Hit]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    if file.lower().endswith(".csv"):
        ends = [found.span("end") for found in _END_OF_ROW.finditer(text) if found["end"]]
    else:
        ends = [found.span() for found in _END.finditer(text)]
    windows = sum(end - start == 2 for start, end in ends)
    if not 0 < windows < len(ends):
        return
    usual = "\r\n" if windows * 2 > len(ends) else "\n"
    odd = [number for number, (start, end) in enumerate(ends) if text[start:end] != usual]
    first, last = odd[0], odd[-1]
    begin = text.rfind("\n", 0, ends[first][0]) + 1
    mended = text[begin : ends[first][0]]
    for number in range(first, last + 1):
        following = ends[number + 1][0] if number < last else ends[number][1]
        mended += usual + text[ends[number][1] : following]
    line = text.count("\n", 0, begin) + 1
    place = Place(file, line, 1, text.count("\n", 0, ends[last][1]) + 1, 1)
    names = ("CRLF", "LF") if usual == "\n" else ("LF", "CRLF")
    what = f"this line ends in {names[0]}, most lines of the file in {names[1]}"
    yield at(place, what=what, mend=f"ends every line in {names[1]}", fix=mended)
