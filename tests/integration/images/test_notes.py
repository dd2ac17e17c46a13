"""The team's note on an image."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from generator.models import Image, User
from generator.services import images
from tests.forms import HTMX
from tests.images import make_image
from tests.threads import in_threads
from tests.typing import LogIn

pytestmark = pytest.mark.django_db


def write(client: Client, image: Image, text: str, seen: str = "", **more: Any) -> Any:
    return client.post(f"{image.get_absolute_url()}note/", {"text": text, "seen": seen}, **more)


def test_note_is_saved_with_its_writer(client: Client, member: User) -> None:
    image = make_image(member)
    answer = write(client, image, " two\r\nlines ")
    assert answer.status_code == 302
    image.refresh_from_db()
    assert (image.note, image.note_by) == ("two\nlines", member)
    assert write(client, image, "", seen="two\r\nlines", headers=HTMX).status_code == 200
    image.refresh_from_db()
    assert image.note == ""


def test_conflicting_note_is_shown_and_nothing_is_lost(
    client: Client, member: User, colleague: User, login: LogIn
) -> None:
    image = make_image(member)
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


@pytest.mark.both_databases("services.images")
@pytest.mark.django_db(transaction=True)
def test_one_of_concurrent_notes_wins(member: User) -> None:
    image = make_image(member)

    def save(number: int) -> bool:
        return images.write_note(image, member, f"note {number}", "").done

    is_saved = in_threads(save, range(6))
    image.refresh_from_db()
    assert is_saved.count(True) == 1
    assert image.note == f"note {is_saved.index(True)}"


def test_note_needs_the_right_to_see_and_to_write(
    client: Client, viewer: User, colleague: User, login: LogIn
) -> None:
    assert write(login(viewer), make_image(colleague), "x").status_code == 403
    assert write(client, make_image(colleague, private=True), "x").status_code == 404
    assert not Image.objects.exclude(note="").exists()


def test_note_that_is_too_long_stays_in_the_field(client: Client, member: User) -> None:
    answer = write(client, make_image(member), "x" * 4001, headers=HTMX)
    assert answer.status_code == 422
    assert b"at most 4000 are allowed" in answer.content
    assert b"x" * 4001 in answer.content
