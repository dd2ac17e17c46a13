"""Load-or-404, per object and right.

A signed-in member sees the team's work. Who may not see a thing is told that it does not exist
(404); who sees it but has the wrong role is told so (403). Being signed in is checked before, by
`LoginRequiredMiddleware`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from generator import queries
from generator.models import Batch, Image, Job, Role, Upload, User
from generator.queries import compose
from generator.queries.gallery import visible

View = Callable[..., HttpResponseBase]


def member_of(request: HttpRequest) -> User:
    """The signed-in member. Raises `PermissionDenied` if a public view asks by mistake."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def member_named(username: str) -> User:
    """The member whose page this is; deactivated ones keep theirs. Raises `Http404`."""
    return get_object_or_404(User, username=username)


def batch(pk: uuid.UUID) -> Batch:
    """A batch with all that its page shows. Raises `Http404`."""
    found = get_object_or_404(queries.batches(), pk=pk)
    queries.tell_usual(found.jobs.all())
    return found


def job(pk: uuid.UUID) -> Job:
    """A job with all that its card shows. Raises `Http404`."""
    found = get_object_or_404(queries.jobs(), pk=pk)
    queries.tell_usual([found])
    return found


def own_job(request: HttpRequest, pk: uuid.UUID) -> Job:
    """A job that this member may move: his own, or anyone's for owner and admin.

    Raises `Http404`, and `PermissionDenied` for a colleague's.
    """
    found = job(pk)
    member = member_of(request)
    if found.batch.owner_id != member.pk and not member.manages_people:
        raise PermissionDenied(_("Only the member who made this, or an admin, can do that."))
    return found


def image(pk: uuid.UUID) -> Image:
    """A picture with all that its page shows. Raises `Http404`."""
    return get_object_or_404(queries.images(), pk=pk)


def upload(request: HttpRequest, pk: uuid.UUID) -> Upload:
    """An uploaded reference: one's own, or one of a batch that this member sees.

    Raises `Http404`.
    """
    return get_object_or_404(compose.visible_uploads(member_of(request)), pk=pk)


def usable_image(request: HttpRequest, pk: uuid.UUID) -> Image:
    """A picture that this member may take as a reference. Raises `Http404`."""
    return get_object_or_404(visible(member_of(request)), pk=pk)


def roles_only(*roles: Role) -> Callable[[View], View]:
    """A view for these roles alone; others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if member_of(request).role not in roles:
                raise PermissionDenied(_("Your role does not allow this."))
            return view(request, *args, **kwargs)

        return guarded

    return decorate
