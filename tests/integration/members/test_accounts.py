"""Accounts: created by set-up or command, and deactivated."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from generator.models import Role, User
from generator.services import members
from tests.images import make_image
from tests.typing import LogIn, MakeUser

pytestmark = pytest.mark.django_db


def test_outsider_cannot_sign_up(outsider: Client) -> None:
    data = {"username": "mallory", "password1": "kjh34kjh3434", "password2": "kjh34kjh3434"}
    outsider.post("/accounts/signup/", data)
    assert not User.objects.filter(username="mallory").exists()


def test_deactivated_member_is_logged_out_and_their_work_stays(
    client: Client, member: User, owner: User, login: LogIn
) -> None:
    make_image(member)
    assert login(owner).post(f"/people/{member.pk}/active/", {"active": "off"}).status_code == 302
    assert client.get("/").status_code == 302
    assert login(owner).get(f"/gallery/{member.username}/").status_code == 200


@pytest.mark.both_databases
def test_reactivation_revives_no_session(member: User, owner: User, login: LogIn) -> None:
    before = login(member)
    for active in ("off", "on"):
        login(owner).post(f"/people/{member.pk}/active/", {"active": active})
    assert before.get("/").status_code == 302
    member.refresh_from_db()
    assert login(member).get("/").status_code == 200


def test_owner_cannot_be_deactivated(owner: User, make_user: MakeUser, login: LogIn) -> None:
    admin = make_user("ada", Role.ADMIN)
    path = f"/people/{owner.pk}/active/"
    assert login(admin).post(path, {"active": "off"}).status_code == 403
    assert User.objects.get(pk=owner.pk).is_active


@pytest.mark.both_databases("services.members")
def test_setup_link_creates_the_owner_once(outsider: Client) -> None:
    path = members.setup_path()
    data = {"username": "olivia", "password1": "kjh34kjh3434", "password2": "kjh34kjh3434"}
    assert outsider.get(path).status_code == 200
    assert outsider.post(path, data | {"password2": "other"}).status_code == 422
    assert outsider.post(path, data)["Location"] == "/"
    owner = User.objects.get()
    assert (owner.role, owner.is_superuser) == (Role.OWNER, True)
    assert Client().get(path).status_code == 404
    assert members.setup_path() == ""
    assert members.create_owner("second", "x") is None


def test_createsuperuser_creates_an_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "kjh34kjh3434")
    call_command("createsuperuser", interactive=False, verbosity=0)
    assert User.objects.get(username="root").role == Role.OWNER
