"""The job's way from the click to the stored picture, through the real client and sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from generator import state, storage
from generator.models import Batch, Image
from generator.sandbox.server import Sandbox
from generator.state import Status

pytestmark = pytest.mark.django_db


def settled(batch: Batch) -> Callable[[], bool]:
    return lambda: not batch.jobs.filter(status__in=state.ACTIVE).exists()


def test_three_pictures_arrive_whole(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None], data_dir: Any
) -> None:
    batch = press(count=3, image_urls=["https://example.org/a.png", "https://example.org/b.png"])
    work(settled(batch))
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
