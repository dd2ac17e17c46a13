"""One thing done to many pictures: who may, what is told, and that undo gives back just that."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection, connections
from django.test import Client

from generator.models import (
    Batch,
    BulkAction,
    BulkChange,
    Collection,
    CollectionItem,
    Favourite,
    Image,
    User,
)
from generator.services import albums, bulk, bulk_kinds, pulse, sweep

pytestmark = pytest.mark.django_db
Kind = BulkAction.Kind


def send(client: Client, kind: str, images: list[Image], **more: Any) -> Any:
    word = "rate:3" if kind == Kind.RATE else kind
    fields = {"kind": word, "image": [str(image.pk) for image in images]} | more
    return client.post("/bulk/", fields, headers={"HX-Request": "true"})


def take_back(client: Client, action: BulkAction | None = None) -> Any:
    found = action or BulkAction.objects.latest("pk")
    return client.post(f"/bulk/{found.pk}/undo/", headers={"HX-Request": "true"})


def detail(answer: Any) -> dict[str, Any]:
    return dict(json.loads(answer["HX-Trigger"])["pictures-changed"])


def state() -> dict[str, Any]:
    """Everything that a bulk action may change."""
    return {
        "images": list(
            Image.objects.order_by("pk").values_list(
                "pk", "private", "trashed_at", "trashed_by", "rating"
            )
        ),
        "marks": list(
            Favourite.objects.order_by("image", "user").values_list("user", "image", "created_at")
        ),
        "items": list(
            CollectionItem.objects.order_by("image").values_list(
                "collection", "image", "position", "added_by", "added_at"
            )
        ),
        "collections": list(Collection.objects.order_by("pk").values_list("pk", "name")),
    }


def test_what_belongs_to_colleagues_is_left_out_and_said(
    draw: Callable[..., list[Image]], member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    mine, theirs = draw(member, 4), draw(colleague, 3)
    answer = send(login(member), "trash", mine + theirs)
    assert answer.status_code == 200
    assert "4 moved to the trash; 3 belong to colleagues" in answer.content.decode()
    assert set(Image.objects.exclude(trashed_at=None)) == set(mine)
    assert detail(answer)["images"] == [str(image.pk) for image in mine]
    assert (detail(answer)["kind"], detail(answer)["undone"]) == ("trash", False)


@pytest.mark.parametrize(("kind", "changed"), [("trash", 2), ("private", 0)])
def test_an_admin_may_throw_away_but_not_hide_and_a_viewer_neither(
    kind: str,
    changed: int,
    draw: Callable[..., list[Image]],
    member: User,
    owner: User,
    viewer: User,
    login: Callable[[User], Client],
) -> None:
    images = draw(member, 2)
    before = state()
    answer = send(login(viewer), kind, images)
    assert "2 belong to colleagues" in answer.content.decode()
    assert "Undo" not in answer.content.decode()
    assert state() == before
    send(login(owner), kind, images)
    assert BulkAction.objects.latest("pk").changed == changed


def test_a_colleagues_private_picture_is_not_even_counted(
    draw: Callable[..., list[Image]],
    member: User,
    colleague: User,
    owner: User,
    login: Callable[[User], Client],
) -> None:
    hidden = draw(colleague, 1, private=True)
    before = state()
    for person in (member, owner):
        for kind in ("trash", "favourite", "team"):
            text = send(login(person), kind, hidden).content.decode()
            assert "belong" not in text
    assert state() == before


def test_an_outsider_is_led_to_the_log_in(
    draw: Callable[..., list[Image]], member: User, outsider: Client
) -> None:
    before = state()
    answer = outsider.post("/bulk/", {"kind": "trash", "image": str(draw(member)[0].pk)})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
    assert BulkAction.objects.count() == 0
    assert state()["marks"] == before["marks"]


def test_favourites_are_everybodys_to_give(
    draw: Callable[..., list[Image]],
    member: User,
    viewer: User,
    login: Callable[[User], Client],
) -> None:
    images = draw(member, 3)
    Favourite.objects.create(user=viewer, image=images[0])
    client = login(viewer)
    assert "2 marked as favourites" in send(client, "favourite", images).content.decode()
    assert Favourite.objects.filter(user=viewer).count() == 3
    take_back(client)
    assert list(Favourite.objects.values_list("image", flat=True)) == [images[0].pk]


@pytest.fixture
def everything(
    draw: Callable[..., list[Image]], member: User, colleague: User
) -> tuple[list[Image], Collection]:
    """Pictures in every state that an action finds them in, and a collection with some of them."""
    images = draw(member, 6)
    images += draw(member, 2, private=True)
    images += draw(colleague, 2)
    collection = Collection.objects.create(owner=colleague, name="Foxes")
    albums.place(collection, [images[3].pk, images[1].pk], member, images[0].created_at)
    Favourite.objects.create(user=member, image=images[2])
    Favourite.objects.create(user=colleague, image=images[2])
    trashed = draw(member, 1)
    Image.objects.filter(pk=trashed[0].pk).update(
        trashed_at=images[0].created_at, trashed_by=colleague
    )
    return images + trashed, collection


@pytest.mark.parametrize("kind", Kind)
def test_undo_gives_back_just_what_was_changed(
    kind: Kind,
    everything: tuple[list[Image], Collection],
    member: User,
    login: Callable[[User], Client],
) -> None:
    images, collection = everything
    client, before = login(member), state()
    send(client, kind, images, collection=str(collection.pk))
    assert state() != before
    answer = take_back(client)
    assert state() == before
    assert detail(answer)["undone"] is True
    assert "changed again" not in answer.content.decode()
    assert answer["HX-Retarget"] == "closest [data-toast]"
    assert take_back(client).status_code == 200
    assert state() == before


OPPOSITE = {
    Kind.TRASH: Kind.RESTORE,
    Kind.FAVOURITE: Kind.UNFAVOURITE,
    Kind.COLLECT: Kind.UNCOLLECT,
}


@pytest.mark.parametrize("kind", OPPOSITE)
def test_undo_leaves_alone_what_somebody_has_done_since(
    kind: Kind,
    everything: tuple[list[Image], Collection],
    member: User,
    login: Callable[[User], Client],
) -> None:
    """The action, its opposite, the action again: undoing the first finds nothing of its own."""
    images, collection = everything
    client, to = login(member), {"collection": str(collection.pk)}
    send(client, kind, images, **to)
    first = BulkAction.objects.latest("pk")
    send(client, OPPOSITE[kind], images, **to)
    send(client, kind, images, **to)
    before = state()
    answer = take_back(client, first)
    assert state() == before
    assert "changed again since" in answer.content.decode()


def test_another_member_cannot_undo_it(
    draw: Callable[..., list[Image]],
    member: User,
    colleague: User,
    login: Callable[[User], Client],
) -> None:
    send(login(member), "trash", draw(member, 2))
    before = state()
    assert take_back(login(colleague)).status_code == 404
    assert login(colleague).get(f"/bulk/{BulkAction.objects.get().pk}/").status_code == 404
    assert state() == before


def test_a_new_collection_is_made_and_undone_with_its_content(
    draw: Callable[..., list[Image]], member: User, login: Callable[[User], Client]
) -> None:
    client, images = login(member), draw(member, 2)
    answer = send(client, "collect", images, collection_name=" Foxes ")
    assert "2 added to “Foxes”" in answer.content.decode()
    assert CollectionItem.objects.filter(collection__name="Foxes").count() == 2
    take_back(client)
    assert not Collection.objects.exists()
    assert not CollectionItem.objects.exists()


def test_collections_are_filled_by_who_may(
    draw: Callable[..., list[Image]],
    member: User,
    colleague: User,
    viewer: User,
    login: Callable[[User], Client],
) -> None:
    images = draw(member, 1)
    team = Collection.objects.create(owner=colleague, name="Team")
    private = Collection.objects.create(owner=colleague, name="Mine", private=True)
    statuses = [
        send(login(person), "collect", images, collection=str(collection.pk)).status_code
        for person in (member, viewer, colleague)
        for collection in (team, private)
    ]
    assert statuses == [200, 404, 403, 404, 200, 200]
    assert send(login(viewer), "collect", images, collection_name="x").status_code == 403


def test_a_form_without_scripts_is_led_back_with_a_message_that_can_undo(
    draw: Callable[..., list[Image]], member: User, login: Callable[[User], Client]
) -> None:
    client, images = login(member), draw(member, 2)
    fields = {"kind": "trash", "image": [image.pk for image in images], "next": "/gallery/?a=b"}
    answer = client.post("/bulk/", fields)
    assert (answer.status_code, answer["Location"]) == (302, "/gallery/?a=b")
    (message,) = get_messages(answer.wsgi_request)
    assert str(message) == "2 moved to the trash."
    assert message.extra_tags == f"/bulk/{BulkAction.objects.get().pk}/undo/"
    answer = client.post(message.extra_tags, {"next": "https://example.org/"})
    assert answer["Location"] == "/gallery/"
    assert not Image.objects.exclude(trashed_at=None).exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"kind": "trash"}, 422),
        ({"kind": "trash", "image": "nonsense"}, 422),
        ({"kind": "collect", "image": "0192a3b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b"}, 422),
        ({"kind": "burn", "image": "0192a3b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b"}, 400),
        ({"kind": "collect", "collection": "x", "image": "0192a3b4c5d67e8f9a0b1c2d3e4f5a6b"}, 404),
    ],
)
def test_nonsense_is_refused_with_a_sentence(
    fields: dict[str, str], status: int, member: User, login: Callable[[User], Client]
) -> None:
    answer = login(member).post("/bulk/", fields, headers={"HX-Request": "true"})
    assert answer.status_code == status
    assert BulkAction.objects.count() == 0


def test_all_that_match_means_what_is_there_at_the_press(
    draw: Callable[..., list[Image]],
    member: User,
    colleague: User,
    login: Callable[[User], Client],
) -> None:
    draw(member, 3)
    others = draw(colleague, 2)
    client = login(member)
    fields = {"kind": "favourite", "all": "1", "filters": "?member=carl"}
    answer = client.post("/bulk/", fields, headers={"HX-Request": "true"})
    assert "2 marked as favourites" in answer.content.decode()
    assert set(Favourite.objects.values_list("image", flat=True)) == {i.pk for i in others}


def step_to_the_end() -> int:
    steps = 0
    while bulk.work():
        steps += 1
        assert steps < 100
    return steps


def test_a_large_one_goes_on_in_the_background_and_undoes_there(
    draw: Callable[..., list[Image]],
    member: User,
    colleague: User,
    login: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "STEP", 100)
    mine, theirs = draw(member, 430), draw(colleague, 20)
    client = login(member)
    fields = {"kind": "trash", "all": "1", "filters": ""}
    answer = client.post("/bulk/", fields, headers={"HX-Request": "true"})
    assert "0 of 450" in answer.content.decode()
    assert "HX-Trigger" not in answer
    late = draw(member, 1)  # arrives after the press

    bulk.work()
    action = BulkAction.objects.get()
    url = f"/bulk/{action.pk}/"
    page = client.get(url, headers={"HX-Request": "true"})
    assert "100 of 450" in page.content.decode()
    assert 'hx-trigger="every 1s"' in page.content.decode()
    assert step_to_the_end() == 4
    done = client.get(url, headers={"HX-Request": "true"})
    assert "430 moved to the trash; 20 belong to colleagues" in done.content.decode()
    assert "every 1s" not in done.content.decode()
    assert detail(done)["images"] is None
    assert set(Image.objects.filter(trashed_at=None)) == {*theirs, *late}

    take_back(client)
    assert Image.objects.exclude(trashed_at=None).count() == len(mine)
    step_to_the_end()
    assert not Image.objects.exclude(trashed_at=None).exists()
    assert not BulkChange.objects.exists()
    assert not bulk.unfinished()


def test_the_sweep_does_it(
    draw: Callable[..., list[Image]], member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 100)
    images = draw(member, 250)
    Batch.objects.get().jobs.update(due_at=None)
    bulk.start(member, Kind.TRASH, bulk.Selection([image.pk for image in images]))
    pulse.beat("first")  # the first beat of all only makes the row
    sweep.run(5)
    assert Image.objects.exclude(trashed_at=None).count() == 250


def test_a_crash_between_two_steps_and_in_one_loses_and_repeats_nothing(
    draw: Callable[..., list[Image]], member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 100)
    monkeypatch.setattr(bulk, "_rest", {"until": 0.0})
    monkeypatch.setattr(bulk, "REST_SECONDS", 0)
    images = draw(member, 350)
    collection = Collection.objects.create(owner=member, name="All")
    selection = bulk.Selection([image.pk for image in images])
    action = bulk.start(member, Kind.COLLECT, selection, collection)
    bulk.work()
    with monkeypatch.context() as broken:

        def fall(*args: Any) -> None:
            raise RuntimeError("the power went")

        # After the pictures were placed, before the cursor is kept.
        broken.setattr(BulkChange.objects, "bulk_create", fall)
        bulk.work()
    action.refresh_from_db()
    assert (action.done, action.failures) == (100, 1)
    assert CollectionItem.objects.count() == 100
    step_to_the_end()
    action.refresh_from_db()
    assert (action.done, action.changed) == (350, 350)
    assert CollectionItem.objects.count() == 350
    order = list(CollectionItem.objects.order_by("position").values_list("image", flat=True))
    assert order == sorted(image.pk for image in images)


def test_one_that_always_breaks_is_given_up_and_keeps_no_other_waiting(
    draw: Callable[..., list[Image]], member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_rest", {"until": 0.0})
    monkeypatch.setattr(bulk, "REST_SECONDS", 0)
    chosen = bulk.Selection([image.pk for image in draw(member, 201)])
    broken = bulk.start(member, Kind.TRASH, chosen)
    whole = bulk.start(member, Kind.FAVOURITE, chosen)

    def fall(*args: Any) -> None:
        raise RuntimeError("never works")

    monkeypatch.setitem(bulk_kinds.KINDS, Kind.TRASH, (fall, fall))
    step_to_the_end()
    broken.refresh_from_db()
    whole.refresh_from_db()
    assert (broken.changed, whole.changed) == (0, 201)
    assert broken.finished_at


def test_an_undo_while_it_runs_stops_it(
    draw: Callable[..., list[Image]], member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 100)
    images = draw(member, 350)
    before = state()
    action = bulk.start(member, Kind.TRASH, bulk.Selection([image.pk for image in images]))
    bulk.work()
    bulk.undo(member, action.pk)
    step_to_the_end()
    assert state() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", Kind)
def test_racing_presses_change_each_picture_once_and_racing_undos_take_it_back_once(
    kind: Kind, everything: tuple[list[Image], Collection], member: User
) -> None:
    images, collection = everything
    before = state()
    selection = bulk.Selection([image.pk for image in images])

    def press(_number: int) -> BulkAction:
        try:
            return bulk.start(member, kind, selection, collection, rating=3)
        finally:
            connections.close_all()

    def back(action: BulkAction) -> None:
        bulk.undo(member, action.pk)
        connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        actions = list(threads.map(press, range(4)))
        changed = [change.image_id for change in BulkChange.objects.all()]
        assert len(changed) == len(set(changed)) > 0
        assert sum(action.changed for action in actions) == len(changed)
        list(threads.map(back, actions * 2))
    connection.close()
    assert state() == before


def test_queries_do_not_grow_with_the_selection(
    draw: Callable[..., list[Image]],
    member: User,
    django_assert_max_num_queries: Any,
) -> None:
    for count in (2, 150):
        chosen = bulk.Selection([image.pk for image in draw(member, count)])
        with django_assert_max_num_queries(14):
            bulk.start(member, Kind.TRASH, chosen)
