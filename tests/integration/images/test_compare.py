"""Images side by side: who sees which, how differences are marked, and how one gets there."""

from __future__ import annotations

import html
import re
import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import Favourite, Image, Reference, Upload, User
from tests.images import add_image, make_image, make_images, make_job
from tests.typing import LogIn

pytestmark = pytest.mark.django_db


def url_of(*images: Image, **more: str) -> str:
    parts = [*(f"image={image.pk}" for image in images), *(f"{k}={v}" for k, v in more.items())]
    return f"/compare/?{'&'.join(parts)}"


def page(client: Client, *images: Image, **more: str) -> str:
    answer = client.get(url_of(*images, **more))
    assert answer.status_code == 200
    return str(answer.content.decode())


def facts_of(text: str) -> dict[str, tuple[bool, list[str]]]:
    """Return for each fact by its label whether it differs, and the text of its cells."""
    facts = {}
    for row in re.findall(r"<tbody.*?</tbody>", text, re.DOTALL):
        cells = [
            " ".join(html.unescape(re.sub(r"<(?!/?mark)[^>]*>", " ", cell)).split())
            for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.DOTALL)
        ]
        label, *values = cells
        facts[label.removesuffix(" differs")] = (label.endswith(" differs"), values)
    return facts


def test_differences_are_marked_and_equal_facts_stand_once(
    client: Client, member: User, colleague: User
) -> None:
    one = make_image(member, "a red fox", references=1)
    other = make_image(colleague, "a grey fox", height=2048, note="the best")
    Image.objects.filter(pk=other.pk).update(rating=4)
    facts = facts_of(page(client, one, other))
    assert facts["Prompt"] == (True, ["a <mark>red</mark> fox", "a <mark>grey</mark> fox"])
    assert facts["Model"] == (False, ["Nano Banana"])
    assert facts["Size"] == (True, ["1024 × 1024 px", "1024 × 2048 px"])
    assert facts["Cost"] == (False, ["unknown"])
    assert facts["Note"] == (True, ["none", "the best"])
    assert facts["Created by"] == (True, ["mina", "carl"])
    assert facts["References"][0]
    assert facts["Rating"][0]
    text = page(client, one, other)
    assert 'aria-label="4 of 5"' in text
    assert "Reference 1" in text


def test_prompts_and_notes_are_escaped(client: Client, member: User) -> None:
    images = [
        make_image(member, f"<b>{word}</b> & <script>x()</script>", note="<i>") for word in "ab"
    ]
    text = page(client, *images)
    assert "&lt;b&gt;<mark>a</mark>&lt;/b&gt; &amp;" in text.replace("<mark></mark>", "")
    assert "<script>x" not in text
    assert "<i>" not in text


def test_each_image_links_to_its_page_reuse_and_favourites(client: Client, member: User) -> None:
    images = [make_image(member) for _ in range(4)]
    Favourite.objects.create(user=member, image=images[2])
    text = page(client, *images)
    for image in images:
        assert text.count(f'href="{image.get_absolute_url()}"') == 2
        assert f'href="/?reuse={image.pk}"' in text
    assert re.findall(r'name="kind" value="(\w+)"', text) == [
        "favourite", "favourite", "unfavourite", "favourite",
    ]  # fmt: skip
    fields = {"kind": "favourite", "image": str(images[0].pk), "next": url_of(*images)}
    answer = client.post("/bulk/", fields)
    assert answer["Location"] == url_of(*images)


def test_viewer_compares_without_reuse(viewer: User, member: User, login: LogIn) -> None:
    text = page(login(viewer), make_image(member), make_image(member))
    assert "reuse=" not in text
    assert 'value="favourite"' in text


def test_hidden_images_are_404(client: Client, member: User, colleague: User) -> None:
    own, hidden = make_image(member), make_image(colleague, private=True)
    own_trashed, trashed = (
        make_image(user, trashed_at=timezone.now()) for user in (member, colleague)
    )
    for other in (hidden, trashed, Image(pk=uuid.UUID(int=7))):
        assert client.get(url_of(own, other)).status_code == 404
    assert client.get("/compare/?image=x&image=y").status_code == 404
    assert client.get(url_of(own, own_trashed)).status_code == 200


def test_hidden_references_stay_hidden_and_uploads_are_shown(
    client: Client, member: User, colleague: User
) -> None:
    hidden, one, other = make_image(colleague, private=True), make_image(member), make_image(member)
    upload = Upload.objects.create(
        owner=colleague, file="a", mime="image/png", width=1, height=1, size_bytes=1,
        sha256="0" * 64, source_sha256="0" * 64,
    )  # fmt: skip
    Reference.objects.create(batch=one.job.batch, position=1, image=hidden)
    Reference.objects.create(batch=other.job.batch, position=1, upload=upload)
    text = page(client, one, other)
    assert "an image you cannot see" in text
    assert str(hidden.pk) not in text
    assert "an uploaded file" in text
    assert '<img src="/uploads/' in text


def test_too_few_or_too_many_images_say_what_to_do(client: Client, member: User) -> None:
    images = make_images(member, 40)
    for count in (0, 1, 5, 40):
        text = page(client, *images[:count], next="/gallery/%3Fq%3Dfox")
        assert "Select two to four images" in text, count
        assert ("At most four" in text) == (count > 4), count
        assert 'href="/gallery/?q=fox"' in text, count
        assert "<table" not in text, count


def test_image_named_twice_counts_once(client: Client, member: User) -> None:
    image = make_image(member)
    assert "Select two to four images" in page(client, image, image)


def test_way_back_leads_to_own_pages_only(client: Client, member: User) -> None:
    images = make_images(member, 2)
    for url in ("https://evil.example/", "//evil.example", "javascript:x", "gallery", "?x"):
        text = page(client, *images, next=url)
        assert f'href="{url}' not in text
        assert 'href="/gallery/"' in text


def test_selection_redirects_to_a_url(client: Client, member: User) -> None:
    images = [make_image(member) for _ in range(3)]
    ids = [str(image.pk) for image in images]
    for value in (ids, ",".join(ids)):
        answer = client.post("/compare/", {"image": value, "next": "/gallery/?q=fox"})
        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer["Location"]).query)
        assert query == {"image": ids, "next": ["/gallery/?q=fox"]}
    many = {"image": [str(uuid.UUID(int=number)) for number in range(300)]}
    answer = client.post("/compare/", many, follow=True)
    assert "At most four" in answer.content.decode()
    for fields in ({"all": "1"}, {}, {"image": "x"}):
        assert client.post("/compare/", fields, follow=True).status_code == 200


def test_page_takes_as_many_queries_for_four_as_for_two(client: Client, member: User) -> None:
    counts = []
    for number in (2, 4):
        images = [make_image(member, references=2) for _ in range(number)]
        for image in images:
            Reference.objects.create(batch=image.job.batch, position=3, image=images[0])
        client.get(url_of(*images))
        with CaptureQueriesContext(connection) as queries:
            client.get(url_of(*images))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def label_of(client: Client, image: Image) -> str:
    """Return what the page's link to a comparison says."""
    text = client.get(image.get_absolute_url()).content.decode()
    [label] = re.findall(r'id="image-compare".*?aria-label="([^"]*)"', text)
    return str(label)


def offered(client: Client, image: Image) -> list[str]:
    """Return the images that the page's link compares."""
    text = client.get(image.get_absolute_url()).content.decode()
    link = re.search(r'id="image-compare" href="([^"]*)" aria-keyshortcuts="c"', text)
    return parse_qs(urlsplit(html.unescape(link[1])).query)["image"] if link else []


def test_single_image_offers_no_comparison(client: Client, member: User) -> None:
    assert offered(client, make_image(member)) == []


def test_page_prefers_the_source_then_a_sibling_then_a_neighbour(
    client: Client, member: User, colleague: User
) -> None:
    older, image = make_image(member), make_image(member)
    assert offered(client, image) == [str(image.pk), str(older.pk)]
    assert offered(client, older) == [str(older.pk), str(image.pk)]
    assert label_of(client, image) == "Compare with the neighboring image"
    sibling = add_image(make_job(image.job.batch, 1))
    assert offered(client, image) == [str(image.pk), str(sibling.pk)]
    assert label_of(client, image) == "Compare with another image of its batch"
    assert "All images are from one batch" in page(client, image, sibling)
    assert "All images are from one batch" not in page(client, image, older)
    hidden = make_image(colleague, private=True)
    Reference.objects.create(batch=image.job.batch, position=1, image=hidden)
    assert offered(client, image) == [str(image.pk), str(sibling.pk)]
    Reference.objects.create(batch=image.job.batch, position=2, image=older)
    assert offered(client, image) == [str(older.pk), str(image.pk)]
    assert label_of(client, image) == "Compare with its source"
    assert "Image 2 was made from image 1." in page(client, older, image)
