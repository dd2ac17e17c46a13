"""The URLs that rows and services name themselves; all others are the views' and templates'.

Django's own `reverse` goes through its patterns for each one, and a page of cards asks for
hundreds: it was a tenth of the time of a history.
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
    """Return the path of the page of this name (`image`, `batch` …) for this id."""
    return _pattern(name).format(pk)


def callback_path(job_id: uuid.UUID, token: str) -> str:
    """Return where the upstream reports this job."""
    return reverse("generator:callback", args=[job_id, token])


def setup_path(token: str) -> str:
    """Return where the owner makes their account."""
    return reverse("generator:setup", args=[token])
