"""Collections: which a member sees, and what lies in them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from generator.models import Collection, User


def collections(viewer: User) -> QuerySet[Collection]:
    """The team's, and his own private ones."""
    return Collection.objects.filter(Q(private=False) | Q(owner=viewer)).select_related("owner")


def fillable(viewer: User) -> QuerySet[Collection]:
    """Those that he may add pictures to, the last used first."""
    rows = collections(viewer) if viewer.may_generate else Collection.objects.none()
    return rows.order_by("-updated_at")
