"""A job's way from the click to the stored image, through the real client and sandbox."""

from __future__ import annotations

from typing import Any, BinaryIO

import pytest

from generator import state
from generator.media import storage
from generator.models import Image
from generator.sandbox.server import Sandbox
from generator.services import connections
from generator.state import Status
from generator.upstream.download import Downloaded
from generator.worker import results
from tests.typing import Press, Work
from tests.unit.upstream.tables.rows import image_bytes

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


def test_images_of_a_job_share_one_deadline(
    press: Press, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.GEMPIX_DOWNLOAD_TIMEOUT_SECONDS = 60
    times = iter([0.0, 10.0, 55.0, 90.0])
    monkeypatch.setattr(results, "monotonic", lambda: next(times))
    left: list[float] = []

    def fetch(_source: str, file: BinaryIO, *, deadline_seconds: float, **_: object) -> Downloaded:
        left.append(deadline_seconds)
        file.write(image_bytes())
        return Downloaded(sha256="", bytes=1)

    monkeypatch.setattr("generator.worker.results.download.fetch", fetch)
    job = press().jobs.get()
    job.result_urls = [f"https://example.org/{number}.png" for number in range(3)]
    results.fetch(job, connections.read())
    assert left == [50, 5, 0.001]
