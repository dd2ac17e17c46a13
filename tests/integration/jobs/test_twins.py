"""A job with two tasks: a 500 was answered although the task exists, and its report comes late.
Both are known, both charges are in the books, and the images of both are kept."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db import connection

from generator.models import Image, Job, LedgerEntry, Twin
from generator.services import connections, jobs, twins
from generator.state import Status
from generator.upstream.errors import Refused
from generator.worker import submits
from tests.integration.faults.conftest import stage as stage
from tests.integration.faults.fake_upstream import WELL
from tests.integration.faults.stage import DONE, Stage
from tests.integration.faults.test_callback import report
from tests.unit.upstream.tables.callback import about
from tests.unit.upstream.tables.query import QUERY
from tests.unit.upstream.tables.rows import says
from tests.unit.upstream.tables.submit import BUSY

pytestmark = pytest.mark.django_db
both = pytest.mark.both_databases("services.twins", "worker.twins", "models.twins", "models.usage")
HALF = Decimal("0.5")


def settled(job: Job) -> list[Decimal | None]:
    kind = LedgerEntry.Kind.SETTLED
    return list(job.ledger.filter(kind=kind).order_by("task_id").values_list("credits", flat=True))


def done_twice(stage: Stage) -> None:
    """Let a job be done whose first attempt was answered with a 500."""
    stage.opens(says(500, BUSY), WELL)
    stage.presses()
    stage.comes_to(DONE.but(posts=2, kind="AnsweredFailed"))


@both
def test_late_report_of_the_first_task_is_kept_with_its_charge(stage: Stage) -> None:
    done_twice(stage)
    assert report(stage.job, about("ta-first")) == 204
    stage.until(lambda: Twin.objects.filter(status=Status.SUCCEEDED).exists())
    for _again in range(2):
        assert report(stage.job, about("ta-first")) == 204
        stage.reaches(Status.SUCCEEDED)
        assert stage.job.images.count() == 2
        assert settled(stage.job) == [HALF, HALF]
    assert Twin.objects.get().consumed_credits == HALF
    stage.loses_nothing()
    assert stage.story().count("ta-first") == 2  # reported, and how it ended
    assert Image.objects.filter(job=stage.job, owner=stage.job.batch.owner).count() == 2


def test_page_and_cost_tell_of_both(stage: Stage, client: object) -> None:
    done_twice(stage)
    report(stage.job, about("ta-first"))
    stage.until(lambda: Twin.objects.filter(status=Status.SUCCEEDED).exists())
    page = client.get(stage.job.get_absolute_url()).content.decode()  # type: ignore[attr-defined]
    assert "Second task" in page
    assert "ta-first" in page


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_ten_reports_at_once_make_one_twin(stage: Stage) -> None:
    job = stage.stands(Status.SUCCEEDED, attempts=2)
    answers: list[int] = []

    def call() -> None:
        answers.append(report(job, about("ta-first")))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [204] * 10
    assert Twin.objects.get().number == 1


@pytest.mark.parametrize(
    ("attempts", "known", "answer"),
    [(1, 0, 409), (2, 0, 204), (2, 1, 409), (3, 1, 204)],
)
def test_no_more_tasks_than_it_was_sent_times(
    stage: Stage, attempts: int, known: int, answer: int
) -> None:
    job = stage.stands(Status.SUCCEEDED, attempts=attempts)
    for number in range(1, known + 1):
        Twin.objects.create(
            job=job, task_id=f"ta-t{number}", number=number, upstream_status="success"
        )
    assert report(job, about("ta-new")) == answer


def test_task_of_another_job_is_never_taken(stage: Stage) -> None:
    other = stage.stands(Status.SUCCEEDED, attempts=2, task_id="ta-other")
    Twin.objects.create(job=other, task_id="ta-others-second", number=1)
    job = stage.stands(Status.SUCCEEDED, attempts=2)
    for task_id in ("ta-other", "ta-others-second"):
        assert report(job, about(task_id)) == 409
    assert job.twins.count() == 0


def test_task_that_nobody_knows_is_forgotten(stage: Stage) -> None:
    job = stage.stands(Status.SUCCEEDED, attempts=2)
    stage.opens(QUERY["404"].script)
    assert report(job, about("ta-made-up")) == 204
    stage.until(lambda: not Twin.objects.exists())
    assert "unknown_task_reported" in stage.story()
    assert settled(stage.job) == [None]
    assert report(job, about("ta-second-try")) == 204


@pytest.mark.parametrize("status", [Status.FAILED, Status.CANCELED])
def test_job_that_ended_without_a_task_still_gets_what_was_paid(
    stage: Stage, status: Status
) -> None:
    stage.opens(WELL)
    job = stage.stands(status, attempts=2, task_id=None)
    assert report(job, about("ta-first")) == 204
    stage.until(lambda: Twin.objects.filter(status=Status.SUCCEEDED).exists())
    assert stage.job.status == status
    assert stage.job.images.count() == 1
    assert settled(stage.job) == [None, HALF]


def test_hint_of_the_first_task_outlives_the_answer_with_the_second(stage: Stage) -> None:
    job = stage.stands(Status.SUBMITTING, attempts=2)
    assert report(job, about("ta-first")) == 204
    assert submits.accept(job, "ta-second")
    stage.opens(WELL)
    stage.until(lambda: Twin.objects.filter(task_id="ta-first", status=Status.SUCCEEDED).exists())
    stage.until(lambda: stage.job.status == Status.SUCCEEDED)
    assert (stage.job.task_id, stage.job.images.count()) == ("ta-second", 2)


def test_answer_that_comes_after_the_first_task_was_taken_is_a_twin(stage: Stage) -> None:
    sending = stage.stands(Status.SUBMITTING, attempts=2)
    submits.park(stage.job, "lost", "")
    assert submits.accept(stage.job, "ta-first")
    assert not submits.accept(sending, "ta-second")
    assert Twin.objects.get().task_id == "ta-second"


def test_hint_outlives_a_cancel_and_a_refusal(stage: Stage) -> None:
    job = stage.stands(Status.QUEUED, attempts=1, callback_task_id="ta-first")
    assert jobs.cancel(job, job.batch.owner)
    assert job.twins.get().task_id == "ta-first"
    refused = stage.stands(Status.SUBMITTING, attempts=2, callback_task_id="ta-late")
    submits.record(refused, None, Refused("no"), 5, connections.read())
    assert refused.twins.get().task_id == "ta-late"


def test_wrong_hint_does_not_keep_the_true_one_away(stage: Stage) -> None:
    job = stage.stands(Status.UNCONFIRMED, attempts=1, callback_task_id="forged")
    assert report(job, about("ta-true")) == 204
    stage.opens(WELL)
    assert twins.report(job, "ta-true")
    stage.until(lambda: stage.job.task_id == "ta-true" and stage.job.status == Status.SUCCEEDED)
    assert not Twin.objects.exists()


@pytest.mark.parametrize("name", ["failed", "success without a result"])
def test_charge_of_a_twin_without_an_image_is_in_the_books(stage: Stage, name: str) -> None:
    job = stage.stands(Status.SUCCEEDED, attempts=2)
    stage.opens(QUERY[name].script)
    assert report(job, about("ta-1x")) in (204, 409)
    Twin.objects.filter(job=job).update(task_id="ta-1")
    Job.objects.filter(pk=job.pk).update(task_id="ta-0")
    stage.until(lambda: not Twin.objects.filter(due_at__isnull=False).exists())
    assert settled(stage.job) == [None, HALF]
