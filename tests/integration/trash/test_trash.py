"""The trash: what it shows, what is restored, and what is purged."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from generator.media import storage
from generator.models import BulkAction, Favourite, Image, Reference, User
from generator.services import bulk, maintenance, trash
from generator.services.file_audit import verify
from tests.images import make_image, make_images, write_files
from tests.typing import LogIn, Press

pytestmark = pytest.mark.django_db


def days_ago(days: float) -> datetime:
    return now() - timedelta(days=days)


def paths_of(image: Image) -> list[Path]:
    return [storage.path(image.file), storage.thumbnail_path(image.file, 320)]


def have_files(*images: Image) -> list[bool]:
    return [path.exists() for image in images for path in paths_of(image)]


def shown(client: Client) -> set[str]:
    return {str(image.pk) for image in client.get("/trash/").context["images"]}


def test_trash_shows_own_images_and_to_admins_the_teams(
    member: User, colleague: User, owner: User, login: LogIn
) -> None:
    own, foreign = (make_image(user, trashed_at=now()) for user in (member, colleague))
    hidden = make_image(colleague, private=True, trashed_at=now())
    assert shown(login(member)) == {str(own.pk)}
    assert shown(login(colleague)) == {str(foreign.pk), str(hidden.pk)}
    assert shown(login(owner)) == {str(own.pk), str(foreign.pk)}


def test_only_the_owner_or_an_admin_restores(
    member: User, colleague: User, owner: User, login: LogIn
) -> None:
    images = make_images(member, 2, trashed_at=now())
    fields = {"kind": "restore", "image": [image.pk for image in images]}
    login(colleague).post("/bulk/", fields)
    assert Image.objects.exclude(trashed_at=None).count() == 2
    login(owner).post("/bulk/", fields)
    assert not Image.objects.exclude(trashed_at=None).exists()


@pytest.mark.both_databases("queries.trash")
def test_pages_take_constant_queries(
    client: Client, member: User, django_assert_max_num_queries: Any
) -> None:
    make_images(member, 60, trashed_at=now())
    with django_assert_max_num_queries(8):
        first = client.get("/trash/")
    assert len(first.context["images"]) == 48
    second = client.get(first.context["next_url"])
    assert len(second.context["images"]) == 12
    both = [*first.context["images"], *second.context["images"]]
    assert len({image.pk for image in both}) == 60
    assert second.context["next_url"] == ""
    assert client.get("/trash/?before=nonsense").status_code == 404


@pytest.mark.both_databases("services.trash")
def test_expired_image_is_purged_with_its_files(member: User, settings: Any) -> None:
    settings.GEMPIX_TRASH_DAYS = 30
    old = write_files(make_image(member, trashed_at=days_ago(30.1)))
    young = write_files(make_image(member, trashed_at=days_ago(29.9)))
    whole = write_files(make_image(member))
    Favourite.objects.create(user=member, image=old)
    maintenance.run()
    assert set(Image.objects.all()) == {young, whole}
    assert have_files(old, young, whole) == [False, False, True, True, True, True]


def test_card_says_whether_its_image_is_in_the_trash_or_gone(
    client: Client, member: User, colleague: User, login: LogIn
) -> None:
    url = make_image(member, trashed_at=now()).job.get_absolute_url()
    assert "This image was moved to <a" in client.get(url).content.decode()
    Image.objects.update(purged_at=now())
    for _without_its_row in (False, True):
        assert "This image was permanently deleted." in client.get(url).content.decode()
        assert "was deleted or is private" in login(colleague).get(url).content.decode()
        Image.objects.all().delete()


@pytest.mark.both_databases("services.trash")
def test_emptying_confirms_and_purges_own_images_only(
    client: Client, member: User, colleague: User
) -> None:
    make_images(member, 2, trashed_at=now())
    (foreign,) = make_images(colleague, trashed_at=now())
    assert "Permanently delete 2 images?" in client.get("/trash/empty/").content.decode()
    assert Image.objects.count() == 3
    assert client.post("/trash/empty/").status_code == 302
    assert shown(client) == set()
    trash.purge(10)
    assert list(Image.objects.all()) == [foreign]


def test_trash_shows_count_owners_and_days_left(
    member: User, colleague: User, owner: User, login: LogIn
) -> None:
    make_images(member, 2, trashed_at=days_ago(0.1))
    make_image(colleague, trashed_at=days_ago(28.5))
    make_image(owner, trashed_at=days_ago(29.5))
    page = login(owner).get("/trash/").content.decode()
    days = re.findall(r'mark--days".*?>\s*(\d+ days?)<', page)
    assert days == ["30 days", "30 days", "2 days", "1 day"]
    assert re.findall(r'owner--stays"[^>]*>(\w+)<', page) == ["mina", "mina", "carl"]
    assert re.findall(r'id="trash-count">([^<]*)<', page) == ["4 images"]


def test_emptying_warns_of_images_of_others(
    member: User, colleague: User, owner: User, login: LogIn
) -> None:
    def question(user: User) -> str:
        return login(user).get("/trash/empty/").content.decode()

    make_image(member, trashed_at=now())
    assert "This permanently deletes" not in question(member)
    assert "This permanently deletes 1 image owned by a colleague." in question(owner)
    make_images(colleague, 2, trashed_at=now())
    make_image(owner, trashed_at=now())
    assert "This permanently deletes 4 images owned by 3 people." in question(owner)


@pytest.mark.both_databases("services.bulk_kinds", "services.trash")
def test_undo_restores_nothing_that_was_emptied(member: User) -> None:
    selection = bulk.Selection([image.pk for image in make_images(member, 2)])
    action = bulk.start(member, BulkAction.Kind.TRASH, selection)
    assert trash.empty(member) == 2
    bulk.undo(member, action.pk)
    assert Image.objects.filter(trashed_at=None).count() == 0


@pytest.mark.both_databases("services.trash")
def test_purged_reference_keeps_its_row(member: User, press: Press) -> None:
    image = write_files(make_image(member, trashed_at=days_ago(31)))
    reference = Reference.objects.create(batch=press(), position=1, image=image)
    maintenance.run()
    maintenance.run()
    row = Image.objects.get()
    assert (row.size_bytes, row.thumbnail_widths) == (0, [])
    assert row.purged_at
    assert Reference.objects.get().pk == reference.pk
    assert have_files(image) == [False, False]
    assert list(verify()) == []
    assert not trash.purge(1)


# Where the power goes, and how many of the two images' files are removed before.
CRASHES = {"before the files": 0, "between two files": 1, "before the rows": 2}


@pytest.mark.both_databases("services.trash")
@pytest.mark.parametrize("crash", CRASHES)
def test_purge_goes_on_after_a_crash(
    crash: str, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    purged = [write_files(make_image(member, trashed_at=days_ago(31))) for _ in range(2)]
    whole = write_files(make_image(member))
    trash.expire()
    removed: list[str] = []
    remove = storage.remove

    def remove_until(name: str, widths: list[int]) -> None:
        if len(removed) == CRASHES[crash]:
            raise KeyboardInterrupt
        removed.append(name)
        remove(name, widths)
        if len(removed) == len(purged):
            raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(storage, "remove", remove_until)
        with pytest.raises(KeyboardInterrupt):
            trash.purge(10)
    assert Image.objects.count() == 3
    assert list(verify(contents=False)) == []  # purged: neither missing nor orphaned
    trash.purge(10)
    assert list(Image.objects.all()) == [whole]
    assert have_files(*purged, whole) == [False] * 4 + [True] * 2
    call_command("verify_files", "--quick", stdout=io.StringIO())


def test_empty_trash_tells_only_what_one_may_do(member: User, viewer: User, login: LogIn) -> None:
    sentence = "Images that you move to the trash appear here"
    assert sentence in login(member).get("/trash/").content.decode()
    page = login(viewer).get("/trash/").content.decode()
    assert sentence not in page
    assert "you cannot move images to the trash" in page
