"""The compose form: what a press answers, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from generator import catalog
from generator.models import Batch
from tests.forms import HTMX, compose_form
from tests.images import add_image

pytestmark = pytest.mark.django_db


def test_press_redirects_to_the_studio(client: Client) -> None:
    answer = client.post(
        "/batches/", compose_form(count=3, image_urls=["https://example.org/a.png", ""])
    )
    assert (answer.status_code, answer["Location"]) == (302, "/")
    batch = Batch.objects.get()
    assert batch.jobs.count() == 3
    assert [reference.url for reference in batch.references.all()] == ["https://example.org/a.png"]


def test_htmx_press_returns_the_batch_and_a_new_token(client: Client) -> None:
    answer = client.post("/batches/", compose_form(), headers=HTMX)
    text = answer.content.decode()
    batch = Batch.objects.get()
    assert answer.status_code == 201
    assert f'id="batch-{batch.pk}"' in text
    assert 'value="t-1"' not in text


def test_replayed_press_creates_no_second_batch(client: Client) -> None:
    for _ in range(3):
        assert client.post("/batches/", compose_form()).status_code == 302
    assert Batch.objects.count() == 1


INVALID: list[dict[str, Any]] = [
    {"prompt": ""},
    {"prompt": " \n\t "},
    {"prompt": "\u200b\u200d"},
    {"prompt": "nul \x00 byte"},
    {"prompt": "x" * 20_000},
    {"count": 0},
    {"count": 9},
    {"count": "three"},
    {"count": ""},
    {"model": "google/unheard-of"},
    {"model": ""},
    {"form_token": ""},
    {"form_token": "x" * 65},
    {"image_urls": ["ftp://example.org/a.png"]},
    {"image_urls": ["javascript:alert(1)"]},
    {"image_urls": ["data:image/png;base64,AAAA"]},
    {"image_urls": ["https://"]},
    {"image_urls": ["http://[::1"]},
    {"image_urls": ["https://user:secret@example.org/a.png"]},
    {"image_urls": ["https://example.org/" + "a" * 3000]},
    {"image_urls": ["https://example.org/\u202egnp.a"]},
    {"image_urls": [f"https://example.org/{n}.png" for n in range(5)]},
]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_invalid_input_is_422_with_the_same_form(client: Client, headers: dict[str, str]) -> None:
    def is_refused(change: dict[str, Any]) -> bool:
        response = client.post("/batches/", compose_form(**change), headers=headers)
        text = response.content.decode()
        marked = 'aria-invalid="true"' in text or "error" in text
        return response.status_code == 422 and 'id="compose"' in text and marked

    assert [str(change)[:60] for change in INVALID if not is_refused(change)] == []
    assert Batch.objects.count() == 0


PROMPTS = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "{{ 7|add:7 }} {% load x %}",
    "ثعلب أحمر ينام في الثلج",
    "🦊🏳️‍🌈👩‍👩‍👧‍👦 e\u0301 \u202e reversed",
    "quotes \" ' ` & ampersand",
    "x" * catalog.MAX_PROMPT_CHARACTERS,
    "line\r\nbreak\n\n\nthree",
    "\ufeffbyte order",
]


@pytest.mark.both_databases
def test_any_prompt_is_stored_and_shown_as_text(client: Client) -> None:
    for number, prompt in enumerate(PROMPTS):
        form = compose_form(prompt=prompt, form_token=f"t-{number}")
        assert client.post("/batches/", form).status_code == 302, prompt
        batch = Batch.objects.get(form_token=f"t-{number}")
        assert batch.prompt == prompt.replace("\r\n", "\n")
        job = batch.jobs.get()
        image = add_image(job)
        pages = (batch, image, job)
        for path in ("/", "/history/", "/gallery/", *(row.get_absolute_url() for row in pages)):
            response = client.get(path)
            assert response.status_code == 200, (path, prompt)
            assert b"<script>alert" not in response.content
            assert b"onerror=alert(1)>" not in response.content
