"""Members of the one team."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from generator.models.ids import new_id


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class People(UserManager["User"]):
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> User:
        """Django's `createsuperuser` makes an owner."""
        return super().create_superuser(username, email, password, **{"role": Role.OWNER, **extra})


class User(AbstractUser):
    """A person with a role; viewers look and do not spend."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.MEMBER)

    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.username

    @property
    def may_generate(self) -> bool:
        return self.role != Role.VIEWER

    @property
    def manages_people(self) -> bool:
        return self.role in (Role.OWNER, Role.ADMIN)

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER
