"""LNG009's table of characters: that of the faces inside the installed Typst; and what it says is what Typst does."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from test_pdf import record, rendered

from octavo.checks import faces
from octavo.model import UserError


def test_the_table_is_that_of_the_installed_typst() -> None:
    made = faces.of_typst()
    assert json.loads(faces.DATA.read_text("utf-8")) == made, "run `python -m octavo.checks.faces`"
    assert {"Libertinus Serif", "NewComputerModernMath", "DejaVu Sans Mono"} <= set(made["faces"])  # type: ignore[call-overload]


@pytest.mark.parametrize("character", ["Ж", "ạ", "א", "ش", "क", "☞", "\u202f", "\u2060", "\u3000", "\ufe0f"])
def test_what_is_silent_is_printed(character: str, tmp_path: Path) -> None:
    assert not faces.beyond(tmp_path).search(character)
    rendered(record(f"# Title {{#t}}\n\nA{character}b."))


@pytest.mark.parametrize("character", ["中", "ไ", "😀", "\ue000", "𐌀"])
def test_what_is_found_is_refused(character: str, tmp_path: Path) -> None:
    assert faces.beyond(tmp_path).search(character), unicodedata.name(character, "")
    with pytest.raises(UserError):
        rendered(record(f"# Title {{#t}}\n\nA{character}b."))


def test_a_face_of_the_book_counts_and_a_broken_one_does_not(tmp_path: Path) -> None:
    folder = tmp_path / faces.OWN
    folder.mkdir(parents=True)
    (folder / "broken.otf").write_bytes(b"no face")
    assert faces.beyond(tmp_path).search("中")
    face = FontBuilder(1000)
    face.setupGlyphOrder([".notdef", "zhong"])
    face.setupCharacterMap({ord("中"): "zhong"})
    face.save(folder / "own.ttf")
    assert not faces.beyond(tmp_path).search("中")
    assert faces.beyond(tmp_path).search("国")
