"""Pictures for tests that need no upstream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from generator.models import Batch, Image, User


@pytest.fixture
def draw(press: Callable[..., Batch]) -> Callable[..., list[Image]]:
    """Rows of pictures by somebody; there are no files."""

    def make(owner: User, count: int = 1, **more: Any) -> list[Image]:
        job = press("a red fox", owner=owner).jobs.get()
        facts = {"sha256": "0" * 64, "size_bytes": 1, "mime": "image/png"}
        sizes = {"width": 1024, "height": 768}
        return Image.objects.bulk_create(
            Image(
                job=job,
                index=index,
                owner=owner,
                file=f"aa/{job.pk.hex}-{index}.png",
                **facts,
                **sizes,
                **more,
            )
            for index in range(count)
        )

    return make
