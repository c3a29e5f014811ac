"""The TypeScript client is what the description of the API says, and can be built anywhere."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "web" / "package-lock.json"


def test_the_client_is_current() -> None:
    """Law: generating the client anew from web/openapi.json gives exactly the file that is there."""
    command = [sys.executable, ROOT / "tools" / "node.py", "run", "client:check"]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, f"run `make client`\n{answer.stdout}{answer.stderr}"


def test_the_lock_names_the_parts_for_every_platform() -> None:
    """Law: whatever is optional, because it is for one platform, is locked too; npm may forget it (npm/cli#4828)."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    for path, package in packages.items():
        for name in package.get("optionalDependencies", {}):
            assert {f"{path}/node_modules/{name}", f"node_modules/{name}"} & packages.keys(), f"{name} of {path}"


def test_the_lock_names_no_registry() -> None:
    """Law: packages come from whatever registry npm is told of, and are held by their hash."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    assert [path for path, package in packages.items() if "resolved" in package] == []
    assert [path for path, package in packages.items() if path and "integrity" not in package] == []
