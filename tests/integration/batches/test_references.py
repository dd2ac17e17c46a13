"""References of every kind on their way to the image service."""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from generator import catalog
from generator.media import storage
from generator.models import Batch, Image, Job, Reference, Upload, User
from generator.queries import compose
from generator.sandbox.server import Sandbox
from generator.services import batches, connections, uploads
from generator.state import Status
from generator.upstream.errors import InvalidSubmission
from generator.worker import submits
from tests.forms import HTMX, compose_form, png_file
from tests.images import make_image
from tests.typing import Generate, LogIn, Work

pytestmark = pytest.mark.django_db


def test_submission_has_urls_and_data_uris_in_slot_order(
    client: Client, member: User, generate: Generate, caplog: pytest.LogCaptureFixture
) -> None:
    image, upload = generate(), uploads.store(member, png_file())
    slots = [f"image:{image.pk}", "https://example.org/a.png", f"upload:{upload.pk}"]
    with caplog.at_level(logging.DEBUG):
        assert client.post("/batches/", compose_form(image_urls=slots)).status_code == 302
        batch = Batch.objects.get(form_token="t-1")
        job = claimed(batch)
        sent = connections.submission(job).body()["images"]
        page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert sent[1] == "https://example.org/a.png"
    stored = storage.upload_path(upload.file).read_bytes()
    assert sent[2] == f"data:image/jpeg;base64,{base64.b64encode(stored).decode()}"
    decoded = Pillow.open(io.BytesIO(base64.b64decode(sent[0].partition(",")[2])))
    assert decoded.size == (image.width, image.height)
    assert image.used_in.get().batch == batch
    leaks = json.dumps(list(Reference.objects.values_list("url", flat=True))) + caplog.text
    payloads = [uri.partition(",")[2][:60] for uri in (sent[0], sent[2])]
    assert not any(payload in page + leaks for payload in payloads)
    assert "an uploaded image" in page


def claimed(batch: Batch) -> Job:
    """The batch's job as the sending thread has it."""
    [job] = [job for job in submits.claim(8, connections.read()) if job.batch_id == batch.pk]
    return job


def test_building_a_submission_takes_no_query(
    client: Client, member: User, django_assert_num_queries: Any
) -> None:
    upload = uploads.store(member, png_file())
    client.post("/batches/", compose_form(image_urls=[f"upload:{upload.pk}"]))
    job = claimed(Batch.objects.get())
    with django_assert_num_queries(0):
        connections.submission(job).body()


def test_uploads_reach_the_upstream(
    client: Client, member: User, sandbox: Sandbox, work: Work
) -> None:
    slots = [f"upload:{uploads.store(member, png_file(c)).pk}" for c in ("red", "blue")]
    client.post("/batches/", compose_form(image_urls=slots))
    work(lambda: Job.objects.get().status == Status.SUCCEEDED)
    assert Image.objects.get().has_references


def test_missing_reference_file_fails_the_job_without_a_submit(
    client: Client, member: User, sandbox: Sandbox, work: Work
) -> None:
    upload = uploads.store(member, png_file())
    client.post("/batches/", compose_form(image_urls=[f"upload:{upload.pk}"]))
    storage.upload_path(upload.file).unlink()
    with pytest.raises(InvalidSubmission):
        connections.submission(Job.objects.get())
    work(lambda: Job.objects.get().status == Status.FAILED)
    assert "reference image 1 can no longer be read" in Job.objects.get().reason
    assert sandbox.submits == 0


def test_unusable_reference_is_refused_at_its_slot(
    client: Client, member: User, colleague: User
) -> None:
    values = {
        "an upload of a colleague": f"upload:{uploads.store(colleague, png_file()).pk}",
        "a private image": f"image:{make_image(colleague, private=True).pk}",
        "a trashed image": f"image:{make_image(member, trashed_at=timezone.now()).pk}",
        "an unknown image": "image:01900000-0000-7000-8000-000000000000",
    }
    before = Batch.objects.count()
    for what, value in values.items():
        slots = ["https://example.org/a.png", value]
        answer = client.post("/batches/", compose_form(image_urls=slots), headers=HTMX)
        assert answer.status_code == 422, what
        assert "you do not have access to it" in answer.content.decode(), what
    assert Batch.objects.count() == before


def test_url_of_an_own_image_becomes_that_image(client: Client, member: User) -> None:
    image = make_image(member)
    client.post("/batches/", compose_form(image_urls=[f"http://testserver/images/{image.pk}/"]))
    assert Reference.objects.get().image == image


def test_posted_files_follow_the_urls(client: Client) -> None:
    fields = compose_form(
        image_urls=["https://example.org/a.png"], images=[png_file("red"), png_file("blue")]
    )
    assert client.post("/batches/", fields).status_code == 302
    is_upload = [bool(reference.upload_id) for reference in Reference.objects.all()]
    assert is_upload == [False, True, True]


def test_invalid_form_keeps_its_files(client: Client) -> None:
    bad = SimpleUploadedFile("b.png", b"%PDF-1.4", "image/png")
    answer = client.post("/batches/", compose_form(prompt=" ", images=[png_file("red"), bad]))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'value="upload:{Upload.objects.get().pk}/fox.png"' in text
    assert "PDF document" in text
    five = [png_file(c) for c in ("red", "blue", "lime", "black", "white")]
    assert "at most four" in client.post("/batches/", compose_form(images=five)).content.decode()


@pytest.fixture
def heavy(member: User) -> list[Job]:
    """Eight jobs, each with four references of nearly the largest size."""
    references = []
    for number in range(4):
        upload = uploads.store(member, png_file(size=(64 + number, 64)))
        storage.upload_path(upload.file).write_bytes(os.urandom(3_700_000))
        references.append(upload)
    request = batches.GenerationRequest("a fox", catalog.offered()[0], 8, references)
    batch, _created = batches.create(member, request, "t-1")
    return list(batch.jobs.prefetch_related(submits.SENT_WITH))


def test_eight_submissions_at_once_hold_only_their_bodies_in_memory(heavy: list[Job]) -> None:
    tracemalloc.start()
    try:
        with ThreadPoolExecutor(8) as threads:
            sizes = list(
                threads.map(lambda job: len(str(connections.submission(job).body())), heavy)
            )
        left, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    body = 4 * 5_000_000
    assert min(sizes) > 0.95 * body
    assert peak < 8 * 2.5 * body
    assert left < body


def test_batch_shows_the_references_that_may_be_seen(
    client: Client, member: User, colleague: User
) -> None:
    upload = uploads.store(member, png_file())
    seen, hidden = make_image(colleague), make_image(member)
    slots = [f"image:{seen.pk}", f"image:{hidden.pk}", f"upload:{upload.pk}", "https://a.example/b"]
    client.post("/batches/", compose_form(image_urls=slots))
    Image.objects.filter(pk=hidden.pk).update(trashed_at=timezone.now())
    batch = Batch.objects.get(references__upload=upload)
    for page in ("/", "/history/", batch.get_absolute_url()):
        text = client.get(page).content.decode()
        assert f'href="{seen.get_absolute_url()}"' in text, page
        assert f'src="/uploads/{upload.pk}/small/"' in text, page
        assert 'href="https://a.example/b"' in text, page
        assert "Reference 2: an image you cannot see" in text, page
        assert hidden.get_absolute_url() not in text, page


def test_preview_is_served_to_who_may_use_the_image(
    client: Client, generate: Generate, colleague: User, login: LogIn
) -> None:
    image = generate()
    path = f"/references/image/{image.pk}/"
    assert client.get(path)["Content-Type"] == "image/webp"
    Image.objects.filter(pk=image.pk).update(private=True)
    assert client.get(path).status_code == 200
    assert login(colleague).get(path).status_code == 404
    assert compose.source(colleague, f"image:{image.pk}") is None
