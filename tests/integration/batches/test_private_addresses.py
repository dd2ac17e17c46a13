"""Reference addresses that the image service can never reach are refused before they are paid."""

from __future__ import annotations

import html
import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from generator.models import Batch, Credential, Job, Reference, User
from generator.services import vault
from generator.state import Status
from generator.upstream.urlguard import is_local
from tests.composing import HTMX, form

pytestmark = pytest.mark.django_db
SENTENCE = "The service cannot reach this address, it lies in a private network."
LOCAL = [
    "localhost", "LOCALHOST", "localhost.", "fox.localhost", "localhost.localdomain", "nas",
    "printer.local", "wiki.corp", "a.internal", "router.lan", "box.home.arpa", "fritz.home",
    "127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0", "10.0.0.7", "172.16.0.1",
    "192.168.1.20", "169.254.169.254", "100.64.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "::1", "::", "::ffff:192.168.0.1", "fd00::1", "fe80::1", "fe80::1%eth0",
]  # fmt: skip
OPEN = [
    "example.org", "cdn.example.co.uk", "8.8.8.8", "172.32.0.1", "100.128.0.1", "11.0.0.1",
    "2606:4700:4700::1111", "localhost.example.org", "local.dev", "mylocal.net", "homes.com",
    "10.example.org", "192.168.1.20.nip.io", "xn--bcher-kva.example", "bücher.example",
    "lan.party", "internal.example.com",
]  # fmt: skip


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


@pytest.fixture
def elsewhere(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vendor's own address and a key for it; nobody may be asked for a name."""
    settings.GEMPIX_API_KEY = "dk-test-0123456789abcdef"
    settings.GEMPIX_API_URL = "https://api.defapi.org"
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("a name was looked up"))


@pytest.mark.parametrize("host", LOCAL)
def test_what_only_a_private_network_reaches_is_known(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", OPEN)
def test_what_the_service_reaches_is_no_private_address(host: str) -> None:
    assert not is_local(host)


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000/fox.png",
        "http://127.0.0.1/fox.png",
        "https://nas.local/fox.png",
        "http://[::1]:8000/fox.png",
        "HTTP://192.168.1.20/fox.png?size=2",
    ],
)
def test_it_is_refused_beside_its_slot_and_nothing_is_made(client: Client, address: str) -> None:
    slots = ["https://example.org/a.png", address]
    answer = client.post("/batches/", form(image_urls=slots), headers=HTMX)
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    first, second = (text.index(f'id="slot-{number}-message"') for number in (1, 2))
    assert SENTENCE not in text[first:second]
    assert SENTENCE in text[second:]
    assert "Upload the picture instead." in text
    assert not Batch.objects.exists()


@pytest.mark.usefixtures("elsewhere")
def test_draft_with_such_an_address_says_so_and_asks_nobody_for_its_picture(
    client: Client,
) -> None:
    client.post("/draft/", form(image_urls=["http://nas.local/a.png", "https://example.org/b.png"]))
    page = html.unescape(client.get("/").content.decode())
    assert f'data-tone="bad" data-message aria-live="polite">{SENTENCE}' in page
    assert 'src="http://nas.local/a.png"' not in page
    assert 'src="https://example.org/b.png"' in page


@pytest.mark.usefixtures("elsewhere")
def test_addresses_of_the_internet_are_taken(client: Client) -> None:
    slots = ["https://example.org/a.png", "http://8.8.8.8:8080/b.png", "https://[2606:4700::1]/c"]
    assert client.post("/batches/", form(image_urls=slots)).status_code == 302
    assert [one.url for one in Batch.objects.get().references.all()] == slots


@pytest.mark.usefixtures("elsewhere")
def test_a_picture_of_ours_is_no_address_wherever_the_studio_runs(
    client: Client, draw: Callable[..., list[Any]], member: User
) -> None:
    (image,) = draw(member)
    slots = [f"http://testserver/images/{image.pk}/"]
    assert client.post("/batches/", form(image_urls=slots)).status_code == 302


@pytest.mark.usefixtures("elsewhere")
def test_an_older_job_with_such_an_address_is_not_sent_again(client: Client) -> None:
    client.post("/batches/", form(image_urls=["https://example.org/a.png"]))
    job = Job.objects.get()
    Job.objects.update(status=Status.FAILED)
    Reference.objects.update(url="http://nas.local/a.png")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "cannot reach the address of reference 1" in page
    assert f'action="{job.get_absolute_url()}again/"' not in page
    answer = client.post(f"{job.get_absolute_url()}again/", {"form_token": "t-2"}, follow=True)
    assert "This cannot be sent again as it is now." in answer.content.decode()
    assert Job.objects.count() == 1


@pytest.mark.usefixtures("elsewhere")
def test_the_page_tells_its_script_so_where_it_holds(client: Client) -> None:
    assert f'data-unreachable="{SENTENCE}' in client.get("/").content.decode()


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9", "https://mirror.lan/api"])
def test_a_service_within_the_private_network_may_fetch_there(
    client: Client, settings: Any, url: str
) -> None:
    """The sandbox (no key), and a mirror of one's own."""
    settings.GEMPIX_API_KEY = "dk-test-0123456789abcdef" if url else ""
    settings.GEMPIX_API_URL = url or "https://api.defapi.org"
    assert 'data-unreachable=""' in client.get("/").content.decode()
    slots = ["http://192.168.1.20/fox.png"]
    assert client.post("/batches/", form(image_urls=slots)).status_code == 302


def test_a_key_that_another_process_has_saved_counts_at_once(
    client: Client, member: User, settings: Any
) -> None:
    settings.GEMPIX_API_URL = "https://api.defapi.org"
    assert 'data-unreachable=""' in client.get("/").content.decode()
    secret = vault.seal("dk-live-0123456789abcdef")
    Credential.objects.create(pk=1, secret=secret, hint="cdef", saved_by=member)
    answer = client.post("/batches/", form(image_urls=["http://nas/fox.png"]))
    assert answer.status_code == 422
