"""Pictures side by side: who sees which, what is told to set them apart, and how one gets there."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import Favourite, Image, Job, Reference, Upload, User
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


def path(*images: Image, **more: str) -> str:
    parts = [*(f"image={image.pk}" for image in images), *(f"{k}={v}" for k, v in more.items())]
    return f"/compare/?{'&'.join(parts)}"


def page(client: Client, *images: Image, **more: str) -> str:
    answer = client.get(path(*images, **more))
    assert answer.status_code == 200
    return str(answer.content.decode())


def rows(text: str) -> dict[str, tuple[bool, list[str]]]:
    """The facts by their names: whether they differ, and the words of each cell."""
    found = {}
    for row in re.findall(r"<tbody.*?</tbody>", text, re.DOTALL):
        cells = [
            " ".join(html.unescape(re.sub(r"<(?!/?mark)[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)
        ]
        label, *values = cells
        found[label.removesuffix(" differs")] = (label.endswith(" differs"), values)
    return found


def test_what_differs_is_marked_in_words_and_what_is_the_same_stands_once(
    client: Client, member: User, colleague: User
) -> None:
    one = picture(member, "a red fox", references=1)
    other = picture(colleague, "a grey fox", height=2048, note="the best")
    Image.objects.filter(pk=other.pk).update(rating=4)
    told = rows(page(client, one, other))
    assert told["Prompt"] == (True, ["a <mark>red</mark> fox", "a <mark>grey</mark> fox"])
    assert told["Model"] == (False, ["Nano Banana"])
    assert told["Size"] == (True, ["1024 × 1024 px", "1024 × 2048 px"])
    assert told["Cost"] == (False, ["unknown"])
    assert told["Note"] == (True, ["none", "the best"])
    assert told["Made by"] == (True, ["mina", "carl"])
    assert told["References"][0]
    assert told["Rating"][0]
    text = page(client, one, other)
    assert 'aria-label="4 of 5"' in text
    assert "Reference 1" in text


def test_prompts_and_notes_are_escaped(client: Client, member: User) -> None:
    images = [picture(member, f"<b>{word}</b> & <script>x()</script>", note="<i>") for word in "ab"]
    text = page(client, *images)
    assert "&lt;b&gt;<mark>a</mark>&lt;/b&gt; &amp;" in text.replace("<mark></mark>", "")
    assert "<script>x" not in text
    assert "<i>" not in text


def test_each_leads_to_its_page_to_reuse_and_to_the_favourites(
    client: Client, member: User
) -> None:
    images = [picture(member) for _ in range(4)]
    Favourite.objects.create(user=member, image=images[2])
    text = page(client, *images)
    for image in images:
        assert text.count(f'href="{image.get_absolute_url()}"') == 2
        assert f'href="/?reuse={image.pk}"' in text
    assert re.findall(r'name="kind" value="(\w+)"', text) == [
        "favourite", "favourite", "unfavourite", "favourite",
    ]  # fmt: skip
    answer = client.post(
        "/bulk/",
        {"kind": "favourite", "image": str(images[0].pk), "next": path(*images)},
    )
    assert answer["Location"] == path(*images)


def test_viewer_compares_and_finds_nothing_to_spend(
    viewer: User, member: User, login: Callable[[User], Client]
) -> None:
    text = page(login(viewer), picture(member), picture(member))
    assert "reuse=" not in text
    assert 'value="favourite"' in text


def test_outsider_is_led_to_the_log_in(outsider: Client, member: User) -> None:
    for answer in (
        outsider.get(path(picture(member), picture(member))),
        outsider.post("/compare/"),
    ):
        assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")


def test_what_one_may_not_see_is_not_there(client: Client, member: User, colleague: User) -> None:
    mine, hidden = picture(member), picture(colleague, private=True)
    thrown, own = picture(colleague), picture(member)
    Image.objects.filter(pk__in=[thrown.pk, own.pk]).update(trashed_at=timezone.now())
    for other in (hidden, thrown, Image(pk=uuid.UUID(int=7))):
        assert client.get(path(mine, other)).status_code == 404
    assert client.get("/compare/?image=x&image=y").status_code == 404
    assert client.get(path(mine, own)).status_code == 200


def test_hidden_references_stay_hidden_and_uploads_are_seen(
    client: Client, member: User, colleague: User
) -> None:
    hidden, one, other = picture(colleague, private=True), picture(member), picture(member)
    upload = Upload.objects.create(
        owner=colleague, file="a", mime="image/png", width=1, height=1, size_bytes=1,
        sha256="0" * 64, source_sha256="0" * 64,
    )  # fmt: skip
    Reference.objects.create(batch=one.job.batch, position=1, image=hidden)
    Reference.objects.create(batch=other.job.batch, position=1, upload=upload)
    text = page(client, one, other)
    assert "a picture that you cannot see" in text
    assert str(hidden.pk) not in text
    assert "an uploaded file" in text
    assert '<img src="/uploads/' in text


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_too_few_and_too_many_are_told_what_to_do(count: int, client: Client, member: User) -> None:
    images = [picture(member) for _ in range(count)]
    text = page(client, *images, next="/gallery/%3Fq%3Dfox")
    assert "Two to four pictures" in text
    assert ("More than four" in text) == (count > 4)
    assert 'href="/gallery/?q=fox"' in text
    assert "<table" not in text


def test_one_picture_named_twice_is_one(client: Client, member: User) -> None:
    image = picture(member)
    assert "Two to four pictures" in page(client, image, image)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_way_back_leads_to_our_pages_alone(back: str, client: Client, member: User) -> None:
    text = page(client, picture(member), picture(member), next=back)
    assert f'href="{back}' not in text
    assert 'href="/gallery/"' in text


def test_selection_leads_to_an_address_of_its_own(client: Client, member: User) -> None:
    images = [picture(member) for _ in range(3)]
    for named in ([str(image.pk) for image in images], ",".join(str(i.pk) for i in images)):
        answer = client.post("/compare/", {"image": named, "next": "/gallery/?q=fox"})
        assert answer.status_code == 302
        asked = parse_qs(urlsplit(answer["Location"]).query)
        assert asked == {"image": [str(i.pk) for i in images], "next": ["/gallery/?q=fox"]}
    many = {"image": [str(uuid.UUID(int=number)) for number in range(300)]}
    answer = client.post("/compare/", many, follow=True)
    assert "More than four" in answer.content.decode()
    for fields in ({"all": "1"}, {}, {"image": "x"}):
        assert client.post("/compare/", fields, follow=True).status_code == 200


def test_page_takes_as_many_queries_for_four_as_for_two(client: Client, member: User) -> None:
    counts = []
    for number in (2, 4):
        images = [picture(member, references=2) for _ in range(number)]
        for image in images:
            Reference.objects.create(batch=image.job.batch, position=3, image=images[0])
        client.get(path(*images))
        with CaptureQueriesContext(connection) as queries:
            client.get(path(*images))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


# --- from a picture's page


def words_of(client: Client, image: Image) -> str:
    """With what one press compares it, as its link says."""
    text = client.get(image.get_absolute_url()).content.decode()
    found = re.search(r'id="picture-compare".*?aria-label="([^"]*)"', text)
    return found[1] if found else ""


def offered(client: Client, image: Image) -> list[str]:
    """The pictures that one press compares, in order."""
    text = client.get(image.get_absolute_url()).content.decode()
    link = re.search(r'id="picture-compare" href="([^"]*)" aria-keyshortcuts="c"', text)
    return parse_qs(urlsplit(html.unescape(link[1])).query)["image"] if link else []


def test_alone_there_is_nothing_to_compare_with(client: Client, member: User) -> None:
    assert offered(client, picture(member)) == []


def test_neighbour_then_sibling_then_source_is_what_a_picture_is_compared_with(
    client: Client, member: User, colleague: User
) -> None:
    older, image = picture(member), picture(member)
    assert offered(client, image) == [str(image.pk), str(older.pk)]
    assert offered(client, older) == [str(older.pk), str(image.pk)]
    assert words_of(client, image) == "Compare with its neighbour"
    sibling = _sibling(image)
    assert offered(client, image) == [str(image.pk), str(sibling.pk)]
    assert words_of(client, image) == "Compare with another one of its batch"
    assert "All are of one batch" in page(client, image, sibling)
    assert "All are of one batch" not in page(client, image, older)
    hidden = picture(colleague, private=True)
    Reference.objects.create(batch=image.job.batch, position=1, image=hidden)
    assert offered(client, image) == [str(image.pk), str(sibling.pk)]
    Reference.objects.create(batch=image.job.batch, position=2, image=older)
    assert offered(client, image) == [str(older.pk), str(image.pk)]
    assert words_of(client, image) == "Compare with what it was made from"
    assert "Picture 2 was made from picture 1." in page(client, older, image)


def _sibling(image: Image) -> Image:
    batch: Any = image.job.batch
    job = Job.objects.create(batch=batch, index=1, price_credits=1, due_at=None)
    facts = {"sha256": "0" * 64, "size_bytes": 1, "mime": "image/png", "width": 9, "height": 9}
    return Image.objects.create(job=job, owner=image.owner, file=f"aa/{job.pk.hex}.png", **facts)
