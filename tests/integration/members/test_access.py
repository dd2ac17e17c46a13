"""Who sees what: every address, asked by an outsider, a viewer, a colleague and an admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils.timezone import now

from generator import urls
from generator.models import Batch, Image, Role, User
from generator.models.ids import new_id
from generator.services import people

pytestmark = pytest.mark.django_db

# Addresses that need no account, and what an outsider without a valid token gets.
PUBLIC = {
    "setup": 404,
    "callback": 405,
    "healthz": 200,
    "readyz": 200,
    "favicon": 302,
    "offline": 200,
    "service-worker": 200,
    "theme": 400,
}
NEEDS_ROLE = {"people", "member-active", "hold-release"}


@pytest.fixture
def picture(press: Callable[..., Batch]) -> Image:
    """A picture's row; its file is not there."""
    job = press("a red fox").jobs.get()
    return Image.objects.create(
        job=job,
        owner=job.batch.owner,
        file="aa/x-0.png",
        sha256="0" * 64,
        size_bytes=1,
        mime="image/png",
        width=1024,
        height=768,
        thumbnail_widths=[320, 640],
    )


def address(pattern: URLPattern, picture: Image) -> str:
    """The pattern's address for the cast's own things."""
    kwargs: dict[str, object] = {
        "username": picture.owner.username,
        "token": "no-such-token",
        "width": 320,
    }
    owners = {"job": picture.job.pk, "batch": picture.job.batch.pk, "image": picture.pk}
    kind = str(pattern.name).split("-")[0]
    kwargs["pk"] = owners.get(kind, picture.owner.pk)
    wanted = {name: kwargs[name] for name in pattern.pattern.converters}
    return reverse(f"generator:{pattern.name}", kwargs=wanted)


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_outsider_sees_nothing_but_the_log_in(
    pattern: URLPattern, method: str, picture: Image, outsider: Client
) -> None:
    path = address(pattern, picture)
    response = getattr(outsider, method)(path)
    if pattern.name in PUBLIC:
        assert response.status_code in (PUBLIC[str(pattern.name)], 404, 405)
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_outsiders_fragment_request_leads_to_the_log_in(
    pattern: URLPattern, picture: Image, outsider: Client
) -> None:
    if pattern.name not in PUBLIC:
        response = outsider.get(address(pattern, picture), headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert response["HX-Redirect"].startswith("/accounts/login/")


def test_outsider_cannot_sign_up(outsider: Client) -> None:
    data = {"username": "mallory", "password1": "kjh34kjh3434", "password2": "kjh34kjh3434"}
    outsider.post("/accounts/signup/", data)
    assert not User.objects.filter(username="mallory").exists()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.VIEWER])
@pytest.mark.parametrize("name", sorted(NEEDS_ROLE))
def test_managing_needs_a_role(
    name: str,
    role: Role,
    picture: Image,
    make_user: Callable[..., User],
    login: Callable[[User], Client],
) -> None:
    (pattern,) = [pattern for pattern in urls.urlpatterns if pattern.name == name]
    response = login(make_user("paul", role)).post(address(pattern, picture))
    assert response.status_code == 403


def test_viewer_looks_and_does_not_spend(
    viewer: User, picture: Image, login: Callable[[User], Client]
) -> None:
    client = login(viewer)
    assert client.get(f"/images/{picture.pk}/").status_code == 200
    form = {"prompt": "a fox", "model": "google/gempix2", "count": 1, "form_token": "t"}
    assert client.post("/batches/", form).status_code == 403
    assert Batch.objects.count() == 1


def test_only_its_maker_or_an_admin_moves_a_job(
    colleague: User, owner: User, press: Callable[..., Batch], login: Callable[[User], Client]
) -> None:
    job = press().jobs.get()
    path = f"/jobs/{job.pk}/cancel/"
    assert login(colleague).post(path).status_code == 403
    assert login(owner).post(path).status_code == 302
    job.refresh_from_db()
    assert job.status == "canceled"


def test_viewer_is_led_to_what_the_team_made_and_a_member_to_his_own(
    viewer: User, member: User, picture: Image, login: Callable[[User], Client]
) -> None:
    looks, makes = login(viewer), login(member)
    assert looks.get("/")["Location"] == "/gallery/"
    assert makes.get("/").status_code == 200
    assert looks.get("/gallery/").content.decode().count('href="/"') == 0
    for client, name in ((looks, ""), (makes, member.username)):
        page = client.get("/history/")
        assert [batch.pk for batch in page.context["batches"]] == [picture.job.batch_id]
        assert page.context["member"] == name
        whose = page.context["chips"][0]
        assert whose.value == ""
        assert whose.options[0].url == "/history/"
    assert looks.get("/history/?everyone=1").context["chips"][0].value == ""


def test_viewers_own_history_promises_nothing_he_cannot_do(
    viewer: User, login: Callable[[User], Client]
) -> None:
    client = login(viewer)
    own = client.get(f"/history/{viewer.username}/").content.decode()
    assert "You have not made anything" in own
    assert "My gallery" not in own
    everyone = client.get("/history/").content.decode()
    assert "Nothing has been made yet." in everyone
    for page in (own, everyone):
        assert "press of Generate" not in page
        assert "Make a picture" not in page


@pytest.mark.parametrize("kind", ["batches", "jobs", "images"])
def test_what_is_not_there_is_404(kind: str, member: User, login: Callable[[User], Client]) -> None:
    client = login(member)
    assert client.get(f"/{kind}/{new_id()}/").status_code == 404
    assert client.get(f"/{kind}/17/").status_code == 404


def test_a_deactivated_member_is_out_and_his_work_stays(
    member: User, owner: User, picture: Image, login: Callable[[User], Client]
) -> None:
    client = login(member)
    assert login(owner).post(f"/people/{member.pk}/active/", {"active": "off"}).status_code == 302
    assert client.get("/").status_code == 302
    assert login(owner).get(f"/gallery/{member.username}/").status_code == 200


def test_nobody_switches_off_the_owner(
    owner: User, make_user: Callable[..., User], login: Callable[[User], Client]
) -> None:
    admin = make_user("ada", Role.ADMIN)
    path = f"/people/{owner.pk}/active/"
    assert login(admin).post(path, {"active": "off"}).status_code == 403
    assert User.objects.get(pk=owner.pk).is_active


def test_set_up_link_makes_the_owner_once(outsider: Client) -> None:
    path = people.setup_path()
    data = {"username": "olivia", "password1": "kjh34kjh3434", "password2": "kjh34kjh3434"}
    assert outsider.get(path).status_code == 200
    assert outsider.post(path, data | {"password2": "other"}).status_code == 422
    assert outsider.post(path, data)["Location"] == "/"
    made = User.objects.get()
    assert (made.role, made.is_superuser) == (Role.OWNER, True)
    assert Client().get(path).status_code == 404
    assert people.setup_path() == ""
    assert people.create_owner("second", "x") is None


def test_createsuperuser_makes_an_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.management import call_command

    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "root")
    monkeypatch.setenv("DJANGO_SUPERUSER_EMAIL", "root@example.org")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "kjh34kjh3434")
    call_command("createsuperuser", interactive=False, verbosity=0)
    assert User.objects.get(username="root").role == Role.OWNER


def test_readiness_tells_when_no_work_is_done(
    press: Callable[..., Batch], outsider: Client
) -> None:
    assert outsider.get("/readyz").json()["ready"]
    batch = press()
    batch.jobs.update(due_at=now() - timedelta(minutes=5))
    response = outsider.get("/readyz")
    assert response.status_code == 503
    assert response.json()["overdue_seconds"] >= 299
