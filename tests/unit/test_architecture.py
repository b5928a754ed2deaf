"""Who may import whom: flows over tasks over schemas, and no two packages of tasks/ that need each other."""

import ast
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _modules(folder: str) -> Iterator[tuple[str, set[str]]]:
    """Every module of a folder with the modules that it imports, anywhere in it."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        names: set[str] = set()
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        yield ".".join(file.relative_to(ROOT).with_suffix("").parts), names


def _package(module: str) -> str:
    """The package of tasks/ that a module belongs to; '' for one of another place."""
    parts = module.split(".")
    return parts[1] if parts[0] == "tasks" and len(parts) > 1 and (ROOT / "tasks" / parts[1]).is_dir() else ""


def _needs() -> dict[str, set[str]]:
    needs: dict[str, set[str]] = defaultdict(set)
    for module, imported in _modules("tasks"):
        if package := _package(module):
            needs[package] |= {p for name in imported if (p := _package(name)) and p != package}
    return needs


def _reached(package: str, needs: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [*needs[package]]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += needs[name]
    return found


def _classes(folder: str) -> Iterator[str]:
    for file in sorted((ROOT / folder).rglob("*.py")):
        yield from (n.name for n in ast.walk(ast.parse(file.read_bytes())) if isinstance(n, ast.ClassDef))


def test_no_two_classes_have_one_name():
    names = Counter(name for folder in ("flows", "schemas", "tasks", "tools", "warehouse") for name in _classes(folder))
    assert [name for name, times in names.items() if times > 1 and not name.startswith("_")] == []


def test_tasks_never_import_flows_and_schemas_import_neither():
    below = {"tasks": ("flows",), "schemas": ("flows", "tasks", "warehouse"), "warehouse": ("flows",)}
    wrong = [
        f"{module} imports {name}"
        for folder, forbidden in below.items()
        for module, imported in _modules(folder)
        for name in imported
        if name.split(".")[0] in forbidden
    ]
    assert wrong == []


def test_no_packages_of_tasks_need_each_other():
    needs = _needs()
    assert len(needs) > 10
    assert {package for package in needs if package in _reached(package, needs)} == set()


def test_reference_stands_below_all():
    assert _needs()["reference"] == set()


@pytest.mark.parametrize(
    ("modules", "unneeded"),
    [
        (
            "flows.cli, flows.cli.status, flows.cli.questions, flows.cli.shell, flows.cli.template, flows.lock",
            {"prefect", "pandas", "pandera", "scipy", "statsmodels", "sklearn", "altair", "pdfplumber", "requests"},
        ),
        (
            "tasks.extract.read",
            {"flows", "prefect", "duckdb", "pandera", "statsmodels", "sklearn", "altair", "requests"},
        ),
    ],
)
def test_looks_and_readers_load_no_library_that_they_do_not_need(modules, unneeded):
    """Looks: `status`, `query`, `sql`; readers: the processes that documents are read in."""
    shown = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert unneeded & set(loaded.split()) == set()
