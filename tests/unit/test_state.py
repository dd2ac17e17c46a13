"""The transition table is data; these are the promises that it makes."""

import pytest

from generator import state
from generator.models import Job
from generator.state import Status


def test_a_job_that_may_have_been_received_is_never_sent_again() -> None:
    sent_again = {s for s, row in state.STATES.items() if Status.SUBMITTING in row.transitions}
    assert sent_again == {Status.QUEUED}
    assert Status.QUEUED not in state.STATES[Status.UNCONFIRMED].transitions


def test_final_is_final() -> None:
    assert {Status.SUCCEEDED, Status.NO_IMAGE, Status.FAILED, Status.CANCELED} == state.FINAL
    assert not any(state.STATES[status].transitions for status in state.FINAL)


def test_active_parked_and_final_are_all_and_apart() -> None:
    assert set(Status) == state.ACTIVE | state.PARKED | state.FINAL
    assert len(state.ACTIVE) + len(state.PARKED) + len(state.FINAL) == len(Status)


def test_only_what_was_not_sent_can_be_canceled() -> None:
    assert {Status.QUEUED, Status.HELD} == state.CANCELABLE


def test_a_step_outside_the_table_is_a_bug() -> None:
    with pytest.raises(state.ForbiddenTransition, match="succeeded -> running"):
        state.check(Status.SUCCEEDED, Status.RUNNING)


def test_every_status_has_words_for_people() -> None:
    for row in state.STATES.values():
        assert str(row.label)
        assert str(row.sentence).endswith(".")


@pytest.mark.parametrize(
    ("word", "phase"), [("", "Accepted"), ("pending", "Accepted"), ("in_progress", "Generating")]
)
def test_a_card_never_goes_back_from_drawing_to_accepted(word: str, phase: str) -> None:
    assert str(Job(status=Status.RUNNING, upstream_status=word).phase) == phase
