"""Adapt allauth to this studio."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from generator.services import throttles
from generator.web import visitors
from generator.web.responses import is_local

log = logging.getLogger(__name__)


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Close sign-up: accounts are created on the People page. Count wrong passwords, by address
    and by name."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The username or password is not correct."),
        "enter_current_password": _("The current password is not correct."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Take the same `next` as every other form: allauth takes the name of a URL as well, and
        fails for a malformed one."""
        return is_local(url or "")

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitors.address_of(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Count the attempt before the password is looked at, so that many at once cannot overtake
        the limits; a right password is not counted."""
        name = str(credentials.get("username", ""))
        limits = (
            (throttles.FAILED_LOGIN_BY_ADDRESS, visitors.site_of(request)),
            (throttles.FAILED_LOGIN_BY_NAME, name.lower()),
        )
        attempts = []
        for limit, who in limits:
            attempt = throttles.take(limit, who)
            if attempt is None:
                log.warning(
                    "log-in as %r from %s refused: too many attempts (%s)",
                    name,
                    visitors.address_of(request),
                    limit.name,
                )
                raise self.validation_error("too_many_login_attempts")
            attempts.append(attempt)
        user = super().authenticate(request, **credentials)
        if user:
            for attempt in attempts:
                attempt.give_back()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        log.warning(
            "wrong password for %r from %s",
            credentials.get("username", ""),
            visitors.address_of(request),
        )
