"""FIG: figures and tables.

Reads the manuscript and which files there are; writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from octavo.checks import Hit, at, check
from octavo.checks.manuscript import Manuscript
from octavo.checks.nearest import nearest


@check(
    "FIG001",
    "missing-image",
    "error",
    "the image `{path}` is not there",
    hint=("the file is called `{case}`: capitals count", "did you mean `{nearest}`?", "the path is taken from the chapter's own folder"),
)
def missing_image(book: Manuscript) -> Iterator[Hit]:
    """An image whose file is not there, or is there in other capitals; the cover too.

    The path is relative to the chapter's file. Figures that the build draws (`figures:` in book.yaml) are no files yet.

    *Bad*

        ![The signatures](figures/Rapallo.png){alt="…"}        where the file is        chapters/figures/rapallo.png

    *Good*

        ![The signatures](figures/rapallo.png){alt="…"}
    """
    for text in book.texts:
        for image in text.images:
            path = image.path_in_book
            if path and path not in book.drawn and book.is_inside(path) and not (book.directory / path).is_file():
                yield at(image.path, path=image.url, **_likely(book, path))
    cover = book.book.cover
    if cover and book.is_inside(cover) and not (book.directory / cover).is_file():
        yield at(book.book.place("cover"), path=cover, **_likely(book, cover))


def _likely(book: Manuscript, path: str) -> dict[str, str]:
    """The file that was meant: the same in other capitals, or the likest name in the folder."""
    wanted = book.directory / path
    folder = wanted.parent
    names = sorted(other.name for other in folder.iterdir() if other.is_file()) if folder.is_dir() else []
    case = next((name for name in names if name.lower() == wanted.name.lower()), "")
    drawn = [name.rpartition("/")[2] for name in book.drawn if (book.directory / name).parent == folder]
    return {"case": case, "nearest": nearest(wanted.name, [*names, *drawn])}
