"""Folding the repetitions of a timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from generator.models import JobEvent
from generator.models.event_details import TEXTS, EventDetail, encode, encode_error
from generator.queries.timeline import Stretch, fold
from generator.state import Status
from generator.templatetags.studio import rough_duration
from generator.templatetags.timeline import event_text
from generator.upstream import errors

START = datetime(2026, 1, 1, tzinfo=UTC)
LOOK = (JobEvent.Kind.QUERY, "", "No answer within 15 s")
SEND = (JobEvent.Kind.STATUS, Status.SUBMITTING, "Attempt 1")
BACK = (JobEvent.Kind.STATUS, Status.QUEUED, "Again in 4 s")
DONE = (JobEvent.Kind.STATUS, Status.SUCCEEDED, "")


def events(*lines: tuple[str, str, str], pause: Callable[[int], float] = lambda _: 1) -> list:
    at, made = START, []
    for number, (kind, status, detail) in enumerate(lines):
        words = detail.replace("1", str(number))
        made.append(JobEvent(kind=kind, status=status, detail=words, at=at))
        at += timedelta(seconds=pause(number))
    return made


def lengths(stretches: Sequence[Stretch]) -> list[tuple[int, int]]:
    return [(len(stretch.events), stretch.rounds) for stretch in stretches]


def test_repeated_lines_are_folded_with_count_and_pauses() -> None:
    found = fold(events(SEND, *[LOOK] * 14, DONE, pause=lambda number: 3 if number < 9 else 20))
    assert lengths(found) == [(1, 1), (14, 14), (1, 1)]
    assert found[1].pauses_seconds == (3, 20)


def test_repeated_rounds_are_folded() -> None:
    found = fold(events(*[SEND, BACK] * 5, SEND, DONE))
    assert lengths(found) == [(10, 5), (1, 1), (1, 1)]
    assert [event.status for event in found[0].round] == [Status.SUBMITTING, Status.QUEUED]


@pytest.mark.parametrize(
    "lines", [[], [LOOK], [LOOK, LOOK], [SEND, BACK, SEND, BACK], [SEND, LOOK, BACK, DONE]]
)
def test_few_repetitions_are_not_folded(lines: list[tuple[str, str, str]]) -> None:
    assert lengths(fold(events(*lines))) == [(1, 1)] * len(lines)


def test_folding_keeps_every_event_in_order() -> None:
    made = events(SEND, *[LOOK] * 4, *[SEND, LOOK, BACK] * 3, DONE, *[LOOK] * 3)
    assert [event for stretch in fold(made) for event in stretch.events] == made


def test_text_of_a_line_is_chosen_when_it_is_shown() -> None:
    error = errors.RateLimited("Retry-After: 3")
    told = errors.Refused("HTTP 400", sentence="The prompt is empty.")
    for stored, text in (
        (encode(EventDetail.CANCELED, by="mina"), "Canceled by mina."),
        (encode(EventDetail.UPSTREAM_STATUS, status="50 %"), "The image service says: “50 %”"),
        (
            encode_error(error),
            "The image service is limiting the rate of requests.\nRetry-After: 3",
        ),
        (encode_error(told), "The prompt is empty.\nHTTP 400"),
        (encode_error(told, technical=False), "The prompt is empty."),
        # As 0.3.0 and earlier stored it.
        ("Canceled by mina.", "Canceled by mina."),
        ('{"code": "of a later version"}', '{"code": "of a later version"}'),
        ("17", "17"),
        ("", ""),
    ):
        assert event_text(JobEvent(detail=stored)) == text


def test_every_code_has_a_text() -> None:
    assert {*TEXTS, EventDetail.ERROR} == {*EventDetail}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1 s"),
        (9.4, "9 s"),
        (12, "10 s"),
        (58, "1 min"),
        (91, "1 min 30 s"),
        (200, "3 min 30 s"),
        (640, "11 min"),
    ],
)
def test_estimate_is_rounded(seconds: float, text: str) -> None:
    assert rough_duration(seconds) == text
