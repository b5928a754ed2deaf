"""Versions of what reads documents: a hash of the code and reference tables, so that no change is forgotten."""

import ast
import hashlib
import importlib.metadata
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from tasks.provenance.claims import content_id

ROOT = Path(__file__).parents[2]
_REFERENCE = ROOT / "warehouse" / "reference"
_PARSING, _READING = "tasks.parse", "tasks.extract.read"
"""The modules that parse and read a document; what they import, at any depth, is the reader's code. A reference table
is read by the module of its name, as is the trained judge."""

_PACKAGES = ("prefect", "pandas", "pandera", "pdfplumber", "pdfminer.six", "pypdfium2", "duckdb", "statsmodels")
_OF_PAGES = ("altair", "vl-convert-python", "jinja2", "markdown-it-py", "pyarrow")


def _hash_of(paths: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update("\0".join(more).encode())
    return digest.hexdigest()[:12]


def imported_files(module: str) -> set[Path]:
    """The project's own files that a module imports, at any depth, with its own and their packages' `__init__`."""
    found: set[Path] = set()
    todo = [module]
    while todo:
        name = todo.pop()
        for file in _files_of(name):
            if file not in found:
                found.add(file)
                todo += _imports(file)
    return found


def _files_of(module: str) -> list[Path]:
    """The file of a module and the `__init__` of each package that importing it runs; none for what is not ours."""
    parts = module.split(".")
    packages = [ROOT.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1)]
    return [p for p in (*packages, ROOT.joinpath(*parts).with_suffix(".py")) if p.exists()]


def _imports(file: Path) -> list[str]:
    """Names of the modules that a file imports; of `from a import b` both `a` and `a.b`, since b may be a module."""
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@cache
def parser_version() -> str:
    """Changes with the parser's code and with the libraries that it reads PDFs through."""
    libraries = [f"{p}=={importlib.metadata.version(p)}" for p in ("pdfplumber", "pdfminer.six", "pypdfium2")]
    return _hash_of(imported_files(_PARSING), *libraries)


@cache
def extractor_version() -> str:
    """Changes with the code that reads a document, at any depth of import, and with the reference tables it reads."""
    code = imported_files(_READING)
    tables = [t for f in code for end in ("csv", "json") if (t := _REFERENCE / f"{f.stem}.{end}").exists()]
    return _hash_of([*code, *tables])


@cache
def refresh_version() -> str:
    """Changes with all code, queries and reference tables that estimates may rest on."""
    code = [p for folder in ("tasks", "schemas") for p in (ROOT / folder).rglob("*.py")]
    return _hash_of([*code, *(ROOT / "warehouse").rglob("*.sql"), *_REFERENCE.glob("*.*")])


def version_of(*assumed: Any) -> str:
    """Changes with the code, the tables and what is assumed: what is computed by another one is computed anew."""
    return content_id(refresh_version(), package_versions(), *assumed)


@cache
def release_version() -> str:
    """Changes with all that a release is made by: code, queries, tables, templates, the documents on its pages."""
    folders = (ROOT / name for name in ("tasks", "schemas", "warehouse", "docs"))
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"]
    packages = [f"{p}=={importlib.metadata.version(p)}" for p in (*_PACKAGES, *_OF_PAGES)]
    return _hash_of([*files, ROOT / "CITATION.cff"], *packages)


def package_versions() -> dict[str, str]:
    """Versions of the packages that results depend on."""
    return {p: importlib.metadata.version(p) for p in _PACKAGES}


def code_version() -> str:
    """Git commit of the code, with '+' where the tree was changed; 'unknown' outside a checkout."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    try:
        return git("rev-parse", "--short=12", "HEAD") + ("+" if git("status", "--porcelain", "-uno") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
