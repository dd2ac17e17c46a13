"""Search over prompts and notes: every script, prefixes, quotes, and whatever people type."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from generator.models import Image, SearchEntry, User
from generator.queries.filters import Filters
from generator.queries.gallery import matching
from generator.queries.paging import newest_first
from generator.services import search
from tests.images import make_image

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.both_databases(
        "models.search", "models.search_sql", "models.triggers", "services.search"
    ),
]


def find(viewer: User, query: str) -> list[str]:
    """Return the prompts that match, newest first."""
    rows = newest_first(matching(viewer, Filters(q=query)), by_sort_key=True)
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


def test_words_of_every_script_are_found(member: User, subtests: pytest.Subtests) -> None:
    for prompt in SCRIPTS:
        make_image(member, prompt)
    for prompt, queries in SCRIPTS.items():
        for query in queries:
            with subtests.test(query):
                assert find(member, query) == [prompt]


def test_bare_words_are_prefixes_and_quoted_ones_whole_sequences(member: User) -> None:
    make_image(member, "a lighthouse keeper")
    make_image(member, "the keeper of a lighthouse")
    assert len(find(member, "light keep")) == 2
    assert find(member, '"light"') == []
    assert find(member, '"lighthouse keeper"') == ["a lighthouse keeper"]
    assert find(member, "“lighthouse keeper”") == ["a lighthouse keeper"]
    assert find(member, '"keep') == []
    assert find(member, "house") == []


def test_sequence_does_not_span_prompt_and_note(member: User) -> None:
    make_image(member, "a red", note="fox")
    assert find(member, '"red fox"') == []
    assert find(member, "red fox") == ["a red"]


def test_new_note_is_found_and_the_old_one_is_not(member: User) -> None:
    image = make_image(member, note="for the cover")
    image.note = "for the newsletter"
    image.save()
    search.index(image)
    assert find(member, "newsletter") == ["a red fox"]
    assert find(member, "cover") == []
    assert SearchEntry.objects.filter(image=image).count() == 1


def test_newest_match_comes_first_also_within_a_millisecond(member: User) -> None:
    images = [make_image(member, f"fox {number}") for number in range(30)]
    assert find(member, "fox") == [f"fox {number}" for number in reversed(range(30))]
    assert len({image.entry.place for image in images}) == 30


def test_deleted_image_is_not_found(member: User) -> None:
    image = make_image(member, "a walrus")
    Image.objects.filter(pk=image.pk).delete()
    SearchEntry.objects.filter(image=image).delete()
    assert find(member, "walrus") == []


HOSTILE = (
    '"', '""', '"""', "'", "*", "fox*", "fox OR owl", "NOT fox", "fox AND", "(fox", "fox)",
    "prompt:fox", "words : fox", "^fox", "{a b}: c", "fox + owl", "NEAR(fox owl)", "-fox", "a:b:*",
    "fox & owl", "!fox", "fox <-> owl", "fox:*", "\\", "fox\\'", "';--", "%", "_", "f%x", "\x00",
    "fox\x00", "¤image", "¤owner", "\ud7ff\u200d\u202e", "x" * 5000, "a " * 500, "\n\t fox",
    "🦊" * 90,
)  # fmt: skip


@pytest.mark.parametrize("path", ["/gallery/", "/history/"])
def test_any_query_is_answered(
    path: str, client: Client, member: User, subtests: pytest.Subtests
) -> None:
    make_image(member)
    for query in HOSTILE:
        with subtests.test(ascii(query)[:24]), transaction.atomic():
            assert client.get(path, {"q": query}).status_code == 200


def test_text_cannot_pose_as_a_fact(member: User, colleague: User) -> None:
    make_image(member, f"¤owner{colleague.pk.hex} ¤references")
    both = Filters(member=colleague.username, references=True)
    assert not matching(member, both).exists()
