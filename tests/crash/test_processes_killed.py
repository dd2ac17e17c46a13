"""`kill -9` of each process in turn, and of all at once, with twelve live jobs: every job ends
right, was submitted once, and all is well again within the bounds."""

from __future__ import annotations

import os
import signal

import pytest

from tests.crash.conftest import cluster
from tests.journeys.conftest import Stage
from tests.member import Member
from tests.stack import Stack, alive, answers

HEALS_WITHIN_SECONDS = 90
PAGES_WITHIN_SECONDS = 20
WORKS_WITHIN_SECONDS = 60
CLUSTER = ("worker", "sentinel", "monitor", "pusher", "busy worker", "idle worker")


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    """With polls alone: nothing calls us."""
    stack = stage()
    stack.run()
    return stack


@pytest.fixture(scope="module")
def called(stage: Stage) -> Stack:
    """With reports alone: the first look would be in a quarter of an hour."""
    never = {f"GEMPIX_POLL_{which}_SECONDS": "900" for which in ("FIRST", "MIN", "MAX")}
    stack = stage(GEMPIX_PUBLIC_URL="own", **never)
    stack.run()
    return stack


@pytest.fixture(scope="module")
def called_owner(called: Stack) -> Member:
    return Member(called, "olga").set_up()


def kill(stack: Stack, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    stack.until(lambda: not alive(pid), "it is gone", 20)


def press_twelve(stack: Stack, member: Member, prompt: str) -> list[str]:
    """Twelve jobs that are all drawing; gives their batches."""
    paths = [member.press(prompt, 8), member.press(prompt, 4)]
    stack.until(lambda: stack.paid(prompt) == 12, "all twelve are drawn", HEALS_WITHIN_SECONDS)
    return paths


def whole_cluster(stack: Stack) -> dict[str, int]:
    """The processes by name, after the cluster was made anew: then their order is known."""
    stack.kill("worker")
    stack.until(lambda: "pusher" in cluster(stack), "the cluster stands", HEALS_WITHIN_SECONDS)
    return cluster(stack)


def all_are_done(stack: Stack, member: Member, paths: list[str], prompt: str) -> None:
    pages = f"{stack.url}/healthz"
    stack.until(lambda: answers(pages), "pages are served", PAGES_WITHIN_SECONDS)
    member.session.close()  # its kept connection may lead to a killed process
    cards = member.waits_for(*paths, seconds=HEALS_WITHIN_SECONDS)
    assert [card.words.split()[0] for card in cards] == ["Done"] * 12
    assert stack.paid(prompt) == 12
    assert sorted(map(member.image, cards)) == sorted(stack.originals(prompt))


@pytest.mark.parametrize("role", ["web", "supervisor", *CLUSTER])
def test_twelve_jobs_end_right_when_one_process_is_killed(
    role: str, studio: Stack, member: Member
) -> None:
    if role in CLUSTER:
        whole_cluster(studio)
    prompt = f"a fox without its {role} [slow:8]"
    paths = press_twelve(studio, member, prompt)
    kill(studio, cluster(studio)[role])
    if role == "supervisor":
        studio._started.pop("supervisor").wait()
        studio.run()
    all_are_done(studio, member, paths, prompt)


@pytest.mark.parametrize("role", CLUSTER)
def test_twelve_jobs_end_right_by_reports_alone(
    role: str, called: Stack, called_owner: Member
) -> None:
    whole_cluster(called)
    prompt = f"a hare without its {role} [slow:8]"
    paths = press_twelve(called, called_owner, prompt)
    kill(called, cluster(called)[role])
    all_are_done(called, called_owner, paths, prompt)


def test_everything_killed_at_once_is_back_in_time(studio: Stack, member: Member) -> None:
    prompt = "a fox in the dark [slow:8]"
    paths = press_twelve(studio, member, prompt)
    for pid in studio.processes():
        os.kill(pid, signal.SIGKILL)
    studio._started.pop("supervisor").wait()
    studio._launch("supervisor", "manage.py", "run")
    pages = f"{studio.url}/healthz"
    studio.until(lambda: answers(pages), "pages are served", PAGES_WITHIN_SECONDS)
    member.session.close()

    def moving() -> bool:
        return all(card.image for path in paths for card in member.cards(path))

    studio.until(moving, "all twelve are done", WORKS_WITHIN_SECONDS)
    all_are_done(studio, member, paths, prompt)
