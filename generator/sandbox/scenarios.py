"""The scenarios as a table: a word, what it does, and what it changes. `choosing` reads it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from generator.sandbox.behaviour import (
    STAGES,
    Answer,
    CallbackStep,
    Consumed,
    FileFault,
    Refusal,
    Scenario,
    Shape,
    Truth,
)

Change = Callable[[Scenario, float], Scenario]


@dataclass(frozen=True)
class Recipe:
    """One row: ``change`` takes the scenario so far and the number (or ``number``, the default)."""

    name: str
    about: str
    change: Change
    number: float = 0.0


ILL = "upstream is ill, please retry"
BALANCE = "Insufficient credits: your account balance does not cover this request"
FORGED = (
    CallbackStep(0.0, Truth.OTHER_TASK),
    CallbackStep(0.2, Truth.WRONG_TOKEN),
    CallbackStep(0.4),
)
TOO_MANY = Refusal(429, "Too many requests", "rate limit exceeded")
REASON = "The model could not generate an image for this prompt"


def _refuse(scenario: Scenario, refusal: Refusal) -> Scenario:
    return replace(scenario, refusal=refusal)


def _calls(scenario: Scenario, *steps: CallbackStep) -> Scenario:
    return replace(scenario, callbacks=steps)


def _words(*words: str) -> tuple[tuple[float, str], ...]:
    """The usual stages with the last one under other names, evenly spread."""
    start = STAGES[-1][0]
    step = (1.0 - start) / len(words)
    return STAGES[:-1] + tuple((start + step * i, word) for i, word in enumerate(words))


RECIPES: tuple[Recipe, ...] = (
    # How long, and how it ends
    Recipe("slow", "takes 30 s, or the number", lambda s, n: replace(s, seconds=n), 30),
    Recipe("stuck", "stays in_progress for ever", lambda s, n: replace(s, ends=False)),
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
        "fails with the word error instead of failed",
        lambda s, n: replace(s, final="error", billed=False, reason=REASON),
    ),
    Recipe("completed", "says completed for success", lambda s, n: replace(s, final="completed")),
    Recipe("succeeded", "says succeeded for success", lambda s, n: replace(s, final="succeeded")),
    Recipe(
        "strange-status",
        "says rendering for most of the time, then success",
        lambda s, n: replace(s, stages=_words("rendering")),
    ),
    # What a success holds
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
        "success with words instead of an image, billed",
        lambda s, n: replace(s, shape=Shape.WORDS),
    ),
    Recipe(
        "image-and-words",
        "an image and a remark beside it",
        lambda s, n: replace(s, shape=Shape.IMAGE_AND_WORDS),
    ),
    Recipe(
        "two-images",
        "two images in one result, or the number (up to 4)",
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
    Recipe("no-consumed", "no consumed at all", lambda s, n: replace(s, consumed=Consumed.MISSING)),
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
        "500 in the vendor's envelope once, or so many times, then accepted",
        lambda s, n: _refuse(s, Refusal(500, detail=ILL, times=int(n))),
        1,
    ),
    Recipe(
        "500-always",
        "500 in the vendor's envelope every time",
        lambda s, n: _refuse(s, Refusal(500, detail=ILL)),
    ),
    Recipe(
        "503-envelope",
        "503 in the vendor's envelope once, or so many times, then accepted",
        lambda s, n: _refuse(s, Refusal(503, detail=ILL, times=int(n))),
        1,
    ),
    Recipe(
        "429",
        "429 with Retry-After: 2, or so many seconds; accepted once they are over",
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
        "502 with an HTML page, not accepted: every time, or so many times",
        lambda s, n: _refuse(s, Refusal(502, html=True, times=int(n) or None)),
    ),
    # The submit is accepted, its answer is not usable
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
        "accepted; the answer breaks off in the middle of its JSON",
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
        "queries say 404 for 3 s, or the number, then the truth",
        lambda s, n: replace(s, hidden_seconds=n),
        3,
    ),
    Recipe(
        "lost",
        "queries say 404 for ever, at once or after so many seconds; no callback",
        lambda s, n: replace(s, lost_after_seconds=n, ends=False),
    ),
    Recipe(
        "html-502-query",
        "the first 3 queries, or so many, get a 502 with an HTML page",
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
        "done at once; the callback comes before the submit is answered",
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
        "first one for another task, then one to a wrong token, then the right one",
        lambda s, n: _calls(s, *FORGED),
    ),
    # Result files
    Recipe(
        "broken-file",
        "the file says 404 twice, or so many times, then works",
        lambda s, n: replace(s, file_fault=FileFault.MISSING, file_fault_times=int(n)),
        2,
    ),
    Recipe(
        "file-not-image",
        "the file is an HTML page: every time, or so many times",
        lambda s, n: replace(s, file_fault=FileFault.HTML, file_fault_times=int(n) or None),
    ),
    Recipe(
        "picky-file",
        "the file host answers 403 to Python's default user agents",
        lambda s, n: replace(s, file_fault=FileFault.PICKY),
    ),
)
