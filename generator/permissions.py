"""Who may do what, as data: roles and their permissions, and what follows for one object.

Views ask here through `web.access`, templates through `can` and `{% actions_for %}`; a role or an
owner is compared nowhere else.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")


class Permission(StrEnum):
    GENERATE = "generate"  # spend credits, and prepare to
    ORGANIZE = "organize"  # collections, ratings, notes; the trash and visibility of one's own
    MANAGE_WORK = "manage_work"  # act on jobs, images and collections of colleagues
    MANAGE_MEMBERS = "manage_members"
    MANAGE_HOLD = "manage_hold"  # pause and resume generating
    MANAGE_KEY = "manage_key"  # the API key, and with it the installation


MEMBER = frozenset({Permission.GENERATE, Permission.ORGANIZE})
ADMIN = MEMBER | {Permission.MANAGE_WORK, Permission.MANAGE_MEMBERS, Permission.MANAGE_HOLD}
PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: ADMIN | {Permission.MANAGE_KEY},
    Role.ADMIN: ADMIN,
    Role.MEMBER: MEMBER,
    Role.VIEWER: frozenset(),
}


class Viewer(Protocol):
    """Whoever reads: a member; later a share link or a token, whose `pk` is None."""

    @property
    def pk(self) -> uuid.UUID | None: ...

    def can(self, permission: Permission) -> bool: ...


class Owned(Protocol):
    """Anything that a member made."""

    @property
    def owner_id(self) -> uuid.UUID: ...


class Account(Protocol):
    role: str

    @property
    def pk(self) -> uuid.UUID: ...


class ImageLike(Owned, Protocol):
    private: bool
    trashed_at: datetime | None


class BatchLike(Owned, Protocol):
    count: int


class JobLike(Protocol):
    batch: Any
    ended_at: datetime | None

    @property
    def cancelable(self) -> bool: ...

    @property
    def recheckable(self) -> bool: ...

    @property
    def repeatable(self) -> bool: ...


def owns(viewer: Viewer, thing: Owned) -> bool:
    """Return whether the viewer made it."""
    return thing.owner_id == viewer.pk


def may_manage(viewer: Viewer, thing: Owned) -> bool:
    """Return whether the viewer may act on it: it is their own, or they may act on all work."""
    return owns(viewer, thing) or viewer.can(Permission.MANAGE_WORK)


@dataclass(frozen=True, slots=True)
class JobActions:
    """What can be done to a job now. `reuse`: with its prompt."""

    is_own: bool
    cancel: bool
    recheck: bool
    resend: bool
    reuse: bool

    def __bool__(self) -> bool:
        return self.cancel or self.recheck or self.resend or self.reuse


@dataclass(frozen=True, slots=True)
class BatchActions:
    """`cancel`: all that is not sent yet."""

    is_own: bool
    cancel: bool
    reuse: bool


@dataclass(frozen=True, slots=True)
class ImageActions:
    """`regenerate` and `reuse` spend or lead to it; `publish` shows a private one to the team."""

    is_own: bool
    regenerate: bool
    reuse: bool
    rate: bool
    note: bool
    collect: bool
    make_private: bool
    publish: bool
    trash: bool
    restore: bool


@dataclass(frozen=True, slots=True)
class MemberActions:
    """`set_active`: let them log in, or keep them out."""

    is_self: bool
    set_active: bool


@dataclass(frozen=True, slots=True)
class CollectionActions:
    """`fill`: add to it, take from it and arrange it; `edit`: its name, visibility and life."""

    is_own: bool
    fill: bool
    edit: bool


def job_actions(viewer: Viewer, job: JobLike) -> JobActions:
    manages = may_manage(viewer, job.batch)
    return JobActions(
        is_own=owns(viewer, job.batch),
        cancel=manages and job.cancelable,
        recheck=manages and job.recheckable,
        resend=manages and job.repeatable and viewer.can(Permission.GENERATE),
        reuse=job.ended_at is not None and viewer.can(Permission.GENERATE),
    )


def batch_actions(viewer: Viewer, batch: BatchLike) -> BatchActions:
    return BatchActions(
        is_own=owns(viewer, batch),
        cancel=batch.count > 1 and may_manage(viewer, batch),
        reuse=viewer.can(Permission.GENERATE),
    )


def image_actions(viewer: Viewer, image: ImageLike) -> ImageActions:
    is_shown = image.trashed_at is None
    organizes = viewer.can(Permission.ORGANIZE)
    manages = organizes and may_manage(viewer, image)
    generates = viewer.can(Permission.GENERATE)
    return ImageActions(
        is_own=owns(viewer, image),
        regenerate=generates and is_shown,
        reuse=generates,
        rate=organizes and is_shown,
        note=organizes,
        collect=organizes,
        # Only its maker decides: an admin would lose sight of what they could not show again.
        make_private=organizes and owns(viewer, image) and not image.private,
        publish=organizes and owns(viewer, image) and image.private,
        trash=manages and is_shown,
        restore=manages and not is_shown,
    )


def collection_actions(viewer: Viewer, collection: Owned) -> CollectionActions:
    return CollectionActions(
        is_own=owns(viewer, collection),
        fill=viewer.can(Permission.ORGANIZE),
        edit=may_manage(viewer, collection),
    )


def member_actions(viewer: Viewer, member: Account) -> MemberActions:
    is_self = member.pk == viewer.pk
    # Nobody can lock themselves out, and the installation keeps its owner.
    protected = is_self or member.role == Role.OWNER
    return MemberActions(
        is_self=is_self,
        set_active=viewer.can(Permission.MANAGE_MEMBERS) and not protected,
    )


ACTIONS: dict[str, Callable[[Viewer, Any], object]] = {
    "batch": batch_actions,
    "collection": collection_actions,
    "image": image_actions,
    "job": job_actions,
    "user": member_actions,
}


def actions_for(viewer: Viewer, thing: Any) -> object:
    """Return what this viewer may do to a job, batch, image, collection or member, by action."""
    return ACTIONS[thing._meta.model_name](viewer, thing)
