"""The book of this repository, built once as its reader would have it, and looked at from outside."""

from __future__ import annotations

import copy
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from reading import faults, lonely

from octavo import paper, pdf

TOP = Path(__file__).resolve().parent.parent
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
pytestmark = pytest.mark.xdist_group("real book")


def snakemake(book: Path, *targets: str) -> subprocess.CompletedProcess[str]:
    argv = [str(SNAKEMAKE), "-s", str(TOP / "Snakefile"), "--directory", str(book), "--cores", "2", *targets]
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(argv, cwd=book, env=clean, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the book with its editions."""
    book = tmp_path_factory.mktemp("real") / "book"
    for name in ("chapters", "bibliography"):
        shutil.copytree(TOP / name, book / name)
    shutil.copyfile(TOP / "book.yaml", book / "book.yaml")
    done = snakemake(book)
    assert done.returncode == 0, done.stdout
    return book


@pytest.fixture(scope="module")
def cited(real: Path) -> Any:
    return json.loads((real / "output/work/4-cited/book.json").read_text("utf-8"))


def test_the_check_finds_no_error_and_no_warning(real: Path) -> None:
    summary = json.loads((real / "output/check/report.json").read_text("utf-8"))["summary"]
    assert (summary["error"], summary["warning"]) == (0, 0)


def test_the_validators_find_nothing(real: Path) -> None:
    done = snakemake(real, "validate")
    assert done.returncode == 0, done.stdout


class TestPrint:
    def test_its_page_numbers_settle(self, real: Path) -> None:
        assert (real / "output/work/logs/pdf.log").read_text("utf-8") == ""

    def test_no_line_is_lonely_past_the_measure_or_over_another(self, real: Path) -> None:
        with pikepdf.open(next((real / "output").glob("*.pdf"))) as document:
            assert faults(document) == []
            assert lonely(document) == []

    def test_a_template_that_minds_no_widows_would_be_found(self, real: Path, cited: Any, tmp_path: Path) -> None:
        shutil.copytree(TOP / "editions/pdf", tmp_path / "pdf")
        path = tmp_path / "pdf/book.typ"
        path.write_text(path.read_text("utf-8").replace("costs: (runt: 300%, widow: 500%, orphan: 500%)", "costs: (widow: 0%, orphan: 0%)"))
        assert {what for _, what in lonely(printed(real, cited, template=tmp_path / "pdf"))} == {"a widow", "an orphan"}

    @pytest.mark.parametrize("paper", ["a5", "trade", "b5", "a4"])
    def test_every_trim_size_holds_the_text(self, real: Path, cited: Any, paper: str) -> None:
        assert faults(printed(real, cited, paper=paper)) == []

    def test_crop_marks_stand_outside_the_page_and_its_bleed(self, real: Path, cited: Any) -> None:
        document = printed(real, cited, crop_marks=True)
        page = document.pages[20]
        trim, bleed, sheet = ([round(float(side)) for side in page.obj[box]] for box in ("/TrimBox", "/BleedBox", "/MediaBox"))
        assert (trim[2] - trim[0], trim[3] - trim[1]) == pytest.approx(paper.paper("156mm x 234mm"), abs=2)
        assert all(abs(a - b) in (8, 9) for a, b in zip(trim, bleed, strict=True))
        assert all(abs(a - b) == 28 for a, b in zip(trim, sheet, strict=True))
        assert faults(document) == []


def printed(real: Path, cited: Any, template: Path = TOP / "editions/pdf", **settings: Any) -> pikepdf.Pdf:
    given = copy.deepcopy(cited)
    given["book"]["editions"]["pdf"] = settings
    images = real / "output/work/3-resolved/images"
    return pikepdf.open(io.BytesIO(pdf.render(given, images, template, own=Path("none"))))
