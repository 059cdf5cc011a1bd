"""The workflow as its user meets it: whole builds by snakemake, from other folders, twice, interrupted, with bad input."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
BOOKS = TOP / "tests" / "books"
SNAKEMAKE = Path(sys.executable).with_name("snakemake")
OCTAVO = Path(sys.executable).with_name("octavo")
TRAP = "raise SystemExit('code of the book was run')\n"


def snakemake(
    book: Path, *args: str, snakefile: Path = TOP / "Snakefile", env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One run of the workflow on a book, from another folder; both streams in stdout."""
    argv = [str(SNAKEMAKE), "-s", str(snakefile), "--directory", str(book), "--cores", "2", *args]
    clean = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        argv, cwd=book.parent, env=clean | (env or {}), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300
    )


def copy(tmp_path: Path, name: str = "tiny", to: str = "book") -> Path:
    target = tmp_path / to
    shutil.copytree(BOOKS / name, target)
    return target


def manifest(book: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((book / "output/manifest.json").read_text())
    return read


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny book, built once, from a folder with traps in it: code that a build must never run."""
    book = copy(tmp_path_factory.mktemp("built"))
    for folder in ("scripts", "octavo", "snakemake"):
        (book / folder).mkdir()
        for name in ("__init__.py", "__main__.py", "parse.py", "tools.py"):
            (book / folder / name).write_text(TRAP)
    done = snakemake(book)
    assert done.returncode == 0, done.stdout
    return book


class TestBuild:
    def test_the_three_editions_are_there_and_nothing_outside_output(self, built: Path) -> None:
        assert {path.name for path in (built / "output").iterdir() if not path.name.startswith(".")} == {
            "tiny.pdf",
            "tiny.epub",
            "html",
            "check",
            "work",
            "manifest.json",
        }
        assert {path.name for path in built.iterdir()} == {
            ".snakemake",
            "bibliography",
            "book.yaml",
            "chapters",
            "octavo",
            "output",
            "scripts",
            "snakemake",
        }
        assert sorted(path.name for path in (built / "output/work").iterdir()) == [
            "1-parsed",
            "2-checked",
            "3-resolved",
            "4-cited",
            "5-rendered",
            "logs",
        ]

    def test_a_second_run_does_nothing(self, built: Path) -> None:
        before = {path: path.stat().st_mtime_ns for path in (built / "output").rglob("*") if path.is_file() and path.name != ".lock"}
        done = snakemake(built)
        assert "Nothing to be done" in done.stdout
        assert {path: path.stat().st_mtime_ns for path in before} == before

    def test_the_validators_find_nothing(self, built: Path) -> None:
        done = snakemake(built, "validate")
        assert done.returncode == 0, done.stdout
        assert json.loads((built / "output/check/editions.json").read_text())["findings"] == []

    def test_two_folders_give_the_same_bytes(self, built: Path, tmp_path: Path) -> None:
        other = copy(tmp_path, to="another folder, with a longer name")
        done = snakemake(other, env={"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8"})
        assert done.returncode == 0, done.stdout
        assert manifest(other) == manifest(built)

    def test_a_second_builder_in_a_folder_is_sent_away(self, tmp_path: Path) -> None:
        book = copy(tmp_path)
        (book / "output").mkdir()
        with (book / "output/.lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            done = snakemake(book)
        assert done.returncode == 1
        assert "another build runs in this folder" in done.stdout
        assert "Traceback" not in done.stdout

    @pytest.mark.parametrize(
        ("module", "rules"),
        [
            ("html", {"html", "paginate", "publish", "all"}),
            ("epub", {"epub", "paginate", "publish", "all"}),
            ("pdf", {"pdf", "paginate", "publish", "all"}),
            ("publish", {"publish", "all"}),
        ],
    )
    def test_a_changed_module_reruns_its_stage_and_no_more(self, built: Path, tmp_path: Path, module: str, rules: set[str]) -> None:
        checkout = tmp_path / "checkout"
        checkout.mkdir()
        for name in ("scripts", "editions", "profiles"):
            shutil.copytree(TOP / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(TOP / "Snakefile", checkout)
        (tmp_path / "path").mkdir()
        (tmp_path / "path" / "octavo").symlink_to(checkout / "scripts")
        with (checkout / "scripts" / f"{module}.py").open("a") as file:
            file.write("# changed\n")
        book = tmp_path / "book"
        shutil.copytree(built, book, symlinks=True)
        done = snakemake(
            book, "--dry-run", "--rerun-triggers", "params", snakefile=TOP / "Snakefile", env={"PYTHONPATH": str(tmp_path / "path")}
        )
        counted = {line.split()[0] for line in done.stdout.splitlines() if len(line.split()) == 2 and line.split()[1].isdigit()}
        assert counted - {"total"} == rules


STAGES = ["parse", "report", "resolve", "cite", "pdf", "pages", "html", "paginate", "publish"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_killed_build_ends_in_the_same_bytes(built: Path, tmp_path: Path, stage: str) -> None:
    book = copy(tmp_path)
    argv = [str(SNAKEMAKE), "-s", str(TOP / "Snakefile"), "--directory", str(book), "--cores", "2"]
    running = subprocess.Popen(argv, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    log = book / f"output/work/logs/{stage}.log"
    deadline = time.monotonic() + 120
    while not log.exists() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert running.poll() is None, "the build ended before it could be killed"
    running.kill()
    running.wait()
    done = snakemake(book)
    assert done.returncode == 0, done.stdout
    assert manifest(book) == manifest(built)


def test_a_book_without_a_date_outside_git_builds(tmp_path: Path) -> None:
    book = copy(tmp_path)
    text = (book / "book.yaml").read_text()
    (book / "book.yaml").write_text(text.replace("date: 2026-01-02\n", ""))
    done = snakemake(book)
    assert done.returncode == 0, done.stdout


def changed(relative: str, content: str | bytes) -> Callable[[Path], None]:
    def change(book: Path) -> None:
        (book / relative).write_bytes(content.encode() if isinstance(content, str) else content)

    return change


def added(relative: str, content: str) -> Callable[[Path], None]:
    def change(book: Path) -> None:
        with (book / relative).open("a") as file:
            file.write(content)

    return change


def removed(relative: str) -> Callable[[Path], None]:
    def change(book: Path) -> None:
        path = book / relative
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return change


BAD = {
    "no book.yaml": (removed("book.yaml"), "no book.yaml"),
    "unreadable YAML": (changed("book.yaml", "title: [\n"), "book.yaml:"),
    "unknown key": (added("book.yaml", "titel: x\n"), "did you mean `title`?"),
    "missing chapter": (removed("chapters/second.md"), "STR002"),
    "empty chapter": (changed("chapters/second.md", ""), "STR004"),
    "invalid UTF-8": (changed("chapters/second.md", b"# T\n\n\xff\xfe\n"), "STR010"),
    "NUL byte": (changed("chapters/second.md", "# T\n\na\0b\n"), "STR010"),
    "no bibliography": (removed("bibliography"), "CIT001"),
    "missing style": (added("book.yaml", "bibliography: {csl: chicago-note-bibliography}\n"), "did you mean `chicago-notes-bibliography`?"),
    "missing image": (removed("chapters/figures/bar.svg"), "FIG001"),
    "brackets fourteen deep": (added("chapters/second.md", "\n" + "[" * 14 + "x" + "]" * 14 + "\n"), "STR016"),
    "alias bomb": (changed("chapters/second.md", "---\na: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n---\n\n# T\n"), "STR011"),
    "cycle of crossref": (
        added("bibliography/sources.bib", "@book{a, crossref={b}, title={A}}\n@book{b, crossref={a}, title={B}}\n"),
        "BIB044",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named_in_a_line_and_never_a_traceback(tmp_path: Path, name: str) -> None:
    book = copy(tmp_path)
    change, said = BAD[name]
    change(book)
    done = subprocess.run([str(OCTAVO), "check", "--directory", str(book)], cwd=tmp_path, text=True, capture_output=True, timeout=60)
    shown = done.stdout + done.stderr
    assert done.returncode == 1
    assert said in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("name", ["no book.yaml", "unknown key", "missing chapter", "missing image", "cycle of crossref"])
def test_the_workflow_says_the_same_and_builds_no_edition(tmp_path: Path, name: str) -> None:
    book = copy(tmp_path)
    change, said = BAD[name]
    change(book)
    done = snakemake(book)
    assert done.returncode != 0
    assert said in done.stdout
    assert "Traceback" not in done.stdout
    assert "MissingInputException" not in done.stdout
    assert not (book / "output/html").exists()
    assert not (book / "output/tiny.pdf").exists()
    if name != "no book.yaml":
        assert json.loads((book / "output/check/report.json").read_text())["summary"]["error"] >= 1


class TestTools:
    def test_pandoc_missing(self, tmp_path: Path) -> None:
        done = snakemake(copy(tmp_path), env={"PYPANDOC_PANDOC": str(tmp_path / "nowhere" / "pandoc")})
        assert done.returncode == 1
        assert "pandoc is not installed" in done.stdout
        assert "Traceback" not in done.stdout

    def test_pandoc_too_old(self, tmp_path: Path) -> None:
        old = tmp_path / "pandoc"
        old.write_text("#!/bin/sh\necho pandoc 2.9.2\n")
        old.chmod(0o755)
        done = snakemake(copy(tmp_path), env={"PYPANDOC_PANDOC": str(old)})
        assert done.returncode == 1
        assert "pandoc 2.9.2 is too old" in done.stdout
        assert "Traceback" not in done.stdout

    def test_output_that_cannot_be_written(self, tmp_path: Path) -> None:
        book = copy(tmp_path)
        (book / "output").write_text("a file in its place")
        done = snakemake(book)
        assert done.returncode == 1
        assert "octavo: output/ cannot be written" in done.stdout
        assert "Traceback" not in done.stdout


def test_the_package_carries_its_snakefile_and_editions(tmp_path: Path) -> None:
    """The wheel, unpacked anywhere, builds a book with nothing of this checkout."""
    source = tmp_path / "source"
    shutil.copytree(TOP, source, ignore=shutil.ignore_patterns(".venv", ".git", "output", "build", "*.egg-info", ".snakemake", "tests"))
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(source),
    ]
    subprocess.run(pip, check=True, capture_output=True, timeout=120)
    shutil.unpack_archive(next(tmp_path.glob("*.whl")), tmp_path / "site", "zip")
    shutil.rmtree(source)
    book = copy(tmp_path)
    done = snakemake(book, snakefile=tmp_path / "site/octavo/house/Snakefile", env={"PYTHONPATH": str(tmp_path / "site")})
    assert done.returncode == 0, done.stdout
    assert (book / "output/html/index.html").is_file()
