"""Names of uploaded files."""

from __future__ import annotations

import pytest

from generator.models import (
    file_name,
    named_reference,
)

ID = "01900000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("posted", "stored"),
    [
        ("fox.png", "fox.png"),
        ("../../etc/fox.png", "fox.png"),
        (r"C:\images\fox.png", "fox.png"),
        ("a\x00 fox\n\t at\x1b night.png", "a fox at night.png"),
        ("fox\u202egnp.exe", "foxgnp.exe"),
        ("Füchse 👨\u200d👩\u200d👧 日本.png", "Füchse 👨\u200d👩\u200d👧 日本.png"),
        ("half \ud800.png", "half .png"),
        ("  fox  .png ", "fox .png"),
        ("folder/", ""),
        ("", ""),
        ("f" * 300 + ".png", "f" * 79 + "…" + "f" * 16 + ".png"),
    ],
)
def test_file_name_is_sanitized(posted: str, stored: str) -> None:
    assert file_name(posted) == stored


def test_slot_may_carry_a_file_name() -> None:
    reference = named_reference(f"upload:{ID}/a%20fox%2F%3Cb%3E.png")
    assert reference
    assert (reference.kind, str(reference.pk), reference.name) == ("upload", ID, "<b>.png")
    assert named_reference(f"upload:{ID}").name == ""  # type: ignore[union-attr]
    assert named_reference("upload:fox.png/fox.png") is None
