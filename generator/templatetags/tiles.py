"""An image's tile and its marks, as functions: a list has dozens of tiles, and the template engine
took most of a gallery's time for them. `format_html` escapes every value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from generator import permissions
from generator.models import Image
from generator.templatetags.studio import icon, ratio, srcset, thumbnail_url

register = template.Library()

NOTHING = SafeString("")
TILE = """
<div class="frame r-{ratio}" id="image-{pk}" data-image="{pk}" data-month="{month}">
<a class="tile" href="{url}?{query}" data-tile>{tone}
<img src="{src}" srcset="{srcset}" {loading} width="{width}" height="{height}" decoding="async"
alt="{prompt}">
<span class="tile__foot"><span class="tile__owner{stays}" aria-hidden="true">{owner}</span>
<span class="tile__marks">{marks}</span></span></a>
<label class="pick"><input class="pick__box" type="checkbox" name="image" value="{pk}" form="bulk"
autocomplete="off"><span class="pick__mark">{check}</span>
<span class="visually-hidden">{select} {prompt}</span></label>
</div>"""
SIZES = "(max-width: 767px) 48vw, 22rem"
EAGER = SafeString(f'sizes="{SIZES}" fetchpriority="high"')
LAZY = SafeString(f'sizes="auto, {SIZES}" loading="lazy"')
MARK = '<span class="tile__mark tile__mark--{mark}" data-mark="{mark}">{content}</span>'
# A mark's icon and its words.
MARKS = {
    "rating": ("star", gettext_lazy("Stars:")),
    "favourite": ("heart", gettext_lazy("Favorite")),
    "private": ("lock", gettext_lazy("Private")),
}


@register.simple_tag(takes_context=True)
def tile(context: Mapping[str, Any], image: Image, eager: bool = False) -> SafeString:
    """Return the tile of an image in a list. `tile_query` and `in_trash` are the page's."""
    in_trash = bool(context.get("in_trash"))
    stays = in_trash and not permissions.owns(context["request"].user, image)
    return format_html(
        TILE,
        ratio=ratio(image),
        pk=image.pk,
        month=image.month,
        url=_page_url_pattern().replace("{pk}", str(image.pk)),
        query=context.get("tile_query", ""),
        tone=_tone(image.color),
        src=thumbnail_url(image, 640),
        srcset=srcset(image),
        loading=EAGER if eager else LAZY,
        width=image.width,
        height=image.height,
        prompt=Truncator(image.job.batch.prompt).chars(120),
        stays=" tile__owner--stays" if stays else "",
        owner=image.owner.username,
        marks=_marks(image, in_trash),
        check=icon("check"),
        select=_("Select:"),
    )


@register.simple_tag
def tile_mark(mark: str, rating: object = "") -> SafeString:
    """Return a mark of a tile; the selection bar holds one of each for scripts."""
    name, words = MARKS[mark]
    content = format_html('{}<span class="visually-hidden">{}</span>', icon(name), words)
    if mark == "rating":
        content = format_html("{} <span data-number>{}</span>", content, rating)
    return format_html(MARK, mark=mark, content=content)


def _marks(image: Image, in_trash: bool) -> SafeString:
    # The trash does not ask for favorites.
    is_favourite = getattr(image, "is_favourite", False)
    marks = (
        _days(image.days_left) if in_trash else NOTHING,
        tile_mark("rating", image.rating) if image.rating else NOTHING,
        tile_mark("favourite") if is_favourite else NOTHING,
        tile_mark("private") if image.private else NOTHING,
    )
    return format_html("{}{}{}{}", *marks)


def _days(days: int) -> SafeString:
    text = ngettext(
        '{days} day<span class="visually-hidden"> left</span>',
        '{days} days<span class="visually-hidden"> left</span>',
        days,
    )
    return format_html(MARK, mark="days", content=format_html(text, days=days))


def _tone(color: str) -> SafeString:
    if not color:
        return NOTHING
    return format_html('<svg class="tile__tone" color="{}" aria-hidden="true"></svg>', color)


@cache
def _page_url_pattern() -> str:
    nobody = "00000000-0000-0000-0000-000000000000"
    return reverse("generator:image", args=[nobody]).replace(nobody, "{pk}")
