"""A zip of any selection: what is in it, for whom, and under which names."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any

import pytest
from django.test import Client

from generator import storage
from generator.models import Batch, Image, Reference, User
from generator.services import bulk, zips
from generator.views import zips as view

pytestmark = pytest.mark.django_db

Draw = Callable[..., list[Image]]


def with_file(image: Image, content: bytes = b"picture") -> Image:
    path = storage.path(image.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return image


def open_zip(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200
    body = answer.getvalue()
    if "Content-Length" in answer:
        assert int(answer["Content-Length"]) == len(body)
    found = zipfile.ZipFile(io.BytesIO(body))
    assert found.testzip() is None
    return found


def ask(client: Client, images: Iterable[Image], **more: Any) -> Any:
    return client.post("/zip/", {"image": ",".join(str(i.pk) for i in images)} | more)


def test_each_picture_comes_whole_with_how_it_was_made(
    draw: Draw, member: User, login: Callable[[User], Client]
) -> None:
    (image,) = draw(member, 1)
    with_file(image, b"\x89PNG" * 1000)
    Reference.objects.create(batch=image.job.batch, position=1, url="https://example.org/a.png")
    image.job.task_id = "ta1"
    image.job.save()
    answer = ask(login(member), [image])
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].endswith('-1-pictures.zip"')
    found = open_zip(answer)
    stem = f"a-red-fox-{image.pk.hex[-8:]}"
    assert sorted(found.namelist()) == [f"{stem}.json", f"{stem}.png"]
    assert found.read(f"{stem}.png") == b"\x89PNG" * 1000
    said = json.loads(found.read(f"{stem}.json"))
    assert said["prompt"] == "a red fox"
    assert (said["model"], said["task_id"]) == ("google/gempix2", "ta1")
    assert said["references"] == [{"url": "https://example.org/a.png"}]
    assert (said["made_by"], said["credits"]) == ("mina", None)
    assert said["made_at"].startswith(str(image.created_at.year))


def test_only_what_one_sees_is_in_it(
    draw: Draw, member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    seen = draw(colleague, 2)
    hidden, trashed = draw(colleague, 1, private=True), draw(member, 1)
    images = [with_file(image) for image in [*seen, *hidden, *trashed]]
    Image.objects.filter(pk=trashed[0].pk).update(trashed_at=trashed[0].created_at)
    found = open_zip(ask(login(member), images))
    pictures = [name for name in found.namelist() if name.endswith(".png")]
    assert len(pictures) == 2
    whole = open_zip(login(member).get("/zip/?all=1"))
    assert sorted(whole.namelist()) == sorted(found.namelist())


def test_an_outsider_gets_none_and_a_viewer_does(
    draw: Draw, member: User, viewer: User, outsider: Client, login: Callable[[User], Client]
) -> None:
    image = with_file(draw(member, 1)[0])
    assert outsider.get(f"/zip/?image={image.pk}").status_code == 302
    assert len(open_zip(login(viewer).get(f"/zip/?image={image.pk}")).namelist()) == 2


def test_a_missing_file_is_noted_and_the_others_come(
    draw: Draw, member: User, login: Callable[[User], Client]
) -> None:
    images = draw(member, 2)
    with_file(images[0])
    found = open_zip(ask(login(member), images))
    assert len(found.namelist()) == 4
    (note,) = [name for name in found.namelist() if name.endswith(".png.txt")]
    assert b"missing" in found.read(note)


@pytest.mark.parametrize(
    ("prompt", "stem"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con"),
        ("a\\b:c*?<>|\n\x00d", "a-b-c-d"),
        ("Füchse im Schnee", "füchse-im-schnee"),
        ("雪の中の狐", "雪の中の狐"),
        ("हिम में लोमड़ी", "हिम-में-लोमड़ी"),
        ("ثعلب أحمر", "ثعلب-أحمر"),
        ("🦊\u202egnp.exe", "gnp-exe"),
        ("🦊🦊", "picture"),
        ("狐" * 200, "狐" * 40),
    ],
)
def test_names_are_plain_in_every_script(
    prompt: str, stem: str, draw: Draw, member: User, press: Callable[..., Batch]
) -> None:
    (image,) = draw(member, 1)
    image.job.batch.prompt = prompt
    name = zips.name_of(image)
    assert name == f"{stem}-{image.pk.hex[-8:]}"
    assert PurePosixPath(name).name == name
    assert len(f"{name}.png.txt".encode()) < 255


def test_names_are_told_apart() -> None:
    names: set[str] = set()
    assert [zips._unique(name, names) for name in ("a", "A", "a", "b")] == ["a", "A-2", "a-3", "b"]


def test_a_long_selection_is_streamed_in_parts(
    draw: Draw,
    member: User,
    login: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    monkeypatch.setattr(zips, "MOST_SIZED", 100)
    images = [with_file(image) for image in draw(member, 450)]
    client = login(member)
    with django_assert_max_num_queries(20):
        answer = ask(client, images)
        assert "Content-Length" not in answer
        assert len(open_zip(answer).namelist()) == 900


def test_one_file_is_open_at_a_time_and_none_before_it_is_sent(
    draw: Draw, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [with_file(image, b"x" * 3_000_000) for image in draw(member, 3)]
    made = zips.make(member, bulk.Selection([image.pk for image in images]))
    largest = max(len(part) for part in made.parts)
    assert largest <= 2**20


def test_a_third_download_waits_its_turn_and_an_abandoned_one_gives_its_place_back(
    draw: Draw, member: User, login: Callable[[User], Client]
) -> None:
    image = with_file(draw(member, 1)[0])
    client = login(member)
    answers = [ask(client, [image]) for _ in range(view.AT_ONCE)]
    assert ask(client, [image]).status_code == 302
    (abandoned,) = [c for c in answers[0]._resource_closers if isinstance(c.__self__, view.Sending)]
    abandoned()
    abandoned()
    open_zip(ask(client, [image]))
    assert ask(client, [image]).status_code == 200
    open_zip(answers[1])


def test_nothing_chosen_says_so(member: User, login: Callable[[User], Client]) -> None:
    answer = login(member).post("/zip/", {"next": "/gallery/"}, follow=True)
    assert "Choose at least one picture first." in answer.content.decode()
