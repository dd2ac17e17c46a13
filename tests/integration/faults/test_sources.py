"""Faults of where a picture is said to be, and of the disk that it is to be written to."""

from __future__ import annotations

import base64
import errno
import os
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

from generator import storage, thumbnails
from generator.models import Job
from generator.services import polls
from generator.state import Status

from .stage import DONE, End, Stage
from .test_download import BLOCKED, FAILED, MAX_BYTES, NO_PICTURE, TOO_LARGE, bomb
from .test_download import small_files as small_files
from .vendor import HTML, PICTURE, WELL, says, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_files", "names")]

UNFETCHED = End(Status.UNFETCHED, "StorageError", settled="0.500000")
# Where a first answer says that the picture is; the next one is right.
ADDRESSES: list[tuple[str, End]] = [
    ("http://10.0.0.1/a.png", BLOCKED),
    ("http://172.16.0.1/a.png", BLOCKED),
    ("http://192.168.1.1/a.png", BLOCKED),
    ("http://100.64.0.1/a.png", BLOCKED),
    ("http://127.0.0.1/a.png", BLOCKED),
    ("http://localhost/a.png", BLOCKED),
    ("http://0.0.0.0/a.png", BLOCKED),
    ("http://169.254.169.254/latest/meta-data/", BLOCKED),
    ("http://224.0.0.1/a.png", BLOCKED),
    ("http://[::1]/a.png", BLOCKED),
    ("http://[fe80::1]/a.png", BLOCKED),
    ("http://[64:ff9b::7f00:1]/a.png", BLOCKED),
    ("http://[2002:7f00:1::]/a.png", BLOCKED),
    ("http://127.1/a.png", BLOCKED),
    ("http://0177.0.0.1/a.png", BLOCKED),
    ("http://@ELSEWHERE@/a.png", BLOCKED),
    ("https://@ELSEWHERE@/a.png", BLOCKED),
    ("http://inside.invalid/a.png", BLOCKED),
    ("http://mixed.invalid/a.png", BLOCKED),
    ("http://me@@HOST@/a.png", BLOCKED),
    ("http://@HOST@\\@10.0.0.1/a.png", BLOCKED),
    ("http://@HOST@:99999/a.png", BLOCKED),
    ("http://unknown.invalid/a.png", FAILED),
    (f"http://{'a' * 64}.invalid/a.png", FAILED),
]


def data_uri(content: bytes, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


DATA_URIS: list[tuple[str, str, End]] = [
    ("a whole picture", data_uri(PICTURE), DONE),
    ("called text", data_uri(PICTURE, "text/plain"), DONE),
    ("without padding", data_uri(PICTURE).rstrip("="), DONE),
    ("empty", "data:image/png;base64,", FAILED),
    ("no base64", "data:image/png;base64,AA!A", FAILED),
    ("cut in a group", "data:image/png;base64,A", FAILED),
    ("HTML", data_uri(HTML.encode()), NO_PICTURE),
    ("half a PNG", data_uri(PICTURE[: len(PICTURE) // 2]), NO_PICTURE),
    ("more pixels than are decoded", data_uri(bomb(30_000)), DONE),
    ("too large", data_uri(bytes(MAX_BYTES + 1)), TOO_LARGE),
    ("white space without end", "data:image/png;base64," + " " * 9_000_000, FAILED),
]


@pytest.mark.parametrize(("address", "end"), ADDRESSES, ids=[row[0][:40] for row in ADDRESSES])
def test_an_address_comes_to_its_end(stage: Stage, address: str, end: End) -> None:
    stage.opens(WELL, says(200, task(result=[{"image": address}])), WELL)
    stage.presses()
    stage.comes_to(end)


@pytest.mark.parametrize(("name", "uri", "end"), DATA_URIS, ids=[row[0] for row in DATA_URIS])
def test_a_data_uri_comes_to_its_end(stage: Stage, name: str, uri: str, end: End) -> None:
    answer = says(200, task(result=[{"image": uri}]))
    stage.opens(WELL, [*answer, "once more", *answer], WELL)
    stage.presses()
    stage.comes_to(end)
    assert "base64" not in "".join(stage.job.result_urls)


def full(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def fills_when_flushed(patch: pytest.MonkeyPatch, job: Job) -> None:
    patch.setattr(os, "fsync", full)


def fills_when_written(patch: pytest.MonkeyPatch, job: Job) -> None:
    patch.setattr(tempfile, "mkstemp", full)


def fills_with_small_copies(patch: pytest.MonkeyPatch, job: Job) -> None:
    patch.setattr(thumbnails, "_write", full)


def has_no_drafts_folder(patch: pytest.MonkeyPatch, job: Job) -> None:
    storage.pictures_dir().mkdir(parents=True, exist_ok=True)
    storage.drafts_dir().write_text("in the way")


def has_no_folder_for_it(patch: pytest.MonkeyPatch, job: Job) -> None:
    storage.drafts_dir().mkdir(parents=True, exist_ok=True)
    (storage.pictures_dir() / job.pk.hex[-2:]).write_text("in the way")


DISKS = [
    fills_when_flushed,
    fills_when_written,
    fills_with_small_copies,
    has_no_drafts_folder,
    has_no_folder_for_it,
]


@pytest.mark.parametrize("breaks", DISKS, ids=lambda breaks: breaks.__name__)
def test_a_broken_disk_leaves_the_picture_to_be_fetched(
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
    for path in (storage.drafts_dir(), storage.pictures_dir() / job.pk.hex[-2:]):
        if path.is_file():
            path.unlink()
    stage.goes_on()
