"""The environments of the peers, in `.venv-peers`, and the model that they all serve: that of sutja, as a Keras file.

An environment is made once. That of Flask has Flask alone, and finds TensorFlow in ours, since it takes a gigabyte.
"""

import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution, version
from pathlib import Path

from tools.beside import install

from bench.runner import FOLDER
from bench.steps import MissingError

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-peers"
MODEL = FOLDER / "model.keras"
SHIPPED = ROOT / "src" / "sutja" / "shipped" / "model.onnx"
_RUNTIME = tuple(f"{name}=={version(name)}" for name in ("onnxruntime", "numpy", "pillow"))
_TO_KERAS = """
import sys
from sutja.bundle import Bundle
from sutja.learn.restore import restored
restored(Bundle.shipped()).save(sys.argv[1])
"""


@dataclass(frozen=True, slots=True)
class Environment:
    """What is installed beside the Python that runs the bench, and what of it is named in the docs."""

    name: str
    requirements: tuple[str, ...]
    named: tuple[str, ...] = ()
    has_ours: bool = False

    @property
    def folder(self) -> Path:
        """Where it is."""
        return PEERS / self.name

    @property
    def is_there(self) -> bool:
        """Whether all of it is installed."""
        return (self.folder / "installed").exists()

    @property
    def packages(self) -> Path:
        """Its site-packages."""
        [found] = (self.folder / "lib").glob("python*/site-packages")
        return found

    def python(self) -> str:
        """Return its Python, once all is installed. Raises `MissingError`."""
        try:
            install(self.folder, self.requirements, "\n".join((*self.requirements, *self.texts())))
        except subprocess.CalledProcessError as error:
            raise MissingError("could not be installed: pip's reason stands above") from error
        if self.has_ours:
            (self.packages / "ours.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
        return str(self.folder / "bin" / "python")

    def texts(self) -> list[str]:
        """Return what stands in the files that the requirements name."""
        return [Path(each).read_text("utf-8") for each in self.requirements if each.endswith(".lock")]

    def versions(self) -> str:
        """Return the versions that stand in the docs."""
        found = [next(iter(Distribution.discover(name=name, path=[str(self.packages)]))) for name in self.named]
        return ", ".join(f"{name} {each.version}" for name, each in zip(self.named, found, strict=True))


def _learning() -> tuple[str, ...]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return (*project["dependencies"], *project["optional-dependencies"]["learn"])


FLASK = Environment("flask", ("flask", "gunicorn"), ("flask", "gunicorn"), has_ours=True)
LITSERVE = Environment("litserve", ("litserve", *_RUNTIME), ("litserve",))
RAY = Environment("ray", ("ray[serve]==2.60.*", *_RUNTIME), ("ray",))
SERVING = Environment("serving", ("--requirement", str(ROOT / "requirements" / "serve.lock")))
LEARNING = Environment("learning", _learning())


def versions() -> list[str]:
    """Return the versions of the peers that are installed, as they stand in the docs."""
    return [each.versions() for each in (FLASK, LITSERVE, RAY) if each.is_there]


def keras_model() -> Path:
    """Return the shipped model as a Keras file; it is made in a process of its own, since that loads TensorFlow."""
    if not MODEL.exists() or MODEL.stat().st_mtime < SHIPPED.stat().st_mtime:
        MODEL.parent.mkdir(parents=True, exist_ok=True)
        made = subprocess.run([sys.executable, "-c", _TO_KERAS, str(MODEL)], capture_output=True, check=False)
        if made.returncode:
            raise MissingError("no Keras: pip install '.[learn]'")
    return MODEL
