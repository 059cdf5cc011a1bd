"""What a person runs of the review loop: `octavo comments` and `octavo queries`.

Reads the reviewed drafts, the chapters and sheets of answers; prints, and with --write, --read or --out writes the chapters
or a sheet. The rest of the package is imported when it is needed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from octavo.model import Book

OK, MISUSE = 0, 2


def add(commands: Any) -> None:
    """Add the two commands to those of `octavo`."""
    comments = commands.add_parser("comments", help="list the comments of reviewed drafts", description=_comments.__doc__)
    comments.add_argument("files", nargs="+", type=Path, metavar="REVIEWED.pdf", help="the drafts that came back")
    comments.add_argument("--format", choices=("text", "json", "csv"), default="text", help="how to print them (default: text)")
    comments.add_argument("--write", action="store_true", help="put the comments as queries into the chapters, each once")
    queries = commands.add_parser(
        "queries", help="the queries to the author as a sheet, and the answers back", description=_queries.__doc__
    )
    queries.add_argument("--out", type=Path, metavar="SHEET", help="write the sheet to this file: .csv or .docx (default: print it as CSV)")
    queries.add_argument("--all", action="store_true", help="also those that are answered")
    queries.add_argument("--read", type=Path, metavar="ANSWERS", help="put the answers of this sheet (.csv or .docx) into the chapters")
    for parser, command in ((comments, _comments), (queries, _queries)):
        parser.add_argument("--directory", type=Path, default=Path("."), metavar="BOOK", help="the folder of the book (default: this one)")
        parser.set_defaults(command=command)


def _comments(given: argparse.Namespace) -> int:
    """List each comment of reviewed drafts with its chapter, line, words and author; say which have no place."""
    from octavo import config
    from octavo.review import comments, write

    book = config.load(given.directory)
    review = comments.Review(given.directory, book)
    found = [comment for path in given.files for comment in review.comments(path)]
    if given.format == "json":
        print(comments.as_json(found))
    elif given.format == "csv":
        print(comments.as_csv(found), end="")
    else:
        print("\n".join(comments.as_text(found)))
    if given.write:
        done = write.write(given.directory, files_of(given.directory, book), found)
        parts = [(len(done.written), "written"), (len(done.known), "there already"), (len(done.closed), "closed by the readers")]
        print(", ".join(f"{count} {what}" for count, what in parts if count) or "nothing written", file=sys.stderr)
        for comment, why in done.refused:
            print(f"octavo: {comment.pdf}, page {comment.page}: not written: {why}", file=sys.stderr)
    return OK


def _queries(given: argparse.Namespace) -> int:
    """Export the queries to the author as a sheet, or read the answers back into the chapters."""
    from octavo import config, tools
    from octavo.review import sheet

    book = config.load(given.directory)
    found = sheet.asked(given.directory, files_of(given.directory, book))
    if given.read:
        count, unknown = sheet.put(given.directory, found, sheet.answers(given.read))
        print(f"{count} answer{'' if count == 1 else 's'} put into the chapters")
        for name in unknown:
            print(f"octavo: no query is called `{name}`", file=sys.stderr)
        return OK
    shown = [one for one in found if given.all or not one.query.answer]
    if given.out is None:
        print(sheet.as_csv(shown).removeprefix("\ufeff"), end="")
    elif given.out.suffix.lower() == ".docx":
        tools.write(given.out, sheet.as_docx(shown, f"{book.title}: queries"))
    elif given.out.suffix.lower() == ".csv":
        tools.write(given.out, sheet.as_csv(shown))
    else:
        print(f"octavo: {given.out}: a sheet ends in .csv or .docx", file=sys.stderr)
        return MISUSE
    return OK


def files_of(directory: Path, book: Book) -> list[str]:
    """The files of the manuscript: those of book.yaml, then the others of chapters/, which may be included."""
    listed = [file.file for file in book.chapters]
    others = (path.relative_to(directory).as_posix() for path in sorted((directory / "chapters").rglob("*.md")))
    return [*listed, *(file for file in others if file not in listed)]
