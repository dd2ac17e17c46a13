"""How far the owner has come with the setup of the studio."""

from __future__ import annotations

from dataclasses import dataclass

from generator.models import Image, User


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """Which steps are done; false as a whole once all of them are."""

    key: bool
    image: bool
    people: bool

    def __bool__(self) -> bool:
        return not (self.key and self.image and self.people)


def first_steps(has_key: bool) -> FirstSteps:
    """Return the steps, in two queries. `has_key`: images come from the real service."""
    return FirstSteps(has_key, Image.objects.exists(), User.objects.all()[1:2].exists())
