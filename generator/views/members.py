"""Accounts: the set-up link, and the People page."""

from __future__ import annotations

import uuid

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from generator import permissions
from generator.forms.accounts import AccountForm, MemberForm
from generator.models import Role, User
from generator.permissions import Permission
from generator.queries import members as member_queries
from generator.services import members
from generator.web import access
from generator.web.requests import MemberRequest, Request
from generator.web.responses import redirect_with_message

BACKEND = "django.contrib.auth.backends.ModelBackend"


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: Request, token: str) -> HttpResponse:
    """Create the owner's account, at the URL that `make run` prints while there is none."""
    if not members.may_set_up(token):
        raise Http404
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        owner = members.create_owner(data["username"], data["password1"])
        if owner is None:
            raise Http404
        login(request, owner, backend=BACKEND)
        return redirect("generator:studio")
    status = 422 if request.method == "POST" else 200
    return render(request, "generator/setup.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@access.require(Permission.MANAGE_MEMBERS)
def people(request: MemberRequest) -> HttpResponse:
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        added = members.add(
            data["username"], data["password1"], Role(data["role"]), by=request.user
        )
        text = _("%(name)s can now log in.") % {"name": added.username}
        return redirect_with_message(request, text, "generator:people")
    context = {"members": member_queries.members(), "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "generator/people.html", context, status=status)


@require_POST
@access.require(Permission.MANAGE_MEMBERS)
def active(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Activate or deactivate a member, but never the owner or oneself."""
    member = get_object_or_404(User, pk=pk)
    if not permissions.member_actions(request.user, member).set_active:
        raise PermissionDenied(_("This account cannot be deactivated here."))
    members.set_active(member, request.POST.get("active") == "on", by=request.user)
    return redirect("generator:people")
