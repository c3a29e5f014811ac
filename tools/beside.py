"""What runs beside sutja, each in an environment of its own: Airflow, the pages of MLflow, and, for tests, an S3.

Owns their versions and how they are started: on this machine's own address alone, with as few processes as will do, and
without a word to their makers. They share no package with sutja; they meet in its command and in a file of its home.

    python tools/beside.py airflow            install what is missing, migrate, and run Airflow
    python tools/beside.py airflow install    no more than the first of these
    python tools/beside.py mlflow             install what is missing, and show what MLflow was told
    python tools/beside.py s3 install         install moto, whose server is to S3 what a scratch file is to a disk
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from sutja.errors import SutjaError
from sutja.learn.tracking import Place, prepare
from sutja.learn.tracking.place import ENVIRONMENT
from sutja.settings import MLFLOW_NAME, Settings

ROOT = Path(__file__).resolve().parent.parent
AIRFLOW = ROOT / ".venv-airflow"
MLFLOW = ROOT / ".venv-mlflow"
S3 = ROOT / ".venv-s3"
S3_PACKAGES = ("moto[s3]==5.2.5", "flask>=3.1,<4", "flask-cors>=6,<7")
LOCK = ROOT / "dags" / "requirements.txt"
HOST = "127.0.0.1"
PIP = ("install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "--no-compile")

# Airflow starts its parts as `airflow ...`, found on the PATH. Two of them would serve logs to the whole network;
# here its pages read these from the disk.
STARTER = """#!/bin/sh
case "$1" in scheduler | triggerer) set -- "$@" --skip-serve-logs ;; esac
exec {airflow} "$@"
"""


def install(folder: Path, requirements: Sequence[str], wanted: str) -> None:
    """Make an environment that has exactly what is wanted, unless it was made. Raises `CalledProcessError`."""
    done = folder / "installed"  # written last
    if done.exists() and done.read_text("utf-8") == wanted:
        return
    print(f"installing into {folder.name}: up to some hundred megabytes", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", *PIP, *requirements], check=True
    )
    done.write_text(wanted, "utf-8")


def install_airflow() -> None:
    """Install what the lock file names."""
    install(AIRFLOW, ["--requirement", str(LOCK)], hashlib.sha256(LOCK.read_bytes()).hexdigest())


def airflow_environment(home: Path, port: int) -> dict[str, str]:
    """Return the environment of Airflow: its own files lie in sutja's `home`, its tasks call this sutja."""
    own = home.absolute() / "airflow"
    settings = {
        "AIRFLOW_HOME": str(own),
        "AIRFLOW__API__BASE_URL": f"http://{HOST}:{port}",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://{HOST}:{port}/execution/",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "SUTJA_HOME": str(home.absolute()),
    }
    path = os.pathsep.join([str(own / "bin"), str(AIRFLOW / "bin"), os.environ.get("PATH", os.defpath)])
    ours = shlex.quote(str(Path(sys.executable).with_name("sutja")))
    return {"SUTJA": ours, **os.environ, **settings, "PATH": path}


def run_airflow(home: Path, port: int) -> None:
    """Migrate Airflow's database and run all its parts, until Ctrl-C."""
    install_airflow()
    environment = airflow_environment(home, port)
    starter = Path(environment["AIRFLOW_HOME"]) / "bin" / "airflow"
    starter.parent.mkdir(parents=True, exist_ok=True)
    starter.write_text(STARTER.format(airflow=shlex.quote(str(AIRFLOW / "bin" / "airflow"))), "utf-8")
    starter.chmod(0o755)
    subprocess.run([starter, "db", "migrate"], env=environment, check=True)
    print(
        f"Airflow will be at http://{HOST}:{port}, in half a minute; its first start tells a password", file=sys.stderr
    )
    os.execve(starter, ["airflow", "standalone"], environment)


def install_s3() -> None:
    """Install a server that answers as S3 does: what Amazon's library wants is older than what sutja has."""
    install(S3, S3_PACKAGES, "\n".join(S3_PACKAGES))


def run_mlflow(place: Place, port: int) -> None:
    """Show what MLflow was told, until Ctrl-C. It is of the version whose tables these are."""
    if place.server:
        print(f"SUTJA_MLFLOW_URL names a server of its own: open {place.server}", file=sys.stderr)
        return
    prepare(place)
    wanted = f"mlflow=={version('mlflow-skinny')}"
    install(MLFLOW, [wanted], wanted)
    programs = MLFLOW / "bin"
    command = [str(programs / "mlflow"), "server", "--backend-store-uri", place.uri, "--workers", "1"]
    command += ["--default-artifact-root", place.artifacts or "", "--host", HOST, "--port", str(port)]
    path = os.pathsep.join([str(programs), os.environ.get("PATH", os.defpath)])
    environment = {**os.environ, **ENVIRONMENT, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "PATH": path}
    print(f"MLflow will be at http://{HOST}:{port}, in half a minute", file=sys.stderr)
    os.execve(command[0], command, environment)


def main(words: list[str]) -> None:
    """Do what the words of the command line ask."""
    settings = Settings.from_env(os.environ)
    match words:
        case ["airflow", "install"]:
            install_airflow()
        case ["airflow"]:
            run_airflow(settings.home, int(os.environ.get("PORT") or 8080))
        case ["s3", "install"]:
            install_s3()
        case ["mlflow"]:
            run_mlflow(Place(settings.home / MLFLOW_NAME, settings.mlflow_url), int(os.environ.get("PORT") or 5001))
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SutjaError, ImportError, ValueError, subprocess.CalledProcessError) as error:
        sys.exit(f"tools/beside.py: {error}")
