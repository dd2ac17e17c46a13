"""A client of the sandbox that hides nothing of its answers."""

from __future__ import annotations

from typing import Any

import requests

from generator.sandbox.server import Sandbox
from tests.waiting import until

KEY = {"Authorization": "Bearer dk-anything"}
MODEL = "google/gempix2"


class ApiClient:
    """A plain client of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.url = sandbox.url

    def post(self, prompt: str = "a cat", **fields: Any) -> requests.Response:
        headers = KEY | fields.pop("headers", {})
        body = {"model": MODEL, "prompt": prompt} | fields
        return requests.post(f"{self.url}/api/image/gen", json=body, headers=headers, timeout=10)

    def submit(self, prompt: str = "a cat", **fields: Any) -> str:
        answer = self.post(prompt, **fields)
        assert answer.status_code == 200, answer.text
        assert answer.json()["code"] == 0
        return str(answer.json()["data"]["task_id"])

    def get(self, path: str, **params: str) -> requests.Response:
        return requests.get(self.url + path, params=params, headers=KEY, timeout=10)

    def query(self, task_id: str) -> dict[str, Any]:
        answer = self.get("/api/task/query", task_id=task_id)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["data"])

    def final(self, task_id: str) -> dict[str, Any]:
        early = ("pending", "submitted", "in_progress", "rendering")

        def ended() -> dict[str, Any] | None:
            data = self.query(task_id)
            return None if data["status"] in early else data

        return until(ended)

    def run(self, prompt: str, **fields: Any) -> dict[str, Any]:
        return self.final(self.submit(prompt, **fields))

    def credit(self) -> str:
        return str(self.get("/api/user").json()["data"]["credit"])

    def control(self, name: str, **fields: Any) -> requests.Response:
        return requests.post(f"{self.url}/sandbox/{name}", json=fields, timeout=10)
