"""Supply: what others made that a service is built from, to the byte, and what is known against it.

    python -m tools.supply lock     write requirements/serve.lock anew: each package of `sutja[serve]` with its hashes
    python -m tools.supply audit    ask pip-audit and npm audit what is known against the packages of both locks
    python -m tools.supply sbom     write both bills of materials (CycloneDX) into dist/

`audit` ends with 0 where nothing is known, 1 where something is, and 2 where the data could not be reached: then nobody
knows.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sutja._version import __version__

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "serve.lock"
OLDEST_PYTHON = "3.11"
AUDIT_S = 300


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known against some packages, a line each; `unreached` says why nothing could be learnt."""

    of: str
    found: tuple[str, ...] = ()
    unreached: str = ""

    def __str__(self) -> str:
        if self.unreached:
            return f"{self.of}: Expected advisories of all packages. Received none: {self.unreached}"
        return "\n".join([f"{self.of}: {len(self.found)} known", *(f"  {line}" for line in self.found)])


def lock(path: Path = LOCK, *options: str) -> None:
    """Write the lock, for every system and Python from 3.11 up; what is in it stays unless it may no more.

    With `--upgrade` all of it is the newest.
    """
    path.parent.mkdir(exist_ok=True)
    wanted = ("--extra", "serve", "--universal", "--generate-hashes", "--no-header", "--quiet", *options)
    _run("uv", "pip", "compile", "pyproject.toml", *wanted, "--python-version", OLDEST_PYTHON, "-o", str(path))


def audit_python(path: Path = LOCK) -> Audit:
    """Return what pip-audit knows of a lock."""
    options = ("--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json", "-r", str(path))
    ran = _run("pip_audit", *options, may_fail=True)
    try:
        packages: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError):
        return Audit("pip-audit", unreached=_last(ran.stderr))
    skipped = [each["skip_reason"] for each in packages if "skip_reason" in each]
    if skipped:
        return Audit("pip-audit", unreached=f"{len(skipped)} of {len(packages)}, such as: {skipped[0]}")
    found = (f"{each['name']} {each['version']}: {flaw['id']}" for each in packages for flaw in each["vulns"])
    return Audit("pip-audit", tuple(found))


def audit_web() -> Audit:
    """Return what npm audit knows of web/package-lock.json."""
    ran = _npm("audit", "--json", "--package-lock-only")
    try:
        said: dict[str, Any] = json.loads(ran.stdout)
    except ValueError:
        return Audit("npm audit", unreached=_last(ran.stderr))
    if "vulnerabilities" not in said:
        return Audit("npm audit", unreached=f"{said.get('message') or _last(ran.stderr)} ({said.get('statusCode')})")
    flaws: dict[str, dict[str, Any]] = said["vulnerabilities"]
    return Audit("npm audit", tuple(f"{name} {flaw['range']}: {flaw['severity']}" for name, flaw in flaws.items()))


def audit() -> int:
    """Print what both know, and return the exit code."""
    audits = (audit_python(), audit_web())
    print(*audits, sep="\n")
    if any(each.found for each in audits):
        return 1
    return 2 if any(each.unreached for each in audits) else 0


def sbom(folder: Path = ROOT / "dist") -> tuple[Path, Path]:
    """Write the bills of materials of the service and of its page, and return where."""
    folder.mkdir(exist_ok=True)
    python, web = folder / "sbom.python.json", folder / "sbom.web.json"
    options = ("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible", "--of", "JSON", "-o", str(python))
    _run("cyclonedx_py", "requirements", str(LOCK), *options)
    web.write_text(_web_sbom(), "utf-8")
    return python, web


def _web_sbom() -> str:
    """Return what npm says of the page; of a package without a version, as ours, it says nothing."""
    with TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json"):
            said = json.loads((ROOT / "web" / name).read_text("utf-8"))
            (Path(scratch) / name).write_text(json.dumps({**said, "version": __version__}), "utf-8")
        ran = _npm("sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--omit=dev", f"--prefix={scratch}")
    if ran.returncode:
        sys.exit(f"tools/supply.py: Expected npm sbom to do its work. Received: {_last(ran.stderr)}")
    return ran.stdout


def _npm(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "node.py"), "npm", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=AUDIT_S, check=False)


def _run(module: str, *words: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *words]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=AUDIT_S, check=False)
    if ran.returncode and not may_fail:
        sys.exit(f"tools/supply.py: Expected {module} to do its work. Received: {_last(ran.stderr)}")
    return ran


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["nothing was said"])[-1].strip()


def main(words: list[str]) -> int:
    """Do what the words of the command line ask, and return the exit code."""
    match words:
        case ["lock", *options]:
            lock(LOCK, *options)
        case ["audit"]:
            return audit()
        case ["sbom"]:
            print(*sbom())
        case _:
            raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
