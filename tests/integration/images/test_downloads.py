"""An image's files: original, thumbnail, and the copy with texts in it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from PIL import Image as Pillow

from generator.models import User
from generator.sandbox.server import Sandbox
from tests.images import make_image, write_files
from tests.typing import Generate

pytestmark = pytest.mark.django_db


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_files_are_served_with_their_types(
    client: Client, sandbox: Sandbox, generate: Generate
) -> None:
    image = generate("Ein Fuchs: schön & rot!")
    original = client.get(f"/images/{image.pk}/file/")
    assert (len(body_of(original)), original["Content-Type"]) == (image.size_bytes, "image/png")
    assert original["X-Content-Type-Options"] == "nosniff"
    assert "private" in original["Cache-Control"]
    download = client.get(f"/images/{image.pk}/file/?download")
    assert re.fullmatch(
        r"attachment; filename\*=utf-8''ein-fuchs-sch%C3%B6n-rot-[0-9a-f]{8}\.png",
        download["Content-Disposition"],
    )
    thumbnail = client.get(f"/images/{image.pk}/256.webp")
    assert thumbnail["Content-Type"] == "image/webp"
    assert client.get(f"/images/{image.pk}/257.webp").status_code == 404
    headers = {"If-None-Match": thumbnail["ETag"]}
    assert client.get(f"/images/{image.pk}/256.webp", headers=headers).status_code == 304
    page = client.get(f"/images/{image.pk}/").content.decode()
    assert sandbox.url not in page
    assert image.job.result_urls[0] not in page


def test_page_offers_a_plain_and_a_tagged_download(client: Client, member: User) -> None:
    content = io.BytesIO()
    Pillow.effect_noise((64, 48), 90).convert("RGB").save(content, "PNG")
    image = write_files(make_image(member, "a fox"), content.getvalue())
    assert b"?download=tagged" in client.get(image.get_absolute_url()).content
    path = f"{image.get_absolute_url()}file/?download"
    plain = body_of(client.get(path))
    assert plain == content.getvalue()
    answer = client.get(f"{path}=tagged")
    data = body_of(answer)
    assert int(answer["Content-Length"]) == len(data)
    assert answer["Content-Disposition"].startswith('attachment; filename="a-fox-')
    with Pillow.open(io.BytesIO(data)) as tagged, Pillow.open(io.BytesIO(plain)) as original:
        assert tagged.tobytes() == original.tobytes()
        assert tagged.info["prompt"] == "a fox"


def test_tagged_download_of_a_hidden_or_missing_image_is_404(
    client: Client, member: User, colleague: User
) -> None:
    hidden, missing = write_files(make_image(colleague, private=True)), make_image(member)
    for image in (hidden, missing):
        assert client.get(f"{image.get_absolute_url()}file/?download=tagged").status_code == 404
