"""The cast and the stage that tests share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import Client
from hypothesis import settings as Examples

from generator import catalog, changes
from generator.models import Batch, Image, MonthCount, Role, Upload, User
from generator.sandbox.server import Sandbox
from generator.services import batches, connections
from generator.worker import sweep
from tests.clock import Clock
from tests.member import PASSWORD
from tests.typing import LogIn, MakeUser, Press, Work
from tests.waiting import until

LONGEST_ID = 50
# How long an example takes is the machine's affair: a busy one failed tests by Hypothesis's bound.
Examples.register_profile("untimed", deadline=None)
Examples.load_profile("untimed")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Shorten the names of tests that are run with a long text or with megabytes."""
    if not isinstance(val, str | bytes):
        return None
    shown = ascii(val[:LONGEST_ID])
    return shown[:LONGEST_ID] if len(shown) > LONGEST_ID else None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """The test database, which PostgreSQL does not drop while the signal of changes is read."""
    yield
    changes.close()
    until(lambda: not any(thread.name == "changes" for thread in threading.enumerate()))


@receiver(post_migrate)
def forget_counts(**_signal: Any) -> None:
    """Remove what the triggers count while Django empties the tables after a test that commits:
    on SQLite, each of its images, down."""
    MonthCount.objects.all().delete()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and no memory of other tests."""
    settings.GEMPIX_DATA_DIR = tmp_path
    cache.clear()
    connections.client.cache_clear()
    return tmp_path


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(username: str, role: Role = Role.MEMBER) -> User:
        return User.objects.create_user(username, password=PASSWORD, role=role)

    return make


@pytest.fixture
def owner(make_user: MakeUser) -> User:
    return make_user("olivia", Role.OWNER)


@pytest.fixture
def member(make_user: MakeUser) -> User:
    return make_user("mina")


@pytest.fixture
def colleague(make_user: MakeUser) -> User:
    return make_user("carl")


@pytest.fixture
def viewer(make_user: MakeUser) -> User:
    return make_user("vera", Role.VIEWER)


@pytest.fixture
def outsider(db: None) -> Client:
    """Somebody without an account."""
    return Client()


@pytest.fixture
def login() -> LogIn:
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def sandbox(settings: Any) -> Iterator[Sandbox]:
    """A stand-in upstream over real HTTP, quick, and the settings that point to it."""
    with Sandbox(duration_seconds=0.3, image_scale=0.25) as running:
        settings.GEMPIX_API_KEY = "dk-test-0123456789abcdef"
        settings.GEMPIX_API_URL = running.url
        settings.GEMPIX_ALLOWED_PRIVATE_HOSTS = frozenset({running.url.removeprefix("http://")})
        yield running


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The test's own clock, for the studio and the sandbox."""
    return Clock(monkeypatch)


@pytest.fixture
def press(member: User) -> Press:
    tokens = iter(range(10**6))

    def generate(
        prompt: str = "a red fox",
        count: int = 1,
        *,
        owner: User | None = None,
        image_urls: Sequence[str | Upload | Image] = (),
        form_token: str = "",
    ) -> Batch:
        request = batches.GenerationRequest(prompt, catalog.offered()[0], count, image_urls)
        token = form_token or f"token-{next(tokens)}"
        batch, _created = batches.create(owner or member, request, token)
        return batch

    return generate


@pytest.fixture
def work() -> Work:
    def sweep_until(condition: Callable[[], bool], seconds: float = 60) -> None:
        until(condition, "the sweep gets there", seconds, between=partial(sweep.run, 0.5))

    return sweep_until
