"""Faults of the disk that an image is to be written to."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

from generator.media import storage, thumbnails
from generator.models import Job
from generator.state import Status
from generator.worker import polls

from .fake_upstream import WELL
from .stage import End, Stage

pytestmark = pytest.mark.django_db

UNFETCHED = End(Status.UNFETCHED, "StorageError", settled="0.500000")


def full(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def fills_when_flushed(patch: pytest.MonkeyPatch, job: Job) -> None:
    patch.setattr(os, "fsync", full)


def fills_when_written(patch: pytest.MonkeyPatch, job: Job) -> None:
    patch.setattr(tempfile, "mkstemp", full)


def fills_with_small_copies(patch: pytest.MonkeyPatch, job: Job) -> None:
    patch.setattr(thumbnails, "_write", full)


def has_no_drafts_folder(patch: pytest.MonkeyPatch, job: Job) -> None:
    storage.images_dir().mkdir(parents=True, exist_ok=True)
    storage.temporary_dir().write_text("in the way")


def has_no_folder_for_it(patch: pytest.MonkeyPatch, job: Job) -> None:
    storage.temporary_dir().mkdir(parents=True, exist_ok=True)
    (storage.images_dir() / job.pk.hex[-2:]).write_text("in the way")


DISKS = [
    fills_when_flushed,
    fills_when_written,
    fills_with_small_copies,
    has_no_drafts_folder,
    has_no_folder_for_it,
]


@pytest.mark.parametrize("breaks", DISKS, ids=lambda breaks: breaks.__name__)
def test_broken_disk_leaves_the_image_to_be_fetched(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    breaks: Callable[[pytest.MonkeyPatch, Job], None],
) -> None:
    monkeypatch.setattr(polls, "fetch_wait", lambda job: 60)
    stage.opens(WELL)
    job = stage.presses()
    with monkeypatch.context() as patch:
        breaks(patch, job)
        stage.reaches(Status.UNFETCHED)
        assert stage.outcome() == UNFETCHED.but(kind="")
        assert stage.tells("StorageError"), stage.story()
        assert stage.job.due_at is not None
    for path in (storage.temporary_dir(), storage.images_dir() / job.pk.hex[-2:]):
        if path.is_file():
            path.unlink()
    stage.goes_on()
