"""Settings that do not fit together are refused, with the setting's name and what to change."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks

from gempix_site import settings as product

NAMES = (
    "GEMPIX_MODELS",
    "GEMPIX_POLL_FIRST_SECONDS",
    "GEMPIX_POLL_MIN_SECONDS",
    "GEMPIX_POLL_MAX_SECONDS",
    "GEMPIX_SWEEP_SECONDS",
    "GEMPIX_SUBMIT_TIMEOUT_SECONDS",
    "GEMPIX_QUERY_TIMEOUT_SECONDS",
    "GEMPIX_DOWNLOAD_TIMEOUT_SECONDS",
    "GEMPIX_DOWNLOAD_MAX_BYTES",
    "GEMPIX_NOT_FOUND_GRACE_SECONDS",
    "GEMPIX_STOP_SECONDS",
)
POLL = "GEMPIX_POLL_"


@pytest.fixture(autouse=True)
def defaults(settings: Any) -> None:
    """The defaults of the product, whatever the environment of this run says."""
    for name in NAMES:
        shown = product.env.documented[name].default
        default = shown.split(",") if name == "GEMPIX_MODELS" else float(shown)
        setattr(settings, name, default)
    settings.GEMPIX_UNKNOWN_SETTINGS = {}


def messages() -> list[CheckMessage]:
    return [message for message in run_checks() if str(message.id).startswith("gempix.")]


def test_defaults_pass() -> None:
    assert messages() == []


@pytest.mark.parametrize(
    ("changes", "number", "hint"),
    [
        ({"GEMPIX_MODELS": ["google/gempix9"]}, "E001", "Known models: google/gempix2, "),
        ({f"{POLL}MIN_SECONDS": 21, f"{POLL}FIRST_SECONDS": 30}, "E002", f"{POLL}MAX_SECONDS"),
        ({f"{POLL}MIN_SECONDS": 6}, "E003", f"Raise {POLL}FIRST_SECONDS to 6 or more, or lower"),
        ({f"{POLL}FIRST_SECONDS": 1500}, "E004", f"Lower {POLL}FIRST_SECONDS to 1090 or less."),
        ({f"{POLL}MAX_SECONDS": 1091}, "E004", f"Lower {POLL}MAX_SECONDS to 1090 or less."),
        ({"GEMPIX_SWEEP_SECONDS": 30}, "E005", "Lower GEMPIX_SWEEP_SECONDS or GEMPIX_DOWNLOAD_"),
        ({"GEMPIX_SUBMIT_TIMEOUT_SECONDS": 70, "GEMPIX_STOP_SECONDS": 70}, "E005", "below 90."),
        ({"GEMPIX_QUERY_TIMEOUT_SECONDS": 200}, "E005", "or GEMPIX_QUERY_TIMEOUT_SECONDS"),
        ({"GEMPIX_DOWNLOAD_TIMEOUT_SECONDS": 70}, "E005", "their sum must be below 90."),
        ({"GEMPIX_STOP_SECONDS": 29}, "W001", "Raise GEMPIX_STOP_SECONDS to 30 or more."),
        (
            {"GEMPIX_UNKNOWN_SETTINGS": {"GEMPIX_API_KYE": "GEMPIX_API_KEY"}},
            "W002",
            "Did you mean GEMPIX_API_KEY?",
        ),
        ({"GEMPIX_UNKNOWN_SETTINGS": {"GEMPIX_X": ""}}, "W002", "docs/settings.md"),
        ({"GEMPIX_SUBMIT_TIMEOUT_SECONDS": 9}, "W003", "GEMPIX_SUBMIT_TIMEOUT_SECONDS to 10"),
        ({"GEMPIX_NOT_FOUND_GRACE_SECONDS": 1}, "W003", "GEMPIX_NOT_FOUND_GRACE_SECONDS to 10"),
        ({"GEMPIX_DOWNLOAD_MAX_BYTES": 2**20}, "W003", "GEMPIX_DOWNLOAD_MAX_BYTES to 33554432"),
    ],
)
def test_wrong_values_are_named_with_a_hint(
    settings: Any, changes: dict[str, Any], number: str, hint: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    (message,) = messages()
    assert message.id == f"gempix.{number}"
    names = changes.get("GEMPIX_UNKNOWN_SETTINGS", changes)
    assert any(name in message.msg for name in names)
    assert message.hint is not None
    assert hint in message.hint


@pytest.mark.parametrize("name", [f"{POLL}FIRST_SECONDS", f"{POLL}MAX_SECONDS"])
def test_documents_name_the_longest_wait(settings: Any, name: str) -> None:
    setattr(settings, name, 10_000)
    (message,) = messages()
    most = str(message.hint).split(" to ")[1].split()[0]
    assert f"at most {most}." in product.env.documented[name].about


@pytest.mark.parametrize(
    "changes",
    [
        {f"{POLL}FIRST_SECONDS": 1090, f"{POLL}MAX_SECONDS": 1090},
        {f"{POLL}MIN_SECONDS": 5},
        {"GEMPIX_SWEEP_SECONDS": 29},
        {"GEMPIX_SUBMIT_TIMEOUT_SECONDS": 69, "GEMPIX_STOP_SECONDS": 69},
    ],
)
def test_values_at_the_limit_pass(settings: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert messages() == []
