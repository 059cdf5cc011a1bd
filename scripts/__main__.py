"""What a person runs: `octavo check`, `fix`, `explain`, `baseline`, `docs`: each a function with its options beside it.

Reads the book; `check` writes the parse cache and nothing else, `fix` what it mends, `baseline` baseline.json, `release`
anchors.json, `docs` the pages of the checks. To add a command: a function that takes the options and returns the exit code,
one that adds its options, and a line in `_parser`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from octavo import tools
from octavo.model import UserError
from octavo.review import command as review

if TYPE_CHECKING:
    from octavo.examine import Selection

Command = Callable[[argparse.Namespace], int]
OK, FOUND, MISUSE = 0, 1, 2


class Misuse(Exception):
    """A command that cannot be carried out as it is written: one line, exit code 2."""


def main(argv: list[str] | None = None) -> int:
    """Run a command. 0: nothing at error level; 1: findings, or a mistake that the user can mend; 2: misuse."""
    given = _parser().parse_args(argv)
    command: Command = given.command
    try:
        with tools.uncollected():
            return command(given)
    except UserError as error:
        print(f"octavo: {error}", file=sys.stderr)
        return FOUND
    except Misuse as error:
        print(f"octavo: {error}", file=sys.stderr)
        return MISUSE
    except BrokenPipeError:
        # The reader of our output has gone: let Python not complain about it while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("octavo", description="One manuscript; a PDF, an EPUB and a web edition that agree.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_check(commands.add_parser("check", help="find what is wrong with the manuscript", description=_check.__doc__))
    _add_fix(commands.add_parser("fix", help="mend what can be mended safely", description=_fix.__doc__))
    _add_explain(commands.add_parser("explain", help="say what a check finds, and why", description=_explain.__doc__))
    _add_baseline(commands.add_parser("baseline", help="put up with what is found today", description=_baseline.__doc__))
    _add_docs(commands.add_parser("docs", help="make the manual's pages of the checks", description=_docs.__doc__))
    _add_release(commands.add_parser("release", help="record the anchors of a published edition", description=_release.__doc__))
    review.add(commands)
    return parser


def _add_book(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--directory", type=Path, default=Path("."), metavar="BOOK", help="the folder of the book (default: this one)")


def _add_selection(parser: argparse.ArgumentParser, files: str) -> None:
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=files)
    _add_book(parser)
    for option, said in (
        ("--select", "only these codes or families, with commas between them (CIT,BIB014)"),
        ("--ignore", "all but these codes or families"),
    ):
        parser.add_argument(option, action="append", default=[], metavar="CODES", help=said)


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_selection(parser, "show only what is found in these files; the whole book is read")
    parser.add_argument(
        "--format", choices=("text", "json", "sarif", "github", "junit"), default="text", help="how to print the findings (default: text)"
    )
    parser.add_argument("--profile", choices=("draft", "release", "strict"), help="in place of the profile of book.yaml")
    parser.add_argument("--notes", action="store_true", help="show notes too, in the text form")
    parser.set_defaults(command=_check)


def _check(given: argparse.Namespace) -> int:
    """Find what is wrong with the manuscript. Exits 0 if nothing is at error level, 1 if something is, 2 on misuse."""
    from octavo import config, examine, report

    directory: Path = given.directory
    wanted = _selection(given)
    try:
        found = wanted.of(examine.book(directory, given.profile))
    except config.ConfigError as error:
        found = examine.broken(directory, given.profile, error)
    if given.format != "text":
        from octavo import forms

        sys.stdout.write(forms.of(given.format, found, directory, _above(directory)))
    elif found.findings or found.known or found.gone or sys.stdout.isatty():
        report.show(report.text(found, directory, notes=given.notes), sys.stdout)
    return FOUND if found.stops else OK


def _selection(given: argparse.Namespace) -> Selection:
    """Which findings are wanted. Raises Misuse for a file, a folder or a code that is not there."""
    from octavo import checks, examine

    directory: Path = given.directory
    if not directory.is_dir():
        raise Misuse(f"{directory} is no folder")
    files = [_in_book(path, directory) for path in given.files]
    for path, file in zip(given.files, files, strict=True):
        if not file:
            raise Misuse(f"{path} is no file of the book")
    select, ignore = ([code for item in items for code in item.replace(",", " ").split()] for items in (given.select, given.ignore))
    for code in (*select, *ignore):
        if not checks.is_known(code):
            raise Misuse(": ".join(filter(None, checks.unknown(code))))
    return examine.Selection(tuple(files), tuple(select), tuple(ignore))


def _above(directory: Path) -> str:
    """The folder of the book as seen from here, `book/`: what shows findings elsewhere names the files so. Nothing from outside.

    In GitHub's workflows it is seen from the top of the repository, wherever a step runs.
    """
    here, there = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve(), directory.resolve()
    return f"{there.relative_to(here).as_posix()}/" if there != here and there.is_relative_to(here) else ""


def _in_book(path: Path, directory: Path) -> str:
    """The path in the book of a file that is named from here or from the book; nothing if it is not there."""
    for candidate in (path, directory / path):
        if candidate.is_file():
            try:
                return candidate.resolve().relative_to(directory.resolve()).as_posix()
            except ValueError:
                continue
    return ""


def _add_fix(parser: argparse.ArgumentParser) -> None:
    _add_selection(parser, "mend only these files; the whole book is read")
    parser.add_argument("--diff", action="store_true", help="show what would be changed, and change nothing")
    parser.set_defaults(command=_fix)


def _fix(given: argparse.Namespace) -> int:
    """Mend what can be mended without thinking; run again it changes nothing more. Exits 1 where a file had to be left."""
    from octavo import fix

    mended = fix.mend(given.directory, _selection(given))
    if given.diff:
        sys.stdout.flush()
        sys.stdout.buffer.write(fix.diff(mended).encode("utf-8"))
        return OK
    done, refused = fix.write(given.directory, mended)
    for line in refused:
        print(f"octavo: {line}", file=sys.stderr)
    print(fix.said(done))
    return FOUND if refused else OK


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="a code (CIT001), a name (undefined-citation) or a family (CIT)")
    parser.set_defaults(command=_explain)


def _explain(given: argparse.Namespace) -> int:
    """Say what a check finds, why that matters, what is bad and what is good, and how to silence it."""
    from octavo import checks, report
    from octavo.checks import manual

    every = {**checks.catalogue(), **checks.after_rendering()}
    code = next((code for code, check in every.items() if given.code in (code, code.lower(), check.name)), "")
    family = [check for check in every.values() if check.code[:3] == given.code.upper()]
    if not code and not family:
        raise Misuse(": ".join(filter(None, checks.unknown(given.code))))
    report.show(manual.lines(every[code]) if code else manual.listed(family), sys.stdout)
    return OK


def _add_baseline(parser: argparse.ArgumentParser) -> None:
    _add_book(parser)
    parser.set_defaults(command=_baseline)


def _baseline(given: argparse.Namespace) -> int:
    """Record what is found today in baseline.json, beside book.yaml: later runs tell only of what is new."""
    from octavo import baseline, examine, report

    if not given.directory.is_dir():
        raise Misuse(f"{given.directory} is no folder")
    found = examine.book(given.directory, baselined=False)
    baseline.write(given.directory, found.findings)
    print(f"{report.BASELINE}: {report.counts(found)}")
    return OK


def _add_release(parser: argparse.ArgumentParser) -> None:
    _add_book(parser)
    parser.set_defaults(command=_release)


def _release(given: argparse.Namespace) -> int:
    """Record every page, label and paragraph in anchors.json, beside book.yaml: what cites them will find them in later editions."""
    from octavo import release

    if not given.directory.is_dir():
        raise Misuse(f"{given.directory} is no folder")
    print(release.release(given.directory))
    return OK


def _add_docs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", nargs="?", default="docs/checks", help="where the pages go (default: docs/checks)")
    parser.set_defaults(command=_docs)


def _docs(given: argparse.Namespace) -> int:
    """Make the manual's page of each check from its docstring, and the list of them all (for contributors)."""
    from octavo.checks import manual

    manual.main([given.folder])
    return OK


if __name__ == "__main__":
    sys.exit(main())
