"""What an address fills the compose box with: an earlier picture reused, edited or added."""

from __future__ import annotations

import uuid
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
    """Fields of the box by name, and a sentence about them; the sentence alone says why not."""

    note: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def asked_for(request: HttpRequest, member: User, draft: dict[str, Any]) -> Filling:
    """`?reuse=` a batch or picture, all of it or a `part`; `?edit=` a picture, the one reference
    of a new prompt; `?add=` pictures to the references of the draft. Empty where the address names
    nothing that the member can see."""
    if pictures := _pictures(member, request.GET.getlist("edit")[:1]):
        return Filling(
            _("The picture is the one reference. Now write what should change."),
            {"prompt": "", "lines": "", "image_urls": pictures},
        )
    if pictures := _pictures(member, request.GET.getlist("add")[: MAX_REFERENCES + 1]):
        return _added(pictures, [slot for slot in draft.get("image_urls", ()) if slot])
    for pk in _ids(request.GET.getlist("reuse")[:1]):
        if fields := compose.reusable(member, pk, request.GET.get("part", "")):
            return Filling(_("Filled from an earlier picture."), fields)
    return Filling()


def _added(pictures: list[str], standing: list[str]) -> Filling:
    new = [slot for slot in pictures if slot not in standing]
    if not new:
        return Filling(_("Already among the references."))
    if len(standing) + len(new) > MAX_REFERENCES:
        return Filling(_("A prompt takes four references at most. Remove some, then add again."))
    said = ngettext(
        "The picture is added to the references.",
        "%(count)d pictures are added to the references.",
        len(new),
    )
    return Filling(said % {"count": len(new)}, {"image_urls": standing + new})


def _pictures(member: User, given: list[str]) -> list[str]:
    """What stands for these pictures in a slot, each once, as far as the member can see them."""
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
