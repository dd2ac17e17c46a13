"""A malformed setting stops the start with a sentence that names it."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from gempix_site.env import InvalidSetting

SETTINGS = Path(__file__).parents[2] / "gempix_site" / "settings.py"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that the settings may make."""
    monkeypatch.setenv("GEMPIX_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DJANGO_SECRET_KEY", "")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("GEMPIX_PORT", "abc", "must be a whole number from 1 to 65535."),
        ("GEMPIX_PORT", "70000", "must be a whole number from 1 to 65535."),
        ("GEMPIX_PUBLIC_URL", "studio", "must be an address such as https://studio.example.org."),
        ("GEMPIX_TIME_ZONE", "Mars/Olympus", "must be a time zone such as Europe/Berlin."),
        ("GEMPIX_LOG_LEVEL", "loud", "must be DEBUG, INFO, WARNING, ERROR or CRITICAL."),
    ],
)
def test_a_malformed_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSetting) as refused:
        runpy.run_path(str(SETTINGS))
    assert str(refused.value) == f"{name} {sentence}"


def test_a_data_folder_that_cannot_be_made_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "file").touch()
    monkeypatch.setenv("GEMPIX_DATA_DIR", str(place / "file" / "data"))
    with pytest.raises(InvalidSetting) as refused:
        runpy.run_path(str(SETTINGS))
    assert str(refused.value).startswith(f"the data folder {place}/file/data (GEMPIX_DATA_DIR)")


def test_settings_that_are_right_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMPIX_PORT", "8123")
    assert runpy.run_path(str(SETTINGS))["GEMPIX_PORT"] == 8123
