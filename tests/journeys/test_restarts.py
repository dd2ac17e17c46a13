"""`manage.py run` with real processes: it starts from nothing, heals by itself, ends when it is
asked to, and starts again on what is there."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests

from tests.journeys.conftest import (
    Stage,
    connected,
    ten_end_right,
    ten_in_the_middle,
    time_passes,
)
from tests.member import FIELD, Member
from tests.stack import PARTS, RUNS, Stack, answers

pytestmark = [
    pytest.mark.both_databases(
        "supervisor.preflight", "supervisor.stack", "supervisor.watchdog", "taskqueue"
    ),
    pytest.mark.xdist_group("journeys-restarts"),
]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    """A studio that was started on an empty place: it makes its folder, tables and static files."""
    stack = stage(GEMPIX_STOP_SECONDS="60", GEMPIX_SUBMIT_TIMEOUT_SECONDS="60")
    stack.run_bare()
    return stack


def programs(studio: Stack) -> dict[str, int]:
    """Return what the supervisor has started: the leader of each program, by name."""
    return {part: pid for part, pid in studio.leaders().items() if part != "supervisor"}


def log_of_this_start(studio: Stack) -> str:
    return studio.said().rpartition("is running at")[2]


def test_the_first_start_says_where_the_studio_is(studio: Stack) -> None:
    log = studio.said()
    assert f" is running at {studio.url}\n" in log
    assert "The built-in sandbox generates the images." in log
    assert studio.setup_url().startswith(f"{studio.url}/setup/")
    assert "Traceback" not in log
    assert studio.answers()
    assert programs(studio).keys() == set(PARTS)
    assert studio.folder.stat().st_mode & 0o777 == 0o700


def test_killed_programs_come_back_by_themselves_without_leftovers(
    studio: Stack, member: Member
) -> None:
    before = programs(studio)
    with ten_in_the_middle(studio, member, "a fox that heals") as prompts:
        studio.kill_leaders("worker", "web")
        time_passes(studio)
    studio.until(
        lambda: programs(studio).keys() == set(PARTS) and studio.answers(), "all are back", 30
    )
    ten_end_right(studio, member, prompts)
    assert programs(studio)["sandbox"] == before["sandbox"]
    # With nothing to draw: a sandbox that is away would seem ill, and be asked more rarely.
    studio.kill_leaders("sandbox")
    studio.until(
        lambda: programs(studio).keys() == set(PARTS) and answers(f"{studio.sandbox_url}/"),
        "the sandbox is back",
        30,
    )
    after = programs(studio)
    assert not set(before.values()) & set(after.values())
    # Nothing works on beside its successor: every process is in a living program's session.
    sessions = {os.getsid(pid) for pid in studio.processes()}
    assert sessions == {studio.leaders()["supervisor"], *after.values()}


def test_a_killed_supervisor_takes_everything_with_it_and_the_next_one_starts(
    studio: Stack, member: Member
) -> None:
    before = studio.processes()
    with ten_in_the_middle(studio, member, "a fox and a new start") as prompts:
        studio.kill("supervisor")
    studio.run_bare()
    assert not before.keys() & studio.processes().keys()
    ten_end_right(studio, member, prompts)


@pytest.mark.parametrize("leftovers", [False, True], ids=["everything", "leaders"])
def test_a_power_cut_in_the_middle_of_ten_jobs_loses_nothing(
    leftovers: bool, studio: Stack, member: Member
) -> None:
    before = studio.processes()
    with ten_in_the_middle(studio, member, f"a fox in the dark {leftovers}") as prompts:
        if leftovers:
            studio.kill_leaders("supervisor", *PARTS)
        else:
            studio.kill("supervisor", *PARTS)
            assert studio.processes() == {}
    time_passes(studio)
    studio.run_bare()
    assert not before.keys() & studio.processes().keys()
    ten_end_right(studio, member, prompts)


def test_a_second_supervisor_on_the_data_folder_is_refused(studio: Stack) -> None:
    second = Stack(studio.folder)
    second.log = studio.log.with_name("second.log")
    assert second.launch().wait(timeout=90) == 1
    assert second.said().splitlines()[-1] == (
        f"gempix: the data folder {studio.folder} is in use by another GemPix Studio "
        f"(process {studio.leaders()['supervisor']}); stop that one first, or choose another "
        "folder with GEMPIX_DATA_DIR."
    )
    assert studio.answers()


@contextmanager
def locked(studio: Stack) -> Iterator[None]:
    """Keep every other connection from writing a job."""
    with connected(studio) as database:
        if "DATABASE_URL" in studio.environment:
            database.execute("BEGIN")
            database.execute("LOCK TABLE generator_job, generator_batch IN EXCLUSIVE MODE")
        else:
            database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def test_jobs_go_on_when_a_locked_database_is_free_again(studio: Stack, member: Member) -> None:
    prompt = "a tortoise"
    form = dict(FIELD.findall(member.page("/")))
    form |= {"prompt": "a snail", "model": "google/gempix2", "count": "1"}

    def press() -> requests.Response:
        return member.session.post(f"{studio.url}/batches/", form, timeout=120)

    def statuses() -> set[str]:
        tasks = studio.stats()["tasks"].values()
        return {task["status"] for task in tasks if task["prompt"] == prompt}

    with studio.holding(prompt):
        path = member.press(prompt, 8)
        studio.until(lambda: studio.paid(prompt) == 8, "all are being drawn")
        with ThreadPoolExecutor(1) as pool, locked(studio):
            pressed = pool.submit(press)
            studio.release()
            studio.until(lambda: statuses() == {"success"}, "the upstream is done with all")
            if "DATABASE_URL" not in studio.environment:
                # SQLite's patience of 20 s is over while the lock still stands.
                answer = pressed.result()
                assert answer.status_code == 503
                assert "Nothing was sent" in answer.text
    assert all(card.image for card in member.waits_for(path))
    for _twice in range(2):  # the form is still good, for one press
        assert press().status_code == 200
    member.waits_for("/history/")
    assert (studio.paid(prompt), studio.paid("a snail")) == (8, 1)


def test_a_second_start_changes_nothing_that_is_there(studio: Stack, member: Member) -> None:
    member.waits_for(member.press("a fox that stays"))
    gallery, tasks = member.gallery(), studio.stats()["tasks"]
    studio.end(signum=signal.SIGTERM)
    assert studio.processes() == {}
    files, rows, changed = contents(studio), rows_of(studio), changed_at(studio)
    studio.run_bare()
    assert RUNS in log_of_this_start(studio)
    assert "No account yet" not in log_of_this_start(studio)
    assert member.gallery() == gallery
    assert studio.stats()["tasks"] == tasks
    assert contents(studio) == files
    assert rows_of(studio) == rows
    assert changed_at(studio) == changed


def test_ctrl_c_waits_for_no_answer_and_leaves_nothing(studio: Stack, member: Member) -> None:
    prompt = "a fox in the air"
    with studio.holding_answers(prompt):
        member.press(prompt)
        studio.until(lambda: studio.paid(prompt) == 1, "it is being sent")
        stopped_at = time.monotonic()
        studio.end(signum=signal.SIGINT)
    # It promises 5 s, and the machine may be busy; SIGTERM would wait for the answer, a minute.
    assert time.monotonic() - stopped_at < 40
    assert studio.processes() == {}
    assert "Traceback" not in log_of_this_start(studio)


def contents(studio: Stack) -> dict[str, str]:
    """Return every file of the data folder by its digest, but for the database's, the locks, and
    the sandbox's, which it tidies when it starts."""
    others = re.compile(r"\.sqlite3|\.lock$|^sandbox\.json$")
    files = [
        path for path in studio.folder.rglob("*") if path.is_file() and not others.search(path.name)
    ]
    assert len(files) > 50
    return {
        str(path.relative_to(studio.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def changed_at(studio: Stack) -> list[int]:
    """Return when the secret, and the folder of static files, were made."""
    return [(studio.folder / name).stat().st_mtime_ns for name in ("secret-key", "static")]


def rows_of(studio: Stack) -> str:
    """Return every row of ours, but for the pulse, which beats."""
    rows = studio.manage("dumpdata", "generator", "--exclude", "generator.pulse")
    assert "a fox that stays" in rows
    return rows
