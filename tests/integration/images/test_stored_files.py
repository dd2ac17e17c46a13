"""The pictures' files against their rows, a full disk, and a volume that is not there."""

from __future__ import annotations

import errno
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from generator import storage
from generator.models import Batch, Gate, Image, Job
from generator.sandbox.server import Sandbox
from generator.services import files, polls
from generator.state import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(sandbox: Sandbox, press: Callable[..., Batch], work: Callable[..., None]) -> Image:
    press()
    work(lambda: Image.objects.exists())
    return Image.objects.get()


def test_whole_files_are_found_whole(picture: Image) -> None:
    out = io.StringIO()
    call_command("verify_files", stdout=out)
    assert "as the database says" in out.getvalue()


def test_missing_changed_and_orphaned_files_are_found(
    picture: Image, press: Callable[..., Batch], work: Callable[..., None]
) -> None:
    press("a blue fox", count=2)
    work(lambda: Image.objects.count() == 3)
    changed, missing, kept = Image.objects.order_by("pk")
    path = storage.path(changed.file)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    storage.path(missing.file).unlink()
    storage.thumbnail_path(kept.file, kept.thumbnail_widths[0]).unlink()
    stray = storage.path("aa/stray-0.png")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"?")
    found = {(finding.kind, finding.name) for finding in files.verify()}
    thumbnail = storage.thumbnail_path(kept.file, kept.thumbnail_widths[0])
    assert found == {
        ("changed", changed.file),
        ("missing", missing.file),
        ("thumbnail", str(thumbnail.relative_to(storage.pictures_dir()))),
    }
    os.utime(stray, (time.time() - 2 * files.YOUNG_SECONDS,) * 2)
    assert files.Finding("orphaned", "aa/stray-0.png") in set(files.verify(contents=False))
    with pytest.raises(CommandError, match=r"1 changed, 1 missing, 1 orphaned, 1 thumbnail"):
        call_command("verify_files", stdout=io.StringIO())


def test_a_full_disk_parks_the_job_and_its_picture_is_fetched_later(
    sandbox: Sandbox,
    press: Callable[..., Batch],
    work: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(polls, "fetch_wait", lambda job: 0.2)
    job = press().jobs.get()
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        work(lambda: Job.objects.get(pk=job.pk).status == Status.UNFETCHED)
        assert "disk" in Job.objects.get(pk=job.pk).reason
    work(lambda: Job.objects.get(pk=job.pk).status == Status.SUCCEEDED)
    assert sandbox.submits == 1
    assert list(storage.drafts_dir().iterdir()) == []


def test_the_first_start_marks_the_folder_and_the_next_recognises_it(data_dir: Path) -> None:
    files.check_volume()
    name = Gate.objects.get().installation
    assert name
    assert storage.read_marker(storage.pictures_dir() / ".studio") == name
    files.check_volume()
    assert Gate.objects.get().installation == name


def test_a_missing_volume_stops_the_start_with_a_sentence(
    picture: Image, settings: Any, tmp_path: Path
) -> None:
    files.check_volume()
    settings.GEMPIX_DATA_DIR = tmp_path / "elsewhere"
    with pytest.raises(files.VolumeMissing, match="is the volume mounted"):
        files.check_volume()


def test_another_studios_folder_is_refused(data_dir: Path) -> None:
    files.check_volume()
    storage.write_marker(storage.pictures_dir() / ".studio", "another")
    with pytest.raises(files.VolumeMissing, match="another studio"):
        files.check_volume()


def test_a_folder_that_cannot_be_written_is_named(data_dir: Path) -> None:
    (data_dir / "pictures").write_text("a file where the folder should be")
    with pytest.raises(files.VolumeMissing, match="cannot be written"):
        files.check_volume()
