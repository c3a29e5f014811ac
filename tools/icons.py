"""Draw the icons of the installed app from web/src/seal.svg, with the Chromium of the browser tests.

python tools/icons.py
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.browser import find  # noqa: E402

WEB = ROOT / "web"
SEAL = WEB / "src" / "seal.svg"
RED = "#b3321f"
# By name: the side in pixels, and how much of it the seal takes. Systems cut a maskable icon to the shape they like,
# and leave the middle four fifths at least.
ICONS = {"icon-192": (192, 1.0), "icon-512": (512, 1.0), "icon-maskable": (512, 0.75)}


def draw(page: Page, name: str, side_px: int, share: float) -> None:
    """Write one icon; where the seal does not fill it, its red does."""
    ground = RED if share < 1 else "transparent"
    style = f"width: {share:.0%}; margin: {(1 - share) / 2:.1%}"
    image = f"<img style='display: block; {style}' src='data:image/svg+xml,{_escaped(SEAL.read_text('utf-8'))}'>"
    page.set_viewport_size({"width": side_px, "height": side_px})
    page.set_content(f"<body style='margin: 0; background: {ground}'>{image}")
    page.screenshot(path=WEB / "public" / f"{name}.png", omit_background=True)
    print(f"wrote {name}.png")


def _escaped(svg: str) -> str:
    return svg.replace("#", "%23").replace('"', "%22").replace("\n", "")


if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        for name_, (side, share_) in ICONS.items():
            draw(browser.new_page(), name_, side, share_)
        browser.close()
