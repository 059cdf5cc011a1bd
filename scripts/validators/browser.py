"""EDN008: the pages of the web edition in a browser, held against WCAG 2.2 by axe, light and dark, wide and narrow.

Reads the folder of the web edition; writes nothing and asks no network.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from octavo.model import Finding, Place
from octavo.validators.files import finding, not_run
from octavo.validators.programs import BROWSER, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Both schemes and both widths; which colours stand together does not depend on the width.
LOOKS = (("light", 1280), ("dark", 390))
# axe 4.12 knows no role of DPUB-ARIA 1.1 in this rule, which lets the author name a page break (Name From: author).
_NAMED = re.compile(r'<\w+ [^>]*role="doc-pagebreak"')
_PACKAGES = "`make validate` installs it, from the packages playwright and axe-playwright-python"


def axe(folder: Path) -> list[Finding]:
    """Every violation that axe finds in any page, once for each rule and page."""
    for package in ("playwright", "axe_playwright_python"):
        if not importlib.util.find_spec(package):
            return [not_run("EDN008", folder, "no page was looked at in a browser", package.partition("_")[0], _PACKAGES)]
    if not chromium():
        return [not_run("EDN008", folder, "no page was looked at in a browser", "Chromium", BROWSER)]
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        try:
            return list(_violations(browser, folder))
        finally:
            browser.close()


def _violations(browser: Browser, folder: Path) -> Iterator[Finding]:
    said: set[tuple[str, str, str]] = set()
    script = _script()
    for scheme, width in LOOKS:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)  # type: ignore[arg-type]
        page = context.new_page()
        for path in sorted(folder.rglob("*.html")):
            page.goto(path.resolve().as_uri())
            page.evaluate(script)
            found: dict[str, Any] = json.loads(page.evaluate("axe.run({resultTypes: ['violations']}).then(JSON.stringify)"))
            for fault in found["violations"]:
                nodes = [node for node in fault["nodes"] if not (fault["id"] == "aria-prohibited-attr" and _NAMED.match(node["html"]))]
                if not nodes:
                    continue
                near = " ".join(nodes[0]["html"].split())[:120]
                if (path.name, fault["id"], near) not in said:
                    said.add((path.name, fault["id"], near))
                    count = f" ({len(nodes)} times)" if len(nodes) > 1 else ""
                    text = f"{fault['id']}: {fault['help']}{count}, {scheme}, {width} pixels wide: {near}"
                    yield finding("EDN008", Place(path.as_posix()), fault=text, hint=fault["helpUrl"])
        context.close()


def _script() -> str:
    """axe itself, which axe-playwright-python carries."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec
    assert spec.origin
    return (Path(spec.origin).parent / "axe.min.js").read_text("utf-8")
