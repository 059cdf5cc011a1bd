"""The identifiers of the book as XML allows them, each once, and the page that holds each.

Reads and writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# XML 1.0 (5th edition), § 2.3, NameStartChar and NameChar without the colon (Namespaces in XML 1.0, NCName).
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_NOT_IN_NAME = re.compile(rf"[^{_START}\-.0-9\u00b7\u0300-\u036f\u203f\u2040]")
_NAME_START = re.compile(rf"[{_START}]")


def name_of(identifier: str) -> str:
    """An identifier as XML allows it."""
    name = _NOT_IN_NAME.sub("_", identifier)
    return name if _NAME_START.match(name) else f"_{name}"


class Identifiers:
    """The identifiers of the book as XML allows them, each once, and the page that holds each."""

    def __init__(self, anchors: Mapping[str, str], parts: list[dict[str, Any]]) -> None:
        self.names: dict[str, str] = {}
        self.holders: dict[str, str] = {}
        self.defined: set[tuple[str, str]] = set()
        for identifier, slug in anchors.items():
            self._add(identifier, slug)
        for i, part in enumerate(parts, 1):
            if part["label"] not in self.names:
                self._add(part["label"], f"part_{i}")

    def _add(self, identifier: str, slug: str) -> str:
        name = name_of(identifier)
        while name in self.holders:
            name += "_"
        self.names[identifier], self.holders[name] = name, slug
        return name

    def define(self, identifier: str, slug: str) -> str:
        """The name that an element of a page bears; nothing where the page has it already."""
        if not identifier:
            return ""
        name = self.names.get(identifier) or self._add(identifier, slug)
        if (slug, name) in self.defined:
            return ""
        self.defined.add((slug, name))
        return name

    def target(self, identifier: str, slug: str) -> str:
        """Where a link on the page `slug` leads: `#name`, `octavo:OTHER#name`, or nothing where there is no such thing."""
        name = self.names.get(identifier)
        if name is None:
            return ""
        holder = self.holders[name]
        return f"#{name}" if holder == slug else f"octavo:{holder}#{name}"
