"""What browsers ask for by themselves, what is said without the studio, and the keyboard's help."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# What the offline page needs besides itself; by plain names, since it outlives a release.
OFFLINE_STYLES = [f"/static/css/{name}.css" for name in ("tokens", "base", "forms", "entrance")]
OFFLINE_FILES = [*OFFLINE_STYLES, "/static/img/entrance.svg"]


@require_safe
def shortcuts(request: HttpRequest) -> HttpResponse:
    """The keyboard's help as a page, for whoever has no scripts; else it is a dialog."""
    return render(request, "generator/shortcuts.html")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker keeps for when the studio cannot be reached."""
    return render(request, "offline.html")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """At the root, since a worker answers only for what lies below its own address."""
    context = {"files": OFFLINE_FILES}
    return render(request, "service-worker.js", context, content_type="text/javascript")


@login_not_required
@require_safe
@cache_control(max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Asked for by browsers and readers that do not look at the page's own icon."""
    return redirect(static("img/favicon.ico"))
