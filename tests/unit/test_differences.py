"""What sets prompts apart: which words are marked, and that every text stays whole."""

from __future__ import annotations

import pytest

from generator.queries.diff import MOST_WORDS, segments


def marked(*texts: str) -> list[list[str]]:
    found = segments(texts)
    assert ["".join(segment.text for segment in parts) for parts in found] == list(texts)
    return [[segment.text for segment in parts if segment.changed] for parts in found]


def test_words_that_only_one_has_are_marked_in_it() -> None:
    assert marked("a red fox in snow", "a grey fox in deep snow") == [["red"], ["grey", "deep"]]


def test_marked_words_in_a_row_are_one_piece_without_the_space_behind() -> None:
    assert marked("a fox,  asleep here", "a fox") == [[",  asleep here"], []]
    assert marked("one two\nthree four", "one four") == [["two\nthree"], []]


def test_equal_texts_have_no_marks() -> None:
    assert marked("a fox", "a fox", "a fox") == [[], [], []]


def test_first_of_several_marks_what_not_all_have() -> None:
    assert marked("a red fox", "a red owl", "a tall fox") == [["red fox"], ["owl"], ["tall"]]


def test_another_text_altogether_is_not_marked_all_over() -> None:
    assert marked("a red fox", "two boats in fog", "a red owl") == [["fox"], [], ["owl"]]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("赤い狐、雪", "赤い猫、雪", [["狐"], ["猫"]]),
        ("बर्फ़ में लाल लोमड़ी", "बर्फ़ में नीली लोमड़ी", [["लाल"], ["नीली"]]),
        ("🦊 and 👩‍👩‍👧", "🦊 and 👩‍👩‍👦", [["👩‍👩‍👧"], ["👩‍👩‍👦"]]),
        ("<b>x</b> & y", "<b>x</b> & z", [["y"], ["z"]]),
    ],
)
def test_every_script_is_cut_as_its_readers_would(
    one: str, other: str, words: list[list[str]]
) -> None:
    assert marked(one, other) == words


def test_longest_prompts_stay_whole_and_take_no_time() -> None:
    assert marked("a b " * MOST_WORDS, "b a " * MOST_WORDS) == [[], []]
    assert len(marked("a b" + " a b" * (MOST_WORDS // 2 - 1), "b c" * 9)) == 2
