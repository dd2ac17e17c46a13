"""Faults of callbacks: the token opens, the body is only a hint, and a query tells the truth.

Every request is written byte by byte to the studio's own web server; the sweep runs here.
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from generator.models import Gate, Job
from generator.services import usage
from generator.state import FINAL, Status

from .stage import DONE, Stage
from .vendor import HTML, WELL
from .web import USUAL, Pieces, Web, chunk, in_chunks, post, slowly

pytestmark = pytest.mark.django_db(transaction=True)

TAKEN = DONE.but(posts=0)


def about(task_id: str, status: str = "success") -> bytes:
    return b'{"task_id":"%s","status":"%s"}' % (task_id.encode(), status.encode())


def named(path: str) -> Pieces:
    return post(path=path)


# Nothing comes of these; the statuses of which the answer must have one, 0 for none.
REFUSED: list[tuple[str, Pieces, set[int]]] = [
    ("a wrong token", named("/callbacks/@JOB@/wrong/"), {404}),
    ("no token", named("/callbacks/@JOB@//"), {404}),
    ("the token's beginning", named("/callbacks/@JOB@/@SHORT@/"), {404}),
    ("the token and more", named("/callbacks/@JOB@/@TOKEN@x/"), {404}),
    ("the token in other letters", named("/callbacks/@JOB@/@SWAPPED@/"), {404}),
    ("the token of another job", named("/callbacks/@JOB@/@OTHER_TOKEN@/"), {404}),
    ("the token for another job", named("/callbacks/@OTHER_JOB@/@TOKEN@/"), {404}),
    ("a token of strange letters", named("/callbacks/@JOB@/%C3%A9%00%F0%9F%A6%8A/"), {404}),
    ("a token of broken letters", named("/callbacks/@JOB@/%ff%fe/"), {404}),
    ("a token of 9,000 letters", named(f"/callbacks/@JOB@/{'x' * 9_000}/"), {400, 404, 414}),
    ("the token of a job that is none", named(f"/callbacks/{'0' * 36}/@TOKEN@/"), {404}),
    ("no job", named("/callbacks/7/@TOKEN@/"), {404}),
    ("the job as a path", named("/callbacks/../@JOB@/@TOKEN@/"), {404}),
    ("the token behind a question mark", named("/callbacks/@JOB@/?token=@TOKEN@"), {404}),
    *[(method, post(method=method), {405})
      for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")],
    ("a method in small letters", post(method="post"), {400, 405}),
    ("empty", post(b""), {400}),
    ("no JSON", post(HTML.encode(), "Content-Type: text/html"), {400}),
    ("a form", post(b"task_id=ta-1", "Content-Type: application/x-www-form-urlencoded"), {400}),
    ("cut JSON", post(USUAL[:-3]), {400}),
    ("two values", post(USUAL * 2), {400}),
    *[(f"the value {value}", post(value.encode()), {400})
      for value in ("[]", "null", "7", '"ta-1"', "NaN", '{"task_id":NaN}')],
    ("nested deep", post(b"[" * 100_000), {400}),
    ("nested deep in a value", post(b'{"x":' * 30_000 + b"1" + b"}" * 30_000), {400}),
    ("a huge number", post(b'{"task_id":"ta-1","x":%s}' % (b"9" * 9_000)), {400}),
    ("UTF-16", post(USUAL.decode().encode("utf-16")), {400}),
    ("broken letters", post(b"\xff\xfe\xfd"), {400}),
    ("packed", post(gzip.compress(USUAL), "Content-Encoding: gzip"), {400}),
    ("a number for the task", post(b'{"task_id":7}'), {400}),
    ("a list for the task", post(b'{"task_id":["ta-1"]}'), {400}),
    ("a NUL in the task", post(b'{"task_id":"ta-1\\u0000"}'), {400}),
    ("a task of 256 letters", post(about("t" * 256)), {400}),
    ("another task", post(about("ta-2")), {409}),
    ("another task in an envelope", post(b'{"code":0,"data":%s}' % about("ta-2")), {409}),
    ("another task that failed", post(about("ta-2", "failed")), {409}),
    # Once refused by its length the rest is not read, which may break the connection.
    ("huge", post(b"{" + b" " * 300_000 + b"}"), {413, 0}),
    ("declared huge", post(USUAL, length=10**12), {413}),
    ("declared absurdly", post(USUAL, length="9" * 40), {400, 413}),
    ("huge in chunks", in_chunks(chunk(b" " * 100_000) * 4, b"0\r\n\r\n"), {413, 0}),
    ("one endless chunk", [*in_chunks(b"fffffff\r\n"), *[b" " * 65_536] * 9], {413, 0}),
    ("a length too short", post(length=9), {400}),
    ("no length", post(length=""), {400}),
    ("a length below zero", post(length=-5), {400}),
    ("a length of junk", post(length="many"), {400}),
    ("two lengths", post(USUAL, "Content-Length: 3"), {400}),
    ("a length and chunks", post(USUAL, "Transfer-Encoding: chunked"), {400}),
    ("a coding nobody knows", post(USUAL, "Transfer-Encoding: yes", length=""), {400, 501}),
    ("a chunk of no size", in_chunks(b"xyz\r\n"), {400}),
    ("a chunk of size -1", in_chunks(b"-1\r\n"), {400}),
    ("chunks cut", [*in_chunks(chunk(USUAL[:9])), "fin"], {400, 0}),
    ("closed within the body", [*post(USUAL[:9], length=len(USUAL)), "fin"], {400, 0}),
    ("reset within the body", [*post(USUAL[:9], length=len(USUAL)), "reset"], {0}),
    ("closed within the head", [post()[0][:40], "fin"], {400, 0}),
    ("no HTTP", [b"SSH-2.0-OpenSSH_9.6\r\n\r\n"], {400}),
    ("HTTP/9", post(version="9.9"), {400, 505}),
    ("another host", [post()[0].replace(b"@HOST@", b"evil.example.org")], {400}),
    ("endless headers", [post()[0][:-4], b"x: y\r\n" * 20_000, b"\r\n"], {400, 431, 0}),
    ("a header of 100 kB", post(USUAL, "X-Long: " + "y" * 100_000), {400, 431, 0}),
]  # fmt: skip

# These are taken, and make the studio ask at once.
WORKING: list[tuple[str, Pieces]] = [
    ("as documented", post(b'{"task_id":"ta-1","status":"success","result":[{"image":"https://x.org'
                           b'/a.png"}],"consumed":"0.500000","status_reason":{"message":null}}')),
    ("in an envelope", post(b'{"code":0,"message":"ok","data":%b}' % USUAL)),
    ("without a status", post(b'{"task_id":"ta-1"}')),
    ("without a task", post(b'{"status":"success"}')),
    ("null for everything", post(b'{"task_id":null,"status":null,"result":null}')),
    ("a number for a status", post(b'{"task_id":"ta-1","status":3}')),
    ("a status without end", post(about("ta-1", "x" * 99_999))),
    ("a status with a NUL", post(b'{"task_id":"ta-1","status":"a\\u0000\\ud800"}')),
    ("a status of the running kind", post(about("ta-1", "in_progress"))),
    ("forged as failed", post(about("ta-1", "failed"))),
    ("forged as free", post(b'{"task_id":"ta-1","status":"success","consumed":"0.000000"}')),
    ("with a forged picture", post(b'{"task_id":"ta-1","status":"success","result":'
                                   b'[{"image":"http://10.0.0.1/files/forged.png"}]}')),
    ("with a data URI", post(b'{"task_id":"ta-1","result":[{"image":"data:image/png;base64,%b"}]}'
                             % (b"A" * 200_000))),
    ("with a byte order mark", post(b"\xef\xbb\xbf" + USUAL)),
    ("called text", post(USUAL, "Content-Type: text/plain; charset=latin-1")),
    ("called nothing", post(USUAL, "Content-Type:")),
    ("called a file", post(USUAL, "Content-Type: multipart/form-data; boundary=x")),
    ("with cookies and an origin", post(USUAL, "Cookie: a=b", "Origin: https://evil.example.org")),
    ("with a question mark", post(path="@PATH@?task_id=ta-2")),
    ("HTTP/1.0", post(version="1.0")),
    ("without a host", [post()[0].replace(b"Host: @HOST@\r\n", b"")]),
    ("asking to go on", post(USUAL, "Expect: 100-continue")),
    ("in one chunk", in_chunks(chunk(USUAL), b"0\r\n\r\n")),
    ("in chunks of a byte", in_chunks(*[chunk(bytes([b])) for b in USUAL], b"0\r\n\r\n")),
    ("byte by byte", slowly(post(), 0.002)),
    ("a slow body", [post()[0][:-20], 0.3, *slowly([USUAL[-20:]], 0.03)]),
    ("slow chunks", [*in_chunks(chunk(USUAL[:9])), 0.3, chunk(USUAL[9:]), 0.3, b"0\r\n\r\n"]),
    ("closed behind it", [*post(), "fin"]),
    ("reset behind it", [*post(), 0.5, "reset"]),
]  # fmt: skip


def stands(stage: Stage, status: Status, **fields: Any) -> Job:
    """A job in a status, as a worker would have left it ten minutes before it is due again."""
    job = stage.presses()
    later = timezone.now() + timedelta(minutes=10)
    waits = status in {Status.QUEUED, Status.SUBMITTING, Status.RUNNING, Status.UNFETCHED}
    usual: dict[str, Any] = {"attempts": 1, "due_at": later if waits else None, "ended_at": None}
    if status not in {Status.QUEUED, Status.HELD, Status.SUBMITTING, Status.UNCONFIRMED}:
        usual |= {"task_id": "ta-1", "submitted_at": timezone.now()}
    if status in FINAL:
        usual["ended_at"] = timezone.now()
        usage.settle(job, None)
    if status == Status.HELD:
        Gate.objects.update_or_create(pk=1, defaults={"hold": Gate.Hold.PAUSED})
    Job.objects.filter(pk=job.pk).update(status=status, **usual | fields)
    return stage.job


def facts(job: Job) -> tuple[Any, ...]:
    """Everything of the job that a callback could change."""
    row = Job.objects.filter(pk=job.pk).values().get()
    return row, job.events.count(), job.images.count(), list(job.ledger.values())


@pytest.mark.parametrize(("name", "pieces", "wanted"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_bad_callback_changes_nothing(
    stage: Stage, web: Web, name: str, pieces: Pieces, wanted: set[int]
) -> None:
    stage.opens(WELL)
    other = stands(stage, Status.UNCONFIRMED)
    job = stands(stage, Status.RUNNING)
    before = facts(job), facts(other)
    token, names = job.callback_token, {"OTHER_TOKEN": other.callback_token}
    names |= {"OTHER_JOB": str(other.pk), "SHORT": token[:-1], "SWAPPED": token.swapcase()}
    answered = web.hears(pieces, job, **names)
    assert (answered or [0])[0] in wanted, answered
    assert (facts(job), facts(other)) == before
    # The server is as well as before, and the job still takes the right word.
    assert web.hears(post(), job) == [204]
    stage.comes_to(TAKEN)


@pytest.mark.parametrize(("name", "pieces"), WORKING, ids=[row[0] for row in WORKING])
def test_a_callback_makes_the_studio_ask_at_once(
    stage: Stage, web: Web, name: str, pieces: Pieces
) -> None:
    stage.opens(WELL)
    job = stands(stage, Status.RUNNING)
    answered = web.hears(pieces, job)
    assert answered == ([] if pieces[-1] == "reset" else [204])
    stage.comes_to(TAKEN)
