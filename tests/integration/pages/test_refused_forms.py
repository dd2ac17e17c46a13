"""A form that is refused says why: in the log, to the owner, and in a toast."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from generator.models import User
from tests.forms import HTMX
from tests.member import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def strict(user: User | None = None) -> Client:
    client = Client(enforce_csrf_checks=True)
    if user:
        client.force_login(user)
    return client


@pytest.mark.parametrize(("target", "arrives"), [("/gallery/?q=a", "/gallery/?q=a"), ("//x", "/")])
def test_login_form_sent_twice_goes_on(member: User, target: str, arrives: str) -> None:
    client = strict()
    client.get(LOGIN)
    fields = {"login": member.username, "password": PASSWORD, "next": target}
    fields["csrfmiddlewaretoken"] = client.cookies["gempix_csrf"].value
    first = client.post(LOGIN, fields)
    second = client.post(LOGIN, fields)
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == arrives


@pytest.mark.parametrize(
    ("public", "headers", "cause"),
    [
        ("https://a.example", {"Host": "testserver"}, "X-Forwarded-Proto: https"),
        ("", {"Origin": "https://testserver"}, "Set GEMPIX_PUBLIC_URL to https://testserver."),
        ("", {"Origin": "http://a.example"}, "must pass on the header Host"),
    ],
)
def test_cause_and_setting_are_told(
    owner: User, member: User, settings: Any, caplog: pytest.LogCaptureFixture,
    public: str, headers: dict[str, str], cause: str,
) -> None:  # fmt: skip
    settings.GEMPIX_PUBLIC_URL = public
    settings.SESSION_COOKIE_SECURE = public.startswith("https")
    for user, is_told in ((owner, True), (member, False), (None, False)):
        answer = strict(user).post("/preferences/theme/", {"theme": "dark"}, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert (cause in page) == is_told
        assert "This form cannot be sent" in page
    (first, *_rest) = (r for r in caplog.records if r.name == "generator.views.errors")
    assert cause in first.getMessage()
    assert len([r for r in caplog.records if r.levelname == "WARNING"]) == 3


def test_old_page_is_told_apart(member: User) -> None:
    page = strict(member).post("/preferences/theme/", {"theme": "dark"}).content.decode()
    assert "This page has expired" in page


def test_toast_says_what_the_page_would(viewer: User, owner: User) -> None:
    client = Client()
    client.force_login(viewer)
    answer = client.post(f"/people/{owner.pk}/active/", headers=HTMX)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "text/plain"
    assert answer.content.decode() == "Your role does not allow this."
    expired = strict(viewer).post("/preferences/theme/", headers=HTMX)
    assert expired.content.decode().startswith("This page has expired.")


def test_host_that_is_not_allowed_names_the_setting(outsider: Client) -> None:
    page = outsider.get("/accounts/login/", headers={"Host": "other.example"})
    assert page.status_code == 400
    assert "GEMPIX_ALLOWED_HOSTS" in page.content.decode()
