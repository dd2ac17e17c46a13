"""Collections: who sees, fills, orders and ends them, and that pictures arrive in them."""

from __future__ import annotations

import html
import io
import random
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from generator import storage
from generator.models import Batch, Collection, CollectionItem, Image, User
from generator.sandbox.server import Sandbox
from generator.services import albums
from tests.composing import HTMX

pytestmark = pytest.mark.django_db

Draw = Callable[..., list[Image]]


@pytest.fixture
def album(draw: Draw, member: User) -> tuple[Collection, list[Image]]:
    images = draw(member, 5)
    collection = Collection.objects.create(owner=member, name="Foxes")
    fill(collection, images)
    return collection, images


def fill(collection: Collection, images: list[Image]) -> None:
    ids = [image.pk for image in images]
    albums.place(collection, ids, collection.owner, collection.created_at)


def order(collection: Collection) -> list[Any]:
    return list(collection.items.values_list("image_id", flat=True))


def test_the_shelf_shows_what_one_sees_with_covers_in_a_constant_number_of_queries(
    draw: Draw,
    member: User,
    colleague: User,
    login: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    images = draw(member, 3)
    Image.objects.filter(pk=images[0].pk).update(private=True)
    for number in range(12):
        collection = Collection.objects.create(owner=member, name=f"C{number}")
        fill(collection, images)
        albums.set_cover(collection, images[number % 3].pk)
    Collection.objects.create(owner=member, name="Mine", private=True)
    client = login(colleague)
    client.get("/collections/")
    with django_assert_max_num_queries(12):
        shelf = client.get("/collections/").context["collections"]
    assert {row.name for row in shelf} == {f"C{number}" for number in range(12)}
    assert {row.shown for row in shelf} == {2}
    # A cover that one does not see is stood in for by the first picture that one does.
    assert {row.name: row.front for row in shelf} == {
        f"C{number}": images[max(1, number % 3)] for number in range(12)
    }


@pytest.mark.parametrize("path", ["", "edit/", "move/", "cover/", "delete/", "restore/"])
def test_a_private_one_does_not_exist_for_others(
    path: str,
    album: tuple[Collection, list[Image]],
    colleague: User,
    owner: User,
    login: Callable[[User], Client],
) -> None:
    collection, images = album
    Collection.objects.update(private=True)
    for person in (colleague, owner):
        client, address = login(person), f"/collections/{collection.pk}/{path}"
        posted = client.post(address, {"image": images[0].pk})
        assert posted.status_code == (405 if path == "" else 404)
        if path in ("", "edit/"):
            assert client.get(address).status_code == 404


def test_its_owner_and_admins_decide_over_it_and_members_fill_it(
    album: tuple[Collection, list[Image]],
    colleague: User,
    viewer: User,
    owner: User,
    login: Callable[[User], Client],
) -> None:
    collection, images = album
    base = f"/collections/{collection.pk}/"
    fields = {"image": str(images[0].pk)}
    paths = ("move/", "cover/", "edit/", "delete/")
    statuses = {
        person.username: [login(person).post(f"{base}{path}", fields).status_code for path in paths]
        for person in (viewer, colleague, owner)
    }
    assert statuses == {
        "vera": [403, 403, 403, 403],
        "carl": [302, 302, 403, 403],
        "olivia": [302, 302, 422, 302],
    }
    assert login(viewer).post("/collections/", {"name": "x"}).status_code == 403


def test_pages_go_on_in_the_order_given_by_hand(
    draw: Draw,
    member: User,
    login: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    images = draw(member, 60)
    random.Random(4).shuffle(images)
    collection = Collection.objects.create(owner=member, name="Many")
    fill(collection, images)
    client = login(member)
    with django_assert_max_num_queries(14):
        first = client.get(f"/collections/{collection.pk}/")
    second = client.get(first.context["next_url"])
    shown = [*first.context["images"], *second.context["images"]]
    assert shown == images
    assert client.get(f"/collections/{collection.pk}/?after=x").status_code == 404


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"step": "later"}, "b a c d e"),
        ({"step": "earlier"}, "a b c d e"),
        ({"step": "first"}, "a b c d e"),
        ({"step": "last"}, "b c d e a"),
        ({"before": 3}, "b c a d e"),
        ({"behind": 4}, "b c d e a"),
        ({}, "b c d e a"),
    ],
)
def test_a_picture_is_moved(
    fields: dict[str, Any],
    expected: str,
    album: tuple[Collection, list[Image]],
    login: Callable[[User], Client],
) -> None:
    collection, images = album
    sent = {
        name: str(images[value].pk) if isinstance(value, int) else value
        for name, value in fields.items()
    }
    client = login(collection.owner)
    sent["image"] = str(images[0].pk)
    answer = client.post(
        f"/collections/{collection.pk}/move/", sent, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    letters = dict(zip([image.pk for image in images], "abcde", strict=True))
    assert " ".join(letters[pk] for pk in order(collection)) == expected


def test_hundreds_of_moves_to_one_place_use_up_no_gap(
    album: tuple[Collection, list[Image]],
) -> None:
    collection, images = album
    expected = [image.pk for image in images]
    chance = random.Random(1)
    for _ in range(200):
        mover, target = chance.sample(expected[:], 2)
        albums.move(collection, mover, target)
        expected.remove(mover)
        expected.insert(expected.index(target), mover)
        assert order(collection) == expected
    for _ in range(60):
        albums.move(collection, expected[2], expected[1])
        expected[1], expected[2] = expected[2], expected[1]
    assert order(collection) == expected


@pytest.mark.django_db(transaction=True)
def test_moves_at_the_same_moment_lose_no_picture(album: tuple[Collection, list[Image]]) -> None:
    collection, images = album

    def move(number: int) -> None:
        one, other = images[number % 5], images[(number * 3 + 1) % 5]
        albums.move(collection, one.pk, other.pk)
        connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(move, range(20)))
    assert set(order(collection)) == {image.pk for image in images}
    positions = list(collection.items.values_list("position", flat=True))
    assert len(set(positions)) == 5


def test_every_move_is_taken_back_even_where_no_gap_was_left(
    album: tuple[Collection, list[Image]],
) -> None:
    collection, _images = album
    chance = random.Random(2)
    # Two places beside each other, and two that are the same.
    for number, item in enumerate(collection.items.all()):
        CollectionItem.objects.filter(pk=item.pk).update(position=number // 2)
    for _ in range(60):
        before = order(collection)
        mover, target = chance.sample(before, 2)
        moved = albums.move(collection, mover, chance.choice([target, None]))
        if chance.random() < 0.7:
            assert albums.unmove(collection, mover, moved)
            assert order(collection) == before


def undo_of(answer: Any) -> str:
    found = re.search(r'hx-post="([^"]*/undo/[^"]*)"', answer.content.decode())
    assert found, answer.content
    return html.unescape(found[1])


def test_undo_of_a_move_leaves_a_later_one_alone(
    album: tuple[Collection, list[Image]], colleague: User, login: Callable[[User], Client]
) -> None:
    collection, images = album
    client, address = login(collection.owner), f"/collections/{collection.pk}/move/"
    one, other = images[0].pk, images[3].pk
    before = order(collection)
    undo = undo_of(client.post(address, {"image": one, "behind": other}, headers=HTMX))
    # The colleague moves another one meanwhile, then the same.
    login(colleague).post(address, {"image": images[4].pk, "before": images[1].pk})
    said = client.post(undo, headers=HTMX)
    assert "Undone." in said.content.decode()
    assert f'"before": "{images[4].pk}"' in said["HX-Trigger"]
    assert order(collection) == [before[0], before[4], *before[1:4]]
    undo = undo_of(client.post(address, {"image": one, "behind": other}, headers=HTMX))
    login(colleague).post(address, {"image": one, "step": "earlier"})
    stands = order(collection)
    assert "moved again since" in client.post(undo, headers=HTMX).content.decode()
    assert order(collection) == stands
    assert client.post(undo.replace("then=", "then=x"), headers=HTMX).status_code == 404


def test_a_move_that_cannot_be_meant_changes_nothing(
    album: tuple[Collection, list[Image]], login: Callable[[User], Client]
) -> None:
    collection, images = album
    client, address = login(collection.owner), f"/collections/{collection.pk}/move/"
    before, gone = order(collection), images[4].pk
    # There already: nothing to take back.
    answer = client.post(address, {"image": images[0].pk, "step": "earlier"}, headers=HTMX)
    assert "It is the first already." in answer.content.decode()
    assert "undo" not in answer.content.decode()
    collection.items.filter(image=gone).delete()
    for fields in (
        {"image": gone, "step": "earlier"},
        {"image": images[0].pk, "behind": gone},
        {"image": images[0].pk, "step": "sideways"},
    ):
        assert client.post(address, fields, headers=HTMX).status_code == 409
        page = client.post(address, fields, follow=True).content.decode()
        assert "not in the collection any more" in page
    assert order(collection) == before[:4]


def test_a_cover_is_chosen_and_undo_leaves_a_later_choice_alone(
    album: tuple[Collection, list[Image]], colleague: User, login: Callable[[User], Client]
) -> None:
    collection, images = album
    client, address = login(collection.owner), f"/collections/{collection.pk}/cover/"

    def chosen() -> Any:
        return Collection.objects.get(pk=collection.pk).cover_id

    first = undo_of(client.post(address, {"image": images[1].pk}, headers=HTMX))
    second = undo_of(client.post(address, {"image": ""}, headers=HTMX))
    assert chosen() is None
    assert str(images[1].pk) in client.post(second, headers=HTMX)["HX-Trigger"]
    assert chosen() == images[1].pk
    login(colleague).post(address, {"image": images[2].pk})
    assert "chosen since" in client.post(first, headers=HTMX).content.decode()
    assert chosen() == images[2].pk
    # Without scripts by the message's own button, back on the page.
    page = client.post(address, {"image": images[0].pk}, follow=True)
    assert "Undone." in client.post(undo_of(page), follow=True).content.decode()
    assert chosen() == images[2].pk
    collection.items.filter(image=images[2].pk).delete()
    assert client.post(address, {"image": images[2].pk}, headers=HTMX).status_code == 409


def test_a_deleted_one_comes_back_as_it_was(
    album: tuple[Collection, list[Image]], login: Callable[[User], Client]
) -> None:
    collection, _images = album
    before = order(collection)
    client = login(collection.owner)
    page = client.post(f"/collections/{collection.pk}/delete/", follow=True)
    undo = f"/collections/{collection.pk}/restore/"
    assert undo in page.content.decode()
    assert client.get(f"/collections/{collection.pk}/").status_code == 404
    assert client.post(undo).status_code == 302
    assert order(Collection.objects.get()) == before


def test_new_pictures_are_placed_where_their_batch_says(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    album: tuple[Collection, list[Image]],
) -> None:
    collection, images = album
    batch, elsewhere = press(count=2), press()
    Batch.objects.filter(pk=batch.pk).update(collection=collection)
    total = len(images) + 3
    work(lambda: Image.objects.count() == total)
    new = set(Image.objects.filter(job__batch=batch).values_list("pk", flat=True))
    assert set(order(collection)[5:]) == new
    assert CollectionItem.objects.filter(image__job__batch=elsewhere).count() == 0


def test_whoever_sees_one_with_pictures_downloads_all_of_it(
    album: tuple[Collection, list[Image]], viewer: User, login: Callable[[User], Client]
) -> None:
    collection, images = album
    for image in images:
        path = storage.path(image.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")
    empty = Collection.objects.create(owner=collection.owner, name="Later")
    client = login(viewer)
    page = client.get(f"/collections/{collection.pk}/").content.decode()
    form = next(part for part in page.split("<form")[1:] if "Download all" in part)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    answer = client.post("/zip/", fields)
    names = zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
    assert len([name for name in names if name.endswith(".png")]) == 5
    assert "Download all" not in client.get(f"/collections/{empty.pk}/").content.decode()
