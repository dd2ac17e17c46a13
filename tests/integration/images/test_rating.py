"""The team's rating: who may rate, what undo restores, how it is found, and what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from generator.models import BulkAction, BulkChange, Image, Role, SearchEntry, User
from generator.queries import gallery
from generator.queries.filters import Filters
from generator.services import bulk, images, search
from tests.forms import HTMX
from tests.images import make_image
from tests.integration.bulk.actions import event_of, finish, post_action, undo
from tests.threads import in_threads
from tests.typing import LogIn, MakeUser

pytestmark = pytest.mark.django_db
RATE = BulkAction.Kind.RATE


def rate(client: Client, rating: int, *images: Image) -> Any:
    return post_action(client, f"rate:{rating}", list(images))


def rating_of(image: Image) -> int:
    return Image.objects.values_list("rating", flat=True).get(pk=image.pk)


def rated(viewer: User, rating: int) -> set[Any]:
    return set(gallery.matching(viewer, Filters(rating=rating)).values_list("pk", flat=True))


def test_roles_that_generate_rate_every_visible_image(
    make_user: MakeUser, colleague: User, login: LogIn
) -> None:
    for role in (Role.OWNER, Role.ADMIN, Role.MEMBER):
        image = make_image(colleague)
        answer = rate(login(make_user(f"a-{role}", role)), 4, image)
        assert "Rated 4 of 5" in answer.content.decode()
        assert "Undo" in answer.content.decode()
        assert rating_of(image) == 4


def test_viewer_sees_ratings_without_buttons(viewer: User, member: User, login: LogIn) -> None:
    image = make_image(member)
    client = login(viewer)
    assert rate(client, 4, image).status_code == 403
    assert rating_of(image) == 0
    assert BulkAction.objects.count() == 0
    rate(login(member), 4, image)
    page = client.get(image.get_absolute_url()).content.decode()
    assert 'aria-label="4 of 5"' in page
    assert '"rate:' not in page + client.get("/gallery/").content.decode()


def test_hidden_and_trashed_images_are_not_rated(
    member: User, colleague: User, login: LogIn
) -> None:
    hidden, trashed = make_image(colleague, private=True), make_image(member)
    Image.objects.filter(pk=trashed.pk).update(trashed_at=timezone.now())
    answer = rate(login(member), 3, hidden, trashed)
    assert "Undo" not in answer.content.decode()
    assert {rating_of(hidden), rating_of(trashed)} == {0}
    assert '"rate:' not in login(member).get(trashed.get_absolute_url()).content.decode()


def test_invalid_rating_is_refused_with_a_message(client: Client, member: User) -> None:
    answer = rate(client, 6, make_image(member))
    assert answer.status_code == 422
    assert "out of date" in answer.content.decode()
    assert not Image.objects.exclude(rating=0).exists()


@pytest.mark.both_databases("models.images")
def test_database_refuses_ratings_out_of_range(member: User) -> None:
    image = make_image(member)
    for rating in (6, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Image.objects.filter(pk=image.pk).update(rating=rating)


def test_pressed_star_shows_the_rating_and_clears_it(member: User, login: LogIn) -> None:
    client, image = login(member), make_image(member)

    def stars() -> list[tuple[str, str, str]]:
        text = client.get(image.get_absolute_url()).content.decode()
        buttons = re.findall(
            r'value="rate:(\d)" aria-keyshortcuts="(\d)" aria-pressed="(\w+)"', text
        )
        assert len(buttons) == 5
        return [star for star in buttons if star[2] == "true"]

    assert stars() == []
    client.post("/bulk/", {"kind": "rate:3", "image": str(image.pk)})
    assert stars() == [("0", "3", "true")]
    answer = rate(client, 0, image)
    assert "Rating removed" in answer.content.decode()
    assert stars() == []


def test_rating_without_scripts_redirects_with_an_undo(member: User, login: LogIn) -> None:
    client, image = login(member), make_image(member)
    path = image.get_absolute_url()
    fields = {"kind": "rate:5", "image": str(image.pk), "next": path}
    answer = client.post("/bulk/", fields, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "Rated 5 of 5." in answer.content.decode()
    assert f"/bulk/{BulkAction.objects.get().pk}/undo/" in answer.content.decode()


@pytest.mark.both_databases("services.ratings")
def test_undo_of_a_rated_selection_restores_each_rating(member: User, login: LogIn) -> None:
    client, made = login(member), [make_image(member) for _ in range(4)]
    for number, image in enumerate(made):
        rate(client, number, image)
    answer = rate(client, 2, *made)
    assert "3 rated 2 of 5" in answer.content.decode()
    ratings = event_of(answer)["ratings"]
    assert ratings == {str(image.pk): 2 for image in made if image != made[2]}
    ratings = event_of(undo(client))["ratings"]
    assert ratings == {str(made[n].pk): n for n in (0, 1, 3)}
    assert [rating_of(image) for image in made] == [0, 1, 2, 3]
    assert undo(client).status_code == 200
    assert [rating_of(image) for image in made] == [0, 1, 2, 3]
    assert "3 ratings removed" in rate(client, 0, *made).content.decode()


@pytest.mark.both_databases("services.ratings")
def test_undo_skips_images_rated_since(member: User, colleague: User, login: LogIn) -> None:
    own, foreign = login(member), login(colleague)
    image, other, third = (make_image(member) for _ in range(3))
    rate(own, 3, image, other, third)
    first = BulkAction.objects.latest("pk")
    rate(foreign, 5, image, other)
    rate(foreign, 3, image)
    undo(own, first)
    assert (rating_of(image), rating_of(other), rating_of(third)) == (3, 5, 0)


def test_undos_in_reverse_order_restore_the_first_rating(
    member: User, colleague: User, login: LogIn
) -> None:
    image = make_image(member)
    for client, rating in ((login(member), 3), (login(colleague), 5)):
        rate(client, rating, image)
    first, second = BulkAction.objects.order_by("pk")
    undo(login(colleague), second)
    assert rating_of(image) == 3
    undo(login(member), first)
    assert rating_of(image) == 0


@pytest.mark.both_databases("services.bulk", "services.ratings", "services.search")
def test_all_matching_are_rated_and_undone_in_the_background(
    member: User, login: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 10)
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    client, made = login(member), [make_image(member, "a fox") for _ in range(24)]
    owl = make_image(member, "an owl")
    fields = {"kind": "rate:4", "all": "1", "filters": "q=fox"}
    assert "0 of 24" in client.post("/bulk/", fields, headers=HTMX).content.decode()
    finish()
    assert rated(member, 4) == {image.pk for image in made}
    assert rating_of(owl) == 0
    # Those that match go out of the list as they are changed: none is passed over.
    fields = {"kind": "rate:1", "all": "1", "filters": "rating=4"}
    client.post("/bulk/", fields, headers=HTMX)
    finish()
    assert rated(member, 4) == set()
    assert rated(member, 1) == {image.pk for image in made}
    undo(client)
    finish()
    assert rated(member, 4) == {image.pk for image in made}


def test_queries_of_a_step_and_of_its_undo_do_not_grow(
    member: User, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 40):
        made = [make_image(member) for _ in range(count)]
        for number, image in enumerate(made):
            bulk.start(member, RATE, bulk.Selection([image.pk]), rating=number % 5)
        with django_assert_max_num_queries(12):
            action = bulk.start(
                member, RATE, bulk.Selection([image.pk for image in made]), rating=5
            )
        with django_assert_max_num_queries(18):
            bulk.undo(member, action.pk)
        assert sum(rating_of(image) == 5 for image in made) == 0


@pytest.mark.both_databases("services.images", "services.ratings", "services.search")
@pytest.mark.django_db(transaction=True)
def test_concurrent_ratings_and_notes_leave_a_right_index(member: User) -> None:
    image = make_image(member)

    def press(number: int) -> None:
        if number % 2:
            images.write_note(image, member, f"note{number}", "")
        else:
            bulk.start(member, RATE, bulk.Selection([image.pk]), rating=number // 2 + 1)

    in_threads(press, range(8))
    image.refresh_from_db()
    before = {change.before[0] for change in BulkChange.objects.all()}
    # Each began where another had ended.
    assert before | {image.rating} == {0, 1, 2, 3, 4}
    words = SearchEntry.objects.get(image=image).words
    assert image.note in words
    assert f"¤rated{image.rating} " in words
    assert f"¤rated{image.rating + 1} " not in words


@pytest.mark.both_databases("models.search", "queries.gallery")
def test_filter_finds_this_rating_and_higher_ones(
    member: User, colleague: User, login: LogIn
) -> None:
    made = [make_image(member, f"a fox {number}") for number in range(6)]
    for number, image in enumerate(made):
        rate(login(colleague), number, image)
    for least in range(1, 6):
        assert rated(member, least) == {image.pk for image in made[least:]}
    client = login(member)
    text = client.get("/gallery/?rating=4&q=fox&member=mina&shape=square").content.decode()
    shown = re.findall(r'data-image="([0-9a-f-]{36})"', text)
    assert shown == [str(made[5].pk), str(made[4].pk)]
    assert "4 stars or more" in text
    assert gallery.matching(member, Filters(rating=4, shape="portrait")).count() == 0
    count = client.get("/bulk/matching/?place=gallery&rating=4").content.decode()
    assert "All 2 matches" in count
    for unfiltered in ("place=gallery", "place=gallery&q=&image=1"):
        assert "All 6 images" in client.get(f"/bulk/matching/?{unfiltered}").content.decode()
    for invalid in ("rating=6", "rating=x", "rating=0", "rating=-1"):
        assert client.get(f"/gallery/?{invalid}").content.decode().count("data-image") == 6


@pytest.mark.both_databases("models.search")
def test_text_cannot_pose_as_a_rating(member: User, login: LogIn) -> None:
    make_image(member, "¤rated5 rated5")
    image = make_image(member)
    rate(login(member), 5, image)
    images.write_note(Image.objects.get(pk=image.pk), member, "for the cover", "")
    assert rated(member, 5) == {image.pk}
    search.index(Image.objects.get(pk=image.pk))
    assert rated(member, 5) == {image.pk}
    filters = Filters(rating=5, q="cover")
    assert gallery.matching(member, filters).get() == image


def test_tiles_show_own_favourites_and_team_ratings(
    member: User, colleague: User, login: LogIn
) -> None:
    client, image = login(member), make_image(colleague)
    rate(client, 3, image)
    fields = {"kind": "favourite", "image": str(image.pk)}
    client.post("/bulk/", fields)
    client.post("/bulk/", {**fields, "kind": "collect", "collection_name": "Best"})
    album = re.search(r"/collections/[0-9a-f-]{36}/", client.get("/collections/").content.decode())
    assert album
    heart = re.compile(r'data-mark="favourite">.*?visually-hidden">Favorite<', re.DOTALL)
    for path in ("/gallery/", "/gallery/carl/", album[0]):
        grid = client.get(path).content.decode().partition('id="bulk"')[0]
        assert len(heart.findall(grid)) == 1, path
        assert grid.count('data-mark="rating"') == 1, path
        foreign = login(colleague).get(path).content.decode().partition('id="bulk"')[0]
        assert len(heart.findall(foreign)) == 0, path
