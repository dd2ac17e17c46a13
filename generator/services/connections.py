"""Which upstream is used, with which key, and the clients for it.

A key in the environment wins, then the one that the owner entered, then the bundled sandbox.
`refresh` reads the database; everything else here does not, so that threads may call it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from django.conf import settings

from generator import page_urls
from generator.models import Credential, Job, Reference
from generator.outbound.urlguard import leads_local
from generator.services import encryption, references
from generator.upstream.client import Client
from generator.upstream.errors import NotDelivered
from generator.upstream.wire import Submission

# What the bundled sandbox takes; it is no secret and opens nothing else.
SANDBOX_KEY = "dk-sandbox"


@dataclass(frozen=True, slots=True)
class Connection:
    """An address and a key; `source` says where the key comes from."""

    source: str  # "environment", "studio" or "sandbox"
    url: str
    key: str = field(repr=False)

    @property
    def sandbox(self) -> bool:
        return self.source == "sandbox"

    @property
    def digest(self) -> str:
        """Names the key in use without telling it: the address belongs to it as well."""
        return hashlib.sha256(f"{self.url} {self.key}".encode()).hexdigest()


_current: Connection | None = None


def refresh() -> Connection:
    """Read anew which connection is in use. Queries the database unless the environment decides."""
    global _current
    _current = _read()
    return _current


def current() -> Connection:
    """The connection as last read in this process."""
    return _current or refresh()


def is_sandbox(has_saved_key: bool) -> bool:
    """Whether the sandbox draws, for who knows already if a key is saved."""
    return not settings.GEMPIX_API_KEY and not has_saved_key


def _read() -> Connection:
    if settings.GEMPIX_API_KEY:
        return Connection("environment", settings.GEMPIX_API_URL, settings.GEMPIX_API_KEY)
    if saved := Credential.objects.first():
        # A secret that this installation cannot open any more is no key at all: the upstream's
        # client refuses it, which holds the jobs and tells the owner. Never the sandbox instead.
        return Connection("studio", settings.GEMPIX_API_URL, encryption.decrypt(saved.secret))
    return sandbox_connection()


def sandbox_connection() -> Connection:
    return Connection("sandbox", settings.GEMPIX_SANDBOX_URL, SANDBOX_KEY)


def connection_of(job: Job) -> Connection:
    """Where this job lives: what the sandbox draws is asked for there, whatever key came since."""
    return sandbox_connection() if job.sandbox else current()


def client_of(job: Job) -> Client:
    return client(connection_of(job))


@lru_cache(maxsize=4)
def client(connection: Connection) -> Client:
    """The client for this connection. Raises `NotDelivered` when the settings make none."""
    try:
        return Client(
            connection.url,
            connection.key,
            user_agent=settings.GEMPIX_USER_AGENT,
            submit_deadline_seconds=settings.GEMPIX_SUBMIT_TIMEOUT_SECONDS,
            query_deadline_seconds=settings.GEMPIX_QUERY_TIMEOUT_SECONDS,
            pool_size=32,
        )
    except ValueError as error:  # an address or user agent that cannot be used
        raise NotDelivered(str(error)) from error


def allowed_private_hosts(job: Job) -> frozenset[str]:
    """Where this job's files may come from although the address is private."""
    allowed: frozenset[str] = settings.GEMPIX_ALLOWED_PRIVATE_HOSTS
    if job.sandbox:
        return allowed | {settings.GEMPIX_SANDBOX_URL.removeprefix("http://")}
    return allowed


def fetches_local() -> bool:
    """Whether the upstream may reach what lies in a private network: it lies in one itself, as the
    sandbox does. Queries the database unless the environment decides."""
    return leads_local(refresh().url)


def submission(job: Job, image: Callable[[Reference], str] = references.wire_value) -> Submission:
    """What is sent for this job; its batch, references, and their uploads and images are already
    loaded. `image` gives what stands for a reference. Raises `InvalidSubmission`."""
    return Submission(
        model=job.batch.model,
        prompt=job.batch.prompt,
        images=tuple(image(reference) for reference in job.batch.references.all()),
        callback_url=callback_url(job),
        aspect_ratio=job.batch.aspect_ratio,
        image_size=job.batch.image_size,
    )


def callback_url(job: Job) -> str:
    """Where the upstream reports this job; empty without a public address."""
    if not settings.GEMPIX_PUBLIC_URL:
        return ""
    return f"{settings.GEMPIX_PUBLIC_URL}{page_urls.callback_path(job.pk, job.callback_token)}"
