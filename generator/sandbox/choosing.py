"""From a prompt or a header to a scenario.

A word stands in brackets anywhere in the prompt, in any case, ``[slow]`` or with a number
``[slow:40]``; or in the header ``X-Sandbox-Scenario``, several with commas. Words combine, in
order.
"""

import re

from generator.sandbox.behaviour import Scenario
from generator.sandbox.scenarios import RECIPES

BY_NAME = {recipe.name: recipe for recipe in RECIPES}
_WORD = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9_-]*)\s*(?::\s*(?P<number>\d{1,6}(?:\.\d{1,3})?))?", re.IGNORECASE
)
_BRACKETS = re.compile(r"\[([^\[\]]{1,60})\]")


def spec_of(prompt: str, header: str = "") -> str:
    """The scenario words that apply, normalised, such as ``slow:40 callback-twice``, or "".

    The header wins over the prompt; a word that is no scenario is ordinary text.
    """
    words = []
    for text in header.split(",") if header.strip() else _BRACKETS.findall(prompt):
        match = _WORD.fullmatch(text.strip())
        name = match["name"].lower().replace("_", "-") if match else ""
        if match and name in BY_NAME:
            words.append(f"{name}:{match['number']}" if match["number"] else name)
    return " ".join(words)


def build(spec: str) -> Scenario:
    """The scenario for words as given by `spec_of`."""
    scenario = Scenario()
    for word in spec.split():
        name, _, number = word.partition(":")
        recipe = BY_NAME.get(name)
        # A state file may name a word that this version no longer knows.
        if recipe:
            scenario = recipe.change(scenario, float(number) if number else recipe.number)
    return scenario


def listing() -> str:
    """The table as text, one line per scenario."""
    width = max(len(recipe.name) for recipe in RECIPES)
    return "\n".join(f"[{r.name}]{'':{width - len(r.name)}}  {r.about}" for r in RECIPES)
