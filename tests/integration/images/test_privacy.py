"""Private things are seen by their owner alone, and what is in the trash by him and admins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from generator.models import Image, Role, User
from generator.queries import gallery
from generator.queries.filters import Filters
from tests.pictures import picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(member: User) -> Image:
    """A private batch with a private picture."""
    return picture(member, "a secret fox", private=True)


def pages(image: Image) -> list[str]:
    job = image.job
    return [
        f"/images/{image.pk}/",
        f"/images/{image.pk}/file/",
        f"/images/{image.pk}/320.webp",
        f"/batches/{job.batch_id}/",
        f"/jobs/{job.pk}/",
        f"/jobs/{job.pk}/timeline/",
    ]


def lists(image: Image) -> list[str]:
    have = f"{image.job.batch_id.hex}:0,j{image.job_id.hex}:0"
    after = "0" * 32
    return [
        "/gallery/",
        "/gallery/mina/",
        "/gallery/?q=secret",
        "/gallery/?member=mina&shape=square",
        "/gallery/?private=1",
        f"/gallery/?after={after}",
        f"/gallery/?after={after}&q=secret",
        "/history/mina/",
        "/history/?everyone=1",
        "/history/?everyone=1&q=secret",
        f"/live/?have={have}",
    ]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER, Role.ADMIN, Role.OWNER])
def test_colleague_of_any_role_finds_nothing(
    role: Role, secret: Image, make_user: Callable[..., User], login: Callable[[User], Client]
) -> None:
    client = login(make_user("carl", role))
    for path in pages(secret):
        assert client.get(path).status_code == 404, path
    for path in lists(secret):
        answer = client.get(path)
        assert answer.status_code in (200, 204), path
        text = answer.content.decode()
        assert "secret fox" not in text, path
        assert str(secret.pk) not in text, path


def test_colleague_moves_nothing(
    secret: Image, owner: User, login: Callable[[User], Client]
) -> None:
    client = login(owner)
    for action in ("cancel", "recheck", "again"):
        path = f"/jobs/{secret.job_id}/{action}/"
        assert client.post(path, {"form_token": "t"}).status_code == 404


def test_outsider_is_led_to_the_log_in(secret: Image, outsider: Client) -> None:
    for path in pages(secret) + lists(secret):
        answer = outsider.get(path)
        assert answer.status_code == 302, path
        assert answer["Location"].startswith("/accounts/login/")


def test_owner_sees_his_own_everywhere(
    secret: Image, member: User, login: Callable[[User], Client]
) -> None:
    client = login(member)
    for path in lists(secret) + [p for p in pages(secret) if "file" not in p and "webp" not in p]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        if "timeline" not in path:
            assert str(secret.pk) in answer.content.decode(), path


def test_private_picture_of_a_team_batch_is_left_out_of_its_card(
    member: User, colleague: User, login: Callable[[User], Client]
) -> None:
    image = picture(member, "a team fox")
    Image.objects.update(private=True)
    for path in (f"/batches/{image.job.batch_id}/", f"/jobs/{image.job_id}/", "/history/mina/"):
        text = login(colleague).get(path).content.decode()
        assert "a team fox" in text
        assert str(image.pk) not in text
        assert str(image.pk) in login(member).get(path).content.decode()


def test_trashed_picture_is_known_to_its_owner_and_to_admins_alone(
    member: User, colleague: User, owner: User, login: Callable[[User], Client]
) -> None:
    image = picture(member, "a thrown fox")
    Image.objects.update(trashed_at=timezone.now())
    path = f"/images/{image.pk}/"
    assert [login(who).get(path).status_code for who in (member, owner, colleague)] == [
        200,
        200,
        404,
    ]
    for who in (member, owner, colleague):
        assert not gallery.matching(who, Filters()).exists()
        assert str(image.pk) not in login(who).get("/gallery/?q=thrown").content.decode()
        assert (
            str(image.pk) not in login(who).get(f"/batches/{image.job.batch_id}/").content.decode()
        )
    Image.objects.update(private=True)
    assert login(owner).get(path).status_code == 404


def test_neighbours_leave_out_what_one_may_not_see(
    secret: Image, colleague: User, login: Callable[[User], Client]
) -> None:
    older = picture(colleague, "an older one", made=secret.created_at.replace(year=2025))
    text = login(colleague).get(f"/images/{older.pk}/").content.decode()
    assert str(secret.pk) not in text
