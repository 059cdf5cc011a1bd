"""What a person runs: `octavo check`, `octavo docs`. Each command is a function with its options beside it.

Reads the book; `check` writes the parse cache and nothing else, `docs` the pages of the checks. To add a command: a
function that takes the options and returns the exit code, one that adds its options, and a line in `_parser`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from octavo.model import Finding, UserError
from octavo.review import command as review

if TYPE_CHECKING:
    from octavo import report

Command = Callable[[argparse.Namespace], int]
OK, FOUND, MISUSE = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run a command. 0: nothing at error level; 1: findings, or a mistake that the user can mend; 2: misuse."""
    given = _parser().parse_args(argv)
    command: Command = given.command
    try:
        return command(given)
    except UserError as error:
        print(f"octavo: {error}", file=sys.stderr)
        return FOUND
    except BrokenPipeError:
        # The reader of our output has gone: let Python not complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("octavo", description="One manuscript; a PDF, an EPUB and a web edition that agree.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_check(commands.add_parser("check", help="find what is wrong with the manuscript", description=_check.__doc__))
    _add_docs(commands.add_parser("docs", help="make the manual's pages of the checks", description=_docs.__doc__))
    review.add(commands)
    return parser


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="show only what is found in these files; the whole book is read"
    )
    parser.add_argument("--directory", type=Path, default=Path("."), metavar="BOOK", help="the folder of the book (default: this one)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the findings (default: text)")
    parser.add_argument("--profile", choices=("draft", "release", "strict"), help="in place of the profile of book.yaml")
    parser.add_argument("--notes", action="store_true", help="show notes too, in the text form")
    parser.set_defaults(command=_check)


def _check(given: argparse.Namespace) -> int:
    """Find what is wrong with the manuscript. Exits 0 if nothing is at error level, 1 if something is, 2 on misuse."""
    from octavo import config, report

    directory: Path = given.directory
    if not directory.is_dir():
        return _misuse(f"{directory} is no folder")
    wanted = [_in_book(path, directory) for path in given.files]
    for path, file in zip(given.files, wanted, strict=True):
        if not file:
            return _misuse(f"{path} is no file of the book")
    try:
        found = _report(directory, given.profile)
    except config.ConfigError as error:
        from octavo import check

        found = report.Report(given.profile or "release", "", tuple(check.config_findings(error, directory)))
        wanted = []
    if wanted:
        found = replace(found, findings=tuple(finding for finding in found.findings if finding.place.file in wanted))
    _print(found, given.format, directory, given.notes)
    return FOUND if found.stops else OK


def _report(directory: Path, profile: str | None) -> report.Report:
    """Everything that is found in a book, under a profile or that of its book.yaml."""
    from octavo import bibliography, check, config, parse, report

    book = config.load(directory)
    if profile:
        book = replace(book, checks={**book.checks, "profile": profile})
    found: list[Finding] = check.findings(directory, book, parse.parse(directory, book), bibliography.read(directory, book))
    return report.Report(check.profile_of(book), book.title, tuple(found))


def _in_book(path: Path, directory: Path) -> str:
    """The path in the book of a file that is named from here or from the book; nothing if it is not there."""
    for candidate in (path, directory / path):
        if candidate.is_file():
            try:
                return candidate.resolve().relative_to(directory.resolve()).as_posix()
            except ValueError:
                continue
    return ""


def _print(found: report.Report, form: str, directory: Path, notes: bool) -> None:
    from octavo import report

    if form == "json":
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    elif found.findings or sys.stdout.isatty():
        report.show(report.text(found, directory, notes=notes), sys.stdout)


def _add_docs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default="docs/checks", help="where the pages go (default: docs/checks)")
    parser.set_defaults(command=_docs)


def _docs(given: argparse.Namespace) -> int:
    """Make the manual's page of each check from its docstring, and the list of them all (for contributors)."""
    from octavo.checks import manual

    manual.main([given.folder])
    return OK


def _misuse(message: str) -> int:
    print(f"octavo: {message}", file=sys.stderr)
    return MISUSE


if __name__ == "__main__":
    sys.exit(main())
