"""The members of the team, as lists and filters name them."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet, Value

from generator.models import User
from generator.permissions import Viewer
from generator.queries import gallery


def members() -> QuerySet[User]:
    """Return everyone with an account, active ones first."""
    return User.objects.order_by("-is_active", "username")


def filter_choices(viewer: Viewer) -> tuple[list[str], list[tuple[uuid.UUID, str]]]:
    """Return the members and the collections by which a list may be filtered, in one query."""
    people = User.objects.values_list(Value("member"), "pk", "username")
    collections = gallery.visible_collections(viewer).values_list(Value("collection"), "pk", "name")
    rows = sorted(people.union(collections), key=lambda row: row[2].casefold())
    members = [name for kind, _pk, name in rows if kind == "member"]
    return members, [(pk, name) for kind, pk, name in rows if kind == "collection"]
