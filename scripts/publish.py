"""Stage 5, its last step: the three editions, checked and rendered, move to output/ together with their manifest.

Reads output/work/5-rendered/; writes output/SLUG.pdf, output/SLUG.epub, output/html/ and output/manifest.json.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from octavo import tools


def publish(rendered: Path, slug: str, output: Path) -> None:
    """Put each edition in place whole: a reader of output/ never meets half of one."""
    files = [f"{slug}.pdf", f"{slug}.epub"]
    for name in files:
        tools.write(output / name, (rendered / name).read_bytes())
    with tools.fresh_folder(output / "html") as fresh:
        shutil.copytree(rendered / "html", fresh, dirs_exist_ok=True)
    tools.write(output / "manifest.json", json.dumps(_manifest(rendered, files), indent=1) + "\n")


def _manifest(rendered: Path, files: list[str]) -> dict[str, str]:
    """Every file of the editions with the SHA-256 of its bytes."""
    pages = sorted(path.relative_to(rendered).as_posix() for path in (rendered / "html").rglob("*") if path.is_file())
    return {name: hashlib.sha256((rendered / name).read_bytes()).hexdigest() for name in [*files, *pages]}


def main(argv: list[str]) -> None:
    """`publish RENDERED SLUG OUTPUT`."""
    publish(Path(argv[0]), argv[1], Path(argv[2]))


if __name__ == "__main__":
    tools.main_of(main)
