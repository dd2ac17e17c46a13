"""The three calls of the vendor's API. One instance may be used by many threads."""

import dataclasses
import json
import os
import re
import threading
from urllib.parse import urlencode

from generator.outbound.deadline import CallBudget
from generator.outbound.errors import ExchangeError
from generator.outbound.exchange import Answer, ask
from generator.outbound.transport import GuardedAdapter
from generator.outbound.urlguard import read_url
from generator.upstream import responses
from generator.upstream.errors import KeyRefused, NotDelivered, Transient, Unclear
from generator.upstream.wire import Account, Submission, TaskState

# A result may come as a data URI (vendor's document): 32 MiB of image as base64, and room.
MAX_QUERY_BYTES = 48 * 1024 * 1024
MAX_SHORT_BYTES = 1024 * 1024
# What framing may add to a body, besides the headers: one-byte chunks take six bytes each.
_FRAMING_BYTES = 1024 * 1024
_MIN_SECRET_CHARS = 8


class Client:
    """Submits tasks and queries them.

    base_url  http(s), a path prefix is kept; usually `https://api.defapi.org` (vendor's document).
              The operator chooses it, so it may be in a private network
    api_key   white space around it and a pasted `Bearer ` in front are removed
    *_seconds `connect_timeout` covers name resolution, TCP and TLS; a deadline covers the whole
              call, a submit's upload included
    pool_size connections kept for queries and `account`

    Raise ValueError for an invalid base URL or user agent.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        user_agent: str = "GemPixStudio/1",
        connect_timeout_seconds: float = 5.0,
        submit_deadline_seconds: float = 30.0,
        query_deadline_seconds: float = 15.0,
        pool_size: int = 32,
    ) -> None:
        if not user_agent.isascii() or not user_agent.isprintable() or not user_agent.strip():
            raise ValueError("the user agent must be printable ASCII text")
        try:
            base = read_url(base_url.strip())
        except Exception as error:
            raise ValueError(f"the base URL is not usable: {base_url[:200]!r}") from error
        if "?" in base.url:
            raise ValueError("the base URL must not have a query")
        self._base_url = base.url.rstrip("/")
        self._own_host = frozenset({base.host_port})
        self._api_key = re.sub(r"^(?:bearer(?:\s+|$))+", "", api_key.strip(), flags=re.IGNORECASE)
        self._user_agent = user_agent
        self._connect_timeout_seconds = connect_timeout_seconds
        self._submit_deadline_seconds = submit_deadline_seconds
        self._query_deadline_seconds = query_deadline_seconds
        self._pool_size = pool_size
        self._pool: GuardedAdapter | None = None
        self._pool_process = 0
        self._lock = threading.Lock()

    def submit(self, submission: Submission) -> str:
        """Submit one task and return its id. At most one POST is sent; it may cost money.

        Raise InvalidSubmission before any network call; KeyRefused, OutOfCredits, RateLimited,
        Refused or NotDelivered if no task can exist; AnsweredFailed or Unclear if one may.
        """
        body = json.dumps(submission.body(), ensure_ascii=False, separators=(",", ":")).encode()
        headers = self._headers() | {
            "Content-Type": "application/json",
            "Connection": "close",
        }
        call = self._call(self._submit_deadline_seconds, MAX_SHORT_BYTES)
        # A connection of its own: a pooled one may have been closed unnoticed, and then nobody
        # could tell whether the request had arrived.
        adapter = GuardedAdapter(self._own_host, pool_size=1)
        url = f"{self._base_url}/api/image/gen"
        try:
            answer = ask(adapter, call, "POST", url, headers, body, max_bytes=MAX_SHORT_BYTES)
        except ExchangeError as error:
            raise (Unclear if error.sent else NotDelivered)(str(error)) from error
        finally:
            adapter.close()
        return responses.accepted(self._without_key(answer), submission.prompt)

    def query(self, task_id: str) -> TaskState:
        """Return the state and result of a task.

        Raise TaskNotFound (404: too young or lost), KeyRefused, OutOfCredits, RateLimited, or
        Transient for everything that says nothing about the task.
        """
        answer = self._get("/api/task/query", {"task_id": task_id}, MAX_QUERY_BYTES)
        return responses.task_state(answer, task_id)

    def account(self) -> Account:
        """Return the balance (an undocumented call, so its failure should block nothing).

        Raise KeyRefused, OutOfCredits, RateLimited or Transient.
        """
        return responses.account(self._get("/api/user", {}, MAX_SHORT_BYTES))

    def close(self) -> None:
        """Close the pooled connections. Calls in progress end as they would have."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _get(self, path: str, params: dict[str, str], max_bytes: int) -> Answer:
        headers = self._headers()
        call = self._call(self._query_deadline_seconds, max_bytes)
        url = f"{self._base_url}{path}"
        if params:
            url = f"{url}?{urlencode(params)}"
        for last_try in (False, True):
            try:
                answer = ask(self._shared_pool(), call, "GET", url, headers, max_bytes=max_bytes)
                return self._without_key(answer)
            except ExchangeError as error:
                # A pooled connection that the other side had closed meanwhile: retry once on a new
                # one.
                stale = call.reused and not call.answered and not call.expired
                if last_try or not stale:
                    raise Transient(str(error)) from error
        raise AssertionError("unreachable")

    def _shared_pool(self) -> GuardedAdapter:
        """Return this process's pool: a forked worker must not share its sockets."""
        with self._lock:
            if self._pool is None or self._pool_process != os.getpid():
                self._pool = GuardedAdapter(self._own_host, pool_size=self._pool_size)
                self._pool_process = os.getpid()
            return self._pool

    def _call(self, deadline_seconds: float, max_bytes: int) -> CallBudget:
        return CallBudget(
            deadline_seconds=deadline_seconds,
            connect_timeout_seconds=self._connect_timeout_seconds,
            max_wire_bytes=max_bytes + _FRAMING_BYTES,
        )

    def _headers(self) -> dict[str, str]:
        if not self._api_key:
            raise KeyRefused("no key set", sentence="No API key is set for the image service.")
        if not self._api_key.isascii() or not re.fullmatch(r"[!-~]+", self._api_key):
            raise KeyRefused(
                "the key has characters that no header can carry",
                sentence="The API key contains invalid characters.",
            )
        return {
            "Authorization": f"Bearer {self._api_key}",
            "Accept": "application/json",
            "User-Agent": self._user_agent,
        }

    def _without_key(self, answer: Answer) -> Answer:
        """Remove our key from the answer: a refusal may echo it, in any form."""
        secret = self._api_key.encode()
        if len(secret) < _MIN_SECRET_CHARS or secret not in answer.body:
            return answer
        return dataclasses.replace(answer, body=answer.body.replace(secret, b"[key]"))
