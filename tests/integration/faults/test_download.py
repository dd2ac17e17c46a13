"""Faults of the file store: a paid image is copied whole or not at all, tried for again with a
fresh address, and never paid for twice."""

from __future__ import annotations

from typing import Any

import pytest

from generator.models import Image
from generator.state import Status
from generator.worker import polls
from tests.unit.upstream.tables.download import DOWNLOAD, Download, moved
from tests.unit.upstream.tables.query import QUERY
from tests.unit.upstream.tables.rows import HTML, Row, says, task

from .fake_upstream import WELL
from .stage import DONE, Case, End, Stage, play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_files", "resolver")]

UNFETCHED = End(Status.UNFETCHED, settled="0.500000")


def case(row: str, kind: str = "") -> Case:
    end = UNFETCHED.but(kind=kind) if kind else DONE
    return Case(Status.STORING, DOWNLOAD[row], end)


FILES = [
    case("with a length"),
    case("404", "DownloadFailed"),
    case("503 for thirty years", "DownloadFailed"),
    case("silence", "DownloadFailed"),
    case("endless", "TooLarge"),
    case("302 to another private host", "BlockedURL"),
    case("HTML as PNG", "Unrecognized"),
    case("more pixels than are decoded"),
]
# Where the first answer says that the image is.
SOURCES = [
    case("http://10.0.0.1/a.png", "BlockedURL"),
    case("an unknown name", "DownloadFailed"),
    case("data URI of an image"),
    case("data URI 'data:image/png;base64,AA!A'", "DownloadFailed"),
    case("data URI a byte too large", "TooLarge"),
    case("a data URI of HTML", "Unrecognized"),
]
CASES = [*FILES, *SOURCES]


@pytest.fixture
def tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be copied is not tried for again while the test looks."""
    monkeypatch.setattr(polls, "fetch_wait", lambda job: 60)


def answer_of(row: Row) -> list[Any]:
    """Return the script of a query's answer that names the row's source."""
    assert isinstance(row, Download)
    return says(200, task(result=[{"image": row.source}]))


def rests_and_goes_on(stage: Stage, end: End) -> None:
    stage.presses()
    stage.comes_to(end)
    assert "base64" not in "".join(stage.job.result_urls)
    if end.status == Status.UNFETCHED:
        assert stage.job.due_at is not None
        stage.allows()
        stage.opens(WELL)
        stage.goes_on()


@pytest.mark.usefixtures("tried_once")
@play(FILES)
def test_file_comes_to_its_end(stage: Stage, case: Case) -> None:
    stage.opens(WELL, WELL, case.row.script)
    if case.row.by_deadline:
        stage.allows(download=0.5)
    rests_and_goes_on(stage, case.end)


@pytest.mark.usefixtures("tried_once")
@play(SOURCES)
def test_source_comes_to_its_end(stage: Stage, case: Case) -> None:
    answer = answer_of(case.row)
    # A data URI is not kept: it is asked for once more.
    stage.opens(WELL, [*answer, "once more", *answer], WELL)
    rests_and_goes_on(stage, case.end)


@pytest.mark.parametrize(
    ("second", "kind"), [("502", "Transient"), ("success in words only", "DownloadFailed")]
)
def test_data_uri_that_is_not_told_again_is_tried_for_later(
    stage: Stage, second: str, kind: str
) -> None:
    stage.opens(WELL, answer_of(DOWNLOAD["data URI of an image"]), QUERY[second].script, WELL)
    stage.presses()
    stage.comes_to(DONE.but(kind=kind))


def test_failed_copy_is_tried_for_again_by_itself(stage: Stage) -> None:
    stage.opens(WELL, WELL, DOWNLOAD["404"].script, WELL)
    stage.presses()
    stage.comes_to(DONE.but(kind="DownloadFailed"))


def test_after_many_tries_it_is_left_to_a_person(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polls, "MAX_FETCH_FAILURES", 3)
    stage.opens(WELL, WELL, says(404, HTML))
    stage.presses()
    stage.until(lambda: stage.job.failures == 3)
    stage.comes_to(UNFETCHED.but(kind="DownloadFailed"))
    assert stage.job.due_at is None
    stage.opens(WELL)
    stage.goes_on()


def test_of_two_images_both_are_fetched_anew(stage: Stage) -> None:
    pair = [{"image": "@URL@/files/a.png"}, {"image": "@URL@/files/b.png"}]
    stage.opens(WELL, [*says(200, task(result=pair)), "again"], WELL, says(404, HTML), WELL)
    stage.presses()
    stage.comes_to(DONE.but(kind="DownloadFailed", images=2))


def test_type_is_read_from_the_bytes(stage: Stage) -> None:
    stage.opens(WELL, WELL, DOWNLOAD["a WEBP called text"].script)
    stage.presses()
    stage.comes_to(DONE)
    assert Image.objects.get().mime == "image/webp"


def test_store_gets_our_agent_and_nothing_of_ours_besides(stage: Stage) -> None:
    upstream = stage.opens(WELL, WELL, moved(302, "/files/b.png"), WELL)
    stage.presses()
    stage.comes_to(DONE)
    heads = [head for line, head, _ in upstream.requests if "/files/" in line]
    names = [{entry.partition(":")[0] for entry in head.split("\r\n")} for head in heads]
    assert names == [{"Host", "User-Agent", "Accept", "Accept-Encoding"}] * 2
    assert all("User-Agent: GemPixStudio/" in head for head in heads)
