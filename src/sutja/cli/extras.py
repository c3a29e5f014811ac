"""What a command needs and a plain installation has not, looked for before any work begins."""

from importlib.util import find_spec

from sutja.errors import MissingExtraError

STORE = ("sqlalchemy", "alembic", "argon2", "psycopg")
"""What a store needs: `serve` brings it, and `learn` does too."""
EXTRAS = {
    "serve": ("fastapi", "uvicorn", "python_multipart", *STORE),
    "learn": ("keras", "tensorflow", "onnx", "matplotlib"),
    "scale": ("ray", "pyarrow", "pandas"),
}


def expect(extra: str) -> None:
    """Raise `MissingExtraError` where a module of the extra is not installed."""
    _expect(EXTRAS[extra], extra)


def expect_store() -> None:
    """Raise `MissingExtraError` where a store could not be opened."""
    _expect(STORE, "serve")


def _expect(modules: tuple[str, ...], extra: str) -> None:
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"Expected {' and '.join(modules)} to be installed. Received no {', '.join(missing)}: "
            f"in a checkout, pip install '.[{extra}]'."
        )
