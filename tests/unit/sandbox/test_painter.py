"""The painter: the same order paints the same image, and every order paints one."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from generator.sandbox.painter import SCENES, Order, paint, size_for
from tests.unit.sandbox.api_client import MODEL


def test_painting_is_a_function_of_the_order() -> None:
    order = Order("a red fox", MODEL, "ta1", 128, 128)
    assert paint(order) == paint(order)
    others = [
        Order("a blue bird", MODEL, "ta1", 128, 128),
        Order("a red fox", MODEL, "ta2", 128, 128),
        Order("a red fox", MODEL, "ta1", 128, 128, ("#22aa44",)),
    ]
    assert len({paint(order), *map(paint, others)}) == 4
    assert size_for("google/nano-banana-pro", "9:16", "2k") == (1536, 2688)


@pytest.mark.parametrize("prompt", ["مدينة", "🦊🦊", "森の狐", "x" * 5000, "\x00\ud800\n\t", "a"])
def test_no_prompt_stops_the_painter(prompt: str) -> None:
    png = paint(Order(prompt, MODEL, "ta1", 96, 64))
    assert Image.open(io.BytesIO(png)).size == (96, 64)


@pytest.mark.parametrize("words", [words for _, words in SCENES])
@pytest.mark.parametrize("size", [(64, 64), (180, 80), (80, 180)])
def test_every_scene_paints(words: str, size: tuple[int, int]) -> None:
    for hour in ("night", "dawn"):
        # Enough of them for everything that a scene may show by chance.
        for word in words.split()[:6]:
            png = paint(Order(f"{word} {hour}", MODEL, word, *size, ("#cc3344", "#3344cc")))
            assert Image.open(io.BytesIO(png)).size == size
