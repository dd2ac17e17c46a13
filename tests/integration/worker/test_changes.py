"""The signal of a commit, and who waits for it: the leading sweep and open pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from generator import changes, taskqueue
from generator.models import Batch, BulkAction, Gate, Job, User
from generator.models.ids import id_floor
from generator.sandbox.server import Sandbox
from generator.services import bulk
from generator.state import Status
from generator.web import waiting
from generator.worker import sweep
from tests.images import make_image, make_images
from tests.integration.pages.test_live import have
from tests.typing import Press
from tests.waiting import until

both = pytest.mark.both_databases("changes", "models.triggers", "web.waiting")
pytestmark = [pytest.mark.django_db(transaction=True), both]
# Longer than any test waits: what comes earlier was signaled.
LONG = 60.0

Elsewhere = Callable[[Callable[[], Any]], Future[Any]]


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Run a function in a thread, with a database connection of its own."""

    def closing(function: Callable[[], object]) -> object:
        try:
            return function()
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        yield lambda function: pool.submit(closing, function)


def touch(batch: Batch) -> None:
    Job.objects.filter(batch=batch).update(failures=1)


def test_commit_ends_the_wait_of_others(press: Press, elsewhere: Elsewhere) -> None:
    batch = press()
    mark = changes.mark()
    waits = elsewhere(lambda: changes.wait(mark, LONG))
    touch(batch)
    assert waits.result(LONG / 2) is True


def test_what_was_committed_after_the_mark_ends_the_wait_at_once(press: Press) -> None:
    batch = press()
    mark = changes.mark()
    touch(batch)
    assert changes.wait(mark, LONG)


def test_signal_lasts_as_long_as_somebody_waits(
    press: Press, monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    batch = press()
    until_nobody_watches(monkeypatch)
    mark = changes.mark()
    waits = elsewhere(lambda: changes.wait(mark, LONG))
    until(lambda: changes._state.waiting, "it waits")
    monkeypatch.setattr(changes, "LINGER_SECONDS", 0)
    looks = changes._state.thread
    assert looks
    looks.join(1)
    assert looks.is_alive()
    touch(batch)
    assert waits.result(LONG / 2) is True


def test_nothing_committed_is_nothing_told() -> None:
    assert not changes.wait(changes.mark(), 0.05)


def test_lost_signal_is_taken_up_again_by_the_next_waiter(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = press()
    lost = threading.Event()

    def fail(_source: object) -> bool:
        lost.set()
        raise OSError("gone")

    monkeypatch.setattr(changes, "RETRY_SECONDS", 0)
    with monkeypatch.context() as broken:
        for kind in ("_Sqlite", "_Postgres"):
            broken.setattr(f"generator.changes.{kind}.changed", fail)
        until(lambda: changes.mark() >= 0 and lost.wait(0.01), "the signal is lost")
    mark = until(lambda: changes.mark() + 1, "another thread watches") - 1
    touch(batch)
    assert changes.wait(mark, LONG)


def test_database_that_cannot_be_watched_only_slows_things_down(
    sandbox: Sandbox, press: Press, monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    def refuse(_source: object) -> None:
        raise DatabaseError("too many connections")

    until_nobody_watches(monkeypatch)
    monkeypatch.setattr("generator.changes._Source.__init__", refuse)
    sweeps = elsewhere(lambda: sweep.run(LONG, stay=True))
    batch = press()
    until(lambda: batch.jobs.filter(status=Status.SUCCEEDED).exists(), "it is done")
    stop(monkeypatch, sweeps)


def test_waiting_sweep_sends_a_press_without_a_tick_or_a_task(
    sandbox: Sandbox, press: Press, monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    monkeypatch.setattr(sweep, "SLOWEST_TICK_SECONDS", LONG)
    nudges: list[None] = []
    monkeypatch.setattr(taskqueue, "nudge", lambda: nudges.append(None))
    sandbox.configure(hold=["a red fox"])
    waits = threading.Event()
    actual = changes.wait

    def noted(mark: int, seconds: float) -> bool:
        waits.set()
        return actual(mark, seconds)

    monkeypatch.setattr(changes, "wait", noted)
    sweeps = elsewhere(lambda: sweep.run(LONG, stay=True))
    assert waits.wait(LONG / 2)
    batch = press()
    until(lambda: batch.jobs.filter(status=Status.RUNNING).exists(), "it is sent", LONG / 2)
    assert not nudges, "the leader needs no second sweep"
    stop(monkeypatch, sweeps)


def test_page_is_answered_when_its_card_changes(
    client: Client, press: Press, elsewhere: Elsewhere
) -> None:
    batch = press()
    request = {"have": have(batch), "wait": ""}
    answers = elsewhere(lambda: client.get("/live/", request).status_code)
    batch.jobs.get().advance(Status.SUBMITTING)
    assert answers.result(LONG / 2) == 200


def test_gallery_is_answered_when_an_image_arrives(
    client: Client, press: Press, elsewhere: Elsewhere
) -> None:
    request = {"after": id_floor(timezone.now()).hex, "notices": "", "wait": ""}
    owner = press().owner
    answers = elsewhere(lambda: client.get("/gallery/", request))
    image = make_image(owner)
    answer = answers.result(LONG / 2)
    assert f"/images/{image.pk}/" in answer.content.decode()
    assert 'id="banners"' not in answer.content.decode()


@pytest.mark.parametrize("page", ["/gallery/", "/live/"])
def test_page_is_answered_when_its_notices_change(
    client: Client, press: Press, elsewhere: Elsewhere, page: str
) -> None:
    batch = press()
    place = {"after": id_floor(timezone.now()).hex, "have": have(batch)}
    request = {**place, "notices": "", "wait": ""}
    answers = elsewhere(lambda: client.get(page, request))
    Gate.objects.update_or_create(pk=1, defaults={"hold": "paused"})
    text = answers.result(LONG / 2).content.decode()
    assert 'data-notices="paused"' in text
    assert client.get(page, {**place, "notices": "paused"}).status_code == 204


def test_toast_is_answered_when_its_action_moves(
    client: Client, member: User, elsewhere: Elsewhere
) -> None:
    make_images(member, 430)
    fields = {"kind": "trash", "all": "1", "filters": ""}
    client.post("/bulk/", fields, headers={"HX-Request": "true"})
    action = BulkAction.objects.get()
    url = f"/bulk/{action.pk}/?wait&have=0-0"
    answers = elsewhere(lambda: client.get(url, headers={"HX-Request": "true"}))
    bulk.work()
    assert "0 of 430" not in answers.result(LONG / 2).content.decode()


def test_page_beyond_the_room_is_answered_at_once(
    client: Client, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_room", threading.BoundedSemaphore(1))
    monkeypatch.setattr(waiting, "LONGEST_SECONDS", LONG)
    with waiting._room:
        answer = client.get("/live/", {"have": have(press()), "wait": ""})
    assert answer.status_code == 204


def test_stop_ends_the_wait_of_a_page(
    client: Client, press: Press, monkeypatch: pytest.MonkeyPatch, elsewhere: Elsewhere
) -> None:
    request = {"have": have(press()), "wait": ""}
    until_nobody_watches(monkeypatch)
    answers = elsewhere(lambda: client.get("/live/", request).status_code)
    until(lambda: changes._state.thread, "it waits")
    changes.close()
    assert answers.result(LONG / 2) == 204


def until_nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with a state of the test's own, as in a new process."""
    monkeypatch.setattr(changes, "_state", changes._State())


def stop(monkeypatch: pytest.MonkeyPatch, sweeps: Future[object]) -> None:
    monkeypatch.setattr(sweep, "SLOWEST_TICK_SECONDS", 0.1)
    monkeypatch.setattr(taskqueue, "stopping", lambda: True)
    changes.announce()
    sweeps.result(LONG / 2)
