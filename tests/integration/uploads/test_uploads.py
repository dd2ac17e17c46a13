"""Uploads: judged by their bytes, stored once, and seen by whom they concern."""

from __future__ import annotations

import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from generator import catalog
from generator.media import storage, upload_limits
from generator.models import Draft, Upload, User
from generator.services import batches, file_audit, maintenance, uploads
from tests.forms import png_file
from tests.threads import in_threads
from tests.typing import LogIn

pytestmark = pytest.mark.django_db


def post_file(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("fox.png", content, "image/png")
    return client.post("/references/upload/", {"image": file})


def order_with(upload: Upload, *, private: bool = False) -> batches.GenerationRequest:
    return batches.GenerationRequest(
        "a red fox", catalog.offered()[0], 1, [upload], private=private
    )


def test_unusable_file_is_refused_with_its_reason(client: Client) -> None:
    for content, reason in ((b"", "This file is empty."), (b"%PDF-1.7\n", "PDF document")):
        answer = post_file(client, content)
        assert answer.status_code == 422
        assert reason in answer.json()["error"]
    assert not Upload.objects.exists()


def test_too_large_file_is_refused_unread(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (upload_limits, uploads):
        monkeypatch.setattr(module, "MAX_FILE_BYTES", 100_000)
    sizes: list[int] = []
    store = uploads.store

    def watched(owner: User, file: Any) -> Upload:
        sizes.append(file.size)
        return store(owner, file)

    monkeypatch.setattr(uploads, "store", watched)
    answer = post_file(client, os.urandom(3_000_000))
    assert answer.status_code == 422
    assert "too large" in answer.json()["error"]
    assert sizes[0] < 300_000


@pytest.mark.both_databases("services.uploads")
def test_same_file_is_stored_once_for_each_member(member: User, colleague: User) -> None:
    first = uploads.store(member, png_file())
    renamed = png_file()
    renamed.name = "other-name.jpg"
    assert uploads.store(member, renamed) == first
    assert uploads.store(colleague, png_file()).pk != first.pk
    assert Upload.objects.count() == 2


@pytest.mark.both_databases("services.uploads")
@pytest.mark.django_db(transaction=True)
def test_concurrent_uploads_of_one_file_store_it_once(member: User) -> None:
    ids = in_threads(lambda _: uploads.store(member, png_file()).pk, range(24))
    assert len(set(ids)) == 1
    paths = [path for path in storage.uploads_dir().rglob("*.*") if path.is_file()]
    assert sorted(path.suffix for path in paths) == [".jpg", ".webp"]
    assert Upload.objects.count() == 1


def test_missing_file_is_stored_again(member: User) -> None:
    lost = uploads.store(member, png_file())
    storage.upload_path(lost.file).unlink()
    upload = uploads.store(member, png_file())
    assert upload.pk != lost.pk
    assert storage.upload_path(upload.file).exists()


def test_verify_finds_missing_changed_and_orphaned_uploads(member: User) -> None:
    missing, changed, _whole = (
        uploads.store(member, png_file(colour)) for colour in ("red", "blue", "green")
    )
    assert list(file_audit.verify()) == []
    storage.upload_path(missing.file).unlink()
    storage.upload_path(changed.file).write_bytes(b"?")
    stray = storage.upload_path("aa/stray.jpg")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"?")
    os.utime(stray, (0, 0))
    assert {(finding.kind, finding.name) for finding in file_audit.verify()} == {
        ("missing", f"uploads/{missing.file}"),
        ("changed", f"uploads/{changed.file}"),
        ("orphaned", "uploads/aa/stray.jpg"),
    }


@pytest.mark.both_databases("models.uploads", "services.uploads")
def test_unused_uploads_are_purged(member: User) -> None:
    unused, drafted, used, young = (
        uploads.store(member, png_file(colour)) for colour in ("red", "blue", "green", "white")
    )
    old = timezone.now() - timedelta(days=uploads.UNUSED_DAYS, minutes=1)
    Upload.objects.exclude(pk=young.pk).update(created_at=old)
    Draft.objects.create(user=member, content={"image_urls": [f"upload:{drafted.pk}", "junk:"]})
    batches.create(member, order_with(used), "t-1")
    maintenance.run()
    assert set(Upload.objects.all()) == {drafted, used, young}
    for path_of in (storage.upload_path, storage.small_upload_path):
        assert not path_of(unused.file).exists()
        assert path_of(used.file).exists()


@pytest.mark.both_databases("queries.compose")
def test_upload_is_served_to_its_owner_and_who_sees_its_batch(
    client: Client, member: User, colleague: User, login: LogIn
) -> None:
    upload, other = uploads.store(member, png_file()), login(colleague)
    path = f"/uploads/{upload.pk}/"
    answer: Any = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.getvalue() == storage.upload_path(upload.file).read_bytes()
    assert other.get(path).status_code == 404
    batches.create(member, order_with(upload, private=True), "t-1")
    assert other.get(path).status_code == 404
    batches.create(member, order_with(upload), "t-2")
    assert other.get(path).status_code == 200


def test_thumbnail_has_the_same_access(
    client: Client, member: User, colleague: User, login: LogIn
) -> None:
    upload = uploads.store(member, png_file(size=(900, 600)))
    path = f"/uploads/{upload.pk}/small/"
    answer: Any = client.get(path)
    with Pillow.open(io.BytesIO(answer.getvalue())) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (320, 213))
    assert login(colleague).get(path).status_code == 404
    storage.small_upload_path(upload.file).unlink()  # as of uploads from before there were any
    assert client.get(path)["Content-Type"] == "image/jpeg"


def test_viewer_cannot_upload(viewer: User, login: LogIn) -> None:
    client = login(viewer)
    assert post_file(client, png_file().read()).status_code == 403
    assert client.post("/draft/", {"prompt": "a fox"}).status_code == 403


def test_missing_file_field_is_refused(client: Client) -> None:
    answer = client.post("/references/upload/", {})
    assert answer.status_code == 422
    assert json.loads(answer.content)["error"] == "Choose an image first."


def test_full_disk_is_reported(client: Client, data_dir: Path) -> None:
    (data_dir / "uploads").write_text("a file where the folder should be")
    answer = post_file(client, png_file().read())
    assert answer.status_code == 422
    assert "disk" in answer.json()["error"]
