"""The compose box on the server: variants, shapes, privacy, collections."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from generator import variants
from generator.models import (
    Batch,
    Collection,
    CollectionItem,
    Image,
    Job,
    User,
)
from generator.sandbox.server import Sandbox
from generator.services import vendor
from tests.composing import GEMINI, HTMX, form

pytestmark = pytest.mark.django_db
PRO = "google/nano-banana-pro"


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


def prompts() -> list[str]:
    return [batch.prompt for batch in Batch.objects.order_by("-pk")]


# --- variants


def test_a_press_with_variants_makes_a_batch_for_each_in_reading_order(client: Client) -> None:
    answer = client.post("/batches/", form(prompt="{red|blue} fox", count=2), headers=HTMX)
    assert answer.status_code == 201
    assert prompts() == ["red fox", "blue fox"]
    assert Job.objects.count() == 4
    text = answer.content.decode()
    assert text.index("red fox") < text.index("blue fox")


def test_lines_are_prompts_only_when_asked_for(client: Client) -> None:
    client.post("/batches/", form(prompt="a fox\r\n\r\nan {owl|elk} \n"))
    assert Batch.objects.count() == 2
    client.post("/batches/", form(prompt="a fox\n\nan {owl|elk} ", lines="on", form_token="t-2"))
    assert prompts()[:3] == ["a fox", "an owl", "an elk"]


def test_escaped_braces_stand_for_themselves(client: Client) -> None:
    client.post("/batches/", form(prompt=r"\{red|blue} fox"))
    assert prompts() == ["{red|blue} fox"]


@pytest.mark.parametrize(
    "prompt", ["{a|b} c", r"\{a|b}", r"\\{a|b} {c|d}", "plain", "{{ a|b }}", "{|}", "{a|\\|}"]
)
def test_an_escaped_prompt_stands_for_exactly_itself(prompt: str) -> None:
    assert variants.expand(variants.escape(prompt), 5) == [prompt]


@pytest.mark.parametrize(
    ("changes", "pictures"),
    [
        ({"prompt": "{a|b|c} fox", "count": 8}, 24),
        ({"prompt": "{a|b|c|d} fox", "count": 7}, 0),
        ({"prompt": "{a|b}" * 12, "count": 1}, 0),
        ({"prompt": "{a|b}" * 1900, "count": 1}, 0),
        ({"prompt": "\n".join(map(str, range(25))), "lines": "on"}, 0),
        ({"prompt": "{fox|}", "count": 1}, 0),
        ({"prompt": " \n ", "lines": "on"}, 0),
    ],
)
def test_more_than_the_cap_or_an_empty_variant_is_refused(
    client: Client, changes: dict[str, Any], pictures: int
) -> None:
    answer = client.post("/batches/", form(**changes), headers=HTMX)
    assert answer.status_code == (201 if pictures else 422)
    assert Job.objects.count() == pictures
    if not pictures:
        assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_fifty_presses_with_variants_at_once_are_one_press(
    member: User, login: Callable[[User], Client]
) -> None:
    client = login(member)
    cookies = client.cookies

    def press(_number: int) -> str:
        own = Client(raise_request_exception=True)
        own.cookies = cookies
        try:
            fields = form(prompt="{red|blue|green} fox", count=2)
            answer = own.post("/batches/", fields, headers=HTMX)
            assert answer.status_code == 201
            return answer.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(press, range(50)))
    assert prompts() == ["red fox", "blue fox", "green fox"]
    assert Job.objects.count() == 6
    for batch in Batch.objects.all():
        assert all(f'id="batch-{batch.pk}"' in answer for answer in answers)


def test_a_token_that_could_be_a_derived_one_is_refused(client: Client) -> None:
    client.post("/batches/", form(prompt="{red|blue} fox"))
    assert client.post("/batches/", form(form_token="t-1#2")).status_code == 422
    assert Batch.objects.count() == 2


def test_a_page_without_scripts_shows_variants_before_it_asks_for_them(client: Client) -> None:
    fields = form(prompt="{red|blue} fox", count=3, show_first="1")
    shown = client.post("/batches/", fields)
    assert shown.status_code == 200
    text = html.unescape(shown.content.decode())
    assert "2 prompts × 3 = 6 pictures · 3.0 credits" in text
    assert ">blue fox</li>" in text
    assert not Batch.objects.exists()
    assert client.post("/batches/", fields | {"shown": "6"}).status_code == 302
    assert Batch.objects.count() == 2


# --- shapes, privacy, collections


def test_a_shape_is_sent_only_to_models_that_take_one(client: Client) -> None:
    client.post("/batches/", form(aspect_ratio="16:9"))
    client.post("/batches/", form(aspect_ratio="16:9", model=GEMINI, form_token="t-2"))
    client.post("/batches/", form(aspect_ratio="", model=GEMINI, form_token="t-3"))
    bodies = [vendor.submission(job).body() for job in Job.objects.order_by("pk")]
    assert [body.get("aspect_ratio") for body in bodies] == [None, "16:9", None]
    assert client.post("/batches/", form(aspect_ratio="7:1", model=GEMINI)).status_code == 422


def test_a_resolution_is_sent_only_to_models_that_take_one(client: Client, settings: Any) -> None:
    assert 'name="image_size"' not in client.get("/").content.decode()
    settings.GEMPIX_MODELS = ("google/gempix2", PRO)
    assert 'name="image_size" value="4k"' in client.get("/").content.decode()
    client.post("/batches/", form(image_size="4k"))
    client.post("/batches/", form(image_size="4k", model=PRO, form_token="t-2"))
    client.post("/batches/", form(image_size="", model=PRO, form_token="t-3"))
    bodies = [vendor.submission(job).body() for job in Job.objects.order_by("pk")]
    assert [body.get("image_size") for body in bodies] == [None, "4k", None]
    refused = client.post("/batches/", form(image_size="8k", model=PRO, form_token="t-4"))
    assert refused.status_code == 422
    assert "Choose one of the sizes." in refused.content.decode()
    large = Batch.objects.get(image_size="4k")
    assert "4K" in client.get(large.get_absolute_url()).content.decode()
    assert 'value="4k" checked' in client.get(f"/?reuse={large.pk}").content.decode()


def test_a_private_press_into_a_collection(
    client: Client, member: User, colleague: User, sandbox: Sandbox, work: Callable[..., None]
) -> None:
    mine = Collection.objects.create(owner=member, name="Foxes", private=True)
    theirs = Collection.objects.create(owner=colleague, name="Secret", private=True)
    assert client.post("/batches/", form(collection=theirs.pk)).status_code == 422
    answer = client.post("/batches/", form(private="on", collection=mine.pk, count=2))
    assert answer.status_code == 302
    work(lambda: Image.objects.count() == 2)
    assert all(image.private for image in Image.objects.all())
    places = CollectionItem.objects.filter(collection=mine)
    assert {place.image for place in places} == set(Image.objects.all())
    assert len({place.position for place in places}) == 2


def test_earlier_prompts_are_as_they_were_typed(client: Client) -> None:
    asked = (("{red|blue} fox", ""), ("a hill\n{a|b} <mill>", "on"), (r"\{x|y}", ""))
    for number, (prompt, lines) in enumerate(asked):
        client.post("/batches/", form(prompt=prompt, lines=lines, form_token=f"t-{number}"))
    page = client.get("/prompts/history/").content.decode()
    shown = re.findall(r'class="earlier__prompt" dir="auto">([^<]*)<', page)
    assert shown == ["{x|y}", "a hill\n{a|b} &lt;mill&gt;", "{red|blue} fox"]
    links = re.findall(r'class="earlier__one"[^>]* href="([^"]*)"', page)
    boxes = [client.get(html.unescape(link)).content.decode() for link in links]
    expected = (r"\{x|y}", "a hill\n{a|b} &lt;mill&gt;", "{red|blue} fox")
    for box, prompt in zip(boxes, expected, strict=True):
        assert f">{prompt}</textarea>" in box
    assert ['name="lines" checked' in box for box in boxes] == [False, True, False]
