"""Drafts, reuse, edit from here, earlier prompts, previews."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from generator import variants
from generator.models import (
    Batch,
    Draft,
    Image,
    User,
)
from generator.queries import compose
from generator.sandbox.server import Sandbox
from generator.services import drafts
from tests.composing import GEMINI, HTMX, form, row
from tests.pictures import picture as drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


@pytest.fixture
def picture(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> Callable[..., Image]:
    """A finished picture with its files."""

    def draw(**more: Any) -> Image:
        batch = press(**more)
        work(lambda: Image.objects.filter(job__batch=batch).exists())
        return Image.objects.get(job__batch=batch)

    return draw


# --- drafts


def test_a_draft_is_kept_for_every_device(client: Client, member: User) -> None:
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


@pytest.mark.django_db(transaction=True)
def test_drafts_saved_at_once_leave_one_whole_draft(member: User) -> None:
    def save(number: int) -> None:
        try:
            drafts.save(member, QueryDict(f"prompt={number}&model={number}"), [str(number)])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(save, range(40)))
    content = Draft.objects.get().content
    assert content["prompt"] == content["model"] == content["image_urls"][0]


def test_a_draft_is_nobody_elses(client: Client, colleague: User, login: Any) -> None:
    client.post("/draft/", {"prompt": "a secret owl"})
    assert "a secret owl" not in login(colleague).get("/").content.decode()


# --- reuse, edit, earlier prompts


@pytest.fixture
def made(client: Client, member: User) -> Batch:
    slots = ["https://example.org/a.png", "https://example.org/b.png"]
    fields = form(prompt=r"\{a|b} fox", count=4, model=GEMINI, image_urls=slots, aspect_ratio="4:3")
    client.post("/batches/", fields)
    client.post("/draft/", {"prompt": "my draft", "model": "google/gempix2", "count": "2"})
    return Batch.objects.get(form_token="t-1")


def box(page: str) -> dict[str, Any]:
    """What the box of this page holds."""
    page = html.unescape(page)
    [prompt] = re.findall(r'aria-describedby="compose-notes">(.*?)</textarea>', page, re.DOTALL)
    [model] = re.findall(r'<option value="([^"]+)"[^>]* selected>', page)[:1]
    [count] = re.findall(r'name="count" value="(\d)" required checked', page)
    [ratio] = re.findall(r'name="aspect_ratio" value="([^"]*)" checked', page)
    slots = re.findall(r'name="image_urls"\s+value="([^"]*)"', page)
    return {"prompt": prompt, "model": model, "count": count, "ratio": ratio, "slots": slots}


@pytest.mark.parametrize(
    ("part", "changed"),
    [
        ("", {"prompt", "model", "count", "ratio", "slots"}),
        ("prompt", {"prompt"}),
        ("references", {"slots"}),
        ("model", {"model", "ratio"}),
    ],
)
def test_a_batch_fills_the_box_whole_or_in_part_and_the_draft_stays(
    client: Client, made: Batch, part: str, changed: set[str]
) -> None:
    before = box(client.get("/").content.decode())
    answer = client.get("/", {"reuse": str(made.pk), "part": part}).content.decode()
    after = box(answer)
    assert {name for name in after if after[name] != before[name]} == changed
    if "prompt" in changed:
        assert variants.expand(after["prompt"], 2) == [made.prompt] == ["{a|b} fox"]
    assert "data-undo" in answer
    assert "my draft" in html.unescape(answer)
    assert box(client.get("/").content.decode()) == before


def test_one_picture_more_is_asked_for_as_this_one_was_made(client: Client, made: Batch) -> None:
    reused = box(client.get("/", {"reuse": str(row(made).pk)}).content.decode())
    assert (reused["count"], reused["ratio"], len(made.jobs.all())) == ("1", "4:3", 4)


Z = "https://example.org/z.png"


def test_editing_begins_a_prompt_with_this_picture_alone(client: Client, made: Batch) -> None:
    image = row(made)
    client.post("/draft/", {"prompt": "my draft", "count": "3", "image_urls": [Z], "lines": "on"})
    page = client.get("/", {"edit": str(image.pk)}).content.decode()
    filled = box(page)
    assert filled["prompt"] == ""
    assert filled["slots"] == [f"image:{image.pk}", "", "", ""]
    assert filled["count"] == "3"
    assert "Now write what should change" in page
    assert box(client.get("/").content.decode())["prompt"] == "my draft"


def test_pictures_are_added_to_what_stands_in_the_box(client: Client, member: User) -> None:
    first, second = (str(drawn(member).pk) for _ in range(2))
    client.post("/draft/", {"prompt": "my draft", "image_urls": ["", Z]})
    page = client.get("/", {"add": [first, second, first, "junk"]}).content.decode()
    filled = box(page)
    assert filled["prompt"] == "my draft"
    assert filled["slots"] == [Z, f"image:{first}", f"image:{second}", ""]
    assert "2 pictures are added to the references." in page
    assert "The picture is added" in client.get("/", {"add": first}).content.decode()


@pytest.mark.parametrize(
    ("standing", "said"), [(0, "Already among the references"), (4, "No room for these")]
)
def test_what_cannot_be_added_is_said_and_changes_nothing(
    standing: int, said: str, client: Client, made: Batch
) -> None:
    image = row(made)
    slots = [f"{Z}?{number}" for number in range(standing)] or [f"image:{image.pk}"]
    client.post("/draft/", {"prompt": "my draft", "image_urls": slots})
    page = client.get("/", {"add": str(image.pk)}).content.decode()
    assert said in page
    assert "data-fields" not in page
    assert box(page) == box(client.get("/").content.decode())
    if standing:
        [instead] = re.findall(r'href="(/\?add=[^"]+replace=1)"', page)
        replaced = box(client.get(html.unescape(instead)).content.decode())
        assert replaced["slots"] == [f"image:{image.pk}", "", "", ""]
        assert replaced["prompt"] == "my draft"


def test_a_selection_leads_to_the_box(client: Client, member: User) -> None:
    images = [str(drawn(member).pk) for _ in range(5)]
    answer = client.post("/references/add/", {"image": ",".join(images[:4])})
    assert answer["Location"] == "/?" + "&".join(f"add={pk}" for pk in images[:4])
    for given in ({"image": images}, {"all": "1"}, {"image": ""}, {"image": "junk"}):
        answer = client.post("/references/add/", given | {"next": "/gallery/?q=x"})
        assert answer["Location"] == "/gallery/?q=x"
        assert 'class="toast' in client.get("/gallery/").content.decode()


@pytest.mark.parametrize("query", ["reuse", "edit", "add"])
def test_what_is_private_fills_nothing(
    query: str, client: Client, press: Callable[..., Batch], colleague: User
) -> None:
    batch = press("their secret", owner=colleague)
    Batch.objects.filter(pk=batch.pk).update(private=True)
    image = row(batch, private=True)
    for value in (batch.pk, image.pk, "junk", "01900000-0000-7000-8000-000000000000"):
        answer = client.get("/", {query: str(value)})
        assert answer.status_code == 200
        assert "their secret" not in answer.content.decode()
        assert "data-fields" not in answer.content.decode()


def test_earlier_prompts_are_mine_or_the_teams_as_far_as_visible(
    client: Client, member: User, colleague: User, press: Callable[..., Batch]
) -> None:
    for text in ("a red fox", "a blue owl", "a red fox"):
        press(text)
    press("their elk", owner=colleague)
    secret = press("their secret fox", owner=colleague)
    Batch.objects.filter(pk=secret.pk).update(private=True)
    page = client.get("/prompts/history/").content.decode()
    assert page.count("data-prompt") == 2
    assert "elk" not in page
    team = client.get("/prompts/history/", {"of": "team"}, headers=HTMX).content.decode()
    assert team.lstrip().startswith("<ul")
    assert team.count("data-prompt") == 3
    assert "secret" not in team
    found = client.get("/prompts/history/", {"q": "OWL"}).content.decode()
    assert found.count("data-prompt") == 1


def test_earlier_prompts_take_the_same_queries_however_many(
    client: Client, press: Callable[..., Batch], django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        press(f"a fox {number}")
    with django_assert_max_num_queries(6):
        client.get("/prompts/history/", headers=HTMX)


def test_a_preview_of_a_picture_is_for_whom_it_may_be_used_by(
    client: Client, picture: Callable[..., Image], colleague: User, login: Any
) -> None:
    image = picture()
    path = f"/references/image/{image.pk}/"
    assert client.get(path)["Content-Type"] == "image/webp"
    Image.objects.filter(pk=image.pk).update(private=True)
    assert client.get(path).status_code == 200
    assert login(colleague).get(path).status_code == 404
    assert compose.source(colleague, f"image:{image.pk}") is None
