"""A name in the images' folder stands for a whole file, also after a power cut."""

from __future__ import annotations

import os

import pytest

from generator.media import storage


def test_file_is_durable_before_it_has_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[tuple[int, bool]] = []
    target = storage.path("aa/image.png")
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        flushed.append((os.fstat(descriptor).st_ino, target.exists()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    with storage.temporary_file() as draft:
        draft.file.write(b"a whole file")
        storage.keep(draft, "aa/image.png")
    # Its content first, then its name, which the folder holds.
    assert flushed == [(target.stat().st_ino, False), (target.parent.stat().st_ino, True)]
