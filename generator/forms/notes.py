"""The team's note on an image."""

from __future__ import annotations

from django import forms
from django.utils.translation import ngettext_lazy

from generator.services.images import MAX_NOTE_CHARACTERS


class NoteForm(forms.Form):
    """The team's note on an image, and the note that its writer saw before editing."""

    text = forms.CharField(
        required=False,
        max_length=MAX_NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "max_length": ngettext_lazy(
                "The note is too long: %(show_value)d characters; at most %(limit_value)d is "
                "allowed.",
                "The note is too long: %(show_value)d characters; at most %(limit_value)d are "
                "allowed.",
                "limit_value",
            )
        },
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
