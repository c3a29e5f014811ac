"""Settings: one table of name, default and help, read from the environment at the doors and handed down from there.

Owns the names `SUTJA_*`. A setting `name` is read from `SUTJA_NAME`; one that is unset or empty has its default.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from platformdirs import user_cache_path

from sutja.errors import SettingsError
from sutja.pin import PIN_LENGTH, PIN_SURE_FROM

PREFIX = "SUTJA_"


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _port(value: str) -> int:
    port = int(value)
    if not 0 <= port <= 65535:
        raise ValueError
    return port


def _pin_length(value: str) -> int:
    length = int(value)
    if not 4 <= length <= 12:  # as ISO 9564-1 has it
        raise ValueError
    return length


def _confidence(value: str) -> float:
    confidence = float(value)
    if not 0.5 <= confidence < 1:  # less sure than that is a guess, and nothing is surer
        raise ValueError
    return confidence


def _origin(value: str) -> str:
    """An origin as browsers send it; it goes into a header and into a page."""
    if not re.fullmatch(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?", value):
        raise ValueError
    return value


_WANTED: dict[Callable[[str], Any], str] = {
    _text: "text",
    _path: "a path",
    _port: "a whole number from 0 to 65535",
    _pin_length: "a whole number from 4 to 12",
    _confidence: "a number from 0.5 to less than 1",
    _origin: "an origin such as https://shop.example",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set; the metadata of each field has its `help`, and what `read`s it."""

    data: Path = field(
        default_factory=lambda: user_cache_path("sutja") / "data",
        metadata={"help": "Folder of the public data sets; a missing set is downloaded into it.", "read": _path},
    )
    bundle: Path | None = field(
        default=None, metadata={"help": "Folder of the model to read with; without it, the shipped one.", "read": _path}
    )
    host: str = field(default="127.0.0.1", metadata={"help": "Address to listen on.", "read": _text})
    port: int = field(default=5000, metadata={"help": "Port to listen on; 0 takes a free one.", "read": _port})
    pin_length: int = field(
        default=PIN_LENGTH, metadata={"help": "How many digits a PIN has, from 4 to 12.", "read": _pin_length}
    )
    pin_sure_from: float = field(
        default=PIN_SURE_FROM,
        metadata={
            "help": "How sure it has to be that all digits of a PIN are right, from 0.5 to 1, for it to be accepted.",
            "read": _confidence,
        },
    )
    pin_origin: str = field(
        default="",
        metadata={
            "help": "The origin that may embed the PIN page and gets the PIN; without one, nobody.",
            "read": _origin,
        },
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings of an environment such as `os.environ`.

        Raises `SettingsError` for a value that makes no sense.
        """
        readers = {each.name: each.metadata["read"] for each in fields(cls)}
        given = {name: environ.get(variable(name)) for name in readers}
        return cls(**{name: _value(name, readers[name], value) for name, value in given.items() if value})


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def _value(name: str, read: Callable[[str], Any], value: str) -> Any:
    try:
        return read(value)
    except (ValueError, RuntimeError) as error:  # RuntimeError: there is no home to expand ~ to
        raise SettingsError(f"Expected {variable(name)} to be {_WANTED[read]}. Received something else.") from error
