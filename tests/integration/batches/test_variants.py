"""Prompts with variants: one press makes a batch of each."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from generator.models import (
    Batch,
    Job,
    User,
)
from tests.forms import HTMX, compose_form
from tests.threads import in_threads
from tests.typing import LogIn

pytestmark = pytest.mark.django_db


def prompts() -> list[str]:
    return [batch.prompt for batch in Batch.objects.order_by("-pk")]


def test_each_variant_is_a_batch_in_reading_order(client: Client) -> None:
    form = compose_form(prompt="{red|blue} fox", count=2)
    response = client.post("/batches/", form, headers=HTMX)
    assert response.status_code == 201
    assert prompts() == ["red fox", "blue fox"]
    assert Job.objects.count() == 4
    text = response.content.decode()
    assert text.index("red fox") < text.index("blue fox")


def test_lines_are_prompts_only_when_asked_for(client: Client) -> None:
    client.post("/batches/", compose_form(prompt="a fox\r\n\r\nan {owl|elk} \n"))
    assert Batch.objects.count() == 2
    client.post(
        "/batches/", compose_form(prompt="a fox\n\nan {owl|elk} ", lines="on", form_token="t-2")
    )
    assert prompts()[:3] == ["a fox", "an owl", "an elk"]


def test_escaped_braces_are_literal(client: Client) -> None:
    client.post("/batches/", compose_form(prompt=r"\{red|blue} fox"))
    assert prompts() == ["{red|blue} fox"]


def test_as_many_images_as_the_cap_are_allowed(client: Client) -> None:
    form = compose_form(prompt="{a|b|c} fox", count=8)
    assert client.post("/batches/", form, headers=HTMX).status_code == 201
    assert Job.objects.count() == 24


REFUSED: list[dict[str, Any]] = [
    {"prompt": "{a|b|c|d} fox", "count": 7},
    {"prompt": "{a|b}" * 12},
    {"prompt": "{a|b}" * 1900},
    {"prompt": "\n".join(map(str, range(25))), "lines": "on"},
    {"prompt": "{fox|}"},
    {"prompt": " \n ", "lines": "on"},
]


def test_too_many_images_or_an_empty_variant_is_refused(client: Client) -> None:
    for changes in REFUSED:
        response = client.post("/batches/", compose_form(**changes), headers=HTMX)
        assert response.status_code == 422, changes
        assert 'aria-invalid="true"' in response.content.decode(), changes
    assert not Job.objects.exists()


@pytest.mark.both_databases("services.batches")
@pytest.mark.django_db(transaction=True)
def test_fifty_presses_at_once_with_variants_are_one_press(member: User, login: LogIn) -> None:
    cookies = login(member).cookies

    def press(_number: int) -> str:
        client = Client()
        client.cookies = cookies
        form = compose_form(prompt="{red|blue|green} fox", count=2)
        response = client.post("/batches/", form, headers=HTMX)
        assert response.status_code == 201
        return response.content.decode()

    texts = in_threads(press, range(50), threads=10)
    assert prompts() == ["red fox", "blue fox", "green fox"]
    assert Job.objects.count() == 6
    for batch in Batch.objects.all():
        assert all(f'id="batch-{batch.pk}"' in text for text in texts)


def test_token_with_the_mark_of_derived_tokens_is_refused(client: Client) -> None:
    client.post("/batches/", compose_form(prompt="{red|blue} fox"))
    assert client.post("/batches/", compose_form(form_token="t-1#2")).status_code == 422
    assert Batch.objects.count() == 2


def test_form_without_scripts_confirms_variants_first(client: Client) -> None:
    form = compose_form(prompt="{red|blue} fox", count=3, show_first="1")
    response = client.post("/batches/", form)
    assert response.status_code == 200
    text = html.unescape(response.content.decode())
    assert "2 prompts × 3 = 6 images · 3.0 credits" in text
    assert ">blue fox</li>" in text
    assert not Batch.objects.exists()
    assert client.post("/batches/", form | {"shown": "6"}).status_code == 302
    assert Batch.objects.count() == 2
