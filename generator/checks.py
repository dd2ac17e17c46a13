"""Mistakes in the settings, reported by `manage.py check` with a way to mend them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from generator import catalog


@register()
def models_are_known(**kwargs: Any) -> list[CheckMessage]:
    unknown = [name for name in settings.GEMPIX_MODELS if name not in catalog.MODELS]
    found: list[CheckMessage] = [
        Error(
            f"GEMPIX_MODELS names {name}, which the catalogue does not have.",
            hint=f"Known are: {', '.join(catalog.MODELS)}.",
            id="gempix.E001",
        )
        for name in unknown
    ]
    return found


@register()
def poll_schedule_rises(**kwargs: Any) -> list[CheckMessage]:
    if settings.GEMPIX_POLL_MIN_SECONDS > settings.GEMPIX_POLL_MAX_SECONDS:
        return [
            Error(
                "GEMPIX_POLL_MIN_SECONDS is above GEMPIX_POLL_MAX_SECONDS.",
                hint="Set the longest wait between two looks at a job to the shortest or more.",
                id="gempix.E002",
            )
        ]
    return []
