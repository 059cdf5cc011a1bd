"""The face of the print edition for the EPUB: the letters that the book uses, and the licence that lets them be embedded.

Reads the fonts in the book's own editions/pdf/fonts/, else those inside the Typst compiler; writes nothing: files by name out.
A font is embedded only if it says itself that its licence is the SIL Open Font License 1.1, which allows that and a subset,
and asks that the licence goes with it (https://openfontlicense.org).
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont, TTLibError

from octavo import typst_faces
from octavo.model import UserError

Files = dict[str, bytes]

OWN = Path("editions/pdf/fonts")
STYLES = {"Regular": ("normal", "normal"), "Italic": ("italic", "normal"), "Bold": ("normal", "bold"), "Bold Italic": ("italic", "bold")}
"""The styles that are embedded, each with its font-style and font-weight in CSS."""
# Beyond what a text needs of a face: small capitals, figures, what stands above or below the line (OpenType feature tags).
_FEATURES = ["smcp", "c2sc", "onum", "lnum", "pnum", "tnum", "sups", "subs", "sinf"]
_FAMILY, _STYLE, _COPYRIGHT, _LICENCE, _LICENCE_URL, _OWN_FAMILY, _OWN_STYLE = 1, 2, 0, 13, 14, 16, 17  # OpenType, name table
_OPEN = re.compile(r"SIL Open Font License|scripts\.sil\.org/OFL|openfontlicense\.org", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


def embedded(family: str, texts: list[str], licence: str) -> tuple[Files, str]:
    """The files of a face with the letters of some XHTML, and the rules of CSS that name them. `licence`: the text of the OFL.

    Raises UserError where there is no such face, or where its licence does not allow it.
    """
    letters = set(unescape("".join(_TAG.sub("", text) for text in texts))) | set("0123456789 ")
    letters |= {other for letter in letters for other in letter.upper() + letter.lower()}
    faces = {style: font for style, font in _faces(family).items() if style in STYLES}
    if "Regular" not in faces:
        raise UserError(f"the font `{family}` is not there (editions.epub.embed_fonts)", hint=f"put its files into {OWN}/")
    files: Files = {}
    rules = []
    for style, font in faces.items():
        if not _OPEN.search(f"{_said(font, _LICENCE)} {_said(font, _LICENCE_URL)}"):
            what = f"the font `{family} {style}` does not say that its licence is the SIL Open Font License"
            raise UserError(f"{what}: it is not embedded", hint="set editions.epub.embed_fonts to false, or choose another face")
        name = f"fonts/{family.replace(' ', '')}-{style.replace(' ', '')}.otf"
        slant, weight = STYLES[style]
        rules.append(f'@font-face {{ font-family: "{family}"; font-style: {slant}; font-weight: {weight}; src: url("{name}"); }}\n')
        notice = _said(font, _COPYRIGHT)
        files[name] = _subset(font, letters)
    # The licence stands with the rules: in a file of its own EPUBCheck would miss what leads there (OPF-097).
    return files, f'\n/* {notice}\n\n{licence.rstrip()} */\n{"".join(rules)}body {{ font-family: "{family}", serif; }}\n'


def _said(font: TTFont, number: int) -> str:
    return str(font["name"].getDebugName(number) or "")


def _subset(font: TTFont, letters: set[str]) -> bytes:
    options = subset.Options()
    options.layout_features = [*options.layout_features, *_FEATURES]
    options.name_IDs = [*options.name_IDs, _COPYRIGHT, _LICENCE, _LICENCE_URL]
    options.recalc_timestamp = False
    options.desubroutinize = True
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=[ord(letter) for letter in letters])
    chosen.subset(font)
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def _faces(family: str) -> dict[str, TTFont]:
    """style -> the font: the book's own, or one of those in the compiler."""
    found: dict[str, TTFont] = {}
    for content in itertools.chain(_own(), typst_faces.contents()):
        try:
            font = TTFont(io.BytesIO(content), lazy=True, recalcTimestamp=False)
            if (_said(font, _OWN_FAMILY) or _said(font, _FAMILY)) == family:
                found.setdefault(_said(font, _OWN_STYLE) or _said(font, _STYLE), font)
        except (TTLibError, KeyError):
            continue
        if len(STYLES.keys() & found.keys()) == len(STYLES):
            break
    return found


def _own() -> Iterator[bytes]:
    for path in sorted(OWN.rglob("*")):
        if path.suffix.lower() in (".otf", ".ttf") and path.is_file():
            yield path.read_bytes()
