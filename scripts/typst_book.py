"""A cited book -> a PDF by Typst, for the print edition and for the draft.

Reads the record of a book, the images of 3-resolved/ and the template editions/pdf/; the PDF's bytes are returned, to be
written by a stage.

pandoc writes the text of the whole book as Typst once; text, template and images then go into a closed folder of their
own, where the Typst compiler runs in a process of its own. Everything else that is needed stands in book.json there.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from octavo import endnotes, imprint, only, tools, tree, typst_run
from octavo.model import Node, UserError
from octavo.paper import DEFAULTS, length, paper
from octavo.typst_apparatus import SENTENCES
from octavo.typst_markup import MARKS, VOCABULARY, Markup, targets
from octavo.typst_syntax import call, language, string
from octavo.wordings import capital

Record = dict[str, Any]

# PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) at once: accessible, and fit to be kept.
STANDARDS = ("ua-1", "a-2a")
OWN = Path("editions/pdf")
"""The book's own template and fonts."""
# Run by its path, for Python in isolated mode reads no folder and no variable that could put other code before it.
_RUNNER = Path(typst_run.__file__)
_API_VERSION = [1, 23, 1]
_WRITER = ("-f", "json", "-t", "typst-citations-smart", "--wrap=none", "--quiet")
# Stands before each chapter in what pandoc writes: a control character, which no text of a book holds.
_MARK = "\x1e"
_CREDITED = ("author", "editor", "translator", "illustrator", "contributor")


def sources(record: Record) -> dict[str, str]:
    """The Typst files of a book by name: main.typ, book.json and text/SLUG.typ for each chapter."""
    texts = _texts(record)
    used = f'#import "/book.typ": {", ".join(VOCABULARY)}\n'
    if _sheet(record) != "book":
        used += f'#import "/{_sheet(record)}.typ": {", ".join(MARKS[_sheet(record)])}\n'
    files = {f"text/{slug}.typ": used + SENTENCES + text for slug, text in texts.items()}
    return {"main.typ": _main(record), "book.json": json.dumps(settings(record), ensure_ascii=False, indent=1), **files}


def _sheet(record: Record) -> str:
    """The template: that of the print edition, or the one that stands over it for a draft or a redline."""
    return next((sheet for sheet in MARKS if sheet in record), "book")


def _texts(record: Record) -> dict[str, str]:
    chapters = record["chapters"]
    parts = {part["label"] for part in record["book"]["parts"]}
    missing = frozenset(name for chapter in chapters for name in only.keep(chapter, "pdf"))
    if record["book"].get("notes") == "chapter":
        endnotes.to_end_of_chapters(record)
    numbered = bool(record["book"]["editions"].get("pdf", {}).get("paragraph_numbers")) and not {"draft", "redline"} & record.keys()
    markup = Markup(set().union(*(targets(chapter["blocks"]) for chapter in chapters)) - missing, missing, numbered)
    blocks: list[Node] = []
    for chapter in chapters:
        blocks.append(tree.node("RawBlock", "typst", _MARK + chapter["slug"]))
        blocks += markup.chapter(chapter, level=2 if chapter["part"] in parts else 1)
    document = {"pandoc-api-version": _API_VERSION, "meta": {}, "blocks": blocks}
    written = tools.pandoc(_WRITER, json.dumps(document).encode(), seconds=600, gigabytes=6).decode()
    return dict(piece.split("\n", 1) for piece in written.split(_MARK)[1:])


def _main(record: Record) -> str:
    """main.typ: the first pages, then the chapters in order, each part before its first chapter."""
    lines = [f'#import "/{_sheet(record)}.typ": *', "#show: book", "#first-pages()"]
    parts = {part["label"]: part for part in record["book"]["parts"]}
    in_front, has_contents, shown = True, False, set()
    for chapter in record["chapters"]:
        if not has_contents and not chapter.get("leaf"):
            has_contents = True
            lines.append("#contents()")
        if in_front and chapter["kind"] not in ("front", "list"):
            in_front = False
            lines.append("#show: main-matter")
        part = parts.get(chapter["part"])
        if part and part["label"] not in shown:
            shown.add(part["label"])
            lines.append(call("#part", number=string(part["number"]), id=string(part["label"]), title=string(part["title"])))
        elif not part and shown:
            lines.append("#end-of-parts()")
            shown = set()
        lines.append(f"#include {string('/text/' + chapter['slug'] + '.typ')}")
    return "\n".join([*lines, "#end-of-book()"]) + "\n"


# PDF/A asks for a date: a book that has none, outside git, takes the time stamp that its files have.
_NO_DATE = "1980-01-01"


def settings(record: Record) -> Record:
    """What the template reads of the book: book.json."""
    book = record["book"]
    chosen = {**DEFAULTS, **book["editions"].get("pdf", {})}
    people = book["contributors"]
    authors = _names(people, "author") or _names(people, "editor")
    spoken, region = language(book["language"]) or ("en", "")
    return {
        "title": book["title"], "subtitle": book["subtitle"], "language": spoken, "region": region or None, "words": _words(book["words"]),
        "authors": authors, "keywords": book["keywords"], "description": book["description"] or None,
        "credits": [[_said(book["words"], role), _names(people, role)] for role in _CREDITED if _names(people, role)],
        "publisher": [book["publisher"].get(key, "") for key in ("name", "place")],
        "imprint": imprint.paragraphs(book), "date": _date(book["date"] or _NO_DATE), "has-parts": bool(book["parts"]),
        "paper": paper(chosen["paper"]), "size": float(chosen["size"].removesuffix("pt")),
        "font": chosen["font"], "fallback": chosen["fallback"],
        "coloured-links": chosen["links"] == "coloured", "crop-marks": chosen["crop_marks"],
        "bleed": length(chosen["bleed"]) if chosen["bleed"] != "0mm" else length("3mm") if chosen["crop_marks"] else 0.0,
    } | {sheet: record[sheet] for sheet in MARKS if sheet in record}  # fmt: skip


def _names(people: list[Record], role: str) -> list[str]:
    return [person["name"] for person in people if person["role"] == role]


def _said(words: Mapping[str, Any], role: str) -> str:
    return "" if role == "author" else str(words[role])


# The wordings that the template needs as they are: of most it chooses one or many itself.
_AS_GIVEN = ("page", "notes-to-pages", "note-locator", "continued")


def _words(words: Mapping[str, Any]) -> dict[str, Any]:
    """The wordings as they stand alone: "Part" of "Part, Parts", with a capital letter."""
    alone = {key: capital(word if isinstance(word, str) else word[0]) for key, word in words.items()}
    return {"version": "Version"} | alone | {key: words[key] for key in _AS_GIVEN}


def _date(date: str) -> list[int] | None:
    """[year, month, day]; a date without a day or month is that of its first."""
    return [int(part) for part in [*date.split("-"), "1", "1"][:3]] if date else None


def stage(folder: Path, files: Mapping[str, str], images: Path, template: Path, own: Path) -> None:
    """Fill the closed folder: template, the book's `own` files over it, text, images; copies alone, for Typst follows
    symbolic links out of its root."""
    if not (template / "book.typ").is_file():
        raise UserError(f"the template {template / 'book.typ'} is missing")
    for origin, target in [*_regular(template, folder), *_regular(own, folder), *_regular(images, folder / "images")]:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, target)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def _regular(origin: Path, target: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted(origin.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, target / path.relative_to(origin)


class Printed(NamedTuple):
    """A PDF, and where its marks stand: (what a mark says, page, x, y), in points from the upper left corner of the page.

    `labels` are what the pages that hold them are called, by their numbers in the file; `sources` what Typst was given;
    `margin` a PDF to be laid over them: a page for each page that has marks, in their order;
    `lapse` says why the standards could not be kept, where they were not.
    """

    content: bytes
    marks: list[tuple[Any, int, float, float]]
    labels: dict[int, str]
    sources: dict[str, str]
    margin: bytes
    lapse: str = ""


def render(record: Record, images: Path, template: Path, standards: tuple[str, ...] = STANDARDS, own: Path = OWN) -> bytes:
    """The PDF of a book; `own` is the folder whose files override those of `template`, file by file.

    Raises UserError, one line, for what Typst cannot set. The record is used up: its tree becomes markup.
    """
    return printed(record, images, template, standards, own).content


def printed(
    record: Record,
    images: Path,
    template: Path,
    standards: tuple[str, ...] = STANDARDS,
    own: Path = OWN,
    label: str = "",
    margin: str = "",
    is_lenient: bool = False,
) -> Printed:
    """As `render`, with the places of the marks that bear `label`, and what the file `margin` of the template makes of them.

    `is_lenient`: by no standard, where these cannot be kept.
    """
    with tempfile.TemporaryDirectory(prefix="octavo-") as name:
        folder = Path(name).resolve()
        files = sources(record)
        stage(folder, files, images, template, own)
        choices = [",".join(standards), *([""] if is_lenient else [])]
        argv = [sys.executable, "-I", str(_RUNNER), str(folder), str(record["book"]["epoch"]), label, margin, *choices]
        said = json.loads(tools.run(argv, seconds=900))
        errors = [explain(message, diagnostic, record["chapters"]) for message, diagnostic in said["errors"]]
        if len(errors) == len(choices):
            raise UserError(errors[-1])
        if any("did not converge" in warning for warning in said["warnings"]):
            print("octavo: some page numbers of the PDF did not settle: look them up in its indexes and contents", file=sys.stderr)
        chosen = settings(record)
        for font in (chosen["font"], *chosen["fallback"]):
            if f"unknown font family: {font.lower()}" in said["warnings"]:
                raise UserError(f"the font `{font}` is not there (editions.pdf)", hint="put its files into editions/pdf/fonts/")
        made = _with_bleed((folder / "main.pdf").read_bytes(), chosen["bleed"], chosen["crop-marks"])
        labels = {int(page): name for page, name in said["labels"].items()}
        over = (folder / "margin.pdf").read_bytes() if margin else b""
        return Printed(made, [tuple(mark) for mark in said["marks"]], labels, files, over, *errors)


def _with_bleed(made: bytes, bleed: float, has_marks: bool) -> bytes:
    """The PDF with its bleed box, which Typst makes no smaller than the sheet: where crop marks stand outside it."""
    if not has_marks:
        return made
    import pikepdf

    with pikepdf.open(io.BytesIO(made)) as document:
        for page in document.pages:
            left, foot, right, head = (float(side) for side in page.TrimBox)
            page.BleedBox = [round(side, 3) for side in (left - bleed, foot - bleed, right + bleed, head + bleed)]
        out = io.BytesIO()
        document.save(out, deterministic_id=True, fix_metadata_version=False)
        return out.getvalue()


def explain(error: str, diagnostic: str, chapters: list[Record]) -> str:
    """One line in plain words for the compiler's error, with the chapter or the file in which it stands."""
    found = re.search(r"^error: .*\n\s*┌─ (?:\S*?/)?((?:text|images)/[^\n]+?|[\w.-]+\.\w+):(\d+):\d+", diagnostic, re.MULTILINE)
    file, line = (found[1], found[2]) if found else ("", "")
    slug = file.removeprefix("text/").removesuffix(".typ") if file.startswith("text/") else ""
    origin = next((chapter["file"] or chapter["title"] for chapter in chapters if chapter["slug"] == slug), "")
    where = f"{origin}: " if origin else f"{line_of(file, line)}: " if file.endswith(".typ") and file != "main.typ" else ""
    message = " ".join(re.sub(r"^PDF/[\w/, -]+ error: ", "", error).split())
    for pattern, words in _PLAIN:
        if known := re.search(pattern, message):
            return where + words.format(*known.groups(), image=Path(file).name or "that it shows")
    return f"{where}the PDF cannot be made: {message}"


def line_of(file: str, line: str) -> str:
    return f"editions/pdf/{file}, line {line}"


# What Typst 0.15 says -> what a scholar can do something about.
_PLAIN = (
    (r'the text `"(.+)"` could not be displayed with font `"(.+?)"`', "no font of the print edition has the letter {0} (set in {1})"),
    (r"label `<(.+)>` does not exist", "a link leads to `{0}`, which nothing in the book bears"),
    (r"label `<(.+)>` occurs multiple times", "two things of the book bear the label `{0}`"),
    (r"file not found \(searched at (?:.*/)?(.+)\)", "the file {0} is not there"),
    (r"failed to (?:parse|decode|load) (\w+) ?(?:image)?(.*)", "the image {image} cannot be read as {0}{1}"),
    (r"unknown image format", "the image {image} is of a kind that a PDF cannot hold: use SVG, PNG, JPEG, GIF, WebP or PDF"),
    (r"missing alt text", "an image or formula has no alternative text"),
)
