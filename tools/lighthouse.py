"""Has Lighthouse judge each page in both languages: accessibility and best practices are to be 100.

python tools/lighthouse.py    prints the scores; where one is lower, says why, and fails

Build the page first (`make page`). Lighthouse comes from the npm registry when it is asked for, 185 MB that npm keeps;
it is no part of the project.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# In place of tools/, whose browser.py hides the tests of that name.
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]

from tools import node  # noqa: E402
from tools.browser import find  # noqa: E402

from serving import serving  # type: ignore[import-not-found]  # noqa: E402

LIGHTHOUSE = "lighthouse@12.8.2"
PAGES = ("", "pin")
LANGUAGES = ("en", "ko")
CATEGORIES = ("accessibility", "best-practices")


def judge(url: str, folder: Path) -> Any:
    """Return Lighthouse's report on the page at `url`. Raises `NodeError`."""
    path = folder / "report.json"
    node.execute(
        LIGHTHOUSE,
        "lighthouse",
        url,
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        "--output=json",
        f"--output-path={path}",
        "--quiet",
    )
    return json.loads(path.read_text("utf-8"))


def faults(report: Any) -> Iterator[str]:
    """Yield what a report finds at fault, each with the first place."""
    for category in report["categories"].values():
        for audit in (report["audits"][each["id"]] for each in category["auditRefs"] if each["weight"]):
            if audit["score"] is not None and audit["score"] < 1:
                yield f"{audit['title']}: {json.dumps(audit.get('details', {}).get('items', [])[:1])}"


def is_good(url: str, folder: Path) -> bool:
    """Whether a page is without fault; prints its scores, and each fault. Raises `NodeError`."""
    report = judge(url, folder)
    scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    print(url, *(f"{name} {score}" for name, score in scores.items()), flush=True)
    for fault in faults(report):
        print(f"  {fault}")
    return set(scores.values()) == {100}


def main() -> None:
    """Judge all pages, also where one has faults."""
    chromium = find()
    if chromium is None:
        sys.exit("tools/lighthouse.py: Expected a Chromium on the PATH. Received none.")
    os.environ["CHROME_PATH"] = chromium
    with serving() as service, TemporaryDirectory() as scratch:
        urls = [f"{service.url}/{page}?lang={language}" for page in PAGES for language in LANGUAGES]
        judged = [is_good(url, Path(scratch)) for url in urls]
    sys.exit(0 if all(judged) else 1)


if __name__ == "__main__":
    try:
        main()
    except node.NodeError as error:
        sys.exit(f"tools/lighthouse.py: {error}")
