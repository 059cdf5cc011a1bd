"""The book as it was at a commit: its files out of git, put through the same stages as the book itself.

Reads the repository that the book lies in, by git; writes output/work/before/, a folder of its own that is emptied first.
Symbolic links and what lies in output/ are left out.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from octavo import commits, config, tools
from octavo.model import UserError

FOLDER = Path("output/work/before")
CACHE = Path("output/work/1-parsed/cache")
_WORK = Path("output/work")
_REGULAR = ("100644", "100755")
_HINT = "give a commit, a tag or a branch: snakemake --cores 1 redline --config base=v1.0"


def record(directory: Path, revision: str) -> tuple[dict[str, Any], Path, commits.State]:
    """(the cited record of the book at a commit, the folder of its images, the commit).

    Raises UserError, one line, where there is no such commit, no book in it, or none that can be resolved.
    """
    found = commit(directory, revision)
    folder = directory / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    _write(directory, found.commit, folder)
    if not (folder / config.NAME).is_file():
        raise UserError(f"there is no {config.NAME} at {revision}", hint="the base must be a state of this book")
    (folder / CACHE.parent).mkdir(parents=True)
    (directory / CACHE).mkdir(parents=True, exist_ok=True)
    # A chapter that has not changed since is not parsed again.
    (folder / CACHE).symlink_to((directory / CACHE).resolve())
    parsed, drawn, resolved, images, cited = (
        str(_WORK / name)
        for name in ("1-parsed/book.json", "1-parsed/figures", "3-resolved/book.json", "3-resolved/images", "4-cited/book.json")
    )
    _stage(folder, revision, "parse", parsed)
    _stage(folder, revision, "draw", drawn)
    _stage(folder, revision, "resolve", parsed, drawn, resolved, images, found.commit, found.date)
    _stage(folder, revision, "cite", resolved, cited)
    return tools.read_json(folder / cited), folder / images, found


def commit(directory: Path, revision: str) -> commits.State:
    """The commit that a revision names, and its date."""
    if not revision:
        raise UserError("a redline needs a base", hint=_HINT)
    try:
        tools.run(["git", "rev-parse", "--git-dir"], cwd=directory, seconds=10)
    except UserError as error:
        if "is not installed" in error.message:
            raise
        raise UserError("the book is in no git repository: there is nothing to compare it with") from None
    try:
        argv = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
        name = tools.run(argv, cwd=directory, seconds=10).decode().strip()
        date = tools.run(["git", "show", "--no-patch", "--format=%cs", name], cwd=directory, seconds=10).decode().strip()
    except UserError:
        raise UserError(f"`{revision}` is no commit of this repository", hint=_HINT) from None
    return commits.State(name, date, True)


def _write(directory: Path, name: str, folder: Path) -> None:
    """The files of the book's folder at a commit, as they were committed."""
    listed = tools.run(["git", "ls-tree", "-r", "-z", name, "--", "."], cwd=directory, seconds=60)
    wanted: list[tuple[str, Path]] = []
    for line in listed.split(b"\0"):
        found = re.fullmatch(rb"(\d+) blob (\w+)\t(.+)", line, re.DOTALL)
        path = Path(os.fsdecode(found[3])) if found else Path("output")
        if found and found[1].decode() in _REGULAR and path.parts[0] != "output" and ".." not in path.parts:
            wanted.append((found[2].decode(), path))
    asked = "".join(f"{blob}\n" for blob, _ in wanted).encode()
    contents = tools.run(["git", "cat-file", "--batch"], asked, cwd=directory, seconds=300)
    at = 0
    for _, path in wanted:
        end = contents.index(b"\n", at)
        size = int(contents[at:end].split()[2])
        tools.write(folder / path, contents[end + 1 : end + 1 + size])
        at = end + size + 2


def _stage(folder: Path, revision: str, *argv: str) -> None:
    name, *arguments = argv
    # A checkout of Octavo itself is found by this variable; an installed one needs none.
    env = {"PYTHONPATH": os.environ["PYTHONPATH"]} if "PYTHONPATH" in os.environ else {}
    try:
        tools.run([sys.executable, "-P", "-m", f"octavo.{name}", *arguments], cwd=folder, env=env, seconds=900)
    except UserError as error:
        said = error.message.rpartition("octavo: ")[2]
        raise UserError(f"the book as it was at {revision} cannot be built: {said}") from None
