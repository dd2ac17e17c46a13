"""The API key, and the pause of generating."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class KeyForm(forms.Form):
    """A new API key. Write-only: no form is ever filled with a saved one."""

    key = forms.CharField(
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Paste the key first.")},
    )


class PauseForm(forms.Form):
    """Why generating is paused; every member sees it."""

    reason = forms.CharField(
        max_length=300, error_messages={"required": _("Enter a reason, so that everyone knows.")}
    )
