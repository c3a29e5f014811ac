import re
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path

import pytest

from sutja.errors import SettingsError
from sutja.settings import Settings, variable


def test_an_empty_environment_gives_the_defaults() -> None:
    """Nothing set, or set to nothing, is the default; variables of others are none of ours."""
    assert Settings.from_env({}) == Settings() == Settings.from_env({"SUTJA_PORT": "", "PORT": "1", "HOST": "x"})
    assert (Settings().host, Settings().port, Settings().bundle) == ("127.0.0.1", 5000, None)
    assert Settings().data.parts[-2:] == ("sutja", "data") or Settings().data.parts[-1] == "data"


def test_each_setting_is_read_from_its_variable() -> None:
    """`name` is read from `SUTJA_NAME`."""
    given = {"SUTJA_DATA": "sets", "SUTJA_BUNDLE": "~/mine", "SUTJA_HOST": "::1", "SUTJA_PORT": "8080"}
    given |= {"SUTJA_PIN_LENGTH": "6", "SUTJA_PIN_SURE_FROM": "0.99", "SUTJA_PIN_ORIGIN": "https://shop.example:8443"}
    given |= {"SUTJA_PIN_SAMPLES": "3", "SUTJA_HOME": "~/store", "SUTJA_DATABASE_URL": "postgresql://me:hush@db/x"}
    counts = {
        "sample_days": 30,
        "quota_source": 20,
        "quota_keyless": 40,
        "learn_new": 50,
        "learn_look": 5,
        "learn_epochs": 3,
        "limit_visitor": 7,
        "limit_key": 70,
        "limit_pin": 2,
        "limit_samples": 9,
    }
    given |= {variable(name): str(count) for name, count in counts.items()}
    given |= {"SUTJA_MLFLOW_URL": "http://mlflow.example", "SUTJA_LOG": "json", "SUTJA_METRICS_PORT": "9100"}
    given |= {"SUTJA_CERTFILE": "c.pem", "SUTJA_KEYFILE": "k.pem", "SUTJA_HOSTS": "Sutja.example, [::1]"}
    given |= {"SUTJA_PIN_PURPOSE": "non_payment", "SUTJA_WORKERS": "4"}
    given |= {"SUTJA_CORS_ORIGINS": "https://a.example, http://b.example:8080"}
    assert {variable(each.name) for each in fields(Settings)} == set(given)
    expected = Settings(data=Path("sets"), bundle=Path.home() / "mine", host="::1", port=8080)
    expected = replace(expected, pin_length=6, pin_sure_from=0.99, pin_origin="https://shop.example:8443")
    expected = replace(expected, pin_samples=3, home=Path.home() / "store", database_url="postgresql://me:hush@db/x")
    expected = replace(expected, mlflow_url="http://mlflow.example", **counts)
    expected = replace(expected, certfile=Path("c.pem"), keyfile=Path("k.pem"), hosts=("sutja.example", "[::1]"))
    expected = replace(expected, cors_origins=("https://a.example", "http://b.example:8080"))
    expected = replace(expected, log="json", metrics_port=9100, pin_purpose="non_payment", workers=4)
    assert Settings.from_env(given) == expected


def test_the_store_is_a_file_in_the_home_unless_a_database_is_named() -> None:
    """And what may hold a password is not shown."""
    assert Settings(home=Path("/srv/sutja")).database == "sqlite:////srv/sutja/sutja.db"
    named = Settings(database_url="postgresql://me:hush@db/x")
    assert named.database == "postgresql://me:hush@db/x"
    assert "hush" not in repr(named)


@pytest.mark.parametrize("name", ["SUTJA_SAMPLE_DAYS", "SUTJA_QUOTA_SOURCE", "SUTJA_QUOTA_KEYLESS", "SUTJA_LEARN_NEW"])
@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "10000000"])
def test_a_count_that_makes_no_sense_is_refused(name: str, value: str) -> None:
    """Nothing is kept for no days, and no quota is endless."""
    with pytest.raises(SettingsError, match=f"Expected {name} to be a whole number from 1 to"):
        Settings.from_env({name: value})


@pytest.mark.parametrize("port", ["65536", "-1", "http", "80.0", "5000 5001"])
def test_a_value_that_makes_no_sense_is_refused(port: str) -> None:
    """The error names the variable and what it expected, and does not repeat the value."""
    with pytest.raises(SettingsError, match="Expected SUTJA_PORT to be a whole number from 0 to 65535") as caught:
        Settings.from_env({"SUTJA_PORT": port})
    assert port not in str(caught.value).replace("65535", "")


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        *(("SUTJA_PIN_LENGTH", value, "a whole number from 4 to 12") for value in ("3", "13", "0", "4.0", "four")),
        *(("SUTJA_WORKERS", value, "a whole number from 1 to 64") for value in ("0", "65", "-1", "2.0", "all")),
        *(("SUTJA_PIN_PURPOSE", value, "non_payment") for value in ("payment", "yes", "1")),
        *(("SUTJA_PIN_SURE_FROM", value, "a number from 0.5") for value in ("0.4", "1", "-1", "nan", "inf", "92 %")),
    ],
)
def test_a_rule_for_pins_that_makes_no_sense_is_refused(name: str, value: str, wanted: str) -> None:
    """A PIN of three digits is none, and a confidence below one half is a guess; NaN would accept anything."""
    with pytest.raises(SettingsError, match=f"Expected {name} to be {wanted}"):
        Settings.from_env({name: value})


@pytest.mark.parametrize(
    "origin",
    [
        "shop.example",
        "*",
        "https://*.example",
        "https://shop.example/",
        "https://shop.example/pin",
        "https://shop.example; script-src *",
        "https://shop.example https://other.example",
        "https://a\nb",
        "javascript:alert(1)",
        'https://a"b',
        "https://user@shop.example",
        "null",
    ],
)
def test_an_origin_is_one_and_no_more(origin: str) -> None:
    """Whoever gets PINs is one origin, as browsers spell it: no wildcard, no path, nothing that breaks a header."""
    with pytest.raises(SettingsError, match="Expected SUTJA_PIN_ORIGIN to be an origin such as"):
        Settings.from_env({"SUTJA_PIN_ORIGIN": origin})


def test_every_setting_has_help() -> None:
    """The table says what each setting is for."""
    assert all(each.metadata["help"].endswith(".") for each in fields(Settings))


def test_settings_do_not_change() -> None:
    """What the doors read is what all parts see."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("value", ["*", "https://shop.example", "shop.example:80", "a b", ",", "::1"])
def test_a_host_is_a_name_without_a_port(value: str) -> None:
    """One that could never stand in a request would lock everybody out, and a star would let everybody in."""
    with pytest.raises(SettingsError, match="Expected SUTJA_HOSTS to be names"):
        Settings.from_env({"SUTJA_HOSTS": value})


@pytest.mark.parametrize("value", ["*", "null", "shop.example", "https://shop.example/", "https://a.example,*"])
def test_an_origin_that_may_ask_is_one_that_browsers_send(value: str) -> None:
    """Nobody opens a service to all pages of the world by a star."""
    with pytest.raises(SettingsError, match="Expected SUTJA_CORS_ORIGINS to be origins"):
        Settings.from_env({"SUTJA_CORS_ORIGINS": value})


@pytest.mark.parametrize(
    ("host", "hosts", "is_public"),
    [
        ("127.0.0.1", (), False),
        ("::1", ("localhost", "[::1]"), False),
        ("localhost", (), False),
        ("127.0.0.53", (), False),
        ("0.0.0.0", (), True),  # noqa: S104  # nobody listens there
        ("192.0.2.1", ("localhost",), True),
        ("127.0.0.1", ("sutja.example",), True),
        ("localhost.example", (), True),
    ],
)
def test_what_others_can_reach_is_public(host: str, hosts: tuple[str, ...], is_public: bool) -> None:
    """So is what listens on this machine alone, once it has a name of the outside: there is a proxy before it."""
    assert Settings(host=host, hosts=hosts).is_public is is_public


def test_a_key_without_a_certificate_is_refused() -> None:
    """It would be taken for https, and be none."""
    with pytest.raises(SettingsError, match="Expected SUTJA_CERTFILE beside SUTJA_KEYFILE"):
        Settings(keyfile=Path("k.pem"))


def test_the_page_tells_the_numbers() -> None:
    """Where docs/settings.md tells a number as the default, it is that."""
    page = (Path(__file__).parent.parent / "docs" / "settings.md").read_text("utf-8")
    told = re.findall(r"^\| `SUTJA_(\w+)` .*\| `?([\d.,]+)`? \|$", page, re.MULTILINE)
    assert len(told) >= 12
    assert {name: float(number.replace(",", "")) for name, number in told if number != "127.0.0.1"} == {
        name: float(getattr(Settings(), name.lower())) for name, number in told if number != "127.0.0.1"
    }
