"""Wrong passwords are limited by visitor and by name, in all web processes alike."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from generator.models import AttemptCount, User
from generator.services import throttles
from tests.member import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
TOO_MANY = "Too many failed login attempts"


@pytest.fixture
def proxied(settings: Any) -> None:
    """A studio with a public URL and one proxy in front of it."""
    settings.SESSION_COOKIE_SECURE = True


def attempt(name: str, password: str = "wrong", address: str = "203.0.113.7") -> Any:
    """A log-in as it comes from the proxy."""
    headers = {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}
    fields = {"login": name, "password": password}
    return Client().post(LOGIN, fields, headers=headers, REMOTE_ADDR="127.0.0.1")


def test_one_visitors_wrong_passwords_lock_out_nobody_else(proxied: None, member: User) -> None:
    answers = [attempt(f"name{number}") for number in range(40)]
    assert TOO_MANY in answers[10].content.decode()
    assert answers[-1].status_code == 429
    assert attempt(member.username, PASSWORD, "198.51.100.9").status_code == 302
    assert attempt(member.username, PASSWORD).status_code == 429


def test_one_name_is_limited_whatever_the_address(proxied: None, member: User) -> None:
    for number in range(5):
        attempt(member.username.upper(), address=f"198.51.100.{number}")
    refused = attempt(member.username, PASSWORD, "203.0.113.200")
    assert TOO_MANY in refused.content.decode()


def test_limits_do_not_depend_on_the_cache(member: User) -> None:
    """Each process has its own without Redis, and Redis may lose what it has."""
    for _ in range(5):
        attempt(member.username)
        cache.clear()
    assert TOO_MANY in attempt(member.username, PASSWORD).content.decode()


def test_right_passwords_are_not_counted(member: User) -> None:
    for _ in range(12):
        assert attempt(member.username, PASSWORD).status_code == 302


def test_wrong_password_is_logged_with_address_and_name(
    proxied: None, caplog: pytest.LogCaptureFixture
) -> None:
    attempt("mina\nforged")
    assert "wrong password for 'mina\\nforged' from 203.0.113.7" in caplog.messages


def test_counts_end_with_their_period() -> None:
    limit = throttles.Limit("test", 1, 60)
    assert throttles.take(limit, "a")
    assert not throttles.take(limit, "a")
    assert throttles.take(limit, "b")
    AttemptCount.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    throttles.purge()
    assert throttles.take(limit, "a")


@pytest.mark.both_databases("services.throttles")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_limit() -> None:
    limit = throttles.Limit("test", 3, 3600)
    taken = []

    def take() -> None:
        taken.append(throttles.take(limit, "mallory"))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(taken) == 8
    attempts = [one for one in taken if one]
    most = 3 * AttemptCount.objects.count()  # a new period may have begun meanwhile
    assert 3 <= len(attempts) <= most
    attempts[0].give_back()
    assert throttles.take(limit, "mallory")
