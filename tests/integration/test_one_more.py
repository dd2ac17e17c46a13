"""One picture more as another one was made, by one press on its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from generator.models import Batch, Image, LedgerEntry, User
from tests.composing import GEMINI, HTMX, form, row
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


@pytest.fixture
def image(client: Client) -> Image:
    """The second of three pictures with everything that can be asked for."""
    slots = ["https://example.org/a.png", "https://example.org/b.png"]
    fields = form(prompt=r"\{a|b} fox", count=3, model=GEMINI, image_urls=slots, aspect_ratio="4:3")
    client.post("/batches/", fields)
    return row(Batch.objects.get())


def address(image: Image) -> str:
    return f"/images/{image.pk}/more/"


def token(client: Client, image: Image) -> str:
    page = client.get(image.get_absolute_url()).content.decode()
    found = re.search(r'id="more-token" name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def test_one_more_is_asked_for_as_this_one_was(client: Client, image: Image) -> None:
    answer = client.post(address(image), {"form_token": token(client, image)}, headers=HTMX)
    assert answer.status_code == 201
    more, first = Batch.objects.order_by("-pk")
    assert (more.prompt, more.model, more.aspect_ratio) == ("{a|b} fox", GEMINI, "4:3")
    assert [one.url for one in more.references.all()] == [one.url for one in first.references.all()]
    assert (more.count, more.jobs.count()) == (1, 1)
    assert LedgerEntry.objects.filter(job__batch=more).count() == 1
    assert more.get_absolute_url() in answer.content.decode()


def test_a_token_is_good_for_one_and_the_answer_brings_the_next(
    client: Client, image: Image
) -> None:
    given = token(client, image)
    answers = [client.post(address(image), {"form_token": given}, headers=HTMX) for _ in range(2)]
    assert Batch.objects.count() == 2
    following = re.search(r'name="form_token" value="([^"]+)"', answers[0].content.decode())
    assert following
    assert following[1] != given
    client.post(address(image), {"form_token": following[1]}, headers=HTMX)
    assert Batch.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one(member: User, login: Callable[[User], Client]) -> None:
    image = picture(member)
    clients = [login(member) for _ in range(4)]

    def post(client: Client) -> int:
        try:
            return client.post(address(image), {"form_token": "t-9"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(post, clients)) == {302}
    assert Batch.objects.filter(form_token="t-9").count() == Batch.objects.count() - 1 == 1


def test_without_scripts_it_leads_to_the_new_batch(client: Client, image: Image) -> None:
    answer = client.post(address(image), {"form_token": "t-5"})
    assert answer["Location"] == Batch.objects.get(form_token="t-5").get_absolute_url()


def test_what_follows_from_a_private_picture_is_private(client: Client, member: User) -> None:
    client.post(address(picture(member, private=True)), {"form_token": "t-5"})
    assert Batch.objects.get(form_token="t-5").private


def test_a_colleagues_picture_may_be_asked_for_and_a_private_one_is_not_there(
    client: Client, member: User, colleague: User
) -> None:
    client.post(address(picture(colleague)), {"form_token": "t-5"})
    assert Batch.objects.get(form_token="t-5").owner == member
    hidden = picture(colleague, private=True)
    assert client.post(address(hidden), {"form_token": "t-6"}).status_code == 404


def test_who_only_looks_is_not_offered_it_and_refused(
    member: User, viewer: User, login: Callable[[User], Client]
) -> None:
    image, looker = picture(member), login(viewer)
    assert "more-token" not in looker.get(image.get_absolute_url()).content.decode()
    assert looker.post(address(image), {"form_token": "t-5"}).status_code == 403


def test_a_model_that_is_not_offered_any_more_is_said(
    client: Client, image: Image, settings: Any
) -> None:
    settings.GEMPIX_MODELS = ("google/gempix2",)
    assert "more-token" not in client.get(image.get_absolute_url()).content.decode()
    answer = client.post(address(image), {"form_token": "t-5"}, headers=HTMX)
    assert answer.status_code == 422
    assert "cannot be asked for as it was" in answer.content.decode()
    assert Batch.objects.count() == 1
    followed = client.post(address(image), {"form_token": "t-6"}, follow=True)
    assert "cannot be asked for as it was" in followed.content.decode()


@pytest.mark.parametrize("junk", ["", "t#2", "x" * 61, "a\0b"])
def test_a_token_that_is_none_asks_for_nothing(junk: str, client: Client, image: Image) -> None:
    assert client.post(address(image), {"form_token": junk}, headers=HTMX).status_code == 422
    assert Batch.objects.count() == 1
