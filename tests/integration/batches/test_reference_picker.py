"""Images of the studio that a slot may take: whose, found by words, page by page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from generator.models import Favourite, Image, User
from tests.forms import HTMX
from tests.images import make_image
from tests.typing import LogIn

pytestmark = pytest.mark.django_db
PATH = "/references/images/"


def choices(client: Client, **query: str) -> list[str]:
    page = client.get(PATH, query, headers=HTMX).content.decode()
    return re.findall(r'data-choice="([^"]+)"', page)


def ids_of(*images: Image) -> list[str]:
    return [str(image.pk) for image in images]


def test_choices_are_the_teams_own_or_favourites_newest_first(
    client: Client, member: User, colleague: User
) -> None:
    own, foreign = make_image(member, "a red fox"), make_image(colleague, "a red owl")
    hidden, own_private = (make_image(user, private=True) for user in (colleague, member))
    Favourite.objects.create(user=member, image=foreign)
    Favourite.objects.create(user=colleague, image=own)
    assert choices(client) == ids_of(own_private, foreign, own)
    assert choices(client, of="team") == choices(client, of="nonsense") == choices(client)
    assert choices(client, of="me") == ids_of(own_private, own)
    assert choices(client, of="favourites") == ids_of(foreign)
    assert choices(client, q="owl") == ids_of(foreign)
    assert choices(client, q="owl", of="me") == []
    assert str(hidden.pk) not in client.get(PATH).content.decode()


def test_empty_list_says_why(client: Client) -> None:
    assert "Finished images appear here" in client.get(PATH).content.decode()
    assert "you add to your favorites" in client.get(PATH, {"of": "favourites"}).content.decode()
    page = client.get(PATH, {"q": "zeppelin", "of": "me"}).content.decode()
    assert "No prompts or notes match your search" in page
    assert 'value="zeppelin"' in page


def test_next_page_keeps_the_search(
    client: Client, member: User, django_assert_max_num_queries: Any
) -> None:
    images = [make_image(member, "a fox") for _ in range(50)]
    page = client.get(PATH, {"q": "fox", "of": "me"}, headers=HTMX).content.decode()
    older = re.search(r'href="(/references/images/[^"]+)"', page)
    assert older
    address = older[1].replace("&amp;", "&")
    with django_assert_max_num_queries(6):
        rest = client.get(address, headers=HTMX).content.decode()
    assert re.findall(r'data-choice="([^"]+)"', rest) == ids_of(images[1], images[0])
    assert "Older" not in rest
    assert 'id="pickable"' not in rest
    whole = client.get(address).content.decode()
    assert 'id="pickable"' in whole
    assert f"/?add={images[0].pk}" in whole


def test_viewer_may_not_pick(viewer: User, login: LogIn) -> None:
    assert login(viewer).get(PATH).status_code == 403
