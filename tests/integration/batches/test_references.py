"""References of every kind on their way to the image service."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from generator import catalog, storage
from generator.models import (
    Batch,
    Image,
    Job,
    Reference,
    Upload,
    User,
)
from generator.sandbox.server import Sandbox
from generator.services import batches, jobs, submits, uploads, vendor
from generator.state import Status
from generator.upstream.errors import InvalidSubmission
from tests.composing import GEMINI, HTMX, file, form, row

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


# --- references


def test_the_wire_has_addresses_and_data_uris_in_the_slots_order(
    client: Client, member: User, picture: Callable[..., Image], caplog: pytest.LogCaptureFixture
) -> None:
    image, upload = picture(), uploads.store(member, file())
    slots = [f"image:{image.pk}", "https://example.org/a.png", f"upload:{upload.pk}"]
    with caplog.at_level(logging.DEBUG):
        assert client.post("/batches/", form(image_urls=slots)).status_code == 302
        batch = Batch.objects.get(form_token="t-1")
        job = claimed(batch)
        sent = vendor.submission(job).body()["images"]
        page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert sent[1] == "https://example.org/a.png"
    stored = storage.upload_path(upload.file).read_bytes()
    assert sent[2] == f"data:image/jpeg;base64,{base64.b64encode(stored).decode()}"
    ours = Pillow.open(io.BytesIO(base64.b64decode(sent[0].partition(",")[2])))
    assert ours.size == (image.width, image.height)
    assert image.used_in.get().batch == batch
    written = json.dumps(list(Reference.objects.values_list("url", flat=True))) + caplog.text
    payloads = [uri.partition(",")[2][:60] for uri in (sent[0], sent[2])]
    assert not any(payload in page + written for payload in payloads)
    assert "an uploaded picture" in page


def claimed(batch: Batch) -> Job:
    """The batch's job as the sending thread has it."""
    [job] = [job for job in submits.claim(8) if job.batch_id == batch.pk]
    return job


def test_a_sending_thread_asks_the_database_nothing(
    client: Client, member: User, django_assert_num_queries: Any
) -> None:
    upload = uploads.store(member, file())
    client.post("/batches/", form(image_urls=[f"upload:{upload.pk}"]))
    job = claimed(Batch.objects.get())
    with django_assert_num_queries(0):
        vendor.submission(job).body()


def test_the_upstream_takes_uploads(
    client: Client, member: User, sandbox: Sandbox, work: Callable[..., None]
) -> None:
    slots = [f"upload:{uploads.store(member, file(c)).pk}" for c in ("red", "blue")]
    client.post("/batches/", form(image_urls=slots))
    work(lambda: Job.objects.get().status == Status.SUCCEEDED)
    assert Image.objects.get().has_references


def test_a_reference_whose_file_is_gone_fails_the_job_in_words_and_costs_nothing(
    client: Client, member: User, sandbox: Sandbox, work: Callable[..., None]
) -> None:
    upload = uploads.store(member, file())
    client.post("/batches/", form(image_urls=[f"upload:{upload.pk}"]))
    storage.upload_path(upload.file).unlink()
    with pytest.raises(InvalidSubmission):
        vendor.submission(Job.objects.get())
    work(lambda: Job.objects.get().status == Status.FAILED)
    assert "reference picture 1 cannot be read" in Job.objects.get().reason
    assert sandbox.submits == 0


def test_sending_again_takes_the_same_references_and_shape(client: Client, member: User) -> None:
    upload = uploads.store(member, file())
    fields = form(
        image_urls=[f"upload:{upload.pk}"], model=GEMINI, aspect_ratio="4:3", private="on"
    )
    client.post("/batches/", fields)
    job = Job.objects.get()
    Job.objects.update(status=Status.FAILED)
    job.refresh_from_db()
    again = jobs.send_again(job, member, "t-9")
    assert again is not None
    assert [one.upload for one in again.references.all()] == [upload]
    assert (again.aspect_ratio, again.private, again.count) == ("4:3", True, 1)


@pytest.mark.parametrize("whose", ["upload", "private", "trashed", "unknown"])
def test_what_is_not_for_this_member_is_refused_beside_its_slot(
    whose: str,
    client: Client,
    member: User,
    colleague: User,
    press: Callable[..., Batch],
) -> None:
    values: dict[str, Callable[[], str]] = {
        "upload": lambda: f"upload:{uploads.store(colleague, file()).pk}",
        "private": lambda: f"image:{row(press(owner=colleague), private=True).pk}",
        "trashed": lambda: f"image:{row(press(), trashed_at='2026-01-01T00:00Z').pk}",
        "unknown": lambda: "image:01900000-0000-7000-8000-000000000000",
    }
    before = Batch.objects.count() + (whose in ("private", "trashed"))
    slots = ["https://example.org/a.png", values[whose]()]
    answer = client.post("/batches/", form(image_urls=slots), headers=HTMX)
    assert answer.status_code == 422
    assert "not for you to use" in answer.content.decode()
    assert Batch.objects.count() == before


def test_the_address_of_a_picture_of_ours_is_that_picture(
    client: Client, press: Callable[..., Batch]
) -> None:
    image = row(press())
    client.post("/batches/", form(image_urls=[f"http://testserver/images/{image.pk}/"]))
    assert Reference.objects.get().image == image


def test_files_of_a_form_without_scripts_stand_behind_the_addresses(client: Client) -> None:
    fields = form(image_urls=["https://example.org/a.png"], images=[file("red"), file("blue")])
    assert client.post("/batches/", fields).status_code == 302
    found = [bool(one.upload_id) for one in Reference.objects.all()]
    assert found == [False, True, True]


def test_a_refused_form_keeps_the_files_that_came_with_it(client: Client) -> None:
    bad = SimpleUploadedFile("b.png", b"%PDF-1.4", "image/png")
    answer = client.post("/batches/", form(prompt=" ", images=[file("red"), bad]))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'value="upload:{Upload.objects.get().pk}/fox.png"' in text
    assert "PDF document" in text
    five = [file(c) for c in ("red", "blue", "lime", "black", "white")]
    assert "at most four" in client.post("/batches/", form(images=five)).content.decode()


# --- memory


@pytest.fixture
def heavy(member: User) -> list[Job]:
    """Eight jobs, each with four references of nearly the largest size."""
    kept = []
    for number in range(4):
        upload = uploads.store(member, file(size=(64 + number, 64)))
        storage.upload_path(upload.file).write_bytes(os.urandom(3_700_000))
        kept.append(upload)
    order = batches.Order("a fox", catalog.offered()[0], 8, kept)
    batch, _created = batches.create(member, order, "t-1")
    return list(batch.jobs.prefetch_related(submits.SENT_WITH))


def test_eight_sends_at_once_hold_no_more_than_their_own_bodies(heavy: list[Job]) -> None:
    tracemalloc.start()
    try:
        with ThreadPoolExecutor(8) as threads:
            sizes = list(threads.map(lambda job: len(str(vendor.submission(job).body())), heavy))
        left, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    body = 4 * 5_000_000
    assert min(sizes) > 0.95 * body
    assert peak < 8 * 2.5 * body
    assert left < body


def test_a_batch_shows_its_references_as_small_pictures_as_far_as_they_are_seen(
    client: Client, member: User, colleague: User, draw: Any
) -> None:
    upload = uploads.store(member, file())
    seen, hidden = draw(colleague, 1)[0], draw(member, 1)[0]
    slots = [f"image:{seen.pk}", f"image:{hidden.pk}", f"upload:{upload.pk}", "https://a.example/b"]
    client.post("/batches/", form(image_urls=slots))
    Image.objects.filter(pk=hidden.pk).update(trashed_at=timezone.now())
    batch = Batch.objects.get(references__upload=upload)
    for page in ("/", "/history/", batch.get_absolute_url()):
        text = client.get(page).content.decode()
        assert f'href="{seen.get_absolute_url()}"' in text, page
        assert f'src="/uploads/{upload.pk}/small/"' in text, page
        assert 'href="https://a.example/b"' in text, page
        assert "Reference 2: a picture that you cannot see" in text, page
        assert hidden.get_absolute_url() not in text, page
