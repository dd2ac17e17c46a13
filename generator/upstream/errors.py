"""What can go wrong with the vendor, in two questions: did it happen, and may it be retried?

Every error is a leaf of `UpstreamError`. `sentence` may be shown to anyone; `detail` is for the
job's timeline and for support: technical, masked, and free of what a database column rejects.
"""

import enum

from generator.outbound.masking import clean, mask

MAX_SENTENCE_CHARS = 600
MAX_DETAIL_CHARS = 2_000


class Delivered(enum.Enum):
    """Whether the vendor may have taken the task, and so may bill it."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


class UpstreamError(Exception):
    """Base of all. Class attributes answer the questions, the instance describes the case.

    delivered  may the paid task exist? This is about the submit; the errors of the reading calls
               say YES, so that none is mistaken for permission to submit again.
    retry      may the same call be retried automatically, with backoff?
    """

    delivered: Delivered = Delivered.MAYBE
    retry: bool = False
    default_sentence = "Something went wrong at the image service."

    def __init__(
        self,
        detail: str = "",
        *,
        sentence: str = "",
        http_status: int | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        self.sentence = clean(mask(sentence or self.default_sentence), MAX_SENTENCE_CHARS)
        self.detail = clean(mask(detail), MAX_DETAIL_CHARS)
        self.http_status = http_status
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.sentence, self.detail)

    def __str__(self) -> str:
        return f"{self.sentence} ({self.detail})" if self.detail else self.sentence


class InvalidSubmission(UpstreamError):
    """The request is invalid; nothing was sent."""

    delivered = Delivered.NO
    default_sentence = "The request is incomplete."


class Refused(UpstreamError):
    """The vendor answered that the input is bad (400, 200 with a code, other 4xx)."""

    delivered = Delivered.NO
    default_sentence = "The image service refused the request."


class KeyRefused(UpstreamError):
    """401, or a key that cannot be sent at all. Submits pause until the key is valid."""

    delivered = Delivered.NO
    default_sentence = "The image service rejected the API key."


class OutOfCredits(UpstreamError):
    """402, 403 or a text about credits: the status is undocumented. Submits pause."""

    delivered = Delivered.NO
    default_sentence = (
        "The image service reports that the account is out of credits or has no access."
    )


class RefusedAlone(UpstreamError):
    """A submit refused like a bad key or an empty account, while the account is good: it is about
    this request. Tried a few times."""

    delivered = Delivered.NO
    retry = True
    default_sentence = "The image service refused this request, while it accepts the API key."


class TaskRefused(UpstreamError):
    """A query refused like a bad key, while the key is good: the task is another key's."""

    delivered = Delivered.YES
    retry = True
    default_sentence = (
        "The image service does not tell this task's status to the API key in use, which works "
        "otherwise. It is checked less often."
    )


class RateLimited(UpstreamError):
    """429. `retry_after_seconds` is the delay that the vendor asked for, if any."""

    delivered = Delivered.NO
    retry = True
    default_sentence = "The image service is limiting the rate of requests."


class NotDelivered(UpstreamError):
    """No byte of the request left: no name, no connection, no TLS handshake."""

    delivered = Delivered.NO
    retry = True
    default_sentence = "The image service could not be reached; nothing was sent."


class AnsweredFailed(UpstreamError):
    """500 or 503 on submit in the vendor's own envelope, with a code and without a task.

    The vendor's document says to retry a 500; it does not say that nothing was made. Hence MAYBE
    together with `retry`. An operator who accepts no risk can have it treated like `Unclear`
    (`GEMPIX_RETRY_SUBMIT_500`).
    """

    delivered = Delivered.MAYBE
    retry = True
    default_sentence = "The image service reported an internal error."


class Unclear(UpstreamError):
    """The request may have arrived, and nobody knows: there is no idempotency key. Never repeat."""

    delivered = Delivered.MAYBE
    default_sentence = (
        "The image service may have received the request, but its answer was lost. "
        "The image may have been generated and billed."
    )


class BadAnswer(UpstreamError):
    """Bytes that are not the vendor's JSON. The client turns it into Unclear or Transient."""

    default_sentence = "The image service's answer could not be read."


class TaskNotFound(UpstreamError):
    """404 on a query: not indexed yet (the first minute) or lost."""

    delivered = Delivered.YES
    retry = True
    default_sentence = "The image service does not know this task (yet)."


class Transient(UpstreamError):
    """A query without a usable answer. Says nothing about the task: query again."""

    delivered = Delivered.YES
    retry = True
    default_sentence = "The image service did not respond properly; retrying."


class BadCallback(UpstreamError):
    """A callback's body that is not the vendor's: answer 400, change nothing."""

    delivered = Delivered.YES
    default_sentence = "The callback could not be read."


class DownloadFailed(UpstreamError):
    """The vendor has an image that could not be fetched: query for a fresh URL, then retry."""

    delivered = Delivered.YES
    retry = True
    default_sentence = "The image could not be fetched yet."


class BlockedURL(DownloadFailed):
    """The URL is malformed, or points where downloads may not go (a private network, http)."""

    retry = False
    default_sentence = "The image's URL is not allowed."


class TooLarge(DownloadFailed):
    """The file is larger than the limit set here."""

    retry = False
    default_sentence = "The image's file is larger than allowed."
