"""An image's page: its neighbours in a list, and what it was made from and led to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from generator.models import Collection, Image, Reference, User
from generator.queries import image_context
from generator.services import collections
from tests.forms import HTMX
from tests.images import make_image, make_images

pytestmark = pytest.mark.django_db


def make_from(owner: User, *sources: Image, **fields: Any) -> Image:
    """Create an image that was made from these."""
    image = make_image(owner, **fields)
    for position, source in enumerate(sources, 1):
        Reference.objects.create(batch=image.job.batch, position=position, image=source)
    return image


def linked(text: str, rel: str) -> str:
    """Return the URL of this relation, or nothing."""
    link = re.search(rf'rel="{rel}" href="([^"]*)"', text)
    return link[1].replace("&amp;", "&") if link else ""


def test_url_answers_a_page_and_a_fragment(client: Client, member: User) -> None:
    path = make_image(member).get_absolute_url()
    page, fragment = client.get(path), client.get(path, headers=HTMX)
    assert page.content.count(b"<html") == 1
    assert b"<html" not in fragment.content
    assert fragment.content.count(b'id="image-about"') == 1
    for answer in (page, fragment):
        assert "HX-Request" in answer["Vary"]
    assert fragment["Cache-Control"] == "no-store"
    restored = client.get(path, headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content


@pytest.mark.both_databases("queries.paging", "queries.gallery")
def test_neighbours_follow_the_list_in_the_url(
    client: Client, member: User, colleague: User
) -> None:
    image, other, last = make_image(member), make_image(colleague), make_image(member)
    plain = client.get(image.get_absolute_url()).content.decode()
    assert linked(plain, "prev") == other.get_absolute_url()
    assert linked(plain, "next") == ""
    query = f"?in=gallery&member={member.username}"
    filtered = client.get(image.get_absolute_url() + query).content.decode()
    assert linked(filtered, "prev") == last.get_absolute_url() + query
    collection = Collection.objects.create(owner=member, name="Foxes")
    collections.add_images(collection, [last.pk, image.pk, other.pk], member, now())
    query = f"?in=collection&collection={collection.pk}"
    placed = client.get(image.get_absolute_url() + query)
    assert linked(placed.content.decode(), "prev") == last.get_absolute_url() + query
    assert linked(placed.content.decode(), "next") == other.get_absolute_url() + query


@pytest.mark.both_databases("queries.paging")
def test_neighbours_in_the_trash_follow_its_order(
    client: Client, member: User, colleague: User
) -> None:
    trashed = [make_image(member, trashed_at=now().replace(minute=n)) for n in (2, 1, 3)]
    make_image(colleague, trashed_at=now().replace(minute=2))
    restored = make_image(member)
    second, first, third = (image.get_absolute_url() for image in trashed)
    text = client.get(f"{second}?in=trash").content.decode()
    assert linked(text, "prev") == f"{third}?in=trash"
    assert linked(text, "next") == f"{first}?in=trash"
    assert f'href="/trash/#image-{trashed[0].pk}"' in text
    text = client.get(f"{restored.get_absolute_url()}?in=trash").content.decode()
    assert linked(text, "prev") == linked(text, "next") == ""


def test_invalid_list_in_the_url_is_the_gallery(client: Client, member: User) -> None:
    image, newer = make_images(member, 2)
    for query in ("in=collection", "in=collection&collection=x", "in=x&y=" + "z" * 3000, "in"):
        text = client.get(f"{image.get_absolute_url()}?{query}").content.decode()
        assert linked(text, "prev").startswith(newer.get_absolute_url()), query[:40]


def test_private_collection_of_a_colleague_is_no_list(
    client: Client, member: User, colleague: User
) -> None:
    one, two = make_images(member, 2)
    secret = Collection.objects.create(owner=colleague, name="secret", private=True)
    collections.add_images(secret, [two.pk, one.pk], colleague, now())
    answer = client.get(f"{two.get_absolute_url()}?in=collection&collection={secret.pk}")
    assert linked(answer.content.decode(), "next").startswith(one.get_absolute_url())
    assert b"secret<" not in answer.content


def test_family_shows_and_counts_visible_images(
    client: Client, member: User, colleague: User
) -> None:
    root = make_image(member, "root")
    hidden = make_image(colleague, private=True)
    child = make_from(member, root, hidden, root)
    make_from(member, root, trashed_at=now())
    make_from(colleague, root, private=True)
    text = client.get(child.get_absolute_url()).content.decode()
    assert "Reference 1: root" in text
    assert "Reference 2: an image you cannot see" in text
    assert str(hidden.pk) not in text
    text = client.get(root.get_absolute_url()).content.decode()
    assert "1 image<" in text
    assert text.count("Made from this by") == 1
    used = client.get(f"{root.get_absolute_url()}used/").content.decode()
    assert re.findall(r'id="image-([0-9a-f-]{36})"', used) == [str(child.pk)]


def test_descendants_come_in_pages(
    client: Client, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_context, "DESCENDANTS_A_PAGE", 3)
    root = make_image(member)
    children = [make_from(member, root) for _ in range(5)]
    path, shown = f"{root.get_absolute_url()}used/", []
    while path:
        text = client.get(path).content.decode()
        shown += re.findall(r'id="image-([0-9a-f-]{36})"', text)
        more = re.search(r'hx-get="([^"]*)"', text)
        path = more[1] if more else ""
    assert shown == [str(image.pk) for image in reversed(children)]


def test_page_takes_constant_queries(client: Client, member: User) -> None:
    root = make_image(member)
    middle = make_from(member, root)
    make_from(member, middle)
    client.get(middle.get_absolute_url())
    with CaptureQueriesContext(connection) as small:
        client.get(middle.get_absolute_url(), headers=HTMX)
    for _ in range(9):
        make_from(member, middle)
    large = make_from(member, root, middle, root, root)
    make_from(member, large)
    for image in (middle, large):
        with CaptureQueriesContext(connection) as queries:
            client.get(image.get_absolute_url(), headers=HTMX)
        assert len(queries) == len(small) <= 18
