"""What a member does on a day when nothing breaks but the upstream, with polling alone."""

from __future__ import annotations

import io

import pytest
import requests
from PIL import Image

from tests.journeys.conftest import Stage
from tests.member import Member, words
from tests.stack import Stack

pytestmark = [pytest.mark.both_databases, pytest.mark.xdist_group("journeys-studio")]
REFERENCES = ("https://example.org/sketch.png", "https://example.org/colours.jpg?size=2")

# A prompt's scenario, and what its card must say in the end.
ENDS = {
    "[failed]": ("Failed", "The model could not generate an image for this prompt"),
    "[failed-bare]": ("Failed", "The image service could not generate this image. Resend"),
    "[bad-request]": ("Failed", "not charged"),
    "[no-image]": ("No image", "This is usually charged. Try rewording the prompt."),
    "[words-only]": ("No image", "“"),
    "[accepted-reset]": ("Unclear", "It may have been generated and billed, so it is not resent"),
    "[accepted-silent]": ("Unclear", "no clear answer came back"),
    "[accepted-cut]": ("Unclear", "no clear answer came back"),
    "[html-502]": ("Unclear", "no clear answer came back"),
    "[lost]": ("Lost", "accepted it but no longer knows it. You can check again."),
}


@pytest.fixture(scope="module")
def studio(stage: Stage) -> Stack:
    stack = stage(
        GEMPIX_NOT_FOUND_GRACE_SECONDS="1.5",
        GEMPIX_SUBMIT_TIMEOUT_SECONDS="3",
        GEMPIX_SANDBOX_SIZE_PERCENT="100",
    )
    stack.run()
    return stack


def test_images_arrive_by_polling_alone_and_are_the_originals(
    studio: Stack, member: Member
) -> None:
    prompt = "a lighthouse in the fog"
    batch = member.press(prompt, 3, REFERENCES)
    cards = member.waits_for(batch)
    assert [card.words.split()[0] for card in cards] == ["Done"] * 3
    files = [member.image(card) for card in cards]
    assert sorted(files) == sorted(studio.originals(prompt))
    assert {Image.open(io.BytesIO(file)).size for file in files} == {(1024, 1024)}
    assert studio.paid(prompt) == 3
    assert studio.stats()["callbacks_sent"] == 0
    for address in REFERENCES:
        assert address in words(member.page(batch))
    images = {card.image for card in cards}
    assert {card.image for card in member.cards("/history/")} == images
    assert set(member.gallery(member.username)) == images
    assert images <= set(member.gallery())


def test_a_press_goes_on_while_its_browser_is_closed(studio: Stack, member: Member) -> None:
    prompt = "a paper boat on a pond"
    with studio.holding(prompt):
        batch = member.press(prompt, 2)
        member.session.close()
    studio.until(
        lambda: [t["status"] for t in tasks(studio, prompt)] == ["success"] * 2, "both are drawn"
    )
    later = Member(studio, member.username).log_in()
    assert prompt in words(later.page("/history/"))
    assert all(card.image for card in later.waits_for(batch))
    assert studio.paid(prompt) == 2


def tasks(studio: Stack, prompt: str) -> list[dict[str, str]]:
    return [task for task in studio.stats()["tasks"].values() if task["prompt"] == prompt]


def test_members_see_each_others_images(owner: Member, member: Member) -> None:
    colleague = owner.adds("carl")
    (hers,) = member.waits_for(member.press("a silver birch"))
    (his,) = colleague.waits_for(colleague.press("a copper kettle"))
    for person in (member, colleague):
        assert {hers.image, his.image} <= set(person.gallery())
        assert person.gallery(member.username) == [hers.image]
        assert person.gallery(colleague.username) == [his.image]
        assert "a silver birch" in words(person.page(f"/history/{member.username}/"))
        assert person.image(hers) != person.image(his)


def test_an_outsider_sees_the_log_in_and_nothing_else(studio: Stack, member: Member) -> None:
    (card,) = member.waits_for(member.press("a secret garden"))
    thumbnail = f"{card.image}320.webp"
    assert member.get(thumbnail).headers["Content-Type"] == "image/webp"
    pages = ["/", "/gallery/", f"/gallery/{member.username}/", "/history/", "/people/"]
    pages += ["/settings/", f"/jobs/{card.job}/", card.image, f"{card.image}file/", thumbnail]
    for path in pages:
        answer = requests.get(studio.url + path, timeout=30)
        assert answer.url.startswith(f"{studio.url}/accounts/login/"), path
        assert "secret" not in answer.text
        # The form's `next` repeats what the outsider has typed, and no more.
        assert member.username not in words(answer.text)
    stranger = Member(studio, "mallory")
    form = {"password1": "kjh34kjh3434", "password2": "kjh34kjh3434"}
    stranger.send("/accounts/login/", "/accounts/signup/", username="mallory", **form)
    answer = stranger.send("/accounts/login/", "/accounts/login/", login="mallory", password="x")
    assert answer.url == f"{studio.url}/accounts/login/"


def test_every_end_is_said_in_a_sentence(studio: Stack, member: Member) -> None:
    batches = {scenario: member.press(f"a fox {scenario}") for scenario in ENDS}
    for scenario, path in batches.items():
        (card,) = member.waits_for(path)
        word, sentence = ENDS[scenario]
        assert card.words.startswith(word), (scenario, card.words)
        assert sentence in card.words, (scenario, card.words)
        assert not card.image
        assert studio.paid(f"a fox {scenario}") <= 1


def test_empty_account_holds_the_studio_until_the_owner_lets_it_go_on(
    studio: Stack, owner: Member, member: Member
) -> None:
    prompt = "a patient heron"
    studio.configure(credits=0)
    batch = member.press(prompt, 2)
    studio.until(
        lambda: [card.words.startswith("On hold") for card in member.cards(batch)] == [True] * 2,
        "both are on hold",
    )
    assert "Generating is on hold for the whole studio." in words(member.page("/gallery/"))
    assert studio.paid(prompt) == 0
    studio.configure(credits=100)
    assert "Resumed." in words(owner.send("/", "/hold/release/").text)
    assert all(card.image for card in member.waits_for(batch))
    assert studio.paid(prompt) == 2
    assert "on hold" not in words(member.page("/gallery/"))


def test_the_studio_says_that_it_is_ready(studio: Stack) -> None:
    assert requests.get(f"{studio.url}/healthz", timeout=10).text == "ok\n"
    assert requests.get(f"{studio.url}/readyz", timeout=10).json()["ready"]
