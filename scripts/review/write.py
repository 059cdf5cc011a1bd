"""Comments put as queries into the manuscript, each once, and nothing else changed: `octavo comments --write`.

Reads and writes the chapters. A query is written behind the words that it is about; pandoc is asked whether the chapter
without it is still the same tree. Where it is not (in a table drawn with lines, say), it becomes a comment below the block.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from octavo import parse, queries, tools
from octavo.review.comments import Comment
from octavo.source import Source, critic
from octavo.source.queries import CLASS
from octavo.source.queries import queries as queries_of

_SIGN = re.compile(r"([\\`*_{}\[\]<>()#+!|$^~@\"'&=:.-])")
_BLANK = re.compile(r"\n[ \t>]*\r?(?=\n)|\Z")
_BEHIND = re.compile(r"(?:\([^()\n]*\)|\[[^\[\]\n]*\]|\{[^{}]*\})*")
_CLOSED = ("Rejected", "Cancelled", "Completed")


class Written(NamedTuple):
    """What became of the comments: written, there already, closed by their readers, and not to be written, with the reason."""

    written: list[Comment]
    known: list[Comment]
    closed: list[Comment]
    refused: list[tuple[Comment, str]]


def write(directory: Path, files: Sequence[str], comments: Sequence[Comment]) -> Written:
    """Put the comments into the chapters. `files`: those of the book, in which a comment may stand already."""
    done = Written([], [], [], [])
    known = {query.id for file in files for query in queries_of(Source.of(file, _bytes(directory / file)))}
    by_file: dict[str, list[Comment]] = defaultdict(list)
    for comment in comments:
        if comment.id in known:
            done.known.append(comment)
        elif comment.remark.state in _CLOSED:
            done.closed.append(comment)
        elif comment.last is None or comment.found is None:
            done.refused.append((comment, comment.unplaced or "its words are no longer in the text"))
        elif not comment.last.file.endswith(".md"):
            done.refused.append((comment, f"{comment.last.file} is no chapter"))
        else:
            known.add(comment.id)
            by_file[comment.last.file].append(comment)
    for file, asked in by_file.items():
        _write_file(directory / file, file, asked, done)
    return done


def _write_file(path: Path, file: str, comments: list[Comment], done: Written) -> None:
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(bom)
    before = _tree(text)
    # From the last to the first, so that the offsets of the others stay true.
    ordered = sorted(comments, key=lambda comment: comment.last.end if comment.last else 0, reverse=True)
    whole = text
    for comment in ordered:
        whole = _inline(file, whole, comment)
    if _tree(whole) == before:
        done.written.extend(comments)
    else:
        whole = text
        for comment in ordered:
            for changed in (_inline(file, whole, comment), _below(whole, comment)):
                if _tree(changed) == before:
                    whole = changed
                    done.written.append(comment)
                    break
            else:
                done.refused.append((comment, "a query cannot stand there"))
    if whole != text:
        tools.write(path, (bom + whole).encode())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _inline(file: str, text: str, comment: Comment) -> str:
    """The text with the query behind the last of its words."""
    assert comment.last is not None
    at = _outside(Source(file, text), comment.last.end)
    pairs = {"to": "author", "by": comment.remark.author, "on": comment.words[:80]}
    written = " ".join(f'{key}="{_quoted(value)}"' for key, value in pairs.items() if value)
    said = _SIGN.sub(r"\\\1", _said(comment))
    return f"{text[:at]}[{said}]{{.{CLASS} {written} id={comment.id}}}{text[at:]}"


def _below(text: str, comment: Comment) -> str:
    """The text with the query as a comment below the block that its words stand in."""
    assert comment.last is not None
    found = _BLANK.search(text, comment.last.end)
    at = found.start() if found else len(text)
    end = "\r\n" if "\r\n" in text else "\n"
    by = re.sub(r"[^\w .,-]", "", comment.remark.author)
    said = re.sub(r"-{2,}", "–", _said(comment)).replace("|", "/").replace(">", "›")
    blank = end if text[:at].endswith("\n") else end * 2
    return f'{text[:at]}{blank}<!-- {CLASS} to=author by="{by}" id={comment.id}: {said} -->{text[at:] or end}'


def _outside(source: Source, at: int) -> int:
    """The next place from an offset on where a query can stand: behind code, formulas, citations, links and marked words."""
    for span in source.spans:
        if span.start < at < span.end:
            at = span.end
    stop = _BLANK.search(source.text, at)
    end = stop.start() if stop else len(source.text)
    depth, here = 0, at
    while here < end:
        sign = source.masked[here]
        if sign == "[":
            depth += 1
        elif sign == "]" and depth:
            depth -= 1
        elif sign == "]":
            opening = source.opening(here)
            if opening is None or (opening and source.masked[opening - 1] in "!^"):
                return at
            behind = _BEHIND.match(source.masked, here + 1)
            at = here = behind.end() if behind else here + 1
            continue
        here += 1
    return at


def _said(comment: Comment) -> str:
    remark = comment.remark
    openings = {"strike-out": "Delete?", "insertion": "Insert:", "replacement": "Replace by:"}
    said = [openings.get(remark.kind, ""), remark.text or ("" if remark.kind in openings else "Marked, without a comment.")]
    said += [f"– {reply.author or 'somebody'}: {reply.text}" for reply in remark.replies]
    return " ".join(filter(None, said))


def _quoted(value: str) -> str:
    return " ".join(value.split()).replace("\\", "\\\\").replace('"', '\\"')


def _tree(text: str) -> Any:
    """pandoc's tree of a chapter without queries."""
    read = tools.pandoc(["--quiet", "-f", parse.READER, "-t", "json"], critic.as_spans(text).encode(), seconds=parse.SECONDS)
    document = json.loads(read)
    return document["meta"], _joined(queries.dropped(document["blocks"]))


def _joined(part: Any) -> Any:
    """A tree without comments that are queries, and with neighbouring words as one, which a query between them parts."""
    if isinstance(part, dict):
        return {key: _joined(item) for key, item in part.items()}
    if not isinstance(part, list):
        return part
    out: list[Any] = []
    for item in _kept(part):
        if out and isinstance(item, dict) and item.get("t") == "Str" and isinstance(out[-1], dict) and out[-1].get("t") == "Str":
            out[-1] = {"t": "Str", "c": out[-1]["c"] + item["c"]}
        else:
            out.append(_joined(item))
    return out


def _kept(items: list[Any]) -> Iterator[Any]:
    for item in items:
        is_raw = isinstance(item, dict) and item.get("t") in ("RawBlock", "RawInline")
        if not (is_raw and re.match(rf"<!--\s*{CLASS}\b", item["c"][1])):
            yield item
