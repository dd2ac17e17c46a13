"""The documents name files, packages and modules that exist, and leave out none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import pytest

from tests.unit.test_imports import MAY_IMPORT

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "generator"
DOCUMENTS = [
    "CONTRIBUTING.md",
    *(f"docs/{name}.md" for name in ("architecture", "glossary")),
    *(f"docs/{name}.md" for name in ("reliability", "performance", "testing")),
]
# `unit/test_x.py`, `tests/promises.py`, `test_z*.py`.
FILE = re.compile(r"`((?:[a-z_]+/)*[a-z_*]+\.py)`")
# The glossary's "`Batch` in `models/jobs.py`".
NAME_IN_FILE = re.compile(r"`(\w+)` in `([a-z_/]+\.py)`")
# A line of a package's table of modules.
TABLE_ROW = re.compile(r"^    (\w+)/? ", re.MULTILINE)
# The noun that CONTRIBUTING.md adds as an example.
EXAMPLE = "tags.py"
ARROW = " --> "
NODE = re.compile(r'(\w+)\["([^"]+)"\]')
# Packages whose docstring lists their modules.
LISTED = [
    *("models", "queries", "services", "worker", "media", "outbound", "upstream"),
    *("web", "forms", "views", "sandbox", "supervisor"),
]


def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_document_names_files_that_exist(document: str) -> None:
    """A bare name may stand for a file anywhere below `generator/` or `tests/`."""
    names = set(FILE.findall(text_of(document)))
    assert names
    existing = {name for name in names if exists(name) or name.endswith(EXAMPLE)}
    assert names - existing == set()


def exists(name: str) -> bool:
    places = (ROOT, GENERATOR, ROOT / "tests")
    return any(any(place.glob(name)) for place in places) or any(
        any(place.rglob(name)) for place in places[1:]
    )


def test_glossary_names_code_that_exists() -> None:
    rows = NAME_IN_FILE.findall(text_of("docs/glossary.md"))
    assert rows
    sources = {file: (GENERATOR / file).read_text(encoding="utf-8") for _name, file in rows}
    assert [row for row in rows if not re.search(rf"\b{row[0]}\b", sources[row[1]])] == []


def layers() -> tuple[list[str], set[tuple[str, str]]]:
    """Return the names in the diagram of the layers, once for each node, and its arrows."""
    _before, diagram, _after = re.split(r"```mermaid\n|```\n", text_of("docs/architecture.md"))
    names_of = {node: label.split(" · ") for node, label in NODE.findall(diagram)}
    arrows: set[tuple[str, str]] = set()
    nodes: set[str] = set()
    for line in diagram.splitlines()[1:]:
        steps = [step.split(" & ") for step in NODE.sub(r"\1", line).strip().split(ARROW)]
        nodes |= {node for step in steps for node in step}
        for sources, targets in pairwise(steps):
            arrows |= {
                (importer, imported)
                for source, target in product(sources, targets)
                for importer in names_of.get(source, [source])
                for imported in names_of.get(target, [target])
            }
    return [name for node in nodes for name in names_of.get(node, [node])], arrows


def test_diagram_has_each_package_and_module_once() -> None:
    names, _arrows = layers()
    assert sorted(names) == sorted(set(MAY_IMPORT) - {"__init__"})
    paths = [path for path in GENERATOR.iterdir() if path.suffix == ".py" or is_package(path)]
    assert sorted(names) == sorted({path.stem for path in paths} - {"__init__"})


def test_diagram_shows_the_allowed_imports() -> None:
    """Each arrow is allowed, and a path of arrows leads to everything that is."""
    _names, arrows = layers()
    assert {(a, b) for a, b in arrows if b not in MAY_IMPORT[a]} == set()
    for importer, allowed in MAY_IMPORT.items():
        if importer != "__init__":
            assert allowed <= reachable(importer, arrows), importer


def reachable(start: str, arrows: set[tuple[str, str]]) -> set[str]:
    nexts = {b for a, b in arrows if a == start}
    return nexts.union(*(reachable(name, arrows) for name in nexts))


def is_package(path: Path) -> bool:
    return (path / "__init__.py").exists()


def members(package: str) -> Iterator[str]:
    """Yield the names of the modules and packages in a package of `generator`."""
    for path in (GENERATOR / package).iterdir():
        if path.stem != "__init__" and (path.suffix == ".py" or is_package(path)):
            yield path.stem


@pytest.mark.parametrize("package", LISTED)
def test_docstring_of_package_lists_its_modules(package: str) -> None:
    source = (GENERATOR / package / "__init__.py").read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    table = " ".join(line for line in docstring.splitlines() if line.startswith("    "))
    modules = set(members(package))
    assert modules - set(re.findall(r"\w+", table)) == set()
    assert set(TABLE_ROW.findall(docstring)) <= modules
