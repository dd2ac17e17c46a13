"""Stages for journeys: a running studio of a module's own, and its owner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.member import PASSWORD, Member
from tests.stack import Stack, footing

Stage = Callable[..., Stack]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Makes stacks for this module, on this run's footing; they and their processes end with it."""
    with ExitStack() as ends:

        def make(**settings: str) -> Stack:
            places = ends.enter_context(footing())
            stack = Stack(tmp_path_factory.mktemp("studio") / "data", **places, **settings)
            ends.callback(stack.close)
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
