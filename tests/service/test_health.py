import httpx

from sutja._version import __version__


def test_health_says_what_reads(client: httpx.Client) -> None:
    """Health names the state, the model and the version."""
    health = client.get("/health").json()
    model = client.get("/model/card").json()["sha256"]
    assert health == {"status": "healthy", "model_loaded": True, "model": model, "version": __version__}
