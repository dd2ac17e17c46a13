"""Members of the one team."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from generator.models.ids import new_id
from generator.permissions import PERMISSIONS, Permission, Role


class People(UserManager["User"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> User:
        """Create an owner: Django's `createsuperuser` command calls this."""
        return super().create_superuser(username, email, password, **{"role": Role.OWNER, **extra})


class User(AbstractUser):
    """A member of the team, with a role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)

    # Part of each session's proof: raised, it ends all that the member had.
    session_epoch = models.PositiveIntegerField(default=0)

    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Extend Django's, which a changed password changes. Without an epoch it stays as it was,
        so that nobody is logged out by the upgrade."""
        proof: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{proof}{self.session_epoch}" if self.session_epoch else proof

    def can(self, permission: Permission) -> bool:
        """Return whether this member's role has the permission."""
        return permission in PERMISSIONS[Role(self.role)]
