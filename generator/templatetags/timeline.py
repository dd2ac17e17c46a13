"""How a job's timeline is written."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from generator.models import JobEvent
from generator.templatetags.studio import duration

register = template.Library()

EVENT_WORDS = {
    JobEvent.Kind.CREATED: gettext_lazy("Asked for"),
    JobEvent.Kind.STATUS: gettext_lazy("Changed"),
    JobEvent.Kind.SUBMIT: gettext_lazy("Sending"),
    JobEvent.Kind.QUERY: gettext_lazy("Looked up"),
    JobEvent.Kind.CALLBACK: gettext_lazy("Reported by the image service"),
    JobEvent.Kind.FETCH: gettext_lazy("Copying the file"),
    JobEvent.Kind.PERSON: gettext_lazy("Pressed by a person"),
}


@register.simple_tag
def event_word(kind: str) -> str | Promise:
    """What a line of the timeline is about, where it changes no status."""
    return EVENT_WORDS[JobEvent.Kind(kind)]


@register.simple_tag
def rounds_in_words(rounds: int, pauses_seconds: tuple[float, float]) -> str:
    """`14 times, every 3 s to 20 s`: how often something came again, and how soon."""
    shortest, longest = map(duration, pauses_seconds)
    facts = {"count": rounds, "shortest": shortest, "longest": longest}
    if round(pauses_seconds[1]) == 0:
        return _("%(count)d times in a row") % facts
    if shortest == longest:
        return _("%(count)d times, every %(longest)s") % facts
    return _("%(count)d times, every %(shortest)s to %(longest)s") % facts
