"""What in a chapter is not prose: code, comments, raw HTML, mathematics, the YAML header; found, so that it can be blanked.

Reads a chapter's text and writes nothing. The grammar is pandoc's Markdown (https://pandoc.org/MANUAL.html#pandocs-markdown)
as far as it decides what is prose; where pandoc itself backtracks, the scan takes the likelier reading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

SpanKind = Literal["header", "code", "comment", "html", "math", "tex", "address"]


@dataclass(frozen=True)
class Span:
    """A stretch of the text that is not prose; `info` is what follows the opening fence of a code block."""

    start: int
    end: int
    kind: SpanKind
    info: str = ""
    info_start: int = 0


@dataclass
class Scan:
    """The spans of a chapter in order, and what is opened in it and never closed (offset, what)."""

    spans: list[Span] = field(default_factory=list)
    unclosed: list[tuple[int, str]] = field(default_factory=list)


_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HEADER_OPEN = re.compile(r"---[ \t]*\r?\n(?![ \t]*\r?\n)")
_HEADER_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_HAS_KEYS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:[^\s#\-][^:\n]*:(?:\s|$)|[\"'{?!&]|(?:---|\.\.\.)[ \t]*\r?$)", re.MULTILINE)
_QUOTE = re.compile(r"[ ]{0,3}>[ ]?")
_FENCE = re.compile(r"(?P<fence>`{3,}(?!`)|~{3,}(?!~))[ \t]*(?P<info>(?:\{=[^{}\s]+\}|[^`{}\s]*[ \t]*(?:\{[^\n]*\})?))[ \t]*\r?\n?$")
CAPTIONED = re.compile(r"^\{(?=[^}]*\.table\b)[^}]*?\b(?:file|columns|dates|where)=")
"""What follows the fence of a table from data: the text in the block is its caption, which is prose."""
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+]|\(?(?:\d{1,9}|[A-Za-z]|[ivxlcdmIVXLCDM]+|#|@[\w-]*)[.)]|:|~)(?P<gap>[ \t]+|\r?\n?$)")
_NOTE = re.compile(r"[ ]{0,3}\[\^[^\]\s]+\]:")
_BLANK = re.compile(r"[ \t>]*\r?\n?$")
_PARAGRAPH_END = re.compile(r"\n[ \t>]*\r?(?=\n|\Z)")
_SPECIAL = re.compile(r"\\|`(?:`*)|<|\$|h(?<![\w:@{]h)ttps?://|m(?<![\w:@{]m)ailto:")
"""Each alternative begins with a letter of its own, so that the search runs from one of these to the next."""
_BARE = re.compile(r"(?:https?://|mailto:)[^\s<>\"`{}|\\^\[\]]*[^\s<>\"`{}|\\^\[\].,;:!?'*_)]?", re.IGNORECASE)
_ANGLE_TARGET = re.compile(r".{0,1}\](?:\(|:[ \t])<[^<>\n]*>", re.DOTALL)
_AUTOLINK = re.compile(r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)>")
_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:-]*(?:\s+[^\s\"'<>/=]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*/?>|<\?[^>]*\?>|<![A-Z][^>]*>"
)
_VERBATIM = re.compile(r"<(script|style|pre|textarea)\b", re.IGNORECASE)
_MATH = re.compile(r"\$\$(?P<display>(?:\\.|[^\\$])++)\$\$|\$(?![\s$])(?:\\.|[^\\$\s]|\s+(?![\s$]))++\$(?!\d)", re.DOTALL)
_TEX = re.compile(r"\\begin\{(\w+\*?)\}")


def scan(text: str) -> Scan:
    """Every span of `text` that is not prose, in order, none inside another."""
    return _Scanner(text).run()


class _Scanner:
    """One pass over the lines; inside a line that is no block of its own, one pass over its special characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Scan()
        self.indents: list[int] = []  # where the text of each list item or note stands that the line may belong to
        self.ends = [m.start() for m in _PARAGRAPH_END.finditer(text)] + [len(text)]
        self.end_at = 0
        self.missing: set[str] = set()

    def run(self) -> Scan:
        at, after_blank = 0, True
        while at < len(self.text):
            line = self._line(at)
            if _BLANK.fullmatch(line):
                at, after_blank = at + len(line), True
                continue
            block = (self._header(at) if after_blank else 0) or self._fence(at, line, after_blank)
            if not block and after_blank and self._is_indented(line):
                block = at + len(line)
                self._add(at, block, "code")
                at = block
                continue  # the next line may go on with the code
            if block:
                at, after_blank = block, True
                continue
            self._remember_indents(line)
            at = self._inlines(at, at + len(line))
            after_blank = False
        return self.found

    def _line(self, at: int) -> str:
        found = _LINE.match(self.text, at)
        return found[0] if found else ""

    def _add(self, start: int, end: int, kind: SpanKind, info: str = "", info_start: int = 0) -> None:
        self.found.spans.append(Span(start, end, kind, info, info_start))

    def _header(self, at: int) -> int:
        """The end of a YAML metadata block, which pandoc takes anywhere after a blank line; 0 if there is none."""
        opened = _HEADER_OPEN.match(self.text, at)
        closed = _HEADER_CLOSE.search(self.text, opened.end()) if opened else None
        if not opened or not closed or not _HAS_KEYS.match(self.text, opened.end(), closed.end()):
            return 0
        end = min(closed.end() + 1, len(self.text))
        self._add(at, end, "header")
        return end

    def _fence(self, at: int, line: str, after_blank: bool) -> int:
        """The end of a fenced code block that opens in this line; 0 if none does."""
        start = self._content(line, after_blank)
        opened = _FENCE.match(line, start)
        if not opened:
            return 0
        fence, quoted = opened["fence"], ">" in line[:start]
        close = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\r?\n?$")
        here = at + len(line)
        while here < len(self.text):
            following = self._line(here)
            if quoted and not following.lstrip(" \t").startswith(">"):
                break
            here += len(following)
            if close.match(following):
                self._add_code(at + start, at + len(line), here - len(following), here, opened["info"], at + opened.start("info"))
                return here
        self.found.unclosed.append((at + start, "code block"))
        return 0

    def _add_code(self, start: int, inner: int, inner_end: int, end: int, info: str, info_start: int) -> None:
        if not CAPTIONED.match(info):
            self._add(start, end, "code", info, info_start)
            return
        self._add(start, inner, "code", info, info_start)
        after = inner
        while after < inner_end:
            after = self._inlines(after, after + len(self._line(after)))
        self._add(max(inner_end, after), end, "code")

    def _content(self, line: str, after_blank: bool) -> int:
        """Where the text of the line starts after quotation marks, list marks and indentation."""
        at = 0
        while True:
            quoted = _QUOTE.match(line, at)
            if quoted:
                at = quoted.end()
                continue
            item = _ITEM.match(line, at)
            if item and item["gap"].strip("\r\n") and not line[at:].lstrip().startswith("~~~") and (after_blank or self.indents or at == 0):
                at = item.end()
                continue
            return at + len(line[at:]) - len(line[at:].lstrip(" \t"))

    def _is_indented(self, line: str) -> bool:
        """Whether the line, after a blank one, is an indented code block."""
        width = _width(line)
        while self.indents and width < self.indents[-1]:
            self.indents.pop()
        return width >= (self.indents[-1] if self.indents else 0) + 4

    def _remember_indents(self, line: str) -> None:
        note, item = _NOTE.match(line), _ITEM.match(line)
        if note:
            self.indents = [4]
        elif item and (not self.indents or _width(line) < 4 or _width(line) <= self.indents[-1] + 3):
            width = _width(line)
            while self.indents and width < self.indents[-1]:
                self.indents.pop()
            marker = len(item[0].rstrip("\r\n").expandtabs(4))
            self.indents.append(min(marker, width + 5) if item["gap"].strip("\r\n") else width + 2)

    def _paragraph_end(self, at: int) -> int:
        while self.ends[self.end_at] < at:
            self.end_at += 1
        return self.ends[self.end_at]

    def _inlines(self, at: int, end: int) -> int:
        """Scan up to `end`; the answer is where the next line starts, later than `end` if something runs on."""
        while at < end:
            special = _SPECIAL.search(self.text, at, end)
            if not special:
                return end
            at = self._special(special.start(), special[0])
            at = min(at, len(self.text))
            if at > end:
                newline = self.text.find("\n", at)
                if self.text[at - 1] == "\n":
                    return at
                end = len(self.text) if newline < 0 else newline + 1
        return max(at, end)

    def _special(self, at: int, mark: str) -> int:
        """The end of what starts at `at`; just after the mark if it is prose."""
        if mark == "\\":
            return self._tex(at)
        if mark[0] == "`":
            return self._code(at, mark)
        if mark == "<":
            return self._angle(at)
        if mark == "$":
            return self._math(at)
        bare = _BARE.match(self.text, at)
        if bare:
            self._add(at, bare.end(), "address")
            return bare.end()
        return at + len(mark)

    def _tex(self, at: int) -> int:
        opened = _TEX.match(self.text, at)
        if opened and (name := opened[0]) not in self.missing:
            close = "\\end{" + opened[1] + "}"
            closed = self.text.find(close, opened.end())
            if closed >= 0:
                self._add(at, closed + len(close), "tex")
                return closed + len(close)
            self.missing.add(name)
        return at + 2

    def _code(self, at: int, ticks: str) -> int:
        end = self._paragraph_end(at)
        closed = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, at + len(ticks), end)
        if not closed:
            return at + len(ticks)
        self._add(at, closed.end(), "code")
        return closed.end()

    def _angle(self, at: int) -> int:
        if self.text.startswith("<!--", at):
            return self._comment(at)
        if target := _ANGLE_TARGET.match(self.text, max(at - 3, 0)):
            return target.end() if target.end() > at else at + 1
        if address := _AUTOLINK.match(self.text, at):
            self._add(at, address.end(), "address")
            return address.end()
        tag = _TAG.match(self.text, at, self._paragraph_end(at))
        if not tag:
            return at + 1
        end = tag.end()
        if verbatim := _VERBATIM.match(tag[0]):
            closed = re.compile(rf"</{verbatim[1]}\s*>", re.IGNORECASE).search(self.text, end)
            end = closed.end() if closed else end
        self._add(at, end, "html")
        return end

    def _comment(self, at: int) -> int:
        closed = -1 if "comment" in self.missing else self.text.find("-->", at + 4)
        if closed < 0:
            if "comment" not in self.missing:
                self.found.unclosed.append((at, "comment"))
            self.missing.add("comment")
            return at + 4
        self._add(at, closed + 3, "comment")
        return closed + 3

    def _math(self, at: int) -> int:
        found = _MATH.match(self.text, at, self._paragraph_end(at))
        if found:
            self._add(at, found.end(), "math")
            return found.end()
        return at + (2 if self.text.startswith("$$", at) else 1)


def _width(line: str) -> int:
    """The indentation of a line in columns, tabs of four."""
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip(" "))


def blank(text: str, spans: list[Span], kinds: frozenset[str]) -> str:
    """`text`, as long as before, with the spans of these kinds turned to spaces; line ends are kept."""
    out: list[str] = []
    at = 0
    for span in spans:
        if span.kind in kinds and span.end > at:
            start = max(span.start, at)
            out.append(text[at:start])
            out.append(spaces(text[start : span.end]))
            at = span.end
    out.append(text[at:])
    return "".join(out)


_SEEN = re.compile(r"[^\r\n]")


def spaces(words: str) -> str:
    """As many spaces; line ends are kept."""
    return _SEEN.sub(" ", words) if "\n" in words or "\r" in words else " " * len(words)
