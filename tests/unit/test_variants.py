"""Escaping a prompt so that it has no variants."""

from __future__ import annotations

from generator import variants

PROMPTS = ["{a|b} c", r"\{a|b}", r"\\{a|b} {c|d}", "plain", "{{ a|b }}", "{|}", "{a|\\|}"]


def test_escaped_prompt_expands_to_itself() -> None:
    for prompt in PROMPTS:
        assert variants.expand(variants.escape(prompt), 5) == [prompt]
