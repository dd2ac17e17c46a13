"""The trash: what is seen in it, what comes back, and what goes for good."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from generator import storage
from generator.models import Batch, BulkAction, Favourite, Image, Job, Reference, User
from generator.services import bulk, trash, upkeep
from generator.services.files import verify
from generator.state import Status

pytestmark = pytest.mark.django_db

Draw = Callable[..., list[Image]]


def with_files(images: list[Image]) -> list[Image]:
    """The same pictures with files of their own, in every size."""
    for number, image in enumerate(images):
        content = f"picture {number} of {image.pk}".encode()
        for path in paths(image):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        image.size_bytes = len(content)
        image.thumbnail_widths = [320]
        image.save()
    return images


def paths(image: Image) -> list[Path]:
    return [storage.path(image.file), storage.thumbnail_path(image.file, 320)]


def throw_away(images: list[Image], days_ago: float = 0) -> None:
    at = now() - timedelta(days=days_ago)
    Image.objects.filter(pk__in=[image.pk for image in images]).update(trashed_at=at)


def shown(client: Client) -> set[str]:
    return {str(image.pk) for image in client.get("/trash/").context["images"]}


def test_it_shows_ones_own_and_to_admins_the_teams_but_never_a_private_one(
    draw: Draw,
    member: User,
    colleague: User,
    owner: User,
    login: Callable[[User], Client],
) -> None:
    mine, theirs = draw(member, 2), draw(colleague, 1)
    hidden = draw(colleague, 1, private=True)
    throw_away([*mine, *theirs, *hidden])
    assert shown(login(member)) == {str(image.pk) for image in mine}
    assert shown(login(colleague)) == {str(image.pk) for image in [*theirs, *hidden]}
    assert shown(login(owner)) == {str(image.pk) for image in [*mine, *theirs]}


def test_only_who_may_restores_from_it(
    draw: Draw, member: User, colleague: User, owner: User, login: Callable[[User], Client]
) -> None:
    images = draw(member, 2)
    throw_away(images)
    fields = {"kind": "restore", "image": [image.pk for image in images]}
    login(colleague).post("/bulk/", fields)
    assert Image.objects.exclude(trashed_at=None).count() == 2
    login(owner).post("/bulk/", fields)
    assert not Image.objects.exclude(trashed_at=None).exists()


def test_pages_follow_each_other_in_a_constant_number_of_queries(
    draw: Draw,
    member: User,
    login: Callable[[User], Client],
    django_assert_max_num_queries: Any,
) -> None:
    images = draw(member, 60)
    throw_away(images)
    client = login(member)
    with django_assert_max_num_queries(8):
        first = client.get("/trash/")
    assert len(first.context["images"]) == 48
    second = client.get(first.context["next_url"])
    assert len(second.context["images"]) == 12
    both = [*first.context["images"], *second.context["images"]]
    assert len({image.pk for image in both}) == 60
    assert second.context["next_url"] == ""
    assert client.get("/trash/?before=nonsense").status_code == 404


def test_after_its_days_a_picture_goes_with_its_files_and_not_a_day_before(
    draw: Draw, member: User, settings: Any
) -> None:
    settings.GEMPIX_TRASH_DAYS = 30
    old, young, kept = with_files(draw(member, 3))
    Favourite.objects.create(user=member, image=old)
    throw_away([old], 30.1)
    throw_away([young], 29.9)
    upkeep.tidy()
    assert set(Image.objects.all()) == {young, kept}
    assert [path.exists() for path in paths(old)] == [False, False]
    assert all(path.exists() for image in (young, kept) for path in paths(image))


def test_a_card_says_where_its_picture_went(
    draw: Draw, member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    (image,) = draw(member)
    address = image.job.get_absolute_url()
    Job.objects.update(status=Status.SUCCEEDED, ended_at=now())
    throw_away([image])
    assert "This picture was moved to <a" in login(member).get(address).content.decode()
    Image.objects.update(purged_at=now())
    for _gone_for_good in range(2):
        assert "This picture was removed for good." in login(member).get(address).content.decode()
        assert "was deleted, or is private" in login(colleague).get(address).content.decode()
        Image.objects.all().delete()


def test_emptying_asks_and_takes_only_what_one_may(
    draw: Draw, member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    mine, theirs = with_files(draw(member, 2)), with_files(draw(colleague, 1))
    throw_away([*mine, *theirs])
    client = login(member)
    assert "Remove 2 pictures for good?" in client.get("/trash/empty/").content.decode()
    assert Image.objects.count() == 3
    assert client.post("/trash/empty/").status_code == 302
    assert shown(client) == set()
    trash.purge(10)
    assert set(Image.objects.all()) == set(theirs)


def test_it_tells_how_many_whose_and_for_how_long(
    draw: Draw, member: User, colleague: User, owner: User, login: Callable[[User], Client]
) -> None:
    throw_away(draw(member, 2), 0.1)
    throw_away(draw(colleague, 1), 28.5)
    throw_away(draw(owner, 1), 29.5)
    page = login(owner).get("/trash/").content.decode()
    told = re.findall(r'mark--days".*?>\s*(\d+ days?)<', page)
    assert told == ["30 days", "30 days", "2 days", "1 day"]
    assert re.findall(r'who--stays"[^>]*>(\w+)<', page) == ["mina", "mina", "carl"]
    assert re.search(r'id="trash-count">([^<]*)<', page)[1] == "4 pictures"  # type: ignore[index]


def test_emptying_tells_of_how_many_people(
    draw: Draw, member: User, colleague: User, owner: User, login: Callable[[User], Client]
) -> None:
    def asked(person: User) -> str:
        return login(person).get("/trash/empty/").content.decode()

    throw_away(draw(member, 1))
    assert "This deletes" not in asked(member)
    assert "This deletes 1 picture of a colleague for good." in asked(owner)
    throw_away([*draw(colleague, 2), *draw(owner, 1)])
    assert "This deletes 4 pictures of 3 people for good." in asked(owner)


def test_what_is_given_up_is_not_restored_by_an_old_undo(draw: Draw, member: User) -> None:
    images = with_files(draw(member, 2))
    chosen = bulk.Selection([image.pk for image in images])
    action = bulk.start(member, BulkAction.Kind.TRASH, chosen)
    assert trash.empty(member) == 2
    bulk.undo(member, action.pk)
    assert Image.objects.filter(trashed_at=None).count() == 0


def test_a_picture_that_others_were_made_from_leaves_its_row_for_the_record(
    draw: Draw, member: User, press: Callable[..., Batch]
) -> None:
    (image,) = with_files(draw(member, 1))
    reference = Reference.objects.create(batch=press(), position=1, image=image)
    throw_away([image], 31)
    upkeep.tidy()
    upkeep.tidy()
    left = Image.objects.get()
    assert (left.size_bytes, left.thumbnail_widths) == (0, [])
    assert left.purged_at
    assert Reference.objects.get().pk == reference.pk
    assert [path.exists() for path in paths(image)] == [False, False]
    assert list(verify()) == []
    assert not trash.purge(1)


@pytest.mark.parametrize("crash", ["before the files", "between two files", "before the rows"])
def test_a_crash_on_the_way_leaves_nothing_behind_after_the_next_run(
    crash: str, draw: Draw, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = with_files(draw(member, 3))
    throw_away(images[:2], 31)
    trash.expire()
    removed: list[str] = []
    remove = storage.remove

    def fall(name: str, widths: list[int]) -> None:
        if len(removed) == ["before the files", "between two files", "before the rows"].index(
            crash
        ):
            raise KeyboardInterrupt
        removed.append(name)
        remove(name, widths)
        if crash == "before the rows" and len(removed) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(storage, "remove", fall)
        with pytest.raises(KeyboardInterrupt):
            trash.purge(10)
    assert Image.objects.count() == 3
    found = list(verify(contents=False))
    assert found == []  # given up: neither missing nor orphaned
    trash.purge(10)
    assert list(Image.objects.all()) == images[2:]
    assert [path.exists() for image in images for path in paths(image)] == [False] * 4 + [True] * 2
    call_command("verify_files", "--quick", stdout=io.StringIO())
