"""Uploads: judged by their bytes, made fit to be sent, stored once, seen by whom they concern."""

from __future__ import annotations

import io
import json
import os
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow
from PIL import TiffImagePlugin

from generator import catalog, multipart, reencoding, storage
from generator.models import Draft, Upload, User
from generator.reencoding import Unusable, reencode
from generator.services import batches, files, upkeep, uploads

pytestmark = pytest.mark.django_db
GPS = 0x8825


def picture(size: tuple[int, int] = (40, 20), kind: str = "PNG", **options: Any) -> bytes:
    """Red, with a blue top left quarter, so that one sees how it was turned."""
    image = Pillow.new("RGB", size, "#c83c28")
    image.paste("#2850c8", (0, 0, size[0] // 2, size[1] // 2))
    return saved(image, kind, **options)


def saved(image: Pillow.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def given(data: bytes, name: str = "fox.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(data))


def blue_corner(image: Pillow.Image) -> tuple[bool, bool]:
    """Where the blue quarter is: (left, top)."""
    plain = image.convert("RGB")
    across, down = plain.width // 4, plain.height // 4
    for left in (True, False):
        for top in (True, False):
            place = (
                across if left else plain.width - across,
                down if top else plain.height - down,
            )
            pixel = plain.getpixel(place)
            if isinstance(pixel, tuple) and pixel[2] > 150:
                return left, top
    raise AssertionError("no blue quarter")


# --- bytes


def test_a_turned_photo_is_upright_and_tells_nothing_of_where_it_was_taken() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera's maker"
    exif[GPS] = {1: "N", 2: (TiffImagePlugin.IFDRational(48, 1),) * 3}
    data = picture((400, 200), "JPEG", exif=exif, comment=b"secret place", quality=95)
    assert opened(data).getexif().get_ifd(GPS)
    made = reencode(io.BytesIO(data))
    result = opened(made.data)
    assert (made.width, made.height) == result.size == (200, 400)
    assert blue_corner(result) == (False, True)
    assert not dict(result.getexif())
    assert b"secret" not in made.data
    assert b"maker" not in made.data
    assert b"Exif" not in made.data


@pytest.mark.parametrize("turn", range(1, 9))
def test_every_turn_of_a_camera_is_undone(turn: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = turn
    steps = {1: (True, True), 2: (False, True), 3: (False, False), 4: (True, False)}
    steps |= {5: (True, True), 6: (False, True), 7: (False, False), 8: (True, False)}
    made = reencode(io.BytesIO(picture((400, 200), "JPEG", exif=exif)))
    assert blue_corner(opened(made.data)) == steps[turn]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF"])
def test_each_format_becomes_a_jpeg_of_bounded_size(kind: str) -> None:
    made = reencode(io.BytesIO(picture((3000, 1000), kind)))
    assert (made.mime, made.width, made.height) == ("image/jpeg", 2048, 683)
    assert opened(made.data).size == (2048, 683)


def test_a_phones_file_of_several_pictures_is_taken() -> None:
    image = opened(picture((300, 200)))
    data = saved(image, "MPO", save_all=True, append_images=[image.resize((150, 100))])
    assert opened(data).format == "MPO"
    assert reencode(io.BytesIO(data)).mime == "image/jpeg"


def test_transparency_stays_and_an_opaque_alpha_goes() -> None:
    clear = opened(picture()).convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    made = reencode(io.BytesIO(saved(clear)))
    assert made.mime == "image/png"
    assert opened(made.data).convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
    opaque = opened(picture()).convert("RGBA")
    assert reencode(io.BytesIO(saved(opaque))).mime == "image/jpeg"


def test_a_deep_grey_picture_is_not_cut_off_at_white() -> None:
    deep = Pillow.new("I;16", (8, 8), 32768)
    pixel = opened(reencode(io.BytesIO(saved(deep))).data).convert("L").getpixel((4, 4))
    assert pixel in range(120, 136)


def test_noise_is_made_smaller_until_it_fits() -> None:
    noise = Pillow.frombytes("RGBA", (1500, 1500), os.urandom(1500 * 1500 * 4))
    made = reencode(io.BytesIO(saved(noise, compress_level=0)))
    assert len(made.data) <= reencoding.MAX_BYTES
    assert made.width < 1500
    assert opened(made.data).size == (made.width, made.height)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    header = picture((8, 8))
    bomb = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    bomb = bomb[:29] + zlib.crc32(bomb[12:29]).to_bytes(4, "big") + bomb[33:]
    with pytest.raises(Unusable, match="too large: at most 50 million pixels"):
        reencode(io.BytesIO(bomb))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "This file is empty."),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, "HEIC picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0" + b"\0" * 99, "video"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG drawing"),
        (b"%PDF-1.7\n", "PDF document"),
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "web page"),
        (b"PK\x03\x04 and so on", "archive"),
        (b"no picture at all", "no picture that can be read here"),
        (picture((200, 200))[:300], "damaged or cut off"),
        (picture((200, 200), "JPEG")[:700], "damaged or cut off"),
    ],
    ids=["empty", "heic", "video", "svg", "pdf", "html", "zip", "text", "cut-png", "cut-jpeg"],
)
def test_what_is_no_picture_is_refused_in_one_sentence(
    data: bytes, sentence: str, member: User, login: Callable[[User], Client]
) -> None:
    answer = login(member).post("/references/upload/", {"image": given(data)})
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]
    assert not Upload.objects.exists()


def test_too_large_a_file_is_refused_and_never_stored_whole(
    member: User, login: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (multipart, uploads):
        monkeypatch.setattr(room, "MAX_FILE_BYTES", 100_000)
    passed: list[int] = []
    store = uploads.store

    def watched(owner: User, file: Any) -> Upload:
        passed.append(file.size)
        return store(owner, file)

    monkeypatch.setattr(uploads, "store", watched)
    answer = login(member).post("/references/upload/", {"image": given(os.urandom(3_000_000))})
    assert answer.status_code == 422
    assert "too large" in answer.json()["error"]
    assert passed[0] < 300_000


# --- stored once


def test_the_same_file_is_stored_once(member: User, colleague: User) -> None:
    data = picture((60, 60))
    first = uploads.store(member, given(data))
    assert uploads.store(member, given(data, "other-name.jpg")) == first
    theirs = uploads.store(colleague, given(data))
    assert theirs.pk != first.pk
    assert Upload.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_file_many_times_at_once_is_stored_once(member: User) -> None:
    data = picture((90, 60))

    def store(_number: int) -> str:
        try:
            return str(uploads.store(member, given(data)).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(store, range(24)))) == 1
    files_kept = [path for path in storage.uploads_dir().rglob("*.*") if path.is_file()]
    assert sorted(path.suffix for path in files_kept) == [".jpg", ".webp"]
    assert Upload.objects.count() == 1


def test_a_lost_file_is_stored_anew(member: User) -> None:
    data = picture()
    lost = uploads.store(member, given(data))
    storage.upload_path(lost.file).unlink()
    again = uploads.store(member, given(data))
    assert again.pk != lost.pk
    assert storage.upload_path(again.file).exists()


# --- kept, found, removed


def test_verify_finds_missing_changed_and_orphaned_uploads(member: User) -> None:
    missing = uploads.store(member, given(picture((30, 30))))
    changed = uploads.store(member, given(picture((31, 30))))
    uploads.store(member, given(picture((32, 30))))
    assert list(files.verify()) == []
    storage.upload_path(missing.file).unlink()
    storage.upload_path(changed.file).write_bytes(b"?")
    stray = storage.upload_path("aa/stray.jpg")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"?")
    os.utime(stray, (0, 0))
    found = {(finding.kind, finding.name) for finding in files.verify()}
    assert found == {
        ("missing", f"uploads/{missing.file}"),
        ("changed", f"uploads/{changed.file}"),
        ("orphaned", "uploads/aa/stray.jpg"),
    }


def test_uploads_that_nobody_used_go_after_some_days(member: User) -> None:
    unused, drafted, used, young = (
        uploads.store(member, given(picture((20 + number, 20)))) for number in range(4)
    )
    old = timezone.now() - timedelta(days=uploads.UNUSED_DAYS, minutes=1)
    Upload.objects.exclude(pk=young.pk).update(created_at=old)
    Draft.objects.create(user=member, content={"image_urls": [f"upload:{drafted.pk}", "junk:"]})
    order = batches.Order("a red fox", catalog.offered()[0], 1, [used])
    batches.create(member, order, "t-1")
    upkeep.tidy()
    assert set(Upload.objects.all()) == {drafted, used, young}
    for path_of in (storage.upload_path, storage.small_upload_path):
        assert not path_of(unused.file).exists()
        assert path_of(used.file).exists()


# --- who sees it


def test_an_upload_is_seen_by_its_owner_and_by_whom_its_batch_is_seen(
    member: User, colleague: User, outsider: Client, login: Callable[[User], Client]
) -> None:
    upload = uploads.store(member, given(picture()))
    path = f"/uploads/{upload.pk}/"
    mine = login(member).get(path)
    assert (mine.status_code, mine["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(mine.streaming_content) == storage.upload_path(upload.file).read_bytes()  # type: ignore[attr-defined]
    assert login(colleague).get(path).status_code == 404
    assert outsider.get(path).status_code == 302
    order = batches.Order("a red fox", catalog.offered()[0], 1, [upload], private=True)
    batches.create(member, order, "t-1")
    assert login(colleague).get(path).status_code == 404
    batches.create(member, batches.Order("a red fox", catalog.offered()[0], 1, [upload]), "t-2")
    assert login(colleague).get(path).status_code == 200


def test_a_small_copy_is_behind_the_same_door(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    upload = uploads.store(member, given(picture((900, 600))))
    path = f"/uploads/{upload.pk}/small/"
    small = login(member).get(path)
    with Pillow.open(io.BytesIO(b"".join(small.streaming_content))) as opened:  # type: ignore[attr-defined]
        assert (opened.format, opened.size) == ("WEBP", (320, 213))
    assert login(colleague).get(path).status_code == 404
    storage.small_upload_path(upload.file).unlink()  # as of those that came before there were any
    assert login(member).get(path)["Content-Type"] == "image/jpeg"


def test_viewers_upload_nothing(viewer: User, login: Callable[[User], Client]) -> None:
    answer = login(viewer).post("/references/upload/", {"image": given(picture())})
    assert answer.status_code == 403
    assert login(viewer).post("/draft/", {"prompt": "a fox"}).status_code == 403


def test_an_upload_without_a_file_is_refused_in_words(
    member: User, login: Callable[[User], Client]
) -> None:
    answer = login(member).post("/references/upload/", {})
    assert answer.status_code == 422
    assert json.loads(answer.content)["error"] == "Choose a picture first."


def test_a_full_disk_is_said(member: User, login: Callable[[User], Client], data_dir: Path) -> None:
    (data_dir / "uploads").write_text("a file where the folder should be")
    answer = login(member).post("/references/upload/", {"image": given(picture())})
    assert answer.status_code == 422
    assert "disk" in answer.json()["error"]
