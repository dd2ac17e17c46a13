"""The headers that guard every page."""

from __future__ import annotations

import pytest

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
