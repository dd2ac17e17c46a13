"""What an HTTP answer means: a value, or one of the errors. No I/O.

Branches on the HTTP status; `code` only counts as zero or not, since its values are not stable (a
401 carries 1 on submit and 401 on query: vendor's document).
"""

import datetime
import email.utils
import re
import time
from collections.abc import Mapping

from generator.outbound.exchange import Answer
from generator.outbound.masking import clean
from generator.upstream.errors import (
    AnsweredFailed,
    BadAnswer,
    KeyRefused,
    OutOfCredits,
    RateLimited,
    Refused,
    TaskNotFound,
    Transient,
    Unclear,
    UpstreamError,
)
from generator.upstream.json_safe import load_json
from generator.upstream.wire import (
    Account,
    Envelope,
    TaskState,
    accepted_task_id,
    parse_account,
    parse_envelope,
    parse_task,
)

MAX_RETRY_AFTER_SECONDS = 900.0
_EXCERPT_BYTES = 600
_CREDIT_WORDS = re.compile(
    r"\b(credit|balance|quota|insufficient\s+(?:funds?|amount|points?|tokens?))s?\b", re.IGNORECASE
)
# Statuses that are clear whoever wrote the body, the vendor or a proxy.
_BY_STATUS: dict[int, type[UpstreamError]] = {
    401: KeyRefused,
    402: OutOfCredits,
    403: OutOfCredits,
    429: RateLimited,
}


def accepted(answer: Answer, prompt: str) -> str:
    """Return the task id of an accepted submit.

    `prompt` is what was sent: its own words, echoed in a refusal, do not count as words about
    credits. Raise KeyRefused, OutOfCredits, RateLimited, Refused, AnsweredFailed or Unclear.
    """
    envelope = _envelope(answer)
    task_id = accepted_task_id(answer.status, envelope) if envelope is not None else None
    if task_id is not None:
        return task_id
    raise _error(_kind_of_failed_submit(answer, envelope, prompt), answer, envelope)


def _kind_of_failed_submit(
    answer: Answer, envelope: Envelope | None, prompt: str
) -> type[UpstreamError]:
    status = answer.status
    if status == 403 and envelope is not None and envelope.words:
        # In the vendor's own words, which may be about the content or the model.
        return OutOfCredits if _is_about_credits(envelope, prompt) else Refused
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    refuses = envelope is not None and envelope.refuses
    # 408 is as often a proxy's timeout as a refusal: the request may have gone through.
    refused_by_status = 400 <= status < 500 and status != 408
    if envelope is not None and envelope.names_a_task:
        return Unclear
    if refused_by_status or (refuses and 200 <= status < 300):
        return OutOfCredits if _is_about_credits(envelope, prompt) else Refused
    if refuses and status in (500, 503):
        return OutOfCredits if _is_about_credits(envelope, prompt) else AnsweredFailed
    # Every other 5xx, junk, and redirects: the server that redirects has most likely not run the
    # request, but the one behind it may have, and a person can check. Redirects are not followed.
    return Unclear


def _is_about_credits(envelope: Envelope | None, prompt: str) -> bool:
    """Return whether the answer mentions credits in words that are not the prompt's own."""
    if envelope is None:
        return False
    own_words = prompt.lower()
    words = _CREDIT_WORDS.findall(envelope.words.lower())
    return any(word not in own_words for word in words)


def task_state(answer: Answer, asked_task_id: str) -> TaskState:
    """Return the task of a query's answer.

    Raise TaskNotFound, KeyRefused, OutOfCredits, RateLimited, or Transient for all the rest: no
    failed query may fail a job.
    """
    if answer.status == 404 and not answer.flaw and not answer.body.lstrip().startswith(b"<"):
        # An HTML page is a proxy's 404, and says nothing about the task.
        raise _error(TaskNotFound, answer, _envelope(answer))
    try:
        return parse_task(_data(answer), asked_task_id)
    except BadAnswer as bad:
        raise _error(Transient, answer, None, bad.detail) from bad


def account(answer: Answer) -> Account:
    """Return the account of an answer. Raise KeyRefused, OutOfCredits, RateLimited or Transient."""
    return parse_account(_data(answer))


def _data(answer: Answer) -> object:
    """Return the `data` of a good answer to a query; otherwise raise what the answer means."""
    envelope = _envelope(answer)
    if answer.status in _BY_STATUS:
        raise _error(_BY_STATUS[answer.status], answer, envelope)
    if not 200 <= answer.status < 300 or envelope is None or envelope.code != 0:
        raise _error(Transient, answer, envelope)
    return envelope.data


def _envelope(answer: Answer) -> Envelope | None:
    if answer.flaw:
        return None
    try:
        return parse_envelope(load_json(answer.body))
    except BadAnswer:
        return None


def _error(
    kind: type[UpstreamError], answer: Answer, envelope: Envelope | None, why: str = ""
) -> UpstreamError:
    """Return the error with what the answer holds: status, delay, human-readable text."""
    # The words of a refusal are for people; if an answer makes no sense, its bytes say more.
    refusal = envelope is not None and (envelope.refuses or answer.status >= 400)
    words = envelope.words if envelope is not None and refusal else ""
    sentence = f"{kind.default_sentence} It said: {words}" if words else ""
    excerpt = clean(answer.body[:_EXCERPT_BYTES].decode("utf-8", "replace"), _EXCERPT_BYTES)
    explanation = words or why or excerpt
    detail = "; ".join(filter(None, (f"HTTP {answer.status}", answer.flaw, explanation)))
    return kind(
        detail,
        sentence=sentence,
        http_status=answer.status,
        retry_after_seconds=retry_after_seconds(answer.headers, time.time()),
    )


def retry_after_seconds(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds to wait from `Retry-After` (seconds or HTTP date), at most 15 minutes.

    `now` is in seconds since the epoch. None if missing, negative, past or junk.
    """
    value = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        return min(float(value), MAX_RETRY_AFTER_SECONDS)
    if not value or len(value) > 64:
        return None
    try:
        date = email.utils.parsedate_to_datetime(value)
        # A date without a zone is GMT, like every HTTP date.
        seconds = (date if date.tzinfo else date.replace(tzinfo=datetime.UTC)).timestamp() - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(seconds, MAX_RETRY_AFTER_SECONDS) if seconds >= 0 else None
