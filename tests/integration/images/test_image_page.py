"""A picture's page: fragment and page, its neighbours and family, the note, the tagged copy."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from PIL import Image as Pillow

from generator import metadata, storage
from generator.models import Batch, Collection, CollectionItem, Image, Reference, User
from generator.services import images as service

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PROMPT = 'A "fox" & <b>snow</b> 🦊 ثعلب\nsecond line \x0b end'
BROKEN = [b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"RIFF\1\0\0\0WEBPVP8L", b"?" * 99]
TEXTS = {"prompt": PROMPT, "model": "google/gempix2", "task_id": "ta-1"}


@pytest.fixture
def client(member: User, login: Callable[[User], Client]) -> Client:
    return login(member)


@pytest.fixture
def draw(press: Callable[..., Batch], data_dir: Path) -> Callable[..., Image]:
    """A stored picture, with its file; `references` are pictures it was made from."""

    def make(prompt: str = "a fox", references: tuple[Image, ...] = (), **more: Any) -> Image:
        batch = press(prompt, **({"owner": more["owner"]} if "owner" in more else {}))
        for position, reference in enumerate(references, 1):
            Reference.objects.create(batch=batch, position=position, image=reference)
        job = batch.jobs.get()
        name = storage.picture_name(job.pk, 0, "image/png")
        storage.path(name).parent.mkdir(parents=True, exist_ok=True)
        Pillow.effect_noise((64, 48), 90).convert("RGB").save(storage.path(name))
        fields = {"owner": batch.owner, "sha256": job.pk.hex, "mime": "image/png", **more}
        return Image.objects.create(
            job=job, file=name, size_bytes=1, width=64, height=48, model=batch.model, **fields
        )

    return make


def linked(text: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', text)
    return found[1].replace("&amp;", "&") if found else ""


# --- page and fragment


def test_same_address_answers_a_page_and_a_fragment(client: Client, draw: Any) -> None:
    path = draw().get_absolute_url()
    page, fragment = client.get(path), client.get(path, headers=HTMX)
    assert page.content.count(b"<html") == 1
    assert b"<html" not in fragment.content
    assert fragment.content.count(b'id="picture-about"') == 1
    for answer in (page, fragment):
        assert "HX-Request" in answer["Vary"]
    assert fragment["Cache-Control"] == "no-store"
    restored = client.get(path, headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content


def test_neighbours_follow_the_place_in_the_address(
    client: Client, draw: Any, member: User, colleague: User
) -> None:
    mine, other, last = draw("one"), draw("two", owner=colleague), draw("three")
    plain = client.get(mine.get_absolute_url()).content.decode()
    assert linked(plain, "prev") == other.get_absolute_url()
    assert linked(plain, "next") == ""
    query = f"?in=gallery&member={member.username}"
    filtered = client.get(mine.get_absolute_url() + query).content.decode()
    assert linked(filtered, "prev") == last.get_absolute_url() + query
    album = Collection.objects.create(owner=member, name="album")
    for position, image in enumerate((last, mine, other)):
        CollectionItem.objects.create(
            collection=album, image=image, position=position, added_by=member
        )
    query = f"?in=collection&collection={album.pk}"
    placed = client.get(mine.get_absolute_url() + query)
    assert linked(placed.content.decode(), "prev") == last.get_absolute_url() + query
    assert linked(placed.content.decode(), "next") == other.get_absolute_url() + query


def test_in_the_trash_neighbours_are_those_thrown_away_before_and_after(
    client: Client, draw: Any, colleague: User
) -> None:
    thrown = [draw(word) for word in ("second", "first", "third")]
    kept, foreign = draw("kept"), draw("foreign", owner=colleague)
    for image, minute in zip([*thrown, foreign], (2, 1, 3, 2), strict=True):
        Image.objects.filter(pk=image.pk).update(trashed_at=now().replace(minute=minute))
    second, first, third = (image.get_absolute_url() for image in thrown)
    text = client.get(f"{second}?in=trash").content.decode()
    assert linked(text, "prev") == f"{third}?in=trash"
    assert linked(text, "next") == f"{first}?in=trash"
    assert f'href="/trash/#image-{thrown[0].pk}"' in text
    restored = client.get(f"{kept.get_absolute_url()}?in=trash").content.decode()
    assert linked(restored, "prev") == linked(restored, "next") == ""


@pytest.mark.parametrize(
    "query", ["in=collection", "in=collection&collection=x", "in=x&y=" + "z" * 3000, "in"]
)
def test_nonsense_in_the_address_is_the_whole_gallery(
    client: Client, draw: Any, query: str
) -> None:
    image, newer = draw(), draw()
    answer = client.get(f"{image.get_absolute_url()}?{query}")
    assert linked(answer.content.decode(), "prev").startswith(newer.get_absolute_url())


def test_private_collection_of_a_colleague_is_no_place(
    client: Client, draw: Any, colleague: User
) -> None:
    one, two = draw(), draw()
    secret = Collection.objects.create(owner=colleague, name="secret", private=True)
    for position, image in enumerate((two, one)):
        CollectionItem.objects.create(
            collection=secret, image=image, position=position, added_by=colleague
        )
    answer = client.get(f"{two.get_absolute_url()}?in=collection&collection={secret.pk}")
    assert linked(answer.content.decode(), "next").startswith(one.get_absolute_url())
    assert b"secret<" not in answer.content


# --- family


def test_family_shows_what_one_may_see_and_counts_it(
    client: Client, draw: Any, colleague: User
) -> None:
    root = draw("root")
    hidden = draw("hidden", owner=colleague, private=True)
    child = draw("child", references=(root, hidden, root))
    draw("gone", references=(root,), trashed_at=now())
    draw("secret", references=(root,), owner=colleague, private=True)
    text = client.get(child.get_absolute_url()).content.decode()
    assert "Reference 1: root" in text
    assert "Reference 2: a picture that you cannot see" in text
    assert str(hidden.pk) not in text
    text = client.get(root.get_absolute_url()).content.decode()
    assert "1 picture<" in text
    assert text.count("Made from this by") == 1
    used = client.get(f"{root.get_absolute_url()}used/").content.decode()
    assert re.findall(r'id="image-([0-9a-f-]{36})"', used) == [str(child.pk)]


def test_descendants_come_in_pages(
    client: Client, draw: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.queries import surroundings

    monkeypatch.setattr(surroundings, "DESCENDANTS_A_PAGE", 3)
    root = draw("root")
    made = [draw(f"child {number}", references=(root,)) for number in range(5)]
    path, found = f"{root.get_absolute_url()}used/", []
    while path:
        text = client.get(path).content.decode()
        found += re.findall(r'id="image-([0-9a-f-]{36})"', text)
        more = re.search(r'hx-get="([^"]*)"', text)
        path = more[1] if more else ""
    assert found == [str(image.pk) for image in reversed(made)]


def test_page_takes_as_many_queries_for_a_large_family(client: Client, draw: Any) -> None:
    root = draw("root")
    middle = draw("middle", references=(root,))
    draw("leaf", references=(middle,))
    client.get(middle.get_absolute_url())
    with CaptureQueriesContext(connection) as small:
        client.get(middle.get_absolute_url(), headers=HTMX)
    for number in range(9):
        draw(f"leaf {number}", references=(middle,))
    large = draw("large", references=(root, middle, root, root))
    draw("end", references=(large,))
    for image in (middle, large):
        with CaptureQueriesContext(connection) as queries:
            client.get(image.get_absolute_url(), headers=HTMX)
        assert len(queries) == len(small) <= 18


# --- the note


def write(client: Client, image: Image, text: str, seen: str = "", **more: Any) -> Any:
    return client.post(f"{image.get_absolute_url()}note/", {"text": text, "seen": seen}, **more)


def test_note_is_kept_and_signed(client: Client, draw: Any, member: User) -> None:
    image = draw()
    answer = write(client, image, " two\r\nlines ")
    assert answer.status_code == 302
    image.refresh_from_db()
    assert (image.note, image.note_by) == ("two\nlines", member)
    assert write(client, image, "", seen="two\r\nlines", headers=HTMX).status_code == 200
    image.refresh_from_db()
    assert image.note == ""


def test_note_that_changed_meanwhile_is_shown_with_its_writer_and_nothing_is_lost(
    client: Client, draw: Any, colleague: User, login: Callable[[User], Client]
) -> None:
    image = draw()
    write(login(colleague), image, "theirs")
    for headers in ({}, HTMX):
        answer = write(client, image, "mine", headers=headers)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert f"{colleague.username} changed this note" in text
        assert "theirs" in text
        assert ">mine</textarea>" in text
        image.refresh_from_db()
        assert image.note == "theirs"
    assert write(client, image, "mine", seen="theirs").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_notes_written_at_once_one_wins_and_the_others_are_told(draw: Any, member: User) -> None:
    image = draw()

    def save(number: int) -> bool:
        try:
            return service.write_note(image, member, f"note {number}", "").done
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(save, range(6)))
    image.refresh_from_db()
    assert won.count(True) == 1
    assert image.note == f"note {won.index(True)}"


def test_viewer_and_whoever_cannot_see_the_picture_write_no_note(
    draw: Any, viewer: User, colleague: User, client: Client, login: Callable[[User], Client]
) -> None:
    assert write(login(viewer), draw(), "x").status_code == 403
    assert write(client, draw(owner=colleague, private=True), "x").status_code == 404
    assert not Image.objects.exclude(note="").exists()


def test_note_that_is_too_long_says_so_and_stays_in_the_field(client: Client, draw: Any) -> None:
    answer = write(client, draw(), "x" * 4001, headers=HTMX)
    assert answer.status_code == 422
    assert b"at most 4000 characters" in answer.content
    assert b"x" * 4001 in answer.content


# --- the tagged copy


def written(kind: str, path: Path, **options: Any) -> Pillow.Image:
    picture = Pillow.effect_noise((301, 207), 90).convert(options.pop("mode", "RGB"))
    picture.save(path, kind, **options)
    return picture


def packet(picture: Pillow.Image) -> dict[str, str]:
    """The properties of a picture's XMP packet."""
    tree = ElementTree.fromstring(picture.info["xmp"])
    (description,) = tree.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
    return {child.tag.partition("}")[2]: child.text or "" for child in description}


@pytest.mark.parametrize(
    ("kind", "mime", "options"),
    [
        ("PNG", "image/png", {}),
        ("PNG", "image/png", {"mode": "RGBA"}),
        ("JPEG", "image/jpeg", {}),
        ("JPEG", "image/jpeg", {"exif": Pillow.Exif(), "progressive": True}),
        ("WEBP", "image/webp", {}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("WEBP", "image/webp", {"lossless": True, "mode": "RGBA"}),
        ("WEBP", "image/webp", {"mode": "RGBA", "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
    ],
)
def test_tagged_copy_has_the_same_pixels_and_the_words(
    kind: str, mime: str, options: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "picture"
    written(kind, path, **options)
    tagged = metadata.tag(path, mime, TEXTS)
    data = b"".join(tagged.blocks())
    assert len(data) == tagged.size_bytes
    with Pillow.open(path) as before, Pillow.open(io.BytesIO(data)) as after:
        assert after.format == kind
        assert after.mode == before.mode
        assert after.tobytes() == before.tobytes()
        if kind == "PNG":
            assert {name: after.info[name] for name in TEXTS} == TEXTS
        else:
            assert packet(after) == TEXTS | {"prompt": PROMPT.replace("\x0b", "")}


def test_longest_prompt_fits_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    before = written("JPEG", path)
    data = b"".join(metadata.tag(path, "image/jpeg", {"prompt": "&" * 20_000}).blocks())
    with Pillow.open(io.BytesIO(data)) as after, Pillow.open(path) as plain:
        assert after.size == before.size
        assert after.tobytes() == plain.tobytes()
        assert len(packet(after)["prompt"]) > 9_000


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg", "image/webp", "image/gif"])
@pytest.mark.parametrize("data", BROKEN)
def test_file_that_is_cut_or_of_another_kind_cannot_carry_words(
    mime: str, data: bytes, tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(data)
    with pytest.raises(metadata.CannotCarryText):
        metadata.tag(tmp_path / "picture", mime, TEXTS)


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_both_downloads_are_offered_by_the_page_and_answered(client: Client, draw: Any) -> None:
    image = draw("a fox")
    assert b"?download=tagged" in client.get(image.get_absolute_url()).content
    path = f"{image.get_absolute_url()}file/?download"
    plain = body(client.get(path))
    assert plain == storage.path(image.file).read_bytes()
    answer = client.get(f"{path}=tagged")
    data = body(answer)
    assert int(answer["Content-Length"]) == len(data)
    assert answer["Content-Disposition"].startswith('attachment; filename="a-fox-')
    with Pillow.open(io.BytesIO(data)) as tagged, Pillow.open(io.BytesIO(plain)) as original:
        assert tagged.tobytes() == original.tobytes()
        assert tagged.info["prompt"] == "a fox"


def test_tagged_copy_of_what_one_may_not_see_or_what_is_gone_is_404(
    client: Client, draw: Any, colleague: User
) -> None:
    hidden, lost = draw(owner=colleague, private=True), draw()
    storage.path(lost.file).unlink()
    for image in (hidden, lost):
        assert client.get(f"{image.get_absolute_url()}file/?download=tagged").status_code == 404
