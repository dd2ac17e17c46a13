"""From a prompt or a header to a scenario.

A word is written in brackets anywhere in the prompt, in upper or lower case: ``[slow]``, or with
a number ``[slow:40]``; or in the header ``X-Sandbox-Scenario``, separated by commas. Words
combine, in order.
"""

import re

from generator.sandbox.behavior import Scenario
from generator.sandbox.scenarios import RECIPES

BY_NAME = {recipe.name: recipe for recipe in RECIPES}
_WORD = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9_-]*)\s*(?::\s*(?P<number>\d{1,6}(?:\.\d{1,3})?))?", re.IGNORECASE
)
_BRACKETS = re.compile(r"\[([^\[\]]{1,60})\]")


def spec_of(prompt: str, header: str = "") -> str:
    """Return the normalized scenario words, such as ``slow:40 callback-twice``, or "".

    The header overrides the prompt; a word that names no scenario is ordinary text.
    """
    words = []
    for text in header.split(",") if header.strip() else _BRACKETS.findall(prompt):
        match = _WORD.fullmatch(text.strip())
        name = match["name"].lower().replace("_", "-") if match else ""
        if match and name in BY_NAME:
            words.append(f"{name}:{match['number']}" if match["number"] else name)
    return " ".join(words)


def build(spec: str) -> Scenario:
    """Return the scenario for words that `spec_of` returned."""
    scenario = Scenario()
    for word in spec.split():
        name, _, number = word.partition(":")
        recipe = BY_NAME.get(name)
        # A state file may name a word that this version no longer knows.
        if recipe:
            scenario = recipe.change(scenario, float(number) if number else recipe.number)
    return scenario


def listing() -> str:
    """Return the table as text, one line per scenario."""
    width = max(len(recipe.name) for recipe in RECIPES)
    return "\n".join(f"[{r.name}]{'':{width - len(r.name)}}  {r.about}" for r in RECIPES)
