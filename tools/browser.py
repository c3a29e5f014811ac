"""Sees to it that the browser tests find a Chromium.

python tools/browser.py    the system's, else Debian's package where that may be installed, else playwright's own
"""

import os
import platform
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Return the path of the system's Chromium or Chrome, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> None:
    """Install a Chromium unless there is one. Raises `CalledProcessError`."""
    if find():
        return
    if _is_root() and _is_debian():
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], env=environment, stdin=subprocess.DEVNULL, check=True)
    else:
        libraries = ["--with-deps"] if _is_root() else []
        subprocess.run([sys.executable, "-m", "playwright", "install", *libraries, "chromium"], check=True)


def _is_root() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0


def _is_debian() -> bool:
    """Whether apt-get knows a Chromium: Ubuntu's package of that name is only a door to a snap."""
    return platform.freedesktop_os_release().get("ID") == "debian"


if __name__ == "__main__":
    try:
        ensure()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"tools/browser.py: Expected to install Chromium for the browser tests. Received: {error}.")
