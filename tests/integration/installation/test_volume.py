"""The volume of the image files: marked at the first start, and recognized."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generator.media import storage
from generator.models import Gate, User
from generator.services import file_audit
from tests.images import make_image, write_files

pytestmark = pytest.mark.django_db


def test_first_start_marks_the_volume_and_the_next_recognizes_it(data_dir: Path) -> None:
    file_audit.check_volume()
    name = Gate.objects.get().installation
    assert name
    assert storage.read_marker(storage.images_dir() / ".studio") == name
    file_audit.check_volume()
    assert Gate.objects.get().installation == name


def test_missing_volume_is_refused(member: User, settings: Any, tmp_path: Path) -> None:
    write_files(make_image(member))
    file_audit.check_volume()
    settings.GEMPIX_DATA_DIR = tmp_path / "elsewhere"
    with pytest.raises(file_audit.VolumeMissing, match="is the volume mounted"):
        file_audit.check_volume()


def test_volume_of_another_studio_is_refused(data_dir: Path) -> None:
    file_audit.check_volume()
    storage.write_marker(storage.images_dir() / ".studio", "another")
    with pytest.raises(file_audit.VolumeMissing, match="another studio"):
        file_audit.check_volume()


def test_unwritable_volume_is_refused(data_dir: Path) -> None:
    (data_dir / "pictures").write_text("a file where the folder should be")
    with pytest.raises(file_audit.VolumeMissing, match="cannot be written"):
        file_audit.check_volume()
