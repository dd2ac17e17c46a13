"""A callback's body. Only a hint: it triggers a query with the key, and is never trusted."""

import dataclasses

from generator.outbound.masking import clean
from generator.upstream.errors import BadAnswer, BadCallback
from generator.upstream.json_safe import load_json
from generator.upstream.wire import MAX_STATUS_CHARS, is_task_id

__all__ = ["BadCallback", "CallbackHint", "parse_callback"]


@dataclasses.dataclass(frozen=True, slots=True)
class CallbackHint:
    """The task, and its reported status; "" for what the body does not name."""

    task_id: str
    raw_status: str


def parse_callback(body: bytes) -> CallbackHint:
    """Return what a callback's body names.

    Vendor's document: flat JSON with `task_id` and `status`. The enveloped form of a query's
    answer, `{"code": 0, "data": {…}}`, is accepted as well. The caller bounds the size. Raise
    BadCallback if it is not a JSON object or its task id is invalid.
    """
    try:
        data = load_json(body)
    except BadAnswer as bad:
        raise BadCallback(bad.detail) from bad
    if isinstance(data, dict) and "task_id" not in data and isinstance(data.get("data"), dict):
        data = data["data"]
    if not isinstance(data, dict):
        raise BadCallback(f"no JSON object but {type(data).__name__}")
    task_id = data.get("task_id")
    if task_id in (None, ""):
        task_id = ""
    elif not is_task_id(task_id):
        raise BadCallback(f"task_id {str(task_id)[:80]!r}")
    status = data.get("status")
    return CallbackHint(task_id, clean(status, MAX_STATUS_CHARS) if isinstance(status, str) else "")
