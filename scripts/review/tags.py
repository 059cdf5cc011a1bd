"""A map for a draft that has lost its own, as one printed to PDF has: from the tags in its margin and the sources they name.

Reads the words of the reviewed PDF, and the sources in the commit that its foot names, or today's; writes nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from octavo.origins import Origin, Sources
from octavo.review.positions import Laid, Positions
from octavo.review.words import Reader

_COMMIT = re.compile(r",\s+\w+\s+([0-9a-f]{7,12})\b")
_FILE = re.compile(r"(?<!\d)(\d{2,3})\s+((?:chapters|bibliography)/\S+\.(?:md|csv|bib))")
_LENGTH = 40
"""How many lines at most belong to a tag."""


def read(reader: Reader, files: Mapping[int, str], sources_at: Callable[[str], Sources]) -> Positions | None:
    """The map that the tags of a PDF make up; None if it has none. `files`: those of book.yaml by number."""
    pages = [reader.page(number) for number in range(len(reader))]
    tagged = [(number, tag, page.height - box[1]) for number, page in enumerate(pages, 1) for tag, box in page.tags]
    if not tagged:
        return None
    text = "\n".join(page.text for page in pages[-3:])
    named = dict(files) | {int(number): file for number, file in _FILE.findall(text)}
    found = next((m[1] for page in pages if (m := _COMMIT.search(page.text))), "")
    sources = sources_at(found)
    words = {number: _by_line(sources, file) for number, file in named.items()}
    pieces = []
    for page, tag, y in sorted(tagged, key=lambda item: (item[0], *map(int, item[1].split(":")))):
        file, line = map(int, tag.split(":"))
        if file in named:
            end = _end(sources.read(named[file]) or "", line, named[file])
            pieces.append(_piece(page, y, file, line, end, words[file]))
    return Positions(found, "", bool(found), named, pieces, whole_lines=True)


def _end(text: str, first: int, file: str) -> int:
    """The line behind the block that a line stands in: a blank one, or the next entry; a row of a table is one line."""
    if file.endswith(".csv"):
        return first + 1
    lines = text.splitlines()
    is_bib = file.endswith(".bib")
    ends = (at for at in range(first, len(lines)) if not lines[at].strip() or (is_bib and lines[at].startswith("@")))
    return min(next(ends, len(lines)) + 1, first + _LENGTH)


def _by_line(sources: Sources, file: str) -> dict[int, list[tuple[str, Origin]]]:
    """The words of a file by their lines, in the order in which they are written."""
    found = sources.words(file) if file.endswith(".md") else sources.rows(file)
    lines: dict[int, list[tuple[str, Origin]]] = defaultdict(list)
    for word, origin in sorted(found, key=lambda item: item[1].start):
        if origin.file == file and not word.startswith("@"):
            lines[origin.line].append((word, origin))
    return lines


def _piece(page: int, y: float, file: int, first: int, last: int, lines: dict[int, list[tuple[str, Origin]]]) -> Laid:
    words: list[str] = []
    changes: list[tuple[int, int, int]] = []
    for line in range(first, last):
        if here := lines.get(line, []):
            changes.append((len(words), file, line))
            words += [word for word, _ in here]
    return Laid(page, 0.0, y, tuple(words), tuple(changes) or ((0, file, first),))
