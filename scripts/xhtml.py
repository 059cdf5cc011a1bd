"""Pieces of XHTML for the fragments of EPUB and web: tags, and raw markup as nodes of pandoc's tree.

Reads and writes nothing.
"""

from __future__ import annotations

from html import escape

from octavo import tree
from octavo.model import Node


def tag(name: str, identifier: str = "", classes: list[str] | None = None, **attributes: str) -> str:
    """A start tag; an attribute without a value is left out, and an underscore in its name stands for a hyphen."""
    given = {"id": identifier, "class": " ".join(classes or [])} | {key.replace("_", "-"): value for key, value in attributes.items()}
    return f"<{name}" + "".join(f' {key}="{escape(value)}"' for key, value in given.items() if value) + ">"


def raw(html: str) -> Node:
    return tree.node("RawBlock", "html", html)


def raw_inline(html: str) -> Node:
    return tree.node("RawInline", "html", html)
