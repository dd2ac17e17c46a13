"""Small copies: no result fails for want of them, and they come back when they are lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from generator.media import storage, thumbnails
from generator.models import MOST_SHOWN_PIXELS, Image, User
from generator.state import Status
from tests.images import make_image
from tests.typing import Generate, LogIn, Press, Work

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("sandbox")
def test_result_is_stored_although_no_copy_can_be_made(
    press: Press, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any) -> None:
        raise ValueError("encoding error 5: image dimension is too large")

    job = press().jobs.get()
    with monkeypatch.context() as patch:
        patch.setattr(thumbnails, "copy", fails)
        work(lambda: type(job).objects.get(pk=job.pk).status == Status.SUCCEEDED)
    image = job.images.get()
    assert image.thumbnail_widths == []
    out = io.StringIO()
    call_command("verify_files", "--repair", stdout=out)
    assert f"repaired   {image.file}" in out.getvalue()
    image.refresh_from_db()
    assert image.thumbnail_widths
    assert image.color


def test_lost_copy_is_made_again_when_a_page_asks_for_it(
    generate: Generate, login: LogIn, owner: User
) -> None:
    image = generate()
    width = image.thumbnail_widths[0]
    path = storage.thumbnail_path(image.file, width)
    before = path.read_bytes()
    path.unlink()
    url = reverse("generator:image-thumbnail", args=[image.pk, width])
    answer = login(owner).get(url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == before  # type: ignore[attr-defined]
    assert path.read_bytes() == before
    assert (
        login(owner).get(reverse("generator:image-thumbnail", args=[image.pk, 77])).status_code
        == 404
    )


def test_lost_copy_of_a_lost_image_is_not_found(
    generate: Generate, login: LogIn, owner: User
) -> None:
    image = generate()
    width = image.thumbnail_widths[0]
    storage.thumbnail_path(image.file, width).unlink()
    storage.path(image.file).unlink()
    url = reverse("generator:image-thumbnail", args=[image.pk, width])
    assert login(owner).get(url).status_code == 404


def test_no_page_loads_an_image_that_is_too_large(login: LogIn, owner: User) -> None:
    sides: Any = {"width": 10_000, "height": MOST_SHOWN_PIXELS // 10_000 + 1}
    image = make_image(owner, thumbnail_widths=[], **sides)
    original = reverse("generator:image-file", args=[image.pk])
    client = login(owner)
    for path in ("/gallery/", "/", f"/batches/{image.job.batch_id}/", f"/images/{image.pk}/"):
        page = client.get(path).content.decode()
        assert "no-preview" in page, path
        assert f'"{original}"' not in page, path
        assert f"{original} " not in page, path
    page = client.get(f"/images/{image.pk}/").content.decode()
    assert "Too large for a preview: 10000 × 5001 pixels" in page
    assert f'href="{original}?download"' in page
    slot = client.get(reverse("generator:reference-image", args=[image.pk]))
    assert slot.status_code == 404
    assert Image.objects.get(pk=image.pk).too_large_to_show
