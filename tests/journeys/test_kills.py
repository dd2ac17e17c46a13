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
    prompts = [f"an owl {number} [slow-answer:4]" for number in range(10)]
    for prompt in prompts:
        member.press(prompt)
    studio.until(lambda: sum(map(studio.paid, prompts)) >= 8, "eight are being sent", 30)
    studio.kill("worker")
    studio.start("worker")
    cards = member.waits_for("/history/", seconds=120)
    unclear = [card for card in cards if card.words.startswith("Unclear")]
    assert len(unclear) == 8
    assert sum(bool(card.picture) for card in cards) == 2
    assert all("The worker was stopped while this was being sent." in c.words for c in unclear)
    assert [studio.paid(prompt) for prompt in prompts] == [1] * 10
    assert studio.stats()["submits"] == sent_before + 10
