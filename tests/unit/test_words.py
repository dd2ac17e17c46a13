"""How texts and queries are split into words."""

from __future__ import annotations

from generator.models.tokenizer import parse_query, tokenize


def test_texts_and_queries_are_split_alike() -> None:
    assert tokenize("Don't  stop: l'Été №5") == ["don", "t", "stop", "l", "ete", "no5"]
    assert [term.words for term in parse_query('red "Blue  fox" don\'t')] == [
        ("red",),
        ("blue", "fox"),
        ("don", "t"),
    ]
    assert len(parse_query("a " * 100)) == 12
