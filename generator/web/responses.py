"""Answers to an action: a toast for HTMX; for a plain form a message, and a redirect."""

from __future__ import annotations

from typing import Protocol

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from generator.web import htmx
from generator.web.requests import Request


class HasPage(Protocol):
    """An object with a page of its own."""

    def get_absolute_url(self) -> str: ...


LEVELS = {"success": messages.SUCCESS, "info": messages.INFO, "warning": messages.WARNING}


def toast(
    request: Request,
    text: str,
    redirect_to: str | HasPage,
    *,
    tone: str = "success",
    undo_url: str = "",
    status: int = 200,
    replaces: bool = False,
) -> HttpResponse:
    """Report the outcome of an action.

    redirect_to  URL, URL name or object, for a request without HTMX
    tone         a key of `LEVELS`
    undo_url     where a POST undoes the action
    status       for HTMX alone
    replaces     whether the toast takes the place of what the request targets
    """
    if not htmx.wanted(request):
        return redirect_with_message(request, text, redirect_to, tone=tone, undo_url=undo_url)
    context = {"text": text, "tone": tone, "undo_url": undo_url}
    answer = render(request, "generator/includes/toast.html", context, status=status)
    return answer if replaces else htmx.adding(answer, "#toasts")


def redirect_with_message(
    request: Request,
    text: str,
    redirect_to: str | HasPage,
    *,
    tone: str = "success",
    undo_url: str = "",
) -> HttpResponseRedirect:
    """Redirect to a page that shows the message, with a button for the undo if there is one."""
    # The toast of the next page reads the URL from the message's tags: it has no other field.
    messages.add_message(request, LEVELS[tone], text, extra_tags=undo_url)
    return redirect(redirect_to)


def safe_next(request: Request) -> str:
    """Return the page that a plain form or a link leads back to: `next`, or the gallery."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    return target if is_local(target) else reverse("generator:gallery")


def is_local(url: str) -> bool:
    """Return whether a redirect to this URL leads to a page of ours. It must be a path, because
    `redirect` takes any other word for the name of a URL, and fails if there is none."""
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
