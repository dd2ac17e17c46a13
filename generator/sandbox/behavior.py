"""What a scenario may change about a task: frozen data without logic."""

from dataclasses import dataclass
from enum import Enum


class Answer(Enum):
    """How the answer to an accepted submit leaves the server."""

    SEND = "send"
    SILENT = "silent"
    RESET = "reset"
    CUT = "cut"
    HTML = "html"


class Shape(Enum):
    """How a finished task presents its result."""

    ARRAY = "array"
    OBJECT = "object"
    BIG_IMAGE_URL = "big_image_url"
    DATA_URI = "data_uri"
    TEXT = "text"
    IMAGE_AND_TEXT = "image_and_text"
    EMPTY = "empty"
    NULL = "null"


class Consumed(Enum):
    """How a finished task states its cost."""

    TEXT = "text"
    NUMBER = "number"
    JUNK = "junk"
    MISSING = "missing"


class FileFault(Enum):
    """What is wrong with a result file."""

    NONE = "none"
    MISSING = "missing"
    HTML = "html"
    PICKY = "picky"


class Forgery(Enum):
    """What is forged about a callback."""

    NONE = "none"
    OTHER_TASK = "other_task"
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - a kind of forgery, not a secret


@dataclass(frozen=True)
class Refusal:
    """A submit that is answered without being accepted.

    ``times``: how often a prompt is refused before it is accepted; None refuses it always.
    ``retry_after_seconds``: refuse until so long after the first refusal, and send Retry-After.
    """

    status: int
    message: str = "failed"
    detail: str = ""
    html: bool = False
    times: int | None = None
    retry_after_seconds: float | None = None
    retry_as_date: bool = False


@dataclass(frozen=True)
class CallbackStep:
    """One delivery, ``delay_seconds`` after the task's end.

    ``before_answer``: delivered while the submit still waits for its answer.
    """

    delay_seconds: float = 0.0
    forgery: Forgery = Forgery.NONE
    before_answer: bool = False


STAGES = ((0.0, "pending"), (0.08, "submitted"), (0.25, "in_progress"))


@dataclass(frozen=True)
class Scenario:
    """What can differ from an ordinary task; the defaults are the ordinary task."""

    seconds: float | None = None  # replaces the server's duration
    stages: tuple[tuple[float, str], ...] = STAGES  # (fraction of the duration, status)
    ends: bool = True
    final: str = "success"
    billed: bool = True
    reason: str | None = None
    bare_reason: bool = False  # status_reason itself is null

    refusal: Refusal | None = None
    answer: Answer = Answer.SEND
    answer_delay_seconds: float = 0.0

    hidden_seconds: float = 0.0  # 404 for this long after the submit
    lost_after_seconds: float | None = None  # 404 from then on
    query_html_502s: int = 0

    callbacks: tuple[CallbackStep, ...] = (CallbackStep(),)

    shape: Shape = Shape.ARRAY
    images: int = 1
    consumed: Consumed = Consumed.TEXT
    side: int | None = None  # of a square, in pixels; replaces the model's size

    file_fault: FileFault = FileFault.NONE
    file_fault_times: int | None = None  # None: always
