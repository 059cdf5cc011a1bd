"""Our build against a build by hand, in turn: A B A B …, and the ratio pair by pair; and how long `octavo check` takes.

usage: bench.py FOLDER [PAIRS]

FOLDER holds `gen.py CHAPTERS OUT`, which writes one synthetic book twice (OUT/pandoc and OUT/octavo), and
`by-hand.sh DIR PYTHON`, which builds the first with pandoc and Typst. Nothing is written but in a temporary folder.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from octavo import parse, tools

TOP = Path(__file__).resolve().parent.parent
SNAKEMAKE = [str(Path(sys.executable).with_name("snakemake")), "-s", str(TOP / "Snakefile"), "--cores", "2"]
CHECK = [sys.executable, "-m", "octavo", "check"]
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


def show(name: str, measured: list[tuple[float, float, float]]) -> None:
    """Print the medians of (seconds, seconds of the processors, megabytes)."""
    wall, processors, memory = (statistics.median(one[i] for one in measured) for i in range(3))
    print(f"{name:48} {wall:7.2f} s  {processors:7.2f} s of the processors  {memory:5.0f} MB")


def checked(argv: list[str], folder: Path) -> tuple[float, float, float]:
    """(seconds, seconds of the processors, megabytes) of one whole command and of what it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall, memory = run(argv, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory


def parsing(book: Path) -> tuple[float, float, float]:
    """What pandoc alone takes for the chapters of a book, two at a time."""
    argv = [tools.pandoc_path(), "-f", parse.READER, "-t", "json", "-o", os.devnull]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        memory = max(pool.map(lambda chapter: run([*argv, str(chapter)], book)[1], sorted((book / "chapters").glob("*.md"))))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, memory


def checks(bench: Path, folder: Path, count: int) -> None:
    """How long the checker takes: a book that it has never seen, one that has not changed, and 20,000 entries."""
    folder.mkdir()
    for chapters in (12, 300):
        run([sys.executable, str(bench / "gen.py"), str(chapters), str(folder / f"{chapters}"), "--flavours", "octavo"], folder)
        book = folder / f"{chapters}" / "octavo"
        show(f"check, {chapters} chapters, pandoc alone", [parsing(book)])
        show(f"check, {chapters} chapters, for the first time", [checked(CHECK, book)])
        show(f"check, {chapters} chapters, nothing changed", [checked(CHECK, book) for _ in range(count if chapters < 100 else 1)])
    references = folder / "300" / "octavo" / "bibliography" / "references.bib"
    book = folder / "12" / "octavo"
    entries = references.read_text("utf-8")
    (book / "bibliography" / "references.bib").write_text("\n".join(_varied(entries, n) for n in range(10)), "utf-8")
    show("check, 20,000 entries, chapters unchanged", [checked(CHECK, book)])


def _varied(entries: str, number: int) -> str:
    """The entries with other keys, and a word more in their titles: works of the same persons and years that differ by it."""
    if not number:
        return entries
    word = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"][number]
    keyed = re.sub(r"^(@\w+\{\w+),", rf"\g<1>x{number},", entries, flags=re.MULTILINE)
    return re.sub(r"(?<=  title = \{\{)", f"{word} ", keyed)


def main() -> None:
    bench, count = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checks(bench, folder / "checks", count)
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
