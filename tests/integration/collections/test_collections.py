"""Collections: who sees, fills, orders and deletes them, and that images arrive in them."""

from __future__ import annotations

import html
import io
import random
import re
import zipfile
from typing import Any

import pytest
from django.test import Client

from generator.models import Batch, Collection, CollectionItem, Image, User
from generator.sandbox.server import Sandbox
from generator.services import collections
from tests.forms import HTMX
from tests.images import make_images, write_files
from tests.threads import in_threads
from tests.typing import LogIn, Press, Work

pytestmark = pytest.mark.django_db


@pytest.fixture
def images(member: User) -> list[Image]:
    return make_images(member, 5)


@pytest.fixture
def collection(member: User, images: list[Image]) -> Collection:
    """The member's collection of these images."""
    collection = Collection.objects.create(owner=member, name="Foxes")
    fill(collection, images)
    return collection


def fill(collection: Collection, images: list[Image]) -> None:
    ids = [image.pk for image in images]
    collections.add_images(collection, ids, collection.owner, collection.created_at)


def order_of(collection: Collection) -> list[Any]:
    return list(collection.items.values_list("image_id", flat=True))


@pytest.mark.both_databases("queries.collections")
def test_list_shows_visible_collections_with_covers_in_constant_queries(
    member: User, colleague: User, login: LogIn, django_assert_max_num_queries: Any
) -> None:
    images = make_images(member, 3)
    Image.objects.filter(pk=images[0].pk).update(private=True)
    for number in range(12):
        collection = Collection.objects.create(owner=member, name=f"C{number}")
        fill(collection, images)
        collections.set_cover(collection, images[number % 3].pk, by=collection.owner)
    Collection.objects.create(owner=member, name="Mine", private=True)
    client = login(colleague)
    client.get("/collections/")
    with django_assert_max_num_queries(12):
        tiles = client.get("/collections/").context["tiles"]
    assert {tile.collection.name for tile in tiles} == {f"C{number}" for number in range(12)}
    assert {tile.image_count for tile in tiles} == {2}
    # For a cover that the viewer may not see stands the first image that they may.
    assert {tile.collection.name: tile.cover for tile in tiles} == {
        f"C{number}": images[max(1, number % 3)] for number in range(12)
    }


def test_private_collection_is_404_for_others(
    collection: Collection, images: list[Image], colleague: User, owner: User, login: LogIn
) -> None:
    Collection.objects.update(private=True)
    base = collection.get_absolute_url()
    for client in (login(colleague), login(owner)):
        for action in ("edit", "move", "cover", "delete", "restore"):
            answer = client.post(f"{base}{action}/", {"image": images[0].pk})
            assert answer.status_code == 404, action
        assert client.post(base).status_code == 405
        assert client.get(base).status_code == 404
        assert client.get(f"{base}edit/").status_code == 404


def test_owner_and_admins_edit_and_members_arrange(
    collection: Collection,
    images: list[Image],
    colleague: User,
    viewer: User,
    owner: User,
    login: LogIn,
) -> None:
    base = collection.get_absolute_url()
    fields = {"image": str(images[0].pk)}
    paths = ("move/", "cover/", "edit/", "delete/")
    statuses = {
        user.username: [login(user).post(f"{base}{path}", fields).status_code for path in paths]
        for user in (viewer, colleague, owner)
    }
    assert statuses == {
        "vera": [403, 403, 403, 403],
        "carl": [302, 302, 403, 403],
        "olivia": [302, 302, 422, 302],
    }
    assert login(viewer).post("/collections/", {"name": "x"}).status_code == 403


@pytest.mark.both_databases("queries.collections")
def test_pages_follow_the_manual_order(
    client: Client, member: User, django_assert_max_num_queries: Any
) -> None:
    images = make_images(member, 60)
    random.Random(4).shuffle(images)
    collection = Collection.objects.create(owner=member, name="Many")
    fill(collection, images)
    with django_assert_max_num_queries(14):
        first = client.get(f"/collections/{collection.pk}/")
    second = client.get(first.context["next_url"])
    shown = [*first.context["images"], *second.context["images"]]
    assert shown == images
    assert client.get(f"/collections/{collection.pk}/?after=x").status_code == 404


def test_move_places_an_image(client: Client, collection: Collection, images: list[Image]) -> None:
    a, b, c, d, e = ids = [image.pk for image in images]
    for fields, expected in (
        ({"step": "later"}, [b, a, c, d, e]),
        ({"step": "earlier"}, [a, b, c, d, e]),
        ({"step": "first"}, [a, b, c, d, e]),
        ({"step": "last"}, [b, c, d, e, a]),
        ({"before": d}, [b, c, a, d, e]),
        ({"behind": e}, [b, c, d, e, a]),
        ({}, [b, c, d, e, a]),
    ):
        collection.items.all().delete()
        fill(collection, images)
        url = f"{collection.get_absolute_url()}move/"
        assert client.post(url, {"image": a, **fields}, headers=HTMX).status_code == 200
        assert order_of(collection) == expected, fields
        assert set(expected) == set(ids)


@pytest.mark.both_databases("services.collections")
def test_hundreds_of_moves_keep_the_order(collection: Collection, images: list[Image]) -> None:
    expected = [image.pk for image in images]
    chance = random.Random(1)
    for _ in range(200):
        mover, target = chance.sample(expected[:], 2)
        collections.move(collection, mover, target, by=collection.owner)
        expected.remove(mover)
        expected.insert(expected.index(target), mover)
        assert order_of(collection) == expected
    for _ in range(60):
        collections.move(collection, expected[2], expected[1], by=collection.owner)
        expected[1], expected[2] = expected[2], expected[1]
    assert order_of(collection) == expected


@pytest.mark.both_databases("services.collections")
@pytest.mark.django_db(transaction=True)
def test_concurrent_moves_lose_no_image(collection: Collection, images: list[Image]) -> None:
    def move(number: int) -> None:
        collections.move(
            collection, images[number % 5].pk, images[(number * 3 + 1) % 5].pk, by=collection.owner
        )

    in_threads(move, range(20), threads=4)
    assert set(order_of(collection)) == {image.pk for image in images}
    positions = list(collection.items.values_list("position", flat=True))
    assert len(set(positions)) == 5


@pytest.mark.both_databases("services.collections")
def test_every_move_can_be_undone(collection: Collection) -> None:
    chance = random.Random(2)
    # Two places beside each other, and two that are the same.
    for number, item in enumerate(collection.items.all()):
        CollectionItem.objects.filter(pk=item.pk).update(position=number // 2)
    for _ in range(60):
        before = order_of(collection)
        mover, target = chance.sample(before, 2)
        moved = collections.move(
            collection, mover, chance.choice([target, None]), by=collection.owner
        )
        if chance.random() < 0.7:
            assert collections.undo_move(collection, mover, moved, by=collection.owner)
            assert order_of(collection) == before


def undo_of(answer: Any) -> str:
    """Return the URL of the undo that the response offers."""
    [url] = re.findall(r'hx-post="([^"]*/undo/[^"]*)"', answer.content.decode())
    return html.unescape(url)


def test_undo_of_a_move_keeps_later_moves(
    client: Client, collection: Collection, images: list[Image], colleague: User, login: LogIn
) -> None:
    url = f"{collection.get_absolute_url()}move/"
    one, other = images[0].pk, images[3].pk
    before = order_of(collection)
    undo = undo_of(client.post(url, {"image": one, "behind": other}, headers=HTMX))
    # The colleague moves another one meanwhile, then the same.
    login(colleague).post(url, {"image": images[4].pk, "before": images[1].pk})
    answer = client.post(undo, headers=HTMX)
    assert "Undone." in answer.content.decode()
    assert f'"before": "{images[4].pk}"' in answer["HX-Trigger"]
    assert order_of(collection) == [before[0], before[4], *before[1:4]]
    undo = undo_of(client.post(url, {"image": one, "behind": other}, headers=HTMX))
    login(colleague).post(url, {"image": one, "step": "earlier"})
    moved = order_of(collection)
    assert "has been moved since" in client.post(undo, headers=HTMX).content.decode()
    assert order_of(collection) == moved
    assert client.post(undo.replace("then=", "then=x"), headers=HTMX).status_code == 404


def test_impossible_move_changes_nothing(
    client: Client, collection: Collection, images: list[Image]
) -> None:
    url = f"{collection.get_absolute_url()}move/"
    before, gone = order_of(collection), images[4].pk
    # There already: nothing to undo.
    answer = client.post(url, {"image": images[0].pk, "step": "earlier"}, headers=HTMX)
    assert "This image is already first." in answer.content.decode()
    assert "undo" not in answer.content.decode()
    collection.items.filter(image=gone).delete()
    for fields in (
        {"image": gone, "step": "earlier"},
        {"image": images[0].pk, "behind": gone},
        {"image": images[0].pk, "step": "sideways"},
    ):
        assert client.post(url, fields, headers=HTMX).status_code == 409
        page = client.post(url, fields, follow=True).content.decode()
        assert "no longer in the collection" in page
    assert order_of(collection) == before[:4]


def test_undo_of_a_cover_keeps_a_later_choice(
    client: Client, collection: Collection, images: list[Image], colleague: User, login: LogIn
) -> None:
    url = f"{collection.get_absolute_url()}cover/"

    def cover() -> Any:
        return Collection.objects.get(pk=collection.pk).cover_id

    first = undo_of(client.post(url, {"image": images[1].pk}, headers=HTMX))
    second = undo_of(client.post(url, {"image": ""}, headers=HTMX))
    assert cover() is None
    assert str(images[1].pk) in client.post(second, headers=HTMX)["HX-Trigger"]
    assert cover() == images[1].pk
    login(colleague).post(url, {"image": images[2].pk})
    assert "chosen since" in client.post(first, headers=HTMX).content.decode()
    assert cover() == images[2].pk
    # Without scripts by the message's own button, back on the page.
    page = client.post(url, {"image": images[0].pk}, follow=True)
    assert "Undone." in client.post(undo_of(page), follow=True).content.decode()
    assert cover() == images[2].pk
    collection.items.filter(image=images[2].pk).delete()
    assert client.post(url, {"image": images[2].pk}, headers=HTMX).status_code == 409


def test_deleted_collection_can_be_restored(client: Client, collection: Collection) -> None:
    before = order_of(collection)
    page = client.post(f"/collections/{collection.pk}/delete/", follow=True)
    undo = f"/collections/{collection.pk}/restore/"
    assert undo in page.content.decode()
    assert client.get(f"/collections/{collection.pk}/").status_code == 404
    assert client.post(undo).status_code == 302
    assert order_of(Collection.objects.get()) == before


@pytest.mark.both_databases("services.collections", "worker.results")
def test_new_images_join_the_collection_of_their_batch(
    sandbox: Sandbox, press: Press, work: Work, collection: Collection, images: list[Image]
) -> None:
    batch, elsewhere = press(count=2), press()
    Batch.objects.filter(pk=batch.pk).update(collection=collection)
    total = len(images) + 3
    work(lambda: Image.objects.count() == total)
    new = set(Image.objects.filter(job__batch=batch).values_list("pk", flat=True))
    assert set(order_of(collection)[5:]) == new
    assert CollectionItem.objects.filter(image__job__batch=elsewhere).count() == 0


def test_collection_can_be_downloaded_by_who_sees_it(
    collection: Collection, images: list[Image], viewer: User, login: LogIn
) -> None:
    for image in images:
        write_files(image)
    empty = Collection.objects.create(owner=collection.owner, name="Later")
    client = login(viewer)
    page = client.get(f"/collections/{collection.pk}/").content.decode()
    form = next(part for part in page.split("<form")[1:] if "Download all" in part)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    answer = client.post("/zip/", fields)
    names = zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
    assert len([name for name in names if name.endswith(".png")]) == 5
    assert "Download all" not in client.get(f"/collections/{empty.pk}/").content.decode()
