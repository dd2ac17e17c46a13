"""Waiting for a condition, with a bound."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

# A part of the usual bounds, for whoever knows that a condition will not come: `make mutants`.
PATIENCE = float(os.environ.get("TESTS_PATIENCE", "1"))


def pause() -> None:
    time.sleep(0.05)


def until(
    condition: Callable[[], Value | None],
    what: str = "the condition holds",
    seconds: float = 60,
    *,
    between: Callable[[], object] = pause,
) -> Value:
    """Return what `condition` returns as soon as that is true; fail after `seconds`, which
    `PATIENCE` may shorten.

    `between` is called between two looks: it pauses, or makes a step towards the condition.
    """
    ends = time.monotonic() + seconds * PATIENCE
    while not (value := condition()):
        assert time.monotonic() < ends, f"not within {seconds * PATIENCE:g} s: {what}"
        between()
    return value
