"""Adapt allauth to this studio."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Close sign-up: accounts are created on the People page."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("The username or password is not correct."),
        "enter_current_password": _("The current password is not correct."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Reject a malformed `next`, which allauth does not catch."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False
