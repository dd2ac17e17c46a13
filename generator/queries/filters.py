"""What the URL of a gallery or a history asks for."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlencode

from django.utils import timezone

from generator.models import BEST, Shape

MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Each field is a parameter of the URL; an empty one filters nothing.

    `month` (`2026-11`), `since` and `until` (days, both included) are in the studio's time zone.
    """

    q: str = ""
    member: str = ""
    month: str = ""
    since: date | None = None
    until: date | None = None
    model: str = ""
    shape: str = ""
    collection: uuid.UUID | None = None
    favourites: bool = False
    references: bool = False
    private: bool = False
    # Gallery only: images with this rating or a better one, 1 to 5; 0 filters nothing.
    rating: int = 0
    # History only: what went wrong; and everyone's, since without a member it is one's own.
    failed: bool = False
    everyone: bool = False

    def query(self) -> str:
        """Return the same as a URL's query, always in the same order; empty for no filter."""
        return urlencode(self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters that are set, for the hidden fields of a form."""
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return [(name, _written(value)) for name, value in values if value]

    def replace(self, **changes: Any) -> Self:
        """Return a copy with these fields changed."""
        return dataclasses.replace(self, **changes)

    def __bool__(self) -> bool:
        return self != type(self)()

    @property
    def begins(self) -> datetime | None:
        """Return the first moment that may match."""
        starts = [day for day in (self.since, _first_day(self.month)) if day]
        return _midnight(max(starts)) if starts else None

    @property
    def ends(self) -> datetime | None:
        """Return the first moment that can no longer match."""
        first = _first_day(self.month)
        nexts = [self.until + timedelta(days=1)] if self.until else []
        nexts += [next_month(first)] if first else []
        return _midnight(min(nexts)) if nexts else None


def filters_of(params: Mapping[str, str]) -> Filters:
    """Parse a URL's query. Invalid values are ignored, never an error."""
    read: dict[str, Any] = {}
    for name, parse in PARSERS.items():
        raw = params.get(name, "").strip()[:MOST_CHARACTERS].replace("\x00", "")
        try:
            read[name] = parse(raw) if raw else None
        except ValueError:
            continue
    return Filters(**{name: value for name, value in read.items() if value})


def month_floor(month: str) -> datetime:
    """Return the first moment after this month (`2026-11`): a list that starts in it begins
    there."""
    return _midnight(next_month(date.fromisoformat(f"{month}-01")))


def next_month(first: date) -> date:
    """Return the first day of the month after this one."""
    return (first + timedelta(days=31)).replace(day=1)


def _first_day(month: str) -> date | None:
    return date.fromisoformat(f"{month}-01") if month else None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _written(value: object) -> str:
    if isinstance(value, uuid.UUID):
        return value.hex
    return "1" if value is True else str(value)


def _day(raw: str) -> date:
    """Parse a day within the years that an id can represent. Raise `ValueError`."""
    day = date.fromisoformat(raw)
    if not 1971 <= day.year <= 2999:
        raise ValueError(raw)
    return day


def _month(raw: str) -> str:
    return _day(f"{raw}-01").strftime("%Y-%m")


def _rating(raw: str) -> int:
    """Parse a rating; 0 if out of range. Raise `ValueError`."""
    rating = int(raw)
    return rating if 1 <= rating <= BEST else 0


PARSERS: dict[str, Callable[[str], Any]] = {
    "q": str,
    "member": str,
    "month": _month,
    "since": _day,
    "until": _day,
    "model": str,
    "shape": Shape,
    "collection": uuid.UUID,
    "favourites": lambda raw: raw == "1",
    "references": lambda raw: raw == "1",
    "private": lambda raw: raw == "1",
    "rating": _rating,
    "failed": lambda raw: raw == "1",
    "everyone": lambda raw: raw == "1",
}
