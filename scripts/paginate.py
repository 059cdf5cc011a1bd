"""Stage 5, last step but one: the pages of the print edition filled into EPUB and web.

Reads 5-rendered/folios.json and, in 5-rendered/unpaged/, SLUG.epub and html/, which bear a placeholder where each sentence
begins; writes 5-rendered/SLUG.epub and 5-rendered/html/, of which only the files that have changed.

A mark stands before the sentence that holds the first words of its page: in the EPUB as a page break (EPUB 3.3, § 5.4.2.4,
and EPUB Accessibility 1.1) with an entry in the page list, on the web as a page break with a link beside it, `#p41`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from octavo import citing, container, searching, sentences, tools

Record = dict[str, Any]
Files = dict[str, bytes]
Mark = Callable[[str, str, bool], str]
"""(identifier, label, whether the page has no text: the next one begins here too) -> the markup of a page break."""

_PLACEHOLDER = re.compile(r"<!--s:(.*?)-->\n?")
_TEXT = (".html", ".xhtml")


class Pages:
    """The pages of print in the text files of an edition: which page breaks stand at which placeholder."""

    def __init__(self, folios: Record, texts: dict[str, str], shown: bool) -> None:
        files = {found: name for name, text in texts.items() for found in _PLACEHOLDER.findall(text)}
        order = [sentences.placeholder(name)[6:-3] for name, _ in folios["sentences"]]
        places = {name: at for at, name in enumerate(order)}
        self.labels: dict[str, list[tuple[str, str]]] = {}
        self.list: list[tuple[str, str]] = []
        """(label, address) of each page."""
        taken: set[str] = set()
        for label, name in folios["pages"] if shown else []:
            # What one edition does not show, begins there with the sentence after it.
            following = range(places[sentences.placeholder(name)[6:-3]], len(order))
            if held := next((order[at] for at in following if order[at] in files), ""):
                identifier = _identifier(label, texts[files[held]], taken)
                self.labels.setdefault(held, []).append((identifier, label))
                self.list.append((label, f"{files[held]}#{identifier}"))

    def filled(self, text: str, mark: Mark) -> str:
        """A text with its page breaks, and without placeholders."""

        def change(found: re.Match[str]) -> str:
            labels = self.labels.get(found[1], [])
            return "".join(mark(identifier, label, label != labels[-1][1]) for identifier, label in labels)

        return _PLACEHOLDER.sub(change, text)


def _identifier(label: str, text: str, taken: set[str]) -> str:
    """`p41`; another where the page has an anchor of this name."""
    name = f"p{label}"
    while name in taken or f' id="{name}"' in text:
        name = f"page-{name}"
    taken.add(name)
    return name


def epub(folios: Record, unpaged: bytes) -> bytes:
    """The EPUB with its page breaks, page list and what its metadata say of them."""
    files, stamp = container.unpacked(unpaged)
    texts = {name.removeprefix("EPUB/"): content.decode() for name, content in files.items() if name.endswith(_TEXT)}
    pages = Pages(folios, texts, folios["epub"])

    def mark(identifier: str, label: str, _: bool) -> str:
        said = escape(folios["label"].replace("{}", label))
        return f'<span epub:type="pagebreak" role="doc-pagebreak" id="{identifier}" aria-label="{said}"></span>'

    for name, text in texts.items():
        filled = pages.filled(text, mark).replace("<!--page-list-->\n", _page_list(folios["title"], pages.list))
        files[f"EPUB/{name}"] = filled.encode()
    package = files["EPUB/content.opf"].decode()
    files["EPUB/content.opf"] = package.replace("<!--page-metadata-->\n", _metadata(folios["source"]) if pages.list else "").encode()
    return container.packed(files, stamp)


def _page_list(title: str, pages: list[tuple[str, str]]) -> str:
    """The navigation by pages (EPUB 3.3, § 7.4.3); it is for reading systems, and not shown in the text."""
    if not pages:
        return ""
    lines = [f'<li><a href="{escape(address)}">{escape(label)}</a></li>' for label, address in pages]
    start = f'<nav epub:type="page-list" role="doc-pagelist" aria-label="{escape(title)}" hidden="hidden">'
    return "\n".join([start, "<ol>", *lines, "</ol>", "</nav>"]) + "\n"


def _metadata(source: str) -> str:
    features = [f'<meta property="schema:accessibilityFeature">{name}</meta>' for name in ("pageBreakMarkers", "pageNavigation")]
    return "\n".join([*features, f'<meta property="pageBreakSource">{escape(source)}</meta>']) + "\n"


def web(folios: Record, unpaged: Files) -> Files:
    """The files of the web edition with their page breaks."""
    texts = {name: content.decode() for name, content in unpaged.items() if name.endswith(_TEXT)}
    pages = Pages(folios, texts, folios["html"])

    def mark(identifier: str, label: str, blank: bool) -> str:
        """The break for those who listen, and a link for those who see; neither adds to the text that is copied."""
        said, shown = escape(folios["label"].replace("{}", label)), escape(label)
        kind = "page-link blank" if blank else "page-link"
        link = f'<a class="{kind}" href="#{identifier}" data-page="{shown}" tabindex="-1" aria-hidden="true"></a>'
        return f'<span class="page" id="{identifier}" role="doc-pagebreak" title="{said}"></span>{link}'

    ends = _ends(folios) if folios["html"] else {}
    paged = {name: citing.paged(pages.filled(text, mark), *ends.get(name.removesuffix(".html"), ("", ""))) for name, text in texts.items()}
    labels = {sentences.placeholder(name)[6:-3]: label for name, label in folios["sentences"]} if folios["html"] else {}
    for name, content in unpaged.items():
        if name.startswith("search/"):
            paged[name] = searching.paged(content.decode(), labels)
    return unpaged | {name: text.encode() for name, text in paged.items()}


def _ends(folios: Record) -> dict[str, tuple[str, str]]:
    """slug -> labels of the first and the last page of each chapter."""
    ends: dict[str, tuple[str, str]] = {}
    for name, label in folios["sentences"]:
        slug, _, rest = name.partition(".")
        if rest:
            ends[slug] = (ends[slug][0] if slug in ends else label, label)
    return ends


def write(files: Files, folder: Path) -> None:
    """Bring a folder to these files: what is the same keeps its time, what is no longer wanted goes."""
    for name in sorted(_inside(folder) - files.keys()):
        (folder / name).unlink()
    for name, content in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != content:
            tools.write(path, content)


def _inside(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _read(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name in sorted(_inside(folder)):
        yield name, (folder / name).read_bytes()


def main(argv: list[str]) -> None:
    """`paginate FOLIOS.JSON UNPAGED SLUG RENDERED`."""
    folios, unpaged, slug, rendered = tools.read_json(Path(argv[0])), Path(argv[1]), argv[2], Path(argv[3])
    tools.write(rendered / f"{slug}.epub", epub(folios, (unpaged / f"{slug}.epub").read_bytes()))
    write(web(folios, dict(_read(unpaged / "html"))), rendered / "html")


if __name__ == "__main__":
    tools.main_of(main)
