"""Images of two months, each set apart from the others by one fact."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from generator.models import Collection, Favourite, Image, User
from generator.services import collections
from tests.forms import GEMINI
from tests.images import make_image

MAY, JUNE = (datetime(2026, month, 10, 12, tzinfo=UTC) for month in (5, 6))


@pytest.fixture
def cast(member: User, colleague: User) -> dict[str, Image]:
    cast = {
        "plain": make_image(member, "a fox", made_at=JUNE),
        "foreign": make_image(colleague, "an owl", made_at=JUNE),
        "old": make_image(member, "a fox in May", made_at=MAY),
        "tall": make_image(member, "a tower", made_at=JUNE, height=2048),
        "gemini": make_image(member, "a boat", made_at=JUNE, model=GEMINI),
        "based": make_image(member, "a copy", made_at=JUNE, references=2),
        "private": make_image(member, "a secret fox", made_at=JUNE, private=True),
    }
    Favourite.objects.create(user=member, image=cast["foreign"])
    collection = Collection.objects.create(owner=member, name="Towers")
    collections.add_images(collection, [cast["tall"].pk], member, JUNE)
    return cast
