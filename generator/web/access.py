"""Load-or-404, per object and right.

A signed-in member sees the team's work and their own private objects. A member who may not see an
object gets 404; one who sees it but has the wrong role gets 403. `LoginRequiredMiddleware` has
already checked that the member is signed in.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generator import permissions
from generator.models import Batch, BulkAction, Collection, Image, Job, Upload
from generator.permissions import Owned, Permission
from generator.queries import collections, comparison, compose, gallery, jobs
from generator.web.requests import MemberRequest

View = Callable[..., HttpResponseBase]


def member_named(username: str) -> str:
    """Return the username if a member, active or not, has it. Raise `Http404`."""
    # PostgreSQL raises an error for a NUL.
    if "\x00" in username or not gallery.member_id(username).int:
        raise Http404
    return username


def batch(request: MemberRequest, pk: uuid.UUID) -> Batch:
    """Return a batch with everything that its page shows. Raise `Http404`."""
    batch = get_object_or_404(jobs.batches(request.user), pk=pk)
    jobs.add_usual_seconds(batch.jobs.all())
    return batch


def own_batch(request: MemberRequest, pk: uuid.UUID) -> Batch:
    """Return a batch whose jobs this member may change: their own, or anyone's for an admin.

    Raise `Http404`, and `PermissionDenied` for a colleague's.
    """
    own = batch(request, pk)
    _check_manages(request, own)
    return own


def job(request: MemberRequest, pk: uuid.UUID) -> Job:
    """Return a job with everything that its card shows. Raise `Http404`."""
    job = get_object_or_404(jobs.jobs(request.user), pk=pk)
    jobs.add_usual_seconds([job])
    return job


def own_job(request: MemberRequest, pk: uuid.UUID) -> Job:
    """Return a job that this member may change: their own, or anyone's for an admin.

    Raise `Http404`, and `PermissionDenied` for a colleague's.
    """
    own = job(request, pk)
    _check_manages(request, own.batch)
    return own


def _check_manages(request: MemberRequest, thing: Owned) -> None:
    if not permissions.may_manage(request.user, thing):
        raise PermissionDenied(_("Only the member who created this or an admin can do that."))


def image(request: MemberRequest, pk: uuid.UUID) -> Image:
    """Return an image with everything that its page shows; one in the trash only for its owner
    and for admins. Raise `Http404`."""
    return get_object_or_404(gallery.images(gallery.known(request.user)), pk=pk)


def images(request: MemberRequest, pks: Sequence[uuid.UUID]) -> list[Image]:
    """Return several images in this order, to be compared. Raise `Http404` if one is missing."""
    images = comparison.images(request.user, pks)
    if len(images) < len(pks):
        raise Http404
    return images


def collection(request: MemberRequest, pk: uuid.UUID) -> Collection:
    """Return a collection that this member can see: the team's or their own. Raise `Http404`."""
    return get_object_or_404(collections.collections(request.user), pk=pk)


def filled_collection(request: MemberRequest, pk: uuid.UUID) -> Collection:
    """Return a collection that the member may add to, remove from, and arrange.

    Raise `Http404`, and `PermissionDenied` for anyone who may only view it.
    """
    fillable = collection(request, pk)
    check(request, Permission.ORGANIZE)
    return fillable


def own_collection(request: MemberRequest, pk: uuid.UUID) -> Collection:
    """Return a collection that the member may rename, make private or public, and delete.

    Raise `Http404`, and `PermissionDenied` for anyone who may only fill it.
    """
    editable = collection(request, pk)
    check_edits(request, editable)
    return editable


def check(request: MemberRequest, permission: Permission) -> None:
    """Raise `PermissionDenied` for a member without this permission."""
    if not request.user.can(permission):
        raise PermissionDenied(_("Your role does not allow this."))


def check_edits(request: MemberRequest, collection: Collection) -> None:
    """Raise `Http404` for somebody else's private collection, and `PermissionDenied` for a
    colleague's that this member may not edit."""
    if collection.private and not permissions.owns(request.user, collection):
        raise Http404
    _check_manages(request, collection)


def bulk_action(request: MemberRequest, pk: uuid.UUID) -> BulkAction:
    """Return one of the member's own bulk actions. Raise `Http404`."""
    actions = BulkAction.objects.select_related("collection")
    return get_object_or_404(actions, pk=pk, owner=request.user)


def upload(request: MemberRequest, pk: uuid.UUID) -> Upload:
    """Return an uploaded reference: the member's own, or one of a batch that they can see.

    Raise `Http404`.
    """
    return get_object_or_404(compose.visible_uploads(request.user), pk=pk)


def usable_image(request: MemberRequest, pk: uuid.UUID) -> Image:
    """Return an image that this member may use as a reference. Raise `Http404`."""
    return get_object_or_404(gallery.visible(request.user), pk=pk)


def require(permission: Permission) -> Callable[[View], View]:
    """Guard a view: a member without this permission gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(request, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
