"""The laws of the house (design: `The house`), each held by a test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from octavo import workflow

TOP = Path(__file__).resolve().parent.parent
SCRIPTS = TOP / "scripts"
MODULES = sorted(SCRIPTS.rglob("*.py"))
GROUND = {"model", "tree", "tools", "config", "source", "wordings", "csl"}
STAGES = {
    "parse", "draw", "check", "resolve", "cite", "pdf", "pages", "epub", "html",
    "paginate", "publish", "validate", "draft", "redline",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    """The names of our modules that a file imports (`octavo.tree` is `tree`)."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "octavo":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("octavo."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("octavo.")}
    return found


def name_of(path: Path) -> str:
    return path.relative_to(SCRIPTS).parts[0].removesuffix(".py")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(SCRIPTS).as_posix())
class TestModule:
    def test_a_stage_never_imports_another_stage(self, path: Path) -> None:
        if name_of(path) in STAGES:
            assert not imports(path) & (STAGES - {name_of(path)})

    def test_the_ground_floor_stands_on_nothing_but_itself(self, path: Path) -> None:
        if name_of(path) in GROUND:
            assert imports(path) <= GROUND

    def test_only_tools_starts_a_process(self, path: Path) -> None:
        code = path.read_text("utf-8")
        if name_of(path) != "tools":
            assert not re.search(r"\bimport subprocess\b|\bos\.(system|popen|exec\w+|spawn\w+|fork)\b|\bimport multiprocessing\b", code)

    def test_no_module_names_snakemake_in_code(self, path: Path) -> None:
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert "snakemake" not in names

    def test_a_module_says_what_it_reads_and_writes(self, path: Path) -> None:
        if path.name in ("__init__.py", "__main__.py") and path.parent != SCRIPTS:
            return
        said = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").lower()
        assert said
        if path.name not in ("__init__.py", "__main__.py"):
            assert "read" in said
            assert "writes" in said or "written" in said

    def test_functions_stay_under_40_lines_and_modules_under_400(self, path: Path) -> None:
        assert len(path.read_text("utf-8").splitlines()) <= 400
        assert [f.name for f in functions(path) if (f.end_lineno or 0) - f.lineno >= 40] == []


class TestSnakefile:
    def test_it_has_no_function_and_no_run(self) -> None:
        code = (TOP / "Snakefile").read_text("utf-8")
        assert not re.search(r"^\s*(def |run:|lambda)|lambda ", code, re.MULTILINE)

    def test_every_rule_but_all_has_a_log(self) -> None:
        rules = re.split(r"^rule ", (TOP / "Snakefile").read_text("utf-8"), flags=re.MULTILINE)[1:]
        assert len(rules) <= 18
        assert [rule.split(":")[0] for rule in rules if "log:" not in rule] == ["all"]

    def test_every_stage_has_a_rule_that_reruns_when_its_code_changes(self) -> None:
        code = (TOP / "Snakefile").read_text("utf-8")
        for stage in STAGES:
            assert f"octavo.{stage} " in code
            assert f'CODE["{stage}"]' in code


class TestDigest:
    def test_it_changes_with_an_imported_module_and_with_no_other(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "pdf.py").write_text("from octavo import tree\n")
        (tmp_path / "tree.py").write_text("X = 1\n")
        (tmp_path / "html.py").write_text("X = 1\n")
        monkeypatch.setattr(workflow, "HERE", tmp_path)
        monkeypatch.setattr(workflow, "STAGES", ("pdf",))
        before = workflow.digests()
        (tmp_path / "html.py").write_text("X = 2\n")
        assert workflow.digests() == before
        (tmp_path / "tree.py").write_text("X = 2\n")
        assert workflow.digests() != before

    def test_a_package_counts_with_all_its_modules(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "checks").mkdir()
        (tmp_path / "checks" / "citations.py").write_text("X = 1\n")
        (tmp_path / "check.py").write_text("from octavo import checks\n")
        monkeypatch.setattr(workflow, "HERE", tmp_path)
        monkeypatch.setattr(workflow, "STAGES", ("check",))
        before = workflow.digests()
        (tmp_path / "checks" / "citations.py").write_text("X = 2\n")
        assert workflow.digests() != before


class TestRepository:
    def test_every_folder_of_code_is_in_the_package(self) -> None:
        listed = set(re.findall(r'"octavo((?:\.\w+)*)"', re.search(r"packages = \[(.*?)\]", (TOP / "pyproject.toml").read_text())[1]))  # type: ignore[index]
        folders = {"." + ".".join(p.relative_to(SCRIPTS).parts) for p in SCRIPTS.rglob("*") if p.is_dir() and list(p.glob("*.py"))}
        assert folders <= listed

    def test_the_lock_files_name_no_host(self) -> None:
        for lock in TOP.glob("requirements*.lock"):
            assert "://" not in lock.read_text()
            assert "--hash=sha256:" in lock.read_text()
