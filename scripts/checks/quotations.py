"""CIT, continued: quotations, and whether the reader is told where they stand.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.attributions import Block, blocks, introduces, is_introduced, names_source
from octavo.checks.clusters import Cited, clusters
from octavo.checks.locators import PARTS_OF_A_WORK, parse
from octavo.checks.manuscript import Manuscript, Text, plain_letters
from octavo.checks.passages import AUTHOR, CITE, NOTE, OTHER, Passage, Quotation, Reader, has_marks, paragraphs, quotations, sentence, stops
from octavo.model import Entry, Node

WORDS = 5
"""So many words in quotation marks are a quotation that asks for its page; fewer are a term or an allusion."""
_PAGELESS = frozenset(
    ["online", "electronic", "www", "webpage", "audio", "video", "movie", "music", "performance", "artwork", "image", "software",
     "dataset", "legal", "legislation", "jurisdiction", "patent", "letter", "archival"]
)  # fmt: skip
_ARCHIVAL = ("archive", "library", "box", "folder")
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_DISCUSSED = re.compile(
    r"\b(?:words?|terms?|phrases?|expressions?|concepts?|notions?|titles?|titled|entitled|subtitled|headed|headings?|called|named|known as"
    r"|slogans?|mottos?|mottoes|so-called|labell?ed|dubbed|chapters?|articles?|essays?|poems?|songs?|speech|lecture|papers?|sections?|book"
    r"|pamphlet|novel|film|translated as|rendered as|meaning|means|reads? as|literally|i\.e\.,?)"
    r"(?:\s+(?:is|was|of|on|the|as|by|a|an|his|her|its))*[\s,:(]*\Z",
    re.IGNORECASE,
)
_TYPED_PAGE = re.compile(r"\b(?:pp?\.|pages?|chap(?:ter|\.)|fol\.|§+|S\.|Seiten?|с\.|стр\.)[\s\u00a0]?[\divxlIVXL]")
_ELSEWHERE = re.compile(r"\b(?:see|cf|compare|also|further|on this|for|but|contrast|vgl|siehe|voir|см|ср)\b", re.IGNORECASE)


@check(
    "CIT010",
    "quotation-without-locator",
    "warning",
    "the quotation is cited from `{key}` without its page",
    hint="say where it stands: `[@{key}, 12]`",
)
def quotation_without_locator(book: Manuscript) -> Iterator[Hit]:
    """A quotation of five words or more, or a block quotation, whose citation has no page, section or chapter.

    The reader could not look it up. Silent on shorter quotations, titles, words under discussion, works of a single page
    and works without pages: online, audio, video, software, datasets, images, laws, and papers in archives.

    *Bad*

        The clerk wrote that "nobody shall own the river" [@fink1984].

    *Good*

        The clerk wrote that "nobody shall own the river" [@fink1984, 12].
    """
    titles = _titles(book)
    for text in book.texts:
        if not text.nodes["Cite"]:
            continue
        search = _Search(book, text, titles)
        yield from search.run()


def _titles(book: Manuscript) -> frozenset[str]:
    """The letters of every title in the bibliography."""
    names = ("title", "subtitle", "shorttitle", "booktitle", "maintitle", "titleaddon", "journaltitle", "origtitle")
    given = (entry.get(name) for entry in book.entries.values() for name in names)
    whole = (f"{entry.get('title')} {entry.get('subtitle')}" for entry in book.entries.values())
    return frozenset(_letters(title) for title in (*given, *whole) if title)


def _letters(words: str) -> str:
    return re.sub(r"\W", "", plain_letters(words))


class _Search:
    """The quotations of one chapter, each with the citation that is meant for it."""

    def __init__(self, book: Manuscript, text: Text, titles: frozenset[str]) -> None:
        self.book, self.text, self.titles = book, text, titles
        self.reader, self.clusters = Reader(text, book), clusters(text)
        self.said: set[int] = set()

    def run(self) -> Iterator[Hit]:
        for block in blocks(self.text):
            if block.is_quotation:
                yield from self._judge(self._of_block(block))
        for inlines, quoted in (*paragraphs(self.text.blocks), *(p for note, _ in self.text.nodes["Note"] for p in paragraphs(note["c"]))):
            if not quoted and has_marks(inlines):
                passage = self.reader.passage(inlines)
                for quotation in quotations(passage.words):
                    if self._is_quoted(passage, quotation):
                        yield from self._judge(self._of_words(passage, quotation))

    def _judge(self, found: list[int]) -> Iterator[Hit]:
        """A finding at the first key of the first cluster of those that may be meant, unless one of them has a locator."""
        meant = [self.clusters[number] for number in found]
        if not meant or any(self._is_placed(cited) for cluster in meant for cited in cluster):
            return
        first = meant[0][0]
        if id(first) not in self.said:
            self.said.add(id(first))
            yield at(first.place, key=first.key)

    def _is_placed(self, cited: Cited) -> bool:
        """Whether a citation says where, or its work needs none; what is in no .bib is CIT001's."""
        entry = self.book.entries.get(cited.key)
        words = cited.suffix
        said = bool(re.search(r"\d", words)) or bool(PARTS_OF_A_WORK.search(words)) or bool(parse(words, self.book.book.language))
        return entry is None or said or bool(_TYPED_PAGE.search(cited.prefix)) or _needs_no_page(entry)

    def _is_quoted(self, passage: Passage, quotation: Quotation) -> bool:
        """Whether words in quotation marks are a quotation: long enough, no title, and not under discussion."""
        words = _WORD.findall(quotation.words)
        long = [word for word in words if len(word) > 3]
        if len(words) < WORDS or _letters(quotation.words) in self.titles:
            return False
        if len(long) > 2 and sum(word[0].isupper() for word in long) >= 0.75 * len(long):
            return False
        return not _DISCUSSED.search(passage.words, max(quotation.start - 60, 0), quotation.start)

    def _of_words(self, passage: Passage, quotation: Quotation) -> list[int]:
        """The clusters that may be meant for a quotation in a sentence, the likeliest first; none if there is none."""
        words = passage.words
        start, end = sentence(words, quotation.end)
        if _TYPED_PAGE.search(_outside_quotations(words, start, end)):
            return []
        behind = re.search(rf"[{CITE}{NOTE}]", words[quotation.end : end])
        if behind and behind[0] == NOTE:
            return self._of_note(passage.notes_in(quotation.end, end)[0])
        in_sentence = passage.clusters_in(start, end)
        if behind:
            number = passage.clusters_in(quotation.end + behind.start(), end)[0]
            keys = {cited.key for cited in self.clusters[number]}
            same = [other for other in in_sentence if other != number and keys & {cited.key for cited in self.clusters[other]}]
            return [number, *same]
        near = words[max(start, quotation.start - 160) : quotation.start].rfind(AUTHOR) >= 0
        after = re.match(rf"\W*(?:\w+\W+){{0,4}}{AUTHOR}", words[quotation.end : end])
        close = re.search(rf"{CITE}[^{CITE}{AUTHOR}{NOTE}]{{0,40}}\Z", words[start : quotation.start])
        if near or close:
            number = passage.clusters_in(start, quotation.start)[-1]
        elif after:
            number = passage.clusters_in(quotation.end, end)[0]
        else:
            return []
        return [number, *(other for other in in_sentence if other != number)]

    def _of_note(self, note: Node) -> list[int]:
        """The clusters of a note, if its first sentence begins with one; a note that says `see also` is no source."""
        first = next((self.reader.passage(inlines).words for inlines, _ in paragraphs(note["c"])), "")
        lead = re.match(rf"[^{CITE}{AUTHOR}]*(?=[{CITE}{AUTHOR}])", first)
        if not lead or len(lead[0].split()) > 3 or _ELSEWHERE.search(lead[0]) or _TYPED_PAGE.search(first):
            return []
        return self.reader.clusters_of(note["c"])

    def _of_block(self, block: Block) -> list[int]:
        """The clusters in a block quotation, else those of the sentence that introduces it."""
        inside = self.reader.clusters_of(block.node)
        if block.before is None:
            return inside
        passage = self.reader.passage(block.before["c"])
        ends = stops(passage.words.rstrip())
        start = ends[-2] if len(ends) > 1 else 0
        if not introduces(passage.words[start:]):
            return inside
        if _TYPED_PAGE.search(passage.words[start:]):
            return []
        before = passage.clusters_in(start, len(passage.words))
        for note in passage.notes_in(start, len(passage.words)):
            before += self._of_note(note)
        if inside:
            keys = {cited.key for number in inside for cited in self.clusters[number]}
            return inside[::-1] + [number for number in before if keys & {cited.key for cited in self.clusters[number]}]
        is_announced = passage.words.rstrip(f" {CITE}{NOTE}{OTHER}").endswith(":")
        return before[::-1] if is_announced else []


def _outside_quotations(words: str, start: int, end: int) -> str:
    out, here = [], start
    for quotation in quotations(words):
        if start <= quotation.start < end:
            out.append(words[here : quotation.start])
            here = quotation.end
    return "".join([*out, words[here:end]])


def _needs_no_page(entry: Entry) -> bool:
    """Whether a work has no pages, or one: by its type, as a paper in an archive, a page on the web, a newspaper's article."""
    if entry.type in _PAGELESS or any(name in entry.fields for name in _ARCHIVAL):
        return True
    pages = entry.get("pages").strip("{} ")
    if entry.type == "misc" and not pages and (entry.get("url") or "\\url" in entry.raw or entry.get("howpublished").startswith("http")):
        return True
    is_dated = bool(re.match(r"\d{4}-\d\d-\d\d", entry.get("date"))) or entry.get("entrysubtype") in ("newspaper", "magazine")
    if entry.type in ("article", "inreference", "entry") and not pages and (is_dated or entry.type != "article"):
        return True
    return bool(re.fullmatch(r"[A-Za-z]?\d+|[ivxlc]+", pages)) and entry.type in (
        "article",
        "incollection",
        "inreference",
        "review",
        "misc",
    )


@check(
    "CIT011",
    "quotation-without-citation",
    "warning",
    "the {what} has no source",
    hint="cite it: in it, in its last line (`— Author, *Title*`), or in the sentence before it",
)
def quotation_without_citation(book: Manuscript) -> Iterator[Hit]:
    """A block quotation or an epigraph that nobody is named for.

    A citation or a note in it, an attribution at its end, or a citation in the sentence that introduces it or that follows
    it will do.

    *Bad*

        > Nobody shall own the river above the first bridge.

    *Good*

        > Nobody shall own the river above the first bridge.
        >
        > — The treaty of 1901 [@fink1984, 12]
    """
    for text in book.texts:
        quoted = blocks(text)
        reader = Reader(text, book) if quoted else None
        for block in quoted:
            if reader and not names_source(block, reader) and not is_introduced(block, reader):
                yield at(block.place(text), what="epigraph" if block.is_epigraph else "block quotation")
