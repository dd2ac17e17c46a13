"""A tile escapes whatever an image says."""

from __future__ import annotations

import re

import pytest

from generator.models import Batch, Image, Job, User
from generator.templatetags.tiles import tile

HOSTILE = "\"><script>alert(1)</script>' onload=x {pk} {0} %s {{ x }}"


@pytest.mark.parametrize("eager", [False, True])
def test_hostile_values_stay_text(eager: bool) -> None:
    batch, owner = Batch(prompt=HOSTILE), User(username=HOSTILE)
    image = Image(job=Job(batch=batch), owner=owner, width=4, height=3, color=HOSTILE)
    image.thumbnail_widths, image.month, image.rating, image.private = [320], HOSTILE, 3, True
    text = tile({"tile_query": HOSTILE}, image, eager)
    assert "<script" not in text
    assert not re.search(r"<[^>]*\sonload=x[^>]*>", re.sub(r'"[^"]*"', '""', text))
    assert text.count("{pk} {0} %s {{ x }}") == 6
