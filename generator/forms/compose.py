"""Validation of the compose box: every refusal is a sentence beside its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from generator import catalog, variants
from generator.forms.slots import INVALID_URL, Slot, url_error
from generator.forms.tokens import new_form_token
from generator.models import Collection, Upload, User
from generator.outbound.urlguard import leads_local
from generator.queries import compose
from generator.services import connections
from generator.services.batches import TOKEN_MARK
from generator.services.uploads import Attachment

_SHAPES = _("Choose one of the shapes.")
_SIZES = _("Choose one of the sizes.")
OUTDATED = _("This page is out of date. Reload it and press Generate again.")
UNREACHABLE = _(
    "The image service cannot reach this URL because it is in a private network. Upload the image "
    "instead."
)
# The URL of an image in this studio, wherever it was copied from.
OUR_IMAGE = re.compile(r"/images/([0-9a-f-]{36})(?:/|\Z)")


class ComposeForm(forms.Form):
    """The compose box. Reads every `image_urls` value, then takes the attached files; blank values
    are ignored."""

    prompt = forms.CharField(
        strip=False,
        max_length=catalog.MAX_PROMPT_CHARACTERS,
        error_messages={
            "required": _("Describe the image you want to see."),
            "max_length": ngettext_lazy(
                "The prompt is too long: %(show_value)d characters; at most %(limit_value)d is "
                "allowed.",
                "The prompt is too long: %(show_value)d characters; at most %(limit_value)d are "
                "allowed.",
                "limit_value",
            ),
            "null_characters_not_allowed": _(
                "The prompt contains a null character, which cannot be sent. Type it again."
            ),
        },
    )
    model = forms.ChoiceField(
        error_messages={"invalid_choice": _("This model is not available here. Choose another.")}
    )
    count = forms.IntegerField(
        min_value=1,
        max_value=catalog.MAX_COUNT,
        initial=1,
        error_messages={
            name: _("Choose from 1 to %(most)d images.") % {"most": catalog.MAX_COUNT}
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    lines = forms.BooleanField(required=False)
    aspect_ratio = forms.CharField(required=False, max_length=8)
    image_size = forms.CharField(required=False, max_length=8)
    private = forms.BooleanField(required=False)
    collection = forms.ModelChoiceField(
        Collection.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("This collection no longer exists.")},
    )
    form_token = forms.CharField(
        # Leaves room for the tokens that `batches` derives from it.
        max_length=60,
        error_messages=dict.fromkeys(
            ("required", "max_length", "null_characters_not_allowed"), OUTDATED
        ),
    )

    max_characters = catalog.MAX_PROMPT_CHARACTERS
    max_images = catalog.MAX_IMAGES
    no_address = INVALID_URL
    ratios: ClassVar = [ratio for ratio in catalog.RATIOS if ratio != "auto"]

    def __init__(
        self,
        member: User,
        data: QueryDict | None = None,
        attached: Sequence[Attachment] = (),
        *,
        initial: dict[str, Any] | None = None,
        host: str = "",
    ) -> None:
        self.member = member
        self.host = host
        self.offered = catalog.offered()
        self.sizes = catalog.SIZES if any(model.sizes for model in self.offered) else ()
        first = self.offered[0].id if self.offered else ""
        fresh = {"model": first, "form_token": new_form_token()}
        given = {name: value for name, value in (initial or {}).items() if value}
        super().__init__(data, initial=fresh | given)
        choices = cast(forms.ChoiceField, self.fields["model"])
        choices.choices = [(model.id, model.label) for model in self.offered]
        into = cast("forms.ModelChoiceField[Collection]", self.fields["collection"])
        into.queryset = compose.usable_collections(member)
        self.attachments = attached
        self.slots = self._slots(data)

    def _slots(self, data: QueryDict | None) -> list[Slot]:
        if data is None:
            # A draft keeps its empty slots, since the positions matter.
            values = list(self.initial.get("image_urls", ()))
        else:
            values = [url.strip() for url in data.getlist("image_urls") if url.strip()]
        values += [""] * (catalog.MAX_REFERENCES - len(values))
        slots = [Slot(number, self._ours(value)) for number, value in enumerate(values, 1)]
        for slot in slots:
            # Checked in drafts too: the page must not request images from a private network.
            if slot.kind == "url":
                slot.error = self._url_error(slot.value)
        return slots

    def _url_error(self, url: str) -> str | Promise:
        return url_error(url) or (self.unreachable if leads_local(url) else "")

    def _ours(self, value: str) -> str:
        """Turn the URL of our own image into the image itself: nobody else can fetch it."""
        try:
            parts = urlsplit(value)
        except ValueError:
            return value
        match = OUR_IMAGE.match(parts.path)
        return f"image:{match[1]}" if match and parts.netloc == self.host else value

    @property
    def attached(self) -> int:
        return sum(bool(slot.value) for slot in self.slots)

    @cached_property
    def unreachable(self) -> str | Promise:
        """Return the message for a URL in a private network; empty if such URLs are fetched."""
        return "" if connections.fetches_local() else UNREACHABLE

    @property
    def prompts(self) -> list[str]:
        """Return the prompts that the text expands to, up to one more than the limit."""
        text = str(self["prompt"].value() or "").replace("\r\n", "\n")
        lines = self["lines"].value() not in (None, "", False)
        return variants.expand(text, catalog.MAX_IMAGES + 1, lines=lines)

    @property
    def images(self) -> int:
        """Return how many images a press generates, for the button; one if the count is invalid."""
        try:
            count: int = self.fields["count"].clean(self["count"].value())
        except ValidationError:
            count = 1
        return max(1, len(self.prompts)) * count

    def images_differ(self, shown: str) -> bool:
        """Return whether there are several prompts and their number of images was not `shown`."""
        return len(self.prompts) > 1 and shown != str(self.images)

    def clean_prompt(self) -> str:
        prompt = str(self.cleaned_data["prompt"]).replace("\r\n", "\n")
        if any(unicodedata.category(character) == "Cs" for character in prompt):
            raise ValidationError(_("The prompt contains a broken character. Type it again."))
        if not all(_has_visible(one) for one in self.prompts or [""]):
            raise ValidationError(_("Describe the image you want to see."))
        return prompt

    def clean_form_token(self) -> str:
        token = str(self.cleaned_data["form_token"])
        if TOKEN_MARK in token:
            raise ValidationError(OUTDATED)
        return token

    def clean(self) -> dict[str, Any]:
        self._clean_images()
        model = catalog.MODELS.get(self.cleaned_data.get("model", ""))
        self._clean_option("aspect_ratio", model.ratios if model else (), _SHAPES)
        self._clean_option("image_size", model.sizes if model else (), _SIZES)
        self._clean_slots()
        references = [slot.source for slot in self.slots if slot.value]
        return self.cleaned_data | {"prompts": self.prompts, "references": references}

    def _clean_images(self) -> None:
        wanted = len(self.prompts) * self.cleaned_data.get("count", 0)
        if wanted > catalog.MAX_IMAGES:
            most = {"most": catalog.MAX_IMAGES}
            too_many = _("At most %(most)d images at a time. Use fewer images or variants.")
            self.add_error("prompt", ValidationError(too_many, params=most))

    def _clean_option(self, name: str, taken: Sequence[str], sentence: Promise) -> None:
        """Check an option; ignore a choice left over from another model if this one takes none."""
        chosen = self.cleaned_data.get(name, "")
        if not taken:
            self.cleaned_data[name] = ""
        elif chosen and chosen not in taken:
            self.add_error(name, str(sentence))

    def _clean_slots(self) -> None:
        given = [slot for slot in self.slots if slot.value]
        if len(given) + len(self.attachments) > catalog.MAX_REFERENCES:
            self.slots = self.slots[: catalog.MAX_REFERENCES]
            raise ValidationError(_("Use at most four reference images."))
        for slot in given:
            self._resolve(slot)
        for slot, attachment in zip(self.slots[len(given) :], self.attachments, strict=False):
            slot.source, slot.error = attachment.source, attachment.error
            slot.value = slot.source.slot if isinstance(slot.source, Upload) else ""
        if any(slot.error for slot in self.slots):
            raise ValidationError(_("Correct or remove the marked reference images."))

    def _resolve(self, slot: Slot) -> None:
        if slot.kind == "url":  # checked already
            slot.source = slot.value
        elif source := compose.source(self.member, slot.value):
            slot.source = source
        else:
            slot.error = _("This image no longer exists, or you do not have access to it.")


def _has_visible(text: str) -> bool:
    """Return whether the text has a visible character, not only spaces and control characters."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)
