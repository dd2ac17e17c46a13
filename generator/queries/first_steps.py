"""How far the owner has come with setting the studio up."""

from __future__ import annotations

from dataclasses import dataclass

from generator.models import Image, User


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What is done of it; false as a whole once everything is."""

    key: bool
    image: bool
    people: bool

    def __bool__(self) -> bool:
        return not (self.key and self.image and self.people)


def first_steps(has_key: bool) -> FirstSteps:
    """`has_key`: the images are drawn by the real service. Two more questions."""
    return FirstSteps(has_key, Image.objects.exists(), User.objects.all()[1:2].exists())
