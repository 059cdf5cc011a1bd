"""The queries of a book as a sheet for the author, and the answers put back: `octavo queries`.

Reads the chapters and the sheet that came back; writes a sheet (CSV or DOCX, the latter by pandoc) and, with the answers,
the chapters: a query that is answered bears the answer, `answer="…"`, and is closed (REV001).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from octavo import tools, tree
from octavo.model import Node, UserError
from octavo.review.comments import safe_cell
from octavo.source import Source
from octavo.source.queries import Query, queries

COLUMNS = ("id", "file", "line", "to", "by", "text", "query", "answer")
_TEXT = re.compile(r"[ \t]*\n[ \t]*\n")


class Asked(NamedTuple):
    """A query of the book; `text` is what it stands in, `name` its id or, if it has none, one made of its words."""

    name: str
    file: str
    line: int
    text: str
    query: Query

    def row(self) -> dict[str, str]:
        query = self.query
        values = (self.name, self.file, str(self.line), query.to, query.by, self.text, query.text, query.answer)
        return dict(zip(COLUMNS, values, strict=True))


def asked(directory: Path, files: Sequence[str]) -> list[Asked]:
    """Every query of the book, in the order of its files."""
    found: list[Asked] = []
    taken: dict[str, int] = defaultdict(int)
    for file in files:
        try:
            source = Source.of(file, (directory / file).read_bytes())
        except OSError:
            continue
        for query in queries(source):
            name = query.id or "q-" + hashlib.sha256(f"{file}\0{query.text}".encode()).hexdigest()[:8]
            taken[name] += 1
            name += f"-{taken[name]}" if taken[name] > 1 else ""
            found.append(Asked(name, file, source.place(query.start).line, _around(source, query), query))
    return found


def _around(source: Source, query: Query) -> str:
    """The words before a query, as much as tells the author where it stands."""
    start = max(source.text.rfind("\n\n", 0, query.start), 0)
    words = re.sub(r"\{[^{}]*\}|[\[\]*_#|]", "", source.masked[start : query.start]).split()
    return ("… " if len(words) > 14 else "") + " ".join(words[-14:])


def as_csv(found: Iterable[Asked]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in found:
        writer.writerow({key: safe_cell(value) for key, value in one.row().items()})
    return "\ufeff" + out.getvalue()


def as_docx(found: Iterable[Asked], title: str) -> bytes:
    """A document with a table: number, place, the text, the query, and an empty cell for the answer."""
    names = ("id", "file", "text", "query", "answer")
    widths = (0.11, 0.17, 0.24, 0.24, 0.24)
    specs = [[tree.node("AlignLeft"), tree.node("ColWidth", width)] for width in widths]
    rows = [one.row() | {"file": f"{one.file}:{one.line}"} for one in found]
    head = [tree.attr(), [_row(dict(zip(names, ("Query", "Place", "Text", "Question", "Answer"), strict=True)), names)]]
    body = [tree.attr(), 0, [], [_row(row, names) for row in rows]]
    table = tree.node("Table", tree.attr(), [None, []], specs, head, [body], [tree.attr(), []])
    meta = {"title": tree.node("MetaInlines", tree.text(title))}
    document = {"pandoc-api-version": [1, 23, 1], "meta": meta, "blocks": [table]}
    return tools.pandoc(["-f", "json", "-t", "docx"], json.dumps(document).encode(), epoch=315532800)


def _row(values: Mapping[str, str], names: Sequence[str]) -> list[object]:
    cells = [[tree.attr(), tree.node("AlignDefault"), 1, 1, _cell(values[name])] for name in names]
    return [tree.attr(), cells]


def _cell(words: str) -> list[Node]:
    return [tree.node("Plain", tree.text(words))] if words else []


def answers(path: Path) -> dict[str, str]:
    """The answers of a sheet that came back, by the name of the query. Raises UserError where it is none of ours."""
    if not path.is_file():
        raise UserError(f"{path} is not there")
    rows = _docx_rows(path) if path.suffix.lower() == ".docx" else _csv_rows(path)
    return {row["id"].strip(): " ".join(row["answer"].split()) for row in rows if row["id"].strip() and row["answer"].strip()}


def _csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a .csv file, as a spreadsheet writes it: with commas, semicolons or tabs, in UTF-8 or its old code."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))
    if not {"id", "answer"} <= {name.strip('" \r') for name in first.split(mark)}:
        raise UserError(f"{path.name} is no sheet of queries: it needs the columns `id` and `answer`")
    return [{key: _unsafe(row.get(key) or "") for key in ("id", "answer")} for row in rows]


def _unsafe(cell: str) -> str:
    """A cell without the apostrophe that kept a spreadsheet from reading it as a formula."""
    return cell[1:] if re.match(r"'[=+\-@]", cell) else cell


def _docx_rows(path: Path) -> list[dict[str, str]]:
    read = tools.pandoc(["-f", "docx", "-t", "json", "--track-changes=accept"], path.read_bytes())
    found: list[dict[str, str]] = []
    for table in (element for element in tree.walk(json.loads(read)["blocks"]) if element["t"] == "Table"):
        for row in [row for body in table["c"][4] for row in body[2] + body[3]]:
            cells = [tree.plain(cell[4]) for cell in row[1]]
            if len(cells) >= 2:
                found.append({"id": cells[0], "answer": cells[-1]})
    if not found:
        raise UserError(f"{path.name} is no sheet of queries: it has no table")
    return found


def put(directory: Path, found: Sequence[Asked], given: Mapping[str, str]) -> tuple[int, list[str]]:
    """Write the answers into the chapters: how many are new, and the names that no query bears."""
    by_file: dict[str, list[tuple[Query, str]]] = defaultdict(list)
    for one in found:
        if (answer := given.get(one.name)) and answer != one.query.answer:
            by_file[one.file].append((one.query, answer))
    for file, pairs in by_file.items():
        text = (directory / file).read_bytes().decode("utf-8")
        bom = "\ufeff" if text.startswith("\ufeff") else ""
        text = text.removeprefix(bom)
        for query, answer in sorted(pairs, reverse=True):
            text = text[: query.start] + _answered(text[query.start : query.end], query, answer) + text[query.end :]
        tools.write(directory / file, (bom + text).encode())
    names = {one.name for one in found}
    return sum(map(len, by_file.values())), [name for name in given if name not in names]


def _answered(written: str, query: Query, answer: str) -> str:
    if query.is_comment:
        said = re.sub(r"-{2,}", "–", answer).replace(">", "›")
        kept = re.sub(r"\s*(?:\|\s*answer:.*?)?\s*-->\Z", "", written, flags=re.DOTALL)
        return f"{kept} | answer: {said} -->"
    quoted = answer.replace("\\", "\\\\").replace('"', '\\"')
    kept = re.sub(r'\s+answer=(?:"(?:\\.|[^"\\])*"|[^\s"{}]+)', "", written[query.attributes - query.start :])
    return f'{written[: query.attributes - query.start]}{kept[:-1]} answer="{quoted}"}}'
