"""All reference tables by their files."""

import importlib
import pkgutil
from functools import cache
from typing import Any

import tasks.reference
from tasks.reference.table import ReferenceTable


@cache
def reference_tables() -> dict[str, ReferenceTable[Any]]:
    """Every table that a module of this package declares, by its file's name."""
    names = (m.name for m in pkgutil.iter_modules(tasks.reference.__path__) if m.name != "catalogue")
    modules = [importlib.import_module(f"tasks.reference.{name}") for name in names]
    return {t.file: t for module in modules for t in vars(module).values() if isinstance(t, ReferenceTable)}
