"""The keys of the studio, as data: the help dialog and the help page show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()


class Group(NamedTuple):
    title: str | Promise
    rows: Sequence[tuple[Sequence[str], str | Promise]]


GROUPS = (
    Group(
        _("Everywhere"),
        (
            (("?",), _("This help")),
            (("Tab",), _("The next thing; the first one on a page skips to the content")),
            (("Esc",), _("Close what is open")),
        ),
    ),
    Group(
        _("Writing a prompt"),
        (
            (("Ctrl", "Enter"), _("Generate (on a Mac: Cmd and Enter)")),
            (("Enter",), _("A new line")),
            (("Alt", "↑ ↓"), _("Earlier and later prompts of mine")),
        ),
    ),
    Group(
        _("Gallery"),
        (
            (("↑ ↓ ← →",), _("From picture to picture")),
            (("Enter",), _("Open the picture")),
            (("x",), _("Select it, or not")),
            (("Shift", "click"), _("Select all up to here")),
        ),
    ),
    Group(
        _("A picture"),
        (
            (("← →",), _("The newer and the older one; also k and j")),
            (("f",), _("Favourite")),
            (("1 – 5",), _("Rate it; the same number again takes the rating away")),
            (("i",), _("Details")),
            (("v",), _("Again: one more, made in the same way")),
            (("r",), _("Reuse its prompt")),
            (("e",), _("Edit from here: it becomes the first reference")),
            (("c",), _("Compare it with its source, another one of its batch, or its neighbour")),
            (("d",), _("Download")),
            (("Delete",), _("Move it to the trash")),
        ),
    ),
    Group(
        _("Comparing"),
        (
            (("Space",), _("Zoom all of them at the same place, or fit them again")),
            (("Esc",), _("Fit them; then back to where they were chosen")),
        ),
    ),
)


@register.simple_tag
def shortcuts() -> Sequence[Group]:
    """The groups of keys, in the order in which they are shown."""
    return GROUPS
