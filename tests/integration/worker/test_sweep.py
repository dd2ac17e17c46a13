"""A job's way from the click to the stored image, through the real client and sandbox."""

from __future__ import annotations

import pytest

from generator import state
from generator.media import storage
from generator.models import Image
from generator.sandbox.server import Sandbox
from generator.state import Status
from tests.typing import Press, Work

pytestmark = pytest.mark.django_db


@pytest.mark.both_databases("worker.polls", "worker.results", "worker.submits")
def test_images_are_stored_with_their_thumbnails(
    sandbox: Sandbox, press: Press, work: Work
) -> None:
    batch = press(count=3, image_urls=["https://example.org/a.png", "https://example.org/b.png"])
    work(lambda: not batch.jobs.filter(status__in=state.ACTIVE).exists())
    assert [job.status for job in batch.jobs.all()] == [Status.SUCCEEDED] * 3
    images = Image.objects.filter(job__batch=batch)
    assert len(images) == 3
    assert len({image.sha256 for image in images}) == 3
    for image in images:
        assert storage.path(image.file).stat().st_size == image.size_bytes
        assert (image.width, image.height) == (256, 256)
        for width in image.thumbnail_widths:
            assert storage.thumbnail_path(image.file, width).exists()
    assert sandbox.submits == 3
