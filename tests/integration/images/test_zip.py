"""A zip of any selection: what is in it, and for whom."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generator.models import Image, Reference, User
from generator.services import bulk, zips
from generator.views.zips import AT_ONCE, Sending
from tests.images import make_image, make_images, write_files
from tests.typing import LogIn

pytestmark = pytest.mark.django_db
IDS = 'SELECT "generator_image"."id" AS "pk" FROM'


def open_zip(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200
    body = answer.getvalue()
    if "Content-Length" in answer:
        assert int(answer["Content-Length"]) == len(body)
    archive = zipfile.ZipFile(io.BytesIO(body))
    assert archive.testzip() is None
    return archive


def download(client: Client, *images: Image) -> Any:
    return client.post("/zip/", {"image": ",".join(str(image.pk) for image in images)})


def test_zip_holds_each_image_with_its_metadata(client: Client, member: User) -> None:
    image = write_files(make_image(member), b"\x89PNG" * 1000)
    Reference.objects.create(batch=image.job.batch, position=1, url="https://example.org/a.png")
    image.job.task_id = "ta1"
    image.job.save()
    answer = download(client, image)
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].endswith('-1-images.zip"')
    archive = open_zip(answer)
    stem = f"a-red-fox-{image.pk.hex[-8:]}"
    assert sorted(archive.namelist()) == [f"{stem}.json", f"{stem}.png"]
    assert archive.read(f"{stem}.png") == b"\x89PNG" * 1000
    metadata = json.loads(archive.read(f"{stem}.json"))
    assert metadata["prompt"] == "a red fox"
    assert (metadata["model"], metadata["task_id"]) == ("google/gempix2", "ta1")
    assert metadata["references"] == [{"url": "https://example.org/a.png"}]
    assert (metadata["made_by"], metadata["credits"]) == ("mina", None)
    assert metadata["made_at"].startswith(str(image.created_at.year))


def test_zip_holds_visible_images_only(client: Client, member: User, colleague: User) -> None:
    visible = make_images(colleague, 2)
    hidden = make_images(colleague, private=True)
    trashed = make_images(member, trashed_at=timezone.now())
    images = [write_files(image) for image in [*visible, *hidden, *trashed]]
    names = open_zip(download(client, *images)).namelist()
    assert len([name for name in names if name.endswith(".png")]) == 2
    assert sorted(open_zip(client.get("/zip/?all=1")).namelist()) == sorted(names)


def test_viewer_may_download_a_zip(member: User, viewer: User, login: LogIn) -> None:
    image = write_files(make_image(member))
    assert len(open_zip(login(viewer).get(f"/zip/?image={image.pk}")).namelist()) == 2


def test_missing_file_is_noted_in_the_zip(client: Client, member: User) -> None:
    archive = open_zip(download(client, write_files(make_image(member)), make_image(member)))
    assert len(archive.namelist()) == 4
    (note,) = [name for name in archive.namelist() if name.endswith(".png.txt")]
    assert b"missing" in archive.read(note)


def test_long_selection_is_streamed(
    client: Client,
    member: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    monkeypatch.setattr(zips, "MOST_SIZED", 100)
    images = [write_files(image) for image in make_images(member, 450)]
    with django_assert_max_num_queries(20):
        answer = download(client, *images)
        assert "Content-Length" not in answer
        assert len(open_zip(answer).namelist()) == 900


@pytest.mark.both_databases("services.bulk")
@pytest.mark.parametrize("query", ["", "q=fox", "member=mina&shape=square"])
def test_zip_of_everything_reads_its_images_while_it_is_sent(
    member: User, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr(zips, "MOST_SIZED", 2)
    monkeypatch.setattr(zips, "PART", 2)
    images = [write_files(make_image(member)) for _ in range(12)]
    make_image(member, private=True, trashed_at=timezone.now())
    matching = bulk.Selection(all_matching=True, filters=query)

    with CaptureQueriesContext(connection) as before:
        archive = zips.make(member, matching)
        next(archive.parts)
    make_image(member)  # too late to be in it
    with CaptureQueriesContext(connection) as after:
        rest = b"".join(archive.parts)
    assert (archive.count, archive.size) == (len(images), None)
    assert len(before) < len(after)
    stems = re.findall(rb"-([0-9a-f]{8})[.]json", rest)
    assert {stem.decode() for stem in stems} == {image.pk.hex[-8:] for image in images}
    sqls = [query["sql"] for query in (*before, *after)]
    by_query = [sql for sql in sqls if sql.startswith(IDS) and " IN (" not in sql]
    assert len(by_query) >= len(images) // 2
    assert all("LIMIT 2" in sql for sql in by_query), by_query


def test_zip_is_sent_in_small_parts(member: User) -> None:
    images = [write_files(image, b"x" * 3_000_000) for image in make_images(member, 3)]
    archive = zips.make(member, bulk.Selection([image.pk for image in images]))
    assert max(len(part) for part in archive.parts) <= 2**20


def test_two_zips_at_once_are_allowed(client: Client, member: User) -> None:
    image = write_files(make_image(member))
    answers = [download(client, image) for _ in range(AT_ONCE)]
    assert download(client, image).status_code == 302
    (abandoned,) = [c for c in answers[0]._resource_closers if isinstance(c.__self__, Sending)]
    abandoned()
    abandoned()
    open_zip(download(client, image))
    assert download(client, image).status_code == 200
    open_zip(answers[1])


def test_empty_selection_says_so(client: Client) -> None:
    answer = client.post("/zip/", {"next": "/gallery/"}, follow=True)
    assert "Select at least one image first." in answer.content.decode()
