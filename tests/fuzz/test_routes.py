"""No request ends in a 500, or without an answer: a short run of the fuzzer, and what it found.

`make fuzz` runs it for long, on both databases. `FUZZ_SEED` repeats a run.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from random import Random, SystemRandom
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.signals import got_request_exception
from django.test import Client

from gempix_site.requests import Handler
from generator.models import BulkAction, Collection, Role, User
from generator.services import bulk, uploads
from generator.web import waiting
from tests.forms import png_file
from tests.fuzz.requests import CSRF_TOKEN, Hostile, Maker, send
from tests.images import make_image, write_files
from tests.typing import MakeUser

COUNT = int(os.environ.get("FUZZ_REQUESTS", "400"))
SEED = int(os.environ.get("FUZZ_SEED") or SystemRandom().randrange(10**6))
LONGEST_SECONDS = 5.0


@pytest.fixture
def studio(
    owner: User, member: User, viewer: User, colleague: User, make_user: MakeUser, settings: Any
) -> list[str]:
    """Something of everything; returns ids and names of it. Nothing leaves this machine."""
    settings.GEMPIX_API_URL = "http://127.0.0.1:9"
    settings.GEMPIX_ALLOWED_PRIVATE_HOSTS = frozenset({"127.0.0.1:9"})
    make_user("ada", Role.ADMIN)
    image, private = write_files(make_image(member)), make_image(colleague, private=True)
    upload = uploads.store(member, png_file())
    collection = Collection.objects.create(owner=member, name="Foxes")
    action = bulk.start(member, BulkAction.Kind.FAVOURITE, bulk.Selection([image.pk]))
    rows = (image, private, image.job, image.job.batch, upload, collection, action, member)
    return [str(row.pk) for row in rows] + [member.username, "viewer", image.job.callback_token]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_no_request_ends_in_a_500(studio: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LONGEST_SECONDS", 0.05)
    members = {user.role: user for user in User.objects.exclude(username="carl")}
    maker = Maker(Random(SEED), ["outsider", *members], studio)
    statuses: Counter[int] = Counter()
    slowest, failures = 0.0, []
    application, causes = Handler(), list[BaseException | None]()

    def note(**_signal: Any) -> None:
        causes.append(sys.exc_info()[1])

    got_request_exception.connect(note)
    try:
        for number in range(COUNT):
            if number % 20 == 0:
                User.objects.update(is_active=True)  # one of the requests deactivates members
            hostile = maker.request()
            user = members.get(hostile.role)
            causes.clear()
            began = time.monotonic()
            status = send(application, hostile, cookies_of(user))
            took = time.monotonic() - began
            slowest = max(slowest, took)
            statuses[status] += 1
            maker.learn(hostile, status)
            if status >= 500 and not is_owed(hostile, status):
                failures.append(f"{status} {hostile} {causes!r}")
            if took > LONGEST_SECONDS:
                failures.append(f"{took:.1f} s {hostile}")
    finally:
        got_request_exception.disconnect(note)
    print(f"\nseed {SEED}: {COUNT} requests, slowest {slowest:.2f} s, {sorted(statuses.items())}")
    assert failures == [], f"seed {SEED}"


def cookies_of(user: User | None) -> dict[str, str]:
    """Return the cookies of somebody who has just logged in."""
    client = Client()
    if user:
        client.force_login(user)
    client.cookies[django_settings.CSRF_COOKIE_NAME] = CSRF_TOKEN
    return {name: morsel.value for name, morsel in client.cookies.items()}


def is_owed(hostile: Hostile, status: int) -> bool:
    """Whether it is the 503 of `/readyz`: no worker does what the requests have ordered."""
    return status == 503 and hostile.path.startswith("/readyz")
