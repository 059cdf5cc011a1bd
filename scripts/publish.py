"""Stage 5, its last step: the three editions, checked and rendered, move to output/ together with their manifest.

Reads output/work/5-rendered/; writes output/SLUG.pdf, output/SLUG.epub, output/html/ and output/manifest.json.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from octavo import tools
from octavo.model import UserError


def publish(rendered: Path, slug: str, output: Path) -> None:
    """Put each edition in place whole: a reader of output/ never meets half of one."""
    files = [f"{slug}.pdf", f"{slug}.epub"]
    for name in files:
        tools.write(output / name, (rendered / name).read_bytes())
    _swap(rendered / "html", output / "html")
    tools.write(output / "manifest.json", json.dumps(_manifest(rendered, files), indent=1) + "\n")


def _manifest(rendered: Path, files: list[str]) -> dict[str, str]:
    """Every file of the editions with the SHA-256 of its bytes."""
    pages = sorted(path.relative_to(rendered).as_posix() for path in (rendered / "html").rglob("*") if path.is_file())
    return {name: hashlib.sha256((rendered / name).read_bytes()).hexdigest() for name in [*files, *pages]}


def _swap(source: Path, target: Path) -> None:
    """Copy a folder beside its target, then rename it into place."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
        old = fresh.with_suffix(".old")
        try:
            shutil.copytree(source, fresh, dirs_exist_ok=True)
            fresh.chmod(0o755)
            if target.exists():
                os.replace(target, old)
            os.replace(fresh, target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}") from None


def main(argv: list[str]) -> None:
    """`publish RENDERED SLUG OUTPUT`."""
    publish(Path(argv[0]), argv[1], Path(argv[2]))


if __name__ == "__main__":
    tools.main_of(main)
