"""Tags and filters for the studio's pages: formatting only, no decisions."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from generator import catalog, permissions, variants
from generator.catalog import ImageModel
from generator.models import MOST_SHOWN_PIXELS, Batch, Collection, Image, Job
from generator.web import assets

register = template.Library()

TAGS = {
    "css": '<link rel="stylesheet" href="{}">',
    "js": '<script type="module" src="{}"></script>',
}
SPRITE = "vendor/lucide/sprite.svg"
# Widths over heights, in percent, that static/css/ratios.css has a class for: the usual shapes
# of images, and steps between them that are too small to see.
RATIOS = (
    *(40, 43, 47, 50, 53, 56, 60, 63, 67, 71, 75, 80, 85, 90, 95, 100, 105, 111, 118),
    *(125, 133, 141, 150, 160, 167, 178, 188, 200, 215, 233, 250),
)


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """Return an icon of the sprite. It is decoration, so there must be text beside it. Cached
    because a page has a hundred of them."""
    url = f"{static(SPRITE)}#{name}"
    return format_html(
        '<svg class="icon {}" width="24" height="24" aria-hidden="true" focusable="false">'
        '<use href="{}"></use></svg>',
        extra,
        url,
    )


@register.simple_tag
def bundle(name: str) -> SafeString:
    """Return the tags for the styles or the scripts of a bundle."""
    tag = TAGS[name.rpartition(".")[2]]
    return format_html_join("\n", tag, ((url,) for url in assets.urls(name)))


register.filter("credits", catalog.credits_text)


@register.simple_tag(takes_context=True)
def actions_for(context: Mapping[str, Any], thing: object) -> object:
    """Return what the reader may now do to this batch, job, image, collection, or member."""
    return permissions.actions_for(context["request"].user, thing)


@register.simple_tag(takes_context=True)
def visible_collection(context: Mapping[str, Any], batch: Batch) -> Collection | None:
    """Return the collection that a batch's images are added to, if the reader can see it."""
    collection = batch.collection
    if collection is None or collection.deleted_at is not None:
        return None
    hidden = collection.private and not permissions.owns(context["request"].user, collection)
    return None if hidden else collection


@register.filter
def as_json(value: object) -> str:
    """Return JSON for a data attribute; the template escapes it."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def as_pattern(prompt: str) -> str:
    """Return the prompt with its braces escaped, so that the compose box takes it literally."""
    return variants.escape(prompt)


@register.filter
def duration(seconds: float | None) -> str:
    """Return `14 s`, `2 min 5 s`, or `1 h 3 min`; empty for None."""
    if seconds is None:
        return ""
    whole = max(0, round(seconds))
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        parts = {"minutes": minutes, "seconds": rest}
        return _("%(minutes)d min %(seconds)d s") % parts if rest else _("%(minutes)d min") % parts
    return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}


@register.filter
def rough_duration(seconds: float) -> str:
    """Return an estimate as precise as it can be: to 5 s below a minute, to half a minute below
    ten, else to a minute. Below ten seconds, to a second."""
    steps = ((10, 1), (60, 5), (600, 30))
    step = next((step for limit, step in steps if seconds < limit), 60)
    return duration(max(step, round(seconds / step) * step))


@register.simple_tag
def price(offered: Iterable[ImageModel], model_id: str, count: object) -> Decimal:
    """Return the list price of `count` images of a model, for the button until a script updates
    it. Use the first model or one image if the choice is invalid."""
    prices = {model.id: model.price_credits for model in offered}
    first = next(iter(prices.values()), Decimal(0))
    try:
        images = Decimal(str(count))
    except InvalidOperation:
        images = Decimal(1)
    return prices.get(model_id, first) * images


@register.filter
def known_cost(jobs: Iterable[Job]) -> Decimal | None:
    """Return the credits of these jobs that the image service has reported; None if it has not."""
    reported = [job.consumed_credits for job in jobs if job.consumed_credits is not None]
    return sum(reported, Decimal(0)) if reported else None


@cache
def _copy_url_pattern() -> str:
    """Return the URL pattern of a copy. Cached because a page of tiles needs hundreds."""
    nobody = uuid.UUID(int=0)
    url = reverse("generator:image-thumbnail", args=[nobody, 0])
    return url.replace(str(nobody), "{pk}").replace("/0.webp", "/{width}.webp")


def _copy_url(image: Image, width: int) -> str:
    return _copy_url_pattern().format(pk=image.pk, width=width)


@register.simple_tag
def thumbnail_url(image: Image, width: int = 0) -> str:
    """Return the URL of the smallest copy that is wide enough, else of the largest. If there is no
    copy, it is the original's, or a placeholder's if that is too large to be shown."""
    if image.too_large_to_show:
        return static("img/no-preview.svg")
    if not image.thumbnail_widths:
        return reverse("generator:image-file", args=[image.pk])
    wide_enough = [have for have in image.thumbnail_widths if have >= width]
    chosen = min(wide_enough) if wide_enough else max(image.thumbnail_widths)
    return _copy_url(image, chosen)


@register.simple_tag
def srcset(image: Image, original: bool = False) -> str:
    """Return all copies with their widths; with `original`, also the file itself if larger."""
    if image.too_large_to_show:
        return ""
    copies = {width: _copy_url(image, width) for width in image.thumbnail_widths}
    if (original and image.width * image.height <= MOST_SHOWN_PIXELS) or not copies:
        copies.setdefault(image.width, reverse("generator:image-file", args=[image.pk]))
    return ", ".join(f"{url} {width}w" for width, url in sorted(copies.items()))


@register.filter
def ratio(image: Image) -> int:
    """Return the image's shape as the nearest of `RATIOS`, for a class of ratios.css."""
    return _nearest(100 * image.width / max(1, image.height))


@register.filter
def as_ratio(aspect_ratio: str) -> int | None:
    """Return a requested shape (`16:9`) as the nearest of `RATIOS`; None if there is none."""
    width, _colon, height = aspect_ratio.partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(height)):
        return None
    return _nearest(100 * int(width) / int(height))


def _nearest(percent: float) -> int:
    return min(RATIOS, key=lambda known: abs(known - percent))


@register.filter
def focused(field: BoundField) -> SafeString:
    """Render a field with autofocus: if its form is the whole page, or if it has an error."""
    return field.as_widget(attrs={**field.field.widget.attrs, "autofocus": True})
