"""The same everywhere: the theme, first steps, canceling a batch, a timeline's folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from generator.models import Batch, JobEvent, LedgerEntry, Role, User
from generator.queries.timeline import Stretch, fold
from generator.state import Status

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


# --- the theme


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_chosen_theme_comes_with_every_page_and_stays_out_of_reach_of_scripts(
    theme: str, outsider: Client
) -> None:
    answer = outsider.post("/preferences/theme/", {"theme": theme, "next": "/help/"})
    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    assert answer.cookies["theme"]["httponly"]
    for path in ("/accounts/login/", "/offline/"):
        assert f'data-theme="{theme}"' in outsider.get(path).content.decode()
    outsider.post("/preferences/theme/", {"theme": "system"}, headers=HTMX)
    assert "data-theme=" not in outsider.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("theme", ["", "pink", 'dark" onload="x'])
def test_unknown_theme_is_refused_and_a_forged_cookie_is_ignored(
    theme: str, outsider: Client
) -> None:
    assert outsider.post("/preferences/theme/", {"theme": theme}).status_code == 400
    outsider.cookies["theme"] = theme
    assert "data-theme=" not in outsider.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "javascript:x", ""])
def test_theme_leads_back_to_our_pages_alone(page: str, outsider: Client) -> None:
    answer = outsider.post("/preferences/theme/", {"theme": "dark", "next": page})
    assert answer["Location"] == "/"


# --- the first steps


def test_first_steps_stay_after_the_first_picture_until_they_are_put_away(
    owner: User, login: Callable[[User], Client], press: Callable[..., Batch]
) -> None:
    client = login(owner)
    press(owner=owner)
    assert "Enter an API key" in client.get("/").content.decode()
    assert "First steps" in client.get("/").content.decode()
    assert client.post("/preferences/checklist/").status_code == 302
    assert "First steps" not in client.get("/").content.decode()


def test_first_steps_are_the_owners_alone(member: User, login: Callable[[User], Client]) -> None:
    client = login(member)
    assert "First steps" not in client.get("/").content.decode()
    assert client.post("/preferences/checklist/").status_code == 403


# --- canceling what is not sent


def cancel(client: Client, batch: Batch, **more: object) -> str:
    answer = client.post(reverse("generator:batch-cancel", args=[batch.pk]), **more)  # type: ignore[arg-type]
    assert answer.status_code in (200, 302)
    return str(client.get(batch.get_absolute_url()).content.decode())


def test_unsent_pictures_are_canceled_for_nothing_and_sent_ones_go_on(
    member: User, login: Callable[[User], Client], press: Callable[..., Batch]
) -> None:
    batch = press(count=4)
    batch.jobs.get(index=1).advance(Status.SUBMITTING)
    page = cancel(login(member), batch)
    statuses = list(batch.jobs.order_by("index").values_list("status", flat=True))
    canceled = Status.CANCELED
    assert statuses == [canceled, Status.SUBMITTING, canceled, canceled]
    settled = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SETTLED)
    assert list(settled.values_list("credits", flat=True)) == [Decimal(0)] * 3
    assert "3 pictures are canceled and cost nothing." in page
    assert "1 was sent before: it goes on, and is charged." in page


def test_nothing_left_to_cancel_is_said_and_harmless(
    member: User, login: Callable[[User], Client], press: Callable[..., Batch]
) -> None:
    batch, client = press(count=2), login(member)
    cancel(client, batch)
    assert "Nothing was left to cancel." in cancel(client, batch)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.SETTLED).count() == 2


def test_fragment_answers_with_every_card_and_a_toast(
    member: User, login: Callable[[User], Client], press: Callable[..., Batch]
) -> None:
    url = reverse("generator:batch-cancel", args=[press(count=3).pk])
    text = login(member).post(url, headers=HTMX).content.decode()
    assert text.count("<article") == 3
    assert 'hx-swap-oob="beforeend:#toasts"' in text


@pytest.mark.parametrize(
    ("role", "status"), [(Role.MEMBER, 403), (Role.VIEWER, 403), (Role.ADMIN, 302)]
)
def test_only_who_made_it_or_an_admin_cancels(
    role: Role,
    status: int,
    make_user: Callable[..., User],
    login: Callable[[User], Client],
    press: Callable[..., Batch],
) -> None:
    url = reverse("generator:batch-cancel", args=[press(count=2).pk])
    assert login(make_user("somebody", role)).post(url).status_code == status


def test_outsider_is_led_to_the_log_in(outsider: Client, press: Callable[..., Batch]) -> None:
    for url in (reverse("generator:batch-cancel", args=[press(count=2).pk]), "/help/"):
        answer = outsider.post(url)
        assert (answer.status_code, answer["Location"][:16]) == (302, "/accounts/login/")


# --- a timeline's folds

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


def test_lines_that_only_repeat_are_one_with_their_number_and_pauses() -> None:
    found = fold(events(SEND, *[LOOK] * 14, DONE, pause=lambda number: 3 if number < 9 else 20))
    assert lengths(found) == [(1, 1), (14, 14), (1, 1)]
    assert found[1].pauses_seconds == (3, 20)


def test_rounds_of_several_lines_are_one() -> None:
    found = fold(events(*[SEND, BACK] * 5, SEND, DONE))
    assert lengths(found) == [(10, 5), (1, 1), (1, 1)]
    assert [event.status for event in found[0].round] == [Status.SUBMITTING, Status.QUEUED]


@pytest.mark.parametrize(
    "lines", [[], [LOOK], [LOOK, LOOK], [SEND, BACK, SEND, BACK], [SEND, LOOK, BACK, DONE]]
)
def test_what_hardly_repeats_stays_as_it_is(lines: list[tuple[str, str, str]]) -> None:
    assert lengths(fold(events(*lines))) == [(1, 1)] * len(lines)


def test_nothing_is_lost_or_reordered() -> None:
    made = events(SEND, *[LOOK] * 4, *[SEND, LOOK, BACK] * 3, DONE, *[LOOK] * 3)
    assert [event for stretch in fold(made) for event in stretch.events] == made


# --- what browsers ask for


def test_service_worker_keeps_nothing_but_the_offline_page_and_its_looks(outsider: Client) -> None:
    answer = outsider.get("/service-worker.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert '"/offline/"' in text
    assert text.count('"/static/') == 5
