"""One .bib file, read to the end whatever is wrong in it: entries, @strings, and each fault at its place.

Reads the text of a file and writes nothing. bibtexparser 2.1 names lines only, takes broken blocks for free text and
gives up an entry for one doubled field; the places and the recovery that the checks need are found here instead, and the
tests hold the two together on files that are sound. The grammar is BibTeX's with what biber adds (btparse's manual,
`bt_language`): free text between entries, `%` comments, entries in braces or parentheses, `#` for concatenation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from octavo.model import Place, Problem


class Piece(NamedTuple):
    """A part of a value: its text, whether it is the name of an @string, and where it starts."""

    text: str
    is_name: bool
    at: int


@dataclass
class RawField:
    name: str
    at: int
    pieces: list[Piece]
    end: int


@dataclass
class RawEntry:
    type: str
    key: str
    at: int
    key_at: int
    end: int = 0
    fields: list[RawField] = field(default_factory=list)


class _Lost(Exception):
    """The thread is lost for good in this entry: go on after it."""


# The start of an entry at the start of a line: no value is believed to run over it.
_START = re.compile(
    r"^[ \t]*@[ \t]*(?:[^\W\d_]+[ \t]*[{(][ \t]*[^\s,{}()=\"]+[ \t]*,|(?:string|comment|preamble)[ \t]*[{(]"
    r"|[^\W\d_]+[ \t]+[^\s,{}()=\"]+[ \t]*,[ \t]*\r?$)",
    re.M | re.I,
)
_NEXT = re.compile(
    r"%[^\n]*|(?<![\w.@])@[ \t]*(?P<type>[^\W\d_][\w:+-]*)\s*(?P<open>[{(])"
    r"|^[ \t]*@(?P<bare>[^\W\d_]+)[ \t]+(?=[^\s,{}()=]+[ \t]*,[ \t]*\r?$)",
    re.M,
)
_SKIP = re.compile(r"(?:\s+|%[^\n]*)*")
_KEY = re.compile(r"[^\s,{}\"=]+")
_NAME = re.compile(r"[^\s=,{}()\"#%'@]+")
_FIELD_LINE = re.compile(r"(?:^[ \t]*,?|,)[ \t]*[^\W\d_][\w:+-]*[ \t]*=[ \t]*(?:[{\"]|\w+[ \t]*[,#\r\n])", re.M)
_FIELD_AHEAD = re.compile(r"\s*,\s*[^\W\d_][\w:+-]*\s*=|\s*[^\W\d_][\w:+-]*\s*=\s*[{\"]")
_STRAY = re.compile(r"[ \t]*,?\s*([})])(?=\s*(?:\Z|@|%|\n))")
_HALF_FIELD = re.compile(r"\n[ \t]*[^\W\d_][\w:+-]*[ \t]*=[ \t]*\Z")
_BRACE = re.compile(r"[{}]")
_QUOTE = re.compile(r"[{}\"]")
_PLAIN = re.compile(r"[^\s=,{}()\"#%']+")
_LINE_LEFT = re.compile(r"[^\n]*?(?=,?[ \t]*\r?\n[ \t]*(?:[^\W\d_][\w:+-]*[ \t]*=|[})]))")


class Scanner:
    """Reads one file; afterwards `entries`, `strings` and `problems` hold what was in it."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self.entries: list[RawEntry] = []
        self.strings: list[RawField] = []
        self.preambles: list[RawField] = []
        self.problems: list[Problem] = []
        self._lines = [0] + [m.end() for m in re.finditer("\n", text)]
        self._starts = [m.start() for m in _START.finditer(text)]

    def place(self, start: int, end: int) -> Place:
        line, end_line = bisect_right(self._lines, start), bisect_right(self._lines, end)
        return Place(self.file, line, start - self._lines[line - 1] + 1, end_line, end - self._lines[end_line - 1] + 1)

    def scan(self) -> None:
        at = 0
        while found := _NEXT.search(self.text, at):
            at = found.end()
            if found["bare"]:
                self.fault(found.start("bare") - 1, f"`@{found['bare']}` has no brace after it", len(found["bare"]) + 1)
            elif found["type"]:
                at = self._block(found)

    def fault(self, at: int, detail: str, length: int = 1) -> None:
        self.problems.append(Problem("bib-syntax", self.place(at, min(at + length, len(self.text))), detail))

    def _limit(self, at: int) -> int:
        """How far what starts at `at` can reach: to the next line that starts an entry."""
        following = bisect_right(self._starts, at)
        return self._starts[following] if following < len(self._starts) else len(self.text)

    def _block(self, found: re.Match[str]) -> int:
        kind, close = found["type"].lower(), "}" if found["open"] == "{" else ")"
        limit, at = self._limit(found.start("type")), found.end()
        if kind == "comment":
            return self._comment(found.end() - 1, limit)
        try:
            if kind == "string":
                return self._string(at, limit, close, found.start())
            if kind == "preamble":
                value, at = self.value("@preamble", at, limit)
                self.preambles.append(value)
                return self._close(at, limit, close, "@preamble")
            return _EntryReader(self, RawEntry(kind, "", found.start(), at), close, limit).read(at)
        except _Lost:
            return max(limit, found.end())

    def _comment(self, at: int, limit: int) -> int:
        """@comment{…} is skipped, braces balanced: JabRef keeps its groups in one, and people whole entries."""
        end = self.balanced(at, len(self.text)) if self.text[at] == "{" else self.text.find(")", at, limit) + 1
        if end > 0:
            return end
        self.fault(at, "a brace of this @comment is never closed")
        return limit

    def _string(self, at: int, limit: int, close: str, start: int) -> int:
        at = self.skip(at, limit)
        name = _NAME.match(self.text, at, limit)
        equals = self.skip(name.end(), limit) if name else at
        if not name or self.text[equals : equals + 1] != "=":
            self.fault(start, "an @string without a name and `=`", 7)
            raise _Lost
        value, at = self.value(name[0].lower(), equals + 1, limit)
        value.at = name.start()
        self.strings.append(value)
        return self._close(at, limit, close, "@string")

    def _close(self, at: int, limit: int, close: str, what: str) -> int:
        at = self.skip(at, limit)
        if self.text[at : at + 1] == ",":
            at = self.skip(at + 1, limit)
        if self.text[at : at + 1] == close and at < limit:
            return at + 1
        self.fault(min(at, len(self.text)), f"this {what} is not closed with `{close}`")
        raise _Lost

    def skip(self, at: int, limit: int) -> int:
        """Past spaces and comments."""
        found = _SKIP.match(self.text, at, limit)
        return found.end() if found else at

    def balanced(self, at: int, limit: int) -> int:
        """The end of the braces that open at `at`; -1 if they do not close before `limit`."""
        depth = 0
        for brace in _BRACE.finditer(self.text, at, limit):
            depth += 1 if brace[0] == "{" else -1
            if not depth:
                return brace.end()
        return -1

    def value(self, name: str, at: int, limit: int) -> tuple[RawField, int]:
        """The value that starts at `at` or after spaces: pieces joined by `#`, and where it ends."""
        pieces: list[Piece] = []
        start = at
        while True:
            at = self.skip(at, limit)
            mark = self.text[at : at + 1] if at < limit else ""
            if mark == "{":
                end, inner = self._braced(name, at, limit)
                pieces.append(Piece(inner, False, at))
                at = end
            elif mark == '"':
                end, inner = self._quoted(name, at, limit)
                pieces.append(Piece(inner, False, at))
                at = end
            elif word := _PLAIN.match(self.text, at, limit):
                pieces.append(Piece(word[0], not word[0].isdecimal(), at))
                at = word.end()
            else:
                self.fault(at, f"`{name}` has no value" if not pieces else "nothing follows `#`")
                pieces.append(Piece("", False, at))
                return RawField(name, start, pieces, at), at
            following = self.skip(at, limit)
            if self.text[following : following + 1] != "#" or following >= limit:
                return RawField(name, start, pieces, at), at
            at = following + 1

    def _braced(self, name: str, at: int, limit: int) -> tuple[int, str]:
        end = self.balanced(at, limit)
        if end > 0 and not self._swallows(at, end):
            return end, self.text[at + 1 : end - 1]
        end = self._unclosed(name, at, limit if end < 0 else end, "brace")
        return end, self.text[at + 1 : end].rstrip(" \t\r\n,")

    def _swallows(self, at: int, end: int) -> bool:
        """Whether braces that do balance hold a line that starts the next field: one too few here, one too many there."""
        inner = _FIELD_LINE.search(self.text, at, end)
        if not inner:
            return False
        # A text may quote a .bib entry; then what follows it is as it should be.
        return not self._goes_on_well(end)

    def _goes_on_well(self, end: int) -> bool:
        """Whether what may follow a value follows it."""
        after = self.skip(end, len(self.text))
        return after < len(self.text) and self.text[after] in ",})#"

    def _unclosed(self, name: str, at: int, limit: int, what: str) -> int:
        """Report a value that never ends; it is taken to end before the line that starts the next field."""
        lost = _FIELD_LINE.search(self.text, at + 1, limit)
        end = lost.start() if lost else self._last_brace(at, limit)
        opened: list[int] = [at]
        for brace in _BRACE.finditer(self.text, at + 1, end):
            if brace[0] == "{":
                opened.append(brace.start())
            elif len(opened) > 1:
                opened.pop()
        culprit = opened[-1] if what == "brace" else at
        sign = "a brace" if what == "brace" else "the quotation mark"
        self.fault(culprit, f"{sign} in `{name}` is never closed")
        return end

    def _last_brace(self, at: int, limit: int) -> int:
        """Where a value ends that runs to the end of its entry: before a brace alone on the last line, or at the limit."""
        alone = list(re.finditer(r"^[ \t]*[})][ \t]*\r?$", self.text[at:limit], re.M))
        if alone:
            return at + alone[-1].start()
        return at + len(self.text[at:limit].rstrip())

    def _quoted(self, name: str, at: int, limit: int) -> tuple[int, str]:
        depth = 0
        for mark in _QUOTE.finditer(self.text, at + 1, limit):
            if mark[0] == "{":
                depth += 1
            elif mark[0] == "}":
                depth -= 1
                if depth < 0:
                    break
            elif not depth:
                inner = self.text[at + 1 : mark.start()]
                if _HALF_FIELD.search(inner) and not self._goes_on_well(mark.end()):
                    break
                return mark.end(), inner
        end = self._unclosed(name, at, limit, "quotation mark")
        return end, self.text[at + 1 : end].rstrip(" \t\r\n,")


class _EntryReader:
    """Reads the key and the fields of one entry, mending as it goes what can be mended."""

    def __init__(self, scanner: Scanner, entry: RawEntry, close: str, limit: int) -> None:
        self.scanner, self.entry, self.close, self.limit = scanner, entry, close, limit
        self.text = scanner.text

    def read(self, at: int) -> int:
        """The end of the entry, which is kept if it has a key."""
        at = self._key(at)
        while True:
            at = self.scanner.skip(at, self.limit)
            if at >= self.limit:
                last = len(self.text[self.entry.at : self.limit].rstrip()) + self.entry.at - 1
                self.scanner.fault(last, f"the entry `{self.entry.key}` is not closed with `{self.close}`")
                return self._finish(at)
            if self.text[at] == self.close:
                if not self._goes_on(at):
                    return self._finish(at + 1)
                at += 1
            elif self.text[at] == ",":
                at += 1
            else:
                at = self._field(at)

    def _finish(self, end: int) -> int:
        self.entry.end = min(end, self.limit)
        if self.entry.key:
            self.scanner.entries.append(self.entry)
        return max(end, self.entry.at + 1)

    def _key(self, at: int) -> int:
        """Read the key and the comma after it."""
        at = self.scanner.skip(at, self.limit)
        self.entry.key_at = at
        found = _KEY.match(self.text, at, self.limit)
        after = self.scanner.skip(found.end(), self.limit) if found else at
        if not found or self.text[after : after + 1] == "=":
            self.scanner.fault(self.entry.at, f"this @{self.entry.type} has no key", len(self.entry.type) + 1)
            return at
        self.entry.key = found[0]
        if self.close == ")" and found[0].endswith(")"):
            self.entry.key = found[0][:-1]
            return found.end() - 1
        if after >= self.limit or self.text[after] in (",", self.close):
            return after
        line = self.text.find("\n", at)
        comma = self.text.find(",", after, line if line >= 0 else self.limit)
        words = self.text[at:comma] if comma >= 0 else ""
        if words and not re.search(r"[={}]", words):
            self.entry.key = words.rstrip()
            return comma
        self.scanner.fault(found.end(), f"no comma after the key `{self.entry.key}`")
        return after

    def _goes_on(self, at: int) -> bool:
        """Whether the brace at `at`, which would close the entry, is one too many: fields follow it, or another one."""
        if not self._more_follows(at):
            return False
        self.scanner.fault(at, f"a `{self.close}` too many in the entry `{self.entry.key}`")
        return True

    def _more_follows(self, at: int) -> bool:
        stray = _STRAY.match(self.text, at + 1, self.limit)
        return bool(_FIELD_AHEAD.match(self.text, at + 1, self.limit) or (stray and stray[1] == self.close))

    def _field(self, at: int) -> int:
        name = _NAME.match(self.text, at, self.limit)
        if not name:
            return self._junk(at, at)
        equals = self.scanner.skip(name.end(), self.limit)
        sign = self.text[equals : equals + 1] if equals < self.limit else ""
        if sign == "=":
            equals += 1
        elif sign and sign in '{"':
            self.scanner.fault(name.start(), f"no `=` after `{name[0]}`", len(name[0]))
        else:
            return self._junk(at, name.end())
        found, end = self.scanner.value(name[0].lower(), equals, self.limit)
        found.at = name.start()
        self.entry.fields.append(found)
        return self._after_value(found, end)

    def _after_value(self, found: RawField, end: int) -> int:
        """A comma or the end of the entry must follow a value; anything else is reported and passed over."""
        at = self.scanner.skip(end, self.limit)
        last = found.pieces[-1]
        if last.text[:1].isdecimal() and not last.text.isdecimal() and self.text[last.at] == last.text[0]:
            return self._bare(found, last)
        if at < self.limit and self.text[at] == "}" and last.is_name and self._more_follows(at):
            return self._bare(found, last)
        if at >= self.limit or self.text[at] in (",", self.close):
            return at
        if _FIELD_AHEAD.match(self.text, at, self.limit):
            broken = self.scanner.problems and self.scanner.problems[-1].place >= self.scanner.place(last.at, last.at)
            if not broken or last.text == "":
                self.scanner.fault(end, f"no comma after `{found.name}`")
            return at
        if self.text[last.at] not in '{"':
            return self._bare(found, last)
        return self._junk(at, at)

    def _bare(self, found: RawField, last: Piece) -> int:
        """Report a value without braces and take it as far as it goes."""
        self.scanner.fault(last.at, f"the value of `{found.name}` is neither in braces nor in quotation marks", max(len(last.text), 1))
        rest = self._rest_of_value(last.at)
        text = self.text[last.at : rest].rstrip().rstrip(",").rstrip("}\"' \t\r\n")
        found.pieces[-1], found.end = Piece(text, False, last.at), rest
        return rest

    def _rest_of_value(self, at: int) -> int:
        """The end of a value without braces: the line's end if the next line is a field, else the comma or brace."""
        line = _LINE_LEFT.match(self.text, at, self.limit)
        if line:
            return line.end()
        stop = re.compile(r"[,{}]").search(self.text, at, self.limit)
        return stop.start() if stop else self.limit

    def _junk(self, at: int, end: int) -> int:
        """Something that is no field: reported, and passed over to the next comma, brace or field."""
        start = at
        while end < self.limit and self.text[end] not in ",\n" and self.text[end] != self.close:
            end = self.scanner.balanced(end, self.limit) if self.text[end] == "{" else end + 1
            if end < 0:
                end = self.limit
        words = " ".join(self.text[start : min(end, start + 40)].split()) or self.text[start : start + 1]
        self.scanner.fault(start, f"`{words}` is no field", max(len(words), 1))
        return max(end, start + 1)
