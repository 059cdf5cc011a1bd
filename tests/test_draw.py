"""Figures from data: the counts are right, the pictures are the same each time and legible, a bad table is one line."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from octavo import charts, config, draw, wordings
from octavo.dates import Date
from octavo.model import UserError

BOOK = Path(__file__).resolve().parent / "books" / "data"
SVG = "{http://www.w3.org/2000/svg}"
FIGURES = {figure["kind"]: figure for figure in config.load(BOOK).figures}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the charts were handed, by their kind, instead of pictures."""
    handed: dict[str, Any] = {}
    for kind in ("steps", "bars", "lines", "timeline", "shares"):
        monkeypatch.setattr(charts, kind, lambda *given, kind=kind: handed.update({kind: given}) or "<svg/>")
    return handed


def table(tmp_path: Path, text: str, **figure: Any) -> dict[str, Any]:
    folder = tmp_path / "chapters/data"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "x.csv").write_text(text, "utf-8")
    return {"file": "x.svg", "kind": "cumulative", "data": "data/x.csv", **figure}


class TestCounts:
    def test_a_count_rises_and_falls(self, drawn: dict[str, Any]) -> None:
        draw.draw(BOOK, FIGURES["cumulative"])
        counted = dict(drawn["steps"][0])
        assert [counted[year] for year in (1920, 1922, 1923, 1924, 1930, 1939, 1945, 1949, 1950)] == [0, 0, 1, 2, 3, 2, 3, 2, 2]

    def test_without_an_end_it_only_rises(self, drawn: dict[str, Any], tmp_path: Path) -> None:
        draw.draw(tmp_path, table(tmp_path, "date\n1924\n1922-02-01\n1924-02-07/1924-02-09\n\n"))
        assert drawn["steps"][0] == [(1922, 1), (1923, 1), (1924, 3)]

    def test_what_lies_before_the_first_year_counts_already(self) -> None:
        runs = [[(Date(1900), True)], [(Date(1901), True), (Date(1905), False)], [(Date(1910), True)]]
        assert draw.counts(runs, 1904, 1906) == [(1904, 2), (1905, 1), (1906, 1)]

    def test_of_several_changes_in_a_year_the_last_decides(self) -> None:
        run = [(Date(1922, 1), True), (Date(1922, 5), False), (Date(1922, 6), True), (Date(1923, 1), False), (Date(1923, 2), True)]
        assert draw.counts([run], 1921, 1924) == [(1921, 0), (1922, 1), (1923, 1), (1924, 1)]

    def test_a_row_that_ends_twice_is_taken_away_once(self) -> None:
        run = [(Date(1922), True), (Date(1930), False), (Date(1931), False)]
        assert draw.counts([run], 1929, 1932)[-1] == (1932, 0)

    def test_rows_by_decade_and_kind(self, drawn: dict[str, Any]) -> None:
        draw.draw(BOOK, FIGURES["bars"])
        names, bars, _ = drawn["bars"]
        assert names == ["1920s", "1930s", "1940s"]
        assert bars == [charts.Bar("Peace", (1, 1, 1)), charts.Bar("Trade", (1, 1, 0))]

    def test_the_decades_are_in_the_language_of_the_book_and_the_kinds_in_the_order_given(self, drawn: dict[str, Any]) -> None:
        draw.draw(BOOK, {**FIGURES["bars"], "order": ["Trade"], "where": "status!=draft"}, "de")
        names, bars, _ = drawn["bars"]
        assert names == ["1920er", "1930er", "1940er"]
        assert bars == [charts.Bar("Trade", (1, 1, 0)), charts.Bar("Peace", (1, 0, 1))]

    def test_lines_terms_and_shares(self, drawn: dict[str, Any]) -> None:
        for kind in ("lines", "timeline", "shares"):
            draw.draw(BOOK, FIGURES[kind])
        assert drawn["lines"][0][1] == charts.Line("South", ((1949, 1), (1950, 50), (1951, 1048), (1952, 30000)))
        assert [(term.name, term.years) for term in drawn["timeline"][0]] == [
            ("Anna Adler", (1918, 1930)), ("Boris Baum", (1930, 1939)), ("Anna Adler", (1940, 1949)),
        ]  # fmt: skip
        assert drawn["shares"][0] == [("Ships from the north, 1950", 62, 62), ("Ships from the south, 1950–1955", 10, 15)]

    def test_the_rows_that_are_listed_and_no_others(self, drawn: dict[str, Any]) -> None:
        draw.draw(BOOK, {**FIGURES["shares"], "rows": ["Ships from the south"]})
        assert [name for name, _, _ in drawn["shares"][0]] == ["Ships from the south, 1950–1955"]


class TestPicture:
    @pytest.mark.parametrize("kind", FIGURES)
    def test_it_is_the_same_each_time_and_as_wide_as_the_text(self, kind: str) -> None:
        first = draw.draw(BOOK, FIGURES[kind])
        assert first == draw.draw(BOOK, FIGURES[kind])
        root = etree.fromstring(first.encode())
        assert float(root.get("width").removesuffix("pt")) == pytest.approx(charts.WIDTH / 25.4 * 72, abs=0.1)
        assert "Date" not in first.partition("<defs>")[0]
        assert all(path.get("d") for path in root.iter(SVG + "path"))

    @pytest.mark.parametrize("kind", FIGURES)
    def test_nothing_in_it_is_smaller_than_seven_and_a_half_points(self, kind: str) -> None:
        scales = [float(s) for s in re.findall(r"scale\((0\.\d+) -0\.\d+\)", draw.draw(BOOK, FIGURES[kind]))]
        # matplotlib draws its letters 100 units high for the point: 0.085 is 8.5 points. Exponents and the like are smaller.
        assert scales
        assert min(scales) * 100 >= 7.5

    def test_each_colour_of_the_palette_is_lighter_than_the_one_before(self) -> None:
        def grey(colour: str) -> float:
            linear = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        greys = [grey(colour) for colour in charts.PALETTE]
        assert greys == sorted(greys)
        assert all(lighter / darker > 1.25 for darker, lighter in itertools.pairwise(greys))

    def test_the_names_of_lines_lie_on_no_line(self) -> None:
        found = [charts.Line("One", tuple((x, x * 2) for x in range(50))), charts.Line("Two", tuple((x, 100 - x) for x in range(50)))]
        for scale in ("linear", "both"):
            raised = [charts.Line(line.label, tuple((x, y + 1) for x, y in line.points)) for line in found]
            assert "<svg" in charts.lines(raised, scale, charts.Look("", "", wordings.words("ru")))


BAD = {
    "no file": ("", {"data": "data/y.csv"}, "chapters/data/y.csv is not there, did you mean `x.csv`?"),
    "empty file": ("", {}, "chapters/data/x.csv is empty"),
    "no rows": ("date\n", {}, "no row of chapters/data/x.csv is there"),
    "no such column": ("dates\n1922\n", {}, "chapters/data/x.csv has no column `date`, did you mean `dates`?"),
    "no date at all": ("date\nsoon\n", {}, "chapters/data/x.csv has no date in the column `date`"),
    "ragged": ("date\n1922,5\n", {}, "chapters/data/x.csv:2:1: the row has 2 cells for 1 columns"),
    "where leaves none": ("date\n1922\n", {"where": "date=1923"}, "no row of chapters/data/x.csv is as `where` asks"),
    "no date in a row": ("date\n1922\nlater\n", {"kind": "bars"}, "chapters/data/x.csv:3: `later` in the column `date` is no date"),
    "strange kind": (
        "date,by\n1922,Peace\n",
        {"kind": "bars", "by": "by", "order": ["Pease"]},
        "has no `Pease` in the column `by`, did you mean `Peace`?",
    ),
    "no columns": ("year\n1922\n", {"kind": "lines"}, "book.yaml: the figure x.svg needs `columns`"),
    "no number": (
        "year,n\n1922,many\n",
        {"kind": "lines", "columns": {"n": "N"}},
        "chapters/data/x.csv:2: `many` in the column `n` is no number",
    ),
    "zero on a log scale": (
        "year,n\n1922,0\n",
        {"kind": "lines", "columns": {"n": "N"}, "scale": "log"},
        "a logarithmic scale has no place for 0",
    ),
    "no name": ("from,to\n1922,1923\n", {"kind": "timeline"}, "book.yaml: the figure x.svg needs `name`"),
    "end before start": (
        "name,from,to\nA,1923,1922\n",
        {"kind": "timeline", "name": "name"},
        "chapters/data/x.csv:2: the column `to` is before",
    ),
    "no end": ("name,from,to\nA,1923,\n", {"kind": "timeline", "name": "name"}, "chapters/data/x.csv:2: `` in the column `to` is no date"),
    "no share": (
        "name,value\nA,two fifths\n",
        {"kind": "shares", "name": "name"},
        "chapters/data/x.csv:2: `two fifths` in the column `value` is no share",
    ),
    "too large": ("name,value\nA,140\n", {"kind": "shares", "name": "name"}, "chapters/data/x.csv:2: `140`"),
    "strange row": ("name,value\nA,14\n", {"kind": "shares", "name": "name", "rows": ["B"]}, "has no `B` in the column `name`"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_one_line_with_file_and_column(tmp_path: Path, name: str) -> None:
    text, changes, said = BAD[name]
    with pytest.raises(UserError) as error:
        draw.draw(tmp_path, {**table(tmp_path, text), **changes})
    assert said in str(error.value)
    assert "\n" not in str(error.value)
