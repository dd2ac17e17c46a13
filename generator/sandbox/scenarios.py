"""The scenarios as a table: a word, its description, and what it changes."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from generator.sandbox.behavior import (
    STAGES,
    Answer,
    CallbackStep,
    Consumed,
    FileFault,
    Forgery,
    Refusal,
    Scenario,
    Shape,
)

Change = Callable[[Scenario, float], Scenario]


@dataclass(frozen=True)
class Recipe:
    """One row. ``change`` takes the scenario so far and the number, by default ``number``."""

    name: str
    about: str
    change: Change
    number: float = 0.0


UNAVAILABLE = "upstream is temporarily unavailable, please retry"
BALANCE = "Insufficient credits: your account balance does not cover this request"
FORGED = (
    CallbackStep(0.0, Forgery.OTHER_TASK),
    CallbackStep(0.2, Forgery.WRONG_TOKEN),
    CallbackStep(0.4),
)
TOO_MANY = Refusal(429, "Too many requests", "rate limit exceeded")
REASON = "The model could not generate an image for this prompt"


def _refuse(scenario: Scenario, refusal: Refusal) -> Scenario:
    return replace(scenario, refusal=refusal)


def _calls(scenario: Scenario, *steps: CallbackStep) -> Scenario:
    return replace(scenario, callbacks=steps)


RECIPES: tuple[Recipe, ...] = (
    # Duration and end
    Recipe("slow", "takes 30 s, or the number", lambda s, n: replace(s, seconds=n), 30),
    Recipe("stuck", "stays in_progress forever", lambda s, n: replace(s, ends=False)),
    Recipe(
        "failed",
        "fails with a reason, not billed",
        lambda s, n: replace(s, final="failed", billed=False, reason=REASON),
    ),
    Recipe(
        "failed-bare",
        "fails with status_reason null",
        lambda s, n: replace(s, final="failed", billed=False, bare_reason=True),
    ),
    Recipe(
        "error",
        "says error instead of failed",
        lambda s, n: replace(s, final="error", billed=False, reason=REASON),
    ),
    Recipe(
        "completed",
        "says completed instead of success",
        lambda s, n: replace(s, final="completed"),
    ),
    Recipe(
        "succeeded",
        "says succeeded instead of success",
        lambda s, n: replace(s, final="succeeded"),
    ),
    Recipe(
        "strange-status",
        "has the status rendering for most of its time, then success",
        lambda s, n: replace(s, stages=(*STAGES[:-1], (STAGES[-1][0], "rendering"))),
    ),
    # The result of a success
    Recipe(
        "no-image",
        "success with an empty result, billed",
        lambda s, n: replace(s, shape=Shape.EMPTY),
    ),
    Recipe(
        "null-result", "success with result null, billed", lambda s, n: replace(s, shape=Shape.NULL)
    ),
    Recipe(
        "words-only",
        "success with text instead of an image, billed",
        lambda s, n: replace(s, shape=Shape.TEXT),
    ),
    Recipe(
        "image-and-words",
        "an image with a text beside it",
        lambda s, n: replace(s, shape=Shape.IMAGE_AND_TEXT),
    ),
    Recipe(
        "two-images",
        "two images in one result, or as many as the number, up to 4",
        lambda s, n: replace(s, images=max(1, min(4, int(n)))),
        2,
    ),
    Recipe(
        "data-uri",
        "the image as a base64 data URI",
        lambda s, n: replace(s, shape=Shape.DATA_URI),
    ),
    Recipe(
        "object-result",
        "result is one object, not an array",
        lambda s, n: replace(s, shape=Shape.OBJECT),
    ),
    Recipe(
        "big-image-url",
        "the image under big_image_url",
        lambda s, n: replace(s, shape=Shape.BIG_IMAGE_URL),
    ),
    Recipe("big-image", "an image of 4096 x 4096", lambda s, n: replace(s, side=4096)),
    Recipe(
        "number-consumed",
        "consumed is a JSON number",
        lambda s, n: replace(s, consumed=Consumed.NUMBER),
    ),
    Recipe("junk-consumed", "consumed is junk", lambda s, n: replace(s, consumed=Consumed.JUNK)),
    Recipe("no-consumed", "no consumed field", lambda s, n: replace(s, consumed=Consumed.MISSING)),
    # The submit is refused
    Recipe(
        "bad-request",
        "400 with a detail",
        lambda s, n: _refuse(s, Refusal(400, detail="the prompt was rejected by the sandbox")),
    ),
    Recipe(
        "code-1",
        "HTTP 200 with code 1",
        lambda s, n: _refuse(s, Refusal(200, detail="the request could not be processed")),
    ),
    Recipe("unauthorized", "401", lambda s, n: _refuse(s, Refusal(401, "Invalid API key"))),
    Recipe("no-credits", "402", lambda s, n: _refuse(s, Refusal(402, BALANCE))),
    Recipe(
        "500",
        "500 in the vendor's envelope once, or as often as the number, then accepted",
        lambda s, n: _refuse(s, Refusal(500, detail=UNAVAILABLE, times=int(n))),
        1,
    ),
    Recipe(
        "500-always",
        "500 in the vendor's envelope every time",
        lambda s, n: _refuse(s, Refusal(500, detail=UNAVAILABLE)),
    ),
    Recipe(
        "503-envelope",
        "503 in the vendor's envelope once, or as often as the number, then accepted",
        lambda s, n: _refuse(s, Refusal(503, detail=UNAVAILABLE, times=int(n))),
        1,
    ),
    Recipe(
        "429",
        "429 with Retry-After: 2, or the number; accepted after that many seconds",
        lambda s, n: _refuse(s, replace(TOO_MANY, retry_after_seconds=n)),
        2,
    ),
    Recipe(
        "429-date",
        "the same with Retry-After as a date",
        lambda s, n: _refuse(s, replace(TOO_MANY, retry_after_seconds=n, retry_as_date=True)),
        2,
    ),
    Recipe(
        "html-502",
        "502 with an HTML page, not accepted: every time, or as often as the number",
        lambda s, n: _refuse(s, Refusal(502, html=True, times=int(n) or None)),
    ),
    # The submit is accepted, but its answer is unusable
    Recipe(
        "accepted-silent",
        "accepted; the connection stays open without an answer",
        lambda s, n: replace(s, answer=Answer.SILENT),
    ),
    Recipe(
        "accepted-reset",
        "accepted; the connection is reset instead of an answer",
        lambda s, n: replace(s, answer=Answer.RESET),
    ),
    Recipe(
        "accepted-cut",
        "accepted; the answer ends in the middle of its JSON",
        lambda s, n: replace(s, answer=Answer.CUT),
    ),
    Recipe(
        "accepted-502",
        "accepted; the answer is a 502 with an HTML page",
        lambda s, n: replace(s, answer=Answer.HTML),
    ),
    Recipe(
        "slow-answer",
        "accepted; the answer takes 8 s, or the number",
        lambda s, n: replace(s, answer_delay_seconds=n),
        8,
    ),
    # Queries
    Recipe(
        "late-index",
        "queries return 404 for 3 s, or the number, then the task",
        lambda s, n: replace(s, hidden_seconds=n),
        3,
    ),
    Recipe(
        "lost",
        "queries return 404 forever, at once or after the number of seconds; no callback",
        lambda s, n: replace(s, lost_after_seconds=n, ends=False),
    ),
    Recipe(
        "html-502-query",
        "the first 3 queries, or the number, return 502 with an HTML page",
        lambda s, n: replace(s, query_html_502s=int(n)),
        3,
    ),
    # Callbacks
    Recipe("callback-none", "no callback", lambda s, n: _calls(s)),
    Recipe(
        "callback-twice",
        "two callbacks, 1 s or the number apart",
        lambda s, n: _calls(s, CallbackStep(), CallbackStep(n)),
        1,
    ),
    Recipe(
        "callback-early",
        "ends at once; the callback comes before the submit is answered",
        lambda s, n: replace(s, seconds=0.0, callbacks=(CallbackStep(before_answer=True),)),
    ),
    Recipe(
        "callback-late",
        "the callback comes 20 s, or the number, after the end",
        lambda s, n: _calls(s, CallbackStep(n)),
        20,
    ),
    Recipe(
        "callback-forged",
        "one for another task, then one with a wrong token, then the right one",
        lambda s, n: _calls(s, *FORGED),
    ),
    # Result files
    Recipe(
        "broken-file",
        "the file returns 404 twice, or as often as the number, then works",
        lambda s, n: replace(s, file_fault=FileFault.MISSING, file_fault_times=int(n)),
        2,
    ),
    Recipe(
        "file-not-image",
        "the file is an HTML page: every time, or as often as the number",
        lambda s, n: replace(s, file_fault=FileFault.HTML, file_fault_times=int(n) or None),
    ),
    Recipe(
        "picky-file",
        "the file host returns 403 to Python's default user agents",
        lambda s, n: replace(s, file_fault=FileFault.PICKY),
    ),
)
