"""The API key that the owner enters."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from generator.models import Credential, Gate, Role, User
from generator.sandbox.server import Sandbox
from generator.services import connections, encryption
from generator.state import Status
from tests.typing import LogIn, MakeUser, Press, Work

pytestmark = pytest.mark.django_db
KEY = "dk-live-0123456789abcdef"


@pytest.fixture
def upstream(sandbox: Sandbox, settings: Any) -> Sandbox:
    """An image service without a key in the environment."""
    settings.GEMPIX_API_KEY = ""
    return sandbox


@pytest.mark.both_databases("services.api_keys")
def test_key_is_tested_encrypted_used_and_never_shown(
    upstream: Sandbox,
    owner: User,
    login: LogIn,
    press: Press,
    work: Work,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = login(owner)
    assert connections.read().sandbox
    answer = client.post("/settings/key/", {"key": f"  Bearer {KEY} "}, follow=True)
    assert answer.status_code == 200
    assert KEY not in answer.content.decode()
    assert KEY not in caplog.text
    saved = Credential.objects.get()
    assert KEY not in saved.secret
    assert (saved.hint, encryption.decrypt(saved.secret)) == (KEY[-4:], KEY)
    assert connections.read().source == "studio"
    batch = press()
    work(lambda: batch.jobs.get().status == Status.SUCCEEDED)
    assert not batch.jobs.get().sandbox
    client.post("/settings/key/remove/")
    assert connections.read().sandbox


def test_refused_key_is_not_saved(upstream: Sandbox, owner: User, login: LogIn) -> None:
    client = login(owner)
    for key in ("", "dk-bad-key", "dk-ü", "x" * 501):
        answer = client.post("/settings/key/", {"key": key})
        assert answer.status_code == 422, key
        assert not Credential.objects.exists(), key
        assert not key or key not in answer.content.decode()


def test_untested_key_is_not_saved(upstream: Sandbox, owner: User, login: LogIn) -> None:
    upstream.configure(down=True)
    answer = login(owner).post("/settings/key/", {"key": KEY})
    assert answer.status_code == 422
    assert "could not be tested" in answer.content.decode()
    assert not Credential.objects.exists()


def test_key_for_an_unusable_url_is_not_saved(owner: User, login: LogIn, settings: Any) -> None:
    settings.GEMPIX_API_URL = "https://me@api.example.org/?x=1"
    answer = login(owner).post("/settings/key/", {"key": KEY})
    assert answer.status_code == 422
    assert not Credential.objects.exists()


def test_only_the_owner_changes_the_key(make_user: MakeUser, login: LogIn) -> None:
    client = login(make_user("ada", Role.ADMIN))
    for path in ("/settings/key/", "/settings/key/remove/"):
        assert client.post(path, {"key": KEY}).status_code == 403


def test_new_key_resumes_held_jobs(
    upstream: Sandbox, owner: User, login: LogIn, press: Press, work: Work
) -> None:
    Credential.objects.create(secret=encryption.encrypt("dk-bad-old"), hint="-old", saved_by=owner)
    batch = press(count=3)
    work(lambda: batch.jobs.filter(status=Status.HELD).count() == 3)
    login(owner).post("/settings/key/", {"key": KEY})
    work(lambda: batch.jobs.filter(status=Status.SUCCEEDED).count() == 3)
    assert upstream.accepted == 3


def test_key_in_the_environment_wins(upstream: Sandbox, owner: User, settings: Any) -> None:
    Credential.objects.create(secret=encryption.encrypt(KEY), hint="cdef", saved_by=owner)
    settings.GEMPIX_API_KEY = "dk-env-0123456789"
    assert (connections.read().source, connections.read().key) == (
        "environment",
        "dk-env-0123456789",
    )


def test_key_that_cannot_be_decrypted_holds_generating(
    upstream: Sandbox, owner: User, settings: Any, press: Press, work: Work
) -> None:
    Credential.objects.create(secret=encryption.encrypt(KEY), hint="cdef", saved_by=owner)
    settings.SECRET_KEY = "another secret key than the one that sealed it"
    batch = press()
    work(lambda: batch.jobs.get().status == Status.HELD)
    assert Gate.objects.get().hold == Gate.Hold.KEY
    assert upstream.submits == 0
