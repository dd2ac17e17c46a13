"""Batches and jobs: their pages, what can be done to a job, and the refresh of live cards."""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from generator import state
from generator.forms.tokens import new_form_token
from generator.models import Job, User
from generator.permissions import Permission
from generator.queries import jobs as job_queries
from generator.queries.timeline import timeline as timeline_of
from generator.services import jobs
from generator.state import Status
from generator.views import messages
from generator.web import access, htmx, notices, waiting
from generator.web.requests import MemberRequest
from generator.web.responses import redirect_with_message

# The versions of the cards of a page, by kind of entry and id.
Have = dict[tuple[str, uuid.UUID], list[int]]
MAX_LIVE_ENTRIES = 100
MAX_TOKEN_CHARACTERS = 64
# What a page reports to have: a batch with the versions of its cards, or `j` and one job's.
LIVE_ENTRY = re.compile(r"^(?P<kind>j?)(?P<id>[0-9a-f]{32}):(?P<versions>\d{1,9}(?:\.\d{1,9})*)$")


@require_safe
def batch(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    batch = access.batch(request, pk)
    context = {"batch": batch, "cost": job_queries.batch_cost(batch)}
    return render(request, "generator/batch.html", context)


@require_safe
def detail(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    job = access.job(request, pk)
    context = {
        "job": job,
        "batch": job.batch,
        "stretches": timeline_of(job),
        "sent": jobs.submission_preview(job),
        "resent_jobs": job.sent_again.order_by("pk"),
        "may_cost_twice": job.status in state.MAY_COST_TWICE,
        "out_of_reach": job.repeatable and jobs.out_of_reach(job),
        "form_token": new_form_token(),
    }
    return render(request, "generator/job.html", context)


@require_safe
def timeline(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    job = access.job(request, pk)
    context = {"job": job, "stretches": timeline_of(job)}
    return render(request, "generator/fragments/timeline.html", context)


@require_POST
def cancel(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    too_late = _("This was already sent and can no longer be canceled.")
    return _act(request, pk, jobs.cancel, too_late)


@require_POST
def cancel_batch(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel the unsent jobs of a batch, and say which ones continue and are charged."""
    batch = access.own_batch(request, pk)
    canceled = jobs.cancel_unsent(batch, request.user)
    batch = access.batch(request, pk)
    message = messages.canceled(canceled, list(batch.jobs.all()))
    if not htmx.wanted(request):
        return redirect_with_message(request, message, batch, tone="info")
    context = {"batch": batch, "message": message}
    return render(request, "generator/fragments/batch_canceled.html", context)


@require_POST
def recheck(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    nothing = _("Nothing to check: the status has already changed.")
    return _act(request, pk, jobs.recheck, nothing)


@require_POST
@access.require(Permission.GENERATE)
def resend(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Resend it as a new job; the job's page has said what that may cost."""
    job = access.own_job(request, pk)
    token = request.POST.get("form_token", "")
    batch = None
    if 0 < len(token) <= MAX_TOKEN_CHARACTERS and token.isprintable():
        batch = jobs.resend(job, request.user, token)
    if batch is None:
        text = _("This cannot be resent in its current state.")
        return redirect_with_message(request, text, job, tone="warning")
    return redirect(batch)


def _act(
    request: MemberRequest, pk: uuid.UUID, action: Callable[[Job, User], bool], refusal: str
) -> HttpResponse:
    """Act on the job or say why not; answer with the current card either way."""
    job = access.own_job(request, pk)
    done = action(job, request.user)
    if not htmx.wanted(request):
        if done:
            return redirect(job)
        return redirect_with_message(request, refusal, job, tone="warning")
    context = {"job": access.job(request, pk), "refusal": "" if done else refusal}
    return render(request, "generator/includes/card.html", context)


@require_safe
def live(request: MemberRequest) -> HttpResponse:
    """Return the cards that changed since the page was loaded, or 204 if none did.

    The page reports what it has: `have=<batch>:<version>.<version>…,j<job>:<version>`. With `wait`
    the answer comes when something changes, or after a while.
    """
    entries = [entry for entry in request.GET.get("have", "").split(",") if entry]
    matches = [LIVE_ENTRY.match(entry) for entry in entries[:MAX_LIVE_ENTRIES]]
    if not matches or not all(matches):
        return HttpResponseBadRequest(_("This page is out of date. Reload it."))
    have = {
        (match["kind"], uuid.UUID(match["id"])): [int(v) for v in match["versions"].split(".")]
        for match in matches
        if match
    }
    me = request.user

    notices_changed = False

    def has_news() -> bool:
        nonlocal notices_changed
        notices_changed = notices.have_changed(request)
        return notices_changed or _has_news(me, have)

    if not waiting.until(has_news, waiting.seconds_of(request)):
        return HttpResponse(status=204)
    cards = _cards(me, have)
    changed = [job for key, jobs in cards.items() for job in _changed(jobs, have[key])]
    job_queries.add_usual_seconds(changed)
    context = {
        "jobs": job_queries.with_images(me, changed),
        "spent": [
            (jobs[0].batch, jobs)
            for (kind, _pk), jobs in cards.items()
            if not kind and any(job in changed for job in jobs)
        ],
        # The gate holds and releases jobs, so the banners may have changed too.
        "gate_moved": any(job.status in (Status.HELD, Status.QUEUED) for job in changed),
        "notices_changed": notices_changed,
        "ended": sum(job.status not in state.ACTIVE for job in changed),
    }
    return render(request, "generator/fragments/live.html", context)


def _has_news(viewer: User, have: Have) -> bool:
    """Return whether any card differs from the page's, by a query that loads no card."""
    now: dict[tuple[str, uuid.UUID], list[int]] = defaultdict(list)
    for batch_id, job_id, version in job_queries.versions(viewer, *_ids(have)):
        now["", batch_id].append(version)
        now["j", job_id].append(version)
    return any(_differ(now[key], versions) for key, versions in have.items())


def _ids(have: Have) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    batch_ids = [pk for kind, pk in have if kind == ""]
    job_ids = [pk for kind, pk in have if kind == "j"]
    return batch_ids, job_ids


def _cards(viewer: User, have: Have) -> dict[tuple[str, uuid.UUID], list[Job]]:
    """Return the jobs behind the page's cards by entry, in the order of the cards."""
    cards: dict[tuple[str, uuid.UUID], list[Job]] = defaultdict(list)
    for job in job_queries.of_batches(viewer, *_ids(have)):
        for key in (("", job.batch_id), ("j", job.pk)):
            if key in have:
                cards[key].append(job)
    return cards


def _changed(jobs: list[Job], versions: list[int]) -> list[Job]:
    """Return the jobs whose version differs from the page's."""
    differ = _differ([job.version for job in jobs], versions)
    return [jobs[place] for place in differ]


def _differ(now: list[int], known: list[int]) -> list[int]:
    """Return the places of the versions that the page does not have."""
    padded = [*known, *[0] * len(now)]
    return [place for place, version in enumerate(now) if version != padded[place]]
