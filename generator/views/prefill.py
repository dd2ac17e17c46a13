"""What an address fills the compose box with: an earlier image reused, edited or added."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generator.catalog import MAX_REFERENCES
from generator.models import User
from generator.queries import compose


@dataclass(frozen=True, slots=True)
class Filling:
    """Fields of the box by name, and a sentence about them; the sentence alone says why not, and
    may have an address that does it `instead`."""

    note: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    instead: str = ""


def asked_for(request: HttpRequest, member: User, draft: dict[str, Any]) -> Filling:
    """`?reuse=` a batch or image, all of it or a `part`; `?edit=` an image, the one reference
    of a new prompt; `?add=` images to the references of the draft, or with `replace` in their
    stead. Empty where the address names nothing that the member can see."""
    if images := _images(member, request.GET.getlist("edit")[:1]):
        return Filling(
            _("The image is the one reference. Now write what should change."),
            {"prompt": "", "lines": "", "image_urls": images},
        )
    if images := _images(member, request.GET.getlist("add")[: MAX_REFERENCES + 1]):
        return _added(request, images, draft.get("image_urls", ()))
    for pk in _ids(request.GET.getlist("reuse")[:1]):
        if fields := compose.reusable(member, pk, request.GET.get("part", "")):
            return Filling(_("Filled from an earlier image."), fields)
    return Filling()


def _added(request: HttpRequest, images: list[str], slots: Sequence[str]) -> Filling:
    standing = [] if "replace" in request.GET else [slot for slot in slots if slot]
    new = [slot for slot in images if slot not in standing]
    if not new:
        return Filling(_("Already among the references."))
    if len(standing) + len(new) > MAX_REFERENCES:
        query = f"{request.GET.urlencode()}&replace=1" if len(new) <= MAX_REFERENCES else ""
        return Filling(
            _("No room for these: a prompt takes four references at most."),
            instead=query and f"{request.path}?{query}",
        )
    said = ngettext(
        "The image is added to the references.",
        "%(count)d images are added to the references.",
        len(new),
    )
    return Filling(said % {"count": len(new)}, {"image_urls": standing + new})


def _images(member: User, given: list[str]) -> list[str]:
    """What stands for these images in a slot, each once, as far as the member can see them."""
    slots = dict.fromkeys(f"image:{pk}" for pk in _ids(given))
    return [slot for slot in slots if compose.source(member, slot)]


def _ids(given: list[str]) -> list[uuid.UUID]:
    """The identifiers among these; an address may hold anything."""
    found = []
    for text in given:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found
