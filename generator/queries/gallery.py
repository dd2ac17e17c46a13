"""Which pictures a member sees, and which of them match what he filters by."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict

from generator.models import SHOWN, Image, User


@dataclass(frozen=True, slots=True)
class Filters:
    """What a gallery's address asks for; an empty one matches everything that is visible."""

    member: str = ""


def filters_of(params: QueryDict) -> Filters:
    """Read an address's query. What makes no sense in it is left out, never an error."""
    return Filters(member=params.get("member", ""))


def visible(viewer: User) -> QuerySet[Image]:
    """Pictures outside the trash that this member may see: the team's, and his own private ones."""
    return Image.objects.filter(SHOWN).filter(Q(private=False) | Q(owner=viewer))


def matching(viewer: User, filters: Filters) -> QuerySet[Image]:
    """Visible pictures that match; unordered."""
    found = visible(viewer)
    if filters.member:
        found = found.filter(owner__username=filters.member)
    return found
