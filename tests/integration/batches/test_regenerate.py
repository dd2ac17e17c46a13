"""One picture more as another one was made, by one press on its page."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from generator.models import Batch, Image, Job, LedgerEntry, User
from generator.state import Status
from tests.composing import GEMINI, HTMX, form, row
from tests.member import words
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
    assert "cannot be made again as it was" in answer.content.decode()
    assert Batch.objects.count() == 1
    followed = client.post(address(image), {"form_token": "t-6"}, follow=True)
    assert "cannot be made again as it was" in followed.content.decode()


@pytest.mark.parametrize("junk", ["", "t#2", "x" * 61, "a\0b"])
def test_a_token_that_is_none_asks_for_nothing(junk: str, client: Client, image: Image) -> None:
    assert client.post(address(image), {"form_token": junk}, headers=HTMX).status_code == 422
    assert Batch.objects.count() == 1


# --- the notice of several presses, and the way back


def press_again(client: Client, image: Image, token: str, *batches: Batch) -> str:
    fields = {"form_token": token, "batch": [str(batch.pk) for batch in batches]}
    answer = client.post(address(image), fields, headers=HTMX)
    assert answer.status_code == 201
    return answer.content.decode()


def asked(text: str) -> list[str]:
    """The batches that a notice would cancel."""
    return re.findall(r'name="batch" value="([^"]+)"', text)


def latest() -> Batch:
    return Batch.objects.latest("pk")


def cancel(client: Client, *batches: Batch) -> str:
    named = {"batch": [str(batch.pk) for batch in batches]}
    answer = client.post("/batches/cancel/", named, headers=HTMX)
    assert answer.status_code == 200
    return words(answer.content.decode())


def test_the_notice_counts_the_presses_that_the_page_names(client: Client, image: Image) -> None:
    first = press_again(client, image, "t-5")
    assert "One more picture is on its way: 0.4 credits." in first
    one = latest()
    second = press_again(client, image, "t-6", one)
    assert "2 more pictures asked for: 0.8 credits together." in second
    assert asked(second) == [str(one.pk), str(latest().pk)]
    assert "3 more pictures" in press_again(client, image, "t-7", one, one, latest())


def test_it_tells_neither_of_what_is_canceled_nor_of_what_is_not_the_members(
    client: Client, image: Image, press: Callable[..., Batch], colleague: User
) -> None:
    press_again(client, image, "t-5")
    one, theirs = latest(), press(owner=colleague)
    cancel(client, one)
    text = press_again(client, image, "t-6", one, theirs)
    assert "One more picture is on its way" in text
    assert asked(text) == [str(latest().pk)]
    fields = {"form_token": "t-7", "batch": ["junk", ""]}
    assert client.post(address(image), fields, headers=HTMX).status_code == 201


def test_cancel_takes_back_what_is_not_sent_and_says_what_is_paid(
    client: Client, image: Image
) -> None:
    made = []
    for number in range(5):
        press_again(client, image, f"t-{number + 5}")
        made.append(latest())
    _waits, under_way, unclear, ended, failed = made
    under = Job.objects.filter(batch=under_way)
    under.update(status=Status.RUNNING, task_id="ta-1")
    Job.objects.filter(batch=unclear).update(status=Status.UNCONFIRMED)
    done = {"ended_at": timezone.now()}
    paid = {"status": Status.SUCCEEDED, "consumed_credits": "0.5"} | done
    Job.objects.filter(batch=ended).update(**paid)
    Job.objects.filter(batch=failed).update(status=Status.FAILED, consumed_credits=0, **done)
    said = cancel(client, *made)
    assert "1 picture is canceled and costs nothing." in said
    assert "1 was sent before: it goes on, and is charged." in said
    assert "1 may have been sent, and may be charged." in said
    assert "2 had ended before, for 0.5 credits." in said
    assert Job.objects.filter(status=Status.CANCELED).count() == 1
    assert "Nothing was left to cancel." in cancel(client, *made)


def test_cancel_of_a_colleagues_or_of_nothing_changes_nothing(
    client: Client, press: Callable[..., Batch], colleague: User
) -> None:
    theirs = press(owner=colleague)
    refused = client.post("/batches/cancel/", {"batch": [str(theirs.pk)]})
    assert refused.status_code == 403
    assert not Job.objects.filter(status=Status.CANCELED).exists()
    assert "Nothing was left to cancel." in cancel(client)
    assert client.get("/batches/cancel/").status_code == 405


def test_without_scripts_cancel_says_so_on_the_next_page(client: Client, image: Image) -> None:
    press_again(client, image, "t-5")
    named = {"batch": [str(latest().pk)]}
    answer = client.post("/batches/cancel/", named, follow=True)
    assert "1 picture is canceled and costs nothing." in answer.content.decode()
