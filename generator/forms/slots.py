"""The numbered places of the compose box, and what may stand in them as an address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generator.models import Image, Upload, named_reference

MAX_URL_CHARACTERS = 2048
NO_ADDRESS = _("This is no address: one begins with https:// or http:// and has no spaces.")


@dataclass(slots=True)
class Slot:
    """One numbered place for an image: an address that was judged (`error`), `image:<id>` or
    `upload:<id>/<name>`."""

    number: int
    value: str = ""
    error: str | Promise = ""
    source: str | Upload | Image = ""

    @property
    def kind(self) -> str:
        named = self.value.partition(":")[0]
        return named if named in ("upload", "image") else "url" if self.value else "empty"

    @property
    def name(self) -> str:
        """What an uploaded file is called, if that is known."""
        named = named_reference(self.value)
        return named.name if named else ""

    @property
    def preview(self) -> str:
        """The address of what it shows; the twin of `static/js/compose/naming.js`."""
        if named := named_reference(self.value):
            name = {"upload": "generator:upload", "image": "generator:reference-image"}[named.kind]
            return reverse(name, args=[named.pk])
        return "" if self.error else self.value


def address_error(url: str) -> str | Promise:
    """What is wrong with it as the address of an image, in a sentence; empty: nothing."""
    if len(url) > MAX_URL_CHARACTERS:
        return _("This address is too long.")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _port = parts.port
    except ValueError:
        usable = False
    if not usable or any(not character.isprintable() or character == " " for character in url):
        return NO_ADDRESS
    if parts.username or parts.password:
        return _("Leave out the user name and password of this address.")
    return ""
