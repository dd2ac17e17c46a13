"""Reports alone, for what a killed worker was sending."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Stage, time_passes
from tests.member import Member
from tests.stack import Stack

pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("journeys-callbacks-killed")]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    never = {f"GEMPIX_POLL_{which}_SECONDS": "600" for which in ("FIRST", "MIN", "MAX")}
    stack = stage(GEMPIX_PUBLIC_URL="own", **never)
    stack.run()
    return stack


def test_worker_killed_while_it_sends_pays_nothing_twice(studio: Stack, member: Member) -> None:
    # As many as may be under way at once, and two that must wait for them.
    prompt = "a heron in the air"
    with studio.holding(prompt), studio.holding_answers(prompt):
        batches = member.press(prompt, 4), member.press("a heron that waits", 2)
        studio.until(lambda: studio.paid(prompt) == 4, "four are being sent")
        studio.kill("worker")
    # The reports come while the jobs still seem to be under way, in the name of the dead worker.
    studio.until(lambda: studio.stats()["callbacks_sent"] >= 4, "the four are reported")
    time_passes(studio)

    def drawn() -> bool:
        return all(card.image for path in batches for card in member.cards(path))

    studio.until(drawn, "all six images are there", 150)
    assert (studio.paid(prompt), studio.paid("a heron that waits")) == (4, 2)
