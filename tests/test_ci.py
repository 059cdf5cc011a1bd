"""The doors for CI and commit hooks: they are well formed, and every command in them and in the manual exists."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from octavo import __main__ as command

TOP = Path(__file__).resolve().parent.parent
GITHUB = [TOP / ".github/workflows/book.yml", TOP / "docs/ci/github.yml"]
GITLAB = TOP / "docs/ci/gitlab-ci.yml"
HOOKS = TOP / ".pre-commit-hooks.yaml"
MANUAL = [TOP / "docs/checking.md", TOP / "docs/ci.md"]


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in load(path)["jobs"].values():
        yield from job["steps"]


def commands() -> list[str]:
    found = [step["run"] for path in GITHUB for step in steps(path) if "run" in step]
    for job in load(GITLAB).values():
        found += [*job.get("script", []), *job.get("after_script", [])] if isinstance(job, dict) else []
    found += [line for line in load(GITLAB)["before_script"] if not line.startswith("git ")]
    found += [hook["entry"] for hook in load(HOOKS)]
    for path in MANUAL:
        for block in re.findall(r"^```\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            found += [line for line in block.splitlines() if re.match(r"octavo|snakemake|make", line)]
        found += re.findall(r"`((?:octavo|make|snakemake) [^`]*)`", path.read_text("utf-8"))
    return [line for text in found for line in text.splitlines()]


class TestCommands:
    @pytest.mark.parametrize("line", dict.fromkeys(commands()))
    def test_it_exists(self, line: str) -> None:
        words = shlex.split(line.partition(" > ")[0], comments=True)
        name = words[0].rpartition("/")[2]
        if name == "octavo":
            command._parser().parse_args(words[1:])
        elif name == "make":
            targets = set(re.findall(r"^([a-z]+|\$\(VENV\)/[a-z-]+):", (TOP / "Makefile").read_text("utf-8"), re.MULTILINE))
            wanted = [word for word in re.sub(r"-C \S+", "", " ".join(words[1:])).split() if "=" not in word]
            assert {word.replace(".venv", "$(VENV)") for word in wanted} <= targets
        else:
            assert name == "snakemake"
            rules = set(re.findall(r"^rule (\w+):", (TOP / "Snakefile").read_text("utf-8"), re.MULTILINE))
            bare = re.sub(r"(?:-s|--directory|--cores) \S+", "", " ".join(words[1:])).split()
            assert set(bare) <= rules

    def test_there_are_some_of_each(self) -> None:
        said = "\n".join(commands())
        for words in ("make check", "octavo check --format github", "octavo fix", "octavo baseline", "-s .octavo/Snakefile"):
            assert words in said


class TestGitHub:
    @pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
    def test_it_checks_pull_requests_with_no_more_rights_than_it_needs(self, path: Path) -> None:
        workflow = load(path)
        assert "pull_request" in workflow["on"]
        assert workflow["permissions"] == {"contents": "read"}
        for job in workflow["jobs"].values():
            uploads = any("upload-sarif" in step.get("uses", "") for step in job["steps"])
            assert job.get("permissions", {}).get("security-events") == ("write" if uploads else None)
            assert job["timeout-minutes"] <= 30

    @pytest.mark.parametrize("path", GITHUB, ids=lambda path: path.name)
    def test_it_uploads_what_the_build_writes(self, path: Path) -> None:
        given = [step["with"] for step in steps(path) if "with" in step]
        written = (TOP / "Snakefile").read_text("utf-8")
        sarif = next(item["sarif_file"] for item in given if "sarif_file" in item)
        assert f'"{sarif}"' in written
        assert any("output/*.epub" in item.get("path", "") for item in given)

    def test_the_report_is_kept_when_the_check_fails(self) -> None:
        for path in GITHUB:
            kept = [step for step in steps(path) if "upload-sarif" in step.get("uses", "") or "output/check/" in str(step.get("with"))]
            assert kept
            assert all("!cancelled()" in step["if"] for step in kept)


class TestGitLab:
    def test_the_findings_are_shown_as_tests(self) -> None:
        job = load(GITLAB)["check"]
        assert job["script"][0].endswith(job["artifacts"]["reports"]["junit"])
        assert job["artifacts"]["when"] == "always"


class TestHooks:
    def test_each_names_a_program_that_is_installed(self) -> None:
        programs = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
        for hook in load(HOOKS):
            assert {"id", "name", "entry", "language", "files"} <= set(hook)
            assert hook["language"] == "python"
            assert hook["entry"].split()[0] in programs
            assert hook["pass_filenames"] is False

    @pytest.mark.parametrize(
        ("file", "runs"),
        [("chapters/a.md", True), ("book.yaml", True), ("b/book.yaml", True), ("bibliography/x.bib", True), ("setup.py", False)],
    )
    def test_they_run_when_the_book_changes(self, file: str, runs: bool) -> None:
        for hook in load(HOOKS):
            assert bool(re.search(hook["files"], file)) == runs

    def test_the_manual_names_them(self) -> None:
        assert set(re.findall(r"- id: ([\w-]+)", (TOP / "docs/ci.md").read_text("utf-8"))) == {hook["id"] for hook in load(HOOKS)}
