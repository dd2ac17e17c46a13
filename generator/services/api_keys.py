"""The API key that the owner enters: tested, encrypted, and never shown again."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from generator.models import Credential, User
from generator.services import audit, connections, encryption, holds
from generator.upstream import errors

log = logging.getLogger(__name__)

# No task has this name: a valid key is answered "not found", an invalid one 401.
NO_SUCH_TASK = "gempix-key-check"


class KeyNotSaved(Exception):
    """The key was not saved; the text says why and what to do."""


def save(key: str, by: User) -> None:
    """Test the key with the upstream, then store it and release held jobs.

    Costs nothing: the test queries a task that does not exist. Raise `KeyNotSaved` if it fails.
    """
    key = key.strip().removeprefix("Bearer ").strip()
    connection = connections.Connection("studio", settings.GEMPIX_API_URL, key)
    _test(connection)
    values = {"secret": encryption.encrypt(key), "hint": key[-4:], "saved_by": by}
    Credential.objects.update_or_create(pk=1, defaults=values | {"saved_at": timezone.now()})
    audit.record(by, "saved an API key ending in", key[-4:])
    holds.release(by=by)


def remove(*, by: User) -> None:
    """Delete the saved key. Without one in the environment, the sandbox is used again."""
    Credential.objects.all().delete()
    audit.record(by, "removed the saved API key")


def _test(connection: connections.Connection) -> None:
    try:
        connections.client(connection).query(NO_SUCH_TASK)
    except errors.TaskNotFound:
        return
    except errors.KeyRefused as error:
        raise KeyNotSaved(error.sentence) from error
    except errors.OutOfCredits as error:
        # The key is valid, only its account is out of credits: the next hold reports that.
        log.warning("the new key's account: %s", error.sentence)
    except errors.UpstreamError as error:
        raise KeyNotSaved(
            _(
                "The key could not be tested, so it was not saved: %(host)s could not be reached "
                "or did not respond properly. Try again later."
            )
            % {"host": urlsplit(connection.url).netloc}
        ) from error
