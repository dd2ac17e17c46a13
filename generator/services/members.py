"""Accounts: the owner's, created through the setup link, and the members'."""

from __future__ import annotations

import hmac

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from generator import page_urls
from generator.models import Role, User
from generator.services import audit, holds


def setup_token() -> str:
    """Return the token of the setup link.

    It is derived from the installation's secret key, so it is stored nowhere, and it is useless
    once there is an account.
    """
    return salted_hmac("generator.setup", "owner", algorithm="sha256").hexdigest()[:40]


def setup_path() -> str:
    """Return the path of the setup link; empty as soon as any account exists."""
    return "" if User.objects.exists() else page_urls.setup_path(setup_token())


def may_set_up(token: str) -> bool:
    """Return whether the token opens the setup page: it is the right one, and no account exists."""
    return hmac.compare_digest(token.encode(), setup_token().encode()) and not (
        User.objects.exists()
    )


def create_owner(username: str, password: str) -> User | None:
    """Create the first account; return None if another request was first (locks the gate's row)."""
    with transaction.atomic():
        holds.locked()
        if User.objects.exists():
            return None
        return User.objects.create_superuser(username, password=password)


def add(username: str, password: str, role: Role, *, by: User) -> User:
    """Create another account. Raise `IntegrityError` if the name is taken."""
    member = User.objects.create_user(username, password=password, role=role)
    audit.record(by, f"added {role.value}", username)
    return member


def set_active(member: User, active: bool, *, by: User) -> None:
    """Activate or deactivate a member; their work stays. No session from before works again."""
    User.objects.filter(pk=member.pk).update(is_active=active, session_epoch=F("session_epoch") + 1)
    audit.record(by, "activated" if active else "deactivated", member.username)
