"""Under its supervisor the studio heals by itself, and starts again on what is there."""

from __future__ import annotations

import hashlib

import pytest

from tests.journeys.conftest import Stage
from tests.journeys.test_kills import all_end_right, in_the_middle, press_ten
from tests.member import Member
from tests.stack import Stack, answers

pytestmark = [
    pytest.mark.both_databases(
        "supervisor.grounds", "supervisor.stack", "supervisor.watch", "taskqueue"
    ),
    pytest.mark.xdist_group("journeys-restarts"),
]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage()
    stack.run()
    return stack


def test_killed_worker_and_web_come_back_by_themselves(studio: Stack, member: Member) -> None:
    prompts = press_ten(member, "a fox that heals")
    studio.until(lambda: in_the_middle(member), "some of the ten are done")
    before = studio.leaders()
    studio.kill("worker", "web")
    studio.until(lambda: answers(f"{studio.url}/healthz"), "the web server is back")
    all_end_right(studio, member, prompts)
    after = studio.leaders()
    assert {name for name in before if before[name] != after[name]} == {"worker", "web"}


def test_killed_supervisor_is_followed_by_the_next_start(studio: Stack, member: Member) -> None:
    prompts = press_ten(member, "a fox and a new start")
    studio.until(lambda: in_the_middle(member), "some of the ten are done")
    before = studio.processes()
    studio.kill("supervisor")
    studio.run()
    assert not before.keys() & studio.processes().keys()
    all_end_right(studio, member, prompts)


def test_power_cut_in_the_middle_of_ten_jobs_loses_nothing(studio: Stack, member: Member) -> None:
    prompts = press_ten(member, "a fox in the dark")
    studio.until(lambda: in_the_middle(member), "some of the ten are done")
    studio.kill("supervisor", "web", "worker", "sandbox")
    assert studio.processes() == {}
    studio.run()
    all_end_right(studio, member, prompts)


def test_second_start_changes_nothing_that_is_there(studio: Stack, member: Member) -> None:
    member.waits_for(member.press("a fox that stays"))
    gallery = member.gallery()
    studio.end()
    assert studio.processes() == {}
    files, rows = contents(studio), rows_of(studio)
    studio.run()
    assert "No account yet" not in studio.said().rpartition("is running at")[2]
    assert member.gallery() == gallery
    assert contents(studio) == files
    assert rows_of(studio) == rows


def contents(studio: Stack) -> dict[str, str]:
    """Every file of the data folder by its digest, but for the database's and the locks."""
    kept = [
        path
        for path in studio.folder.rglob("*")
        if path.is_file() and ".sqlite3" not in path.name and path.suffix != ".lock"
    ]
    assert len(kept) > 50
    return {
        str(path.relative_to(studio.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in kept
    }


def rows_of(studio: Stack) -> str:
    """Every row of ours, but for the pulse, which beats."""
    rows = studio.manage("dumpdata", "generator", "--exclude", "generator.pulse")
    assert "a fox that stays" in rows
    return rows
