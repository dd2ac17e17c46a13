"""Stages for journeys: a running studio of a module's own, its owner, and ten jobs to disturb."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import psycopg
import pytest

from tests.member import PASSWORD, Card, Member
from tests.stack import Stack, footing

Stage = Callable[..., Stack]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Makes stacks for this module, on this run's footing; they and their processes end with it."""
    with ExitStack() as ends:

        def make(**settings: str) -> Stack:
            places = ends.enter_context(footing())
            # What is to be in the middle is held there, so nothing else need take its time.
            quick = {"GEMPIX_SANDBOX_SECONDS": "0.3", "GEMPIX_POLL_FIRST_SECONDS": "0.3"}
            folder = tmp_path_factory.mktemp("studio") / "data"
            stack = Stack(folder, **places, **(quick | settings))
            ends.callback(stack.close, signal.SIGTERM)
            return stack

        yield make


@pytest.fixture(scope="module")
def owner(studio: Stack) -> Member:
    """The owner of the module's studio: made at the set-up link, or by an operator's command
    where the studio was started in parts and so said none."""
    olivia = Member(studio, "olivia")
    if studio.setup_url():
        return olivia.set_up()
    studio.manage(
        "createsuperuser",
        "--noinput",
        DJANGO_SUPERUSER_USERNAME=olivia.username,
        DJANGO_SUPERUSER_EMAIL="olivia@example.org",
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
    )
    return olivia.log_in()


@pytest.fixture
def member(owner: Member) -> Member:
    """A new member, who has made nothing yet."""
    return owner.adds("mina")


@contextmanager
def ten_in_the_middle(studio: Stack, member: Member, what: str) -> Iterator[list[str]]:
    """Press for ten images; within the block three are done and seven are being drawn.

    Yield their prompts. After the block the seven end.
    """
    prompts = [f"{what} {number}" for number in range(10)]

    def in_the_middle() -> bool:
        done = sum(bool(card.image) for card in member.cards("/history/"))
        return done == 3 and all(studio.paid(prompt) for prompt in prompts)

    with studio.holding(*prompts[3:]):
        for prompt in prompts:
            member.press(prompt)
        studio.until(in_the_middle, "three of the ten are done, the others are being drawn")
        yield prompts


def ten_end_right(studio: Stack, member: Member, prompts: list[str]) -> None:
    """Wait until each of the ten has its own image, and was paid once."""
    cards = member.waits_for("/history/", seconds=120)
    assert [card.words.split()[0] for card in cards] == ["Done"] * 10
    # History is newest first.
    for card, prompt in zip(cards, reversed(prompts), strict=True):
        assert studio.originals(prompt) == [member.image(card)]
        assert studio.paid(prompt) == 1


def states(cards: list[Card]) -> list[str]:
    """Return the first word of each card, which says how its job stands."""
    return [card.words.split()[0] for card in cards]


@contextmanager
def connected(studio: Stack) -> Iterator[Any]:
    """Yield a connection to the studio's database, beside those of its processes."""
    if url := studio.environment.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection
        return
    file = studio.folder / "studio.sqlite3"
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
        yield database


def time_passes(studio: Stack) -> None:
    """Let every lease, wait and leadership be over, as half a minute after a worker was killed."""
    with connected(studio) as database:
        database.execute(
            "UPDATE generator_job SET due_at = CURRENT_TIMESTAMP WHERE due_at > CURRENT_TIMESTAMP"
        )
        database.execute("UPDATE generator_pulse SET held_until = CURRENT_TIMESTAMP")
