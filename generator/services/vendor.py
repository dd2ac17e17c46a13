"""The one client of the upstream that this process uses, built from the settings."""

from __future__ import annotations

import hashlib
from functools import cache

from django.conf import settings
from django.urls import reverse

from generator.models import Job
from generator.upstream.client import Client
from generator.upstream.wire import Submission

# What the bundled sandbox takes; it is no secret and opens nothing else.
SANDBOX_KEY = "dk-sandbox"


def api_key() -> str:
    return SANDBOX_KEY if settings.GEMPIX_SANDBOX else settings.GEMPIX_API_KEY


def key_digest() -> str:
    """Names the key in use without telling it: the address belongs to it as well."""
    return hashlib.sha256(f"{settings.GEMPIX_API_URL} {api_key()}".encode()).hexdigest()


@cache
def client() -> Client:
    return Client(
        settings.GEMPIX_API_URL,
        api_key(),
        user_agent=settings.GEMPIX_USER_AGENT,
        submit_deadline_seconds=settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS,
        query_deadline_seconds=settings.GEMPIX_QUERY_TIMEOUT_SECONDS,
        pool_size=32,
    )


def submission(job: Job) -> Submission:
    """What is sent for this job; its batch and references are already loaded."""
    return Submission(
        model=job.batch.model,
        prompt=job.batch.prompt,
        images=tuple(reference.url for reference in job.batch.references.all()),
        callback_url=callback_url(job),
    )


def callback_url(job: Job) -> str:
    """Where the upstream reports this job; empty without a public address."""
    if not settings.GEMPIX_PUBLIC_URL:
        return ""
    path = reverse("generator:callback", args=[job.pk, job.callback_token])
    return f"{settings.GEMPIX_PUBLIC_URL}{path}"
