"""What a submit answers: accepted, refused, or lost on its way back."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from generator import catalog
from generator.sandbox.server import Sandbox
from generator.sandbox.submission import PRICES
from tests.unit.sandbox.api_client import KEY, MODEL, ApiClient
from tests.waiting import until


def test_prices_and_models_are_those_of_the_catalog() -> None:
    listed = {model.id: model.price_credits for model in catalog.MODELS.values()}
    assert listed == PRICES


def test_credits_go_down_with_a_success_only(api: ApiClient) -> None:
    assert api.credit() == "1000.000000"
    api.run("one")
    api.run("two", model="google/gemini-2.5-flash-image")
    api.run("three [failed]")
    assert api.credit() == "999.100000"


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"prompt": "  "}, "prompt is required"),
        ({"model": "google/none"}, "unknown model: google/none"),
        ({"images": ["https://a/1.png"] * 5}, "at most 4 images are allowed"),
        ({"images": ["data:image/png;base64,%%"]}, "image 1 is not valid base64"),
        ({"callback_url": None}, "callback_url must be an http or https URL"),
        ({"aspect_ratio": "7:1"}, "aspect_ratio must be one of"),
    ],
)
def test_a_bad_submit_is_refused(api: ApiClient, fields: dict[str, Any], detail: str) -> None:
    answer = api.post(**{"prompt": "a cat"} | fields)
    assert answer.status_code == 400
    assert answer.json()["code"] == 1
    assert answer.json()["detail"].startswith(detail)


@pytest.mark.parametrize("body", [b"{", b"[1]", b"", b"[" * 100_000])
def test_bad_json_is_refused(api: ApiClient, body: bytes) -> None:
    answer = requests.post(f"{api.url}/api/image/gen", data=body, headers=KEY, timeout=10)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "key", ["", "Bearer", "dk-plain", "Bearer dk-bad", "Bearer INVALID-1", "Bearer Bearer dk-1"]
)
def test_every_call_asks_for_a_key(api: ApiClient, key: str) -> None:
    for path in ("user", "task/query", "else"):
        answer = requests.get(f"{api.url}/api/{path}", headers={"Authorization": key}, timeout=9)
        assert (answer.status_code, answer.json()["message"]) == (401, "Invalid API key")
    assert api.post(headers={"Authorization": "bearer " + "k" * 300}).status_code == 200


@pytest.mark.parametrize(
    ("word", "statuses"),
    [
        ("500", [500, 200, 200]),
        ("500:2", [500, 500, 200]),
        ("500-always", [500, 500, 500]),
        ("503-envelope", [503, 200, 200]),
        ("html-502", [502, 502, 502]),
        ("html-502:1", [502, 200, 200]),
        ("bad-request", [400, 400]),
        ("unauthorized", [401, 401]),
        ("no-credits", [402, 402]),
        ("code-1", [200, 200]),
    ],
)
def test_a_submit_can_be_refused(
    sandbox: Sandbox, api: ApiClient, word: str, statuses: list[int]
) -> None:
    answers = [api.post(f"a cat [{word}]") for _ in statuses]
    assert [answer.status_code for answer in answers] == statuses
    accepted = [a for a in answers if "json" in a.headers["Content-Type"] and not a.json()["code"]]
    assert sandbox.accepted == len(accepted) == (0 if word == "code-1" else statuses.count(200))
    assert sandbox.submits == len(statuses)


@pytest.mark.parametrize("word", ["429:1", "429-date:1"])
def test_a_rate_limit_ends_when_it_says(sandbox: Sandbox, api: ApiClient, word: str) -> None:
    answer = api.post(f"a cat [{word}]")
    assert answer.status_code == 429
    wait = answer.headers["Retry-After"]
    due = float(wait) + time.time() if wait.isdigit() else parsedate_to_datetime(wait).timestamp()
    until(lambda: api.post(f"a cat [{word}]").status_code == 200)
    assert time.time() >= due - 1.1
    assert sandbox.accepted == 1


FAULTS: dict[str, type[requests.RequestException]] = {
    "silent": requests.ReadTimeout,
    "reset": requests.ConnectionError,
    "cut": requests.exceptions.ChunkedEncodingError,
    "502": requests.HTTPError,
}


@pytest.mark.parametrize("word", [*FAULTS])
def test_a_submit_can_be_accepted_without_a_usable_answer(sandbox: Sandbox, word: str) -> None:
    body = {"model": MODEL, "prompt": f"a cat [accepted-{word}]"}
    url = f"{sandbox.url}/api/image/gen"
    with pytest.raises(FAULTS[word]):
        requests.post(url, json=body, headers=KEY, timeout=0.4).raise_for_status()
    (task,) = until(lambda: [t for t in sandbox.tasks.values() if t["finished_at"]])
    assert task["status"] == "success"
