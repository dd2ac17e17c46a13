"""Earlier prompts, to use them again."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from generator.models import (
    Batch,
    User,
)
from tests.forms import HTMX, compose_form
from tests.typing import Press

pytestmark = pytest.mark.django_db


def test_prompt_history_shows_prompts_as_typed(client: Client) -> None:
    typed = (("{red|blue} fox", ""), ("a hill\n{a|b} <mill>", "on"), (r"\{x|y}", ""))
    for number, (prompt, lines) in enumerate(typed):
        client.post("/batches/", compose_form(prompt=prompt, lines=lines, form_token=f"t-{number}"))
    page = client.get("/prompts/history/").content.decode()
    shown = re.findall(r'class="earlier__prompt" dir="auto">([^<]*)<', page)
    assert shown == ["{x|y}", "a hill\n{a|b} &lt;mill&gt;", "{red|blue} fox"]
    links = re.findall(r'class="earlier__item"[^>]* href="([^"]*)"', page)
    boxes = [client.get(html.unescape(link)).content.decode() for link in links]
    expected = (r"\{x|y}", "a hill\n{a|b} &lt;mill&gt;", "{red|blue} fox")
    for box, prompt in zip(boxes, expected, strict=True):
        assert f">{prompt}</textarea>" in box
    assert ['name="lines" checked' in box for box in boxes] == [False, True, False]


@pytest.mark.both_databases("queries.compose")
def test_prompt_history_is_own_or_the_visible_part_of_the_teams(
    client: Client, member: User, colleague: User, press: Press
) -> None:
    for text in ("a red fox", "a blue owl", "a red fox"):
        press(text)
    press("their elk", owner=colleague)
    secret = press("their secret fox", owner=colleague)
    Batch.objects.filter(pk=secret.pk).update(private=True)
    page = client.get("/prompts/history/").content.decode()
    assert page.count("data-prompt") == 2
    assert "elk" not in page
    team = client.get("/prompts/history/", {"of": "team"}, headers=HTMX).content.decode()
    assert team.lstrip().startswith("<ul")
    assert team.count("data-prompt") == 3
    assert "secret" not in team
    matches = client.get("/prompts/history/", {"q": "OWL"}).content.decode()
    assert matches.count("data-prompt") == 1


def test_prompt_history_takes_constant_queries(
    client: Client, press: Press, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        press(f"a fox {number}")
    with django_assert_max_num_queries(6):
        client.get("/prompts/history/", headers=HTMX)
