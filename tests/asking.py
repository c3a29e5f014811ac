"""Clients that ask a service again and again."""

import http.client
import json
import threading

from serving import Serving

SEVEN = json.dumps({"strokes": [[[60, 60], [200, 60], [110, 240]]]}).encode()
JSON = {"Content-Type": "application/json"}


class Client(threading.Thread):
    """A client that asks again and again, on one connection while it is kept, until no more are taken."""

    def __init__(self, service: Serving, *, keeps: bool) -> None:
        super().__init__()
        self._address = service.url.removeprefix("http://")
        self._keeps = keeps
        self.answered = 0
        self.lost = 0
        self.errors: list[str] = []

    def run(self) -> None:
        while True:
            connection = http.client.HTTPConnection(self._address, timeout=20)
            try:
                connection.connect()
            except OSError:
                return  # refused: this one was never taken
            try:
                self._ask(connection)
            finally:
                connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        while True:
            try:
                connection.request("POST", "/predict", SEVEN, JSON)
                answer = connection.getresponse()
                is_right = answer.status == 200 and json.loads(answer.read())["digit"] == 7
            except (OSError, http.client.HTTPException) as error:
                self.lost += 1
                self.errors.append(repr(error))
                return
            self.answered += is_right
            self.lost += not is_right
            if not self._keeps or answer.will_close:
                return
