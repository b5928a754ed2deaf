"""Structured sources: modules of this package that declare themselves by a `SOURCE`.

A new one is a module here and a row in `sources.csv`; nothing else lists them.
"""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import tasks.sources
from tasks.http.client import HttpClient
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses


@dataclass(frozen=True)
class StructuredSource:
    """A source of rows: its id (as in sources.csv), and how it is read over the web."""

    source_id: str
    discover: Callable[[HttpClient, Addresses], Discovery]


def structured_sources() -> list[StructuredSource]:
    """Every source that a module of this package declares, by the names of the modules."""
    names = sorted(module.name for module in pkgutil.iter_modules(tasks.sources.__path__))
    declared = [getattr(import_module(f"tasks.sources.{name}"), "SOURCE", None) for name in names]
    return [source for source in declared if isinstance(source, StructuredSource)]
