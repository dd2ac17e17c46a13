"""The images that a form selects."""

from __future__ import annotations

import re

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from generator.services.bulk import Selection
from generator.web.params import ids_in


class InvalidSelection(Exception):
    """A selection that cannot be acted on; the text says why."""


def selection_in(fields: QueryDict) -> Selection:
    """Return the images that a form selects: every `image`, each with one or more comma-separated
    ids, or `all` with the `filters` of the page. Raise `InvalidSelection`."""
    if fields.get("all"):
        # PostgreSQL raises an error for a NUL.
        filters = fields.get("filters", "").replace("\0", "").lstrip("?")
        return Selection(all_matching=True, filters=filters)
    try:
        values = re.split(r"[,\s]+", ",".join(fields.getlist("image")))
        images = ids_in(value for value in values if value)
    except Http404:
        raise InvalidSelection(_("This page is out of date. Reload it.")) from None
    if not images:
        raise InvalidSelection(_("Select at least one image first."))
    return Selection(images)
