"""The messages that report the outcome of an action on images."""

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
# For an action on one image, which the reader is looking at: no count needed.
ONE = {
    Kind.TRASH: gettext_lazy("Moved to the trash"),
    Kind.RESTORE: gettext_lazy("Restored"),
    Kind.FAVOURITE: gettext_lazy("Added to favorites"),
    Kind.UNFAVOURITE: gettext_lazy("Removed from favorites"),
    Kind.COLLECT: gettext_lazy("Added to “%(name)s”"),
    Kind.UNCOLLECT: gettext_lazy("Removed from “%(name)s”"),
    Kind.MAKE_PRIVATE: gettext_lazy("Visible only to you now"),
    Kind.MAKE_TEAM: gettext_lazy("Visible to the team now"),
    Kind.RATE: gettext_lazy("Rated %(rating)d of 5"),
}
MANY = {
    Kind.TRASH: ngettext_lazy(
        "%(count)s moved to the trash", "%(count)s moved to the trash", "number"
    ),
    Kind.RESTORE: ngettext_lazy("%(count)s restored", "%(count)s restored", "number"),
    Kind.FAVOURITE: ngettext_lazy(
        "%(count)s added to favorites", "%(count)s added to favorites", "number"
    ),
    Kind.UNFAVOURITE: ngettext_lazy(
        "%(count)s removed from favorites", "%(count)s removed from favorites", "number"
    ),
    Kind.COLLECT: ngettext_lazy(
        "%(count)s added to “%(name)s”", "%(count)s added to “%(name)s”", "number"
    ),
    Kind.UNCOLLECT: ngettext_lazy(
        "%(count)s removed from “%(name)s”", "%(count)s removed from “%(name)s”", "number"
    ),
    Kind.MAKE_PRIVATE: ngettext_lazy("%(count)s made private", "%(count)s made private", "number"),
    Kind.MAKE_TEAM: ngettext_lazy(
        "%(count)s made visible to the team", "%(count)s made visible to the team", "number"
    ),
    Kind.RATE: ngettext_lazy(
        "%(count)s rated %(rating)d of 5", "%(count)s rated %(rating)d of 5", "number"
    ),
}
# After a rating of 0, which removes the rating.
ONE_UNRATED = gettext_lazy("Rating removed")
MANY_UNRATED = ngettext_lazy("%(count)s rating removed", "%(count)s ratings removed", "number")


def sentence(action: BulkAction) -> str:
    """Return what the action changed, and what it skipped and why."""
    if action.undone_at:
        return _undone(action)
    parts = []
    if action.changed or not action.left_out:
        parts.append(_outcome(action))
    if action.left_out:
        parts.append(
            ngettext(
                "%(count)s was skipped because it belongs to a colleague",
                "%(count)s were skipped because they belong to colleagues",
                action.left_out,
            )
            % {"count": intcomma(action.left_out)}
        )
    return "; ".join(parts)


def _undone(action: BulkAction) -> str:
    unreverted = action.changed - action.given_back
    if action.total == 1:
        return _("Not undone because it has changed since") if unreverted else _("Undone")
    parts = []
    if action.given_back or not unreverted:
        text = ngettext(
            "Undone for %(count)s image", "Undone for %(count)s images", action.given_back
        )
        parts.append(text % {"count": intcomma(action.given_back)})
    if unreverted:
        text = ngettext(
            "%(count)s has changed since and was left as it was",
            "%(count)s have changed since and were left as they were",
            unreverted,
        )
        parts.append(text % {"count": intcomma(unreverted)})
    return "; ".join(parts)


def _outcome(action: BulkAction) -> str:
    if not action.changed:
        return _("Nothing to change")
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
    """Return the message for `count` presses of Regenerate with their total price."""
    if count == 1:
        return _("Generating one more image for %(credits)s credits.") % {
            "credits": credits_text(credits)
        }
    return ngettext(
        "Generating %(count)d more image for %(credits)s credits in total.",
        "Generating %(count)d more images for %(credits)s credits in total.",
        count,
    ) % {"count": count, "credits": credits_text(credits)}


def canceled(count: int, jobs: Sequence[Job]) -> str:
    """Return how many jobs were canceled and what happened to the rest of `jobs`."""
    done = ngettext(
        "%(count)d image was canceled and is not charged.",
        "%(count)d images were canceled and are not charged.",
        count,
    )
    sentences = [done % {"count": count} if count else _("There was nothing left to cancel.")]
    if live := [job for job in jobs if job.live]:
        sentences.append(_continuing(live))
    if parked := sum(job.may_be_billed for job in jobs):
        sentences.append(
            ngettext(
                "%(count)d may have been sent and may be charged.",
                "%(count)d may have been sent and may be charged.",
                parked,
            )
            % {"count": parked}
        )
    if ended := [job for job in jobs if job.ended_at and job.status != Status.CANCELED]:
        sentences.append(_ended(ended))
    return " ".join(sentences)


def _continuing(sent: Sequence[Job]) -> str:
    """Mention no charge for the sandbox, which charges nothing."""
    if all(job.sandbox for job in sent):
        return ngettext(
            "%(count)d had already been sent and continues.",
            "%(count)d had already been sent and continue.",
            len(sent),
        ) % {"count": len(sent)}
    return ngettext(
        "%(count)d had already been sent; it continues and will be charged.",
        "%(count)d had already been sent; they continue and will be charged.",
        len(sent),
    ) % {"count": len(sent)}


def _ended(jobs: Sequence[Job]) -> str:
    """Include the cost, as far as it is known."""
    paid = sum((job.consumed_credits or Decimal() for job in jobs), Decimal())
    if not paid or all(job.sandbox for job in jobs):
        return ngettext(
            "%(count)d had already ended.", "%(count)d had already ended.", len(jobs)
        ) % {"count": len(jobs)}
    return ngettext(
        "%(count)d had already ended and cost %(credits)s credits.",
        "%(count)d had already ended and cost %(credits)s credits.",
        len(jobs),
    ) % {"count": len(jobs), "credits": credits_text(paid)}
