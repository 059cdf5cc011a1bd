"""What git knows of a book: the commit that its files stand at, and their text at another one.

Reads the repository that the book lies in, by git; writes nothing. A book outside git has no commits, and that is no mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from octavo import tools
from octavo.model import UserError


class State(NamedTuple):
    """The commit of a book and its date, empty outside git; `clean` if its files are as committed."""

    commit: str
    date: str
    clean: bool


def state(directory: Path, files: Iterable[str]) -> State:
    """The last commit that touched the book's folder, and whether `files` differ from it."""
    try:
        said = tools.run(["git", "log", "-1", "--format=%H %cs", "--", "."], cwd=directory, seconds=10).decode().split()
        if len(said) != 2:
            return State("", "", False)
        changed = tools.run(["git", "status", "--porcelain", "--untracked-files=all", "--", *files], cwd=directory, seconds=20)
    except UserError:
        return State("", "", False)
    return State(said[0], said[1], not changed.strip())


def text_at(directory: Path, commit: str, file: str) -> str | None:
    """The text of a file of the book at a commit; None where git has it not."""
    if not re.fullmatch(r"[0-9a-f]{7,64}", commit):
        return None
    try:
        raw = tools.run(["git", "show", f"{commit}:./{file}"], cwd=directory, seconds=20)
    except UserError:
        return None
    return raw.decode("utf-8-sig", "replace")
