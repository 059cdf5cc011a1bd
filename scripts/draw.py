"""Stage 1: the figures that book.yaml asks to be drawn from data, as SVG.

Reads book.yaml and the tables in chapters/data/; writes output/work/1-parsed/figures/. This module counts and reads the
numbers; `charts` draws them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from octavo import charts, config, csv_table, dates, tools, wordings
from octavo.charts import Bar, Line, Term
from octavo.csv_table import CsvTable, Row
from octavo.model import UserError

Figure = Mapping[str, Any]


def draw(directory: Path, figure: Figure, language: str = "en") -> str:
    """The SVG of one entry of `figures` in book.yaml. Raises UserError, one line, when its table cannot serve."""
    table = csv_table.read(directory, f"chapters/{figure['data']}")
    if table.ragged:
        first = table.ragged[0]
        raise UserError(f"the row has {first.detail}", first.place)
    table = table.where(figure.get("where", ""))
    look = charts.Look(figure.get("x", ""), figure.get("y", ""), wordings.words(language), figure.get("height", 0))
    return _KINDS[figure["kind"]](table, figure, look)


def _needed(table: CsvTable, figure: Figure, key: str) -> str:
    """The column that the figure names under `key`. Raises UserError where it names none, or one that is not there."""
    if key not in figure:
        raise UserError(f"{config.NAME}: the figure {figure['file']} needs `{key}`: a column of {table.file}")
    return table.column(figure[key])


def _year(table: CsvTable, row: Row, column: str) -> int:
    found = dates.all_of(row.cells[column])
    if not found:
        raise UserError(f"{table.file}:{row.line}: `{row.cells[column]}` in the column `{column}` is no date")
    return found[0].year


def _number(table: CsvTable, row: Row, column: str) -> float:
    """A number as data has it: `1234.5`, `12 %`; raises UserError for anything else."""
    plain = re.sub(r"[\s%\u00a0\u202f]", "", row.cells[column]).replace("−", "-")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise UserError(f"{table.file}:{row.line}: `{row.cells[column]}` in the column `{column}` is no number")
    return float(plain)


def _cumulative(table: CsvTable, figure: Figure, look: charts.Look) -> str:
    begun = table.column(figure.get("date", "date"))
    ends = {key: table.column(figure[key]) for key in ("end", "again") if key in figure}
    runs = [_run(row, begun, ends.get("end", ""), ends.get("again", "")) for row in table.rows]
    years = [date.year for run in runs for date, _ in run]
    if not years:
        raise UserError(f"{table.file} has no date in the column `{begun}`")
    first, last = figure.get("from", min(years)), figure.get("to", max(years))
    return charts.steps(counts(runs, first, last), look)


def _run(row: Row, begun: str, end: str, again: str) -> list[tuple[dates.Date, bool]]:
    """When a row begins (or begins again) to count and when it ceases to, in the order of time."""
    starts = [(date, True) for name in (begun, again) if name for date in dates.all_of(row.cells[name])]
    stops = [(date, False) for date in dates.all_of(row.cells[end])] if end else []
    return sorted(starts + stops)


def counts(runs: list[list[tuple[dates.Date, bool]]], first: int, last: int) -> list[tuple[int, int]]:
    """(year, how many rows count at its end), from `first` to `last`."""
    changes: Counter[int] = Counter()
    for run in runs:
        before, state = False, False
        for i, (date, state) in enumerate(run):
            # Of several changes in one year the last decides.
            if i + 1 == len(run) or run[i + 1][0].year != date.year:
                changes[date.year] += state - before
                before = state
    total = sum(n for year, n in changes.items() if year < first)
    points = []
    for year in range(first, last + 1):
        total += changes[year]
        points.append((year, total))
    return points


def _bars(table: CsvTable, figure: Figure, look: charts.Look) -> str:
    column = table.column(figure.get("date", "date"))
    by = table.column(figure["by"]) if "by" in figure else ""
    found = [(_year(table, row, column) // 10 * 10, row.cells[by] if by else "") for row in table.rows]
    decades = list(range(figure.get("from", min(d for d, _ in found)) // 10 * 10, figure.get("to", max(d for d, _ in found)) + 1, 10))
    sizes = Counter(kind for _, kind in found)
    # The kinds stand in the order that book.yaml gives, then by size.
    given = list(figure.get("order", []))
    if strange := next((kind for kind in given if kind not in sizes), ""):
        raise UserError(f"{table.file} has no `{strange}` in the column `{by}`" + config.nearest(strange, sizes))
    kinds = [*given, *sorted((kind for kind in sizes if kind not in given), key=lambda kind: (-sizes[kind], kind))]
    counted = Counter(found)
    bars = [Bar(kind, tuple(counted[decade, kind] for decade in decades)) for kind in kinds]
    return charts.bars([str(look.words["decade"]).format(decade) for decade in decades], bars, look)


def _lines(table: CsvTable, figure: Figure, look: charts.Look) -> str:
    column = table.column(figure.get("date", "year"))
    if not figure.get("columns"):
        raise UserError(f"{config.NAME}: the figure {figure['file']} needs `columns`: columns of {table.file}, each with its name")
    lines: list[Line] = []
    for name, label in figure["columns"].items():
        table.column(name)
        points = [(_year(table, row, column), _number(table, row, name)) for row in table.rows if row.cells[name]]
        inside = [(x, y) for x, y in sorted(points) if figure.get("from", x) <= x <= figure.get("to", x)]
        if not inside:
            raise UserError(f"{table.file} has no number in the column `{name}`")
        lines.append(Line(label, tuple(inside)))
    scale = figure.get("scale", "linear")
    if scale != "linear" and any(y <= 0 for line in lines for _, y in line.points):
        raise UserError(f"{table.file}: a logarithmic scale has no place for 0 or less")
    return charts.lines(lines, scale, look)


def _timeline(table: CsvTable, figure: Figure, look: charts.Look) -> str:
    name, start, end = _needed(table, figure, "name"), table.column(figure.get("start", "from")), table.column(figure.get("end", "to"))
    by = table.column(figure["by"]) if "by" in figure else ""
    terms = []
    for row in _chosen(table, figure, name):
        first, last = _moment(table, row, start), _moment(table, row, end)
        if last < first:
            raise UserError(f"{table.file}:{row.line}: the column `{end}` is before the column `{start}`")
        years = (_year(table, row, start), _year(table, row, end))
        terms.append(Term(row.cells[name], first, last, years, row.cells[by] if by else ""))
    return charts.timeline(terms, look)


def _moment(table: CsvTable, row: Row, column: str) -> float:
    """A date as a place on an axis of years; the middle of what is not told."""
    _year(table, row, column)
    date = dates.all_of(row.cells[column])[0]
    return date.year + ((date.month - 1 if date.month else 6) + (date.day / 31 if date.day else 0.5)) / 12


def _shares(table: CsvTable, figure: Figure, look: charts.Look) -> str:
    name = _needed(table, figure, "name")
    value = table.column(figure.get("value", "value"))
    when = table.column(figure["date"]) if "date" in figure else ""
    ranges = []
    for row in _chosen(table, figure, name):
        found = [float(n) for n in re.findall(r"\d+(?:\.\d+)?", row.cells[value])]
        if len(found) not in (1, 2) or not 0 <= found[0] <= found[-1] <= 100:
            raise UserError(f"{table.file}:{row.line}: `{row.cells[value]}` in the column `{value}` is no share: write 62, or 10–15")
        years = dates.printed(row.cells[when], look.words) if when else ""
        ranges.append((row.cells[name] + (f", {years}" if years else ""), found[0], found[-1]))
    return charts.shares(ranges, look)


def _chosen(table: CsvTable, figure: Figure, name: str) -> list[Row]:
    """The rows that the figure shows: all, or those of the names that it lists under `rows`, in their order."""
    wanted = figure.get("rows")
    if not wanted:
        return list(table.rows)
    known = {row.cells[name] for row in table.rows}
    if strange := next((each for each in wanted if each not in known), ""):
        raise UserError(f"{table.file} has no `{strange}` in the column `{name}`" + config.nearest(strange, known))
    return [row for each in wanted for row in table.rows if row.cells[name] == each]


_KINDS: dict[str, Callable[[CsvTable, Figure, charts.Look], str]] = {
    "cumulative": _cumulative,
    "bars": _bars,
    "lines": _lines,
    "timeline": _timeline,
    "shares": _shares,
}


def main(argv: list[str]) -> None:
    """`draw FOLDER`: run in the folder of the book."""
    directory = Path(".")
    folder = Path(argv[0])
    folder.mkdir(parents=True, exist_ok=True)
    book = config.load(directory)
    for figure in book.figures:
        tools.write(folder / figure["file"], draw(directory, figure, book.language))


if __name__ == "__main__":
    tools.main_of(main)
