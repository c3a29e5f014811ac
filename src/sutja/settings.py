"""Settings: one table of name, default and help, read from the environment at the doors and handed down from there.

Owns the names `SUTJA_*`. A setting `name` is read from `SUTJA_NAME`; one that is unset or empty has its default.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

from platformdirs import user_cache_path, user_data_path

from sutja.errors import SettingsError
from sutja.pin import PIN_LENGTH, PIN_SURE_FROM

PREFIX = "SUTJA_"
STORE_NAME = "sutja.db"
MLFLOW_NAME = "mlflow"
"""Folder in the home of what MLflow is told; there from the first cycle on."""
LOGS = ("json", "text", "none")
PIN_PURPOSE = "non_payment"


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    return Path(value).expanduser()


def _whole(least: int, most: int) -> Callable[[str], int]:
    """What reads a whole number within bounds."""

    def read(value: str) -> int:
        number = int(value)
        if not least <= number <= most:
            raise ValueError
        return number

    return read


_port = _whole(0, 65535)
_workers = _whole(1, 64)
_pin_length = _whole(4, 12)  # as ISO 9564-1 has it
_pin_place = _whole(0, 11)
_count = _whole(1, 1_000_000)
_days = _whole(1, 3660)


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


def _origins(value: str) -> tuple[str, ...]:
    """Origins as browsers send them, with commas between."""
    return tuple(_origin(each.strip()) for each in value.split(","))


def _hosts(value: str) -> tuple[str, ...]:
    """Names and addresses as they stand in a `Host` header, without ports, with commas between."""
    names = tuple(each.strip().lower() for each in value.split(","))
    if not all(re.fullmatch(r"[a-z0-9_.-]+|\[[0-9a-f:.]+\]", each) for each in names):
        raise ValueError
    return names


def _log(value: str) -> str:
    if value not in LOGS:
        raise ValueError
    return value


def _purpose(value: str) -> str:
    if value != PIN_PURPOSE:
        raise ValueError
    return value


def _server(value: str) -> str:
    """The address of a server; a password in it would be shown wherever the address is."""
    if not re.fullmatch(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?", value):
        raise ValueError
    return value.rstrip("/")


_WANTED: dict[Callable[[str], Any], str] = {
    _text: "text",
    _path: "a path",
    _port: "a whole number from 0 to 65535",
    _workers: "a whole number from 1 to 64",
    _pin_length: "a whole number from 4 to 12",
    _pin_place: "a whole number from 0 to 11",
    _count: "a whole number from 1 to 1000000",
    _days: "a whole number from 1 to 3660",
    _confidence: "a number from 0.5 to less than 1",
    _origin: "an origin such as https://shop.example",
    _origins: "origins such as https://shop.example, with commas between",
    _hosts: "names such as sutja.example or [::1], without ports, with commas between",
    _log: "json, text or none",
    _purpose: f"{PIN_PURPOSE}: those of payment cards are never to be taken",
    _server: "an address such as http://127.0.0.1:5001, without a password",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set; the metadata of each field has its `help`, and what `read`s it."""

    data: Path = field(
        default_factory=lambda: user_cache_path("sutja") / "data",
        metadata={"help": "Folder of the public data sets; a missing set is downloaded into it.", "read": _path},
    )
    bundle: Path | None = field(
        default=None, metadata={"help": "Model's folder, to read with in place of champion or shipped.", "read": _path}
    )
    host: str = field(default="127.0.0.1", metadata={"help": "Address to listen on.", "read": _text})
    port: int = field(default=5000, metadata={"help": "Port to listen on; 0 takes a free one.", "read": _port})
    workers: int = field(default=1, metadata={"help": "How many processes serve, from 1 to 64.", "read": _workers})
    certfile: Path | None = field(
        default=None,
        metadata={"help": "Certificate, with its chain, as PEM: with it the service speaks https.", "read": _path},
    )
    keyfile: Path | None = field(
        default=None,
        metadata={"help": "Private key of the certificate, as PEM, where that file has none.", "read": _path},
    )
    hosts: tuple[str, ...] = field(
        default=(),
        metadata={
            "help": "Names by which it may be called; without any, on this machine's own address those of this "
            "machine, else every name.",
            "read": _hosts,
        },
    )
    cors_origins: tuple[str, ...] = field(
        default=(),
        metadata={"help": "Origins whose pages may ask too, as visitors; without any, none.", "read": _origins},
    )
    limit_visitor: int = field(
        default=1500,
        metadata={"help": "How many readings one address may ask for in a minute without a key.", "read": _count},
    )
    limit_key: int = field(
        default=6000, metadata={"help": "How many readings one key may ask for in a minute.", "read": _count}
    )
    limit_pin: int = field(
        default=10, metadata={"help": "How many PINs one address or key may ask for in a minute.", "read": _count}
    )
    limit_samples: int = field(
        default=300,
        metadata={"help": "How many samples one address may give in an hour without a key.", "read": _count},
    )
    pin_length: int = field(
        default=PIN_LENGTH, metadata={"help": "How many digits a PIN has, from 4 to 12.", "read": _pin_length}
    )
    pin_sure_from: float = field(
        default=PIN_SURE_FROM,
        metadata={"help": "How sure it has to be of all digits of a PIN, from 0.5 to 1.", "read": _confidence},
    )
    pin_origin: str = field(
        default="",
        metadata={
            "help": "The origin that may embed the PIN page and gets the PIN; without one, nobody.",
            "read": _origin,
        },
    )
    pin_purpose: str = field(
        default="", metadata={"help": "`non_payment`, before PINs of other machines are taken.", "read": _purpose}
    )
    pin_samples: int | None = field(
        default=None,
        metadata={
            "help": "The place, from 0, whose digit people may give of their PIN to learn from; without one, none.",
            "read": _pin_place,
        },
    )

    home: Path = field(
        default_factory=lambda: user_data_path("sutja"),
        metadata={"help": "Folder of the store's file and of the secret that signs what it keeps.", "read": _path},
    )
    database_url: str = field(
        default="",
        repr=False,  # it may hold a password
        metadata={
            "help": "Database of the store, SQLite or PostgreSQL; without one, a file in the home.",
            "read": _text,
        },
    )
    log: str = field(
        default="text",
        metadata={"help": "What is logged: `json` requests too, `text` warnings, `none` nothing.", "read": _log},
    )
    metrics_port: int | None = field(
        default=None,
        metadata={"help": "Port of 127.0.0.1 for metrics; 0 takes a free one, without one none.", "read": _port},
    )
    sample_days: int = field(
        default=365, metadata={"help": "For how many days a sample is kept, from 1 to 3660.", "read": _days}
    )
    quota_source: int = field(
        default=200, metadata={"help": "How many samples one source may give in a day.", "read": _count}
    )
    quota_keyless: int = field(
        default=2000,
        metadata={"help": "How many samples all sources without a key may give in a day, together.", "read": _count},
    )
    mlflow_url: str = field(
        default="",
        metadata={"help": "MLflow server that is told of cycles; without one, a file in the home.", "read": _server},
    )
    learn_new: int = field(
        default=500, metadata={"help": "How many new labelled samples make a cycle of learning due.", "read": _count}
    )
    learn_epochs: int = field(
        default=8, metadata={"help": "For how many epochs a candidate goes on from the champion.", "read": _count}
    )
    learn_look: int = field(
        default=60, metadata={"help": "After how many seconds `serve --learn` looks again.", "read": _count}
    )

    def __post_init__(self) -> None:
        """Raise `SettingsError` for values that do not go together."""
        if self.keyfile is not None and self.certfile is None:
            raise SettingsError(f"Expected {variable('certfile')} beside {variable('keyfile')}. Received none.")
        if self.pin_samples is not None and self.pin_samples >= self.pin_length:
            raise SettingsError(
                f"Expected {variable('pin_samples')} to be a place of the PIN, from 0 to {self.pin_length - 1}. "
                "Received a later one."
            )

    @property
    def is_public(self) -> bool:
        """Whether others than this machine can ask: it listens elsewhere, or is called by a name of more than here."""
        return not (is_loopback(self.host) and all(map(is_loopback, self.hosts)))

    @property
    def database(self) -> str:
        """The URL of the store's database."""
        path = (self.home / STORE_NAME).absolute().as_posix()
        return self.database_url or f"sqlite:///{path.replace('%', '%25').replace('?', '%3F')}"

    def share(self, amount: int) -> int:
        """Return how much each worker may take, at least 1, where all of them together may take `amount`."""
        return -(-amount // self.workers)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Return the settings of an environment such as `os.environ`.

        Raises `SettingsError` for a value that makes no sense.
        """
        readers = {each.name: each.metadata["read"] for each in fields(cls)}
        given = {name: environ.get(variable(name)) for name in readers}
        return cls(**{name: _value(name, readers[name], value) for name, value in given.items() if value})


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or address is this machine to itself, and nobody else's."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return PREFIX + name.upper()


def _value(name: str, read: Callable[[str], Any], value: str) -> Any:
    try:
        return read(value)
    except (ValueError, RuntimeError) as error:  # RuntimeError: there is no home to expand ~ to
        raise SettingsError(f"Expected {variable(name)} to be {_WANTED[read]}. Received something else.") from error
