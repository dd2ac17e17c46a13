"""Large bulk actions, which go on in steps in the background."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from generator.models import BulkAction, BulkChange, Collection, CollectionItem, Image, User
from generator.services import bulk, bulk_kinds
from generator.worker import sweep
from tests.forms import HTMX
from tests.images import make_image, make_images
from tests.integration.bulk.actions import event_of, finish, state, undo
from tests.threads import in_threads

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases("models.bulk", "services.bulk", "services.bulk_kinds"),
]
Kind = BulkAction.Kind


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest after a step that failed."""
    monkeypatch.setattr(bulk, "_pause", {"until": 0.0})
    monkeypatch.setattr(bulk, "PAUSE_SECONDS", 0)


@pytest.fixture(autouse=True)
def steps_of_100(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "STEP", 100)


def selection_of(images: list[Image]) -> bulk.Selection:
    return bulk.Selection([image.pk for image in images])


def test_large_action_and_its_undo_run_in_the_background(
    client: Client, member: User, colleague: User
) -> None:
    own, foreign = make_images(member, 430), make_images(colleague, 20)
    fields = {"kind": "trash", "all": "1", "filters": ""}
    answer = client.post("/bulk/", fields, headers=HTMX)
    assert "0 of 450" in answer.content.decode()
    assert "HX-Trigger" not in answer
    late = make_images(member)  # made after the press

    bulk.work()
    url = f"/bulk/{BulkAction.objects.get().pk}/"
    text = client.get(url, headers=HTMX).content.decode()
    assert "100 of 450" in text
    assert f'hx-get="{url}?wait&amp;have=100-100"' in text
    assert finish() == 4
    answer = client.get(url, headers=HTMX)
    assert (
        "430 moved to the trash; 20 were skipped because they belong to colleagues"
        in answer.content.decode()
    )
    assert "hx-trigger" not in answer.content.decode()
    assert event_of(answer)["images"] is None
    assert set(Image.objects.filter(trashed_at=None)) == {*foreign, *late}

    undo(client)
    assert Image.objects.exclude(trashed_at=None).count() == len(own)
    finish()
    assert not Image.objects.exclude(trashed_at=None).exists()
    assert not BulkChange.objects.exists()
    assert not bulk.unfinished()


def test_sweep_runs_the_steps(member: User) -> None:
    bulk.start(member, Kind.TRASH, selection_of(make_images(member, 250)))
    sweep.run(5)
    assert Image.objects.exclude(trashed_at=None).count() == 250


@pytest.mark.usefixtures("eager")
def test_crash_loses_and_repeats_no_step(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    images = make_images(member, 350)
    collection = Collection.objects.create(owner=member, name="All")
    action = bulk.start(member, Kind.COLLECT, selection_of(images), collection)
    bulk.work()
    with monkeypatch.context() as broken:

        def fail(*args: Any) -> None:
            raise RuntimeError("the power went")

        # After the images were placed, before the cursor is saved.
        broken.setattr(BulkChange.objects, "bulk_create", fail)
        bulk.work()
    action.refresh_from_db()
    assert (action.done, action.failures) == (100, 1)
    assert CollectionItem.objects.count() == 100
    finish()
    action.refresh_from_db()
    assert (action.done, action.changed) == (350, 350)
    assert CollectionItem.objects.count() == 350
    order = list(CollectionItem.objects.order_by("position").values_list("image", flat=True))
    assert order == sorted(image.pk for image in images)


@pytest.mark.usefixtures("eager")
def test_failing_action_is_given_up_and_blocks_no_other(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    selection = selection_of(make_images(member, 201))
    failing = bulk.start(member, Kind.TRASH, selection)
    working = bulk.start(member, Kind.FAVOURITE, selection)

    def fail(*args: Any) -> None:
        raise RuntimeError("never works")

    monkeypatch.setitem(bulk_kinds.KINDS, Kind.TRASH, (fail, fail))
    finish()
    failing.refresh_from_db()
    working.refresh_from_db()
    assert (failing.changed, working.changed) == (0, 201)
    assert failing.finished_at


@pytest.mark.parametrize("filters", ["q=fox", "rating=1", "member=mina&shape=square", ""])
def test_steps_process_each_match_once(
    member: User, monkeypatch: pytest.MonkeyPatch, filters: str
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    monkeypatch.setattr(bulk, "STEP", 3)
    images = [make_image(member) for _ in range(8)]
    bulk.start(member, Kind.RATE, selection_of(images), rating=2)
    finish()
    matching = bulk.Selection(all_matching=True, filters=filters)
    action = bulk.start(member, Kind.TRASH, matching)
    assert finish() == 3
    action.refresh_from_db()
    assert (action.done, action.changed) == (8, 8)
    assert not Image.objects.filter(trashed_at=None).exists()


def test_step_of_all_that_match_sorts_nothing(
    member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite only: on PostgreSQL, the index of words has no order."""
    if connection.vendor != "sqlite":
        return
    monkeypatch.setattr(bulk, "AT_ONCE", 0)
    monkeypatch.setattr(bulk, "STEP", 1)
    for _ in range(3):
        make_image(member)
    bulk.start(member, Kind.FAVOURITE, bulk.Selection(all_matching=True, filters="q=fox"))
    bulk.work()
    with CaptureQueriesContext(connection) as captured:
        bulk.work()
    (sql,) = [q["sql"] for q in captured.captured_queries if " MATCH " in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    assert not any("TEMP B-TREE" in step for step in steps), steps
    # The rest of the index alone: `>` is a lower bound of its keys.
    assert steps[0].startswith("SCAN generator_search VIRTUAL TABLE"), steps
    assert steps[0].endswith(">"), steps


def test_undo_stops_a_running_action(member: User) -> None:
    images = make_images(member, 350)
    before = state()
    action = bulk.start(member, Kind.TRASH, selection_of(images))
    bulk.work()
    bulk.undo(member, action.pk)
    finish()
    assert state() == before


@pytest.mark.django_db(transaction=True)
def test_concurrent_actions_and_undos_change_each_image_once(
    images: list[Image], collection: Collection, member: User, subtests: pytest.Subtests
) -> None:
    before, selection = state(), selection_of(images)
    for kind in Kind:
        with subtests.test(str(kind)):
            actions = in_threads(
                lambda kind: bulk.start(member, kind, selection, collection, rating=3), [kind] * 4
            )
            changed = [change.image_id for change in BulkChange.objects.all()]
            assert len(changed) == len(set(changed)) > 0
            assert sum(action.changed for action in actions) == len(changed)
            in_threads(lambda action: bulk.undo(member, action.pk), actions * 2)
            assert state() == before


def test_queries_do_not_grow_with_the_selection(
    member: User, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 150):
        selection = selection_of(make_images(member, count))
        with django_assert_max_num_queries(14):
            bulk.start(member, Kind.TRASH, selection)
