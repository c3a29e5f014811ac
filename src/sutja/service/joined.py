"""An answer goes out in one write: its head waits for the first of its body.

A service that is killed between two writes leaves a head without a body, and then no proxy can have another service
answer in its place. One call of the system costs less than two, too.
"""

from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


def joined(cycle: RequestResponseCycle) -> RequestResponseCycle:
    """Have the head of an answer wait for its body, and return it; one without a body goes out as it is."""
    if cycle.scope["method"] != "HEAD":
        cycle.transport = _Joined(cycle)  # type: ignore[assignment]  # as much of one as it uses
    return cycle


class _Joined:
    """The transport of one answer, as far as uvicorn uses it for that."""

    __slots__ = ("_cycle", "_head", "_is_begun", "_transport")

    def __init__(self, cycle: RequestResponseCycle) -> None:
        """Stand between an answer and its transport."""
        self._cycle, self._transport = cycle, cycle.transport
        self._head, self._is_begun = b"", False

    def write(self, data: bytes) -> None:
        """Send, but for the head."""
        if self._cycle.response_started and not self._is_begun:
            self._head, self._is_begun = data, True
        else:  # what comes before the head bids the client go on
            self._transport.write(self._head + data)
            self._head = b""

    def close(self) -> None:
        """Send what waits, and close."""
        if self._head:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        """Return whether it is closed, or about to be."""
        return self._transport.is_closing()
