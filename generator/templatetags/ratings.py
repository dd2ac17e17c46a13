"""How a rating is shown and given: as stars in a row."""

from __future__ import annotations

from typing import NamedTuple

from django import template

from generator.models import BEST

register = template.Library()


class Star(NamedTuple):
    """One of the row: `gives` is the rating that its button sets, and 0 at the present one, so
    that pressing it again takes the rating away."""

    number: int
    filled: bool
    chosen: bool
    gives: int


@register.filter
def stars(rating: int) -> list[Star]:
    """The whole row for this rating, 0 for none."""
    return [
        Star(number, number <= rating, number == rating, 0 if number == rating else number)
        for number in range(1, BEST + 1)
    ]
