"""What a member's file is called: kept with the reference, as it was called in this slot."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generator.models import (
    Batch,
    Image,
    Job,
    Reference,
    Upload,
    User,
    file_name,
    named_reference,
)
from generator.services import jobs
from generator.state import Status
from tests.composing import HTMX, file, form, row

pytestmark = pytest.mark.django_db
ID = "01900000-0000-7000-8000-000000000000"


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


def upload(client: Client, name: str, colour: str = "red") -> str:
    """The slot's value of a file of this name; the same bytes for the same colour."""
    given = SimpleUploadedFile(name, file(colour).read(), "image/png")
    answer = client.post("/references/upload/", {"image": given})
    assert answer.status_code == 201
    return str(answer.json()["value"])


def shown(answer: object) -> str:
    return html.unescape(answer.content.decode())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("fox.png", "fox.png"),
        ("../../etc/fox.png", "fox.png"),
        (r"C:\pictures\fox.png", "fox.png"),
        ("a\x00 fox\n\t at\x1b night.png", "a fox at night.png"),
        ("fox\u202egnp.exe", "foxgnp.exe"),
        ("Füchse 👨\u200d👩\u200d👧 日本.png", "Füchse 👨\u200d👩\u200d👧 日本.png"),
        ("half \ud800.png", "half .png"),
        ("  fox  .png ", "fox .png"),
        ("folder/", ""),
        ("", ""),
        ("f" * 300 + ".png", "f" * 79 + "…" + "f" * 16 + ".png"),
    ],
)
def test_a_name_is_made_fit_to_be_kept(given: str, kept: str) -> None:
    assert file_name(given) == kept


def test_a_slot_names_its_file_and_does_without() -> None:
    found = named_reference(f"upload:{ID}/a%20fox%2F%3Cb%3E.png")
    assert found
    assert (found.kind, str(found.pk), found.name) == ("upload", ID, "<b>.png")
    assert named_reference(f"upload:{ID}").name == ""  # type: ignore[union-attr]
    assert named_reference("upload:fox.png/fox.png") is None


def test_the_same_bytes_have_in_each_slot_the_name_that_they_came_with(client: Client) -> None:
    slots = [upload(client, "fox.png"), upload(client, "Füchse <b>&.png")]
    assert Upload.objects.count() == 1
    client.post("/batches/", form(image_urls=slots))
    assert [one.name for one in Reference.objects.all()] == ["fox.png", "Füchse <b>&.png"]
    assert [one.slot for one in Reference.objects.all()] == slots
    for slot in slots:
        assert client.get(f"/uploads/{slot[7:43]}/").status_code == 200


def test_it_is_shown_in_the_slot_the_batch_and_under_made_from(client: Client) -> None:
    client.post("/batches/", form(image_urls=[upload(client, "my <b>fox</b>.png")]))
    batch = Batch.objects.get()
    image = row(batch)
    for page in ("/", batch.get_absolute_url(), image.get_absolute_url()):
        text = client.get(page).content.decode()
        assert "b&gt;.png" in text, page
        assert "<b>" not in text, page
    caption = re.search(r"data-caption>([^<]*)<", client.get("/").content.decode())
    assert caption
    assert html.unescape(caption[1]) == "b>.png"
    assert "Reference 1: b>.png" in shown(client.get(image.get_absolute_url()))


def test_an_upload_of_earlier_days_has_none(client: Client) -> None:
    value = upload(client, "fox.png").partition("/")[0]
    client.post("/batches/", form(image_urls=[value]))
    assert Reference.objects.get().name == ""
    image = row(Batch.objects.get())
    assert "Reference 1: an uploaded file" in shown(client.get(image.get_absolute_url()))
    assert ">Uploaded picture<" in client.get("/").content.decode()


def test_files_of_a_form_without_scripts_have_their_names(client: Client) -> None:
    client.post("/batches/", form(images=[file("red"), file("blue")]))
    assert [one.name for one in Reference.objects.all()] == ["fox.png", "fox.png"]


def test_a_refused_form_keeps_the_name(client: Client) -> None:
    answer = client.post("/batches/", form(prompt=" ", images=[file("red")]), headers=HTMX)
    assert f'value="upload:{Upload.objects.get().pk}/fox.png"' in shown(answer)


@pytest.mark.parametrize("name", ["x" * 5000, "%ff%00%0A", "a/b/c", "🦊" * 300])
def test_whatever_is_posted_as_a_name_is_bounded(client: Client, name: str) -> None:
    value = upload(client, "fox.png").partition("/")[0]
    assert client.post("/batches/", form(image_urls=[f"{value}/{name}"])).status_code == 302
    kept = Reference.objects.get().name
    assert len(kept) <= 100
    assert "\x00" not in kept
    assert client.get("/").status_code == 200


def test_reuse_again_and_send_again_keep_it(client: Client, member: User) -> None:
    slot = upload(client, "fox.png")
    client.post("/batches/", form(image_urls=[slot]))
    image = row(Batch.objects.get())
    assert f'value="{slot}"' in client.get(f"/?reuse={image.pk}").content.decode()
    client.post(f"/images/{image.pk}/more/", {"form_token": "t-5"})
    Job.objects.filter(pk=image.job_id).update(status=Status.FAILED)
    jobs.send_again(Job.objects.get(pk=image.job_id), member, "t-6")
    assert list(Reference.objects.values_list("name", flat=True)) == ["fox.png"] * 3


def test_pictures_made_from_one_file_under_two_names_do_not_differ_in_it(client: Client) -> None:
    images: list[Image] = []
    for token, name in (("t-1", "fox.png"), ("t-2", "copy of fox.png")):
        slots = [upload(client, name)]
        client.post("/batches/", form(image_urls=slots, form_token=token))
        images.append(row(Batch.objects.get(form_token=token)))
    query = "&".join(f"image={image.pk}" for image in images)
    text = client.get(f"/compare/?{query}").content.decode()
    references = text[text.index("<span>References") :]
    assert "differs" not in references[: references.index("</th>")]
