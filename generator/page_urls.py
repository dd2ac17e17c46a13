"""URLs that rows and services need themselves; all others belong to the views and templates.

Django's `reverse` walks its patterns on each call, and a page of cards needs hundreds of URLs: it
took a tenth of the time of a history page.
"""

from __future__ import annotations

import uuid
from functools import cache

from django.urls import reverse

_NIL = uuid.UUID(int=0)


@cache
def _pattern(name: str) -> str:
    return reverse(f"generator:{name}", args=[_NIL]).replace(str(_NIL), "{}")


def page_url(name: str, pk: uuid.UUID) -> str:
    """Return the path of the page with this name (`image`, `batch` …) for this id."""
    return _pattern(name).format(pk)


def callback_path(job_id: uuid.UUID, token: str) -> str:
    """Return the path to which the upstream reports this job."""
    return reverse("generator:callback", args=[job_id, token])


def setup_path(token: str) -> str:
    """Return the path on which the owner creates their account."""
    return reverse("generator:setup", args=[token])
