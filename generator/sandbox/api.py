"""The vendor's three calls, and the result files."""

import math
import re
import time
from email.utils import formatdate

from generator.sandbox.behavior import Answer, FileFault, Refusal
from generator.sandbox.choosing import build, spec_of
from generator.sandbox.scenarios import BALANCE
from generator.sandbox.submission import InvalidSubmission, Submission, read_submission
from generator.sandbox.tasks import Task
from generator.sandbox.transport import SILENCE_SECONDS
from generator.sandbox.wire import Reply, Request, bad_gateway, failure, json_reply, ok
from generator.sandbox.world import World

_PYTHON_AGENT = re.compile(r"python-(requests|urllib)|^python", re.IGNORECASE)


def early_reply(world: World, request: Request) -> Reply | None:
    """Return the error that precedes every call: the upstream is down, or the key is bad."""
    if world.down:
        return bad_gateway()
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    bad = not key.strip() or " " in key.strip() or "bad" in key.lower() or "invalid" in key.lower()
    if scheme.lower() != "bearer" or bad or world.reject_keys:
        # The vendor's codes are inconsistent: a 401 carries 1 on submit and 401 elsewhere.
        return failure(401, "Invalid API key", code=1 if request.method == "POST" else 401)
    return None


def submit(world: World, request: Request) -> Reply:
    """Answer ``POST /api/image/gen``."""
    try:
        submission = read_submission(request.body)
    except InvalidSubmission as error:
        return failure(400, "failed", str(error))
    reply = _answer(world, request, submission)
    world.holds.wait_to_answer(submission.prompt)
    return reply


def _answer(world: World, request: Request, submission: Submission) -> Reply:
    spec = spec_of(submission.prompt, request.headers.get("x-sandbox-scenario", ""))
    scenario = build(spec)
    if scenario.refusal:
        reply = _refuse(world, scenario.refusal, f"submit {spec} {submission.prompt}")
        if reply:
            return reply
    if world.tasks.balance(time.time()) < submission.price:
        return failure(402, BALANCE)
    task = world.accept(submission, spec)
    if scenario.answer_delay_seconds:
        time.sleep(min(scenario.answer_delay_seconds, SILENCE_SECONDS))
    return _accepted(task)


def _accepted(task: Task) -> Reply:
    answer = task.scenario.answer
    if answer is Answer.HTML:
        return bad_gateway()
    reply = ok({"task_id": task.task_id})
    return Reply(reply.status, reply.body, answer=answer)


def _refuse(world: World, refusal: Refusal, key: str) -> Reply | None:
    """Return the refusal, or None once it no longer applies."""
    now = time.time()
    if refusal.retry_after_seconds is not None:
        seconds = world.faults.seconds_left(key, now, refusal.retry_after_seconds)
        if not seconds:
            return None
        retry_after = str(math.ceil(seconds))
        if refusal.retry_as_date:
            retry_after = formatdate(math.ceil(now + seconds), usegmt=True)
        content = {"code": 1, "message": refusal.message, "detail": refusal.detail}
        return json_reply(refusal.status, content, {"Retry-After": retry_after})
    if not world.faults.strike(key, now, refusal.times):
        return None
    if refusal.html:
        return bad_gateway()
    return failure(refusal.status, refusal.message, refusal.detail)


def query(world: World, request: Request) -> Reply:
    """Answer ``GET /api/task/query?task_id=…``."""
    task_id = request.query.get("task_id", "")
    if not task_id:
        return failure(400, "failed", "task_id is required")
    now = time.time()  # before the task is read: once it has ended, it can no longer be held
    task = world.tasks.get(task_id)
    if task is None or not task.is_known(now):
        return failure(404, "task not found", code=404)
    faults = task.scenario.query_html_502s
    if faults and world.faults.strike(f"query {task_id}", now, faults):
        return bad_gateway()
    return ok(world.query_data(task, now))


def user(world: World, request: Request) -> Reply:
    """Answer ``GET /api/user``."""
    balance = world.tasks.balance(time.time())
    return ok({"id": 1, "name": "sandbox", "credit": f"{balance:.6f}"})


def file(world: World, request: Request) -> Reply:
    """Answer the request for a result file: public, unsigned, without a key."""
    result = world.images.find(request.path, time.time())
    missing = Reply(404, b"404 page not found\n", "text/plain")
    if result is None:
        return missing
    task, name = result
    fault = task.scenario.file_fault
    if fault is FileFault.PICKY:
        agent = request.headers.get("user-agent", "")
        if not agent or _PYTHON_AGENT.search(agent):
            return Reply(403, b"error code: 1010", "text/plain")
    elif fault is not FileFault.NONE:
        times = task.scenario.file_fault_times
        if world.faults.strike(f"file {name}", time.time(), times):
            page = Reply(200, b"<html><body>Please try again later.</body></html>", "text/html")
            return page if fault is FileFault.HTML else missing
    return Reply(200, world.read_file(task, name), "image/png")
