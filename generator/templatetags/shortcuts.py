"""Keyboard shortcuts as data, for the help dialog and the help page."""

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
    # Only for members who may generate.
    makes: bool = False


class Group(NamedTuple):
    title: str | Promise
    rows: Sequence[Row]


ARROWS = "← → ↑ ↓"
GROUPS = (
    Group(
        _("Everywhere"),
        (
            Row(("?",), _("Show this help")),
            Row(("/",), _("Search, on pages that have a search box")),
            Row(("Tab",), _("Go to the next control; the first one skips to the content")),
            Row(("Esc",), _("Close what is open")),
        ),
    ),
    Group(
        _("Writing a prompt"),
        (
            Row(("Ctrl", "Enter"), _("Generate (Cmd and Enter on a Mac)"), makes=True),
            Row(("Enter",), _("New line"), makes=True),
            Row(("Alt", "↑ ↓"), _("Browse your earlier prompts"), makes=True),
            Row((ARROWS,), _("Go from result to result in a panel"), makes=True),
        ),
    ),
    Group(
        _("Reference images"),
        (
            Row(("← →",), _("Go to the next slot"), makes=True),
            Row(("Shift", "← →"), _("Move the image to the next slot"), makes=True),
            Row(("Enter",), _("Choose or replace the image"), makes=True),
            Row(("Delete",), _("Clear the slot"), makes=True),
        ),
    ),
    Group(
        _("Gallery"),
        (
            Row((ARROWS,), _("Go from image to image")),
            Row(("Enter",), _("Open the image")),
            Row(("x",), _("Select or deselect the image")),
            Row(("Shift", ARROWS), _("Extend the selection")),
            Row(("Shift", "click"), _("Select all images up to this one")),
            Row(("Ctrl", "A"), _("Select all images shown (Cmd and A on a Mac)")),
            Row(("f",), _("Favorite the image or the selected images")),
            Row(("Delete",), _("Move the image or the selected images to the trash"), makes=True),
            Row(("Esc",), _("Clear the selection")),
        ),
    ),
    Group(
        _("An image"),
        (
            Row(("← →",), _("Previous and next image; also k and j")),
            Row(("f",), _("Favorite")),
            Row(
                ("1 – 5",),
                _("Rate it; the same number again removes the rating"),
                makes=True,
            ),
            Row(("z",), _("Zoom in, or fit the image again")),
            Row(("Shift", ARROWS), _("Pan a zoomed image")),
            Row(("i",), _("Show or hide details")),
            Row(("v",), _("Regenerate: one more image made the same way"), makes=True),
            Row(("r",), _("Reuse the prompt, references, and model"), makes=True),
            Row(("e",), _("Edit this image: a new prompt with it as the reference"), makes=True),
            Row(("a",), _("Add it as a reference to your current draft"), makes=True),
            Row(("c",), _("Compare it with its source or a neighboring image")),
            Row(("d",), _("Download")),
            Row(("Delete",), _("Move the image to the trash"), makes=True),
            Row(("Esc",), _("Leave the note, reset the zoom, or close the image")),
        ),
    ),
    Group(
        _("Comparing images"),
        (
            Row(("Space",), _("Zoom all images at the same spot, or fit them again; also Enter")),
            Row(("Esc",), _("Fit the images again, or go back to where you selected them")),
        ),
    ),
    Group(
        _("Arranging a collection"),
        (
            Row((ARROWS,), _("Go from image to image"), makes=True),
            Row(("Shift", ARROWS), _("Move the image"), makes=True),
            Row(("Shift", "Home"), _("Move it to the start; with End, to the end"), makes=True),
        ),
    ),
)


@register.simple_tag(takes_context=True)
def shortcuts(context: Mapping[str, Any]) -> list[Group]:
    """Return the groups of keys that this member can use, in display order."""
    makes = context["request"].user.can(Permission.GENERATE)
    groups = (
        Group(title, [row for row in rows if makes or not row.makes]) for title, rows in GROUPS
    )
    return [group for group in groups if group.rows]
