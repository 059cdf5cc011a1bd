"""FIG, continued: the files of images: whether they can be read, are sharp enough, lie in the book, and are shown.

Reads the manuscript and the image files of the book; writes nothing.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from PIL import Image as Raster

from octavo import paper, tree
from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Image, Manuscript
from octavo.image_files import RASTERS, VECTORS, fault_of
from octavo.model import Place, UserError

LEAST = 150
"""Dots an inch: half of what printers ask for, and about what a reader begins to see."""
_NETWORK = re.compile(r"(?:https?|ftp|sftp):|//", re.IGNORECASE)
_HTML_IMAGE = re.compile(r"<(?:img|source|video|embed|input)\b[^>]*?\b(?P<name>src|poster)\s*=\s*[\"']?(?P<url>[^\s\"'>]+)", re.IGNORECASE)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(%|mm|cm|in|pt|px|)")


@check("FIG002", "unused-image", "warning", "no chapter shows `{path}`", hint="show it, or take the file out of the book")
def unused_image(book: Manuscript) -> Iterator[Hit]:
    """An image file in chapters/, or in a folder that chapters take images from, that nothing shows.

    Figures that the build draws, the cover, and images in included files or in raw HTML count as shown.

    *Bad*

        figures/rapallo.png        that no chapter names

    *Good*

        ![The signatures](figures/rapallo.png){alt="…"}
    """
    if not all(text.is_read for text in book.texts):
        return  # nobody knows what that chapter shows
    named = {path for path in _shown(book) if path and not path.startswith(("/", ".."))}
    shown = {path.lower() for path in (*named, book.book.cover, *book.drawn)}
    folders = {"chapters"} | {path.partition("/")[0] for path in named if "/" in path}
    for folder in sorted(folders - {"output", "editions"}):
        for path in sorted((book.directory / folder).rglob("*")):
            name = path.relative_to(book.directory).as_posix()
            is_image = path.suffix.lower() in RASTERS or path.suffix.lower() in VECTORS
            if is_image and name.lower() not in shown and not any(part.startswith(".") for part in PurePosixPath(name).parts):
                yield at(Place(name), path=name)


def _shown(book: Manuscript) -> Iterator[str]:
    """The paths in the book of all that chapters show or link to."""
    for text in book.texts:
        for image in text.images:
            yield image.path_in_book
        for target in text.source.targets:
            if not re.match(r"[a-z][a-z0-9+.-]+:|//|#", target.text, re.IGNORECASE):
                yield _normal(text.file.file, target.text)


def _normal(file: str, url: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(file).parent / unquote(re.sub(r"[?#].*", "", url))).parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


@check("FIG003", "broken-image", "error", "`{path}` {what}", hint="{hint}")
def broken_image(book: Manuscript) -> Iterator[Hit]:
    """An image file that cannot be read, that breaks off, or that is of another type than its name says.

    A page saved as `.png`, a photograph renamed from `.jpg`, half a download: one edition shows nothing, another stops.
    Said once for each file, where it is first shown.

    *Bad*

        ![The signatures](figures/rapallo.png){alt="…"}        where the file is a JPEG

    *Good*

        ![The signatures](figures/rapallo.jpg){alt="…"}
    """
    seen: set[str] = set()
    shown = [(image.path_in_book, image.url, image.path) for text in book.texts for image in text.images]
    for path, url, place in [*shown, (book.book.cover, book.book.cover, book.book.place("cover"))]:
        if not path or path in seen or path in book.drawn or not book.is_inside(path) or not (book.directory / path).is_file():
            continue
        seen.add(path)
        if fault := fault_of(book.directory / path):
            yield at(place, path=url, what=fault[0], hint=fault[1])


@check(
    "FIG004",
    "low-resolution",
    "warning",
    "{dots} dots an inch where it is printed {width} mm wide",
    hint="find a larger image: {pixels} pixels across would do, or print it smaller, `{{width={narrow}mm}}`",
)
def low_resolution(book: Manuscript) -> Iterator[Hit]:
    """An image of fewer than 150 dots an inch at the size at which it is printed.

    The size is what `width` or `height` ask for, else what the file says of itself (72 dots an inch where it says
    nothing), and never wider than the text nor higher than three quarters of the page. Drawings (SVG) have no dots.

    *Bad*

        ![The signatures](figures/rapallo.png){width=100% alt="…"}        480 pixels across on 113 mm

    *Good*

        ![The signatures](figures/rapallo.png){width=80mm alt="…"}
    """
    try:
        measure, depth = paper.measure(book.book.editions.get("pdf", {}))
    except (UserError, ValueError):
        return
    sizes: dict[str, tuple[int, int, float] | None] = {}
    for text in book.texts:
        for image in text.images:
            path = image.path_in_book
            if not path or path in book.drawn or not book.is_inside(path):
                continue
            if path not in sizes:
                sizes[path] = _size(book.directory / path)
            if size := sizes[path]:
                yield from _too_coarse(image, size, measure, depth)


def _size(path: Path) -> tuple[int, int, float] | None:
    """Width and height in pixels, and dots an inch as the file says; None if it is no raster image."""
    if path.suffix.lower() not in RASTERS or not path.is_file():
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Raster.open(path) as image:
                dots = image.info.get("dpi", (0, 0))[0] if image.format in ("PNG", "JPEG", "MPO") else 0
                return image.width, image.height, float(dots) if float(dots) > 1 else 72.0
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, Raster.DecompressionBombError):
        return None


def _too_coarse(image: Image, size: tuple[int, int, float], measure: float, depth: float) -> Iterator[Hit]:
    across, down, dots = size
    slope = down / across
    width, height = (_points(tree.value(image.node, name), measure) for name in ("width", "height"))
    wide = min(width or (height / slope if height else across / dots * 72), measure, depth / slope)
    found = across / wide * 72
    if round(found) < LEAST:
        printed = wide / paper.POINTS["mm"]
        yield at(
            image.path,
            dots=str(round(found)),
            width=f"{printed:.0f}" if printed >= 1 else f"{printed:.1f}",
            pixels=str(round(wide / 72 * LEAST)),
            narrow=f"{max(across / LEAST * 25.4, 1):.0f}",
        )


def _points(given: str, measure: float) -> float:
    """A width or height from the manuscript in points, as octavo.typst_syntax.length has it; 0 if there is none."""
    found = _LENGTH.fullmatch(given.strip())
    if not found:
        return 0
    number, unit = float(found[1]), found[2] or "px"
    return number * (measure / 100 if unit == "%" else 0.75 if unit == "px" else paper.POINTS[unit])


@check(
    "FIG006",
    "remote-image",
    "error",
    "the image `{url}` is on the network",
    hint="save it in the book, and show the copy: an edition stands alone",
)
def remote_image(book: Manuscript) -> Iterator[Hit]:
    """An image from the network, in Markdown or in raw HTML: the editions hold all that they show.

    *Bad*

        ![The signatures](https://example.org/rapallo.png){alt="…"}

    *Good*

        ![The signatures](figures/rapallo.png){alt="…"}
    """
    for text in book.texts:
        for image in text.images:
            if _NETWORK.match(image.url):
                yield at(image.path, url=image.url)
        for span in text.source.spans:
            for found in _HTML_IMAGE.finditer(text.source.text, span.start, span.end) if span.kind == "html" else ():
                if _NETWORK.match(found["url"]):
                    yield at(text.source.place(*found.span("url")), url=found["url"])
    if _NETWORK.match(book.book.cover):
        yield at(book.book.place("cover"), url=book.book.cover)
