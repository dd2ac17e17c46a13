"""The image service is away for five minutes, with a hundred jobs on their way."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from tests.journeys.conftest import Stage
from tests.member import Member
from tests.stack import Stack

AWAY_SECONDS = 300
PROMPT = "a fox while nobody answers [slow:20]"


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage()
    stack.run()
    return stack


def calls(studio: Stack) -> int:
    counts = studio.stats()
    return int(counts["submits"]) + int(counts["queries"])


def test_hundred_jobs_end_right_when_the_service_was_away_for_five_minutes(
    studio: Stack, member: Member
) -> None:
    paths = [member.press(PROMPT, count) for count in [8] * 12 + [4]]
    studio.until(lambda: studio.paid(PROMPT) >= 40, "some are drawn, others are not sent yet")
    studio.configure(down=True)
    time.sleep(AWAY_SECONDS / 10)  # no condition to wait for: this is how long it is away
    before = calls(studio)
    time.sleep(AWAY_SECONDS * 9 / 10)
    asked = calls(studio) - before
    assert "answer" in member.page("/")
    studio.configure(down=False)
    cards = member.waits_for(*paths, seconds=180)
    ends = Counter(card.words.split()[0] for card in cards)
    print(f"while away {asked} calls in {AWAY_SECONDS * 9 / 10:g} s; in the end {dict(ends)}")
    # One probe in ten seconds, and no more.
    assert asked <= AWAY_SECONDS * 9 / 10 / 10 + 2
    assert ends["Unclear"] <= 8
    assert ends["Done"] == 100 - ends["Unclear"]
    assert studio.paid(PROMPT) == ends["Done"]
