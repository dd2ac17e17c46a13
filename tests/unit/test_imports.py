"""Who may import whom, read from the syntax trees: the layers of docs/architecture.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"

VALUES = {"state", "catalog", "permissions"}
BYTES = {"media", "upstream", "outbound"}
DOMAIN = {"models", "queries", "services", "page_urls", *VALUES}
# A package or module of `generator`, and those that it may import; itself is always allowed.
MAY_IMPORT: dict[str, set[str]] = {
    # values: no import of ours
    **{
        name: set()
        for name in (*VALUES, "page_urls", "variants", "taskqueue", "changes", "redis_cache")
    },
    # mechanisms that know nothing of the product
    "outbound": set(),
    "media": set(),
    "sandbox": set(),
    "upstream": {"outbound"},
    # the domain, from below
    "models": {"page_urls", "changes", *VALUES},
    "queries": {"models", "variants", *VALUES},
    "services": {
        "queries",
        "models",
        "page_urls",
        "taskqueue",
        "media",
        "upstream",
        "outbound",
        *VALUES,
    },
    "worker": {
        "changes",
        "services",
        "queries",
        "models",
        "taskqueue",
        "media",
        "upstream",
        "outbound",
        *VALUES,
    },
    # HTTP
    "web": {*DOMAIN, "changes"},
    "forms": {*DOMAIN, "variants", "outbound"},
    "views": {*DOMAIN, "web", "forms", "redis_cache"},
    "templatetags": {"models", "web", "upstream", "variants", *VALUES},
    "urls": {"views"},
    # programs
    "supervisor": {"services", "queries", "taskqueue", "redis_cache"},
    "management": {"services", "models", "taskqueue", "sandbox", "supervisor"},
    "apps": {"checks", "models", "taskqueue"},
    "checks": {"catalog", "models", "worker"},
    "migrations": {"models", "state"},
    "__init__": set(),
}
# A library, and the only packages that may import it.
ONLY_IN = {
    "django_q": {"taskqueue"},
    "redis": {"redis_cache"},
    "requests": {"outbound", "upstream"},
    "urllib3": {"outbound"},
    "django_htmx": {"web"},
    "zipstream": {"services"},
    "PIL": {"media", "sandbox"},
}
# HTTP begins with the views and what they share: everything else takes plain values.
HTTP = ("django.http", "django.urls", "django.shortcuts", "django.views")
MAY_KNOW_HTTP = {"web", "forms", "views", "urls", "page_urls", "templatetags"}


def modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(GENERATOR.rglob("*.py")):
        yield path, path.relative_to(GENERATOR).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the dotted name of everything that a module imports, and its alias, if any."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname or "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", alias.asname or ""


@pytest.mark.parametrize(
    ("path", "package"),
    [pytest.param(p, name, id=str(p.relative_to(GENERATOR))) for p, name in modules()],
)
def test_module_imports_only_what_its_package_may(path: Path, package: str) -> None:
    for name, _alias in imported(path):
        top, *rest = name.split(".")
        if top == "generator" and rest:
            allowed = MAY_IMPORT[package] | {package}
            assert rest[0] in allowed, f"{package} must not import {name}"
        if top in ONLY_IN:
            assert package in ONLY_IN[top], f"{name} belongs to {ONLY_IN[top]}"
        if name.startswith(HTTP):
            assert package in MAY_KNOW_HTTP, f"{package} must not know {name}"
        assert top not in ("tests", "gempix_site"), name


def test_no_alias_hides_which_module_is_used() -> None:
    """`from generator.queries import jobs as job_queries` says it all; `as queries` does not."""
    hiding = [
        f"{path.relative_to(ROOT)}: {name} as {alias}"
        for path, _package in modules()
        for name, alias in imported(path)
        if alias and is_ours(name) and not names(alias, name)
    ]
    assert hiding == []


def is_ours(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return name.startswith("generator.") and (path.is_dir() or path.with_suffix(".py").exists())


def names(alias: str, name: str) -> bool:
    """Whether an alias tells the package and the module: the noun may stand in the singular."""
    package, module = name.split(".")[-2:]
    return alias in {f"{noun}_{package}" for noun in (module, module.removesuffix("s"))} | {
        f"{package}_{module}"
    }


def test_packages_of_queries_and_services_hold_a_docstring_only() -> None:
    for package in ("queries", "services", "worker", "web", "forms", "media", "outbound", "views"):
        tree = ast.parse((GENERATOR / package / "__init__.py").read_text(encoding="utf-8"))
        assert [type(node) for node in tree.body] == [ast.Expr], package


def test_protocol_headers_are_read_in_htmx_alone() -> None:
    for path, package in modules():
        if path != GENERATOR / "web" / "htmx.py" and package != "migrations":
            text = path.read_text(encoding="utf-8")
            assert "HX-" not in text, path
            assert ".htmx" not in text.replace("web.htmx", ""), path
