"""Tags and filters of the studio's pages: how things are written, never what they mean."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from generator import catalog, permissions, variants
from generator.catalog import ImageModel
from generator.models import Batch, Collection, Image, Job
from generator.web.assets import BUNDLES

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
    """A symbol of the sprite; decoration alone, so words must stand beside it. A page has a
    hundred of them."""
    address = f"{static(SPRITE)}#{name}"
    return format_html(
        '<svg class="icon {}" width="24" height="24" aria-hidden="true" focusable="false">'
        '<use href="{}"></use></svg>',
        extra,
        address,
    )


@register.simple_tag
def bundle(name: str) -> SafeString:
    """The styles or the scripts of a bundle: as one file where they were collected as one."""
    whole = hasattr(staticfiles_storage, "bundles")
    files = (name,) if whole else BUNDLES[name]
    return format_html_join("\n", TAGS[name.rpartition(".")[2]], ((static(f),) for f in files))


register.filter("credits", catalog.credits_text)


@register.simple_tag(takes_context=True)
def actions_for(context: Mapping[str, Any], thing: object) -> object:
    """What the reader may do to this batch, job, image, collection or member, now."""
    return permissions.actions_for(context["request"].user, thing)


@register.simple_tag(takes_context=True)
def visible_collection(context: Mapping[str, Any], batch: Batch) -> Collection | None:
    """The collection that a batch's images go into, if the reader sees it."""
    collection = batch.collection
    if collection is None or collection.deleted_at is not None:
        return None
    hidden = collection.private and not permissions.owns(context["request"].user, collection)
    return None if hidden else collection


@register.filter
def as_json(value: object) -> str:
    """For a data attribute; the template escapes it."""
    return json.dumps(value, ensure_ascii=False)


@register.filter
def as_pattern(prompt: str) -> str:
    """A prompt as it is typed into the box to be asked for just so: choices in it escaped."""
    return variants.escape(prompt)


@register.filter
def duration(seconds: float | None) -> str:
    """`14 s`, `2 min 5 s`, `1 h 3 min`; empty for None."""
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


@register.simple_tag
def price(offered: Iterable[ImageModel], model_id: str, count: object) -> Decimal:
    """What the chosen count of the chosen model costs by its list price; for the button before
    a script keeps it true. The first model and one image where the choice makes no sense."""
    prices = {model.id: model.price_credits for model in offered}
    first = next(iter(prices.values()), Decimal(0))
    try:
        images = Decimal(str(count))
    except InvalidOperation:
        images = Decimal(1)
    return prices.get(model_id, first) * images


@register.filter
def known_cost(jobs: Iterable[Job]) -> Decimal | None:
    """Credits of these jobs as far as the image service has told; None when it told nothing."""
    told = [job.consumed_credits for job in jobs if job.consumed_credits is not None]
    return sum(told, Decimal(0)) if told else None


@cache
def _copies_address() -> str:
    """The address of a copy, to be filled in: a page of tiles asks for hundreds."""
    nobody = uuid.UUID(int=0)
    address = reverse("generator:image-thumbnail", args=[nobody, 0])
    return address.replace(str(nobody), "{pk}").replace("/0.webp", "/{width}.webp")


def _copy_address(image: Image, width: int) -> str:
    return _copies_address().format(pk=image.pk, width=width)


@register.simple_tag
def thumbnail_url(image: Image, width: int = 0) -> str:
    """The address of the copy that is at least this wide, else of the largest; the original
    where there is no copy."""
    if not image.thumbnail_widths:
        return reverse("generator:image-file", args=[image.pk])
    wide_enough = [have for have in image.thumbnail_widths if have >= width]
    chosen = min(wide_enough) if wide_enough else max(image.thumbnail_widths)
    return _copy_address(image, chosen)


@register.simple_tag
def srcset(image: Image, original: bool = False) -> str:
    """All copies with their widths; with `original` also the file itself, if it is larger."""
    copies = {width: _copy_address(image, width) for width in image.thumbnail_widths}
    if original or not copies:
        copies.setdefault(image.width, reverse("generator:image-file", args=[image.pk]))
    return ", ".join(f"{address} {width}w" for width, address in sorted(copies.items()))


@register.filter
def ratio(image: Image) -> int:
    """The image's shape as the nearest of `RATIOS`, for a class of ratios.css."""
    return _nearest(100 * image.width / max(1, image.height))


@register.filter
def shape(batch: Batch) -> int | None:
    """The shape that was asked for (`16:9`), as the nearest of `RATIOS`; else None."""
    width, _colon, height = batch.aspect_ratio.partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(height)):
        return None
    return _nearest(100 * int(width) / int(height))


def _nearest(percent: float) -> int:
    return min(RATIOS, key=lambda known: abs(known - percent))


@register.filter
def focused(field: BoundField) -> SafeString:
    """A form's field that has the focus when its page opens: where its page is this form alone, or
    where something is to be put right in it."""
    return field.as_widget(attrs={**field.field.widget.attrs, "autofocus": True})
