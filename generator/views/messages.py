"""What is said after something was done to images."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from generator.catalog import credits_text
from generator.models import BulkAction, Job
from generator.state import Status

Kind = BulkAction.Kind
# When one image was meant: it stands before the reader's eyes, so nothing is counted.
ONE = {
    Kind.TRASH: gettext_lazy("Moved to the trash"),
    Kind.RESTORE: gettext_lazy("Restored"),
    Kind.FAVOURITE: gettext_lazy("Marked as a favourite"),
    Kind.UNFAVOURITE: gettext_lazy("No longer a favourite"),
    Kind.COLLECT: gettext_lazy("Added to “%(name)s”"),
    Kind.UNCOLLECT: gettext_lazy("Taken out of “%(name)s”"),
    Kind.MAKE_PRIVATE: gettext_lazy("Only you see it now"),
    Kind.MAKE_TEAM: gettext_lazy("The team sees it now"),
    Kind.RATE: gettext_lazy("Rated %(rating)d of 5"),
}
MANY = {
    Kind.TRASH: ngettext_lazy(
        "%(count)s moved to the trash", "%(count)s moved to the trash", "number"
    ),
    Kind.RESTORE: ngettext_lazy("%(count)s restored", "%(count)s restored", "number"),
    Kind.FAVOURITE: ngettext_lazy(
        "%(count)s marked as a favourite", "%(count)s marked as favourites", "number"
    ),
    Kind.UNFAVOURITE: ngettext_lazy(
        "%(count)s is no longer a favourite", "%(count)s are no longer favourites", "number"
    ),
    Kind.COLLECT: ngettext_lazy(
        "%(count)s added to “%(name)s”", "%(count)s added to “%(name)s”", "number"
    ),
    Kind.UNCOLLECT: ngettext_lazy(
        "%(count)s taken out of “%(name)s”", "%(count)s taken out of “%(name)s”", "number"
    ),
    Kind.MAKE_PRIVATE: ngettext_lazy("%(count)s made private", "%(count)s made private", "number"),
    Kind.MAKE_TEAM: ngettext_lazy(
        "%(count)s shown to the team", "%(count)s shown to the team", "number"
    ),
    Kind.RATE: ngettext_lazy(
        "%(count)s rated %(rating)d of 5", "%(count)s rated %(rating)d of 5", "number"
    ),
}
# Rated with nothing.
ONE_UNRATED = gettext_lazy("No longer rated")
MANY_UNRATED = ngettext_lazy(
    "%(count)s is no longer rated", "%(count)s are no longer rated", "number"
)


def sentence(action: BulkAction) -> str:
    """What became of it, with what was left out and why."""
    if action.undone_at:
        return _undone(action)
    parts = []
    if action.changed or not action.left_out:
        parts.append(_did(action))
    if action.left_out:
        parts.append(
            ngettext(
                "%(count)s belongs to a colleague",
                "%(count)s belong to colleagues",
                action.left_out,
            )
            % {"count": intcomma(action.left_out)}
        )
    return "; ".join(parts)


def _undone(action: BulkAction) -> str:
    stays = action.changed - action.given_back
    if action.total == 1:
        return _("Not undone: it was changed again since") if stays else _("Undone")
    parts = []
    if action.given_back or not stays:
        said = ngettext(
            "Undone for %(count)s image", "Undone for %(count)s images", action.given_back
        )
        parts.append(said % {"count": intcomma(action.given_back)})
    if stays:
        said = ngettext(
            "%(count)s was changed again since, and stays",
            "%(count)s were changed again since, and stay",
            stays,
        )
        parts.append(said % {"count": intcomma(stays)})
    return "; ".join(parts)


def _did(action: BulkAction) -> str:
    if not action.changed:
        return _("Nothing to change: it is so already")
    kind, unrated = Kind(action.kind), action.kind == Kind.RATE and not action.rating
    names = {
        "count": intcomma(action.changed),
        "name": action.collection.name if action.collection else "",
        "rating": action.rating,
    }
    if action.total == 1:
        return (ONE_UNRATED if unrated else ONE[kind]) % names
    return (MANY_UNRATED if unrated else MANY[kind]) % (names | {"number": action.changed})


def regenerated(count: int, credits: Decimal) -> str:
    """Of so many presses of *Again*, each for one image, at their price together."""
    if count == 1:
        return _("One more image is on its way: %(credits)s credits.") % {
            "credits": credits_text(credits)
        }
    return ngettext(
        "%(count)d more image asked for: %(credits)s credits together.",
        "%(count)d more images asked for: %(credits)s credits together.",
        count,
    ) % {"count": count, "credits": credits_text(credits)}


def canceled(count: int, jobs: Sequence[Job]) -> str:
    """Of so many canceled jobs; and what became of the others, `jobs` being all as they are now."""
    done = ngettext(
        "%(count)d image is canceled and costs nothing.",
        "%(count)d images are canceled and cost nothing.",
        count,
    )
    words = [done % {"count": count} if count else _("Nothing was left to cancel.")]
    if live := [job for job in jobs if job.live]:
        words.append(_going_on(live))
    if parked := sum(job.may_cost for job in jobs):
        words.append(
            ngettext(
                "%(count)d may have been sent, and may be charged.",
                "%(count)d may have been sent, and may be charged.",
                parked,
            )
            % {"count": parked}
        )
    if ended := [job for job in jobs if job.ended_at and job.status != Status.CANCELED]:
        words.append(_ended(ended))
    return " ".join(words)


def _going_on(sent: Sequence[Job]) -> str:
    """The sandbox charges nothing, so there is nothing to say of that either."""
    if all(job.sandbox for job in sent):
        return ngettext(
            "%(count)d was sent before, and goes on.",
            "%(count)d were sent before, and go on.",
            len(sent),
        ) % {"count": len(sent)}
    return ngettext(
        "%(count)d was sent before: it goes on, and is charged.",
        "%(count)d were sent before: they go on, and are charged.",
        len(sent),
    ) % {"count": len(sent)}


def _ended(jobs: Sequence[Job]) -> str:
    """With what they cost, as far as that is known."""
    paid = sum((job.consumed_credits or Decimal() for job in jobs), Decimal())
    if not paid or all(job.sandbox for job in jobs):
        return ngettext("%(count)d had ended before.", "%(count)d had ended before.", len(jobs)) % {
            "count": len(jobs)
        }
    return ngettext(
        "%(count)d had ended before, for %(credits)s credits.",
        "%(count)d had ended before, for %(credits)s credits.",
        len(jobs),
    ) % {"count": len(jobs), "credits": credits_text(paid)}
