"""The manuscript as the checks see it: chapters, sources, entries and labels, each looked up once.

Reads the chapters of the book, for their places; writes nothing. What stands where comes from two sides: pandoc's tree
says what there is, the source says where, and where the source has it not, the block that holds it is named.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from octavo import config, data_tables, includes, tree
from octavo.checks.elements import elements, lists
from octavo.checks.sheets import Sheet, sheet
from octavo.model import Bibliography, Book, Chapter, ChapterFile, Node, Place, Problem
from octavo.source import CAPTIONED, Heading, Source, Target, bookdown, read_target, same_target

LABEL = re.compile(r"^(sec|fig|tbl|eq|lst|part)[-:]", re.IGNORECASE)
"""The prefixes of labels; pandoc-crossref's `fig:x` is the same as `fig-x`."""
EQUATION = re.compile(r"^\{#(?P<id>eq[-:][^\s{}]+)\}")
"""A label of an equation: pandoc leaves it as text after the formula."""


class Citation(NamedTuple):
    """One key of one cluster in a chapter. `cluster` counts the clusters of the chapter."""

    key: str
    place: Place
    cluster: int
    text: Text


class Label(NamedTuple):
    """An identifier; `is_explicit` if somebody wrote it, and pandoc did not make it from a heading."""

    name: str
    place: Place
    is_explicit: bool


class Link(NamedTuple):
    url: str
    place: Place
    text: Text


class Image(NamedTuple):
    """An image, the caption of its figure ("" outside one) and the place of its `!`; `path` is that of its address."""

    node: Node
    url: str
    place: Place
    path: Place
    caption: str
    in_figure: bool
    target: Target | None
    text: Text

    @property
    def path_in_book(self) -> str:
        """The path of its file in the book; nothing for an address on the network or data in the address itself."""
        if re.match(r"[a-z][a-z0-9+.-]+:|//", self.url, re.IGNORECASE):
            return ""
        path = PurePosixPath(self.text.file.file).parent / unquote(self.url)
        return os.path.normpath(path)


class Header(NamedTuple):
    level: int
    words: str
    place: Place
    node: Node


class Text:
    """A chapter with its source, and what is in it with its places."""

    def __init__(self, chapter: Chapter, source: Source, host: str = "") -> None:
        """`host` is the chapter that includes the file; nothing for a chapter itself."""
        self.chapter, self.source, self.host = chapter, source, host
        self.file: ChapterFile = chapter.file
        self.blocks = chapter.blocks
        self._taken: dict[tuple[str, str], int] = defaultdict(int)
        self.kept: dict[Any, Any] = {}  # checks.once

    @property
    def is_read(self) -> bool:
        """Whether pandoc has read it: where not, the tree is empty and says nothing."""
        return all(problem.kind in includes.PROBLEMS for problem in self.chapter.problems)

    @cached_property
    def nodes(self) -> dict[str, list[tuple[Node, int]]]:
        """The nodes of the tree by kind, each with the number of the block that holds it; of the plain text, what tells."""
        found: dict[str, list[tuple[Node, int]]] = defaultdict(list)
        for number, block in enumerate(self.blocks):
            for element in elements(block):
                found[element["t"]].append((element, number))
        return found

    @cached_property
    def inlines(self) -> list[tuple[list[Node], int]]:
        """The lists of inlines that hold a citation and a square bracket, each with the number of its block."""
        if not any("[" in element["c"] for element, _ in self.nodes["Str"]):
            return []
        found: list[tuple[list[Node], int]] = []
        for number, block in enumerate(self.blocks):
            for part in lists(block):
                kinds = {inline["t"] for inline in part}
                if "Cite" in kinds and "Str" in kinds and any("[" in inline["c"] for inline in part if inline["t"] == "Str"):
                    found.append((part, number))
        return found

    def at_block(self, number: int) -> Place:
        """Where a block starts: the line that holds its first words; line 1 if it has none."""
        words = re.findall(r"[^\W_]+", tree.plain(self.blocks[number]))[:40] if number < len(self.blocks) else []
        for size in (6, 3, 1):
            for start in range(0, max(len(words) - size + 1, 0), size):
                run = words[start : start + size]
                if len("".join(run)) > 3 and (found := re.search(r"[\W_]{1,40}?".join(map(re.escape, run)), self.source.masked)):
                    line = self.source.place(found.start()).line
                    return Place(self.file.file, line, 1, line, 1 + len(self.source.line(line)))
        return self.at_block(number - 1) if number > 0 and number <= len(self.blocks) else Place(self.file.file)

    def nth(self, kind: str, name: str, places: list[tuple[int, int]], block: int) -> Place:
        """The place of the next `name` of a kind, of those that the source has; the block if it has none."""
        if not places:
            return self.at_block(block)
        number = self._taken[kind, name]
        self._taken[kind, name] += 1
        return self.source.place(*places[min(number, len(places) - 1)])

    @cached_property
    def _keys(self) -> dict[str, list[tuple[int, int]]]:
        """The places of each key in the order in which the tree has them: a note's where it is called."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for marks in (self.source.citations, self.source.doubtful_citations):
            ordered = [(self.source.reading_order(mark.start), mark) for mark in marks]
            for _, mark in sorted((order, mark) for order, mark in ordered if order is not None):
                found[mark.text].append((mark.start, mark.end))
        return found

    @cached_property
    def citations(self) -> list[Citation]:
        """Every key that is cited or referred to, in the order of the text."""
        found: list[Citation] = []
        for number, (element, block) in enumerate(self.nodes["Cite"]):
            for citation in element["c"][0]:
                key = citation["citationId"]
                found.append(Citation(key, self.nth("cite", key, self._keys.get(key, []), block), number, self))
        return found

    @cached_property
    def labels(self) -> list[Label]:
        """Every identifier of the chapter. Where pandoc could not read it, those that the source has."""
        written: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for mark in self.source.labels:
            written[mark.text].append((mark.start, mark.end))
        if not self.is_read:
            return [Label(name, self.source.place(*places[0]), True) for name, places in written.items()]
        found: list[Label] = []
        for kind in ("Header", "CodeBlock", "Div", "Span", "Code", "Link", "Image", "Table", "Figure"):
            for element, block in self.nodes[kind]:
                if name := tree.identifier(element):
                    explicit = name in written
                    place = self.nth("label", name, written[name], block) if explicit else Place(self.file.file)
                    found.append(Label(name, place, explicit))
        for element, block in self.nodes["Str"]:
            if equation := EQUATION.match(element["c"]):
                found.append(Label(equation["id"], self.nth("label", equation["id"], written[equation["id"]], block), True))
        return sorted(found, key=lambda label: label.place)

    def _targets(self, url: str, is_image: bool) -> list[Target]:
        by_text, every = self._targets_by_text, self.source.targets
        numbers = sorted({*by_text.get(url, ()), *by_text.get(unquote(url), ())})
        same = [every[number] for number in numbers if same_target(every[number].text, url)]
        return [target for target in same if target.is_image == is_image] or same

    @cached_property
    def _targets_by_text(self) -> dict[str, list[int]]:
        """The numbers of the targets by what they say, as it is written and without escapes."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, target in enumerate(self.source.targets):
            for said in {target.text, read_target(target.text)}:
                found[said].append(number)
        return found

    @cached_property
    def links(self) -> list[Link]:
        found: list[Link] = []
        for element, block in self.nodes["Link"]:
            url = element["c"][2][0]
            places = [(target.start, target.end) for target in self._targets(url, False)]
            found.append(Link(url, self.nth("link", url, places, block), self))
        return found

    @cached_property
    def images(self) -> list[Image]:
        captions: dict[int, str] = {}
        for figure, _ in self.nodes["Figure"]:
            for inner in tree.walk(figure["c"][2]):
                if inner["t"] == "Image":
                    captions[id(inner)] = tree.plain(figure["c"][1])
        for div, _ in self.nodes["Div"]:
            # In a div `#fig-x` every image is a part of a figure, and the words in its brackets are a caption.
            if re.match(r"fig[-:]", tree.identifier(div)):
                for inner in tree.walk(div["c"][1]):
                    if inner["t"] == "Image":
                        captions.setdefault(id(inner), tree.plain(inner["c"][1]))
        found: list[Image] = []
        for element, block in self.nodes["Image"]:
            url = element["c"][2][0]
            targets = self._targets(url, True)
            number = min(self._taken["image", url], len(targets) - 1)
            target = targets[number] if targets else None
            path = self.nth("image", url, [(t.start, t.end) for t in targets], block)
            place = self.source.place(*self._image_at(target)) if target else path
            found.append(Image(element, url, place, path, captions.get(id(element), ""), id(element) in captions, target, self))
        return found

    def _image_at(self, target: Target) -> tuple[int, int]:
        """Where the image itself stands; for `[name]: file` the next `![…][name]`."""
        name = re.match(r"[ \t>]*\[(?P<name>[^\]]+)\]:", self.source.text[target.begin : target.start])
        if not name:
            return target.begin, target.end + 1
        used = re.compile(rf"!\[(?:[^\]]*\]\[)?{re.escape(name['name'])}\](?!\()", re.IGNORECASE)
        places = [found.span() for found in used.finditer(self.source.masked)]
        number = self._taken["image by name", name["name"].lower()]
        self._taken["image by name", name["name"].lower()] += 1
        return places[min(number, len(places) - 1)] if places else (target.begin, target.end + 1)

    @cached_property
    def data_tables(self) -> list[tuple[Node, Place]]:
        """Every block that asks for a table from data, and where it stands: its opening fence with what follows it."""
        places = [(s.start, s.info_start + len(s.info)) for s in self.source.spans if s.kind == "code" and CAPTIONED.match(s.info)]
        blocks = [(element, block) for element, block in self.nodes["Div"] if data_tables.is_marked(element)]
        return [(element, self.nth("data table", "", places, block)) for element, block in blocks]

    @cached_property
    def headers(self) -> list[Header]:
        """The headings of the tree, each with the line of the source that reads like it."""
        waiting = list(self.source.headings)
        found: list[Header] = []
        for element, block in self.nodes["Header"]:
            level, words = element["c"][0], tree.plain(element["c"][2])
            same = _same_heading(waiting, level, words)
            if same is not None:
                del waiting[: waiting.index(same) + 1]
            place = self.source.place(same.start, same.end) if same else self.at_block(block)
            found.append(Header(level, words, place, element))
        return found


def _same_heading(waiting: list[Heading], level: int, words: str) -> Heading | None:
    wanted = _letters(words)
    same = [heading for heading in waiting if heading.level == level]
    return next((h for h in same if _letters(h.text) == wanted), None) or next(
        (h for h in same if wanted[:8] and _letters(h.text).startswith(wanted[:8])), same[0] if same else None
    )


def plain_letters(words: str) -> str:
    """Small letters without accents or LaTeX: `M{\\"u}ller` is `muller`."""
    decomposed = unicodedata.normalize("NFKD", re.sub(r"\\\W|\\[a-z]+|[{}]", "", words))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _letters(words: str) -> str:
    return "".join(c for c in re.sub(r"\{[^{}]*\}\s*$", "", words) if c.isalnum()).lower()


class Manuscript:
    """Everything that a check may ask. Nothing in it is to be changed."""

    def __init__(self, directory: Path, book: Book, chapters: list[Chapter], bibliography: Bibliography) -> None:
        self.directory, self.book, self.bibliography = directory, book, bibliography
        self.entries = bibliography.entries
        self.texts = list(self._read(chapters))
        self.kept: dict[Any, Any] = {}  # checks.once

    def _read(self, chapters: list[Chapter]) -> Iterator[Text]:
        """Each chapter, and after it the files that it includes and that no chapter before it has included."""
        seen: set[str] = set()
        for chapter in {chapter.file.file: chapter for chapter in chapters}.values():  # STR015 names what is listed twice
            yield Text(chapter, self._source(chapter.file.file))
            for inner in chapter.included:
                if inner.file.file not in seen:
                    seen.add(inner.file.file)
                    yield Text(inner, self._source(inner.file.file), host=chapter.file.file)

    def _source(self, file: str) -> Source:
        source = Source.of(file, self.bytes_of(file))
        return Source(file, bookdown.as_citations(source.text)) if self.book.markup.get("bookdown") else source

    def bytes_of(self, file: str) -> bytes:
        """The bytes of a file of the book; none if it cannot be read."""
        try:
            return (self.directory / file).read_bytes()
        except OSError:
            return b""

    def problems(self, *kinds: str) -> Iterator[Problem]:
        """What the readers of chapters and .bib files could not use, of these kinds."""
        for problem in (*(p for text in self.texts for p in text.chapter.problems), *self.bibliography.problems):
            if problem.kind in kinds:
                yield problem

    @cached_property
    def citations(self) -> list[Citation]:
        """Every key in a Cite of pandoc's, references to labels among them, and those in the .csv files of tables."""
        in_text = [citation for text in self.texts for citation in text.citations]
        in_data = [(sheet.text, key, place) for sheet in self.sheets for key, place in sheet.keys]
        return in_text + [Citation(key, place, -number, text) for number, (text, key, place) in enumerate(in_data, 1)]

    @cached_property
    def sheets(self) -> list[Sheet]:
        """Every table from data, with its rows or what is wrong with it."""
        return [sheet(self.directory, text, element, place) for text in self.texts for element, place in text.data_tables]

    @cached_property
    def labels(self) -> dict[str, list[Label]]:
        """Every identifier of the book, with each place where it stands; the parts' are in book.yaml."""
        found: dict[str, list[Label]] = defaultdict(list)
        for i, part in enumerate(self.book.parts):
            place = self.book.place(f"parts.{i}.label")
            found[part.label].append(Label(part.label, place, f"parts.{i}.label" in self.book.places))
        for text in self.texts:
            for label in text.labels:
                found[label.name].append(label)
        return dict(found)

    def label_of(self, key: str) -> str:
        """The label that a key names, or nothing: `Fig-x` at the start of a sentence is `fig-x`, and `fig:x` too."""
        lowered = key[0].lower() + key[1:]
        forms = (key, lowered, lowered.replace(":", "-", 1), lowered.replace("-", ":", 1), lowered.removeprefix("sec:"))
        return next((name for name in forms if name in self.labels), "")

    def is_reference(self, key: str) -> bool:
        """Whether a key is meant for a label: it has a label's prefix and no entry bears it."""
        return bool(LABEL.match(key)) and key not in self.entries

    @cached_property
    def lowered_keys(self) -> dict[str, str]:
        return {key.lower(): key for key in reversed(list(self.entries))}

    @cached_property
    def entries_by_year(self) -> dict[str, list[tuple[str, list[str]]]]:
        """For each year the entries of it, with the parts of their authors' and editors' names in plain letters."""
        found: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        for key, entry in self.entries.items():
            names = re.findall(r"[a-z]{3,}", plain_letters(f"{entry.get('author')} {entry.get('editor')}"))
            for year in set(re.findall(r"\d{4}", f"{entry.get('date')} {entry.get('year')}")):
                found[year].append((key, names))
        return dict(found)

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The figures that the build draws from data, by their paths in the book."""
        return frozenset(f"chapters/{figure['file']}" for figure in self.book.figures)

    @cached_property
    def bib_files(self) -> list[str]:
        settings = self.book.bibliography
        return config.bib_files(self.directory, (*settings.files, *settings.background))

    @cached_property
    def root(self) -> Path:
        return self.directory.resolve()

    def is_inside(self, path: str) -> bool:
        """Whether the real path, symbolic links followed, lies in the book."""
        return (self.directory / path).resolve().is_relative_to(self.root)

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of `checks:` in book.yaml."""
        return self.book.checks.get(name, default)
