"""What a URL fills the compose box with: an earlier image reused, edited, or added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generator.catalog import MAX_REFERENCES
from generator.models import User
from generator.queries import compose
from generator.web.params import valid_ids_in
from generator.web.requests import MemberRequest


@dataclass(frozen=True, slots=True)
class Prefill:
    """Fields of the compose box by name, and a note about them. A note without fields says why
    nothing was filled in; `alternative_url` may be the URL of an alternative."""

    note: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    alternative_url: str = ""


def asked_for(request: MemberRequest, member: User, draft: dict[str, Any]) -> Prefill:
    """Return what the URL asks for: `?reuse=` a batch or image, all of it or a `part`; `?edit=` an
    image as the only reference of a new prompt; `?add=` images to the references of the draft, or
    with `replace` instead of them. Empty if the URL names nothing that the member can see."""
    if images := _images(member, request.GET.getlist("edit")[:1]):
        return Prefill(
            _("This image is the only reference. Describe what should change."),
            {"prompt": "", "lines": "", "image_urls": images},
        )
    if images := _images(member, request.GET.getlist("add")[: MAX_REFERENCES + 1]):
        return _added(request, images, draft.get("image_urls", ()))
    for pk in valid_ids_in(request.GET.getlist("reuse")[:1]):
        if fields := compose.reusable(member, pk, request.GET.get("part", "")):
            return Prefill(_("Filled in from an earlier image."), fields)
    return Prefill()


def _added(request: MemberRequest, images: list[str], slots: Sequence[str]) -> Prefill:
    present = [] if "replace" in request.GET else [slot for slot in slots if slot]
    new = [slot for slot in images if slot not in present]
    if not new:
        return Prefill(_("Already added to the references."))
    if len(present) + len(new) > MAX_REFERENCES:
        query = f"{request.GET.urlencode()}&replace=1" if len(new) <= MAX_REFERENCES else ""
        return Prefill(
            _("Not enough room: a prompt can have at most four references."),
            alternative_url=query and f"{request.path}?{query}",
        )
    note = ngettext(
        "The image was added to the references.",
        "%(count)d images were added to the references.",
        len(new),
    )
    return Prefill(note % {"count": len(new)}, {"image_urls": present + new})


def _images(member: User, given: list[str]) -> list[str]:
    """Return the slot values of these images, once each, as far as the member can see them."""
    slots = dict.fromkeys(f"image:{pk}" for pk in valid_ids_in(given))
    return [slot for slot in slots if compose.source(member, slot)]
