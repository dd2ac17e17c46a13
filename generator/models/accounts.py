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

    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.username

    def can(self, permission: Permission) -> bool:
        """Return whether this member's role has the permission."""
        return permission in PERMISSIONS[Role(self.role)]
