"""Adapt allauth to this studio."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]
    """Close sign-up: accounts are created on the People page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
