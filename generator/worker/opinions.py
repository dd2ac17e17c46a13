"""A second opinion before one job's refusal holds the whole studio.

The service may refuse one request, or one task of another key, in the same words as a bad key or an
empty account. Free calls tell the two apart: the balance, and a task that cannot exist, of which a
good key learns that it is not found. Without a clear answer the refusal stands: a hold loses
nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from generator.services.api_keys import NO_SUCH_TASK
from generator.upstream import errors
from generator.upstream.client import Client

Result = TypeVar("Result")

REFUSALS = (errors.KeyRefused, errors.OutOfCredits)


def checked(
    client: Client, price: Decimal, alone: type[errors.UpstreamError], call: Callable[[], Result]
) -> Result:
    """Make a call. If it is refused although the account is good, raise `alone` instead, in the
    service's own words. Runs in a thread and touches no database."""
    try:
        return call()
    except REFUSALS as error:
        if error.http_status is None or not _is_good(client, error, price):
            raise
        sentence = f"{alone.default_sentence} It said: {error.detail}"
        raise alone(error.detail, sentence=sentence, http_status=error.http_status) from error


def _is_good(client: Client, error: errors.UpstreamError, price: Decimal) -> bool:
    try:
        credit = client.account().credit
    except REFUSALS:
        return False
    except errors.UpstreamError:  # the call is undocumented
        return isinstance(error, errors.KeyRefused) and _knows_the_key(client)
    if isinstance(error, errors.KeyRefused):
        return True
    return credit is not None and credit >= price


def _knows_the_key(client: Client) -> bool:
    try:
        client.query(NO_SUCH_TASK)
    except errors.TaskNotFound:
        return True
    except errors.UpstreamError:
        return False
    return True
