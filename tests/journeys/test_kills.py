"""`kill -9` of the worker, of the web server, and of both, in the middle of ten jobs. Nothing
watches over the parts here: they are back at the next start, as after a power cut."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Stage
from tests.member import Card, Member
from tests.stack import Stack, answers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("journeys-kills")]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage()
    stack.prepare()
    stack.start("sandbox", "worker", "web")
    return stack


def press_ten(member: Member, what: str) -> list[str]:
    """Ten jobs that take longer one by one; gives their prompts."""
    prompts = [f"{what} {number} [slow:{3 + number / 2}]" for number in range(10)]
    for prompt in prompts:
        member.press(prompt)
    return prompts


def in_the_middle(member: Member) -> list[Card]:
    """The member's ten cards, as soon as some are done and some are not; else nothing."""
    cards = member.cards("/history/")
    assert len(cards) == 10
    return cards if sum(bool(card.picture) for card in cards) >= 3 else []


def all_end_right(studio: Stack, member: Member, prompts: list[str]) -> None:
    cards = member.waits_for("/history/", seconds=120)
    assert [card.words.split()[0] for card in cards] == ["Done"] * 10
    # History is newest first.
    for card, prompt in zip(cards, reversed(prompts), strict=True):
        assert studio.originals(prompt) == [member.picture(card)]
        assert studio.paid(prompt) == 1


@pytest.mark.parametrize("parts", [("worker",), ("web",), ("worker", "web")], ids="+".join)
def test_ten_jobs_end_right_after_a_kill(
    parts: tuple[str, ...], studio: Stack, member: Member
) -> None:
    sent_before = studio.stats()["submits"]
    prompts = press_ten(member, f"a fox and the {' and the '.join(parts)}")
    cards = studio.until(lambda: in_the_middle(member), "some of the ten are done")
    assert any(card.live for card in cards)
    studio.kill(*parts)
    assert answers(f"{studio.url}/healthz") == ("web" not in parts)
    studio.start(*parts)
    all_end_right(studio, member, prompts)
    assert studio.stats()["submits"] == sent_before + 10


def test_what_a_killed_worker_was_sending_is_unclear_and_never_sent_again(
    studio: Stack, member: Member
) -> None:
    sent_before = studio.stats()["submits"]
    # As many as may be under way at once, and two that must wait for them.
    prompt = "an owl [slow-answer:15]"
    sending, waiting = member.press(prompt, 4), member.press("an owl that waits", 2)
    studio.until(lambda: studio.paid(prompt) == 4, "four are being sent")
    studio.kill("worker")
    studio.start("worker")
    unclear = member.waits_for(sending, seconds=120)
    assert [card.words.split()[0] for card in unclear] == ["Unclear"] * 4
    assert all("It may be drawn and billed, so it is not sent again" in c.words for c in unclear)
    assert all(card.picture for card in member.waits_for(waiting, seconds=120))
    assert (studio.paid(prompt), studio.paid("an owl that waits")) == (4, 2)
    assert studio.stats()["submits"] == sent_before + 6
