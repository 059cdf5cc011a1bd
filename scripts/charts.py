"""How figures drawn from data look: one size, one face, one palette, readable in black and white, the same bytes each time.

Reads and writes nothing: numbers in, SVG out.
"""

from __future__ import annotations

import io
import itertools
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

INK = "#222222"
GRID = "#cccccc"
PALETTE = ("#1f4e79", "#c0561f", "#4f9d8b", "#dcae4a", "#b9d6ec", "#ececec")
"""The editions' blue first. Each is lighter than the one before it, so that they differ in grey too, and no two are
told apart by red against green alone (after Okabe and Ito, https://jfly.uni-koeln.de/color/)."""
HATCHES = ("", "////", "....", "\\\\\\\\", "", "xxxx")
STROKES = ("-", (0, (5, 1.6)), (0, (1.2, 1.4)), (0, (6, 1.5, 1.2, 1.5)), (0, (9, 2)), (0, (3, 3)))
# The width of the text block at the usual trim size, in millimetres: figures are drawn as large as they are printed.
WIDTH, HEIGHT = 112, 66
SIZE = 8.5
SMALL = 7.5
STYLE: Any = {
    "svg.fonttype": "path", "svg.hashsalt": "octavo", "font.family": ["STIXGeneral", "DejaVu Serif"], "font.size": SIZE,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": INK, "xtick.color": INK, "ytick.color": INK,
    "xtick.labelsize": SIZE, "ytick.labelsize": SIZE, "axes.labelsize": SIZE, "axes.titlesize": SIZE, "legend.fontsize": SIZE,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6, "xtick.major.width": 0.6,
    "ytick.major.width": 0.6, "lines.linewidth": 1.4, "hatch.linewidth": 0.5, "axes.axisbelow": True,
    "figure.constrained_layout.w_pad": 0.02, "figure.constrained_layout.h_pad": 0.02, "figure.constrained_layout.hspace": 0.04,
}  # fmt: skip


class Look(NamedTuple):
    """What the axes say, the words of the book's language, and the height in millimetres (0: as the kind of figure needs)."""

    x: str
    y: str
    words: Mapping[str, Any]
    height: float = 0


class Bar(NamedTuple):
    label: str
    counts: tuple[int, ...]


class Line(NamedTuple):
    label: str
    points: tuple[tuple[int, float], ...]


class Term(NamedTuple):
    """Somebody's time from `start` to `end`, as places on an axis of years; `years` are printed."""

    name: str
    start: float
    end: float
    years: tuple[int, int]
    kind: str


Box = tuple[float, float, float, float]


def _page(look: Look, height: float, plot: Callable[[Any], None], panels: int = 1) -> str:
    """The SVG of a page of the width of the text block, on which `plot` draws."""
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    with plt.rc_context(STYLE):
        size = (WIDTH / 25.4, (look.height or height) / 25.4)
        page, axes = plt.subplots(panels, 1, figsize=size, layout="constrained", sharex=True)
        plot(axes)
        out = io.StringIO()
        page.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(page)
    # matplotlib draws a space as a path without data, which EPUB readers' schema does not know.
    return re.sub(r'<path (id="[^"]*")(?![^>]*\bd=)', r'<path d="M0 0" \1', out.getvalue())


def _titled(axes: Any, title: str) -> None:
    """What the vertical axis counts stands level above it: nobody should have to tilt the book to read."""
    axes.set_title("\n".join(textwrap.wrap(title, 72)), loc="left", fontsize=SIZE)


def _gridded(axes: Any, which: str) -> None:
    axes.grid(axis=which, color=GRID, linewidth=0.4)


def _number(look: Look, value: float) -> str:
    return f"{value:,.0f}".replace(",", look.words["thousands"])


def _years(axes: Any, first: float, last: float, end: float = 0) -> None:
    """An axis of years, which may go on to `end` for the words beside what it shows."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(first, max(last, end))
    ticks = MaxNLocator(integer=True, nbins=8, steps=[1, 2, 5, 10]).tick_values(first, last)
    axes.set_xticks([tick for tick in ticks if first <= tick <= last])


def steps(points: Sequence[tuple[int, int]], look: Look) -> str:
    """A count that rises and falls by year."""
    from matplotlib.ticker import MaxNLocator

    years, values = [year for year, _ in points], [n for _, n in points]

    def plot(axes: Any) -> None:
        # The count is that of the end of a year: the last year has its length too.
        axes.step([*years, years[-1] + 1], [*values, values[-1]], where="post", color=PALETTE[0])
        axes.fill_between([*years, years[-1] + 1], [*values, values[-1]], step="post", color=PALETTE[0], alpha=0.12, linewidth=0)
        _years(axes, years[0], years[-1] + 1)
        axes.set_ylim(0, max(max(values), 1) * 1.08)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        _gridded(axes, "y")
        axes.set_xlabel(look.x)
        _titled(axes, look.y)

    return _page(look, HEIGHT, plot)


def bars(names: Sequence[str], parts: Sequence[Bar], look: Look) -> str:
    """Stacked bars, a colour and a hatching for each part; the whole stands above each bar."""
    from matplotlib.ticker import MaxNLocator

    totals = [sum(part.counts[i] for part in parts) for i in range(len(names))]

    def plot(axes: Any) -> None:
        below = [0] * len(names)
        for i, part in enumerate(parts):
            colour, hatch = PALETTE[i % len(PALETTE)], HATCHES[i % len(HATCHES)]
            edge = INK if i > 1 else "white"
            axes.bar(names, part.counts, 0.72, below, color=colour, hatch=hatch, edgecolor=edge, linewidth=0.5, label=part.label)
            below = [low + n for low, n in zip(below, part.counts, strict=True)]
        for i, total in enumerate(totals):
            axes.annotate(_number(look, total), (i, total), (0, 1.5), textcoords="offset points", ha="center", va="bottom")
        axes.set_ylim(0, max(totals) * 1.1)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.tick_params(axis="x", length=0)
        _gridded(axes, "y")
        axes.set_xlabel(look.x)
        _titled(axes, look.y)
        if any(part.label for part in parts):
            # Read from the top down, as the parts lie in a bar.
            handles, labels = axes.get_legend_handles_labels()
            axes.figure.legend(
                handles[::-1], labels[::-1], loc="outside lower left", ncols=2, frameon=False, handlelength=1.8, handleheight=1.1
            )

    return _page(look, HEIGHT + 4 + 4.5 * ((len(parts) + 1) // 2), plot)


def lines(found: Sequence[Line], scale: str, look: Look) -> str:
    """Lines by year, each with its name beside it; `both` scales as two panels, one above the other."""
    scales = ["linear", "log"] if scale == "both" else [scale]

    def plot(axes: Any) -> None:
        panels = list(axes) if len(scales) > 1 else [axes]
        for kind, panel in zip(scales, panels, strict=True):
            _panel(panel, found, kind, look)
            _titled(panel, look.y if panel is panels[0] or not look.y else "")
        if len(scales) > 1:
            for panel, name in zip(panels, look.words["scales"], strict=True):
                panel.set_title(name, loc="right", fontsize=SIZE, style="italic")
        panels[-1].set_xlabel(look.x)

    return _page(look, HEIGHT if len(scales) == 1 else 108, plot, len(scales))


def _panel(axes: Any, found: Sequence[Line], scale: str, look: Look) -> None:
    from matplotlib.ticker import FuncFormatter, NullLocator

    values = [y for line in found for _, y in line.points]
    years = [x for line in found for x, _ in line.points]
    for i, line in enumerate(found):
        axes.plot(*zip(*line.points, strict=True), color=PALETTE[i % 4], linestyle=STROKES[i % len(STROKES)])
    axes.set_yscale(scale)
    if scale == "log":
        axes.set_ylim(10 ** _floor(min(values)), max(values) * 2)
    else:
        axes.set_ylim(min(0, *values), max(values) * 1.14)
    _years(axes, min(years), max(years))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(look, value)))
    axes.yaxis.set_minor_locator(NullLocator())
    _gridded(axes, "y")
    axes.figure.draw_without_rendering()  # the layout: where a name is clear of the lines is known only after it
    taken: list[Box] = []
    for i, line in enumerate(found):
        year, value, offset = _clearest(i, found, axes, taken)
        colour = PALETTE[i] if i < 2 else INK
        side = "bottom" if offset > 0 else "top"
        axes.annotate(line.label, (year, value), (0, offset), textcoords="offset points", ha="center", va=side, color=colour)


def _floor(value: float) -> int:
    power = 0
    while 10**power > value:
        power -= 1
    while 10 ** (power + 1) <= value:
        power += 1
    return power


def _clearest(at: int, found: Sequence[Line], axes: Any, taken: list[Box]) -> tuple[int, float, float]:
    """The point of a line at which its name is farthest from other lines and names, and how far above the point it stands."""
    drawn = [_sampled(line, axes) for line in found]
    half, tall = len(found[at].label) * SIZE * 0.25, SIZE * 1.1
    best: tuple[float, Box, tuple[int, float, float]] | None = None
    for year, value in found[at].points:
        x, y = _points(axes, year, value)
        for offset in (4, -4, 8, -8, 12, -12, 18, -18):
            bottom = y + offset if offset > 0 else y + offset - tall
            box = (x - half, bottom, x + half, bottom + tall)
            score = _clearance(box, at, drawn, axes, taken) - abs(offset) / 2
            if best is None or score > best[0]:
                best = (score, box, (year, value, offset))
    if best is None:
        return (*found[at].points[0], 4)
    taken.append(best[1])
    return best[2]


def _points(axes: Any, x: float, y: float) -> tuple[float, float]:
    """A place of the plot in printer's points."""
    there = axes.transData.transform((x, y)) * 72 / axes.figure.dpi
    return float(there[0]), float(there[1])


def _sampled(line: Line, axes: Any) -> list[tuple[float, float]]:
    """A line as places a point or so apart."""
    ends = [_points(axes, x, y) for x, y in line.points]
    dense: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in itertools.pairwise(ends):
        steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0))))
        dense += [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps)]
    return [*dense, *ends[-1:]]


def _clearance(box: Box, at: int, drawn: Sequence[list[tuple[float, float]]], axes: Any, taken: Sequence[Box]) -> float:
    """How far a name is from what it could be taken for; far enough is as good as farther. Below 0: it would lie on something."""
    left, bottom, right, top = box
    scale = 72 / axes.figure.dpi
    frame = axes.bbox
    if left < frame.x0 * scale + 2 or right > frame.x1 * scale or bottom < frame.y0 * scale + 1 or top > frame.y1 * scale:
        return -100.0
    if any(left < other[2] + 6 and other[0] < right + 6 and bottom < other[3] + 2 and other[1] < top + 2 for other in taken):
        return -100.0
    gaps = [min((max(bottom - y, y - top) for x, y in line if left - 3 <= x <= right + 3), default=1000.0) for line in drawn]
    own = gaps.pop(at)
    return -100.0 if own < 1 or min(gaps, default=1000) < 1 else min(min(gaps, default=1000), 24) + min(own, 3)


def timeline(terms: Sequence[Term], look: Look) -> str:
    """A row a name, in the order of their first terms; a bar a term, with its years beside it."""
    names = list(dict.fromkeys(term.name for term in sorted(terms, key=lambda term: term.start)))
    kinds = list(dict.fromkeys(term.kind for term in terms))
    first, last = min(term.start for term in terms), max(term.end for term in terms)
    room = (last - first) / 7

    def plot(axes: Any) -> None:
        for term in terms:
            at, shade = names.index(term.name), kinds.index(term.kind) % len(PALETTE)
            length = max(term.end - term.start, (last - first) / 250)
            edge = "white" if shade < 2 else INK
            axes.barh(at, length, 0.56, term.start, color=PALETTE[shade], hatch=HATCHES[shade], edgecolor=edge, linewidth=0)
            _dated(axes, term, at, any(other.name == term.name and 0 < other.start - term.end < room for other in terms))
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(names) - 0.4, -0.6)
        _years(axes, first - 1, last + 1, last + room)
        _gridded(axes, "x")
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(look.x)
        _titled(axes, look.y)
        if any(kinds):
            _legend(axes, kinds)

    return _page(look, 14 + 6.2 * len(names) + (5 * ((len(kinds) + 1) // 2) if any(kinds) else 0), plot)


def _legend(axes: Any, kinds: Sequence[str]) -> None:
    from matplotlib.patches import Patch

    shown = [
        Patch(
            facecolor=PALETTE[i % len(PALETTE)],
            hatch=HATCHES[i % len(HATCHES)],
            edgecolor="white" if i < 2 else INK,
            label=kind,
            linewidth=0,
        )
        for i, kind in enumerate(kinds)
    ]
    axes.figure.legend(handles=shown, loc="outside lower left", ncols=2, frameon=False, handlelength=1.8)


def _dated(axes: Any, term: Term, at: int, is_left: bool) -> None:
    """The years of a term beside its bar: right of it, or left where another term of the same name follows."""
    start, end = term.years
    words = str(start) if start == end else f"{start}–{end}"
    x, offset, side = (term.start, -3, "right") if is_left else (term.end, 3, "left")
    axes.annotate(words, (x, at), (offset, 0), textcoords="offset points", ha=side, va="center_baseline", fontsize=SMALL)


def shares(ranges: Sequence[tuple[str, float, float]], look: Look) -> str:
    """A row a measure: a bar to the lower share, a hatched one on to the higher, and the numbers beside it."""
    names = ["\n".join(textwrap.wrap(name, 34)) for name, _, _ in ranges]
    height = 16 + sum(3.4 * (1 + name.count("\n")) + 4.0 for name in names)

    def plot(axes: Any) -> None:
        for at, (_, low, high) in enumerate(ranges):
            axes.barh(at, low, 0.5, color=PALETTE[0], linewidth=0)
            if high > low:
                axes.barh(at, high - low, 0.5, low, color=PALETTE[4], hatch="////", edgecolor=PALETTE[0], linewidth=0.5)
            words = f"{low:g}–{high:g}" if high > low else f"{low:g}"
            axes.annotate(words, (high, at), (3, 0), textcoords="offset points", va="center_baseline")
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(len(names) - 0.4, -0.6)
        top = max(high for _, _, high in ranges)
        axes.set_xlim(0, 100 if top > 50 else min(100, top * 1.3))
        _gridded(axes, "x")
        axes.set_xlabel(look.x)
        _titled(axes, look.y)

    return _page(look, height, plot)
