"""How texts and queries are split into words."""

from __future__ import annotations

from generator.models.tokenizer import split, terms


def test_texts_and_queries_are_split_alike() -> None:
    assert split("Don't  stop: l'Été №5") == ["don", "t", "stop", "l", "ete", "no5"]
    assert [term.words for term in terms('red "Blue  fox" don\'t')] == [
        ("red",),
        ("blue", "fox"),
        ("don", "t"),
    ]
    assert len(terms("a " * 100)) == 12
