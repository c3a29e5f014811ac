from dataclasses import FrozenInstanceError, fields
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
    assert {variable(each.name) for each in fields(Settings)} == set(given)
    expected = Settings(data=Path("sets"), bundle=Path.home() / "mine", host="::1", port=8080)
    assert Settings.from_env(given) == expected


@pytest.mark.parametrize("port", ["65536", "-1", "http", "80.0", "5000 5001"])
def test_a_value_that_makes_no_sense_is_refused(port: str) -> None:
    """The error names the variable and what it expected, and does not repeat the value."""
    with pytest.raises(SettingsError, match="Expected SUTJA_PORT to be a whole number from 0 to 65535") as caught:
        Settings.from_env({"SUTJA_PORT": port})
    assert port not in str(caught.value).replace("65535", "")


def test_every_setting_has_help() -> None:
    """The table says what each setting is for."""
    assert all(each.metadata["help"].endswith(".") for each in fields(Settings))


def test_settings_do_not_change() -> None:
    """What the doors read is what all parts see."""
    with pytest.raises(FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]
