"""Rights are data: roles and owners are compared in `permissions.py`, and nowhere else."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest

from generator.permissions import PERMISSIONS, Permission, Role, owns

ROOT = Path(__file__).parents[2]
# What compares a role or an owner: in templates, and in Python.
IN_TEMPLATES = re.compile(
    r"\{[{%][^}]*(?:\.role\b|\bowner_id\b|\bowner\.pk\b|\bowner ==|\bowner !=|\.can\b(?!\.))"
)
IN_PYTHON = re.compile(
    r"(?:==|!=|\bin\b|\bnot in\b) \(?Role\."
    r"|\.role (?:==|!=|in|not in) "
    r"|owner(?:_id)? (?:==|!=) |(?:==|!=) [\w.]*owner(?:_id)?\b"
)
ALLOWED = {"permissions.py", "web/access.py"}


def lines_with(pattern: re.Pattern[str], folder: Path, kind: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(folder.rglob(f"*.{kind}"))
        if str(path.relative_to(folder)) not in ALLOWED and "migrations" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_template_tests_a_role_or_an_owner() -> None:
    assert lines_with(IN_TEMPLATES, ROOT / "templates", "html") == []


def test_no_python_outside_permissions_and_access_tests_a_role_or_an_owner() -> None:
    found = lines_with(IN_PYTHON, ROOT / "generator", "py")
    # A form offers every role but the owner's.
    assert [line for line in found if "Role.choices" not in line] == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (IN_TEMPLATES, "{% if batch.owner_id == request.user.pk %}"),
        (IN_TEMPLATES, "{% if request.user.role == 'owner' %}"),
        (IN_PYTHON, "if user.role == Role.OWNER:"),
        (IN_PYTHON, "if member.role in (Role.OWNER, Role.ADMIN):"),
        (IN_PYTHON, "mine = image.owner_id == me.pk"),
        (IN_PYTHON, "if request.user == batch.owner:"),
    ],
)
def test_such_a_test_is_found(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)


def test_each_role_may_do_what_the_one_below_it_may() -> None:
    viewer, member, admin, owner = (
        PERMISSIONS[role] for role in (Role.VIEWER, Role.MEMBER, Role.ADMIN, Role.OWNER)
    )
    assert viewer < member < admin < owner
    assert owner == set(Permission)


@dataclass
class Link:
    """A share link, as reads will meet it: nobody's account, without a permission."""

    pk: uuid.UUID | None = None

    def can(self, permission: Permission) -> bool:
        return False


@dataclass
class Thing:
    owner_id: uuid.UUID


def test_viewer_without_an_account_owns_nothing() -> None:
    assert not owns(Link(), Thing(uuid.uuid4()))
