"""The headers that guard every page."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from generator.models import User
from tests.typing import LogIn

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
