"""Our build against a build by hand, in turn: A B A B …, and the ratio pair by pair.

usage: bench.py FOLDER [PAIRS]

FOLDER holds `gen.py CHAPTERS OUT`, which writes one synthetic book twice (OUT/pandoc and OUT/octavo), and
`by-hand.sh DIR PYTHON`, which builds the first with pandoc and Typst. Nothing is written but in a temporary folder.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
SNAKEMAKE = [str(Path(sys.executable).with_name("snakemake")), "-s", str(TOP / "Snakefile"), "--cores", "2"]
EMPTY = "rule all:\n    input: 'done'\n\nrule make:\n    output: 'done'\n    shell: 'touch done'\n"


def run(argv: list[str], folder: Path) -> tuple[float, float]:
    """(seconds, megabytes of the largest process) of one whole command."""
    start = time.perf_counter()
    process = subprocess.Popen(argv, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(argv)} failed:\n{said.decode()[-2000:]}")
    return time.perf_counter() - start, max(usage.ru_maxrss, 0) / (1024**2 if sys.platform == "darwin" else 1024)


def pairs(name: str, ours: Callable[[], tuple[float, float]], theirs: Callable[[], tuple[float, float]], count: int) -> None:
    """Print the ratio of wall time and of memory of `count` pairs: median, least and most."""
    measured = [(ours(), theirs()) for _ in range(count + 1)][1:]
    for what, at in (("time", 0), ("memory", 1)):
        ratios = [a[at] / b[at] for a, b in measured]
        a, b = (statistics.median(pair[i][at] for pair in measured) for i in (0, 1))
        unit = "s" if what == "time" else "MB"
        print(f"{name:32} {what:7} {a:8.2f} {b:8.2f} {unit:3} ratio {statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")


def main() -> None:
    bench, count = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([sys.executable, str(bench / "gen.py"), "12", str(folder / "book")], folder)
        book = folder / "book" / "octavo"
        by_hand = ["bash", str(bench / "by-hand.sh"), str(folder / "book" / "pandoc"), sys.executable]

        def cold() -> tuple[float, float]:
            for built in ("output", ".snakemake"):
                shutil.rmtree(book / built, ignore_errors=True)
            return run(SNAKEMAKE, book)

        empty = folder / "empty"
        empty.mkdir()
        (empty / "Snakefile").write_text(EMPTY)
        nothing = [SNAKEMAKE[0], "--cores", "2"]
        print(f"{'':32} {'':7} {'ours':>8} {'theirs':>8}")
        pairs("cold build, against by hand", cold, lambda: run(by_hand, folder), count)
        cold()
        run(nothing, empty)
        pairs("nothing to do, against Snakemake", lambda: run(SNAKEMAKE, book), lambda: run(nothing, empty), count)
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"largest process of all: {largest / 1024:.0f} MB")


if __name__ == "__main__":
    main()
