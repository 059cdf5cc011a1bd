"""`octavo fix`: puts in what the findings carry as their mend, and changes no byte beside it.

Reads the book, and writes the files that differ, whole or not at all. The mending is done in a copy of the book that is
removed again, until nothing more can be mended there; so `--diff` shows all that would be changed.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import shutil
import stat
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from octavo import examine, parse, tools
from octavo.examine import Selection
from octavo.model import Finding, Place, UserError

ROUNDS = 10
"""A mend can lay open another; two that undo each other would never end."""
_BOM = "\ufeff"


class Mended(NamedTuple):
    """A file of the book as it was and as it is to be."""

    file: str
    before: bytes
    after: bytes
    places: int


def mend(directory: Path, wanted: Selection) -> list[Mended]:
    """What the book's files become when everything is mended that is wanted and can be; the book itself is not touched."""
    counts: dict[str, int] = defaultdict(int)
    with _copy(directory) as copy:
        for _ in range(ROUNDS):
            findings = [f for f in examine.book(copy, baselined=False).findings if f.fix is not None and wanted.takes(f)]
            changed = _round(copy, findings)
            for file, count in changed.items():
                counts[file] += count
            if not changed:
                break
        pairs = [(file, (directory / file).read_bytes(), (copy / file).read_bytes()) for file in sorted(counts)]
    return [Mended(file, before, after, counts[file]) for file, before, after in pairs if before != after]


@contextlib.contextmanager
def _copy(directory: Path) -> Iterator[Path]:
    """A second book that may be changed, of hard links where the disk allows: a file is replaced there, never written into."""
    output = directory / "output"
    beside = output if os.access(output, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix=".mend-", dir=beside) as folder:
        copy = Path(folder) / "book"
        try:
            shutil.copytree(directory, copy, ignore=_ignored, copy_function=_link, symlinks=True)
        except OSError:
            raise UserError("the book cannot be copied: some file of it cannot be read, or the disk is full") from None
        if (cache := directory / parse.CACHE).is_dir():
            (copy / parse.CACHE).parent.mkdir(parents=True)
            (copy / parse.CACHE).symlink_to(cache.resolve(), target_is_directory=True)
        yield copy


def _ignored(folder: str, names: list[str]) -> list[str]:
    """What is no part of a book: hidden files, what is built, and what is neither file nor folder."""
    return [name for name in names if name.startswith(".") or name == "output" or not _is_plain(os.path.join(folder, name))]


def _is_plain(path: str) -> bool:
    mode = os.lstat(path).st_mode
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _round(directory: Path, findings: Iterable[Finding]) -> dict[str, int]:
    """Put in every mend that does not overlap an earlier one of its file; how many, by file."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_file[finding.place.file].append(finding)
    changed: dict[str, int] = {}
    for file, found in by_file.items():
        raw = (directory / file).read_bytes()
        after, count = mended(raw, [(finding.mended or finding.place, finding.fix or "") for finding in found])
        if after != raw:
            tools.write(directory / file, after)
            changed[file] = count
    return changed


def mended(raw: bytes, mends: list[tuple[Place, str]]) -> tuple[bytes, int]:
    """The bytes with the texts put in their places, and how many: of two that overlap the first. Not UTF-8: as they are.

    Columns count characters from 1, without a byte order mark. The empty place at the start with nothing to put in it
    takes that mark away.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw, 0
    mark = len(text) - len(text.removeprefix(_BOM))
    starts = [mark]
    for line in text[mark:].split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    parts: list[str] = []
    at, last = 0, -1
    count = 0
    for start, end, new in sorted({_edit(place, new, starts) for place, new in mends}):
        if start < at or start == last or text[start:end] == new:
            continue
        parts += [text[at:start], new]
        at, last = end, start
        count += 1
    return "".join([*parts, text[at:]]).encode("utf-8"), count


def _edit(place: Place, new: str, starts: list[int]) -> tuple[int, int, str]:
    """(start, end, text) in the whole file, its byte order mark counted."""
    start = starts[place.line - 1] + place.column - 1
    end = starts[place.end_line - 1] + place.end_column - 1
    return (0, end, new) if start == end == starts[0] and not new else (start, end, new)


def write(directory: Path, mends: list[Mended]) -> tuple[list[Mended], list[str]]:
    """Put the mended files in their place, with the permissions that they have: those, and a line for each that is left."""
    done: list[Mended] = []
    refused: list[str] = []
    for mend in mends:
        path = directory / mend.file
        if path.resolve() != directory.resolve() / mend.file:
            refused.append(f"{mend.file} is a symbolic link and is left as it is: mend the file that it leads to")
        elif not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
            refused.append(f"{mend.file} is read-only and is left as it is: give yourself leave to write it")
        elif path.read_bytes() != mend.before:
            refused.append(f"{mend.file} was changed meanwhile and is left as it is: run `octavo fix` again")
        else:
            try:
                tools.write(path, mend.after, mode=stat.S_IMODE(path.stat().st_mode))
                done.append(mend)
            except UserError as error:
                refused.append(str(error))
    return done, refused


def said(done: list[Mended]) -> str:
    """`3 mended in 2 files`."""
    count, files = sum(mend.places for mend in done), len(done)
    return f"{count} mended in {files} file{'' if files == 1 else 's'}" if done else "nothing mended"


def diff(mends: list[Mended]) -> str:
    """What changes as a unified diff, which `patch -p1` and `git apply` understand."""
    return "".join(line for mend in mends for line in _diff(mend))


def _diff(mend: Mended) -> Iterator[str]:
    before, after = (_lines(content.decode("utf-8")) for content in (mend.before, mend.after))
    for line in difflib.unified_diff(before, after, f"a/{mend.file}", f"b/{mend.file}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends; only a line feed ends one, as in a diff."""
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop().removesuffix("\n")
    return [*lines, last] if last else lines
