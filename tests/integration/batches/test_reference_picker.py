"""Pictures of the studio that a slot may take: whose, found by words, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from generator.models import Favourite, Image, User
from tests.composing import HTMX
from tests.pictures import picture

pytestmark = pytest.mark.django_db
PATH = "/references/pictures/"


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


def choices(client: Client, **asked: str) -> list[str]:
    page = client.get(PATH, asked, headers=HTMX).content.decode()
    return re.findall(r'data-choice="([^"]+)"', page)


def named(*images: Image) -> list[str]:
    return [str(image.pk) for image in images]


def test_they_are_the_teams_mine_or_my_favourites_newest_first(
    client: Client, member: User, colleague: User
) -> None:
    mine, theirs = picture(member, "a red fox"), picture(colleague, "a red owl")
    hidden, own = picture(colleague, private=True), picture(member, private=True)
    Favourite.objects.create(user=member, image=theirs)
    Favourite.objects.create(user=colleague, image=mine)
    assert choices(client) == named(own, theirs, mine)
    assert choices(client, of="team") == choices(client, of="nonsense") == choices(client)
    assert choices(client, of="me") == named(own, mine)
    assert choices(client, of="favourites") == named(theirs)
    assert choices(client, q="owl") == named(theirs)
    assert choices(client, q="owl", of="me") == []
    assert str(hidden.pk) not in client.get(PATH).content.decode()


def test_what_is_missing_is_said(client: Client) -> None:
    assert "Finished pictures appear here" in client.get(PATH).content.decode()
    assert "you mark with a heart" in client.get(PATH, {"of": "favourites"}).content.decode()
    found = client.get(PATH, {"q": "zeppelin", "of": "me"}).content.decode()
    assert "No picture here has these words" in found
    assert 'value="zeppelin"' in found


def test_each_page_names_the_next_by_the_same_search(
    client: Client, member: User, django_assert_max_num_queries: Any
) -> None:
    images = [picture(member, "a fox") for _ in range(50)]
    page = client.get(PATH, {"q": "fox", "of": "me"}, headers=HTMX).content.decode()
    older = re.search(r'href="(/references/pictures/[^"]+)"', page)
    assert older
    address = older[1].replace("&amp;", "&")
    with django_assert_max_num_queries(6):
        rest = client.get(address, headers=HTMX).content.decode()
    assert re.findall(r'data-choice="([^"]+)"', rest) == named(images[1], images[0])
    assert "Older" not in rest
    assert 'id="pickable"' not in rest
    whole = client.get(address).content.decode()
    assert 'id="pickable"' in whole
    assert f"/?add={images[0].pk}" in whole


def test_they_are_for_who_may_generate(member: User, login: Callable[[User], Client]) -> None:
    member.role = "viewer"
    member.save()
    assert login(member).get(PATH).status_code == 403
