"""What pages answer: presses, bad input, paging, the refresh, and how many queries each takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator import catalog
from generator.models import Batch, Collection, Image, Job, User
from generator.queries import gallery, history
from generator.sandbox.server import Sandbox
from generator.state import Status

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def form(**changes: Any) -> dict[str, Any]:
    first = {"prompt": "a red fox", "model": "google/gempix2", "count": 1, "form_token": "t-1"}
    return first | changes


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


def draw(batch: Batch) -> None:
    """Give each job of the batch a picture's row, as if it had been stored."""
    for job in batch.jobs.all():
        Job.objects.filter(pk=job.pk).update(status=Status.SUCCEEDED, due_at=None, version=5)
        Image.objects.create(
            job=job,
            owner=batch.owner,
            file=f"aa/{job.pk.hex}-0.png",
            sha256="0" * 64,
            size_bytes=1,
            mime="image/png",
            width=1024,
            height=1024,
            thumbnail_widths=[320, 640, 1024],
        )


def have(batch: Batch) -> str:
    """What a page that shows this batch says it has."""
    versions = ".".join(str(job.version) for job in batch.jobs.order_by("index"))
    return f"{batch.pk.hex}:{versions}"


# --- presses


def test_a_plain_press_leads_back_to_the_studio(client: Client) -> None:
    answer = client.post("/batches/", form(count=3, image_urls=["https://example.org/a.png", ""]))
    assert (answer.status_code, answer["Location"]) == (302, "/")
    batch = Batch.objects.get()
    assert batch.jobs.count() == 3
    assert [reference.url for reference in batch.references.all()] == ["https://example.org/a.png"]


def test_a_fragment_press_answers_with_the_batch_and_a_new_token(client: Client) -> None:
    answer = client.post("/batches/", form(), headers=HTMX)
    text = answer.content.decode()
    batch = Batch.objects.get()
    assert answer.status_code == 201
    assert f'id="batch-{batch.pk}"' in text
    assert 'value="t-1"' not in text


def test_a_replayed_press_is_the_same_batch(client: Client) -> None:
    for _ in range(3):
        assert client.post("/batches/", form()).status_code == 302
    assert Batch.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
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
    ],
    ids=lambda change: str(change)[:40],
)
def test_bad_input_is_422_with_a_sentence_and_what_was_typed(
    client: Client, change: dict[str, Any]
) -> None:
    for headers in ({}, HTMX):
        answer = client.post("/batches/", form(**change), headers=headers)
        assert answer.status_code == 422
        assert 'id="compose"' in answer.content.decode()
        assert (
            'aria-invalid="true"' in answer.content.decode() or "error" in answer.content.decode()
        )
    assert Batch.objects.count() == 0


@pytest.mark.parametrize(
    "prompt",
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "{{ 7|add:7 }} {% load x %}",
        "ثعلب أحمر ينام في الثلج",
        "🦊🏳️‍🌈👩‍👩‍👧‍👦 e\u0301 \u202e reversed",
        "quotes \" ' ` & ampersand",
        "x" * catalog.MAX_PROMPT_CHARACTERS,
        "line\r\nbreak\n\n\nthree",
        "\ufeffbyte order",
    ],
    ids=lambda prompt: prompt[:20],
)
def test_any_text_is_stored_and_shown_as_text(client: Client, prompt: str) -> None:
    assert client.post("/batches/", form(prompt=prompt)).status_code == 302
    batch = Batch.objects.get()
    assert batch.prompt == prompt.replace("\r\n", "\n")
    draw(batch)
    image = Image.objects.get()
    job = batch.jobs.get()
    for path in ("/", "/history/", "/gallery/", f"/images/{image.pk}/", f"/jobs/{job.pk}/"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert b"<script>alert" not in answer.content
        assert b"onerror=alert(1)>" not in answer.content
    assert client.get(f"/batches/{batch.pk}/").status_code == 200


# --- the refresh


def test_nothing_new_is_204_without_a_body(client: Client, press: Callable[..., Batch]) -> None:
    batch = press(count=4)
    answer = client.get("/live/", {"have": have(batch)}, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")


def test_only_the_changed_card_is_sent(client: Client, press: Callable[..., Batch]) -> None:
    batch = press(count=4)
    seen = have(batch)
    job = batch.jobs.get(index=2)
    job.advance(Status.SUBMITTING)
    text = client.get("/live/", {"have": seen}, headers=HTMX).content.decode()
    assert re.findall(r'id="job-([0-9a-f-]{36})"', text) == [str(job.pk)]
    assert "hx-swap-oob" in text


def test_a_single_jobs_page_is_refreshed_too(client: Client, press: Callable[..., Batch]) -> None:
    job = press(count=2).jobs.get(index=0)
    assert client.get("/live/", {"have": f"j{job.pk.hex}:1"}).status_code == 204
    job.advance(Status.SUBMITTING)
    assert client.get("/live/", {"have": f"j{job.pk.hex}:1"}).status_code == 200


@pytest.mark.parametrize("value", ["", "x", "0" * 32, f"{'0' * 32}:", f"{'0' * 32}:1,;DROP", "j:1"])
def test_nonsense_is_refused(client: Client, value: str) -> None:
    assert client.get("/live/", {"have": value}).status_code == 400


def test_24_cards_take_one_request_of_at_most_six_queries(
    client: Client, press: Callable[..., Batch]
) -> None:
    batches = [press(count=8) for _ in range(3)]
    seen = ",".join(have(batch) for batch in batches)
    with CaptureQueriesContext(connection) as quiet:
        assert client.get("/live/", {"have": seen}, headers=HTMX).status_code == 204
    for batch in batches:
        draw(batch)
    with CaptureQueriesContext(connection) as busy:
        answer = client.get("/live/", {"have": seen}, headers=HTMX)
    assert answer.content.decode().count("<article") == 24
    assert len(quiet) <= 6
    assert len(busy) <= 6


# --- lists


def collect(batch: Batch, owner: User, **more: Any) -> Collection:
    """A collection into which the pictures of this batch will go."""
    made = Collection.objects.create(owner=owner, name=f"Foxes of {batch.pk}", **more)
    Batch.objects.filter(pk=batch.pk).update(collection=made)
    return made


def counted(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize(
    "path", ["/", "/history/", "/gallery/", "/gallery/mina/", "/history/mina/"]
)
def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(
    path: str, client: Client, press: Callable[..., Batch], member: User
) -> None:
    draw(press(image_urls=["https://example.org/a.png"]))
    collect(press(), member)
    client.get(path)
    few = counted(client, path)
    for _ in range(8):
        draw(press(count=3, image_urls=["https://example.org/a.png"]))
        collect(press(count=2), member)
    assert counted(client, path) == few
    assert few <= 12


def test_a_batch_names_its_collection_to_who_may_see_it(
    client: Client,
    press: Callable[..., Batch],
    member: User,
    colleague: User,
    login: Callable[[User], Client],
) -> None:
    shared, mine, gone = (
        collect(press(), member, **more)
        for more in ({}, {"private": True}, {"deleted_at": timezone.now()})
    )
    path = f"/history/{member.username}/"
    own, other = (who.get(path).content.decode() for who in (client, login(colleague)))
    link = f'<a href="/collections/{shared.pk}/" dir="auto">{shared.name}</a>'
    assert link in own
    assert link in other
    assert mine.name in own
    assert mine.name not in other
    assert gone.name not in own


def test_gallery_pages_meet_without_gap_or_overlap(
    client: Client, press: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "IMAGES_A_PAGE", 5)
    for _ in range(3):
        draw(press(count=4))
    shown: list[str] = []
    path = "/gallery/"
    for _ in range(10):
        text = client.get(path).content.decode()
        shown += re.findall(r'id="image-([0-9a-f-]{36})"', text)
        following = re.search(r'hx-get="(/gallery/\?before=[0-9a-f]{32})"', text)
        if not following:
            break
        path = following[1]
    newest_first = [str(pk) for pk in Image.objects.order_by("-pk").values_list("pk", flat=True)]
    assert shown == newest_first


def test_history_pages_are_real_links(
    client: Client, press: Callable[..., Batch], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [press() for _ in range(history.BATCHES_A_PAGE + 2)]
    text = client.get("/history/").content.decode()
    link = re.search(r'href="(/history/\?before=[0-9a-f]{32})"', text)
    assert link
    older = client.get(link[1]).content.decode()
    assert f'id="batch-{made[0].pk}"' in older
    assert f'id="batch-{made[-1].pk}"' not in older


def test_new_pictures_are_told_and_nothing_new_is_204(
    client: Client, press: Callable[..., Batch]
) -> None:
    text = client.get("/gallery/").content.decode()
    url = re.search(r"/gallery/\?after=[0-9a-f]{32}", text)
    assert url
    assert client.get(url[0]).status_code == 204
    batch = press()
    draw(batch)
    answer = client.get(url[0])
    assert answer.status_code == 200
    assert f'id="image-{Image.objects.get().pk}"' in answer.content.decode()


@pytest.mark.parametrize("query", ["before=x", "after=x", "before=" + "0" * 40])
def test_a_nonsense_cursor_is_404(client: Client, query: str) -> None:
    assert client.get(f"/gallery/?{query}").status_code == 404


# --- files


def test_files_come_from_us_with_the_right_type(
    client: Client, sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    batch = press("Ein Fuchs: schön & rot!")
    work(lambda: Image.objects.exists())
    image = Image.objects.get()
    original = client.get(f"/images/{image.pk}/file/")
    body = b"".join(original.streaming_content)  # type: ignore[attr-defined]
    assert (len(body), original["Content-Type"]) == (image.size_bytes, "image/png")
    assert original["X-Content-Type-Options"] == "nosniff"
    assert "private" in original["Cache-Control"]
    saved = client.get(f"/images/{image.pk}/file/?download")
    assert re.match(r'attachment; filename="ein-fuchs-.*\.png"', saved["Content-Disposition"])
    small = client.get(f"/images/{image.pk}/256.webp")
    assert small["Content-Type"] == "image/webp"
    assert client.get(f"/images/{image.pk}/257.webp").status_code == 404
    again = client.get(f"/images/{image.pk}/256.webp", headers={"If-None-Match": small["ETag"]})
    assert again.status_code == 304
    page = client.get(f"/images/{image.pk}/").content.decode()
    assert sandbox.url not in page
    assert batch.jobs.get().result_urls[0] not in page


def test_what_a_page_says_of_a_batch_is_whole(client: Client, press: Callable[..., Batch]) -> None:
    batch = press("a fox " * 300 + "at last", count=2)
    first, second = batch.jobs.order_by("index")
    heading = client.get(f"/jobs/{first.pk}/").content.decode().split("</h1>")[0]
    assert heading.endswith("at last")
    Job.objects.filter(pk=first.pk).update(status="failed", ended_at=timezone.now())
    assert client.get(f"/batches/{batch.pk}/").content.decode().count("data-open") == 1
    Job.objects.filter(pk=second.pk).update(status="unconfirmed")
    assert client.get(f"/batches/{batch.pk}/").content.decode().count("data-open") == 1
    Job.objects.filter(pk=second.pk).update(status="succeeded", ended_at=timezone.now())
    page = client.get(f"/batches/{batch.pk}/").content.decode()
    assert "data-open" not in page
