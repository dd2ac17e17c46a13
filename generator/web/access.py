"""Load-or-404, per object and right.

A signed-in member sees the team's work and his own private things. Who may not see a thing is
told that it does not exist (404); who sees it but has the wrong role is told so (403). Being signed
in is checked before, by `LoginRequiredMiddleware`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generator import permissions
from generator.models import Batch, BulkAction, Collection, Image, Job, Upload, User
from generator.permissions import Owned, Permission
from generator.queries import collections, comparison, compose, gallery, jobs

View = Callable[..., HttpResponseBase]


def member_of(request: HttpRequest) -> User:
    """The signed-in member. Raises `PermissionDenied` if a public view asks by mistake."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def member_named(username: str) -> str:
    """The name of the member whose page this is; deactivated ones keep theirs. Raises `Http404`."""
    # PostgreSQL takes a NUL for a fault of ours.
    if "\x00" in username or not gallery.member_id(username).int:
        raise Http404
    return username


def batch(request: HttpRequest, pk: uuid.UUID) -> Batch:
    """A batch with all that its page shows. Raises `Http404`."""
    found = get_object_or_404(jobs.batches(member_of(request)), pk=pk)
    jobs.add_usual_seconds(found.jobs.all())
    return found


def own_batch(request: HttpRequest, pk: uuid.UUID) -> Batch:
    """A batch whose jobs this member may move: his own, or anyone's for owner and admin.

    Raises `Http404`, and `PermissionDenied` for a colleague's.
    """
    found = batch(request, pk)
    _check_manages(request, found)
    return found


def job(request: HttpRequest, pk: uuid.UUID) -> Job:
    """A job with all that its card shows. Raises `Http404`."""
    found = get_object_or_404(jobs.jobs(member_of(request)), pk=pk)
    jobs.add_usual_seconds([found])
    return found


def own_job(request: HttpRequest, pk: uuid.UUID) -> Job:
    """A job that this member may move: his own, or anyone's for owner and admin.

    Raises `Http404`, and `PermissionDenied` for a colleague's.
    """
    found = job(request, pk)
    _check_manages(request, found.batch)
    return found


def _check_manages(request: HttpRequest, thing: Owned) -> None:
    if not permissions.may_manage(member_of(request), thing):
        raise PermissionDenied(_("Only the member who made this, or an admin, can do that."))


def image(request: HttpRequest, pk: uuid.UUID) -> Image:
    """An image with all that its page shows; one in the trash is there for its owner and for
    admins. Raises `Http404`."""
    return get_object_or_404(gallery.images(gallery.known(member_of(request))), pk=pk)


def images(request: HttpRequest, pks: Sequence[uuid.UUID]) -> list[Image]:
    """The same for several, in this order, to be compared. Raises `Http404` if one is not there."""
    found = comparison.images(member_of(request), pks)
    if len(found) < len(pks):
        raise Http404
    return found


def collection(request: HttpRequest, pk: uuid.UUID) -> Collection:
    """A collection that this member sees: the team's, or his own private one. Raises `Http404`."""
    return get_object_or_404(collections.collections(member_of(request)), pk=pk)


def filled_collection(request: HttpRequest, pk: uuid.UUID) -> Collection:
    """A collection that he may add to, take from and order.

    Raises `Http404`, and `PermissionDenied` for who may only look.
    """
    found = collection(request, pk)
    check(request, Permission.ORGANIZE)
    return found


def own_collection(request: HttpRequest, pk: uuid.UUID) -> Collection:
    """A collection whose name, visibility and life are his to decide.

    Raises `Http404`, and `PermissionDenied` for who may only fill it.
    """
    found = collection(request, pk)
    check_edits(request, found)
    return found


def check(request: HttpRequest, permission: Permission) -> None:
    """Raise `PermissionDenied` for a member without this permission."""
    if not member_of(request).can(permission):
        raise PermissionDenied(_("Your role does not allow this."))


def check_edits(request: HttpRequest, collection: Collection) -> None:
    """Raise `Http404` for a private collection of somebody else's, and `PermissionDenied` for a
    colleague's that this member may not edit."""
    if collection.private and not permissions.owns(member_of(request), collection):
        raise Http404
    _check_manages(request, collection)


def bulk_action(request: HttpRequest, pk: uuid.UUID) -> BulkAction:
    """One of the member's own bulk actions. Raises `Http404`."""
    rows = BulkAction.objects.select_related("collection")
    return get_object_or_404(rows, pk=pk, owner=member_of(request))


def upload(request: HttpRequest, pk: uuid.UUID) -> Upload:
    """An uploaded reference: one's own, or one of a batch that this member sees.

    Raises `Http404`.
    """
    return get_object_or_404(compose.visible_uploads(member_of(request)), pk=pk)


def usable_image(request: HttpRequest, pk: uuid.UUID) -> Image:
    """An image that this member may take as a reference. Raises `Http404`."""
    return get_object_or_404(gallery.visible(member_of(request)), pk=pk)


def require(permission: Permission) -> Callable[[View], View]:
    """Guard a view: a member without this permission gets 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(request, permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
