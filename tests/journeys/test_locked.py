"""Another connection holds the database for longer than anybody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
import requests

from tests.journeys.conftest import Stage
from tests.member import FIELD, Member
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys-locked")]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage()
    stack.run()
    return stack


@contextmanager
def locked(stack: Stack) -> Iterator[None]:
    """No other connection can write a job meanwhile."""
    if address := stack.environment.get("DATABASE_URL"):
        with psycopg.connect(address) as connection:
            connection.execute("LOCK TABLE generator_job, generator_batch IN EXCLUSIVE MODE")
            yield
        return
    file = stack.folder / "studio.sqlite3"
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
        database.execute("BEGIN IMMEDIATE")
        yield
        database.execute("ROLLBACK")


def test_jobs_go_on_when_the_database_is_free_again(studio: Stack, member: Member) -> None:
    prompt = "a tortoise [slow:3]"
    path = member.press(prompt, 8)
    form = dict(FIELD.findall(member.page("/")))
    form |= {"prompt": "a snail", "model": "google/gempix2", "count": "1"}

    def press() -> requests.Response:
        return member.session.post(f"{studio.url}/batches/", form, timeout=120)

    studio.until(lambda: studio.paid(prompt) == 8, "all are drawn")
    with ThreadPoolExecutor(1) as pool, locked(studio):
        pressed = pool.submit(press)
        studio.until(
            lambda: {task["status"] for task in studio.stats()["tasks"].values()} == {"success"},
            "the upstream is done with all",
        )
        if "DATABASE_URL" not in studio.environment:
            # SQLite's patience of 20 s is over while the lock still stands.
            answer = pressed.result()
            assert answer.status_code == 503
            assert "Nothing was sent" in answer.text
    assert all(card.picture for card in member.waits_for(path))
    for _twice in range(2):  # the form is still good, for one press
        assert press().status_code == 200
    member.waits_for("/history/")
    assert (studio.paid(prompt), studio.paid("a snail")) == (8, 1)
