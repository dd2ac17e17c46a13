"""What people type, judged: every refusal is a sentence beside the field it is about."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from generator import catalog
from generator.models import Role, User
from generator.services.batches import Order
from generator.services.images import MAX_NOTE_CHARACTERS

MAX_URL_CHARACTERS = 2048


PLAIN_NAME = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,59}\Z",
    _("Begin with a letter or digit; then letters, digits and . _ - + @, 60 at most."),
)


def new_form_token() -> str:
    return secrets.token_urlsafe(16)


@dataclass(slots=True)
class Slot:
    """One numbered place for a reference picture."""

    number: int
    value: str = ""
    error: str = ""


class ComposeForm(forms.Form):
    """The compose box. Reads `image_urls` as often as it comes; blank ones are left out."""

    prompt = forms.CharField(
        strip=False,
        max_length=catalog.MAX_PROMPT_CHARACTERS,
        error_messages={
            "required": _("Write what you want to see."),
            "max_length": ngettext_lazy(
                "The prompt is too long: at most %(limit_value)d character, this has "
                "%(show_value)d.",
                "The prompt is too long: at most %(limit_value)d characters, this has "
                "%(show_value)d.",
                "limit_value",
            ),
            "null_characters_not_allowed": _(
                "The prompt holds an invisible null character, which cannot be sent. Type it anew."
            ),
        },
    )
    model = forms.ChoiceField(
        error_messages={"invalid_choice": _("This model is not offered here. Choose another one.")}
    )
    count = forms.IntegerField(
        min_value=1,
        max_value=catalog.MAX_COUNT,
        initial=1,
        error_messages={
            name: _("Choose from 1 to %(most)d pictures.") % {"most": catalog.MAX_COUNT}
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    form_token = forms.CharField(
        max_length=64,
        error_messages={
            name: _("This page is out of date. Reload it and press Generate again.")
            for name in ("required", "max_length", "null_characters_not_allowed")
        },
    )

    max_characters = catalog.MAX_PROMPT_CHARACTERS

    def __init__(self, data: QueryDict | None = None, initial: dict[str, Any] | None = None):
        self.offered = catalog.offered()
        first = self.offered[0].id if self.offered else ""
        fresh = {"model": first, "form_token": new_form_token()}
        super().__init__(data, initial=fresh | (initial or {}))
        choices = cast(forms.ChoiceField, self.fields["model"])
        choices.choices = [(model.id, model.label) for model in self.offered]
        given = data.getlist("image_urls") if data is not None else []
        values = [url.strip() for url in given if url.strip()]
        self.slots = [Slot(number, value) for number, value in enumerate(values, 1)]
        empty = range(len(values) + 1, catalog.MAX_REFERENCES + 1)
        self.slots += [Slot(number) for number in empty]

    def clean_prompt(self) -> str:
        prompt = str(self.cleaned_data["prompt"]).replace("\r\n", "\n")
        if not _has_visible(prompt):
            raise ValidationError(_("Write what you want to see."))
        if any(unicodedata.category(character) == "Cs" for character in prompt):
            raise ValidationError(_("The prompt holds a broken character. Type it anew."))
        return prompt

    def clean(self) -> dict[str, Any]:
        if len([slot for slot in self.slots if slot.value]) > catalog.MAX_REFERENCES:
            self.slots = self.slots[: catalog.MAX_REFERENCES]
            raise ValidationError(_("Use at most four reference pictures."))
        for slot in self.slots:
            slot.error = _reference_error(slot.value) if slot.value else ""
        if any(slot.error for slot in self.slots):
            raise ValidationError(_("Correct or remove the marked reference pictures."))
        return dict(self.cleaned_data)

    def order(self) -> Order:
        """What was asked for; only after `is_valid()`."""
        return Order(
            prompt=self.cleaned_data["prompt"],
            model=catalog.MODELS[self.cleaned_data["model"]],
            count=self.cleaned_data["count"],
            image_urls=[slot.value for slot in self.slots if slot.value],
        )


def _has_visible(text: str) -> bool:
    """Whether anything in it can be seen: not only spaces, joiners and control characters."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def _reference_error(url: str) -> str:
    if len(url) > MAX_URL_CHARACTERS:
        return str(_("This address is too long."))
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _port = parts.port
    except ValueError:
        usable = False
    if not usable or any(not character.isprintable() or character == " " for character in url):
        return str(_("This is no picture address; it should begin with https://"))
    if parts.username or parts.password:
        return str(_("Leave out the user name and password of this address."))
    return ""


class AccountForm(UserCreationForm):  # type: ignore[type-arg]
    """A user name and a password, typed twice: the owner's account at the set-up link."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        # The name stands in addresses (`/gallery/<username>/`), so it is kept plain.
        name.validators = [PLAIN_NAME]
        name.help_text = str(PLAIN_NAME.message)
        name.widget.attrs |= {"autocomplete": "username", "maxlength": "60"}
        self.fields["password1"].help_text = str(
            _("At least 8 characters; not a common word, not only digits.")
        )

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        """A weak password is said at the first of the two fields, where it was typed."""
        super().validate_password_for_user(user, "password1")  # type: ignore[misc] # stubs lag


class MemberForm(AccountForm):
    """A further account, with a role; there is one owner, so that is no choice."""

    role = forms.ChoiceField(
        choices=[choice for choice in Role.choices if choice[0] != Role.OWNER],
        initial=Role.MEMBER,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The form stands below the list of members: focus would scroll the page past them.
        self.fields["username"].widget.attrs.pop("autofocus", None)


class KeyForm(forms.Form):
    """A new API key. Write-only: no form is ever filled with a saved one."""

    key = forms.CharField(
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Paste the key first.")},
    )


class PauseForm(forms.Form):
    """Why generating is paused; every member reads it."""

    reason = forms.CharField(
        max_length=300, error_messages={"required": _("Say why, so that everybody knows.")}
    )


class NoteForm(forms.Form):
    """The team's note on a picture, and the note that its writer had before him."""

    text = forms.CharField(
        required=False,
        max_length=MAX_NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": ngettext_lazy(
                "The note is too long: at most %(limit_value)d character, this has %(show_value)d.",
                "The note is too long: at most %(limit_value)d characters, this has "
                "%(show_value)d.",
                "limit_value",
            )
        },
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)


class CollectionForm(forms.Form):
    """A collection's name, and who sees it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Give the collection a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    private = forms.BooleanField(label=_("Only I see it"), required=False)
