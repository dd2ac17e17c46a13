"""Aspect ratio, image size, privacy and collection of a batch."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from generator.models import (
    Batch,
    Collection,
    CollectionItem,
    Image,
    Job,
    User,
)
from generator.sandbox.server import Sandbox
from generator.services import connections
from tests.forms import GEMINI, compose_form
from tests.typing import Work

pytestmark = pytest.mark.django_db
PRO = "google/nano-banana-pro"


def test_aspect_ratio_is_sent_only_to_models_that_take_one(client: Client) -> None:
    client.post("/batches/", compose_form(aspect_ratio="16:9"))
    client.post("/batches/", compose_form(aspect_ratio="16:9", model=GEMINI, form_token="t-2"))
    client.post("/batches/", compose_form(aspect_ratio="", model=GEMINI, form_token="t-3"))
    bodies = [connections.submission(job).body() for job in Job.objects.order_by("pk")]
    assert [body.get("aspect_ratio") for body in bodies] == [None, "16:9", None]
    unknown = compose_form(aspect_ratio="7:1", model=GEMINI)
    assert client.post("/batches/", unknown).status_code == 422


def test_image_size_is_sent_only_to_models_that_take_one(client: Client, settings: Any) -> None:
    assert 'name="image_size"' not in client.get("/").content.decode()
    settings.GEMPIX_MODELS = ("google/gempix2", PRO)
    assert 'name="image_size" value="4k"' in client.get("/").content.decode()
    client.post("/batches/", compose_form(image_size="4k"))
    client.post("/batches/", compose_form(image_size="4k", model=PRO, form_token="t-2"))
    client.post("/batches/", compose_form(image_size="", model=PRO, form_token="t-3"))
    bodies = [connections.submission(job).body() for job in Job.objects.order_by("pk")]
    assert [body.get("image_size") for body in bodies] == [None, "4k", None]
    unknown = compose_form(image_size="8k", model=PRO, form_token="t-4")
    response = client.post("/batches/", unknown)
    assert response.status_code == 422
    assert "Choose one of the sizes." in response.content.decode()
    large = Batch.objects.get(image_size="4k")
    assert "4K" in client.get(large.get_absolute_url()).content.decode()
    assert 'value="4k" checked' in client.get(f"/?reuse={large.pk}").content.decode()


def test_private_batch_fills_its_collection_with_private_images(
    client: Client, member: User, colleague: User, sandbox: Sandbox, work: Work
) -> None:
    own = Collection.objects.create(owner=member, name="Foxes", private=True)
    theirs = Collection.objects.create(owner=colleague, name="Secret", private=True)
    assert client.post("/batches/", compose_form(collection=theirs.pk)).status_code == 422
    form = compose_form(private="on", collection=own.pk, count=2)
    assert client.post("/batches/", form).status_code == 302
    work(lambda: Image.objects.count() == 2)
    assert all(image.private for image in Image.objects.all())
    items = CollectionItem.objects.filter(collection=own)
    assert {item.image for item in items} == set(Image.objects.all())
    assert len({item.position for item in items}) == 2
