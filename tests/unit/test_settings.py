"""A malformed setting stops the start with a sentence that names it."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from gempix_site.env import InvalidSetting, Settings

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
        ("GEMPIX_PUBLIC_URL", "studio", "must be a URL such as https://studio.example.org."),
        ("GEMPIX_TIME_ZONE", "Mars/Olympus", "must be a time zone such as Europe/Berlin."),
        ("GEMPIX_LOG_LEVEL", "loud", "must be DEBUG, INFO, WARNING, ERROR or CRITICAL."),
        ("GEMPIX_TRASH_DAYS", "1.5", "must be a whole number of days from 1 to 3650."),
        ("GEMPIX_SWEEP_SECONDS", "nan", "must be a number of seconds, 0.05 or more."),
        ("GEMPIX_SANDBOX_SECONDS", "90000", "must be a number of seconds from 0.05 to 86400."),
        ("GEMPIX_RETRY_SUBMIT_500", "maybe", "must be on or off."),
        (
            "GEMPIX_ALLOWED_PRIVATE_HOSTS",
            "lab:9000,lab",
            "must be a list such as 127.0.0.1:8001,lab:9000.",
        ),
        *(
            ("REDIS_URL", value, "must be a URL such as redis://host:6379/0.")
            for value in (
                "localhost:6379",
                "http://localhost:6379/0",
                "redis:/localhost/0",
                "redis//localhost",
                "redis://",
                "redis:///0",
                "redis://localhost:port/0",
                "redis://localhost:99999/0",
                "redis://localhost:0/0",
                "redis://localhost:6379/cache",
                "redis://localhost:6379/0/1",
                "redis://localhost:6379/0?timeout=1",
                "unix://",
            )
        ),
        (
            "DATABASE_URL",
            "studio.sqlite3",
            "must be a URL such as postgresql://user:password@host:5432/name.",
        ),
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


def test_valid_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMPIX_PORT", "8123")
    monkeypatch.setenv("GEMPIX_RETRY_SUBMIT_500", "No")
    monkeypatch.setenv("GEMPIX_PUBLIC_URL", "https://studio.example.org/")
    values = runpy.run_path(str(SETTINGS))
    assert values["GEMPIX_PORT"] == 8123
    assert values["GEMPIX_RETRY_SUBMIT_500"] is False
    assert values["GEMPIX_PUBLIC_URL"] == "https://studio.example.org"


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMPIX_PORT", " ")
    monkeypatch.setenv("GEMPIX_BIND", "")
    values = runpy.run_path(str(SETTINGS))
    assert (values["GEMPIX_PORT"], values["GEMPIX_BIND"]) == (8000, "127.0.0.1")


def test_a_value_is_read_from_a_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "key").write_text("dk-secret\n")
    monkeypatch.setenv("GEMPIX_API_KEY_FILE", str(place / "key"))
    assert runpy.run_path(str(SETTINGS))["GEMPIX_API_KEY"] == "dk-secret"


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "no text"])
def test_a_file_that_cannot_be_read_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content:
        (place / "key").write_bytes(content)
    monkeypatch.setenv("GEMPIX_API_KEY_FILE", str(place / "key"))
    with pytest.raises(InvalidSetting) as refused:
        runpy.run_path(str(SETTINGS))
    assert str(refused.value) == "GEMPIX_API_KEY_FILE must name a text file that can be read."


def test_unknown_names_are_reported_with_the_closest_known_one(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in os.environ:
        if name.startswith("GEMPIX_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GEMPIX_CI", "1")
    monkeypatch.setenv("GEMPIX_PORT_FILE", "")
    monkeypatch.setenv("gempix_port", "8123")
    monkeypatch.setenv("GEMPIX_FOO_BAR", "1")
    monkeypatch.setenv("GEMPIX_DATABASE_URL", "")
    dotenv = place / ".env"
    dotenv.write_text("GEMPIX_API_KYE=dk-secret\nGEMPIX_BIND=::1\nCOMPOSE_PROFILES=x\n")
    env = Settings(dotenv)
    for name in ("GEMPIX_PORT", "GEMPIX_API_KEY", "GEMPIX_BIND", "DATABASE_URL"):
        env.text(name, about="")
    assert env.unknown() == {
        "GEMPIX_API_KYE": "GEMPIX_API_KEY",
        "GEMPIX_DATABASE_URL": "DATABASE_URL",
        "GEMPIX_FOO_BAR": "",
        "gempix_port": "GEMPIX_PORT",
    }
