"""Versions of what reads documents: a hash of the code and reference tables, so that no change is forgotten."""

import hashlib
import importlib.metadata
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
_REFERENCE = ROOT / "warehouse" / "reference"
_TABLES_WITH_CODE = ("datasets", "hardware", "networks")
"""Reference tables that the extractors ask, each read by a module of its name."""

_PACKAGES = ("prefect", "pandas", "pandera", "pdfplumber", "pdfminer.six", "pypdfium2", "duckdb", "statsmodels")


def _hash_of(paths: Iterable[Path], *more: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update("\0".join(more).encode())
    return digest.hexdigest()[:12]


@cache
def parser_version() -> str:
    """Changes with the parser's code and with the libraries that it reads PDFs through."""
    libraries = [f"{p}=={importlib.metadata.version(p)}" for p in ("pdfplumber", "pdfminer.six", "pypdfium2")]
    return _hash_of((ROOT / "tasks" / "parse").rglob("*.py"), *libraries)


@cache
def extractor_version() -> str:
    """Changes with the extractors' code and the reference tables that they read."""
    code = (ROOT / "tasks" / "extract").rglob("*.py")
    tables = [_REFERENCE / f"{name}.csv" for name in ("benchmarks", *_TABLES_WITH_CODE)]
    readers = [ROOT / "tasks" / f"{name}.py" for name in _TABLES_WITH_CODE]
    return _hash_of([*code, *tables, *readers])


@cache
def refresh_version() -> str:
    """Changes with all code, queries and reference tables that estimates may rest on."""
    code = [p for folder in ("tasks", "schemas") for p in (ROOT / folder).rglob("*.py")]
    return _hash_of([*code, *(ROOT / "warehouse").rglob("*.sql"), *_REFERENCE.glob("*.csv")])


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
