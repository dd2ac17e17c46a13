"""What was a 500 once, kind by kind."""

from __future__ import annotations

import pytest
from django.test import Client

from gempix_site.requests import Handler
from generator.models import User
from tests.forms import HTMX
from tests.fuzz.requests import CHARSETS, DIGITS, FORM, MULTIPART, Hostile, send
from tests.images import make_image

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("charset", CHARSETS)
@pytest.mark.parametrize("kind", [FORM, MULTIPART, "application/json"])
def test_named_charset_is_ignored(charset: str, kind: str) -> None:
    for path in ("/accounts/login/", "/preferences/theme/", "/no/such/page"):
        content_type = f"{kind}; charset={charset}"
        hostile = Hostile("", "POST", path, "", "next=%ff", b"login=x", content_type)
        assert send(Handler(), hostile, {}) in (400, 403, 404)


def test_page_of_an_unreadable_form_is_ours(outsider: Client) -> None:
    for path, status in (("/no/such/page", 404), ("/accounts/login/", 400)):
        for boundary in ("", "; boundary=", "; boundary=é"):
            answer = outsider.generic("POST", path, b"x", f"{MULTIPART}{boundary}")
            assert answer.status_code == status
            assert "Go to the studio" in answer.content.decode()
            assert "Content-Security-Policy" in answer.headers


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z"],
)
def test_moment_outside_the_calendar(moment: str, client: Client) -> None:
    answer = client.get("/trash/", {"before": f"{moment}_{'0' * 32}"})
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("url", ["http://[", "http://[::1", "//[", "http://a:b/", "%", "\\\\x"])
def test_malformed_current_url_while_signed_out(url: str, outsider: Client) -> None:
    answer = outsider.get("/gallery/", headers=HTMX | {"HX-Current-URL": url})
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2F&ended=1"


def test_number_of_thousands_of_digits(client: Client, member: User) -> None:
    for path, name in (("/", "count"), ("/gallery/", "rating"), ("/batches/", "count")):
        for method in (client.get, client.post):
            assert method(path, {name: DIGITS, "prompt": "a"}).status_code < 500


@pytest.mark.parametrize("target", ["foo", "generator:studio", "generator:image", "http:", "a b"])
def test_next_is_a_path_or_ignored(target: str, client: Client, member: User) -> None:
    image = str(make_image(member).pk)
    for path, fields in (
        ("/bulk/", {"kind": "favourite", "image": image}),
        ("/compare/", {"image": image}),
        ("/preferences/theme/", {"theme": "dark"}),
        ("/zip/", {}),
        ("/references/add/", {"image": image}),
        ("/accounts/logout/", {}),
    ):
        answer = client.post(path, fields | {"next": target})
        assert answer.status_code < 500, path
        assert target not in answer.get("Location", "/"), path


@pytest.mark.both_databases
@pytest.mark.parametrize("cursor", ["f" * 32, "8" + "0" * 31, "0" * 32])
def test_cursor_that_no_page_gave(cursor: str, client: Client, member: User) -> None:
    make_image(member)
    for path in ("/gallery/", "/history/", "/references/images/"):
        for name in ("before", "above"):
            for query in ("", "&q=fox", "&rating=5", "&model=x", "&since=2999-12-31"):
                assert client.get(f"{path}?{name}={cursor}{query}").status_code in (200, 302)
