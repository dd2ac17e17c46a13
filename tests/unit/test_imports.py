"""Who may import whom: the house's walls, read from the syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"

# A room, and the rooms of ours that it may use. What is not listed is forbidden.
MAY_USE = {
    "state": set(),
    "catalog": set(),
    "addresses": set(),
    "models": {"models", "state", "catalog", "addresses"},
    "upstream": {"upstream"},
    "sandbox": {"sandbox"},
    "storage": set(),
    "thumbnails": set(),
    "metadata": set(),
    "reencoding": {"thumbnails"},
    "variants": set(),
    "multipart": set(),
    "taskqueue": set(),
    "services": {
        "services",
        "queries",  # what a member sees and what matches is said once, and acted on in steps
        "models",
        "state",
        "catalog",
        "taskqueue",
        "storage",
        "thumbnails",
        "metadata",
        "reencoding",
        "multipart",
        "upstream",
    },
    "queries": {"queries", "models", "state", "catalog", "variants"},
    "access": {"queries", "models"},
    "forms": {"models", "catalog", "services"},
    "forms_slots": {"models"},
    "forms_compose": {
        "forms",
        "forms_slots",
        "models",
        "catalog",
        "services",
        "queries",
        "variants",
        "upstream",
    },
    "htmx": set(),
    "accounts": set(),
    "checks": {"catalog"},
    "assets": set(),
    "templatetags": {"templatetags", "assets", "models", "state", "catalog", "variants"},
    "tasks": {"services"},
    "supervisor": {"supervisor", "services"},
    "views": {
        "views",
        "services",
        "queries",
        "access",
        "forms",
        "forms_compose",
        "htmx",
        "models",
        "state",
        "catalog",
        "storage",
        "metadata",
        "upstream",
    },
    "urls": {"views"},
    "apps": {"checks", "taskqueue", "models"},
    "management": {"services", "sandbox", "supervisor", "taskqueue", "models"},
    "migrations": {"models", "state"},
    "__init__": set(),
}
# An outside library, and the only room that may import it.
ONLY_IN = {
    "django_q": {"taskqueue"},
    "requests": {"upstream"},
    "urllib3": {"upstream"},
    "django_htmx": {"htmx"},
    "zipstream": {"services"},
    "PIL": {"thumbnails", "reencoding", "sandbox"},
}


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(GENERATOR.rglob("*.py")):
        yield path, path.relative_to(GENERATOR).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    ("path", "room"), [pytest.param(p, r, id=str(p.relative_to(GENERATOR))) for p, r in modules()]
)
def test_module_imports_only_what_its_room_may_use(path: Path, room: str) -> None:
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "generator" and rest:
            assert rest[0] in MAY_USE[room], f"{room} must not import {name}"
        if top in ONLY_IN:
            assert room in ONLY_IN[top], f"{name} belongs to {ONLY_IN[top]}"
        assert top not in ("tests", "gempix_site"), name


def test_protocol_headers_are_read_in_htmx_alone() -> None:
    for path, room in modules():
        if room not in ("htmx", "migrations"):
            text = path.read_text(encoding="utf-8")
            assert "HX-" not in text, path
            assert "request.htmx" not in text, path
