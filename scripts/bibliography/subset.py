"""The text of a .bib that is safe to give pandoc: the entries asked for and their parents, made afresh from what was read.

Reads entries; writes nothing. One bad entry makes pandoc give up the whole file, a circle of crossrefs makes it eat all
memory; here each entry is written anew, field by field, in the form that pandoc 3.9 is known to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from octavo.bibliography.inherit import REFERENCES, cycles, parents
from octavo.model import Bibliography, Entry

# What pandoc's reader takes in a key, a type and the name of a field; anything else stops it.
_KEY = re.compile(r"(?:[^\W_]|[.:;?!`'()$/*@_+=\-\[\]&])+")
_TYPE = re.compile(r"[^\W\d_]+")
_FIELD = re.compile(r"[\w:+-]+")
# LaTeX that defines, reads files or opens environments: it would change or empty the text, or reach outside the book.
_COMMANDS = re.compile(
    r"\\(?=(?:[a-z]*newcommand|providecommand|[egx]?def|let|catcode|csname|input|include|includegraphics|usepackage|import|subfile"
    r"|[a-zA-Z]*verbatiminput|verb|lstinputlisting|begin|end|[a-z]*newenvironment|DeclareMathOperator|newif|if[a-z]*|fi|else"
    r"|newtheorem|write|openin|openout|read|special|directlua|loop|repeat)(?![a-zA-Z]))"
)
_VERBATIM = {"doi", "url", "urlraw", "file", "pdf", "eprint", "verba", "verbb", "verbc"}
_DROPPED = set(REFERENCES) - {"crossref", "xdata"} | {"abstract", "file", "annotation", "annote", "review", "owner", "timestamp", "groups"}
_DEEPEST = 40


def subset(bibliography: Bibliography, keys: Iterable[str]) -> str:
    """The text of a .bib with the entries of `keys` and their parents; keys without an entry are left out.

    Values come with @strings resolved, no field twice; an entry in a circle loses its crossref and xdata.
    """
    wanted: dict[str, Entry] = {}
    waiting = [key for key in keys if key in bibliography.entries]
    while waiting:
        key = waiting.pop()
        if key not in wanted:
            wanted[key] = bibliography.entries[key]
            waiting += [parent for parent in parents(wanted[key]) if parent in bibliography.entries]
    circling = {key for circle in cycles(wanted) for key in circle}
    in_order = [key for key in bibliography.entries if key in wanted and _KEY.fullmatch(key)]
    return "\n".join(_entry(wanted[key], key in circling, wanted) for key in in_order)


def _entry(entry: Entry, circling: bool, known: Mapping[str, Entry]) -> str:
    kind = entry.type if _TYPE.fullmatch(entry.type) and entry.type not in ("comment", "string", "preamble") else "misc"
    lines = [f"@{kind}{{{entry.key},"]
    for name, found in entry.fields.items():
        value = found.value
        if name in _DROPPED or not _FIELD.fullmatch(name) or not value.strip():
            continue
        if name in ("crossref", "xdata"):
            there = [key.strip() for key in value.split(",") if key.strip() in known and _KEY.fullmatch(key.strip())]
            if circling or not there:
                continue
            value = ",".join(there)
        elif (value := safe(name, value)) == "":
            continue
        lines.append(f"  {name} = {{{value}}},")
    return "\n".join([*lines, "}", ""])


def safe(name: str, value: str) -> str:
    """A value that pandoc can read to its end and that does nothing but set type; empty if there is no saving it."""
    value = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", "", value)
    value = re.sub(r"\s*\n\s*", " ", value).strip()
    if name not in _VERBATIM:
        value = _COMMANDS.sub("", value).replace("^^", "^{}^")
        value = re.sub(r"(?<!\\)((?:\\\\)*)%", r"\1\\%", value)
        if len(re.findall(r"(?<!\\)(?:\\\\)*\$", value)) % 2:
            value = re.sub(r"(?<!\\)((?:\\\\)*)\$", r"\1\\$", value)
    if len(value) - len(value.rstrip("\\")) & 1:
        value = value[:-1].rstrip()
    if not _is_balanced(value):
        value = re.sub(r"\\*[{}]", "", value)
    return value


def _is_balanced(value: str) -> bool:
    """Whether the braces close, as pandoc counts them: one after a backslash is a letter."""
    depth = 0
    for brace in re.findall(r"\\.|[{}]", value, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(brace, 0)
        if depth < 0 or depth > _DEEPEST:
            return False
    return not depth
