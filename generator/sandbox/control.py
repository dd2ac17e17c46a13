"""What the vendor does not have: statistics, settings, and a home page."""

import html
import json
import time
from collections import Counter
from decimal import Decimal
from typing import Any

from generator.sandbox.scenarios import RECIPES
from generator.sandbox.wire import Reply, Request, json_reply
from generator.sandbox.world import World

COUNTS = ("submits", "accepted", "queries", "callbacks_sent", "files")
MAX_NUMBER = 1e9


def stats_of(world: World) -> dict[str, Any]:
    """Return the counters, accepted submits by prompt, and a summary of every stored task."""
    now = time.time()
    tasks = world.tasks.all()
    return {name: world.counters[name] for name in COUNTS} | {
        "answers_held": world.holds.waiting,
        "by_prompt": Counter(task.prompt for task in tasks),
        "tasks": {task.task_id: task.summary(now) for task in tasks},
    }


def stats(world: World, request: Request) -> Reply:
    """Answer ``GET /sandbox/stats``."""
    return json_reply(200, stats_of(world))


def reset(world: World, request: Request) -> Reply:
    """Answer ``POST /sandbox/reset``."""
    world.reset()
    return json_reply(200, _config_of(world))


def config(world: World, request: Request) -> Reply:
    """Answer ``POST /sandbox/config``: change some settings, return all of them."""
    try:
        changes = json.loads(request.body or b"{}")
        configure(world, **changes)
    except (ValueError, TypeError, RecursionError) as error:
        return json_reply(400, {"error": str(error)})
    return json_reply(200, _config_of(world))


def configure(
    world: World,
    *,
    duration_seconds: float | None = None,
    credits: Decimal | float | None = None,
    down: bool | None = None,
    reject_keys: bool | None = None,
    hold: list[str] | None = None,
    hold_answers: list[str] | None = None,
) -> None:
    """Change settings at run time. Raise ValueError or TypeError before anything has changed.

    ``duration_seconds``: how long new tasks take.
    ``hold``: a task with one of these texts in its prompt does not end while the text is listed.
    When it is released, it ends at once, or at its usual time if that is later.
    ``hold_answers``: a submit with one of these texts in its prompt is accepted or refused as
    usual, but is answered only when the text is no longer listed.
    Each list replaces the previous one. A restart or a reset empties both.
    """
    seconds = _number("duration_seconds", duration_seconds)
    balance = _number("credits", credits)
    for name, flag in (("down", down), ("reject_keys", reject_keys)):
        if flag is not None and not isinstance(flag, bool):
            raise ValueError(f"{name} must be true or false")
    _check_texts("hold", hold)
    _check_texts("hold_answers", hold_answers)
    if seconds is not None:
        world.duration_seconds = float(seconds)
    if balance is not None:
        world.tasks.set_balance(balance, time.time())
    if down is not None:
        world.down = down
    if reject_keys is not None:
        world.reject_keys = reject_keys
    if hold is not None or hold_answers is not None:
        world.hold(hold, hold_answers)


def _number(name: str, value: object) -> Decimal | None:
    if value is None:
        return None
    # A bool is an int in Python, and its JSON parser accepts NaN and Infinity.
    number = value if isinstance(value, (int, float, Decimal)) else -1
    if isinstance(value, bool) or not 0 <= number < MAX_NUMBER:
        raise ValueError(f"{name} must be a non-negative number")
    return Decimal(str(number))


def _check_texts(name: str, value: object) -> None:
    if value is None:
        return
    # Every prompt contains the empty text.
    texts = value if isinstance(value, list) else [""]
    if not all(isinstance(text, str) and text for text in texts):
        raise ValueError(f"{name} must be a list of non-empty strings")


def _config_of(world: World) -> dict[str, Any]:
    return {
        "duration_seconds": world.duration_seconds,
        "credits": f"{world.tasks.balance(time.time()):.6f}",
        "down": world.down,
        "reject_keys": world.reject_keys,
        "hold": world.holds.tasks,
        "hold_answers": world.holds.answers,
    }


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>GemPix sandbox</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 3rem auto; padding: 0 1rem;
  color-scheme: light dark }}
td {{ padding: .15rem 1.5rem .15rem 0; vertical-align: top }} code {{ white-space: nowrap }}
</style>
<h1>GemPix sandbox</h1>
<p>A stand-in for the GemPix2 image API: same calls, no bill. Tasks accepted: {accepted}.
Seconds per task: {seconds:g}.</p>
<p>Add one of these words to a prompt to see how the app copes. Many take a number, as in
<code>[slow:40]</code>, and words can be combined.</p>
<table>{rows}</table>
<p>Tests hold a task instead, by sending JSON to <code>POST /sandbox/config</code>. With
<code>{{"hold": ["owl"]}}</code>, no task with <i>owl</i> in its prompt ends until a later list
omits the text; <code>[]</code> releases every task. <code>hold_answers</code> holds the answers
to submits in the same way, and <code>duration_seconds</code> sets how long new tasks take.
<code>POST /sandbox/reset</code> or a restart releases everything.</p>
<p><a href="/sandbox/stats">Statistics</a></p>
</html>
"""


def page(world: World, request: Request) -> Reply:
    """Answer ``GET /``."""
    rows = "\n".join(
        f"<tr><td><code>[{html.escape(r.name)}]</code></td><td>{html.escape(r.about)}</td></tr>"
        for r in RECIPES
    )
    text = PAGE.format(
        accepted=world.counters["accepted"], seconds=world.duration_seconds, rows=rows
    )
    return Reply(200, text.encode(), "text/html; charset=utf-8")
