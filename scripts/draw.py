"""Stage 1: the figures that book.yaml asks to be drawn from data, as SVG.

Reads book.yaml and the tables in chapters/data/; writes output/work/1-parsed/figures/.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from octavo import config, tools
from octavo.model import UserError

# The editions' blue, dark enough to read in black and white; figures are drawn at the width of the text block (112 mm).
BLUE = "#1f4e79"
WIDTH, HEIGHT = 112 / 25.4, 66 / 25.4
STYLE: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "octavo",
    "font.family": ["STIXGeneral", "DejaVu Serif"],
    "font.size": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "lines.linewidth": 1.4,
}


def draw(directory: Path, figure: Mapping[str, Any]) -> str:
    """The SVG of one entry of `figures` in book.yaml. Raises UserError when its table cannot serve."""
    years = _years(directory / "chapters" / figure["data"], figure.get("date", "date"))
    first, last = figure.get("from", min(years)), figure.get("to", max(years))
    return _steps(_cumulative(years, first, last), figure)


def _years(path: Path, column: str) -> list[int]:
    """The year of each row: the first of its dates (`1924-04-07/1924-04-09` is 1924)."""
    shown = f"chapters/data/{path.name}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise UserError(f"{shown} cannot be read: {error.strerror}") from None
    if not rows:
        raise UserError(f"{shown} has no rows")
    if column not in rows[0]:
        raise UserError(f"{shown} has no column `{column}`" + config.nearest(column, rows[0]))
    found = [re.match(r"\s*(\d{4})", row[column] or "") for row in rows]
    return [int(match[1]) for match in found if match] or [0]


def _cumulative(years: list[int], first: int, last: int) -> list[tuple[int, int]]:
    """(year, how many of the years lie on or before it), from `first` to `last`."""
    counts = Counter(years)
    total = sum(n for year, n in counts.items() if year < first)
    points: list[tuple[int, int]] = []
    for year in range(first, last + 1):
        total += counts[year]
        points.append((year, total))
    return points


def _steps(points: list[tuple[int, int]], figure: Mapping[str, Any]) -> str:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    with plt.rc_context(STYLE):
        page, axes = plt.subplots(figsize=(WIDTH, HEIGHT))
        years = [year for year, _ in points]
        axes.step(years, [n for _, n in points], where="post", color=BLUE)
        axes.fill_between(years, [n for _, n in points], step="post", color=BLUE, alpha=0.12, linewidth=0)
        axes.set_xlim(years[0], years[-1])
        axes.set_ylim(0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color="#ccc", linewidth=0.4)
        axes.set_axisbelow(True)
        axes.set_xlabel(figure.get("x", ""))
        # What the vertical axis counts stands level above it: nobody should have to tilt the book to read.
        axes.set_title(figure.get("y", ""), loc="left", fontsize=STYLE["font.size"])
        out = io.StringIO()
        page.savefig(out, format="svg", bbox_inches="tight", pad_inches=0.02, metadata={"Date": None, "Creator": None})
        plt.close(page)
    # matplotlib draws a space as a path without data, which EPUB readers' schema does not know.
    return re.sub(r'<path (id="[^"]*")(?![^>]*\bd=)', r'<path d="M0 0" \1', out.getvalue())


def main(argv: list[str]) -> None:
    """`draw FOLDER`: run in the folder of the book."""
    directory = Path(".")
    folder = Path(argv[0])
    folder.mkdir(parents=True, exist_ok=True)
    for figure in config.load(directory).figures:
        tools.write(folder / figure["file"], draw(directory, figure))


if __name__ == "__main__":
    tools.main_of(main)
