"""The draft of the compose form."""

from __future__ import annotations

import html

import pytest
from django.http import QueryDict
from django.test import Client

from generator.models import (
    Draft,
    User,
)
from generator.services import drafts
from tests.forms import GEMINI
from tests.threads import in_threads
from tests.typing import LogIn

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases("models.uploads", "services.drafts")
def test_draft_is_kept_for_every_device(client: Client, member: User) -> None:
    slots = ["", "https://example.org/a.png", "data:image/png;base64,AAAA"]
    fields = {"prompt": "an owl\r\nat \x00noon", "model": GEMINI, "count": "3", "image_urls": slots}
    assert client.post("/draft/", fields | {"private": "on", "extra": "x"}).status_code == 204
    content = Draft.objects.get().content
    assert content["prompt"] == "an owl\nat noon"
    assert content["image_urls"] == ["", "https://example.org/a.png", ""]
    assert "extra" not in content
    page = html.unescape(client.get("/").content.decode())
    assert "an owl\nat noon</textarea>" in page
    assert 'value="https://example.org/a.png"' in page


@pytest.mark.both_databases("services.drafts")
@pytest.mark.django_db(transaction=True)
def test_concurrent_saves_leave_one_whole_draft(member: User) -> None:
    def save(number: int) -> None:
        drafts.save(member, QueryDict(f"prompt={number}&model={number}"), [str(number)])

    in_threads(save, range(40))
    content = Draft.objects.get().content
    assert content["prompt"] == content["model"] == content["image_urls"][0]


def test_draft_is_seen_by_its_owner_alone(client: Client, colleague: User, login: LogIn) -> None:
    client.post("/draft/", {"prompt": "a secret owl"})
    assert "a secret owl" not in login(colleague).get("/").content.decode()
