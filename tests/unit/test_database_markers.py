"""Whatever asks a database for more than plain rows is proved on both databases.

A module of `generator/` is *database-specific* when it does one of these things, in which SQLite
and PostgreSQL (or the cache in memory and Redis) differ:

- it imports from `django.db` anything but `models` (connections, transactions, the errors), or
  from a module below it anything but `django.db.models` itself and signals: functions, lookups,
  expressions, the backends;
- it imports `Exists`, `Func`, `OuterRef`, `RawSQL`, `Subquery` or `Window`: SQL within SQL;
- it imports the cache;
- it declares a constraint or a JSON field;
- it calls `select_for_update`, `get_or_create`, `update_or_create`, `raw` or `extra`, or
  `bulk_create` with a rule for conflicts;
- it uses the number of rows that an `update()` has changed;
- it compares texts (`__icontains` and the like).

Each such module must be named by a marker, `@pytest.mark.both_databases("services.bulk")`, of a
test that runs it. Migrations are left out: they run before every test.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GENERATOR, TESTS = ROOT / "generator", ROOT / "tests"

SUBQUERIES = {"Exists", "Func", "OuterRef", "RawSQL", "Subquery", "Window"}
CALLS = {"select_for_update", "get_or_create", "update_or_create", "raw", "extra"}
CONFLICTS = {"ignore_conflicts", "update_conflicts"}
DECLARATIONS = {"CheckConstraint", "UniqueConstraint", "ExclusionConstraint", "JSONField"}
TEXT_LOOKUPS = {
    *("contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"),
    *("iexact", "regex", "iregex", "search"),
}


def reasons(source: str) -> Iterator[str]:
    """Yield what makes this source database-specific."""
    tree = ast.parse(source)
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (n for a in node.names if (n := specific_import(node.module, a.name)))
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("django.db"))
        elif isinstance(node, ast.Attribute) and node.attr in DECLARATIONS:
            yield node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from specific_calls(node, node.func.attr, is_used=id(node) not in statements)


def specific_import(module: str, name: str) -> str:
    if module == "django.db":
        return "" if name == "models" else name
    if module == "django.db.models":
        return name if name in SUBQUERIES | DECLARATIONS else ""
    if module == "django.core.cache" or module.startswith("django.db."):
        return "" if module.endswith(".signals") else f"{module}.{name}"
    return ""


def specific_calls(call: ast.Call, name: str, is_used: bool) -> Iterator[str]:
    keywords = {keyword.arg for keyword in call.keywords if keyword.arg}
    if name in CALLS or (name == "update" and is_used):
        yield f"{name}()"
    if name == "bulk_create":
        yield from keywords & CONFLICTS
    for keyword in keywords:
        field, _, lookup = keyword.rpartition("__")
        if field and lookup in TEXT_LOOKUPS:
            yield keyword


MARKER = "pytest.mark.both_databases"


def name_of(path: Path) -> str:
    parts = path.relative_to(GENERATOR).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> dict[str, str]:
    """Return the source of each module by its name below `generator`."""
    return {
        name_of(path): path.read_text(encoding="utf-8")
        for path in sorted(GENERATOR.rglob("*.py"))
        if "migrations" not in path.parts
    }


def marked_modules() -> dict[str, list[str]]:
    """Return the names that markers give, each with the test files that give it."""
    marked: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == MARKER:
                for argument in node.args:
                    marked.setdefault(ast.literal_eval(argument), []).append(path.name)
    return marked


def test_every_database_specific_module_has_a_test_on_both_databases() -> None:
    marked = marked_modules()
    unproved = {
        name: sorted({*reasons(source)})
        for name, source in modules().items()
        if name not in marked and any(reasons(source))
    }
    assert unproved == {}


def test_markers_name_modules_that_exist() -> None:
    known = modules()
    assert {name: files for name, files in marked_modules().items() if name not in known} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from django.db import models, transaction",
        "from django.db import IntegrityError",
        "import django.db",
        "from django.db.models.functions import Now",
        "from django.db.models.expressions import RawSQL",
        "from django.db.models import F, Exists",
        "from django.core.cache import cache",
        "rows.select_for_update(of=('self',))",
        "Gate.objects.get_or_create(pk=1)",
        "Mark.objects.bulk_create(marks, ignore_conflicts=True)",
        "if not rows.update(due_at=lease): pass",
        "return_value = bool(rows.update(x=1))",
        "rows.filter(prompt__icontains=search)",
        "rows.filter(job__batch__prompt__startswith=search)",
        "content = models.JSONField()",
        "constraints = [models.CheckConstraint(condition=q, name='n')]",
    ],
)
def test_database_specific_source_is_recognized(source: str) -> None:
    assert [*reasons(source)]


@pytest.mark.parametrize(
    "source",
    [
        "from django.db import models",
        "from django.db.models import Count, F, Q, QuerySet",
        "from django.db.models.signals import post_migrate",
        "from functools import cache",
        "rows.update(due_at=None)",
        "known.update(more)",
        "Mark.objects.bulk_create(marks)",
        "rows.filter(owner__username='mina', made_at__gte=day)",
        "text.startswith('x')",
        "contains(search='fox')",
    ],
)
def test_other_source_is_not(source: str) -> None:
    assert not [*reasons(source)]
