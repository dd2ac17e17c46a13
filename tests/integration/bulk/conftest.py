"""Images in every state that an action finds them in."""

from __future__ import annotations

import pytest

from generator.models import Collection, Favourite, Image, User
from generator.services import collections
from tests.images import make_images


@pytest.fixture
def collection(colleague: User) -> Collection:
    return Collection.objects.create(owner=colleague, name="Foxes")


@pytest.fixture
def images(member: User, colleague: User, collection: Collection) -> list[Image]:
    """Own, private, foreign, collected, favourite and trashed images."""
    images = make_images(member, 6)
    images += make_images(member, 2, private=True)
    images += make_images(colleague, 2)
    collections.add_images(collection, [images[3].pk, images[1].pk], member, images[0].created_at)
    Favourite.objects.create(user=member, image=images[2])
    Favourite.objects.create(user=colleague, image=images[2])
    return images + make_images(member, trashed_at=images[0].created_at, trashed_by=colleague)
