"""The headers that guard every page."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from generator import urls
from generator.models import Credential, Role, User
from tests.forms import HTMX
from tests.images import make_image
from tests.integration.members.test_access import url_of
from tests.typing import LogIn, MakeUser

pytestmark = pytest.mark.django_db


def test_page_may_run_only_what_the_studio_serves(login: LogIn, member: User) -> None:
    response = login(member).get("/gallery/")
    directives = (part.split() for part in response["Content-Security-Policy"].split(";"))
    policy = {name: sources for name, *sources in directives}
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert not [name for name, sources in policy.items() if "'unsafe-inline'" in sources]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/batches/cancel/", f"/collections/{UUID(int=0)}/delete/"])
def test_a_browser_that_opens_the_url_of_a_button_gets_a_page(client: Client, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    page = answer.content.decode()
    assert "This is not a page" in page
    assert "Go to the studio" in page
    assert client.get(path).content == b""


def test_caches_tell_fragments_and_pages_apart(
    client: Client, member: User, subtests: pytest.Subtests
) -> None:
    """On every route, for one that has no fragment today may have one tomorrow."""
    image = make_image(member)
    for pattern in urls.urlpatterns:
        url = url_of(pattern, image)
        with subtests.test(url):
            page, fragment = client.get(url), client.get(url, headers=HTMX)
            for answer in (page, fragment):
                if answer.get("Content-Type", "").startswith("text/html"):
                    assert "HX-Request" in answer["Vary"]
            if fragment.get("Content-Type", "").startswith("text/html"):
                assert fragment["Cache-Control"] == "no-store"


def test_key_hint_is_for_those_who_manage(
    owner: User, member: User, viewer: User, make_user: MakeUser, login: LogIn
) -> None:
    Credential.objects.create(secret="x", hint="wxyz", saved_by=owner)
    seen = {
        user.role: "wxyz" in login(user).get("/settings/").content.decode()
        for user in (owner, member, viewer, make_user("ada", Role.ADMIN))
    }
    assert seen == {"owner": True, "admin": True, "member": False, "viewer": False}
