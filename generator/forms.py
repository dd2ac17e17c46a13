"""What people type, judged: every refusal is a sentence beside the field it is about."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from generator.models import Role, User
from generator.services.images import MAX_NOTE_CHARACTERS

PLAIN_NAME = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,59}\Z",
    _("Begin with a letter or digit; then letters, digits and . _ - + @, 60 at most."),
)


def new_form_token() -> str:
    return secrets.token_urlsafe(16)


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


class CollectionForm(forms.Form):
    """A collection's name, and who sees it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Give the collection a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    private = forms.BooleanField(label=_("Only I see it"), required=False)


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
