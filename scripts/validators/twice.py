"""EDN010: the book built a second time, elsewhere, and the two builds compared byte by byte.

Reads the folder of the book and the finished editions; writes into temporary folders alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from octavo import tools
from octavo.model import Finding, Place, UserError
from octavo.validators.files import edition, finding

# Fourteen hours before Greenwich, and sets in another order.
ELSEWHERE = {"TZ": "XXX-14", "PYTHONHASHSEED": "4711", "LANG": "C"}


def twice(book: Path, editions: Path, commit: tuple[str, ...], pdf: Path, epub: Path, web: Path) -> list[Finding]:
    """Every file in which a second build from the chapters differs. `commit`: the two words that the first was told."""
    with tempfile.TemporaryDirectory(prefix="octavo-again-") as name:
        copy, work = Path(name) / "elsewhere", Path(name) / "work"
        shutil.copytree(book, copy, ignore=shutil.ignore_patterns("output", ".*", "__pycache__", "node_modules"))
        try:
            made = _build(copy, work, editions.resolve(), commit, pdf.stem)
        except UserError as error:
            return [_differs(pdf.as_posix(), f"the book cannot be built a second time: {error}")]
        found = [*_files(pdf.as_posix(), {"": pdf.read_bytes()}, {"": (made / f"{pdf.stem}.pdf").read_bytes()})]
        for one, other in ((epub, made / f"{pdf.stem}.epub"), (web, made / "html")):
            found += _files(one.as_posix(), edition(one).files, edition(other).files)
        if not found and epub.read_bytes() != (made / f"{pdf.stem}.epub").read_bytes():
            found.append(_differs(epub.as_posix(), "the files in it are the same, but not their order, times or packing"))
        return found


def _build(book: Path, work: Path, editions: Path, commit: tuple[str, ...], slug: str) -> Path:
    """The folder of the editions, built by the commands of the workflow."""
    parsed, resolved, cited, rendered = (work / name for name in ("1-parsed", "3-resolved", "4-cited", "5-rendered"))
    images, unpaged = resolved / "images", rendered / "unpaged"
    for stage, *arguments in (
        ("parse", parsed / "book.json"),
        ("draw", parsed / "figures"),
        ("resolve", parsed / "book.json", parsed / "figures", resolved / "book.json", images, *commit),
        ("cite", resolved / "book.json", cited / "book.json"),
        ("pdf", cited / "book.json", images, editions, rendered / f"{slug}.pdf"),
        ("pages", cited / "screens.json", rendered / "pages.json"),
        ("epub", rendered / "pages.json", images, editions, unpaged / f"{slug}.epub"),
        ("html", rendered / "pages.json", cited / "works.json", images, editions, unpaged / "html"),
        ("paginate", rendered / "folios.json", unpaged, slug, rendered),
    ):
        env = ELSEWHERE | {"PYTHONPATH": os.environ.get("PYTHONPATH", "")}
        tools.run([sys.executable, "-P", "-m", f"octavo.{stage}", *map(str, arguments)], seconds=900, cwd=book, env=env)
    return rendered


def _files(path: str, one: Mapping[str, bytes], other: Mapping[str, bytes]) -> Iterator[Finding]:
    for name in sorted({*one, *other}):
        where = f"{path}/{name}" if name else path
        if name not in one or name not in other:
            yield _differs(where, "it is in one of two builds alone")
        elif one[name] != other[name]:
            at = next(
                (i for i, (a, b) in enumerate(zip(one[name], other[name], strict=False)) if a != b), min(len(one[name]), len(other[name]))
            )
            yield _differs(
                where, f"two builds differ from byte {at + 1} on", one[name].count(b"\n", 0, at) + 1 if name.endswith(_TEXT) else 1
            )


_TEXT = (".html", ".xhtml", ".opf", ".css", ".svg", ".js", ".ncx", ".json")


def _differs(file: str, fault: str, line: int = 1) -> Finding:
    hint = "`make clean` and build again; if they differ still, tell the makers of Octavo, with the file"
    return finding("EDN010", Place(file, line), fault=fault, hint=hint)
