"""What fills the compose form: reuse, edit, and added references."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from generator import variants
from generator.models import (
    Batch,
    User,
)
from tests.forms import full_form
from tests.images import add_image, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(client: Client) -> Batch:
    """A batch with everything that can be asked for; the draft is another one."""
    client.post("/batches/", full_form(count=4))
    client.post("/draft/", {"prompt": "my draft", "model": "google/gempix2", "count": "2"})
    return Batch.objects.get(form_token="t-1")


def filled_form(client: Client, **query: Any) -> dict[str, Any]:
    """Return what the compose form of the page holds."""
    return form_of(client.get("/", query).content.decode())


def form_of(page: str) -> dict[str, Any]:
    page = html.unescape(page)
    [prompt] = re.findall(r'aria-describedby="compose-notes">(.*?)</textarea>', page, re.DOTALL)
    [model] = re.findall(r'<option value="([^"]+)"[^>]* selected>', page)[:1]
    [count] = re.findall(r'name="count" value="(\d)" required checked', page)
    [ratio] = re.findall(r'name="aspect_ratio" value="([^"]*)" checked', page)
    slots = re.findall(r'name="image_urls"\s+value="([^"]*)"', page)
    return {"prompt": prompt, "model": model, "count": count, "ratio": ratio, "slots": slots}


PARTS = {
    "": {"prompt", "model", "count", "ratio", "slots"},
    "prompt": {"prompt"},
    "references": {"slots"},
    "model": {"model", "ratio"},
}


def test_reuse_fills_all_or_part_of_the_form_and_keeps_the_draft(
    client: Client, batch: Batch
) -> None:
    before = filled_form(client)
    for part, changed in PARTS.items():
        page = client.get("/", {"reuse": str(batch.pk), "part": part}).content.decode()
        after = form_of(page)
        assert {name for name in after if after[name] != before[name]} == changed
        if "prompt" in changed:
            assert variants.expand(after["prompt"], 2) == [batch.prompt] == ["{a|b} fox"]
        assert "data-undo" in page
        assert "my draft" in html.unescape(page)
        assert filled_form(client) == before


def test_reuse_of_an_image_asks_for_one_image(client: Client, batch: Batch) -> None:
    image = add_image(batch.jobs.earliest("index"))
    form = filled_form(client, reuse=image.pk)
    assert (form["count"], form["ratio"], batch.jobs.count()) == ("1", "4:3", 4)


Z = "https://example.org/z.png"


def test_edit_starts_an_empty_prompt_with_this_image(client: Client, batch: Batch) -> None:
    image = add_image(batch.jobs.earliest("index"))
    client.post("/draft/", {"prompt": "my draft", "count": "3", "image_urls": [Z], "lines": "on"})
    page = client.get("/", {"edit": str(image.pk)}).content.decode()
    form = form_of(page)
    assert form["prompt"] == ""
    assert form["slots"] == [f"image:{image.pk}", "", "", ""]
    assert form["count"] == "3"
    assert "Describe what should change" in page
    assert filled_form(client)["prompt"] == "my draft"


def test_add_puts_images_into_free_slots(client: Client, member: User) -> None:
    first, second = (str(make_image(member).pk) for _ in range(2))
    client.post("/draft/", {"prompt": "my draft", "image_urls": ["", Z]})
    page = client.get("/", {"add": [first, second, first, "junk"]}).content.decode()
    form = form_of(page)
    assert form["prompt"] == "my draft"
    assert form["slots"] == [Z, f"image:{first}", f"image:{second}", ""]
    assert "2 images were added to the references." in page
    assert "The image was added" in client.get("/", {"add": first}).content.decode()


@pytest.mark.parametrize(
    ("filled_slots", "message"), [(0, "Already added to the references"), (4, "Not enough room")]
)
def test_add_without_effect_says_why(
    filled_slots: int, message: str, client: Client, batch: Batch
) -> None:
    image = add_image(batch.jobs.earliest("index"))
    slots = [f"{Z}?{number}" for number in range(filled_slots)] or [f"image:{image.pk}"]
    client.post("/draft/", {"prompt": "my draft", "image_urls": slots})
    page = client.get("/", {"add": str(image.pk)}).content.decode()
    assert message in page
    assert "data-fields" not in page
    assert form_of(page) == filled_form(client)
    if filled_slots:
        [link] = re.findall(r'href="(/\?add=[^"]+replace=1)"', page)
        form = form_of(client.get(html.unescape(link)).content.decode())
        assert form["slots"] == [f"image:{image.pk}", "", "", ""]
        assert form["prompt"] == "my draft"


def test_selection_redirects_to_the_form(client: Client, member: User) -> None:
    images = [str(make_image(member).pk) for _ in range(5)]
    response = client.post("/references/add/", {"image": ",".join(images[:4])})
    assert response["Location"] == "/?" + "&".join(f"add={pk}" for pk in images[:4])
    for fields in ({"image": images}, {"all": "1"}, {"image": ""}, {"image": "junk"}):
        response = client.post("/references/add/", fields | {"next": "/gallery/?q=x"})
        assert response["Location"] == "/gallery/?q=x"
        assert 'class="toast' in client.get("/gallery/").content.decode()


@pytest.mark.parametrize("query", ["reuse", "edit", "add"])
def test_private_image_prefills_nothing(query: str, client: Client, colleague: User) -> None:
    image = make_image(colleague, "their secret", private=True)
    unknown = "01900000-0000-7000-8000-000000000000"
    for value in (image.job.batch_id, image.pk, "junk", unknown):
        response = client.get("/", {query: str(value)})
        assert response.status_code == 200
        assert "their secret" not in response.content.decode()
        assert "data-fields" not in response.content.decode()
