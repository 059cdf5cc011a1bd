"""pandoc's JSON tree: walk it, map over it, read it as plain text. Knows nothing about books.

Reads and writes nothing. A tree is a list of nodes `{"t": kind, "c": content}`
(pandoc-types 1.23: https://hackage.haskell.org/package/pandoc-types).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from octavo.model import Node

Attr = list[Any]
"""`[identifier, [classes], [[key, value]]]`"""

# Where the attributes of a node stand in its content.
_ATTR_AT = {"Header": 1, "CodeBlock": 0, "Div": 0, "Span": 0, "Code": 0, "Link": 0, "Image": 0, "Table": 0, "Figure": 0}
_WORDS = frozenset(["Str", "Space", "SoftBreak"])
_SPACES = {"Space": " ", "SoftBreak": " ", "LineBreak": " "}
_QUOTES = {"SingleQuote": ("‘", "’"), "DoubleQuote": ("“", "”")}


def node(kind: str, *content: Any) -> Node:
    """A node of pandoc's tree: `node("Str", "a")`, `node("Header", 1, attr(), inlines)`, `node("Space")`."""
    if not content:
        return {"t": kind}
    return {"t": kind, "c": content[0] if len(content) == 1 else list(content)}


def attr(identifier: str = "", classes: list[str] | None = None, **pairs: str) -> Attr:
    """Attributes; an underscore in a name stands for a hyphen (`data_n` is `data-n`)."""
    return [identifier, list(classes or []), [[key.replace("_", "-"), value] for key, value in pairs.items()]]


def text(words: str) -> list[Node]:
    """Plain text as inlines: words and the spaces between them."""
    inlines: list[Node] = []
    for i, word in enumerate(words.split(" ")):
        if i:
            inlines.append(node("Space"))
        if word:
            inlines.append(node("Str", word))
    return inlines


def attributes(element: Node) -> Attr | None:
    """The attributes of a node, or None for a kind that bears none. The list is the node's own: change it in place."""
    at = _ATTR_AT.get(element["t"])
    return None if at is None else element["c"][at]


def identifier(element: Node) -> str:
    found = attributes(element)
    return str(found[0]) if found else ""


def classes(element: Node) -> list[str]:
    found = attributes(element)
    return found[1] if found else []


def value(element: Node, key: str, default: str = "") -> str:
    """The value of one attribute (`alt`, `lang` …)."""
    found = attributes(element)
    return next((str(v) for k, v in found[2] if k == key), default) if found else default


def set_value(element: Node, key: str, new: str) -> None:
    found = attributes(element)
    if found is not None:
        found[2] = [[k, v] for k, v in found[2] if k != key] + [[key, new]]


def walk(part: Any) -> Iterator[Node]:
    """Every node under a tree, list or node, parents before children, in the order of the text.

    The inlines inside a citation's prefix and suffix come too, before its text.
    """
    stack = [part]
    while stack:
        here = stack.pop()
        if isinstance(here, list):
            stack.extend(reversed(here))
        elif isinstance(here, dict):
            if "t" in here:
                yield here
                if here["t"] not in _WORDS and "c" in here:
                    stack.append(here["c"])
            else:
                stack.extend(reversed(list(here.values())))


def transform(part: Any, change: Callable[[Node], Node | list[Node] | None]) -> Any:
    """A tree with each node replaced, children first; words and the spaces between them are left as they are.

    `change` returns None to leave the node as it is, a node, or a list to put in its place (an empty one deletes it).
    The tree that was given is not kept: lists are rebuilt, nodes may be changed in place.
    """
    if isinstance(part, list):
        rebuilt: list[Any] = []
        for item in part:
            if isinstance(item, dict) and "t" in item:
                if item["t"] in _WORDS:
                    rebuilt.append(item)
                    continue
                if "c" in item:
                    item["c"] = transform(item["c"], change)
                new = change(item)
                if new is None:
                    rebuilt.append(item)
                elif isinstance(new, list):
                    rebuilt.extend(new)
                else:
                    rebuilt.append(new)
            elif isinstance(item, (list, dict)):
                rebuilt.append(transform(item, change))
            else:
                rebuilt.append(item)
        return rebuilt
    if isinstance(part, dict):
        if "t" in part:
            if "c" in part:
                part["c"] = transform(part["c"], change)
            new = change(part)
            return part if new is None else new
        return {key: transform(item, change) for key, item in part.items()}
    return part


def merged(part: Any) -> Any:
    """The tree with each run of words and spaces as one `Str`: a third of the size, for programs that only pass words on.

    Citations and the ends of a run stay as they are: citeproc looks there for punctuation to move, and a writer for words
    that would be markup at the start of a line.
    """
    if isinstance(part, dict):
        return part if part.get("t") == "Cite" else {key: merged(item) for key, item in part.items()}
    if not isinstance(part, list):
        return part
    out: list[Any] = []
    run: list[Node] = []
    for item in part:
        if isinstance(item, dict) and item.get("t") in ("Str", "Space"):
            run.append(item)
            continue
        out += _joined(run)
        run = []
        out.append(merged(item))
    return out + _joined(run)


def _joined(run: list[Node]) -> list[Node]:
    """A run of words with all but its first and last two nodes as one."""
    if len(run) < 7:
        return run
    words = "".join(item["c"] if item["t"] == "Str" else " " for item in run[2:-2])
    return [*run[:2], node("Str", words), *run[-2:]]


def plain(part: Any, notes: bool = False) -> str:
    """What a reader sees of a tree, as plain text; notes are left out unless asked for."""
    if not part:
        return ""
    out: list[str] = []
    _plain(part, notes, out)
    return "".join(out).strip()


def _plain(part: Any, notes: bool, out: list[str]) -> None:
    if isinstance(part, list):
        for item in part:
            if isinstance(item, dict) and (kind := item.get("t")) in _WORDS:  # most of a text is this
                out.append(item["c"] if kind == "Str" else " ")
            else:
                _plain(item, notes, out)
        return
    if not isinstance(part, dict):
        return
    kind = part.get("t")
    if kind == "Str":
        out.append(part["c"])
    elif kind in _SPACES:
        out.append(_SPACES[kind])
    elif kind in ("Code", "CodeBlock", "Math"):
        out.append(part["c"][1])
    elif kind == "Quoted":
        left, right = _QUOTES[part["c"][0]["t"]]
        out.append(left)
        _plain(part["c"][1], notes, out)
        out.append(right)
    elif kind == "Cite":
        _plain(part["c"][1], notes, out)
    elif (kind == "Note" and not notes) or kind in ("RawInline", "RawBlock"):
        pass
    elif "c" in part:
        _plain(part["c"], notes, out)
        if kind in ("Para", "Plain", "Header", "Div", "BlockQuote"):
            out.append("\n")
