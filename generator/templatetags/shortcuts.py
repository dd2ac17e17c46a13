"""The keys of the studio, as data: the help dialog and the help page show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generator.permissions import Permission

register = template.Library()


class Row(NamedTuple):
    keys: Sequence[str]
    words: str | Promise
    # Only for who may make images.
    makes: bool = False


class Group(NamedTuple):
    title: str | Promise
    rows: Sequence[Row]


ARROWS = "← → ↑ ↓"
GROUPS = (
    Group(
        _("Everywhere"),
        (
            Row(("?",), _("This help")),
            Row(("/",), _("Search, where a page has a search")),
            Row(("Tab",), _("The next thing; the first one on a page skips to the content")),
            Row(("Esc",), _("Close what is open")),
        ),
    ),
    Group(
        _("Writing a prompt"),
        (
            Row(("Ctrl", "Enter"), _("Generate (on a Mac: Cmd and Enter)"), makes=True),
            Row(("Enter",), _("A new line"), makes=True),
            Row(("Alt", "↑ ↓"), _("Earlier and later prompts of mine"), makes=True),
            Row((ARROWS,), _("From one found thing to the next, in a panel"), makes=True),
        ),
    ),
    Group(
        _("At a reference image"),
        (
            Row(("← →",), _("To the next place"), makes=True),
            Row(("Shift", "← →"), _("Move the image to the next place"), makes=True),
            Row(("Enter",), _("Choose an image, or another one"), makes=True),
            Row(("Delete",), _("Empty the place"), makes=True),
        ),
    ),
    Group(
        _("Gallery"),
        (
            Row((ARROWS,), _("From image to image")),
            Row(("Enter",), _("Open the image")),
            Row(("x",), _("Select it, or not")),
            Row(("Shift", ARROWS), _("Select all on the way")),
            Row(("Shift", "click"), _("Select all up to here")),
            Row(("Ctrl", "a"), _("Select all that are shown (on a Mac: Cmd and a)")),
            Row(("f",), _("Favourite: it, or the selected ones")),
            Row(("Delete",), _("Move it, or the selected ones, to the trash"), makes=True),
            Row(("Esc",), _("Clear the selection")),
        ),
    ),
    Group(
        _("An image"),
        (
            Row(("← →",), _("The newer and the older one; also k and j")),
            Row(("f",), _("Favourite")),
            Row(("1 – 5",), _("Rate it; the same number again takes the rating away"), makes=True),
            Row(("z",), _("Zoom, or fit it again")),
            Row(("Shift", ARROWS), _("Move a zoomed image")),
            Row(("i",), _("Details")),
            Row(("v",), _("Again: one more, made in the same way"), makes=True),
            Row(("r",), _("Reuse its prompt"), makes=True),
            Row(("e",), _("Edit from here: a new prompt, with it as the reference"), makes=True),
            Row(("a",), _("Add it to the references in the box"), makes=True),
            Row(("c",), _("Compare it with its source, or with one beside it")),
            Row(("d",), _("Download")),
            Row(("Delete",), _("Move it to the trash"), makes=True),
            Row(("Esc",), _("Leave the note, end the zoom, then close the image")),
        ),
    ),
    Group(
        _("Comparing images"),
        (
            Row(("Space",), _("Zoom all of them at the same place, or fit them again; also Enter")),
            Row(("Esc",), _("Fit them again, then back to where they were chosen")),
        ),
    ),
    Group(
        _("Arranging a collection"),
        (
            Row((ARROWS,), _("From image to image"), makes=True),
            Row(("Shift", ARROWS), _("Move the image"), makes=True),
        ),
    ),
)


@register.simple_tag(takes_context=True)
def shortcuts(context: Mapping[str, Any]) -> list[Group]:
    """The groups of keys that this member can use, in the order in which they are shown."""
    makes = context["request"].user.can(Permission.GENERATE)
    kept = (Group(title, [row for row in rows if makes or not row.makes]) for title, rows in GROUPS)
    return [group for group in kept if group.rows]
