"""Faults of callbacks: the token opens, the body is only a hint, and a query tells the truth."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from generator.models import Job
from generator.state import Status
from tests.unit.upstream.tables.callback import BROKEN_OFF, CALLBACK, about
from tests.web_server import USUAL, Pieces, WebServer, post, statuses

from .fake_upstream import WELL
from .stage import DONE, Case, Stage, play

TAKEN = DONE.but(posts=0)
# Each to the real web server: what its answer does to a job.
CASES = [
    Case(Status.RUNNING, CALLBACK[name], TAKEN)
    for name in ("as documented", "no JSON", "declared huge")
]

# All that a caller may have in place of the job and its token.
WRONG_PATHS = {
    "a wrong token": "{job}/wrong",
    "no token": "{job}/",
    "the token's beginning": "{job}/{beginning}",
    "the token and more": "{job}/{token}x",
    "the token in other letters": "{job}/{swapped}",
    "the token of another job": "{job}/{other_token}",
    "the token for another job": "{other}/{token}",
    "a token of strange letters": "{job}/%C3%A9%00%F0%9F%A6%8A",
    "a token of broken letters": "{job}/%ff%fe",
    "the token of no job": "00000000-0000-0000-0000-000000000000/{token}",
}
# What is said with the right token, and refused.
REFUSED: dict[str, tuple[str, bytes, int]] = {
    "GET": ("get", b"", 405),
    "PUT": ("put", USUAL, 405),
    "DELETE": ("delete", b"", 405),
    "malformed": ("post", USUAL[:-3], 400),
    "huge": ("post", b"{" + b" " * 300_000 + b"}", 413),
    "about another task": ("post", about("ta-2"), 409),
}


def facts(job: Job) -> tuple[Any, ...]:
    """Return everything of the job that a callback could change."""
    row = Job.objects.filter(pk=job.pk).values().get()
    return row, job.events.count(), job.images.count(), list(job.ledger.values())


def report(job: Job, body: bytes = USUAL, method: str = "post") -> int:
    """Call back with the job's token and return the status of the answer."""
    path = f"/callbacks/{job.pk}/{job.callback_token}/"
    caller = Client(enforce_csrf_checks=True)
    return int(caller.generic(method.upper(), path, body).status_code)


def send(web: WebServer, job: Job, pieces: Pieces) -> list[int]:
    """Send a request to the web server, byte by byte, and return the statuses of the answers."""
    path = f"/callbacks/{job.pk}/{job.callback_token}/"
    return statuses(web.send(pieces, PATH=path, JOB=str(job.pk), TOKEN=job.callback_token))


@pytest.mark.django_db
@pytest.mark.parametrize("path", WRONG_PATHS.values(), ids=WRONG_PATHS.keys())
def test_wrong_token_is_not_found_and_changes_nothing(stage: Stage, path: str) -> None:
    other = stage.stands(Status.UNCONFIRMED)
    job = stage.stands(Status.RUNNING)
    before = facts(job), facts(other)
    token = job.callback_token
    names = {"job": job.pk, "token": token, "beginning": token[:-1], "swapped": token.swapcase()}
    names |= {"other": other.pk, "other_token": other.callback_token}
    url = f"/callbacks/{path.format_map(names)}/"
    assert Client().generic("POST", url, USUAL).status_code == 404
    assert (facts(job), facts(other)) == before
    assert report(job) == 204  # so it was the path, and nothing else


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "body", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_callback_changes_nothing(
    stage: Stage, method: str, body: bytes, status: int
) -> None:
    job = stage.stands(Status.RUNNING)
    before = facts(job)
    assert report(job, body, method) == status
    assert facts(job) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
@play(CASES)
def test_request_to_the_web_server_comes_to_its_end(
    stage: Stage, web: WebServer, case: Case
) -> None:
    stage.opens(WELL)
    job = stage.stands(case.status)
    before = facts(job)
    answered = send(web, job, case.row.script)
    if case.row.kind == "taken":
        assert answered == [204]
        assert facts(job) != before
    else:
        assert answered == [case.row.outcome]
        assert facts(job) == before
        assert send(web, job, post()) == [204]  # it still takes the right word
    stage.comes_to(case.end)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("web")
def test_callback_whose_caller_has_gone_is_taken(stage: Stage, web: WebServer) -> None:
    stage.opens(WELL)
    job = stage.stands(Status.RUNNING)
    assert send(web, job, BROKEN_OFF["reset behind it"]) == []
    stage.comes_to(TAKEN)
