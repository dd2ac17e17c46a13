"""From the words of a prompt or a header to a scenario."""

from __future__ import annotations

from generator.sandbox import scenarios
from generator.sandbox.choosing import build, spec_of


def test_a_header_chooses_and_words_combine() -> None:
    assert spec_of("a [Slow : 40] b [callback_twice] [none]") == "slow:40 callback-twice"
    assert spec_of("a [slow]", "failed, no-consumed") == "failed no-consumed"
    assert spec_of("a [portrait] of [x") == ""
    both = build("slow:40 callback-twice")
    assert (both.seconds, len(both.callbacks)) == (40, 2)
    assert build("strange-status").stages[-1][1] == "rendering"
    assert all(build(f"{recipe.name}:1") for recipe in scenarios.RECIPES)
