"""The vendor and its file store on one port of loopback, which can be ill by script."""

from __future__ import annotations

import email.utils
import io
import itertools
import json
import ssl
import time
from typing import Any
from urllib.parse import quote, unquote_plus

import requests
from PIL import Image as Pillow

from tests.peer import Peer, answer_bytes

KEY = "dk-fault-0123456789abcdef"
CREDITS = "0.500000"
# A script: answer whatever is asked as a well vendor would, request after request.
WELL: list[Any] = ["well"]
HTML = "<html><body><h1>Bad gateway</h1></body></html>"
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def picture_bytes(kind: str = "PNG", width: int = 64, height: int = 48) -> bytes:
    """A whole picture of this kind."""
    out = io.BytesIO()
    Pillow.linear_gradient("L").resize((width, height)).convert("RGB").save(out, kind)
    return out.getvalue()


PICTURE = picture_bytes()


def envelope(data: Any, code: int = 0) -> str:
    return json.dumps({"code": code, "message": "ok", "data": data})


def says(status: int, body: str | bytes, **headers: str) -> list[Any]:
    """The script of one answer; a header's name is written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return [("answer", status, body, named)]


def task(status: str = "success", task_id: str = "ta-1", **more: Any) -> str:
    """A query's answer about the first task; of a success with its picture, unless told else."""
    found: dict[str, Any] = {"task_id": task_id, "status": status, "consumed": CREDITS}
    if status == "success":
        found["result"] = [{"image": f"@URL@/files/{quote(task_id, safe='')}.png"}]
    return envelope(found | more)


class Vendor(Peer):
    """A peer whose scripts may say `WELL`; it counts its tasks from `ta-1` on.

    In what a script sends, `@URL@` and `@HOST@` stand for itself, `@ELSEWHERE@` for a host that
    must not be asked, `@SOON@` for the date of the next second. The
    step `("reports", task id)` calls the callback's address of the last submit; `reported` has
    the statuses of the answers.
    """

    def __init__(
        self, scripts: tuple[list[Any], ...], tls: ssl.SSLContext | None, elsewhere: str
    ) -> None:
        self.elsewhere = elsewhere
        self.serial = itertools.count(1)
        self.reported: list[int] = []
        super().__init__(scripts, tls)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}" if self.tls else f"http://{self.host}"

    def _play(self, conn: Any, script: list[Any]) -> bool:
        if script != WELL:
            return super()._play(conn, script)
        line = self._read_request(conn)
        if line:
            self._send(conn, self._filled(self.well(line)))
        return bool(line)

    def _play_tuple(self, conn: Any, step: tuple[Any, ...]) -> None:
        if step[0] == "reports":
            self._report(*step[1:])
        super()._play_tuple(conn, step)

    def _report(self, task_id: str, status: str = "success") -> None:
        """Call the address that came with the last submit."""
        body = [body for line, _, body in self.requests if line.startswith("POST")][-1]
        told = {"task_id": task_id, "status": status}
        answer = requests.post(json.loads(body)["callback_url"], json=told, timeout=10)
        self.reported.append(answer.status_code)

    def well(self, line: str) -> bytes:
        """What a well vendor answers to this request line."""
        method, path, _ = line.split(" ")
        if method == "POST" and path == "/api/image/gen":
            return self._said(envelope({"task_id": f"ta-{next(self.serial)}"}))
        if path.startswith("/api/task/query?task_id="):
            return self._said(task(task_id=unquote_plus(path.partition("=")[2])))
        if path == "/api/user":
            return self._said(envelope({"credit": "10"}))
        if path.startswith("/files/"):
            return answer_bytes(200, PICTURE, {"Content-Type": "image/png"})
        return answer_bytes(404, HTML)

    def _said(self, text: str) -> bytes:
        """A JSON answer whose length is right after its names are filled in."""
        return answer_bytes(200, self._filled(text.encode()))

    def _filled(self, data: bytes) -> bytes:
        if b"@" not in data:
            return data
        soon = email.utils.formatdate(time.time() + 1, usegmt=True)
        names = {"URL": self.url, "HOST": self.host, "ELSEWHERE": self.elsewhere, "SOON": soon}
        for name, value in names.items():
            data = data.replace(f"@{name}@".encode(), value.encode())
        return data
