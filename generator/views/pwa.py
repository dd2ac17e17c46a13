"""What browsers request on their own, the offline page, and the keyboard help."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# What the offline page needs; without hashes in the names, since it outlives a release.
OFFLINE_STYLES = [f"/static/css/{name}.css" for name in ("tokens", "base", "forms", "entrance")]
OFFLINE_FILES = [*OFFLINE_STYLES, "/static/img/entrance.svg"]


@require_safe
def shortcuts(request: HttpRequest) -> HttpResponse:
    """Show the keyboard help as a page, for browsers without scripts; else it is a dialog."""
    return render(request, "generator/shortcuts.html")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """Return the page that the service worker caches for when the studio cannot be reached."""
    return render(request, "offline.html")


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker, at the root because it controls only URLs below its own."""
    context = {"files": OFFLINE_FILES}
    return render(request, "service-worker.js", context, content_type="text/javascript")


@login_not_required
@require_safe
@cache_control(max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect browsers and readers that ignore the page's own icon link."""
    return redirect(static("img/favicon.ico"))
