"""The name of a member's file: kept with the reference, as it was called in this slot."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from generator.models import Batch, Image, Job, Reference, Upload, User
from generator.services import jobs
from generator.state import Status
from tests.forms import compose_form, png_file
from tests.images import add_image

pytestmark = pytest.mark.django_db


def upload(client: Client, name: str) -> str:
    """Upload a file of this name, always with the same bytes; return the value of its slot."""
    file = png_file()
    file.name = name
    answer = client.post("/references/upload/", {"image": file})
    assert answer.status_code == 201
    return str(answer.json()["value"])


def text_of(client: Client, path: str) -> str:
    return html.unescape(client.get(path).content.decode())


def test_one_upload_keeps_a_name_for_each_slot(client: Client) -> None:
    slots = [upload(client, "fox.png"), upload(client, "Füchse <b>&.png")]
    assert Upload.objects.count() == 1
    client.post("/batches/", compose_form(image_urls=slots))
    assert [reference.name for reference in Reference.objects.all()] == [
        "fox.png",
        "Füchse <b>&.png",
    ]
    assert [reference.slot for reference in Reference.objects.all()] == slots
    for slot in slots:
        assert client.get(f"/uploads/{slot[7:43]}/").status_code == 200


def test_name_is_shown_in_slot_batch_and_image_page(client: Client) -> None:
    client.post("/batches/", compose_form(image_urls=[upload(client, "my <b>fox</b>.png")]))
    batch = Batch.objects.get()
    image = add_image(batch.jobs.get())
    for page in ("/", batch.get_absolute_url(), image.get_absolute_url()):
        text = client.get(page).content.decode()
        assert "b&gt;.png" in text, page
        assert "<b>" not in text, page
    [caption] = re.findall(r"data-caption>([^<]+)<", client.get("/").content.decode())
    assert html.unescape(caption) == "b>.png"
    assert "Reference 1: b>.png" in text_of(client, image.get_absolute_url())


def test_upload_without_a_name_has_a_fallback(client: Client) -> None:
    value = upload(client, "fox.png").partition("/")[0]
    client.post("/batches/", compose_form(image_urls=[value]))
    assert Reference.objects.get().name == ""
    image = add_image(Job.objects.get())
    assert "Reference 1: an uploaded file" in text_of(client, image.get_absolute_url())
    assert ">Uploaded image<" in client.get("/").content.decode()


def test_posted_files_keep_their_names(client: Client) -> None:
    client.post("/batches/", compose_form(images=[png_file("red"), png_file("blue")]))
    assert [reference.name for reference in Reference.objects.all()] == ["fox.png", "fox.png"]


@pytest.mark.both_databases
def test_posted_name_is_bounded(client: Client) -> None:
    value = upload(client, "fox.png").partition("/")[0]
    for number, name in enumerate(("x" * 5000, "%ff%00%0A", "a/b/c", "🦊" * 300)):
        form = compose_form(image_urls=[f"{value}/{name}"], form_token=f"t-{number}")
        assert client.post("/batches/", form).status_code == 302
        stored = Reference.objects.get(batch__form_token=f"t-{number}").name
        assert len(stored) <= 100
        assert "\x00" not in stored
        assert client.get("/").status_code == 200


def test_reuse_regenerate_and_resend_keep_the_name(client: Client, member: User) -> None:
    slot = upload(client, "fox.png")
    client.post("/batches/", compose_form(image_urls=[slot]))
    image = add_image(Job.objects.get())
    assert f'value="{slot}"' in client.get(f"/?reuse={image.pk}").content.decode()
    client.post(f"/images/{image.pk}/regenerate/", {"form_token": "t-5"})
    Job.objects.filter(pk=image.job_id).update(status=Status.FAILED)
    jobs.resend(Job.objects.get(pk=image.job_id), member, "t-6")
    assert list(Reference.objects.values_list("name", flat=True)) == ["fox.png"] * 3


def test_comparison_ignores_the_names_of_one_file(client: Client) -> None:
    images: list[Image] = []
    for token, name in (("t-1", "fox.png"), ("t-2", "copy of fox.png")):
        slots = [upload(client, name)]
        client.post("/batches/", compose_form(image_urls=slots, form_token=token))
        images.append(add_image(Job.objects.get(batch__form_token=token)))
    query = "&".join(f"image={image.pk}" for image in images)
    text = client.get(f"/compare/?{query}").content.decode()
    references = text[text.index("<span>References") :]
    assert "differs" not in references[: references.index("</th>")]
