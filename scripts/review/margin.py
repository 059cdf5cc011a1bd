"""The margin of a draft: which place of the manuscript each paragraph is, queries, findings, keys; put as marks into the tree.

Reads the chapters' queries and the findings of the check; writes nothing. A mark is a call `#at(n);` of the template
editions/pdf/draft.typ; what mark n says stands in the record's `draft`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from octavo import tree
from octavo.model import Entry, Finding, Node
from octavo.origins import Origin, Piece, Sources, Spot, Traced, trace
from octavo.source import Source
from octavo.source.queries import Query, queries
from octavo.typst_syntax import raw

Record = dict[str, Any]

# The finding of an open query says what the query itself says.
_QUERY_CODE = "REV001"


@dataclass
class Remark:
    """Something that the margin says. `number` is that of a query; `mark` the mark at which it stands, if it has a place."""

    kind: str
    head: str
    text: str
    place: str
    number: int | None = None
    hint: str = ""
    answer: str = ""
    mark: int | None = None


@dataclass
class Margin:
    """Everything that is said in the margin, and the pieces of the book with their marks."""

    files: dict[str, int] = field(default_factory=dict)
    marks: list[Record] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    pieces: dict[int, Piece] = field(default_factory=dict)

    def tag(self, file: str, line: int) -> str:
        """`03:112`: the third file of book.yaml's order, line 112. Files that it does not list are counted after those."""
        number = self.files.setdefault(file, len(self.files) + 1)
        return f"{number:02}:{line}"

    def as_record(self) -> Record:
        return {"marks": self.marks, "remarks": [asdict(remark) for remark in self.remarks]}


class Marker:
    """Marks the chapters of one book, in their order."""

    def __init__(
        self, files: Iterable[str], sources: Sources, entries: Mapping[str, Entry], findings: Iterable[Finding], keys: bool
    ) -> None:
        """`files`: those of book.yaml in order. `keys`: whether the margin says what each citation cites."""
        self.margin = Margin({file: number for number, file in enumerate(files, 1)})
        self.sources, self.entries, self.keys = sources, dict(entries), keys
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.code != _QUERY_CODE:
                self.findings[finding.place.file].append(finding)
        self.asked: set[str] = set()
        self._waiting: dict[int, tuple[list[Node], list[tuple[int, int, Node]]]] = {}

    def chapters(self, chapters: list[Record]) -> Margin:
        """Put the marks into the chapters, in place; what has no place in them is said in the lists alone."""
        notes = {tree.identifier(block): block for chapter in chapters if chapter["kind"] == "notes" for block in chapter["blocks"]}
        for chapter in chapters:
            traced = trace(chapter["blocks"], chapter["file"], self.sources, notes, self.entries)
            self._pieces(traced)
            for file in dict.fromkeys([chapter["file"], *(origin.file for origin, _, _ in traced.found)] if chapter["file"] else []):
                self._remarks(file, traced)
            self._bibliography(traced)
            if self.keys:
                self._keys(traced)
        for finding in [finding for findings in self.findings.values() for finding in findings]:
            self._say(_of_finding(finding, self._tag(finding)), None)
        self._insert()
        return self.margin

    def _pieces(self, traced: Traced) -> None:
        for piece in traced.pieces:
            if piece.mark is not None:
                first = piece.origins[0]
                tag = self.margin.tag(first.file, first.line)
                mark = self._mark(piece.mark, "" if piece.follows else tag, [])
                self.margin.pieces[mark] = piece

    def _remarks(self, file: str, traced: Traced) -> None:
        """The queries of a file, then its findings, each at its place."""
        text = self.sources.read(file) if file.endswith(".md") else None
        if text is not None and file not in self.asked:
            self.asked.add(file)
            source = Source(file, text)
            for query in queries(source):
                line = source.place(query.start).line
                alone = query.is_comment and not source.line(line)[: source.place(query.start).column - 1].strip()
                spot = traced.spot(file, query.end, source.place(query.end).line + 2) if alone else traced.before(file, query.start)
                self._say(_of_query(query, self.margin, file, line), spot)
        for finding in self.findings.pop(file, []):
            place = finding.place
            offset = Source(file, text).offset(place.line, place.column) if text is not None else 0
            spot = traced.spot(file, offset, place.line) if text is not None else traced.on_line(file, place.line)
            self._say(_of_finding(finding, self._tag(finding)), spot)

    def _bibliography(self, traced: Traced) -> None:
        """What is found in an entry stands at the entry."""
        for piece in traced.pieces:
            if piece.kind == "entry" and piece.span:
                file, (first, last) = piece.origins[0].file, piece.span
                here = [finding for finding in self.findings.get(file, []) if first <= finding.place.line <= last]
                for finding in here:
                    self.findings[file].remove(finding)
                    self._say(_of_finding(finding, self._tag(finding)), piece.mark)

    def _keys(self, traced: Traced) -> None:
        for keys, spot in traced.cited:
            self._say(Remark("key", "", ", ".join(keys), ""), spot)

    def _tag(self, finding: Finding) -> str:
        return self.margin.tag(finding.place.file, finding.place.line)

    def _say(self, remark: Remark, spot: Spot | None) -> None:
        if remark.kind in ("query", "answered"):
            remark.number = 1 + sum(other.number is not None for other in self.margin.remarks)
        self.margin.remarks.append(remark)
        if spot is not None:
            remark.mark = self._mark(spot, "", [len(self.margin.remarks) - 1])

    def _mark(self, spot: Spot, tag: str, remarks: list[int]) -> int:
        self.margin.marks.append({"tag": tag, "remarks": remarks})
        number = len(self.margin.marks) - 1
        held = ", last: true" if spot.ends else "" if remarks else ", first: true"
        made = raw(f"#at({number}{held});")
        self._waiting.setdefault(id(spot.inlines), (spot.inlines, []))[1].append((spot.at, spot.offset, made))
        return number

    def _insert(self) -> None:
        """Put every mark where it waits to be; from the last to the first, so that the places stay true."""
        for inlines, marks in self._waiting.values():
            for at, offset, made in sorted(marks, key=lambda mark: (mark[0], mark[1], -marks.index(mark)), reverse=True):
                element = inlines[at] if at < len(inlines) else None
                if element is not None and element["t"] == "CodeBlock":
                    inlines.insert(at, tree.node("RawBlock", *made["c"]))
                elif element is not None and offset and element["t"] == "Str" and offset < len(element["c"]):
                    inlines[at : at + 1] = [tree.node("Str", element["c"][:offset]), made, tree.node("Str", element["c"][offset:])]
                else:
                    inlines.insert(at + bool(offset), made)


def _of_query(query: Query, margin: Margin, file: str, line: int) -> Remark:
    asked = " ".join(filter(None, [query.id, f"→ {query.to}" if query.to else "", f"({query.by})" if query.by else ""]))
    return Remark("answered" if query.answer else "query", asked, query.text, margin.tag(file, line), answer=query.answer)


def _of_finding(finding: Finding, place: str) -> Remark:
    kind = "note" if finding.severity == "note" else "finding"
    return Remark(kind, finding.code, finding.message, place, hint=finding.hint)


def lines_of(origins: list[Origin]) -> list[tuple[int, str, int]]:
    """(index of the word, file, line) wherever the line of a piece's words changes."""
    found: list[tuple[int, str, int]] = []
    for at, origin in enumerate(origins):
        if not found or found[-1][1:] != (origin.file, origin.line):
            found.append((at, origin.file, origin.line))
    return found
