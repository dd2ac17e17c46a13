"""The team's rating: who may, what undo gives back, how it is found, and what it costs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from generator.models import BulkAction, BulkChange, Image, Role, SearchEntry, User
from generator.queries import gallery
from generator.queries.filters import Filters
from generator.services import bulk, images, search
from tests.pictures import picture

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
RATE = BulkAction.Kind.RATE


def rate(client: Client, rating: object, *pictures: Image, **more: Any) -> Any:
    fields = {"kind": f"rate:{rating}", "image": [str(image.pk) for image in pictures]}
    return client.post("/bulk/", fields | more, headers=HTMX)


def take_back(client: Client, action: BulkAction | None = None) -> Any:
    found = action or BulkAction.objects.latest("pk")
    return client.post(f"/bulk/{found.pk}/undo/", headers=HTMX)


def rating_of(image: Image) -> int:
    return Image.objects.values_list("rating", flat=True).get(pk=image.pk)


def found(viewer: User, rating: int) -> set[Any]:
    return set(gallery.matching(viewer, Filters(rating=rating)).values_list("pk", flat=True))


# --- who may, and what is said


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN, Role.MEMBER])
def test_whoever_makes_pictures_rates_all_that_he_sees(
    role: Role, make_user: Callable[..., User], colleague: User, login: Callable[[User], Client]
) -> None:
    image = picture(colleague)
    answer = rate(login(make_user("somebody", role)), 4, image)
    assert "Rated 4 of 5" in answer.content.decode()
    assert "Undo" in answer.content.decode()
    assert rating_of(image) == 4


def test_viewer_may_not_and_sees_stars_without_buttons(
    viewer: User, member: User, login: Callable[[User], Client]
) -> None:
    image = picture(member)
    client = login(viewer)
    assert rate(client, 4, image).status_code == 403
    assert rating_of(image) == 0
    assert BulkAction.objects.count() == 0
    rate(login(member), 4, image)
    page = client.get(image.get_absolute_url()).content.decode()
    assert 'aria-label="4 of 5"' in page
    assert "rate:" not in page + client.get("/gallery/").content.decode()


def test_outsider_is_led_to_the_log_in(outsider: Client, member: User) -> None:
    image = picture(member)
    answer = outsider.post("/bulk/", {"kind": "rate:4", "image": str(image.pk)})
    assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")
    assert rating_of(image) == 0


def test_colleagues_private_picture_and_one_in_the_trash_stay_as_they_are(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    hidden, thrown = picture(colleague, private=True), picture(member)
    Image.objects.filter(pk=thrown.pk).update(trashed_at=timezone.now())
    answer = rate(login(member), 3, hidden, thrown)
    assert "Undo" not in answer.content.decode()
    assert {rating_of(hidden), rating_of(thrown)} == {0}
    assert "rate:" not in login(member).get(thrown.get_absolute_url()).content.decode()


@pytest.mark.parametrize("rating", ["6", "-1", "", "x", "²", "1.5", "00"])
def test_nonsense_is_refused_with_a_sentence(
    rating: str, member: User, login: Callable[[User], Client]
) -> None:
    image = picture(member)
    answer = rate(login(member), rating, image)
    assert answer.status_code == 422
    assert "out of date" in answer.content.decode()
    assert rating_of(image) == 0


def test_database_keeps_ratings_up_to_five_alone(member: User) -> None:
    image = picture(member)
    for rating in (6, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Image.objects.filter(pk=image.pk).update(rating=rating)


def test_pressed_star_is_the_rating_and_takes_it_away(
    member: User, login: Callable[[User], Client]
) -> None:
    client, image = login(member), picture(member)

    def stars() -> list[tuple[str, str, str]]:
        text = client.get(image.get_absolute_url()).content.decode()
        found = re.findall(r'value="rate:(\d)" aria-keyshortcuts="(\d)" aria-pressed="(\w+)"', text)
        assert len(found) == 5
        return [star for star in found if star[2] == "true"]

    assert stars() == []
    client.post("/bulk/", {"kind": "rate:3", "image": str(image.pk)})
    assert stars() == [("0", "3", "true")]
    answer = rate(client, 0, image)
    assert "No longer rated" in answer.content.decode()
    assert stars() == []


def test_form_without_scripts_leads_back_to_the_picture_with_an_undo(
    member: User, login: Callable[[User], Client]
) -> None:
    client, image = login(member), picture(member)
    path = image.get_absolute_url()
    fields = {"kind": "rate:5", "image": str(image.pk), "next": path}
    answer = client.post("/bulk/", fields, follow=True)
    assert answer.redirect_chain == [(path, 302)]
    assert "Rated 5 of 5." in answer.content.decode()
    assert f"/bulk/{BulkAction.objects.get().pk}/undo/" in answer.content.decode()


# --- many, and undo


def test_selection_is_rated_and_its_undo_gives_each_its_own_back(
    member: User, login: Callable[[User], Client]
) -> None:
    client, made = login(member), [picture(member) for _ in range(4)]
    for number, image in enumerate(made):
        rate(client, number, image)
    answer = rate(client, 2, *made)
    assert "3 rated 2 of 5" in answer.content.decode()
    told = json.loads(answer["HX-Trigger"])["pictures-changed"]
    assert told["ratings"] == {str(image.pk): 2 for image in made if image != made[2]}
    told = json.loads(take_back(client)["HX-Trigger"])["pictures-changed"]
    assert told["ratings"] == {str(made[n].pk): n for n in (0, 1, 3)}
    assert [rating_of(image) for image in made] == [0, 1, 2, 3]
    assert take_back(client).status_code == 200
    assert [rating_of(image) for image in made] == [0, 1, 2, 3]
    assert "3 are no longer rated" in rate(client, 0, *made).content.decode()


def test_undo_leaves_alone_what_was_rated_since_even_with_the_same_number(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    mine, theirs = login(member), login(colleague)
    image, other, third = (picture(member) for _ in range(3))
    rate(mine, 3, image, other, third)
    first = BulkAction.objects.latest("pk")
    rate(theirs, 5, image, other)
    rate(theirs, 3, image)
    take_back(mine, first)
    assert (rating_of(image), rating_of(other), rating_of(third)) == (3, 5, 0)


def test_undo_one_after_the_other_leads_back_to_the_beginning(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    image = picture(member)
    for client, rating in ((login(member), 3), (login(colleague), 5)):
        rate(client, rating, image)
    first, second = BulkAction.objects.order_by("pk")
    take_back(login(colleague), second)
    assert rating_of(image) == 3
    take_back(login(member), first)
    assert rating_of(image) == 0


def test_all_that_match_are_rated_in_the_background_and_undone_there(
    member: User, login: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "STEP", 10)
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    client, made = login(member), [picture(member, "a fox") for _ in range(24)]
    owl = picture(member, "an owl")
    fields = {"kind": "rate:4", "all": "1", "filters": "q=fox"}
    assert "0 of 24" in client.post("/bulk/", fields, headers=HTMX).content.decode()
    while bulk.work():
        pass
    assert found(member, 4) == {image.pk for image in made}
    assert rating_of(owl) == 0
    # Those that match go out of the list as they are changed: none is passed over.
    fields = {"kind": "rate:1", "all": "1", "filters": "rating=4"}
    client.post("/bulk/", fields, headers=HTMX)
    while bulk.work():
        pass
    assert found(member, 4) == set()
    assert found(member, 1) == {image.pk for image in made}
    take_back(client)
    while bulk.work():
        pass
    assert found(member, 4) == {image.pk for image in made}


def test_queries_of_a_step_and_of_its_undo_do_not_grow(
    member: User, django_assert_max_num_queries: Any
) -> None:
    for count in (2, 40):
        made = [picture(member) for _ in range(count)]
        for number, image in enumerate(made):
            bulk.start(member, RATE, bulk.Selection([image.pk]), rating=number % 5)
        with django_assert_max_num_queries(12):
            action = bulk.start(
                member, RATE, bulk.Selection([image.pk for image in made]), rating=5
            )
        with django_assert_max_num_queries(18):
            bulk.undo(member, action.pk)
        assert sum(rating_of(image) == 5 for image in made) == 0


@pytest.mark.django_db(transaction=True)
def test_racing_ratings_and_notes_end_with_one_of_each_and_an_index_that_knows_both(
    member: User,
) -> None:
    image = picture(member)

    def press(number: int) -> None:
        try:
            if number % 2:
                images.write_note(image, member, f"note{number}", "")
            else:
                selection = bulk.Selection([image.pk])
                bulk.start(member, RATE, selection, rating=number // 2 + 1)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(press, range(8)))
    image.refresh_from_db()
    before = {change.before[0] for change in BulkChange.objects.all()}
    # Each began where another had ended.
    assert before | {image.rating} == {0, 1, 2, 3, 4}
    words = SearchEntry.objects.get(image=image).words
    assert image.note in words
    assert f"¤rated{image.rating} " in words
    assert f"¤rated{image.rating + 1} " not in words


# --- finding


def test_filter_means_so_many_and_more_and_combines(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    made = [picture(member, f"a fox {number}") for number in range(6)]
    for number, image in enumerate(made):
        rate(login(colleague), number, image)
    for least in range(1, 6):
        assert found(member, least) == {image.pk for image in made[least:]}
    client = login(member)
    text = client.get("/gallery/?rating=4&q=fox&member=mina&shape=square").content.decode()
    shown = re.findall(r'data-image="([0-9a-f-]{36})"', text)
    assert shown == [str(made[5].pk), str(made[4].pk)]
    assert "4 stars or more" in text
    assert gallery.matching(member, Filters(rating=4, shape="portrait")).count() == 0
    count = client.get("/bulk/matching/?place=gallery&rating=4").content.decode()
    assert "All 2 that match" in count
    for nonsense in ("rating=6", "rating=x", "rating=0", "rating=-1"):
        assert client.get(f"/gallery/?{nonsense}").content.decode().count("data-image") == 6


def test_no_text_poses_as_a_rating_and_a_new_note_keeps_it(
    member: User, login: Callable[[User], Client]
) -> None:
    picture(member, "¤rated5 rated5")
    image = picture(member)
    rate(login(member), 5, image)
    images.write_note(Image.objects.get(pk=image.pk), member, "for the cover", "")
    assert found(member, 5) == {image.pk}
    search.index(Image.objects.get(pk=image.pk))
    assert found(member, 5) == {image.pk}
    filters = Filters(rating=5, q="cover")
    assert gallery.matching(member, filters).get() == image


# --- marks on the tiles


def test_tiles_show_ones_own_favourites_and_the_teams_ratings(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    client, image = login(member), picture(colleague)
    rate(client, 3, image)
    fields = {"kind": "favourite", "image": str(image.pk)}
    client.post("/bulk/", fields)
    client.post("/bulk/", {**fields, "kind": "collect", "collection_name": "Best"})
    album = re.search(r"/collections/[0-9a-f-]{36}/", client.get("/collections/").content.decode())
    assert album
    heart = re.compile(r'data-mark="favourite">.*?visually-hidden">Favourite<', re.DOTALL)
    for path in ("/gallery/", "/gallery/carl/", album[0]):
        grid = client.get(path).content.decode().partition('id="bulk"')[0]
        assert len(heart.findall(grid)) == 1, path
        assert grid.count('data-mark="rating"') == 1, path
        theirs = login(colleague).get(path).content.decode().partition('id="bulk"')[0]
        assert len(heart.findall(theirs)) == 0, path
