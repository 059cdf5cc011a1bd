"""Quotation marks: those of the language, and the same in the text and in what citeproc adds to it.

Reads and writes nothing: trees in, trees out.
"""

from __future__ import annotations

import re
from typing import Any

from octavo import tree, wordings
from octavo.model import Node


def quotes(part: Any, language: str) -> Any:
    """The tree with each quotation in the marks of its language: an edition then has nothing to choose.

    The author types straight quotes, which pandoc pairs; a passage marked with `lang` takes the marks of that language.
    """
    if isinstance(part, list):
        changed: list[Any] = []
        for item in part:
            if isinstance(item, str) or (isinstance(item, dict) and item.get("t") in ("Str", "Space", "SoftBreak")):
                changed.append(item)
                continue
            new = quotes(item, language)
            changed += new if isinstance(item, dict) and item.get("t") == "Quoted" else [new]
        return changed
    if not isinstance(part, dict):
        return part
    if part.get("t") == "Quoted":
        kind, inlines = part["c"]
        left, right = wordings.words(language)["quotes" if kind["t"] == "DoubleQuote" else "inner-quotes"]
        return [tree.node("Str", left), *quotes(inlines, language), tree.node("Str", right)]
    inner = tree.value(part, "lang") or language if "t" in part else language
    return {key: quotes(item, inner) for key, item in part.items()}


def agreeing_style(style: str, language: str, chapters: list[dict[str, Any]]) -> str:
    """The citation style with the quotation marks that the author uses, where English leaves the choice.

    CSL's British locale sets single marks, its American one double marks; Chicago 18 (§ 6.9) asks for double ones. A book
    whose text has the one and whose notes have the other would disagree with itself. A locale in the style goes before
    the locale's own terms (CSL 1.0.2, `Locale`).
    """
    if language.partition("-")[0] != "en":
        return style
    single = sum(_outer_is_single(chapter["blocks"]) for chapter in chapters) > 0
    marks = ("‘", "’", "“", "”") if single else ("“", "”", "‘", "’")
    names = ("open-quote", "close-quote", "open-inner-quote", "close-inner-quote")
    terms = "".join(f'<term name="{name}">{mark}</term>' for name, mark in zip(names, marks, strict=True))
    locale = f'<locale xml:lang="{language}"><terms>{terms}</terms></locale>'
    return re.sub(r"</info>", lambda found: found[0] + locale, style, count=1)


def _outer_is_single(blocks: list[Node]) -> int:
    """Above 0 when most quotations of a chapter stand in single marks."""
    kinds = [element["c"][0]["t"] for element in tree.walk(blocks) if element["t"] == "Quoted"]
    return kinds.count("SingleQuote") - kinds.count("DoubleQuote")
