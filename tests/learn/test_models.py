"""`sutja models import`, on a small MNIST."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sutja import Reader
from sutja.bundle import Bundle
from sutja.learn.dataset import mnist_test
from taught import onnx_model, packed_digits, teach

STANDARDISED = "(x - 0.1307) / 0.3081"


@pytest.fixture(autouse=True)
def _found(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command find the small MNIST, and write its runs here."""
    monkeypatch.setenv("SUTJA_DATA", str(data))
    monkeypatch.chdir(data.parent)


@pytest.fixture(scope="module")
def digits(files: dict[str, bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Return 1,000 glyphs of the training part, and their labels."""
    return packed_digits(files, 1000)


@pytest.fixture
def torch_like(digits: tuple[np.ndarray, np.ndarray], tmp_path: Path) -> Path:
    """Return a file as the PyTorch example makes it: channels first, standardised, logarithms, for one digit."""
    glyphs, labels = digits
    model = onnx_model((glyphs - 0.1307) / 0.3081, labels, batch=1, end="LogSoftmax")
    path = tmp_path / "숫자 model.onnx"
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture(scope="module")
def keras_files(digits: tuple[np.ndarray, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a model as the first tutorial of Keras trains it, but on 0 to 255, as .h5 and .keras."""
    from sutja.learn.backend import keras

    layers = keras.layers
    keras.utils.set_random_seed(0)
    hidden = layers.Dense(64, activation="relu"), layers.Dropout(0.2)
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), *hidden, layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(digits[0] * 255, digits[1], epochs=12, verbose=0)
    folder = tmp_path_factory.mktemp("keras")
    for name in ("digit_model.h5", "digit_model.keras"):
        model.save(folder / name)
    return folder


def test_a_model_of_pytorch(sutja: Callable[..., Any], torch_like: Path, data: Path) -> None:
    """An ONNX file for one standardised digit becomes a bundle that reads as well as its card and the table say; a
    second import gives the same, to the last byte.
    """
    ran = sutja("models", "import", torch_like)
    assert (ran.code, "Traceback" in ran.err) == (0, False), ran.err
    folder = Path("runs/숫자 model")
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.onnx"]
    card = Bundle.load(folder).card
    test = mnist_test(data)
    found = Reader.load(folder).probabilities(test.glyphs).argmax(1)
    assert card.scores["test"].accuracy == pytest.approx((found == test.labels).mean())
    assert card.scores["test"].accuracy > 0.85
    assert card.network == "숫자-model"
    assert card.training["imported"]["input"] == STANDARDISED
    assert f"{card.scores['test'].accuracy:.2%}" in ran.out
    assert STANDARDISED in ran.out
    assert f"SUTJA_BUNDLE='{folder}' sutja serve" in ran.out
    assert sutja("models", "import", torch_like, "--out", "again").code == 0
    for name in ("model.onnx", "card.json"):
        assert (folder / name).read_bytes() == Path("again", name).read_bytes()
    assert "189,723" in ran.out or f"{Bundle.shipped().card.parameters:,}" in ran.out


@pytest.mark.parametrize("name", ["digit_model.h5", "digit_model.keras"])
def test_a_model_of_keras(sutja: Callable[..., Any], keras_files: Path, name: str) -> None:
    """A Keras file that was trained on 0 to 255, and gives logits, becomes a bundle that reads."""
    ran = sutja("models", "import", keras_files / name, "--out", "mine")
    assert (ran.code, ran.err.splitlines()[-1]) == (0, "measuring the shipped one"), ran.err
    assert Bundle.load("mine").card.scores["test"].accuracy > 0.8
    assert Bundle.load("mine").card.training["imported"]["output"].startswith("logits")
    assert Reader.load("mine").read(np.zeros((50, 50), np.uint8)).verdict == "empty"


def test_our_own_model_comes_back_as_it_was(sutja: Callable[..., Any], digits: tuple[np.ndarray, np.ndarray]) -> None:
    """What `sutja train` writes as model.keras is imported to the very bytes of its model.onnx."""
    from sutja.learn.convert import to_onnx
    from sutja.learn.network import build
    from sutja.learn.plan import Network

    model = teach(build(Network.SMALL), digits[0][:500, ..., None], digits[1][:500])
    model.save("model.keras")
    assert sutja("models", "import", "model.keras", "--out", "mine").code == 0
    assert Bundle.load("mine").onnx == to_onnx(model, digits[0][:16])


def test_it_is_held_to_the_original_at_its_scale(torch_like: Path, data: Path) -> None:
    """What was opened is compared with the original on glyphs, and again on glyphs at the scale that was found."""
    from sutja.learn.foreign.compare import compared
    from sutja.learn.foreign.onnx_file import opened

    seen: list[np.ndarray] = []
    compared(replace(opened(torch_like), hold=seen.append), torch_like, data, lambda _: None)
    assert [float(glyphs.min()) for glyphs in seen] == [0, pytest.approx(-0.1307 / 0.3081)]


def test_a_promise_that_cannot_be_kept_is_told(
    sutja: Callable[..., Any], torch_like: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no threshold keeps the promise of the verdict, the output says that every reading will be unsure."""
    from sutja.bundle import Thresholds
    from sutja.learn.foreign import compare

    monkeypatch.setattr(compare, "calibrate", lambda *_: Thresholds())
    assert "every reading will be unsure" in sutja("models", "import", torch_like).out


def test_a_folder_with_something_in_it_is_left_alone(sutja: Callable[..., Any], torch_like: Path) -> None:
    """--out with anything in it fails at once, and what is there stays."""
    Path("full").mkdir()
    Path("full/model.onnx").write_text("precious")
    ran = sutja("models", "import", torch_like, "--out", "full")
    assert (ran.code, len(ran.err.splitlines())) == (1, 1)
    assert "--out" in ran.err
    assert Path("full/model.onnx").read_text() == "precious"


@pytest.mark.parametrize("content", [b"digits,7\n", b"\x89HDF\r\n\x1a\n", b"PK\x03\x04", b"\x80\x04\x95"])
def test_what_is_no_model_is_one_line(sutja: Callable[..., Any], content: bytes) -> None:
    """A file that is no model is one line, after those that tell how far it came, and leaves no folder."""
    Path("model.h5").write_bytes(content)
    ran = sutja("models", "import", "model.h5")
    assert ran.code == 1
    assert [line[:16] for line in ran.err.splitlines()] == ["opening model.h5", "sutja: Expected "]
    assert not Path("runs").exists()


def test_a_file_that_is_not_there(sutja: Callable[..., Any]) -> None:
    """A missing file is named before anything is downloaded."""
    ran = sutja("models", "import", "nowhere.h5")
    assert (ran.code, ran.err.splitlines()) == (1, ["sutja: nowhere.h5: No such file or directory"])


def test_ctrl_c_leaves_nothing(sutja: Callable[..., Any], torch_like: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt ends it with 130, and there is no half a bundle."""
    from sutja.learn.foreign import compare

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(compare, "evaluate", interrupted)
    ran = sutja("models", "import", torch_like)
    assert (ran.code, "Ctrl-C" in ran.err, Path("runs").exists()) == (130, True, False)


def test_it_has_help(sutja: Callable[..., Any]) -> None:
    """The group and its command explain themselves."""
    assert " models " in sutja("--help").out
    assert " import " in sutja("models", "--help").out
    told = " ".join(sutja("models", "import", "--help").out.split())
    assert all(word in told for word in (".h5", ".keras", ".onnx", "784", "--out"))
