"""A collection's name and visibility."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class CollectionForm(forms.Form):
    """A collection's name and who can see it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        error_messages={"required": _("Give the collection a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    private = forms.BooleanField(label=_("Only you can see it"), required=False)
