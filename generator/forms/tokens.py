"""The token that makes a form valid for one press."""

from __future__ import annotations

import secrets


def new_form_token() -> str:
    return secrets.token_urlsafe(16)
