"""Result files and their faults."""

from __future__ import annotations

import base64
import io

import requests
from PIL import Image

from generator.sandbox.server import Sandbox
from tests.unit.sandbox.api_client import ApiClient


def test_files_can_be_missing_or_not_images_or_picky(api: ApiClient) -> None:
    early = f"/files/response_images/{api.submit('[slow:30]')}_0.png"
    assert api.get(early).status_code == 404
    broken = api.run("[broken-file:1]")["result"][0]["image"]
    assert [requests.get(broken, timeout=10).status_code for _ in (1, 2)] == [404, 200]
    page = requests.get(api.run("[file-not-image]")["result"][0]["image"], timeout=10)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html")
    picky = api.run("[picky-file]")["result"][0]["image"]
    assert requests.get(picky, timeout=10).status_code == 403
    agent = {"User-Agent": "Studio/1.0"}
    assert requests.get(picky, headers=agent, timeout=10).status_code == 200


def test_an_image_of_the_real_size_is_ready_when_the_task_is() -> None:
    with Sandbox(duration_seconds=2) as sandbox:
        api = ApiClient(sandbox)
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30), "green").save(buffer, "JPEG")
        reference = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
        data = api.run("a sea", aspect_ratio="3:2", images=[reference, "https://a.test/1.png"])
        image = requests.get(data["result"][0]["image"], timeout=10)
        assert image.elapsed.total_seconds() < 0.5
        assert Image.open(io.BytesIO(image.content)).size == (1248, 832)
        assert 300_000 < len(image.content) < 2_500_000
