"""Stopping: what is under way is answered, nothing new is taken, and a second signal does not wait."""

import http.client
import json
import signal
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from asking import SEVEN, Client
from pictures import encoded, picture
from serving import Serving, serving

START = b"POST /predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
HEAD = START + b"Content-Length: %d\r\n\r\n" % len(SEVEN)
CLIENTS = 6
LOAD_S = 0.6


@pytest.fixture(autouse=True)
def boundless(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it comes from one address."""
    monkeypatch.setenv("SUTJA_LIMIT_VISITOR", "1000000")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("keeps", [True, False])
def test_no_request_is_lost_when_the_service_stops_under_load(
    keeps: bool, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request that was taken is answered, the process ends with 0, and says nothing."""
    monkeypatch.setenv("SUTJA_WORKERS", str(workers))
    with serving() as service:
        clients = [Client(service, keeps=keeps) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        time.sleep(LOAD_S)
        service.process.terminate()
        assert service.process.communicate(timeout=20) == ("", "")
        for client in clients:
            client.join(20)
        assert service.process.returncode == 0
    assert sum(client.answered for client in clients) > CLIENTS
    # Of some thousand, one that connects in the very moment in which the line is closed may be reset by the system.
    errors = [error for client in clients for error in client.errors]
    assert sum(client.lost for client in clients) == len(errors) <= 1, errors
    assert all(error.startswith("ConnectionResetError") for error in errors), errors


def raw(service: Serving, start: bytes) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=20)
    connection.connect()
    connection.sock.sendall(start)
    return connection


def test_a_request_that_is_still_coming_is_answered() -> None:
    """New connections are refused meanwhile, and the readiness of the service is over."""
    with serving() as service:
        coming = raw(service, HEAD + SEVEN[:10])
        waiting = raw(service, b"")
        time.sleep(0.3)
        service.process.terminate()
        time.sleep(0.2)
        with pytest.raises(httpx.ConnectError):
            httpx.get(service.url + "/health")
        waiting.request("GET", "/health")
        assert waiting.getresponse().getheader("connection") == "close"
        time.sleep(1)
        coming.sock.sendall(SEVEN[10:])
        answer = http.client.HTTPResponse(coming.sock, method="POST")
        answer.begin()
        assert json.loads(answer.read())["digit"] == 7
        assert answer.getheader("connection") == "close"
        coming.close()
        waiting.close()
        assert service.process.wait(20) == 0


def test_a_photo_that_is_being_read_is_answered() -> None:
    with serving() as service:
        data = encoded(picture(7, 3000))
        answers = []
        ask: Callable[[], object] = lambda: answers.append(  # noqa: E731  # a thread's whole work
            httpx.post(service.url + "/read", content=data, headers={"Content-Type": "image/png"}, timeout=30)
        )
        thread = threading.Thread(target=ask)
        thread.start()
        time.sleep(0.1)
        service.process.terminate()
        thread.join()
        assert [answer.json()["digits"] for answer in answers] == ["7"]
        assert service.process.wait(20) == 0


def test_slow_clients_do_not_hold_up_the_stop() -> None:
    """Whoever never ends a request is cut off when the time is up."""
    with serving() as service:
        lines = [raw(service, HEAD), raw(service, b"GET / HTTP/1.1\r\nX: "), raw(service, b"")]
        time.sleep(0.3)
        begun = time.monotonic()
        service.process.terminate()
        assert service.process.wait(20) == 0
        assert time.monotonic() - begun < 12
        for line in lines:
            line.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_the_service_at_once(number: signal.Signals) -> None:
    with serving() as service:
        line = raw(service, HEAD)
        time.sleep(0.3)
        service.process.send_signal(number)
        time.sleep(0.5)
        assert service.process.poll() is None
        begun = time.monotonic()
        service.process.send_signal(number)
        assert service.process.wait(20) == -number
        assert time.monotonic() - begun < 1
        line.close()
