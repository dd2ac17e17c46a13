"""The files of images against their rows, and a full disk."""

from __future__ import annotations

import errno
import io
import os
import time
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from generator.media import storage
from generator.models import Image, Job
from generator.sandbox.server import Sandbox
from generator.services import file_audit
from generator.state import Status
from generator.worker import polls
from tests.typing import Generate, Press, Work

pytestmark = pytest.mark.django_db


def test_verify_accepts_whole_files(generate: Generate) -> None:
    generate()
    out = io.StringIO()
    call_command("verify_files", stdout=out)
    assert "match the database" in out.getvalue()


@pytest.mark.both_databases("services.file_audit")
def test_verify_finds_missing_changed_and_orphaned_files(
    sandbox: Sandbox, press: Press, work: Work
) -> None:
    press(count=3)
    work(lambda: Image.objects.count() == 3)
    changed, missing, bare = Image.objects.order_by("pk")
    path = storage.path(changed.file)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    storage.path(missing.file).unlink()
    thumbnail = storage.thumbnail_path(bare.file, bare.thumbnail_widths[0])
    thumbnail.unlink()
    stray = storage.path("aa/stray-0.png")
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"?")
    assert {(finding.kind, finding.name) for finding in file_audit.verify()} == {
        ("changed", changed.file),
        ("missing", missing.file),
        ("thumbnail", str(thumbnail.relative_to(storage.images_dir()))),
    }
    os.utime(stray, (time.time() - 2 * file_audit.YOUNG_SECONDS,) * 2)
    assert file_audit.Finding("orphaned", "aa/stray-0.png") in set(
        file_audit.verify(contents=False)
    )
    with pytest.raises(CommandError, match=r"1 changed, 1 missing, 1 orphaned, 1 thumbnail"):
        call_command("verify_files", stdout=io.StringIO())


def test_image_is_fetched_after_the_disk_was_full(
    sandbox: Sandbox, press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
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
    assert list(storage.temporary_dir().iterdir()) == []
