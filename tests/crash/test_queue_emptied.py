"""The queue forgets: its rows are deleted at random under load, and nothing is lost with them."""

from __future__ import annotations

import random
import sqlite3
import threading
from contextlib import closing, suppress

import psycopg
import pytest

from tests.journeys.conftest import Stage
from tests.member import Member
from tests.stack import Stack


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage()
    stack.run()
    return stack


def empty(stack: Stack) -> int:
    """Delete what stands in the queue; gives how many rows that were."""
    if address := stack.environment.get("DATABASE_URL"):
        with psycopg.connect(address) as connection:
            return connection.execute("DELETE FROM django_q_ormq").rowcount
    file = stack.folder / "studio.sqlite3"
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
        return database.execute("DELETE FROM django_q_ormq").rowcount


def test_queue_that_is_emptied_at_random_loses_nothing(studio: Stack, member: Member) -> None:
    over, deleted = threading.Event(), [0]

    def forget() -> None:
        while not over.wait(random.uniform(0, 0.3)):
            with suppress(sqlite3.OperationalError):
                deleted[0] += empty(studio)

    thread = threading.Thread(target=forget)
    thread.start()
    try:
        prompts = [f"a mouse {number} [slow:4]" for number in range(12)]
        paths = [member.press(prompt) for prompt in prompts]
        cards = member.waits_for(*paths, seconds=240)
    finally:
        over.set()
        thread.join()
    assert [card.words.split()[0] for card in cards] == ["Done"] * 12
    assert [studio.paid(prompt) for prompt in prompts] == [1] * 12
    assert deleted[0] > 0
