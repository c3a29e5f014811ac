"""The service as a process: it starts light, stops well, and says in one line why it cannot."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from pictures import encoded, picture, png_header
from serving import SERVE, serving
from sutja.errors import SettingsError
from sutja.service import run
from sutja.settings import Settings


def failed(*arguments: str) -> str:
    """Return what a service that cannot start says."""
    answer = subprocess.run([*SERVE, *arguments], capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stdout) == (1, "")
    return answer.stderr


def test_a_busy_port_is_said_in_one_line() -> None:
    """Who holds the port cannot be known, but what to do can."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        message = failed("--port", port)
    assert message.count("\n") == 1
    assert f"port {port}" in message
    assert "--port or SUTJA_PORT" in message


@pytest.mark.parametrize("host", ["203.0.113.1", "no name", "ä" * 70, ""])
def test_an_address_that_is_not_ours_is_said_in_one_line(host: str) -> None:
    """203.0.113.1 is nobody's, and a name with a space is none."""
    with pytest.raises(SettingsError, match="--host or SUTJA_HOST") as caught:
        run(Settings(host=host, port=0))
    assert "\n" not in str(caught.value)


def test_a_missing_model_is_said_in_one_line(tmp_path: Path) -> None:
    """Nothing falls back to another model in silence."""
    message = failed("--port", "0", "--bundle", str(tmp_path))
    assert message.count("\n") == 1
    assert "bundle" in message


def leave_in_the_middle(url: str) -> None:
    """Send half a body and hang up."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\nhalf")
    assert httpx.get(url + "/health").status_code == 200


def test_nothing_is_logged_but_the_address() -> None:
    """Requests leave no trace, whatever becomes of them."""
    with serving() as service:
        assert httpx.post(service.url + "/predict", json={"strokes": [[[7, 1], [7, 50]]]}).status_code == 200
        assert httpx.post(service.url + "/predict?glyph=7391", json={"strokes": [["7391"]]}).status_code == 422
        assert httpx.post(service.url + "/predict", files={"image": png_header(12_000, 10_000)}).status_code == 413
        leave_in_the_middle(service.url)
        service.process.terminate()
        assert service.process.communicate(timeout=20) == ("", "")


def test_an_interrupt_ends_the_service() -> None:
    """Ctrl-C is no error and leaves no traceback."""
    with serving() as service:
        assert httpx.get(service.url + "/health").status_code == 200
        service.process.send_signal(signal.SIGINT)
        assert service.process.communicate(timeout=20) == ("", "")
        assert service.process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_service_is_light() -> None:
    """A service that has read takes at most 160 MB, the store's SQLAlchemy included."""
    with serving() as service:
        with httpx.Client(base_url=service.url) as client:
            for turn in range(50):
                client.post("/predict", json={"strokes": [[[7, 1], [7, 50]]]})
                client.post("/predict", files={"image": encoded(picture(7).resize((300 + 5 * turn, 320 + 3 * turn)))})
        status = Path(f"/proc/{service.process.pid}/status").read_text()
    resident = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert resident
    assert int(resident[1]) * 1024 <= 160e6


def test_the_service_knows_nothing_of_training() -> None:
    """Neither what trains nor what tests is loaded where requests come in."""
    program = (
        "import sys; from sutja.service import create_app; from sutja.settings import Settings; "
        "create_app(Settings()); print(*{name.partition('.')[0] for name in sys.modules})"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"keras", "tensorflow", "mlflow", "h5py", "onnx", "matplotlib", "scipy"} & set(loaded)
