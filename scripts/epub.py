"""Stage 5: the EPUB edition (EPUB 3.3, EPUB Accessibility 1.1), packed from the pages without calling pandoc again.

Reads output/work/5-rendered/pages.json, the images in 3-resolved/images and editions/epub/; writes
5-rendered/unpaged/SLUG.epub, in which the pages of the print edition are still to be filled in.
The bytes depend on the book alone: every time stamp is the book's own, every list is in a fixed order.
"""

from __future__ import annotations

import re
import textwrap
import time
import tomllib
import uuid
from pathlib import Path
from typing import Any

from octavo import container, imprint, paper, sentences, templates, tools
from octavo.config import slug_of
from octavo.names import file_as
from octavo.wordings import capital

Record = dict[str, Any]
Files = dict[str, bytes]

# EPUB 3.3, § 3.2, core media types.
MEDIA_TYPES = {
    ".css": "text/css", ".gif": "image/gif", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".otf": "font/otf", ".png": "image/png",
    ".svg": "image/svg+xml", ".ttf": "font/ttf", ".txt": "text/plain", ".webp": "image/webp", ".woff": "font/woff", ".woff2": "font/woff2",
    ".xhtml": "application/xhtml+xml",
}  # fmt: skip
MATTER = {"front": "frontmatter", "list": "frontmatter", "chapter": "bodymatter"}  # the rest is backmatter
# MARC code list for relators.
RELATORS = {"author": "aut", "editor": "edt", "translator": "trl", "illustrator": "ill"}
# The roles of DPUB-ARIA that are also terms of the EPUB 3 Structural Semantics Vocabulary.
SEMANTICS = {
    *("abstract", "acknowledgments", "afterword", "appendix", "backlink", "bibliography", "biblioref", "chapter", "colophon", "conclusion"),
    *(
        "dedication",
        "endnotes",
        "epigraph",
        "epilogue",
        "errata",
        "footnote",
        "foreword",
        "glossary",
        "index",
        "introduction",
        "noteref",
        "part",
    ),
    *("glossref", "preface", "prologue", "subtitle", "toc"),
}
# Classes of an index and a glossary that are terms of that vocabulary too; its lists are none, since their section is one.
_TERMS = re.compile(
    r' class="(index-(?:entry|entry-list|group|locator|locator-list|locator-range|term|xref-preferred|xref-related)'
    r'|glossdef|glossterm)"'
)
_CONTAINER = b"""<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/content.opf" media-type="application/oebps-package+xml" />
</rootfiles>
</container>
"""
_ROLE = re.compile(r' role="doc-([a-z]+)"')
_LANGUAGE = re.compile(r' lang="([^"]*)"')


class Package:
    """An EPUB while its files are gathered: `files` by name, `spine` in reading order."""

    def __init__(self, record: Record, images: Path, editions: Path) -> None:
        self.record, self.book, self.images = record, record["book"], images
        self.words = self.book["words"]
        direction = templates.direction(self.book["language"])
        self.templates = templates.Templates(editions, "epub", book=self.book, words=self.words, dir=direction)
        self.files: Files = {}
        self.spine: list[str] = []
        self.landmarks: list[dict[str, str]] = []
        self.cover = ""

    def page(self, name: str, template: str, title: str, matter: str, **values: Any) -> None:
        """Fill a template and put the page next in the reading order."""
        values = {"lang": self.book["language"]} | values
        text = self.templates.fill(template, title=title, matter=matter, **values)
        self.files[name] = templates.localised(text, "epub", _start_tag).encode("utf-8")
        self.spine.append(name)

    def landmark(self, kind: str, href: str, title: str) -> None:
        if all(mark["type"] != kind for mark in self.landmarks):
            self.landmarks.append({"type": kind, "href": href, "title": title})


def _start_tag(tag: str) -> str:
    """A start tag as EPUB has it: links to .xhtml, `epub:type` beside the role, `xml:lang` beside `lang`."""
    tag = templates.relinked(tag, lambda slug: f"{slug}.xhtml")
    if ' role="doc-' in tag and "epub:type" not in tag:
        tag = _ROLE.sub(lambda found: f' epub:type="{found[1]}"{found[0]}' if found[1] in SEMANTICS else found[0], tag)
    if ' class="index-' in tag or ' class="gloss' in tag:
        tag = _TERMS.sub(r' epub:type="\1"\g<0>', tag) if "epub:type" not in tag else tag
    if ' lang="' in tag and "xml:lang" not in tag:
        tag = _LANGUAGE.sub(r' xml:lang="\1"\g<0>', tag)
    return tag


def build(record: Record, images: Path, editions: Path) -> bytes:
    """The bytes of the EPUB, without the pages of print."""
    files = {name: sentences.unmarked(name, content) for name, content in unpaged(record, images, editions).items()}
    return container.packed(files, container.stamp(record["book"]["epoch"]))


def unpaged(record: Record, images: Path, editions: Path) -> Files:
    """Every file of the EPUB by its path in it; the pages of print are still to be filled in."""
    package = Package(record, images, editions)
    _add_assets(package)
    _add_cover(package)
    _add_front(package)
    _add_chapters(package)
    _add_face(package)
    package.files["content.opf"] = _package_document(package).encode("utf-8")
    members = {"META-INF/container.xml": _CONTAINER}
    return members | {f"EPUB/{name}": package.files[name] for name in sorted(package.files)}


def _add_assets(package: Package) -> None:
    package.files |= package.templates.assets("*.css", "fonts/*")
    for name in sorted({image["name"] for page in package.record["pages"] for image in page["images"]}):
        package.files[f"images/{name}"] = (package.images / name).read_bytes()


def _add_face(package: Package) -> None:
    """The face of the print edition with the letters of the book, where that is wanted."""
    if package.book["editions"].get("epub", {}).get("embed_fonts"):
        from octavo import faces  # fontTools takes a third of a second to load

        family = {**paper.DEFAULTS, **package.book["editions"].get("pdf", {})}["font"]
        texts = [content.decode() for name, content in package.files.items() if name.endswith(".xhtml")]
        files, rules = faces.embedded(family, texts, package.templates.read("ofl.txt").decode())
        package.files |= files
        package.files["style.css"] = package.files["style.css"] + rules.encode()


def _add_cover(package: Package) -> None:
    """The cover that book.yaml names, else one made from the title."""
    given = Path(package.book["cover"] or "none")
    name = slug_of(str(given.with_suffix("")).removeprefix("chapters/")) + given.suffix.lower()
    if package.book["cover"] and (package.images / name).is_file():
        package.cover = f"images/{name}"
        package.files[package.cover] = (package.images / name).read_bytes()
    else:
        package.cover = "cover_page.svg"
        package.files[package.cover] = _drawn_cover(package).encode("utf-8")
    title = capital(package.words["cover"])
    alt = f"{title}: {', '.join([package.book['title'], *_authors(package.book)])}"
    package.page("cover_page.xhtml", "cover.xhtml", title, "frontmatter", image=package.cover, alt=alt)
    package.landmark("cover", "cover_page.xhtml", title)


def _authors(book: Record) -> list[str]:
    named = [name for wording, names in templates.by_role(book) for name in names if not wording]
    return named or [person["name"] for person in book["contributors"]]


def _drawn_cover(package: Package) -> str:
    """The cover as a picture of type, in the units of cover.svg (1600 by 2400)."""
    book = package.book
    title = _set(book["title"], 1180, 170, 760)
    subtitle = _set(book["subtitle"], 1080, 78, 300) if book["subtitle"] else {"lines": []}
    title["top"] = 960 - title["leading"] * (len(title["lines"]) - 1) // 2
    foot = title["top"] + title["leading"] * (len(title["lines"]) - 1)
    subtitle["top"] = foot + 260
    authors = textwrap.wrap(", ".join(_authors(book)), 34)[:3]
    return package.templates.fill("cover.svg", title=title, subtitle=subtitle, authors=authors, rule=foot + 125)


def _set(words: str, width: int, largest: int, height: int) -> Record:
    """Words broken into lines at the largest size that fits, the fewest lines and the most even ones of that size.

    A letter is taken to be half as wide as high.
    """
    ways: list[tuple[int, int, int, list[str]]] = []
    for target in range(6, len(words) + 7):
        lines = textwrap.wrap(words, target, break_long_words=False)
        longest = max(len(line) for line in lines)
        size = min(largest, int(width / (0.5 * longest)), int(height / (1.2 * len(lines))))
        ways.append((size, -len(lines), -longest, lines))
    size, _, _, lines = max(ways)
    return {"lines": lines, "size": size, "leading": int(size * 1.2)}


def _add_front(package: Package) -> None:
    """Title page, copyright page, leaves, and the navigation document as the page of contents (EPUB 3.3, § 7)."""
    book, words = package.book, package.words
    by_role = templates.by_role(book)
    package.page("title_page.xhtml", "title.xhtml", book["title"], "frontmatter", by_role=by_role)
    package.page("copyright_page.xhtml", "copyright.xhtml", capital(words["copyright"]), "frontmatter")
    for page in (page for page in package.record["pages"] if page["leaf"]):
        _add_page(package, page)
    package.landmark("titlepage", "title_page.xhtml", capital(words["title-page"]))
    package.landmark("copyright-page", "copyright_page.xhtml", capital(words["copyright"]))
    package.landmark("toc", "nav_page.xhtml#toc", capital(words["contents"]))
    pages = package.record["pages"]
    body = next((page for page in pages if page["kind"] == "chapter"), pages[0] if pages else None)
    if body:
        package.landmark("bodymatter", f"{body['slug']}.xhtml", capital(words["start"]))
    for page in pages:
        kind = {"list-of-figures": "loi", "list-of-tables": "lot"}.get(page["slug"]) if page["kind"] == "list" else None
        if kind or page["kind"] in ("bibliography", "index"):
            package.landmark(kind or page["kind"], f"{page['slug']}.xhtml", page["title"])
    groups = list(templates.groups(package.record))
    package.page("nav_page.xhtml", "nav.xhtml", capital(words["contents"]), "frontmatter", groups=groups, landmarks=package.landmarks)


def _add_chapters(package: Package) -> None:
    pages = {page["slug"]: page for page in package.record["pages"]}
    for group in package.record["contents"]:
        if part := group["part"]:
            title = f"{capital(package.words['part'][0])} {part['number']}. {part['title']}"
            part = part | {"id": templates.identifier_of(package.record, part["slug"])}
            package.page(f"{part['slug']}.xhtml", "part.xhtml", title, "bodymatter", part=part)
        for page in (pages[slug] for slug in group["pages"]):
            _add_page(package, page)


def _add_page(package: Package, page: Record) -> None:
    title = ". ".join(filter(None, [page["label"], page["title"]]))
    package.page(f"{page['slug']}.xhtml", "page.xhtml", title, MATTER.get(page["kind"], "backmatter"), html=page["html"], lang=page["lang"])


def _package_document(package: Package) -> str:
    book = package.book
    return package.templates.fill(
        "content.opf",
        identifier=identifier(book),
        people=[_person(person, book) for person in book["contributors"]],
        rights=" ".join(filter(None, imprint.licence(str(book["license"])))),
        modified=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(book["epoch"])),
        accessibility=accessibility(package.record, tomllib.loads(package.templates.read("accessibility.toml").decode("utf-8"))),
        manifest=[_item(package, name) for name in sorted(package.files)],
        spine=[_id(name) for name in package.spine],
    )


def identifier(book: Record) -> str:
    """The ISBN of this edition, else a name-based UUID (RFC 9562, § 5.5) of slug and title, the same at every build."""
    isbn = re.sub(r"[^0-9Xx]", "", book["identifiers"]["isbn"].get("epub", ""))
    if isbn:
        return f"urn:isbn:{isbn}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, 'urn:octavo:' + book['slug'] + ':' + book['title'])}"


def _person(person: Record, book: Record) -> Record:
    """Authors are creators; so are the editors of a book that has no author; all others contribute."""
    makers = {"author"} if any(other["role"] == "author" for other in book["contributors"]) else {"editor"}
    return {
        "element": "creator" if person["role"] in makers else "contributor",
        "name": person["name"],
        "role": RELATORS.get(person["role"], "ctb"),
        "file_as": file_as(person["name"]),
    }


def accessibility(record: Record, sentences: Record) -> list[tuple[str, str]]:
    """schema.org's accessibility properties, computed from what is in the book (EPUB Accessibility 1.1, § 2.2)."""
    shown = [image for page in record["pages"] for image in page["images"] if not image["decorative"]]
    described = all(image["alt"] for image in shown)
    mathml = any(page["mathml"] for page in record["pages"])
    features = ["ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents"]
    features += ["alternativeText"] * bool(shown and described) + ["MathML"] * mathml
    language = record["book"]["language"].partition("-")[0]
    own: dict[str, str] = sentences[language if language in sentences else "en"]
    true = {"text": True, "links": True, "described-images": shown and described, "undescribed-images": not described, "mathml": mathml}
    moving = any(image["name"].endswith((".gif", ".webp")) for image in shown)
    return [
        ("accessMode", "textual"),
        *([("accessMode", "visual")] if shown else []),
        *([("accessModeSufficient", "textual")] if described else [("accessModeSufficient", "textual,visual")]),
        *(("accessibilityFeature", feature) for feature in sorted(features, key=str.lower)),
        ("accessibilityHazard", "unknown" if moving else "none"),
        ("accessibilitySummary", " ".join(sentence for name, sentence in own.items() if true.get(name))),
    ]


def _item(package: Package, name: str) -> dict[str, str]:
    """An entry of the manifest with what EPUB 3.3, § 5.6.2.2, wants to be told of it."""
    properties = []
    if name == package.cover:
        properties.append("cover-image")
    if name == "nav_page.xhtml":
        properties.append("nav")
    if name.endswith(".xhtml") and b"<math " in package.files[name]:
        properties.append("mathml")
    return {"id": _id(name), "href": name, "type": MEDIA_TYPES[Path(name).suffix.lower()], "properties": " ".join(properties)}


def _id(name: str) -> str:
    return "item-" + re.sub(r"[^A-Za-z0-9_-]", "-", name)


def main(argv: list[str]) -> None:
    """`epub PAGES.JSON IMAGES EDITIONS OUT.EPUB`."""
    pages, images, editions, out = map(Path, argv)
    record = tools.read_json(pages)
    tools.write(out, container.packed(unpaged(record, images, editions), container.stamp(record["book"]["epoch"]), plain=True))


if __name__ == "__main__":
    tools.main_of(main)
