"""Settings come from the environment, once, and each says what it is for."""

from __future__ import annotations

import stat
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from surveyapp.config import Config, ConfigError


def test_without_any_variable_the_data_folder_holds_everything(tmp_path: Path) -> None:
    config = Config.from_environment({"SURVEYAPP_DATA": str(tmp_path)})
    assert config.database_url == f"sqlite:///{tmp_path}/surveyapp.sqlite"
    assert (config.host, config.port) == ("127.0.0.1", 8000)


def test_variables_are_read_with_their_types() -> None:
    config = Config.from_environment({"SURVEYAPP_PORT": "9000", "SURVEYAPP_DATABASE": "sqlite://"})
    assert (config.port, config.database_url) == (9000, "sqlite://")


@pytest.mark.parametrize("text", ["eighty", "80.5", "-1", "８０", "1e3"])
def test_a_number_that_is_none_names_its_variable(text: str) -> None:
    with pytest.raises(ConfigError, match="SURVEYAPP_PORT"):
        Config.from_environment({"SURVEYAPP_PORT": text})


def test_the_secret_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    config = Config(data=tmp_path / "new")
    assert len(config.secret_key()) == 64
    assert Config(data=tmp_path / "new").secret_key() == config.secret_key()
    assert Config(data=tmp_path / "other").secret_key() != config.secret_key()
    assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600
    assert Config(secret="given").secret_key() == "given"


def test_the_secret_is_not_shown(tmp_path: Path) -> None:
    assert "very-secret" not in repr(Config(data=tmp_path, secret="very-secret"))


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(FrozenInstanceError):
        Config().port = 1  # type: ignore[misc]


def test_every_setting_has_a_variable_and_says_what_it_means() -> None:
    documented = Config.documentation()
    assert len(documented) == len(fields(Config))
    assert len({variable for variable, _, _ in documented}) == len(documented)
    for variable, _, meaning in documented:
        assert variable.startswith("SURVEYAPP_")
        assert meaning.endswith(".") or "…" in meaning
