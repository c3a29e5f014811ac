"""What a command needs and a plain installation has not, looked for before any work begins."""

from importlib.util import find_spec

from sutja.errors import MissingExtraError

EXTRAS = {
    "serve": ("fastapi", "uvicorn", "python_multipart", "sqlalchemy", "alembic", "argon2", "psycopg"),
    "learn": ("keras", "tensorflow", "onnx", "matplotlib"),
    "scale": ("ray", "pyarrow", "pandas"),
}


def expect(extra: str) -> None:
    """Raise `MissingExtraError` where a module of the extra is not installed."""
    missing = [name for name in EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"Expected {' and '.join(EXTRAS[extra])} to be installed. Received no {', '.join(missing)}: "
            f"pip install 'sutja[{extra}]'."
        )
