"""One more image made as another one was, by one press on its page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from generator.models import Batch, Image, LedgerEntry, User
from tests.forms import GEMINI, HTMX, full_form
from tests.images import add_image, make_image
from tests.threads import in_threads
from tests.typing import LogIn, Press

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(client: Client) -> Image:
    """An image of a batch of three with everything that can be asked for."""
    client.post("/batches/", full_form(count=3))
    return add_image(Batch.objects.get().jobs.earliest("index"))


def url_of(image: Image) -> str:
    return f"/images/{image.pk}/regenerate/"


def token_of(client: Client, image: Image) -> str:
    page = client.get(image.get_absolute_url()).content.decode()
    [token] = re.findall(r'id="regenerate-token" name="form_token" value="([^"]+)"', page)
    return str(token)


def test_regenerate_repeats_prompt_options_and_references(client: Client, image: Image) -> None:
    answer = client.post(url_of(image), {"form_token": token_of(client, image)}, headers=HTMX)
    assert answer.status_code == 201
    more, first = Batch.objects.order_by("-pk")
    assert (more.prompt, more.model, more.aspect_ratio) == ("{a|b} fox", GEMINI, "4:3")
    assert [one.url for one in more.references.all()] == [one.url for one in first.references.all()]
    assert (more.count, more.jobs.count()) == (1, 1)
    assert LedgerEntry.objects.filter(job__batch=more).count() == 1
    assert more.get_absolute_url() in answer.content.decode()


def test_token_regenerates_once_and_the_response_brings_the_next(
    client: Client, image: Image
) -> None:
    token = token_of(client, image)
    answers = [client.post(url_of(image), {"form_token": token}, headers=HTMX) for _ in range(2)]
    assert Batch.objects.count() == 2
    [following] = re.findall(r'name="form_token" value="([^"]+)"', answers[0].content.decode())
    assert following != token
    client.post(url_of(image), {"form_token": following}, headers=HTMX)
    assert Batch.objects.count() == 3


@pytest.mark.both_databases("services.batches")
@pytest.mark.django_db(transaction=True)
def test_concurrent_presses_with_one_token_are_one(member: User, login: LogIn) -> None:
    image = make_image(member)
    clients = [login(member) for _ in range(4)]

    def post(client: Client) -> int:
        return client.post(url_of(image), {"form_token": "t-9"}).status_code

    assert set(in_threads(post, clients)) == {302}
    assert Batch.objects.filter(form_token="t-9").count() == Batch.objects.count() - 1 == 1


def test_regenerate_without_scripts_redirects_to_the_new_batch(
    client: Client, image: Image
) -> None:
    answer = client.post(url_of(image), {"form_token": "t-5"})
    assert answer["Location"] == Batch.objects.get(form_token="t-5").get_absolute_url()


def test_regenerate_of_a_private_image_is_private(client: Client, member: User) -> None:
    client.post(url_of(make_image(member, private=True)), {"form_token": "t-5"})
    assert Batch.objects.get(form_token="t-5").private


def test_image_of_a_colleague_can_be_regenerated_if_visible(
    client: Client, member: User, colleague: User
) -> None:
    client.post(url_of(make_image(colleague)), {"form_token": "t-5"})
    assert Batch.objects.get(form_token="t-5").owner == member
    hidden = make_image(colleague, private=True)
    assert client.post(url_of(hidden), {"form_token": "t-6"}).status_code == 404


def test_viewer_cannot_regenerate(member: User, viewer: User, login: LogIn) -> None:
    image, client = make_image(member), login(viewer)
    assert "regenerate-token" not in client.get(image.get_absolute_url()).content.decode()
    assert client.post(url_of(image), {"form_token": "t-5"}).status_code == 403


def test_image_of_a_withdrawn_model_cannot_be_regenerated(
    client: Client, image: Image, settings: Any
) -> None:
    settings.GEMPIX_MODELS = ("google/gempix2",)
    assert "regenerate-token" not in client.get(image.get_absolute_url()).content.decode()
    answer = client.post(url_of(image), {"form_token": "t-5"}, headers=HTMX)
    assert answer.status_code == 422
    assert "cannot be regenerated as it was" in answer.content.decode()
    assert Batch.objects.count() == 1
    followed = client.post(url_of(image), {"form_token": "t-6"}, follow=True)
    assert "cannot be regenerated as it was" in followed.content.decode()


def test_invalid_token_regenerates_nothing(client: Client, image: Image) -> None:
    for token in ("", "t#2", "x" * 61, "a\0b"):
        answer = client.post(url_of(image), {"form_token": token}, headers=HTMX)
        assert answer.status_code == 422, token
    assert Batch.objects.count() == 1


def regenerate(client: Client, image: Image, token: str, *batches: Batch) -> str:
    fields = {"form_token": token, "batch": [str(batch.pk) for batch in batches]}
    answer = client.post(url_of(image), fields, headers=HTMX)
    assert answer.status_code == 201
    return answer.content.decode()


def named_by(text: str) -> list[str]:
    """Return the batches that the toast would cancel."""
    return re.findall(r'name="batch" value="([^"]+)"', text)


def latest() -> Batch:
    return Batch.objects.latest("pk")


def test_toast_counts_the_batches_that_the_page_names(client: Client, image: Image) -> None:
    first = regenerate(client, image, "t-5")
    assert "Generating one more image for 0.4 credits." in first
    one = latest()
    second = regenerate(client, image, "t-6", one)
    assert "Generating 2 more images for 0.8 credits in total." in second
    assert named_by(second) == [str(one.pk), str(latest().pk)]
    assert "3 more images" in regenerate(client, image, "t-7", one, one, latest())


def test_toast_leaves_out_canceled_and_foreign_batches(
    client: Client, image: Image, press: Press, colleague: User
) -> None:
    regenerate(client, image, "t-5")
    canceled, foreign = latest(), press(owner=colleague)
    client.post("/batches/cancel/", {"batch": [str(canceled.pk)]})
    text = regenerate(client, image, "t-6", canceled, foreign)
    assert "Generating one more image" in text
    assert named_by(text) == [str(latest().pk)]
    fields = {"form_token": "t-7", "batch": ["junk", ""]}
    assert client.post(url_of(image), fields, headers=HTMX).status_code == 201
