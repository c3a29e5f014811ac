from collections.abc import Iterator

import httpx
import pytest

from serving import serving


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Give the URL of one service for all tests."""
    with serving() as service:
        yield service.url


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    """Give a client of the service, which is still well afterwards."""
    with httpx.Client(base_url=address) as client:
        yield client
        assert client.get("/health").json()["status"] == "healthy"
