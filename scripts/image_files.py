"""Image files: whether they can be read, and are of the type that their name says.

Reads the files; writes nothing.
"""

from __future__ import annotations

import gzip
import warnings
from pathlib import Path, PurePosixPath
from xml.parsers import expat

from PIL import Image as Raster
from PIL import UnidentifiedImageError

RASTERS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".jpe": "JPEG", ".jfif": "JPEG", ".gif": "GIF", ".webp": "WEBP", ".avif": "AVIF",
    ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF",
}  # fmt: skip
VECTORS = (".svg", ".svgz")
_SAME = {"MPO": "JPEG", "DIB": "BMP"}
"""What cameras write under the name of another: several JPEG images in one file are JPEG to every reader."""


def fault_of(path: Path) -> tuple[str, str] | None:
    """What is wrong with an image file, and what to do; None if nothing is, or for a type that is not looked at."""
    suffix = path.suffix.lower()
    if suffix in VECTORS:
        return _fault_of_svg(path)
    if suffix not in RASTERS:
        return None
    unreadable = "save it anew from the program that made it"
    try:
        if not path.stat().st_size:
            return "is empty", unreadable
        is_of, whole = _read(path)
    except (UnidentifiedImageError, FileNotFoundError):
        return _guess(path, unreadable)
    except (OSError, SyntaxError, ValueError, EOFError):
        return "cannot be read to its end", unreadable
    if is_of != RASTERS[suffix]:
        return (
            f"is a {is_of} file, not what its name says",
            f"give it the ending of its type, `{PurePosixPath(path.name).stem}.{_ending(is_of)}`",
        )
    return None if whole else ("cannot be read to its end", unreadable)


def _read(path: Path) -> tuple[str, bool]:
    """The type of a raster image by its content, and whether it can be decoded whole."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Raster.open(path) as image:
            is_of = _SAME.get(image.format or "", image.format or "")
            if is_of == "PNG":
                image.verify()
        with Raster.open(path) as image:
            try:
                image.draft("L", (image.width // 8, image.height // 8))
                image.load()
            except Raster.DecompressionBombError:
                return is_of, True
            except OSError:
                return is_of, False
    return is_of, True


def _ending(is_of: str) -> str:
    return next(ending for ending, name in RASTERS.items() if name == is_of)[1:] if is_of in RASTERS.values() else is_of.lower()


def _guess(path: Path, unreadable: str) -> tuple[str, str]:
    start = path.read_bytes()[:400].lstrip().lower()
    if start.startswith(b"version https://git-lfs"):
        return "is the pointer to a file that git has not fetched", "fetch it: `git lfs pull`"
    if b"<svg" in start:
        return "is an SVG file, not what its name says", "give it the ending `.svg`"
    if start.startswith((b"<!doctype html", b"<html")):
        return "is a web page, not an image", "save the image itself, not the page that shows it"
    return "is no image that can be read", unreadable


def _fault_of_svg(path: Path) -> tuple[str, str] | None:
    raw = path.read_bytes()
    if path.suffix.lower() == ".svgz" or raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError):
            return "cannot be read to its end", "save it anew from the program that made it"
    if not raw.strip():
        return "is empty", "save it anew from the program that made it"
    names: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, _: names.append(name) if not names else None
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        if raw[:4] == b"\x89PNG" or raw[:3] == b"\xff\xd8\xff" or raw[:4] == b"GIF8":
            return "is a raster image, not what its name says", "give it the ending of its type"
        return f"is no XML: {expat.ErrorString(error.code)}, line {error.lineno}", "save it anew from the program that made it"
    if names[0].rpartition(":")[2] != "svg":
        return f"is no SVG: its first element is `{names[0]}`", "save the image itself"
    return None
