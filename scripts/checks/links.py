"""REF, continued: links that say nothing or lead nowhere.

Reads the manuscript; writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from octavo import tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Link, Manuscript, Text
from octavo.model import Node, Place
from octavo.source import same_target

_HERE = frozenset({
    "here", "click here", "click", "this link", "this", "link", "read more", "see here", "right here", "this page", "the link",
    "hier", "hier klicken", "klicken sie hier", "dieser link", "weiterlesen",
    "ici", "cliquez ici", "ce lien", "lien", "lire la suite", "en savoir plus",
    "aquí", "haga clic aquí", "haz clic aquí", "este enlace", "enlace", "leer más",
    "здесь", "тут", "нажмите здесь", "ссылка", "по ссылке", "эта ссылка", "подробнее",
})  # fmt: skip
"""What a screen reader reads out in a list of links, and nobody knows where they lead (WCAG 2.2, 2.4.4 and 2.4.9)."""


@check(
    "REF010",
    "empty-link",
    "warning",
    "{what}",
    hint=("say in its words where it leads: {example}", "write what a reader sees, and where it leads: `[the treaty](treaty.md)`"),
)
def empty_link(book: Manuscript) -> Iterator[Hit]:
    """A link without text, without a target, or with "here" and the like as its text (WCAG 2.2, 2.4.4).

    *Bad*

        The text is [here](https://example.org/treaty).

    *Good*

        There is a [text of the treaty](https://example.org/treaty).
    """
    for text in book.texts:
        for (element, block), link in zip(text.nodes["Link"], text.links, strict=True):
            words = " ".join(tree.plain(element["c"][1]).split())
            if link.url.strip() in ("", "#"):
                yield at(
                    _from_bracket(text, link, words, block),
                    what=f"the link “{words}” has no target" if words else "the link has neither text nor target",
                )
            elif not words and not _shows(element):
                yield at(_from_bracket(text, link, words, block), what=f"the link to `{link.url}` has no text")
            elif words.lower().strip(".,:;!…»«”“\"'> ") in _HERE:
                yield at(
                    _from_bracket(text, link, words, block),
                    what=f"the text of the link is “{words}”",
                    example=f"`[the treaty]({link.url})`",
                )


def _shows(element: Node) -> bool:
    """Whether a link without words shows something: an image that is described, or a formula."""
    return any(inner["t"] in ("Image", "Math", "RawInline", "Note") for inner in tree.walk(element["c"][1]))


def _from_bracket(text: Text, link: Link, words: str, block: int) -> Place:
    """The link from its bracket to its end; for `[here][1]` and `[here]` where they stand, not where the target is written."""
    source, places = text.source, []
    targets = [target for target in source.targets if not target.is_image and same_target(target.text, link.url)]
    for target in targets:
        shown = source.text[target.begin + 1 : target.start].rpartition("](")[0]
        if source.text[target.begin : target.begin + 1] == "[" and _letters(shown) == _letters(words):
            places.append((target.begin, source.text.find(")", target.end) + 1 or target.end))
    if not places and words:
        by_name = re.compile(rf"(?<![!\\])\[[*_]*{re.escape(words)}[*_]*\](?:\[[^\]\n]*\])?(?![(:{{])", re.IGNORECASE)
        places = [found.span() for found in by_name.finditer(source.masked)]
    return text.nth("empty link", f"{link.url} {words.lower()}", places, block) if places else link.place


def _letters(words: str) -> str:
    return "".join(c for c in re.sub(r"\{[^{}]*\}", "", words) if c.isalnum()).lower()
