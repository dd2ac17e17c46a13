"""The service worker."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_service_worker_caches_only_the_offline_page_and_its_assets(outsider: Client) -> None:
    answer = outsider.get("/service-worker.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert '"/offline/"' in text
    assert text.count('"/static/') == 5
