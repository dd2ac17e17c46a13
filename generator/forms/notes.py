"""The team's note on an image."""

from __future__ import annotations

from django import forms
from django.utils.translation import ngettext_lazy

from generator.services.images import MAX_NOTE_CHARACTERS


class NoteForm(forms.Form):
    """The team's note on an image, and the note that its writer had before him."""

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
