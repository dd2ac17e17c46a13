"""`kill -9` of the worker, of the web server, and of both, in the middle of ten jobs. Nothing
watches over the parts here: they are back at the next start, as after a power cut."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Stage, states, ten_end_right, ten_in_the_middle, time_passes
from tests.member import Member
from tests.stack import Stack, answers

pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("journeys-kills")]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage()
    stack.prepare()
    stack.start("sandbox", "worker", "web")
    return stack


@pytest.mark.parametrize("parts", [("worker",), ("web",), ("worker", "web")], ids="+".join)
def test_ten_jobs_end_right_after_a_kill(
    parts: tuple[str, ...], studio: Stack, member: Member
) -> None:
    sent_before = studio.stats()["submits"]
    what = f"a fox and the {' and the '.join(parts)}"
    with ten_in_the_middle(studio, member, what) as prompts:
        studio.kill(*parts)
        assert answers(f"{studio.url}/healthz") == ("web" not in parts)
    if "worker" in parts:
        time_passes(studio)
    studio.start(*parts)
    ten_end_right(studio, member, prompts)
    assert studio.stats()["submits"] == sent_before + 10


def test_what_a_killed_worker_was_sending_is_unclear_and_never_sent_again(
    studio: Stack, member: Member
) -> None:
    sent_before = studio.stats()["submits"]
    # As many as may be under way at once, and two that must wait for them.
    prompt = "an owl in the air"
    with studio.holding_answers(prompt):
        sending, waiting = member.press(prompt, 4), member.press("an owl that waits", 2)
        studio.until(lambda: studio.paid(prompt) == 4, "four are being sent")
        studio.kill("worker")
    time_passes(studio)
    studio.start("worker")
    unclear = member.waits_for(sending, seconds=120)
    assert states(unclear) == ["Unclear"] * 4
    assert all(
        "It may have been generated and billed, so it is not resent" in c.words for c in unclear
    )
    assert all(card.image for card in member.waits_for(waiting, seconds=120))
    assert (studio.paid(prompt), studio.paid("an owl that waits")) == (4, 2)
    assert studio.stats()["submits"] == sent_before + 6
