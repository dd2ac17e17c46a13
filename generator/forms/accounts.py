"""Accounts: the owner's at the set-up link, and further members'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from generator.models import Role, User

PLAIN_NAME = RegexValidator(
    r"\A[A-Za-z0-9][A-Za-z0-9._@+-]{0,59}\Z",
    _("Start with a letter or digit. Use only letters, digits, and . _ - + @, at most 60."),
)


class AccountForm(UserCreationForm):  # type: ignore[type-arg]
    """A username and a password, typed twice: the owner's account at the set-up link."""

    class Meta:
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["username"]
        # The name is part of URLs (`/gallery/<username>/`), so only plain characters are allowed.
        name.validators = [PLAIN_NAME]
        name.help_text = str(PLAIN_NAME.message)
        name.widget.attrs |= {"autocomplete": "username", "maxlength": "60"}
        self.fields["password1"].help_text = str(
            _("At least 8 characters. Not a common password, and not only digits.")
        )

    def validate_password_for_user(self, user: User, password_field_name: str = "") -> None:
        """Report a weak password at the first of the two fields, where it was typed."""
        super().validate_password_for_user(user, "password1")  # type: ignore[misc] # stubs lag


class MemberForm(AccountForm):
    """A further account with a role. There is only one owner, so that role is not offered."""

    role = forms.ChoiceField(
        choices=[choice for choice in Role.choices if choice[0] != Role.OWNER],
        initial=Role.MEMBER,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The form is below the list of members, and focusing it would scroll past them.
        self.fields["username"].widget.attrs.pop("autofocus", None)
