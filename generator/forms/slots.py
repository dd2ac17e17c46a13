"""The numbered reference slots of the compose box, and the URLs that they accept."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from generator.models import Image, Upload, named_reference

MAX_URL_CHARACTERS = 2048
INVALID_URL = _("Not a valid URL. Use one that starts with https:// or http:// and has no spaces.")


@dataclass(slots=True)
class Slot:
    """One numbered slot for an image: a validated URL (see `error`), `image:<id>`, or
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
        """Return the name of an uploaded file, if known."""
        named = named_reference(self.value)
        return named.name if named else ""

    @property
    def preview(self) -> str:
        """Return the URL of its preview; the twin of `static/js/compose/slot-url.js`."""
        if named := named_reference(self.value):
            name = {"upload": "generator:upload", "image": "generator:reference-image"}[named.kind]
            return reverse(name, args=[named.pk])
        return "" if self.error else self.value


def url_error(url: str) -> str | Promise:
    """Return what is wrong with the URL of an image, in a sentence; empty if nothing is."""
    if len(url) > MAX_URL_CHARACTERS:
        return _("This URL is too long.")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _port = parts.port
    except ValueError:
        usable = False
    if not usable or any(not character.isprintable() or character == " " for character in url):
        return INVALID_URL
    if parts.username or parts.password:
        return _("Remove the username and password from this URL.")
    return ""
