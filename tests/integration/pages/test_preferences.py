"""A visitor's theme and the owner's first steps."""

from __future__ import annotations

import pytest
from django.test import Client

from generator.models import User
from tests.forms import HTMX
from tests.typing import LogIn, Press

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_is_kept_in_an_http_only_cookie(theme: str, outsider: Client) -> None:
    answer = outsider.post("/preferences/theme/", {"theme": theme, "next": "/help/"})
    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    assert answer.cookies["gempix_theme"]["httponly"]
    for path in ("/accounts/login/", "/offline/"):
        assert f'data-theme="{theme}"' in outsider.get(path).content.decode()
    outsider.post("/preferences/theme/", {"theme": "system"}, headers=HTMX)
    assert "data-theme=" not in outsider.get("/accounts/login/").content.decode()


def test_unknown_theme_is_refused_and_a_forged_cookie_is_ignored(outsider: Client) -> None:
    for theme in ("", "pink", 'dark" onload="x'):
        assert outsider.post("/preferences/theme/", {"theme": theme}).status_code == 400
        outsider.cookies["gempix_theme"] = theme
        assert "data-theme=" not in outsider.get("/accounts/login/").content.decode()


def test_theme_redirects_to_own_pages_only(outsider: Client) -> None:
    for url in ("https://evil.example/", "//evil.example", "javascript:x", "gallery", "?x", ""):
        answer = outsider.post("/preferences/theme/", {"theme": "dark", "next": url})
        assert answer["Location"] == "/", url


def test_first_steps_stay_until_they_are_dismissed(owner: User, login: LogIn, press: Press) -> None:
    client = login(owner)
    press(owner=owner)
    assert "Enter an API key" in client.get("/").content.decode()
    assert "First steps" in client.get("/").content.decode()
    assert client.post("/preferences/checklist/").status_code == 302
    assert "First steps" not in client.get("/").content.decode()


def test_first_steps_are_shown_to_the_owner_only(client: Client) -> None:
    assert "First steps" not in client.get("/").content.decode()
    assert client.post("/preferences/checklist/").status_code == 403
