"""The callback alone: polling is put off for ten minutes, and everything still comes to its end."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Stage
from tests.member import Member, words
from tests.stack import Stack

pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("journeys-callbacks")]

# A prompt's scenario, and how many callbacks the sandbox sends for it.
REPORTED = {
    "": 1,
    "[callback-twice:0.3]": 2,
    "[callback-early]": 1,
    "[callback-late:0.5]": 1,
    "[callback-forged]": 3,
    "at its leisure": 1,
}
# No answer to the submit, or none that can be read: the report is all there is. With a deadline
# of 3 s for the answer, the report of the first two comes before it and after it.
RESCUED = [
    "[accepted-silent]",
    "[accepted-silent] at its leisure",
    "[accepted-reset]",
    "[accepted-cut]",
    "[accepted-502]",
]


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    never = {f"GEMPIX_POLL_{which}_SECONDS": "600" for which in ("FIRST", "MIN", "MAX")}
    stack = stage(GEMPIX_PUBLIC_URL="own", GEMPIX_SUBMIT_TIMEOUT_SECONDS="3", **never)
    stack.run()
    return stack


@pytest.fixture(scope="module")
def pressed(studio: Stack, owner: Member) -> dict[str, str]:
    """A batch of each scenario, all under way at once, by the prompt's scenario."""
    late = "[accepted-silent] at its leisure"
    with studio.holding("at its leisure"):
        pressed = {scenario: owner.press(f"a fox {scenario}") for scenario in [*REPORTED, *RESCUED]}
        studio.until(
            lambda: owner.cards(pressed[late])[0].words.startswith("Unclear"),
            "nobody waits for the answer any more",
        )
    return pressed


@pytest.mark.parametrize("scenario", REPORTED, ids=lambda scenario: scenario or "plain")
def test_report_alone_brings_the_image_once(
    scenario: str, studio: Stack, owner: Member, pressed: dict[str, str]
) -> None:
    prompt = f"a fox {scenario}"
    (card,) = owner.waits_for(pressed[scenario])
    assert owner.image(card) in studio.originals(prompt)
    assert studio.paid(prompt) == 1
    assert sum(found == card.image for found in owner.gallery()) == 1


@pytest.mark.parametrize("scenario", RESCUED)
def test_report_rescues_what_was_never_answered(
    scenario: str, studio: Stack, owner: Member, pressed: dict[str, str]
) -> None:
    prompt = f"a fox {scenario}"
    studio.until(lambda: owner.cards(pressed[scenario])[0].image, "the unclear job has its image")
    (card,) = owner.cards(pressed[scenario])
    assert owner.image(card) in studio.originals(prompt)
    assert studio.paid(prompt) == 1
    timeline = words(owner.page(f"/jobs/{card.job}/"))
    assert "Unclear" in timeline
    assert "Confirmed by the image service's own report." in timeline


def test_every_report_was_sent_and_nothing_was_polled_twice(
    studio: Stack, owner: Member, pressed: dict[str, str]
) -> None:
    reports = sum(REPORTED.values()) + len(RESCUED)
    studio.until(lambda: studio.stats()["callbacks_sent"] >= reports, "all reports were taken")
    owner.waits_for(*pressed.values())
    stats = studio.stats()
    assert stats["submits"] == len(pressed)
    # Each report is believed only after a look of our own; without one there is none.
    assert stats["queries"] <= reports + len(pressed)
