"""Private images are seen by their owner alone, trashed ones by their owner and admins."""

from __future__ import annotations

import pytest
from django.utils import timezone

from generator.models import Image, Role, User
from generator.queries import gallery
from generator.queries.filters import Filters
from tests.images import make_image
from tests.typing import LogIn, MakeUser

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(member: User) -> Image:
    """A private batch with a private image."""
    return make_image(member, "a secret fox", private=True)


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


def test_private_image_is_hidden_from_every_other_role(
    secret: Image, make_user: MakeUser, login: LogIn, subtests: pytest.Subtests
) -> None:
    for role in (Role.MEMBER, Role.VIEWER, Role.ADMIN, Role.OWNER):
        client = login(make_user(f"another-{role}", role))
        for path in pages(secret):
            with subtests.test(path, role=str(role)):
                assert client.get(path).status_code == 404
        for path in lists(secret):
            with subtests.test(path, role=str(role)):
                answer = client.get(path)
                assert answer.status_code in (200, 204)
                assert "secret fox" not in answer.content.decode()
                assert str(secret.pk) not in answer.content.decode()


def test_job_of_a_private_image_cannot_be_changed_by_others(
    secret: Image, owner: User, login: LogIn
) -> None:
    client = login(owner)
    for action in ("cancel", "recheck", "resend"):
        path = f"/jobs/{secret.job_id}/{action}/"
        assert client.post(path, {"form_token": "t"}).status_code == 404


def test_owner_sees_their_private_image_everywhere(
    secret: Image, member: User, login: LogIn
) -> None:
    client = login(member)
    for path in lists(secret) + [p for p in pages(secret) if "file" not in p and "webp" not in p]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        if "timeline" not in path:
            assert str(secret.pk) in answer.content.decode(), path


def test_card_of_a_team_batch_leaves_out_its_private_image(
    member: User, colleague: User, login: LogIn
) -> None:
    image = make_image(member, "a team fox")
    Image.objects.update(private=True)
    for path in (f"/batches/{image.job.batch_id}/", f"/jobs/{image.job_id}/", "/history/mina/"):
        text = login(colleague).get(path).content.decode()
        assert "a team fox" in text
        assert str(image.pk) not in text
        assert str(image.pk) in login(member).get(path).content.decode()


def test_trashed_image_is_shown_to_its_owner_and_admins_only(
    member: User, colleague: User, owner: User, login: LogIn
) -> None:
    image = make_image(member, "a thrown fox", trashed_at=timezone.now())
    path = f"/images/{image.pk}/"
    for user, status in ((member, 200), (owner, 200), (colleague, 404)):
        client = login(user)
        assert client.get(path).status_code == status
        assert not gallery.matching(user, Filters()).exists()
        for other in ("/gallery/?q=thrown", f"/batches/{image.job.batch_id}/"):
            assert str(image.pk) not in client.get(other).content.decode()
    Image.objects.update(private=True)
    assert login(owner).get(path).status_code == 404


def test_neighbours_leave_out_private_images(secret: Image, colleague: User, login: LogIn) -> None:
    older = make_image(colleague, "an older one", made_at=secret.created_at.replace(year=2025))
    text = login(colleague).get(f"/images/{older.pk}/").content.decode()
    assert str(secret.pk) not in text
