"""The vendor and its file store on one port of loopback, which can be ill by script."""

from __future__ import annotations

import itertools
import json
from typing import Any
from urllib.parse import unquote_plus

import requests

from tests.peer import Peer, Script, answer_bytes
from tests.unit.upstream.tables.rows import HTML, IMAGE, envelope, task

KEY = "dk-fault-0123456789abcdef"
# A script: answer whatever is asked as a well upstream would, request after request.
WELL: Script = ["well"]


class FakeUpstream(Peer):
    """A peer whose scripts may say `WELL`; it counts its tasks from `ta-1` on.

    The step `("reports", task id, status)` calls the callback's URL of the last submit; `reported`
    has the statuses of the answers.
    """

    def __init__(self, *args: Any) -> None:
        self.serial = itertools.count(1)
        self.reported: list[int] = []
        super().__init__(*args)

    @property
    def queries(self) -> int:
        return sum(line.startswith("GET /api/task/query?") for line, _, _ in self.requests)

    def _play(self, conn: Any, script: Script) -> bool:
        if script != WELL:
            return super()._play(conn, script)
        line = self._read_request(conn)
        if line:
            self._send(conn, self.well(line))
        return bool(line)

    def _play_tuple(self, conn: Any, step: tuple[Any, ...]) -> None:
        if step[0] == "reports":
            self._report(*step[1:])
        super()._play_tuple(conn, step)

    def _report(self, task_id: str, status: str = "success") -> None:
        """Call the URL that came with the last submit."""
        body = [body for line, _, body in self.requests if line.startswith("POST")][-1]
        report = {"task_id": task_id, "status": status}
        answer = requests.post(json.loads(body)["callback_url"], json=report, timeout=10)
        self.reported.append(answer.status_code)

    def well(self, line: str) -> bytes:
        """Return what a well upstream answers to this request line."""
        method, path, _ = line.split(" ")
        if method == "POST" and path == "/api/image/gen":
            return self._answer(200, envelope({"task_id": f"ta-{next(self.serial)}"}))
        if path.startswith("/api/task/query?task_id="):
            return self._answer(200, task(task_id=unquote_plus(path.partition("=")[2])))
        if path == "/api/user":
            return self._answer(200, envelope({"credit": "10"}))
        if path.startswith("/files/"):
            return answer_bytes(200, IMAGE, {"Content-Type": "image/png"})
        return answer_bytes(404, HTML)
