"""A task in the vendor's format, for queries and callbacks."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from generator.sandbox.behavior import Consumed, Shape
from generator.sandbox.tasks import Task

FILES = "/files/response_images/"
TEXT = "I can describe this scene, but I cannot generate it. Try rephrasing your prompt."
REMARK = "Here is a first interpretation of your prompt."

ReadFile = Callable[[str], bytes]
Fields = dict[str, Any]


def query_data(task: Task, now: float, base_url: str, read_file: ReadFile) -> Fields:
    """Return ``data`` of a query's answer; ``read_file`` returns an image's bytes by name."""
    return _state(task, now, base_url, read_file) | {"created_at": _stamp(task.accepted_at)}


def callback_body(task: Task, base_url: str, read_file: ReadFile) -> Fields:
    """Return what is posted to the callback URL when the task is final."""
    return _state(task, task.finished_at or task.accepted_at, base_url, read_file)


def forged_body(task: Task, other_id: str, base_url: str) -> Fields:
    """Return a callback that names another task and shows an image that is not its own."""
    return {
        "task_id": other_id,
        "status": "success",
        "result": [{"image": f"{base_url}{FILES}{forged_name(task)}"}],
        "consumed": f"{task.price:.6f}",
        "status_reason": {"message": None},
    }


def forged_name(task: Task) -> str:
    """Return the file name of the image in a forged callback; it exists, so that a client that
    trusts the callback stores it."""
    return f"forged_{task.task_id}_0.png"


def _state(task: Task, now: float, base_url: str, read_file: ReadFile) -> Fields:
    final, scenario = task.is_final(now), task.scenario
    state: Fields = {
        "task_id": task.task_id,
        "status": task.status(now),
        "result": _result(task, base_url, read_file) if final else None,
        "consumed": None,
        "status_reason": {"message": scenario.reason if final else None},
    }
    if final and scenario.bare_reason:
        state["status_reason"] = None
    if final:
        state["consumed"] = f"{task.cost(now):.6f}"
        if scenario.consumed is Consumed.NUMBER:
            state["consumed"] = float(task.cost(now))
        elif scenario.consumed is Consumed.JUNK:
            state["consumed"] = "n/a"
        elif scenario.consumed is Consumed.MISSING:
            del state["consumed"]
    return state


def _result(task: Task, base_url: str, read_file: ReadFile) -> Any:
    if not task.scenario.billed:
        return None
    urls = [f"{base_url}{FILES}{name}" for name in task.file_names]
    images = [{"image": url} for url in urls]
    shapes: dict[Shape, Callable[[], Any]] = {
        Shape.ARRAY: lambda: images,
        Shape.OBJECT: lambda: images[0],
        Shape.BIG_IMAGE_URL: lambda: [{"big_image_url": url} for url in urls],
        Shape.DATA_URI: lambda: [{"image": _data_uri(read_file(name))} for name in task.file_names],
        Shape.TEXT: lambda: [{"text": TEXT}],
        Shape.IMAGE_AND_TEXT: lambda: [{"text": REMARK}, *images],
        Shape.EMPTY: lambda: [],
        Shape.NULL: lambda: None,
    }
    return shapes[task.scenario.shape]()


def _data_uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
