"""Which upstream is used, with which key, and the clients for it.

A key in the environment wins, then the one that the owner entered, then the bundled sandbox.
`read` queries the database; `of_job` and what follows from it do not, so that threads may call
them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings

from generator import page_urls
from generator.models import Credential, Job, Reference, Twin
from generator.outbound.urlguard import leads_local
from generator.services import encryption, references
from generator.upstream.client import Client
from generator.upstream.errors import NotDelivered
from generator.upstream.wire import Submission

# The key of the bundled sandbox; not a secret, and of no use elsewhere.
SANDBOX_KEY = "dk-sandbox"


@dataclass(frozen=True, slots=True)
class Connection:
    """A base URL and a key; `source` says where the key comes from."""

    source: str  # "environment", "studio" or "sandbox"
    url: str
    key: str = field(repr=False)

    @property
    def sandbox(self) -> bool:
        return self.source == "sandbox"

    @property
    def digest(self) -> str:
        """Return a digest that identifies the key in use, together with its URL."""
        return hashlib.sha256(f"{self.url} {self.key}".encode()).hexdigest()


def is_sandbox(has_saved_key: bool) -> bool:
    """Return whether the sandbox is used, for callers that know whether a key is saved."""
    return not settings.GEMPIX_API_KEY and not has_saved_key


def read() -> Connection:
    """Return the connection in use. Queries the database unless the environment decides."""
    if settings.GEMPIX_API_KEY:
        return Connection("environment", settings.GEMPIX_API_URL, settings.GEMPIX_API_KEY)
    if saved := Credential.objects.first():
        # If the stored key cannot be decrypted any more, it is empty: the client rejects it, which
        # holds the jobs and notifies the owner. Never fall back to the sandbox.
        return Connection("studio", settings.GEMPIX_API_URL, encryption.decrypt(saved.secret))
    return sandbox_connection()


def sandbox_connection() -> Connection:
    """Return the connection to the bundled sandbox."""
    return Connection("sandbox", settings.GEMPIX_SANDBOX_URL, SANDBOX_KEY)


def of_job(job: Job | Twin, current: Connection) -> Connection:
    """Return this job's connection: a sandbox job stays with the sandbox, whatever key came
    later."""
    return sandbox_connection() if job.sandbox else current


@lru_cache(maxsize=4)
def client(connection: Connection) -> Client:
    """Return the client for this connection. Raise `NotDelivered` if the settings are invalid."""
    try:
        return Client(
            connection.url,
            connection.key,
            user_agent=settings.GEMPIX_USER_AGENT,
            submit_deadline_seconds=settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS,
            query_deadline_seconds=settings.GEMPIX_QUERY_TIMEOUT_SECONDS,
            pool_size=32,
        )
    except ValueError as error:  # an invalid URL or user agent
        raise NotDelivered(str(error)) from error


def allowed_private_hosts(job: Job) -> frozenset[str]:
    """Return the hosts from which this job's files may come although they are private."""
    allowed: frozenset[str] = settings.GEMPIX_ALLOWED_PRIVATE_HOSTS
    if job.sandbox:
        return allowed | {settings.GEMPIX_SANDBOX_URL.removeprefix("http://")}
    return allowed


def fetches_local() -> bool:
    """Return whether the upstream can reach private networks, because it is in one itself like the
    sandbox. Queries the database unless the environment decides."""
    return leads_local(read().url)


def submission(job: Job, image: Callable[[Reference], str] = references.wire_value) -> Submission:
    """Return the submission for this job.

    Its batch, references, and their uploads and images must be loaded. `image` returns the wire
    value of a reference. Raise `InvalidSubmission`.
    """
    return Submission(
        model=job.batch.model,
        prompt=job.batch.prompt,
        images=tuple(image(reference) for reference in job.batch.references.all()),
        callback_url=callback_url(job),
        aspect_ratio=job.batch.aspect_ratio,
        image_size=job.batch.image_size,
    )


def callback_url(job: Job) -> str:
    """Return the URL to which the upstream reports this job; empty without a public URL."""
    if not settings.GEMPIX_PUBLIC_URL:
        return ""
    return f"{settings.GEMPIX_PUBLIC_URL}{page_urls.callback_path(job.pk, job.callback_token)}"
