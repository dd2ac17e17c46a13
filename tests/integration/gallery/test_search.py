"""Search over prompts and notes: every script, prefixes, quotes, and whatever people type."""

from __future__ import annotations

import pytest
from django.test import Client

from generator.models import Image, SearchEntry, User
from generator.models.words import split, terms
from generator.queries.filters import Filters
from generator.queries.gallery import matching
from generator.queries.paging import newest_first
from generator.services import search
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def found(viewer: User, query: str) -> list[str]:
    """The prompts that match, newest first."""
    rows = newest_first(matching(viewer, Filters(q=query)), by_place=True)
    return list(rows.values_list("job__batch__prompt", flat=True))


SCRIPTS = {
    "a red fox in the snow, 4K": ["fox", "FOX", "sno", "red fox", '"the snow"', "4k", "ｆｏｘ"],
    "Ein Fuchs über dem Fluß": ["uber", "über", "fluss", "fuchs fluß", '"dem Fluß"'],
    "Crème brûlée à l’été": ["creme", "brulee", "été", "l’été"],
    "雪の中の赤い狐、静かな朝": ["赤い狐", "狐", "静か", '"雪の中"'],
    "海边的灯塔": ["灯塔", "海边", "塔"],
    "눈 속의 붉은 여우": ["여우", "붉은", "눈 여우"],
    "สุนัขจิ้งจอกสีแดง": ["จิ้งจอก", "สีแดง"],
    "ثَعْلَب أحمر ينام في الثلج": ["ثعلب", "أحمر", "الثلج"],
    "שׁוּעָל אדום": ["שועל", "אדום"],
    "बर्फ़ में लाल लोमड़ी": ["लाल", "लोमड़ी", "बर्फ़"],
    "Рыжая ЛИСА в снегу": ["лиса", "снег", "рыжая лиса"],
    "Ένας ΦΆΡΟΣ πάνω": ["φαρος", "φάρος", "πάνω"],
    "🦊 and 👩‍👩‍👧 on a hill": ["🦊", "👧", "🦊 hill"],
    "İstanbul ışık": ["istanbul", "isik", "ışık"],
    "łódź på smørrebrød": ["lodz", "smorre"],
}


@pytest.mark.parametrize("prompt", SCRIPTS)
def test_words_of_every_script_are_found(prompt: str, member: User) -> None:
    picture(member, prompt)
    picture(member, "something else entirely")
    for query in SCRIPTS[prompt]:
        assert found(member, query) == [prompt], query


def test_bare_words_are_beginnings_and_quoted_ones_are_whole_and_in_sequence(
    member: User,
) -> None:
    picture(member, "a lighthouse keeper")
    picture(member, "the keeper of a lighthouse")
    assert len(found(member, "light keep")) == 2
    assert found(member, '"light"') == []
    assert found(member, '"lighthouse keeper"') == ["a lighthouse keeper"]
    assert found(member, "“lighthouse keeper”") == ["a lighthouse keeper"]
    assert found(member, '"keep') == []
    assert found(member, "house") == []


def test_sequence_does_not_reach_from_the_prompt_into_the_note(member: User) -> None:
    picture(member, "a red", note="fox")
    assert found(member, '"red fox"') == []
    assert found(member, "red fox") == ["a red"]


def test_new_note_is_found_and_the_old_one_is_not(member: User) -> None:
    image = picture(member, note="for the cover")
    image.note = "for the newsletter"
    image.save()
    search.index(image)
    assert found(member, "newsletter") == ["a red fox"]
    assert found(member, "cover") == []
    assert SearchEntry.objects.filter(image=image).count() == 1


def test_newest_match_comes_first_also_within_a_millisecond(member: User) -> None:
    images = [picture(member, f"fox {number}") for number in range(30)]
    assert found(member, "fox") == [f"fox {number}" for number in reversed(range(30))]
    assert len({image.entry.place for image in images}) == 30


def test_deleted_picture_is_found_no_more(member: User) -> None:
    image = picture(member, "a walrus")
    Image.objects.filter(pk=image.pk).delete()
    SearchEntry.objects.filter(image=image).delete()
    assert found(member, "walrus") == []


HOSTILE = (
    '"', '""', '"""', "'", "*", "fox*", "fox OR owl", "NOT fox", "fox AND", "(fox", "fox)",
    "prompt:fox", "words : fox", "^fox", "{a b}: c", "fox + owl", "NEAR(fox owl)", "-fox", "a:b:*",
    "fox & owl", "!fox", "fox <-> owl", "fox:*", "\\", "fox\\'", "';--", "%", "_", "f%x", "\x00",
    "fox\x00", "¤image", "¤owner", "\ud7ff\u200d\u202e", "x" * 5000, "a " * 500, "\n\t fox",
    "🦊" * 90,
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: ascii(query)[:24])
@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_whatever_is_typed_is_an_answer(query: str, path: str, member: User, login: object) -> None:
    picture(member)
    client: Client = login(member)  # type: ignore[operator]
    assert client.get(path, {"q": query}).status_code == 200


def test_no_text_poses_as_a_fact(member: User, colleague: User) -> None:
    picture(member, f"¤owner{colleague.pk.hex} ¤references")
    both = Filters(member=colleague.username, references=True)
    assert not matching(member, both).exists()


def test_words_are_cut_alike_for_what_is_kept_and_what_is_asked() -> None:
    assert split("Don't  stop: l'Été №5") == ["don", "t", "stop", "l", "ete", "no5"]
    assert [term.words for term in terms('red "Blue  fox" don\'t')] == [
        ("red",),
        ("blue", "fox"),
        ("don", "t"),
    ]
    assert len(terms("a " * 100)) == 12
