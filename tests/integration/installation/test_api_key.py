"""The API key that the owner enters, the pause switch, and who may touch them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from generator.models import Batch, Credential, Gate, Job, JobEvent, Role, User
from generator.sandbox.server import Sandbox
from generator.services import gates, vault, vendor
from generator.state import Status

pytestmark = pytest.mark.django_db

KEY = "dk-live-0123456789abcdef"


@pytest.fixture
def upstream(settings: Any) -> Iterator[Sandbox]:
    """A real service without a key in the environment."""
    with Sandbox(duration_seconds=0.3, picture_scale=0.25) as running:
        settings.GEMPIX_API_KEY = ""
        settings.GEMPIX_API_URL = running.url
        settings.GEMPIX_ALLOWED_PRIVATE_HOSTS = frozenset({running.url.removeprefix("http://")})
        yield running


def test_a_key_is_tested_sealed_used_and_never_shown(
    upstream: Sandbox,
    owner: User,
    login: Callable[[User], Client],
    press: Callable[..., Batch],
    work: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = login(owner)
    assert vendor.refresh().sandbox
    answer = client.post("/settings/key/", {"key": f"  Bearer {KEY} "}, follow=True)
    assert answer.status_code == 200
    assert KEY not in answer.content.decode()
    assert KEY not in caplog.text
    saved = Credential.objects.get()
    assert KEY not in saved.secret
    assert (saved.hint, vault.open_sealed(saved.secret)) == (KEY[-4:], KEY)
    assert vendor.refresh().source == "studio"
    batch = press()
    work(lambda: batch.jobs.get().status == Status.SUCCEEDED)
    assert not batch.jobs.get().sandbox
    client.post("/settings/key/remove/")
    assert vendor.refresh().sandbox


@pytest.mark.parametrize("key", ["", "dk-bad-key", "dk-ü", "x" * 501])
def test_a_key_that_does_not_work_is_not_saved(
    upstream: Sandbox, owner: User, login: Callable[[User], Client], key: str
) -> None:
    answer = login(owner).post("/settings/key/", {"key": key})
    assert answer.status_code == 422
    assert not Credential.objects.exists()
    if key:
        assert key not in answer.content.decode()


def test_a_key_that_cannot_be_tested_is_not_saved(
    upstream: Sandbox, owner: User, login: Callable[[User], Client]
) -> None:
    upstream.configure(down=True)
    answer = login(owner).post("/settings/key/", {"key": KEY})
    assert answer.status_code == 422
    assert "could not be tested" in answer.content.decode()
    assert not Credential.objects.exists()


def test_a_key_for_an_address_that_cannot_be_used_is_not_saved(
    owner: User, login: Callable[[User], Client], settings: Any
) -> None:
    settings.GEMPIX_API_URL = "https://me@api.example.org/?x=1"
    answer = login(owner).post("/settings/key/", {"key": KEY})
    assert answer.status_code == 422
    assert not Credential.objects.exists()


@pytest.mark.parametrize("path", ["/settings/key/", "/settings/key/remove/"])
def test_only_the_owner_touches_the_key(
    make_user: Callable[..., User], login: Callable[[User], Client], path: str
) -> None:
    assert login(make_user("ada", Role.ADMIN)).post(path, {"key": KEY}).status_code == 403


def test_a_new_key_lets_held_jobs_go_on(
    upstream: Sandbox,
    owner: User,
    login: Callable[[User], Client],
    press: Callable[..., Batch],
    work: Callable[..., None],
) -> None:
    Credential.objects.create(secret=vault.seal("dk-bad-old"), hint="-old", saved_by=owner)
    batch = press(count=3)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 3)
    login(owner).post("/settings/key/", {"key": KEY})
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 3)
    assert upstream.accepted == 3


def test_a_key_in_the_environment_wins(upstream: Sandbox, owner: User, settings: Any) -> None:
    Credential.objects.create(secret=vault.seal(KEY), hint="cdef", saved_by=owner)
    settings.GEMPIX_API_KEY = "dk-env-0123456789"
    assert (vendor.refresh().source, vendor.current().key) == ("environment", "dk-env-0123456789")


def test_a_key_that_cannot_be_opened_holds_instead_of_playing_sandbox(
    upstream: Sandbox,
    owner: User,
    settings: Any,
    press: Callable[..., Batch],
    work: Callable[..., None],
) -> None:
    Credential.objects.create(secret=vault.seal(KEY), hint="cdef", saved_by=owner)
    settings.SECRET_KEY = "another secret key than the one that sealed it"
    batch = press()
    work(lambda: batch.jobs.get().status == Status.HELD)
    assert Gate.objects.get().hold == Gate.Hold.KEY
    assert upstream.submits == 0


def test_an_older_secret_key_still_opens(owner: User, settings: Any) -> None:
    sealed = vault.seal(KEY)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the secret key after a rotation"
    assert vault.open_sealed(sealed) == KEY


def test_the_pause_switch_stops_sends_until_it_is_lifted(
    sandbox: Sandbox,
    owner: User,
    login: Callable[[User], Client],
    press: Callable[..., Batch],
    work: Callable[..., None],
) -> None:
    client = login(owner)
    assert client.post("/hold/pause/", {"reason": ""}).status_code == 422
    reason = {"reason": "The month's budget is spent."}
    assert client.post("/hold/pause/", reason).status_code == 302
    batch = press(count=2)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 2)
    assert sandbox.submits == 0
    assert "budget is spent" in client.get("/").content.decode()
    assert client.post("/hold/release/").status_code == 302
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 2)


def test_a_hundred_held_jobs_finish_without_a_touch(
    sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    gates.hold(Gate.Hold.PAUSED, "for the test")
    batches = [press(count=5) for _ in range(20)]
    held = Batch.objects.filter(jobs__status=Status.HELD)
    work(lambda: held.count() == 100)
    gates.release()
    done = Batch.objects.filter(jobs__status=Status.SUCCEEDED)
    work(lambda: done.count() == 100, seconds=90)
    assert sandbox.submits == 100
    assert len(batches) == 20
    sent = JobEvent.objects.filter(status=Status.SUBMITTING).order_by("id")
    in_order = Job.objects.order_by("id").values_list("pk", flat=True)
    assert list(sent.values_list("job_id", flat=True)) == list(in_order)
