"""Reference URLs that the image service can never reach are refused before they are paid."""

from __future__ import annotations

import html
import socket
from typing import Any

import pytest
from django.test import Client

from generator.models import Batch, Credential, Job, Reference, User
from generator.services import encryption
from generator.state import Status
from tests.forms import HTMX, compose_form
from tests.images import make_image

pytestmark = pytest.mark.django_db
SENTENCE = "The image service cannot reach this URL because it is in a private network."


@pytest.fixture
def elsewhere(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The URL of the vendor and a key for it; no name may be looked up."""
    settings.GEMPIX_API_KEY = "dk-test-0123456789abcdef"
    settings.GEMPIX_API_URL = "https://api.defapi.org"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("a name was looked up"))


LOCAL_URLS = [
    "http://localhost:8000/fox.png",
    "http://127.0.0.1/fox.png",
    "https://nas.local/fox.png",
    "http://[::1]:8000/fox.png",
    "HTTP://192.168.1.20/fox.png?size=2",
]


@pytest.mark.usefixtures("elsewhere")
def test_local_url_is_refused_at_its_slot(client: Client) -> None:
    for url in LOCAL_URLS:
        slots = ["https://example.org/a.png", url]
        answer = client.post("/batches/", compose_form(image_urls=slots), headers=HTMX)
        text = html.unescape(answer.content.decode())
        assert answer.status_code == 422, url
        first, second = (text.index(f'id="slot-{number}-message"') for number in (1, 2))
        assert SENTENCE not in text[first:second], url
        assert SENTENCE in text[second:], url
        assert "Upload the image instead." in text, url
    assert not Batch.objects.exists()


@pytest.mark.usefixtures("elsewhere")
def test_draft_with_a_local_url_says_so_and_loads_no_preview(client: Client) -> None:
    slots = ["http://nas.local/a.png", "https://example.org/b.png"]
    client.post("/draft/", compose_form(image_urls=slots))
    page = html.unescape(client.get("/").content.decode())
    assert f'data-tone="bad" data-message aria-live="polite">{SENTENCE}' in page
    assert 'src="http://nas.local/a.png"' not in page
    assert 'src="https://example.org/b.png"' in page


@pytest.mark.usefixtures("elsewhere")
def test_public_urls_are_accepted(client: Client) -> None:
    slots = ["https://example.org/a.png", "http://8.8.8.8:8080/b.png", "https://[2606:4700::1]/c"]
    assert client.post("/batches/", compose_form(image_urls=slots)).status_code == 302
    assert [one.url for one in Batch.objects.get().references.all()] == slots


@pytest.mark.usefixtures("elsewhere")
def test_url_of_an_own_image_is_accepted_wherever_the_studio_runs(
    client: Client, member: User
) -> None:
    image = make_image(member)
    slots = [f"http://testserver/images/{image.pk}/"]
    assert client.post("/batches/", compose_form(image_urls=slots)).status_code == 302


@pytest.mark.usefixtures("elsewhere")
def test_older_job_with_a_local_url_cannot_be_resent(client: Client) -> None:
    client.post("/batches/", compose_form(image_urls=["https://example.org/a.png"]))
    job = Job.objects.get()
    Job.objects.update(status=Status.FAILED)
    Reference.objects.update(url="http://nas.local/a.png")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "cannot reach the URL of reference 1" in page
    assert f'action="{job.get_absolute_url()}resend/"' not in page
    answer = client.post(f"{job.get_absolute_url()}resend/", {"form_token": "t-2"}, follow=True)
    assert "This cannot be resent in its current state." in answer.content.decode()
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("elsewhere")
def test_form_passes_the_message_to_its_script(client: Client) -> None:
    assert f'data-unreachable="{SENTENCE}' in client.get("/").content.decode()


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9", "https://mirror.lan/api"])
def test_local_upstream_may_fetch_local_urls(client: Client, settings: Any, url: str) -> None:
    """The sandbox (no key), and a mirror of the operator's own."""
    settings.GEMPIX_API_KEY = "dk-test-0123456789abcdef" if url else ""
    settings.GEMPIX_API_URL = url or "https://api.defapi.org"
    assert 'data-unreachable=""' in client.get("/").content.decode()
    slots = ["http://192.168.1.20/fox.png"]
    assert client.post("/batches/", compose_form(image_urls=slots)).status_code == 302


def test_key_saved_by_another_process_counts_at_once(
    client: Client, member: User, settings: Any
) -> None:
    settings.GEMPIX_API_URL = "https://api.defapi.org"
    assert 'data-unreachable=""' in client.get("/").content.decode()
    secret = encryption.encrypt("dk-live-0123456789abcdef")
    Credential.objects.create(pk=1, secret=secret, hint="cdef", saved_by=member)
    answer = client.post("/batches/", compose_form(image_urls=["http://nas/fox.png"]))
    assert answer.status_code == 422
