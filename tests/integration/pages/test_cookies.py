"""Cookies have names of our own, and those from before the upgrade are read."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from django.test import Client

from generator.models import User
from tests.typing import LogIn

pytestmark = pytest.mark.django_db
SETTINGS = Path(__file__).parents[3] / "gempix_site" / "settings.py"
OLD = {"sessionid", "csrftoken", "theme", "checklist"}


def test_no_cookie_has_a_common_name(outsider: Client, login: LogIn, owner: User) -> None:
    outsider.get("/accounts/login/")
    outsider.post("/preferences/theme/", {"theme": "dark"})
    client = login(owner)
    client.get("/settings/")
    client.post("/preferences/checklist/")
    names = {*outsider.cookies, *client.cookies}
    assert names == {"gempix_csrf", "gempix_theme", "gempix_session", "gempix_checklist"}


@pytest.mark.parametrize(
    ("url", "prefix", "hsts"),
    [("https://studio.example.org", "__Host-gempix_", 31536000), ("http://a.lan", "gempix_", 0)],
)
def test_https_binds_cookies_to_the_host(
    url: str, prefix: str, hsts: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEMPIX_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("GEMPIX_PUBLIC_URL", url)
    read = runpy.run_path(str(SETTINGS))
    assert read["SESSION_COOKIE_NAME"] == f"{prefix}session"
    assert read["CSRF_COOKIE_NAME"] == f"{prefix}csrf"
    assert read["GEMPIX_COOKIE_PREFIX"] == prefix
    assert read["SECURE_HSTS_SECONDS"] == hsts


def test_session_and_theme_survive_the_upgrade(login: LogIn, member: User) -> None:
    before = login(member).cookies["gempix_session"].value
    client = Client(enforce_csrf_checks=True)
    client.cookies.load({"sessionid": before, "theme": "dark", "csrftoken": "a" * 32})
    answer = client.get("/gallery/")
    assert answer.status_code == 200
    assert 'data-theme="dark"' in answer.content.decode()
    assert client.cookies["gempix_session"].value == before
    assert client.cookies["gempix_session"]["httponly"]
    # A page that was opened before can still be sent.
    answer = client.post(
        "/preferences/theme/", {"theme": "light"}, headers={"X-CSRFToken": "a" * 32}
    )
    assert answer.status_code == 302
    assert client.cookies["gempix_theme"].value == "light"


def test_cookies_of_another_application_are_left_alone(outsider: Client) -> None:
    outsider.cookies.load({"sessionid": "f" * 32, "csrftoken": "x", "theme": "solarized"})
    answer = outsider.get("/accounts/login/")
    assert answer.status_code == 200
    assert not OLD & answer.cookies.keys()
    assert "gempix_session" not in answer.cookies or not answer.cookies["gempix_session"].value
    assert answer.cookies["gempix_csrf"].value != "x"
