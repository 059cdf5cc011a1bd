"""The only door to other programs, and the one way to write a file: limits of time and memory, one-line errors.

Reads nothing of the book. Writes what it is told to, whole or not at all.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from octavo.model import UserError

OLDEST_PANDOC = (3, 6)


def run(
    argv: Sequence[str],
    stdin: bytes = b"",
    *,
    seconds: float = 120,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    accept: tuple[int, ...] = (0,),
) -> bytes:
    """What the program prints. Raises UserError, one line, when it is missing, too slow or fails.

    `accept`: the exit codes that are no failure. The programs see no variable of the caller's but PATH, HOME and
    the language (C.UTF-8), so that a build is the same for everybody.
    """
    name = Path(argv[0]).name
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR", "JAVA_HOME") if key in os.environ}
    try:
        done = subprocess.run(
            list(argv), input=stdin, capture_output=True, timeout=seconds, cwd=cwd, env=kept | {"LC_ALL": "C.UTF-8"} | (env or {})
        )
    except FileNotFoundError:
        raise UserError(f"{name} is not installed", hint="run `make` in the folder of Octavo") from None
    except PermissionError:
        raise UserError(f"{argv[0]} cannot be run") from None
    except subprocess.TimeoutExpired:
        raise UserError(f"{name} did not finish within {seconds:.0f} seconds and was stopped") from None
    if done.returncode not in accept:
        raise UserError(f"{name} failed ({done.returncode}): {_last_lines(done.stderr)}")
    return done.stdout


def _last_lines(stderr: bytes) -> str:
    lines = [line for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    return " ".join(lines[-6:]) if lines else "it said nothing"


@functools.cache
def pandoc_path() -> str:
    """The pandoc that pypandoc brings, or the one that PYPANDOC_PANDOC names."""
    if given := os.environ.get("PYPANDOC_PANDOC"):
        return given
    # What pypandoc.get_pandoc_path() answers, without its search through other folders (which starts processes).
    import importlib.util

    spec = importlib.util.find_spec("pypandoc")
    inside = Path(spec.origin).parent / "files" / "pandoc" if spec and spec.origin else Path("pandoc")
    return str(inside) if inside.is_file() else "pandoc"


def pandoc(args: Sequence[str], stdin: bytes = b"", *, seconds: float = 120, gigabytes: int = 1, epoch: int = 0) -> bytes:
    """pandoc's output. Its memory is limited by its own runtime: some inputs would take all there is."""
    env = {"SOURCE_DATE_EPOCH": str(epoch)} if epoch else {}
    try:
        return run([pandoc_path(), "+RTS", f"-M{gigabytes}g", "-RTS", *args], stdin, seconds=seconds, env=env)
    except UserError as error:
        if "is not installed" in error.message:
            raise UserError("pandoc is not installed", hint="run `make` in the folder of Octavo") from None
        raise


def pandoc_with_log(args: Sequence[str], stdin: bytes, *, seconds: float) -> tuple[bytes, list[dict[str, Any]]]:
    """pandoc's output and its own warnings as it logs them: type, line, column and a sentence."""
    with tempfile.TemporaryDirectory(prefix="octavo-") as folder:
        log = Path(folder) / "log.json"
        out = pandoc(["--quiet", f"--log={log}", *args], stdin, seconds=seconds)
        said: list[dict[str, Any]] = json.loads(log.read_text("utf-8")) if log.is_file() else []
    return out, said


def pandoc_name() -> str:
    """What tells this pandoc from others: the name of the package that brings it (it need not be started), else its version."""
    path = Path(pandoc_path())
    packages = sorted(path.parents[2].glob("pypandoc_binary-*.dist-info")) if path.parent.name == "files" else []
    return packages[-1].stem if packages else pandoc_version()


def pandoc_version() -> str:
    """`3.9`. Raises UserError when pandoc is missing or older than what the trees need."""
    said = pandoc(["--version"], seconds=20).decode("utf-8", "replace")
    found = re.search(r"(\d+(?:\.\d+)+)", said)
    version = found[1] if found else "0"
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_PANDOC:
        oldest = ".".join(map(str, OLDEST_PANDOC))
        raise UserError(f"pandoc {version} is too old: {oldest} or newer is needed", hint="run `make` in the folder of Octavo")
    return version


def write(path: Path, content: bytes | str, mode: int = 0o644) -> None:
    """Write a file under a name of its own, then rename it: a reader sees the old file or the new one, never half.

    `mode`: its permissions.
    """
    if isinstance(content, str):
        content = content.encode("utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None


@contextlib.contextmanager
def fresh_folder(path: Path) -> Iterator[Path]:
    """An empty folder beside `path`, which takes its place at the end of the block: nobody meets half of what is put into it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
        old = fresh.with_suffix(".old")
        try:
            yield fresh
            fresh.chmod(0o755)
            if path.exists():
                os.replace(path, old)
            os.replace(fresh, path)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None


def write_json(path: Path, record: Any) -> None:
    write(path, json.dumps(record, ensure_ascii=False, separators=(",", ":")))


def read_json(path: Path) -> Any:
    with path.open("rb") as file:
        return json.load(file)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without Python's collector of cycles, which would walk a large tree again and again, and once more as Python ends."""
    was_on = gc.isenabled()
    gc.disable()
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def main_of(stage: Callable[[list[str]], int | None]) -> None:
    """The tail of a stage: run it, print a mistake of the user as one line, leave a bug its traceback."""
    with uncollected():
        try:
            sys.exit(stage(sys.argv[1:]) or 0)
        except UserError as error:
            print(f"octavo: {error}", file=sys.stderr)
            sys.exit(1)
        except BrokenPipeError:
            sys.exit(1)
