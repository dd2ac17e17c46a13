"""The vendor's data as frozen types, parsed from every documented or observed shape. No I/O.

"Vendor's document" is the GemPix2 document v1.0.0; "seen" is what public clients observed.
"""

import dataclasses
import enum
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeGuard

from generator.outbound.masking import clean, mask
from generator.upstream.errors import BadAnswer, InvalidSubmission

MAX_REFERENCES = 4  # vendor's document
MAX_TASK_ID_CHARS = 255
MAX_STATUS_CHARS = 64
MAX_TEXT_CHARS = 2_000
MAX_IMAGES = 32  # one is usual; a limit against junk, not the vendor's
MAX_URL_CHARS = 8_192
MOST_CONSUMED = Decimal(1_000_000)  # one image costs about one; more than this is junk
MOST_CREDIT = Decimal(1_000_000_000)

_REFERENCE = re.compile(r"https?://[^\s/]\S*|data:image/[\w.+-]+;base64,\S+", re.IGNORECASE)
_WEB_URL = re.compile(r"https?://[^\s/][^\s\x00-\x1f\x7f]*", re.IGNORECASE)
_DATA_URI = re.compile(r"data:[^\s,]{0,200};base64,", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?")


@dataclasses.dataclass(frozen=True, slots=True)
class Submission:
    """One generation task to request: N images are N submissions.

    `images` are up to four references: http(s) URLs (vendor's document) or base64 data URIs of an
    image (seen). Empty strings mean *not set*.
    """

    model: str
    prompt: str
    images: tuple[str, ...] = ()
    callback_url: str = ""
    aspect_ratio: str = ""
    image_size: str = ""

    def body(self) -> dict[str, str | list[str]]:
        """Return the JSON object to send, with the keys that are set and no others, never null.

        Raise InvalidSubmission for what the vendor would reject or JSON cannot carry.
        """
        self._check()
        body: dict[str, str | list[str]] = {"model": self.model, "prompt": self.prompt}
        if self.images:
            body["images"] = list(self.images)
        for key in ("callback_url", "aspect_ratio", "image_size"):
            if value := getattr(self, key):
                body[key] = value
        return body

    def _check(self) -> None:
        if not self.model.strip():
            raise InvalidSubmission(sentence="Choose a model.")
        if not self.prompt.strip():
            raise InvalidSubmission(sentence="Write a prompt.")
        if len(self.images) > MAX_REFERENCES:
            raise InvalidSubmission(
                f"{len(self.images)} references",
                sentence=f"At most {MAX_REFERENCES} reference images can be sent.",
            )
        for image in self.images:
            if not _REFERENCE.fullmatch(image):
                raise InvalidSubmission(
                    f"reference {image[:80]}",
                    sentence="A reference must be an http(s) URL or an image.",
                )
        if self.callback_url and not _WEB_URL.fullmatch(self.callback_url):
            raise InvalidSubmission(
                "callback_url is no http(s) URL", sentence="The callback URL is not valid."
            )
        options = (self.callback_url, self.aspect_ratio, self.image_size)
        for text in (self.model, self.prompt, *self.images, *options):
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise InvalidSubmission(
                    error.reason, sentence="The text contains an invalid character."
                ) from error


class Phase(enum.Enum):
    """The meaning of the vendor's status. UNKNOWN means wait, like PENDING."""

    PENDING = "pending"
    SUBMITTED = "submitted"
    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILED = "failed"
    UNKNOWN = "unknown"


_PHASES = {phase.value: phase for phase in Phase if phase is not Phase.UNKNOWN} | {
    "completed": Phase.SUCCESS,  # seen, as the two below
    "succeeded": Phase.SUCCESS,
    "error": Phase.FAILED,
}


@dataclasses.dataclass(frozen=True, slots=True)
class TaskState:
    """One task as the vendor reports it. SUCCESS without `images` is a refusal, and billed (seen).

    images    http(s) URLs or base64 data URIs, each once, in the vendor's order
    words     the model's text response, instead of or beside an image, or ""
    consumed  credits, to six decimals; None is *unknown*, which is not zero
    reason    why it failed, or ""
    """

    task_id: str
    raw_status: str
    phase: Phase
    images: tuple[str, ...]
    words: str
    consumed: Decimal | None
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """The account's balance in credits; None when the vendor does not say."""

    credit: Decimal | None


@dataclasses.dataclass(frozen=True, slots=True)
class Envelope:
    """`{"code": …, "message": …, "detail": …, "data": …}`; `code` None if missing or junk.

    `words` is the human-readable text: `detail`, else `message` (vendor's document).
    """

    code: int | None
    words: str
    data: object

    @property
    def names_a_task(self) -> bool:
        """Return whether it has a task id of any kind: then a task may exist."""
        return isinstance(self.data, dict) and self.data.get("task_id") not in (None, "")

    @property
    def refuses(self) -> bool:
        """Return whether it is a refusal: a code that is not zero, and no task."""
        return self.code not in (None, 0) and not self.names_a_task


def parse_envelope(data: object) -> Envelope:
    """Return the vendor's envelope from loaded JSON. Raise BadAnswer if it is not an object."""
    if not isinstance(data, dict):
        raise BadAnswer(f"no JSON object but {type(data).__name__}")
    words = _text_of(data.get("detail")) or _text_of(data.get("message"))
    return Envelope(_code_of(data.get("code")), words, data.get("data"))


def _code_of(value: object) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, Decimal) and abs(value) < 10**9 and value == value.to_integral_value():
        return int(value)
    # True is an int in Python; in an envelope it is junk.
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def accepted_task_id(http_status: int, envelope: Envelope) -> str | None:
    """Return the task id if this answer to a submit is an acceptance, else None.

    Vendor's document: 2xx and code 0 and a non-empty `data.task_id`. The id is opaque; one that
    could not be stored or queried (control characters, over 255 characters) does not count.
    """
    if not 200 <= http_status < 300 or envelope.code != 0 or not isinstance(envelope.data, dict):
        return None
    task_id = envelope.data.get("task_id")
    return task_id if is_task_id(task_id) else None


def is_task_id(value: object) -> TypeGuard[str]:
    """Return whether the value can be a task id of the vendor's."""
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_TASK_ID_CHARS:
        return False
    return value.isprintable() and "\ufffd" not in value


def parse_task(data: object, asked_task_id: str = "") -> TaskState:
    """Return a task from an envelope's `data` (or a callback's flat body).

    Accepts `result` as an array, an object, null or missing; items with `image`, `big_image_url` or
    only `text`. Junk is skipped, duplicates are removed. A missing id defaults to `asked_task_id`.
    Raise BadAnswer if `data` is not an object or names another task than that.
    """
    if not isinstance(data, dict):
        raise BadAnswer(f"task is no JSON object but {type(data).__name__}")
    answered = data.get("task_id")
    if answered not in (None, "", asked_task_id) and (asked_task_id or not is_task_id(answered)):
        raise BadAnswer(f"answer is about another task: {str(answered)[:80]!r}")
    status = data.get("status")
    raw_status = clean(status, MAX_STATUS_CHARS) if isinstance(status, str) else ""
    images: dict[str, None] = {}
    words: dict[str, None] = {}
    for item in _items(data.get("result")):
        _sort_item(item, images, words)
    return TaskState(
        task_id=answered if isinstance(answered, str) and answered else asked_task_id,
        raw_status=raw_status,
        phase=_PHASES.get(raw_status.lower(), Phase.UNKNOWN),
        images=tuple(images)[:MAX_IMAGES],
        words=clean("\n".join(words), MAX_TEXT_CHARS),
        consumed=read_credits(data.get("consumed")),
        reason=_text_of(data.get("status_reason")),
    )


def _items(result: object) -> Iterator[object]:
    if isinstance(result, list):
        yield from result[: MAX_IMAGES * 8]
    elif result is not None:
        yield result


def _sort_item(item: object, images: dict[str, None], words: dict[str, None]) -> None:
    """Add the item's content to `images` or `words`; a bare text is an image URL or else words."""
    if isinstance(item, str):
        item = {"image": item} if _is_image(item.strip()) else {"text": item}
    if not isinstance(item, dict):
        return
    for key in ("image", "big_image_url"):
        value = item.get(key)
        if isinstance(value, str) and _is_image(value.strip()):
            images[value.strip()] = None
    text = item.get("text")
    if isinstance(text, str) and text.strip():
        words[_sanitized(text)] = None


def _is_image(value: str) -> bool:
    if _DATA_URI.match(value):
        return True
    return len(value) <= MAX_URL_CHARS and _WEB_URL.fullmatch(value) is not None


def _text_of(value: object) -> str:
    """Return the text of a string, of an object with a message, or of a list of either; "" for
    none."""
    parts = value[:20] if isinstance(value, list) else [value]
    words = [
        part.get("message") or part.get("msg") if isinstance(part, dict) else part for part in parts
    ]
    return _sanitized("; ".join(word for word in words if isinstance(word, str)))


def _sanitized(text: str) -> str:
    """Return untrusted text as it may be stored and shown."""
    return clean(mask(text[: MAX_TEXT_CHARS * 2]), MAX_TEXT_CHARS)


def read_credits(
    value: object, *, below: Decimal = MOST_CONSUMED, may_be_negative: bool = False
) -> Decimal | None:
    """Return credits from a string (vendor's document) or a number, to six decimals.

    None (unknown, never zero) for whatever is missing, junk, NaN, negative (unless it is a
    balance), or not below `below`.
    """
    if not isinstance(value, str | int | float | Decimal):
        return None
    try:
        text = str(value).strip()
    except ValueError:  # an int of thousands of digits
        return None
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if abs(number) >= below or (number < 0 and not may_be_negative):
        return None
    # + 0 turns a negative zero into zero.
    return number.quantize(Decimal("0.000001")) + 0


def parse_account(data: object) -> Account:
    """Return the account from an envelope's `data`; `credit` is a number or a string (seen)."""
    credit = data.get("credit") if isinstance(data, dict) else None
    return Account(read_credits(credit, below=MOST_CREDIT, may_be_negative=True))
