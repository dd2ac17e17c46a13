"""Texts of a job's timeline."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generator.models import JobEvent
from generator.models.event_details import TEXTS, EventDetail, decode
from generator.templatetags.studio import duration
from generator.upstream import errors

register = template.Library()

EVENT_WORDS = {
    JobEvent.Kind.CREATED: gettext_lazy("Requested"),
    JobEvent.Kind.STATUS: gettext_lazy("Status changed"),
    JobEvent.Kind.SUBMIT: gettext_lazy("Sending failed"),
    JobEvent.Kind.QUERY: gettext_lazy("Status checked"),
    JobEvent.Kind.CALLBACK: gettext_lazy("Reported by the image service"),
    JobEvent.Kind.FETCH: gettext_lazy("Copying the file"),
    JobEvent.Kind.PERSON: gettext_lazy("Requested by a member"),
}


@register.simple_tag
def event_word(kind: str) -> str | Promise:
    """Return the text of an event that changes no status."""
    return EVENT_WORDS[JobEvent.Kind(kind)]


@register.simple_tag
def event_text(event: JobEvent) -> str:
    """Return what a line tells beyond its kind; empty if nothing."""
    code, values = decode(event.detail)
    if code is None:
        return event.detail
    if code is EventDetail.ERROR:
        kind = getattr(errors, values["kind"], errors.UpstreamError)
        return f"{values['sentence'] or kind.default_sentence}\n{values['detail']}".strip()
    return str(TEXTS[code]) % values


@register.simple_tag
def rounds_in_words(rounds: int, pauses_seconds: tuple[float, float]) -> str:
    """Return `14 times, every 3 s to 20 s`: how often and at what intervals it happened."""
    shortest, longest = map(duration, pauses_seconds)
    facts = {"count": rounds, "shortest": shortest, "longest": longest}
    if round(pauses_seconds[1]) == 0:
        return _("%(count)d times in a row") % facts
    if shortest == longest:
        return _("%(count)d times, every %(longest)s") % facts
    return _("%(count)d times, every %(shortest)s to %(longest)s") % facts
