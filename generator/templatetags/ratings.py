"""Show and set a rating as a row of stars."""

from __future__ import annotations

from typing import NamedTuple

from django import template

from generator.models import BEST

register = template.Library()


class Star(NamedTuple):
    """One star of the row. `value_on_click` is the rating that its button sets: 0 for the current
    rating, so that pressing it again removes the rating."""

    number: int
    filled: bool
    chosen: bool
    value_on_click: int


@register.filter
def stars(rating: int) -> list[Star]:
    """Return the whole row for this rating; 0 is none."""
    return [
        Star(number, number <= rating, number == rating, 0 if number == rating else number)
        for number in range(1, BEST + 1)
    ]
