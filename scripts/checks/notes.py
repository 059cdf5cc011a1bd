"""NOT: notes.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript, Text
from octavo.checks.nearest import nearest
from octavo.model import Place
from octavo.source import Definition

_MARK = re.compile(r"\[\^(?P<label>[^\]\[\s^]+)\]")


@check(
    "NOT001",
    "undefined-note",
    "error",
    "the mark `[^{label}]` has no note",
    hint=("did you mean `[^{nearest}]`?", "write `[^{label}]: …` in this chapter, outside other notes"),
)
def undefined_note(book: Manuscript) -> Iterator[Hit]:
    """A note mark whose note is not in the chapter: it would be printed as it is typed.

    A mark inside another note is not resolved either; pandoc does not nest notes.

    *Bad*

        The treaty was signed on Easter Sunday.[^easter]

    *Good*

        The treaty was signed on Easter Sunday.[^easter]

        [^easter]: On 16 April 1922.
    """
    for text in book.texts:
        defined = {note.label for note in text.source.note_definitions}
        leaked = [(m["label"], number) for element, number in text.nodes["Str"] for m in _MARK.finditer(element["c"])]
        for label, number in leaked:
            # An escaped bracket reads the same in the tree; only the source tells them apart.
            escaped = len(re.findall(rf"\\\[\^{re.escape(label)}\\?\]", text.source.masked))
            if [name for name, _ in leaked].count(label) > escaped:
                likely = "" if label in defined else nearest(label, defined)
                yield at(text.nth("note", label, _without_note(text, label), number), label=label, nearest=likely)


def _without_note(text: Text, label: str) -> list[tuple[int, int]]:
    """Where the marks of a label stand that cannot work: inside other notes, else anywhere."""
    marks = [(mark.start, mark.end) for mark in text.source.note_marks if mark.text == label]
    notes = text.source.note_definitions
    inside = [(start, end) for start, end in marks if any(note.start <= start < note.end for note in notes)]
    return inside if any(note.label == label for note in notes) and inside else marks


@check(
    "NOT002", "unused-note", "warning", "no mark calls the note `[^{label}]`", hint=("did you mean `[^{nearest}]`?", "call it or delete it")
)
def unused_note(book: Manuscript) -> Iterator[Hit]:
    """A note that nothing in its chapter calls: it is not printed.

    *Bad*

        The treaty was signed on Easter Sunday.

        [^easter]: On 16 April 1922.

    *Good*

        The treaty was signed on Easter Sunday.[^easter]

        [^easter]: On 16 April 1922.
    """
    for text in book.texts:
        called = {mark.text for mark in text.source.note_marks}
        defined = {note.label for note in text.source.note_definitions}
        for note in _first_of_each(text.source.note_definitions):
            if note.label not in called and text.is_read:
                yield at(_place(text, note), label=note.label, nearest=nearest(note.label, called - defined))


def _first_of_each(notes: list[Definition]) -> list[Definition]:
    return list({note.label: note for note in reversed(notes)}.values())


def _place(text: Text, note: Definition) -> Place:
    return text.source.place(*_span(note))


def _span(note: Definition) -> tuple[int, int]:
    """Where the mark at the head of a note stands: `[^label]`."""
    return note.start, note.start + len(note.label) + 3


@check(
    "NOT003",
    "duplicate-note",
    "error",
    "the note `[^{label}]` is written twice, first at {first}",
    hint="pandoc prints the last: rename one",
)
def duplicate_note(book: Manuscript) -> Iterator[Hit]:
    """Two notes of a chapter with one label: only the last of them is printed, at every mark.

    *Bad*

        [^1]: On 16 April 1922.

        [^1]: Rathenau and Chicherin.

    *Good*

        [^1]: On 16 April 1922.

        [^2]: Rathenau and Chicherin.
    """
    for text in book.texts:
        first: dict[str, Definition] = {}
        for note in text.source.note_definitions:
            if first.setdefault(note.label, note) is not note:
                yield at(_place(text, note), label=note.label, first=str(_place(text, first[note.label])))


@check("NOT004", "empty-note", "error", "the note is empty", hint="write the note, or delete it and its mark")
def empty_note(book: Manuscript) -> Iterator[Hit]:
    """A note with nothing in it: `^[]`, or `[^label]:` with nothing after it.

    pandoc takes the next paragraph of the text for the note's.

    *Bad*

        The treaty was signed on Easter Sunday.[^easter]

        [^easter]:

    *Good*

        The treaty was signed on Easter Sunday.[^easter]

        [^easter]: On 16 April 1922.
    """
    for text in book.texts:
        for note in text.source.note_definitions:
            if _is_empty(text, note):
                yield at(_place(text, note))
        for element, block in text.nodes["Note"]:
            if not tree.plain(element["c"], notes=True) and not _shows_something(element["c"]):
                places = [(m.start, m.end + 1) for m in text.source.inline_notes if re.match(r"\s*\]", text.source.masked[m.end :])]
                places += [_span(note) for note in text.source.note_definitions if _is_list_mark(text, note)]
                if places or not any(_is_empty(text, note) for note in text.source.note_definitions):
                    yield at(text.nth("empty note", "", places, block))


def _is_empty(text: Text, note: Definition) -> bool:
    return not text.source.masked[note.body : note.end].strip() and not text.source.text[note.body : note.end].strip()


def _is_list_mark(text: Text, note: Definition) -> bool:
    """Whether a note holds nothing but what pandoc takes for the mark of a list: `1.`, `-`, and `@key.` at its start."""
    return bool(re.fullmatch(r"\s*(?:[-*+]|\(?(?:\w{1,9}|@[\w-]+)[.)])\s*", text.source.masked[note.body : note.end]))


def _shows_something(blocks: object) -> bool:
    return any(element["t"] in ("Image", "Math", "RawInline", "RawBlock") for element in tree.walk(blocks))


_BEFORE_THE_STOP = frozenset(
    {"fr", "es", "it", "pt", "ca", "gl", "oc", "ro", "ru", "uk", "be", "bg", "sr", "mk", "hr", "bs", "sl", "pl", "cs", "sk", "de", "hu"}
    | {"el", "lt", "lv", "et", "fi", "la", "ja", "zh"}
)
"""Languages that set the mark before the stop, always or where it belongs to the word alone."""
_STOP = re.compile(r"(?P<stop>[,.;:!?])(?=[\s\"'”’)\]*_]|\Z|\[\^|\^\[)(?!,\s*(?:\[\^|\^\[))")
_LEAD = re.compile(r"[ \t>]*(?:(?:[-*+#]+|\(?\w{1,4}[.)]|:|\[\^[^\]\s]+\]:)[ \t]*)*\Z")


@check(
    "NOT005",
    "note-before-punctuation",
    "warning",
    "the mark stands {where}",
    hint=("write `{instead}`", "the mark follows the word, and the comma or stop behind it, without a space"),
    fixable=True,
)
def note_before_punctuation(book: Manuscript) -> Iterator[Hit]:
    """A mark of a note before the comma or stop that it belongs behind, or after a space.

    The mark follows the punctuation, and stays with its word at the end of a line (Chicago 14.26). A dash or a closing
    bracket may follow it. In languages that set the mark before the stop, as French and Russian do, only the space is found.

    *Bad*

        The treaty was signed[^easter], as both had wished [^wish].

    *Good*

        The treaty was signed,[^easter] as both had wished.[^wish]
    """
    for text in book.texts:
        language = tree.plain(text.chapter.meta.get("lang", {}).get("c", [])) or book.book.language
        behind = language.partition("-")[0].lower() not in _BEFORE_THE_STOP
        for start, end in _runs_of_marks(text):
            spaces = _spaces_before(text, start)
            stop = _STOP.match(text.source.masked, end) if behind and not _is_stopped(text, start - spaces) else None
            if not stop and not spaces:
                continue
            marks = text.source.text[start:end]
            where = f"before the `{stop['stop']}` that it belongs behind" if stop else "after a space"
            place = text.source.place(start, stop.end() if stop else end)
            whole = text.source.place(start - spaces, stop.end() if stop else end)
            fix = (stop["stop"] if stop else "") + marks
            if book.book.markup.get("bookdown") and "@" in marks:
                yield at(place, where=where)  # the source has bookdown's references as citations: they must not be written back
            else:
                yield at(place, where=where, instead=fix if len(fix) < 40 else "", fix=fix)._replace(mended=whole)


def _runs_of_marks(text: Text) -> Iterator[tuple[int, int]]:
    """Where one or more marks of notes stand together: from the first to behind the last."""
    source = text.source
    defined = {note.label for note in source.note_definitions}
    marks = [(mark.start, mark.end) for mark in source.note_marks if mark.text in defined]
    marks += [(mark.start, end) for mark in source.inline_notes if (end := _end_of_inline(source.masked, mark.end))]
    start = end = -1
    inside = -1
    for mark_start, mark_end in sorted(marks):
        if mark_start < inside:
            continue
        inside = mark_end
        if mark_start == end:
            end = mark_end
            continue
        if end >= 0:
            yield start, end
        start, end = mark_start, mark_end
    if end >= 0:
        yield start, end


def _end_of_inline(masked: str, at_text: int) -> int:
    """Behind the bracket that closes an inline note whose text starts at an offset; 0 if none does."""
    depth = 1
    for found in re.finditer(r"\\.|[\[\]]|\n[ \t]*\r?\n", masked[at_text : at_text + 20_000], re.DOTALL):
        if found[0].isspace():
            return 0
        depth += {"[": 1, "]": -1}.get(found[0], 0)
        if not depth:
            return at_text + found.end()
    return 0


def _is_stopped(text: Text, at_mark: int) -> bool:
    """Whether the word before a mark has its stop already: `said.[^1].` is another fault."""
    return text.source.text[max(at_mark - 1, 0) : at_mark] in (".", "!", "?", ",", ";", ":")


def _spaces_before(text: Text, at_mark: int) -> int:
    """How many spaces part a mark from the word before it; none where it begins a line, an item or a cell."""
    source = text.source
    line_start = source.text.rfind("\n", 0, at_mark) + 1
    before = source.text[line_start:at_mark]
    word = before.rstrip(" \t\u00a0\u202f")
    spaces = len(before) - len(word)
    if not spaces or _LEAD.fullmatch(before) or word.endswith(("|", "—", "–", "-", "(", "[", "“", "„", "«", "\\")):
        return 0
    return spaces if spaces == 1 or not _is_in_table(text, at_mark) else 0


def _is_in_table(text: Text, offset: int) -> bool:
    return any(paragraph.kind == "table" and paragraph.start <= offset < paragraph.end for paragraph in text.source.paragraphs)
