"""Who may see what: every URL, asked by an outsider, a viewer, a colleague and an admin."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from generator import urls
from generator.models import Batch, BulkAction, Collection, Image, Role, Upload, User
from generator.models.ids import new_id
from generator.services import bulk, uploads
from tests.forms import HTMX, compose_form, png_file
from tests.images import make_image, write_files
from tests.typing import LogIn, MakeUser, Press

pytestmark = pytest.mark.django_db

# URLs that need no account, and what an outsider without a valid token gets.
PUBLIC = {
    "setup": 404,
    "callback": 405,
    "callback-bare": 405,
    "healthz": 200,
    "readyz": 200,
    "favicon": 302,
    "offline": 200,
    "service-worker": 200,
    "theme": 400,
}
MANAGEMENT = ("people", "member-active", "hold-release")


@pytest.fixture
def image(member: User) -> Image:
    return make_image(member)


def url_of(pattern: URLPattern, image: Image) -> str:
    """Return the URL of this pattern for what belongs to the image."""
    kind = str(pattern.name).split("-")[0]
    ids = {"job": image.job.pk, "batch": image.job.batch.pk, "image": image.pk}
    ids |= {"reference": image.pk}
    ids |= {kind: row.pk for kind, row in others().items() if row}
    known: dict[str, object] = {
        "username": image.owner.username,
        "token": "no-such-token",
        "width": 320,
        "pk": ids.get(kind, image.owner.pk),
    }
    names = pattern.pattern.converters
    return reverse(f"generator:{pattern.name}", kwargs={name: known[name] for name in names})


def others() -> dict[str, Collection | Upload | BulkAction | None]:
    """Return what there is by the first word of its patterns' names."""
    return {
        "collection": Collection.objects.first(),
        "upload": Upload.objects.first(),
        "bulk": BulkAction.objects.first(),
    }


def test_outsider_is_redirected_to_the_login(
    image: Image, outsider: Client, subtests: pytest.Subtests
) -> None:
    for pattern in urls.urlpatterns:
        for method in (outsider.get, outsider.post):
            with subtests.test(pattern.name, method=method.__name__):
                answer = method(url_of(pattern, image))
                if pattern.name in PUBLIC:
                    assert answer.status_code in (PUBLIC[pattern.name], 404, 405)
                else:
                    assert answer.status_code == 302
                    assert answer["Location"].startswith("/accounts/login/")


def test_htmx_request_of_an_outsider_is_redirected_to_the_login(
    image: Image, outsider: Client, subtests: pytest.Subtests
) -> None:
    for pattern in urls.urlpatterns:
        if pattern.name not in PUBLIC:
            with subtests.test(pattern.name):
                answer = outsider.get(url_of(pattern, image), headers=HTMX)
                assert answer.status_code == 200
                assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_login_ignores_a_malformed_or_foreign_next(outsider: Client) -> None:
    for url in ("http://[", "//evil.example", "javascript:x"):
        assert outsider.get("/accounts/login/", {"next": url}).status_code == 200, url
        answer = outsider.post("/accounts/login/", {"login": "x", "password": "x", "next": url})
        assert answer.status_code == 200, url


@pytest.mark.both_databases
def test_every_page_answers_the_owner(
    image: Image, owner: User, login: LogIn, subtests: pytest.Subtests
) -> None:
    """Whatever a page asks of this database, it understands."""
    client = login(owner)
    write_files(image)
    Collection.objects.create(owner=owner, name="Foxes")
    upload = uploads.store(owner, png_file())
    image.job.batch.references.create(position=1, upload=upload)
    bulk.start(owner, BulkAction.Kind.FAVOURITE, bulk.Selection([image.pk]))
    have = f"{image.job.batch.pk.hex}:0"
    urls_of_pages = [url_of(pattern, image) for pattern in urls.urlpatterns] + [
        f"/compare/?image={image.pk}&image={make_image(owner).pk}",
        "/zip/?all=1",
        "/bulk/matching/?place=gallery&q=fox",
        "/references/images/?q=fox&of=favourites",
        "/prompts/history/?q=fox&of=team",
        f"/live/?have={have}",
        f"/?reuse={image.pk}",
    ]
    missing = set()
    for url in urls_of_pages:
        with subtests.test(url):
            answers = [client.get(url), client.get(url, headers=HTMX)]
            missing |= {answer.wsgi_request.path for answer in answers if answer.status_code == 404}
            assert max(answer.status_code for answer in answers) < 500
    # The account is made already, and the callback's token is wrong.
    assert missing == {"/setup/no-such-token/"}


def test_management_needs_a_role(
    image: Image, make_user: MakeUser, login: LogIn, subtests: pytest.Subtests
) -> None:
    patterns = {pattern.name: pattern for pattern in urls.urlpatterns}
    for role in (Role.MEMBER, Role.VIEWER):
        client = login(make_user(f"a-{role}", role))
        for name in MANAGEMENT:
            with subtests.test(name, role=str(role)):
                assert client.post(url_of(patterns[name], image)).status_code == 403


def test_viewer_sees_images_and_cannot_generate(viewer: User, image: Image, login: LogIn) -> None:
    client = login(viewer)
    assert client.get(image.get_absolute_url()).status_code == 200
    assert client.post("/batches/", compose_form()).status_code == 403
    assert Batch.objects.count() == 1


def test_only_the_owner_or_an_admin_cancels_a_job(
    colleague: User, owner: User, press: Press, login: LogIn
) -> None:
    job = press().jobs.get()
    url = f"/jobs/{job.pk}/cancel/"
    assert login(colleague).post(url).status_code == 403
    assert login(owner).post(url).status_code == 302
    job.refresh_from_db()
    assert job.status == "canceled"


def test_viewer_starts_in_the_gallery_and_member_in_the_studio(
    client: Client, viewer: User, image: Image, login: LogIn
) -> None:
    viewing = login(viewer)
    assert viewing.get("/")["Location"] == "/gallery/"
    assert client.get("/").status_code == 200
    assert viewing.get("/gallery/").content.decode().count('href="/"') == 0
    for visitor, name in ((viewing, ""), (client, "mina")):
        page = visitor.get("/history/")
        assert [batch.pk for batch in page.context["batches"]] == [image.job.batch_id]
        assert page.context["member"] == name
        chip = page.context["chips"][0]
        assert chip.value == ""
        assert chip.options[0].url == "/history/"
    assert viewing.get("/history/?everyone=1").context["chips"][0].value == ""


def test_history_of_a_viewer_offers_no_generating(viewer: User, login: LogIn) -> None:
    client = login(viewer)
    own = client.get(f"/history/{viewer.username}/").content.decode()
    assert "You have not generated any images" in own
    assert "My gallery" not in own
    everyone = client.get("/history/").content.decode()
    assert "Nobody has generated anything yet." in everyone
    for page in (own, everyone):
        assert "press Generate" not in page
        assert "Generate an image" not in page


def test_unknown_ids_are_404(client: Client) -> None:
    for kind in ("batches", "jobs", "images"):
        for pk in (new_id(), 17):
            assert client.get(f"/{kind}/{pk}/").status_code == 404, kind
