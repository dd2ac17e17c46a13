"""The studio behind a real nginx over TLS, with the very configuration of docs/operate.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from tests.forms import HTMX
from tests.journeys.conftest import Stage
from tests.member import PASSWORD
from tests.stack import ROOT, Stack, free_ports
from tests.waiting import until

CHAPTER = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
CARD = re.compile(r'id="batch-([0-9a-f-]{36})"')
VERSION = re.compile(r'data-version="(\d+)')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')

pytestmark = pytest.mark.xdist_group("journeys-proxy")


class Front:
    """An nginx, and what a browser needs to reach the studio through it."""

    def __init__(self, studio: Stack, folder: Path, port: int) -> None:
        self.url = f"https://localhost:{port}"
        self.studio = studio
        self.setup_path = studio.setup_url().partition(f":{port}")[2]
        self.folder = folder
        self.certificate = folder / "studio.crt"
        key = folder / "studio.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
             "-keyout", key, "-out", self.certificate, "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost"],
            check=True, capture_output=True,
        )  # fmt: skip
        (documented,) = BLOCK.findall(CHAPTER)
        places = {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "studio.example.org": "localhost",
            "/etc/ssl/studio.crt": str(self.certificate),
            "/etc/ssl/studio.key": str(key),
            "http://127.0.0.1:8000": studio.url,
        }
        for old, new in places.items():
            assert documented.count(old) == 1, old
            documented = documented.replace(old, new)
        temporary = "\n".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Its processes would be another account's, which may not read a test's folder.
        user = "user root;" if os.geteuid() == 0 else ""
        self.configuration = folder / "nginx.conf"
        self.configuration.write_text(
            f"{user} daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
            f"http {{ access_log off; {temporary}\n{documented} }}"
        )

    def visitor(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # which may name other certificates
        session.verify = str(self.certificate)
        session.headers["Referer"] = f"{self.url}/"
        return session

    def send(
        self, visitor: requests.Session, path: str, action: str = "", **fields: str
    ) -> requests.Response:
        page = visitor.get(f"{self.url}{path}", timeout=30)
        token = TOKEN.search(page.text)
        assert token, page.text
        fields["csrfmiddlewaretoken"] = token[1]
        return visitor.post(f"{self.url}{action or path}", fields, timeout=30)


@pytest.fixture(scope="module")
def front(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    port, _ = free_ports()
    url = f"https://localhost:{port}"
    studio = stage(GEMPIX_PUBLIC_URL=url)
    studio.run()
    front = Front(studio, tmp_path_factory.mktemp("nginx"), port)
    with subprocess.Popen([NGINX, "-c", front.configuration], stderr=subprocess.DEVNULL) as nginx:
        try:
            until(lambda: answers(front), "nginx answers", 30)
            yield front
        finally:
            nginx.terminate()


def answers(front: Front) -> bool:
    try:
        return front.visitor().get(f"{front.url}/healthz", timeout=5).ok
    except requests.ConnectionError:
        return False


def test_studio_behind_nginx(front: Front) -> None:
    owner = front.visitor()
    fields = {"username": "olivia", "password1": PASSWORD, "password2": PASSWORD}
    arrived = front.send(owner, front.setup_path, **fields)
    assert arrived.url == f"{front.url}/", arrived.text

    # Cookies of this host alone, and nothing but https from now on.
    assert {"__Host-gempix_session", "__Host-gempix_csrf"} <= set(owner.cookies.keys())
    assert arrived.headers["Strict-Transport-Security"] == "max-age=31536000"

    # A large upload gets as far as the studio, which finds that it is no image.
    headers = {"X-CSRFToken": owner.cookies["__Host-gempix_csrf"]}
    upload = f"{front.url}/references/upload/"
    files = {"file": b"x" * 24_000_000}
    answer = owner.post(upload, files=files, headers=headers, timeout=60)
    assert answer.status_code == 422, answer.text[:500]

    # A request that waits for news is held open until there is some.
    with front.studio.holding("a waiting fox"):
        fields = {"prompt": "a waiting fox", "model": "google/gempix2", "count": "1"}
        page = front.send(owner, "/", action="/batches/", form_token=uuid4().hex, **fields)
        batch, version = CARD.search(page.text), VERSION.search(page.text)
        assert batch, page.text
        assert version, page.text
        have = f"{batch[1].replace('-', '')}:{int(version[1]) + 1}"
        url = f"{front.url}/live/?wait=1&have={have}"
        assert owner.get(url, headers=HTMX, timeout=60).status_code in (200, 204)

    # Wrong passwords count for the visitor, whom nginx names; what they write there is ignored.
    for number in range(6):
        mallory = front.visitor()
        mallory.headers["X-Forwarded-For"] = f"198.51.100.{number}"
        front.send(mallory, "/accounts/login/", login="olivia", password="wrong")
    log = front.studio.said()
    assert "wrong password for 'olivia' from 127.0.0.1" in log
    assert "198.51.100" not in log
