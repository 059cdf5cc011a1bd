"""STR: structure and configuration.

Reads the manuscript, and for the marks of an unfinished merge its other text files; writes nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from octavo import leaves
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.checks.nearest import nearest
from octavo.checks.suppressions import unknown_codes
from octavo.config import nearest as did_you_mean
from octavo.model import Place
from octavo.source import Source

HEADER_KEYS = ("title", "short-title", "author", "abstract", "keywords", "lang", "date")
"""What a chapter's YAML header may say; all else is said once, in book.yaml."""
_SUFFIXES = {".md", ".markdown"}
_CONFLICT = re.compile(r"^(?:(?P<open><{7})|>{7})(?=[ \t]|\r?$)", re.MULTILINE)
_TOP_KEY = re.compile(r"^(?P<key>[^\s#\-'\"\[{][^:\n]*?|\"[^\"\n]*\"|'[^'\n]*')[ \t]*:(?=[ \t\r\n]|\Z)", re.MULTILINE)


@check("STR001", "bad-config", "error", "{detail}", hint=("{hint}",))
def bad_config(book: Manuscript) -> Iterator[Hit]:
    """book.yaml breaks its schema, or names a style, a .bib file, a table for a figure or a check that is not there.

    *Bad*

        titel: Foreign Relations of the Soviet Union

    *Good*

        title: Foreign Relations of the Soviet Union
    """
    yield from unknown_codes(book)
    for problem in book.problems("missing-bib"):
        yield at(problem.place, detail=problem.detail, hint="write the path as it is from book.yaml on")
    for i, figure in enumerate(book.book.figures):
        if not (book.directory / "chapters" / figure["data"]).is_file():
            detail = f"the table `{figure['data']}` is not there"
            yield at(book.book.place(f"figures.{i}.data"), detail=detail, hint="write the path as it is from chapters/ on")


@check(
    "STR002",
    "missing-chapter",
    "error",
    "`{file}` is not there",
    hint=("did you mean `{nearest}`?", "write the chapter, or take it out of book.yaml"),
)
def missing_chapter(book: Manuscript) -> Iterator[Hit]:
    """A chapter that book.yaml names, or a file that a chapter includes, and that is not in chapters/.

    *Bad*

        chapters: [ideologie.md]        where the file is        chapters/ideology.md

    *Good*

        chapters: [ideology.md]
    """
    listed = {file.file for file in book.book.chapters}
    there = [file for file in _texts_in_chapters(book) if file not in listed]
    for file in book.book.chapters:
        if not (book.directory / file.file).is_file():
            found = nearest(file.file, there).removeprefix("chapters/")
            yield at(book.book.place(file.file), file=file.file, nearest=found)
    for problem in book.problems("include-missing"):
        likely = nearest(problem.detail, _texts_in_chapters(book))
        folder = posixpath.dirname(problem.place.file)
        yield at(problem.place, file=problem.detail, nearest=posixpath.relpath(likely, folder) if likely else "")


def _texts_in_chapters(book: Manuscript) -> list[str]:
    folder = book.directory / "chapters"
    files = (path.relative_to(book.directory) for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
    return sorted(file.as_posix() for file in files if not any(part.startswith(".") for part in file.parts))


@check("STR003", "stray-chapter", "warning", "no edition holds `{file}`", hint="list it in book.yaml, or move it out of chapters/")
def stray_chapter(book: Manuscript) -> Iterator[Hit]:
    """A Markdown file in chapters/ that book.yaml does not list: nobody will read it.

    A README, files whose names start with a point, and files that a chapter includes are let be.

    *Bad*

        chapters: [ideology.md]         and beside it            chapters/recognition.md

    *Good*

        chapters: [ideology.md, recognition.md]
    """
    listed = {file.file for file in book.book.chapters} | {text.file.file for text in book.texts}
    for file in _texts_in_chapters(book):
        if file not in listed and PurePosixPath(file).stem.lower() != "readme":
            yield at(Place(file), file=file)


@check("STR004", "missing-title", "error", "{what}", hint="a chapter has one heading of level 1, its title: `# Ideology {{#sec-ideology}}`")
def missing_title(book: Manuscript) -> Iterator[Hit]:
    """A chapter without a heading of level 1, or with two.

    The title of a chapter is its heading, not a `title:` in a YAML header. An empty chapter has none either. A file of
    `front` that holds nothing but a dedication or epigraphs needs none.

    *Bad*

        ## The Decree on Peace

    *Good*

        # Ideology and Objectives

        ## The Decree on Peace
    """
    hosts = [text for text in book.texts if not text.host]
    for text in hosts:
        whole = [text, *(other for other in book.texts if other.host == text.file.file)]
        titles = [header for part in whole for header in part.headers if header.level == 1]
        if text.is_read and not titles and not leaves.leaf(text.file.kind, text.blocks):
            what = "the chapter has no title" if text.blocks else "the chapter is empty"
            yield at(Place(text.file.file), what=what)
        for header in titles[1:]:
            yield at(header.place, what=f"a second title: the chapter is already called “{titles[0].words}”")


@check("STR005", "heading-jump", "error", "a heading of level {level} below one of level {above}", hint="make it level {due}: `{marks} …`")
def heading_jump(book: Manuscript) -> Iterator[Hit]:
    """A heading that skips a level. Contents, bookmarks and screen readers go by levels (WCAG 2.2, 1.3.1; PDF/UA-1, 7.4.2).

    *Bad*

        # Ideology

        ### The Decree on Peace

    *Good*

        # Ideology

        ## The Decree on Peace
    """
    for text in book.texts:
        # An included file goes on from a place that it does not know: its first heading may be of any level.
        above = text.headers[0].level if text.host and text.headers else 1
        for header in text.headers:
            if header.level > above + 1:
                yield at(header.place, level=str(header.level), above=str(above), due=str(above + 1), marks="#" * (above + 1))
            above = header.level


@check("STR006", "empty-heading", "error", "a heading of level {level} without text", hint="write the heading, or delete its hashes")
def empty_heading(book: Manuscript) -> Iterator[Hit]:
    """A heading without text: a blank line in the contents.

    *Bad*

        ## {#sec-decree}

    *Good*

        ## The Decree on Peace {#sec-decree}
    """
    for text in book.texts:
        for header in text.headers:
            if not header.words and not any(inline["t"] in ("Math", "Image") for inline in header.node["c"][2]):
                yield at(header.place, level=str(header.level))


@check("STR009", "unclosed-fence", "error", "{what}", hint=("close it with {close}", "{hint}"))
def unclosed_fence(book: Manuscript) -> Iterator[Hit]:
    """A div, code block or comment that is opened and never closed, or the fence of a div that opens or closes nothing.

    pandoc ends an open div with the chapter; of the others it prints the marks and what follows.

    *Bad*

        ::: epigraph
        Peace, land, bread.

    *Good*

        ::: epigraph
        Peace, land, bread.
        :::
    """
    for text in book.texts:
        for offset, what in text.source.unclosed:
            opened = text.source.text[offset : offset + 3]
            close = "-->" if what == "comment" else opened
            yield at(text.source.place(offset, offset + 3), what=f"this {what} is never closed", close=close)
        for warning in text.chapter.warnings:
            if warning.get("type") == "UnclosedDiv":
                line = int(warning["openpos"]["line"])
                yield at(_fence_at(text, line), what="this div is never closed", close=":::")
        for element, block in text.nodes["Str"]:
            if re.fullmatch(r":{3,}", element["c"]):
                places = [(mark.start, mark.end) for mark in text.source.idle_fences]
                if places:  # three colons within a line are no fence
                    hint = "a div opens with `::: name` or `::: {.name}`, after a blank line, and closes with `:::`"
                    yield at(text.nth("fence", "", places, block), what="this fence opens or closes nothing", hint=hint)


def _fence_at(text: Text, line: int) -> Place:
    """The div that opens in a line; pandoc counts from inside quotations, and then it is the nearest of those open."""
    if found := re.search(r":{3,}|<div\b", text.source.line(line)):
        return Place(text.file.file, line, found.start() + 1, line, found.end() + 1)
    opened = [text.source.place(mark.start, mark.end) for mark in text.source.unclosed_divs]
    return min(opened, key=lambda place: abs(place.line - line), default=Place(text.file.file, line))


@check("STR010", "chapter-encoding", "error", "{what}", hint="save it as UTF-8 text")
def chapter_encoding(book: Manuscript) -> Iterator[Hit]:
    """A chapter that is not UTF-8, that holds NUL, or that cannot be read at all.

    pandoc takes the bytes of other encodings for other letters without a word, and a reading system stops at a NUL.

    *Bad*

        Rosa Luxemburg in Z\\xfcrich        (Latin-1)

    *Good*

        Rosa Luxemburg in Zürich            (UTF-8)
    """
    for problem in book.problems("encoding", "nul", "unreadable"):
        yield at(problem.place, what=problem.detail)


@check("STR011", "bad-metadata", "error", "{what}", hint=("did you mean `{nearest}`?", "{hint}"))
def bad_metadata(book: Manuscript) -> Iterator[Hit]:
    """A chapter's YAML header that cannot be read, or a key in it that is not allowed there.

    Allowed are title, short-title, author, abstract, keywords, lang and date. All else, the bibliography and its style
    first of all, is said once for the whole book in book.yaml.

    *Bad*

        ---
        bibliography: other.bib
        ---

    *Good*

        ---
        short-title: Ideology
        ---
    """
    allowed = f"a chapter's header may hold {', '.join(HEADER_KEYS)}"
    for problem in book.problems("metadata"):
        yield at(
            problem.place, what=f"the YAML header cannot be read: {problem.detail}", hint="quote what holds a colon, and indent with spaces"
        )
    for text in book.texts:
        seen: set[str] = set()
        for key, place in _header_keys(text.source):
            if text.host:
                yield at(place, what="an included file has no header of its own", hint="say it in the header of the chapter")
            elif key not in HEADER_KEYS and text.is_read:
                likely = did_you_mean(key, HEADER_KEYS, 75).removeprefix(", did you mean `").removesuffix("`?")
                yield at(place, what=f"`{key}` is not allowed in a chapter's header", nearest=likely, hint=allowed)
            elif key in seen:
                yield at(place, what=f"`{key}` is given twice in the header", hint="keep one")
            seen.add(key)


def _header_keys(source: Source) -> Iterator[tuple[str, Place]]:
    for span in source.spans:
        if span.kind == "header":
            for found in _TOP_KEY.finditer(source.text, span.start, span.end):
                yield found["key"].strip("\"'"), source.place(found.start("key"), found.end("key"))


@check("STR013", "conflict-marker", "error", "`{mark}` of an unfinished merge", hint="choose between the two versions and delete the marks")
def conflict_marker(book: Manuscript) -> Iterator[Hit]:
    """`<<<<<<<` or `>>>>>>>` at the start of a line, in chapters, .bib files, tables of data and book.yaml.

    *Bad*

        <<<<<<< HEAD
        The treaty was signed on 16 April.
        =======
        The treaty was signed on Easter Sunday.
        >>>>>>> editor

    *Good*

        The treaty was signed on Easter Sunday, 16 April.
    """
    for text in book.texts:
        yield from conflicts(text.file.file, text.source.masked)
    tables = (path.relative_to(book.directory).as_posix() for path in (book.directory / "chapters").rglob("*.csv"))
    for file in ["book.yaml", *book.bib_files, *sorted(tables)]:
        yield from conflicts(file, book.bytes_of(file).decode("utf-8-sig", "replace"))


def conflicts(file: str, text: str) -> Iterator[Hit]:
    """The marks in a text: those that close count after one that opens, since `>>>>>>>` quotes seven deep otherwise."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    source = Source(file, text)
    begun = False
    for found in _CONFLICT.finditer(text):
        if found["open"] or begun or not file.endswith(".md"):
            yield at(source.place(found.start(), found.end()), mark=found[0])
        begun = bool(found["open"])


@check(
    "STR016",
    "nesting-too-deep",
    "error",
    "{what}",
    hint="pandoc's time grows with each level: escape brackets that are meant as such (`\\[`)",
)
def nesting_too_deep(book: Manuscript) -> Iterator[Hit]:
    """Brackets, quotations or lists nested so deeply, or a line so long, that pandoc would hardly come to an end.

    Brackets inside each other double pandoc's time with each level: ten take five seconds, fourteen more than a minute.
    The limit is 8 for brackets, 50 for quotations, lists and divs, a million characters for a line.

    *Bad*

        [[[[[[[[[[[[[[a]]]]]]]]]]]]]]

    *Good*

        \\[\\[a\\]\\]
    """
    for problem in book.problems("nesting"):
        yield at(problem.place, what=problem.detail)


@check(
    "STR017",
    "outside-the-book",
    "error",
    "`{path}` lies outside the book",
    hint="copy it into the book: an edition holds nothing from elsewhere",
)
def outside_the_book(book: Manuscript) -> Iterator[Hit]:
    """A chapter, included file, image, style, cover or bibliography whose real path, symbolic links followed, lies outside the book.

    *Bad*

        ![The signatures](../../../private/rapallo.png){alt="…"}

    *Good*

        ![The signatures](figures/rapallo.png){alt="…"}
    """
    settings = book.book.bibliography
    for chapter in book.book.chapters:
        if not book.is_inside(chapter.file):
            yield at(book.book.place(chapter.file), path=chapter.file)
    if settings.csl.endswith(".csl") and not book.is_inside(settings.csl):
        yield at(book.book.place("bibliography.csl"), path=settings.csl)
    if book.book.cover and not book.is_inside(book.book.cover):
        yield at(book.book.place("cover"), path=book.book.cover)
    for problem in book.problems("include-outside"):
        yield at(problem.place, path=problem.detail)
    for file in book.bib_files:
        if not book.is_inside(file):
            yield at(_named_at(book, file), path=file)
    for text in book.texts:
        for image in text.images:
            path = image.path_in_book
            if path and not book.is_inside(path):
                yield at(image.path, path=image.url)


def _named_at(book: Manuscript, file: str) -> Place:
    for name in ("files", "background"):
        for i, pattern in enumerate(getattr(book.book.bibliography, name)):
            if PurePosixPath(file).match(pattern):
                return book.book.place(f"bibliography.{name}.{i}")
    return Place(file)
