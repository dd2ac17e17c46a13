"""One action on many images: who may, what is reported, and that undo restores just that."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import BulkAction, Collection, CollectionItem, Favourite, Image, User
from generator.services import bulk
from tests.forms import HTMX
from tests.images import make_image, make_images
from tests.integration.bulk.actions import WORDS, event_of, post_action, state, undo
from tests.typing import LogIn

pytestmark = pytest.mark.django_db
Kind = BulkAction.Kind


def test_images_of_colleagues_are_skipped_and_reported(
    client: Client, member: User, colleague: User
) -> None:
    own, foreign = make_images(member, 4), make_images(colleague, 3)
    answer = post_action(client, "trash", own + foreign)
    assert answer.status_code == 200
    assert (
        "4 moved to the trash; 3 were skipped because they belong to colleagues"
        in answer.content.decode()
    )
    assert set(Image.objects.exclude(trashed_at=None)) == set(own)
    event = event_of(answer)
    assert event["images"] == [str(image.pk) for image in own]
    assert (event["kind"], event["undone"]) == ("trash", False)


@pytest.mark.parametrize(("kind", "changed"), [("trash", 2), ("private", 0)])
def test_admin_may_trash_but_not_hide_and_viewer_neither(
    kind: str, changed: int, member: User, owner: User, viewer: User, login: LogIn
) -> None:
    images = make_images(member, 2)
    before = state()
    answer = post_action(login(viewer), kind, images)
    assert "2 were skipped because they belong to colleagues" in answer.content.decode()
    assert "Undo" not in answer.content.decode()
    assert state() == before
    post_action(login(owner), kind, images)
    assert BulkAction.objects.latest("pk").changed == changed


def test_private_image_of_a_colleague_is_not_counted(
    member: User, colleague: User, owner: User, login: LogIn
) -> None:
    hidden = make_images(colleague, private=True)
    before = state()
    for user in (member, owner):
        for kind in ("trash", "favourite", "team"):
            text = post_action(login(user), kind, hidden).content.decode()
            assert "belong" not in text
    assert state() == before


def test_viewer_may_mark_favourites(member: User, viewer: User, login: LogIn) -> None:
    images = make_images(member, 3)
    Favourite.objects.create(user=viewer, image=images[0])
    client = login(viewer)
    assert "2 added to favorites" in post_action(client, "favourite", images).content.decode()
    assert Favourite.objects.filter(user=viewer).count() == 3
    undo(client)
    assert list(Favourite.objects.values_list("image", flat=True)) == [images[0].pk]


@pytest.mark.both_databases(
    "models.collections", "services.bulk", "services.bulk_kinds", "services.ratings"
)
def test_undo_restores_exactly_what_changed(
    client: Client, images: list[Image], collection: Collection, subtests: pytest.Subtests
) -> None:
    before = state()
    for kind, word in WORDS.items():
        with subtests.test(str(kind)):
            post_action(client, word, images, collection=str(collection.pk))
            assert state() != before
            answer = undo(client)
            assert state() == before
            assert event_of(answer)["undone"] is True
            assert "changed since" not in answer.content.decode()
            assert answer["HX-Retarget"] == "closest [data-toast]"
            assert undo(client).status_code == 200
            assert state() == before


OPPOSITES = {
    Kind.TRASH: Kind.RESTORE,
    Kind.FAVOURITE: Kind.UNFAVOURITE,
    Kind.COLLECT: Kind.UNCOLLECT,
}


@pytest.mark.both_databases("services.bulk_kinds")
@pytest.mark.parametrize("kind", OPPOSITES)
def test_undo_skips_what_changed_since(
    kind: Kind, client: Client, images: list[Image], collection: Collection
) -> None:
    """The action, its opposite, the action again: undoing the first changes nothing."""
    target = {"collection": str(collection.pk)}
    post_action(client, kind, images, **target)
    first = BulkAction.objects.latest("pk")
    post_action(client, OPPOSITES[kind], images, **target)
    post_action(client, kind, images, **target)
    before = state()
    answer = undo(client, first)
    assert state() == before
    assert "changed since" in answer.content.decode()


def test_another_member_cannot_undo(
    client: Client, member: User, colleague: User, login: LogIn
) -> None:
    post_action(client, "trash", make_images(member, 2))
    before = state()
    assert undo(login(colleague)).status_code == 404
    assert login(colleague).get(f"/bulk/{BulkAction.objects.get().pk}/").status_code == 404
    assert state() == before


def test_new_collection_is_created_and_undone_with_its_items(client: Client, member: User) -> None:
    answer = post_action(client, "collect", make_images(member, 2), collection_name=" Foxes ")
    assert "2 added to “Foxes”" in answer.content.decode()
    assert CollectionItem.objects.filter(collection__name="Foxes").count() == 2
    undo(client)
    assert not Collection.objects.exists()
    assert not CollectionItem.objects.exists()


def test_collecting_needs_the_right_to_fill_the_collection(
    member: User, colleague: User, viewer: User, login: LogIn
) -> None:
    images = make_images(member)
    team = Collection.objects.create(owner=colleague, name="Team")
    private = Collection.objects.create(owner=colleague, name="Mine", private=True)
    statuses = [
        post_action(login(user), "collect", images, collection=str(collection.pk)).status_code
        for user in (member, viewer, colleague)
        for collection in (team, private)
    ]
    assert statuses == [200, 404, 403, 404, 200, 200]
    assert post_action(login(viewer), "collect", images, collection_name="x").status_code == 403


def test_form_without_scripts_redirects_with_an_undo_message(client: Client, member: User) -> None:
    images = [image.pk for image in make_images(member, 2)]
    fields = {"kind": "trash", "image": images, "next": "/gallery/?a=b"}
    answer = client.post("/bulk/", fields)
    assert (answer.status_code, answer["Location"]) == (302, "/gallery/?a=b")
    (message,) = get_messages(answer.wsgi_request)
    assert str(message) == "2 moved to the trash."
    assert message.extra_tags == f"/bulk/{BulkAction.objects.get().pk}/undo/"
    answer = client.post(message.extra_tags, {"next": "https://example.org/"})
    assert answer["Location"] == "/gallery/"
    assert not Image.objects.exclude(trashed_at=None).exists()


UNKNOWN = "0192a3b4-c5d6-7e8f-9a0b-1c2d3e4f5a6b"
INVALID = [
    ({"kind": "trash"}, 422),
    ({"kind": "trash", "image": "nonsense"}, 422),
    ({"kind": "collect", "image": UNKNOWN}, 422),
    ({"kind": "burn", "image": UNKNOWN}, 400),
    ({"kind": "collect", "collection": "x", "image": UNKNOWN}, 404),
    *(({"kind": f"rate:{rating}", "image": UNKNOWN}, 422) for rating in ("6", "-1", "", "x", "²")),
    *(({"kind": f"rate:{rating}", "image": UNKNOWN}, 422) for rating in ("1.5", "00")),
]


def test_invalid_requests_are_refused(client: Client) -> None:
    for fields, status in INVALID:
        assert client.post("/bulk/", fields, headers=HTMX).status_code == status, fields
    assert BulkAction.objects.count() == 0


@pytest.mark.both_databases("queries.gallery", "services.bulk")
def test_all_matching_is_decided_at_the_press(
    client: Client, member: User, colleague: User
) -> None:
    make_images(member, 3)
    matching = {make_image(colleague).pk, make_image(colleague).pk}
    fields = {"kind": "favourite", "all": "1", "filters": "?member=carl"}
    answer = client.post("/bulk/", fields, headers=HTMX)
    assert "2 added to favorites" in answer.content.decode()
    assert set(Favourite.objects.values_list("image", flat=True)) == matching


@pytest.mark.both_databases("services.bulk", "queries.months")
@pytest.mark.parametrize(
    ("filters", "is_stored"),
    [
        ("", True),
        ("private=1", True),
        ("member=carl&shape=square", True),
        ("member=nobody", True),
        ("references=1", True),
        ("month=2026-05", True),
        ("since=2026-05-01", False),
        ("favourites=1", False),
        ("rating=1", False),
        ("q=fox&member=mina", False),
        ("collection=nonsense", False),
    ],
)
def test_count_of_all_matching_is_theirs(
    member: User, colleague: User, filters: str, is_stored: bool
) -> None:
    may = timezone.make_aware(datetime(2026, 5, 9))
    for owner in (member, colleague):
        make_image(owner)
        make_image(owner, private=True)
        make_image(owner, references=1, height=512, made_at=may)
        make_image(owner, trashed_at=may)
    selection = bulk.Selection(all_matching=True, filters=filters)
    with CaptureQueriesContext(connection) as captured:
        total = bulk.count(member, selection)
    assert total == bulk.images(member, selection).count()
    tables = "".join(query["sql"] for query in captured.captured_queries)
    assert ("generator_image" not in tables) == (is_stored or filters == "collection=nonsense")


def test_matches_are_counted_outside_the_transaction(client: Client, member: User) -> None:
    make_image(member)
    fields = {"kind": "favourite", "all": "1", "filters": "?q=fox"}
    with CaptureQueriesContext(connection) as captured:
        client.post("/bulk/", fields, headers=HTMX)
    queries = [query["sql"] for query in captured.captured_queries]
    counts = [number for number, sql in enumerate(queries) if "COUNT(*)" in sql and "MATCH" in sql]
    begin = next(number for number, sql in enumerate(queries) if "SAVEPOINT" in sql)
    assert len(counts) == 1
    assert counts[0] < begin


@pytest.mark.both_databases("services.bulk")
def test_null_character_in_filters_is_ignored(client: Client, member: User) -> None:
    make_image(member)
    fields = {"kind": "favourite", "all": "1", "filters": "?q=\0"}
    assert client.post("/bulk/", fields, headers=HTMX).status_code == 200
    assert BulkAction.objects.get().filters == "q="
