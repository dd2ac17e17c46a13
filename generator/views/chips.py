"""The filters above a gallery or a history: chips as plain links, with their state in the URL."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generator import catalog
from generator.models import BEST, Shape, User
from generator.permissions import Permission
from generator.queries.filters import Filters
from generator.queries.months import Month

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Option:
    label: Text
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter: with `options` it opens a list, without them its link toggles it.

    `value` is the selected value, or empty; `url` clears or toggles it.
    """

    name: str
    label: Text
    icon: str
    value: Text
    url: str
    options: Sequence[Option] = field(default=())


@dataclass(frozen=True, slots=True)
class Choices:
    """The values that the chips' lists offer."""

    path: str
    members: Sequence[str]
    collections: Sequence[tuple[uuid.UUID, str]]
    months: Sequence[Month]


def filter_url(path: str, filters: Filters, **more: str) -> str:
    """Return the URL of this path with these filters and further parameters."""
    query = "&".join(
        [*([filters.query()] if filters else []), *(f"{k}={v}" for k, v in more.items())]
    )
    return f"{path}?{query}" if query else path


def of_gallery(filters: Filters, choices: Choices, me: User) -> list[Chip]:
    return [
        _list(filters, choices, "member", _("Member"), "user", _named(choices.members)),
        _dates(filters, choices),
        _list(filters, choices, "rating", _("Rating"), "star", _ratings()),
        *_facts(filters, choices, me),
    ]


def of_history(filters: Filters, choices: Choices, me: User) -> list[Chip]:
    """Return the chips of a history. The member comes first: without one it is the reader's own
    history, or everyone's for a viewer."""
    unscoped = filters.replace(member="", everyone=False)
    scopes: list[tuple[Text, Filters]] = [
        (_("Everyone"), unscoped.replace(everyone=me.can(Permission.GENERATE))),
        *((name, unscoped.replace(member=name)) for name in choices.members),
    ]
    if me.can(Permission.GENERATE):
        scopes = [(_("Mine"), unscoped), *(one for one in scopes if one[0] != me.username)]
    whose = [Option(label, filter_url(choices.path, one), one == filters) for label, one in scopes]
    chosen = next((option.label for option in whose if option.current), filters.member)
    value = "" if unscoped == filters else chosen
    return [
        Chip("member", _("Member"), "user", value, whose[0].url, whose),
        _dates(filters, choices),
        _switch(filters, choices, "failed", _("Problems"), "alert"),
        *_facts(filters, choices, me),
    ]


def _facts(filters: Filters, choices: Choices, me: User) -> list[Chip]:
    models = [(model.id, model.label) for model in catalog.offered()]
    if filters.model and filters.model not in dict(models):
        models.append((filters.model, catalog.label(filters.model)))
    collections = _list(
        filters, choices, "collection", _("Collection"), "layers", choices.collections
    )
    private = _switch(filters, choices, "private", _("Private"), "lock")
    return [
        _switch(filters, choices, "favourites", _("Favorites"), "heart"),
        _list(filters, choices, "shape", _("Shape"), "image", Shape.choices),
        _list(filters, choices, "model", _("Model"), "studio", models),
        *([collections] if choices.collections or filters.collection else []),
        _switch(filters, choices, "references", _("Has references"), "link"),
        # A viewer has no images of their own.
        *([private] if me.can(Permission.GENERATE) or filters.private else []),
    ]


def _ratings() -> list[tuple[int, str]]:
    """Return the choices that URLs know: so many stars or more, the best first."""
    labels = {BEST: _("%(stars)d stars") % {"stars": BEST}}
    for stars in range(BEST - 1, 0, -1):
        at_least = ngettext("%(stars)d star or more", "%(stars)d stars or more", stars)
        labels[stars] = at_least % {"stars": stars}
    return [*labels.items()]


def _named(names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


def _list(
    filters: Filters, choices: Choices, name: str, label: Text, icon: str, values: Sequence[Any]
) -> Chip:
    chosen = getattr(filters, name)
    options = [
        Option(text, filter_url(choices.path, filters.replace(**{name: value})), value == chosen)
        for value, text in values
    ]
    current = next((option.label for option in options if option.current), str(chosen or ""))
    cleared = filters.replace(**{name: getattr(Filters(), name)})
    return Chip(name, label, icon, current, filter_url(choices.path, cleared), options)


def _switch(filters: Filters, choices: Choices, name: str, label: Text, icon: str) -> Chip:
    on = getattr(filters, name)
    url = filter_url(choices.path, filters.replace(**{name: not on}))
    return Chip(name, label, icon, label if on else "", url)


def _dates(filters: Filters, choices: Choices) -> Chip:
    """Return the chip with the months; the template's form has fields for exact dates."""
    undated = filters.replace(month="", since=None, until=None)
    options = [
        Option(
            date_format(month.first, "F Y"),
            filter_url(choices.path, undated.replace(month=month.month)),
            month.month == filters.month,
            month.count,
        )
        for month in choices.months
    ]
    return Chip(
        "date", _("Date"), "clock", _period(filters), filter_url(choices.path, undated), options
    )


def _period(filters: Filters) -> str:
    if filters.month:
        return date_format(Month(filters.month, None).first, "F Y")
    since, until = (
        date_format(day, "j M Y") if day else "" for day in (filters.since, filters.until)
    )
    if since and until:
        return since if since == until else _("%(a)s to %(b)s") % {"a": since, "b": until}
    if since:
        return _("since %(day)s") % {"day": since}
    return _("until %(day)s") % {"day": until} if until else ""
