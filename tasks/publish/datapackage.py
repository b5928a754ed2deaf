"""A release described for programs: `datapackage.json` (Frictionless Data Package) and `CITATION.cff`.

Formats: Data Package 2.0 (datapackage.org/standard: data-package, data-resource, table-schema), Citation File Format
1.2.0 (citation-file-format.github.io). Both follow from the release's name, its files and the registry, so the same
inputs give the same bytes; hashes of all files stand in `manifest.json`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from schemas.tables import TABLES, Table, TableColumn
from tasks.reference.catalogue import reference_tables
from tasks.reference.table import BETWEEN, Declared, ReferenceTable, columns_of

TITLE = "Diminishing Returns: what deep-learning accuracy costs in computing power"
DESCRIPTION = (
    "Accuracy and training compute of deep-learning models with their provenance, fits and estimates."
    " Each row's licence follows its source."
)
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

_TYPES = {"string": "string", "float": "number", "int": "integer", "bool": "boolean", "timestamp": "datetime"}

_MEDIA_TYPES = {".csv": "text/csv", ".parquet": "application/vnd.apache.parquet"}

_MISSING = {".csv": [""], ".parquet": ["", "nan"]}
"""What stands for an empty cell; to readers that go by way of pandas, as frictionless does, a Parquet file's is NaN."""

_LICENCES = {
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    "CC BY-SA 4.0": ("CC-BY-SA-4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
}
"""Licences of sources.csv that licence data as a whole, with SPDX identifier and address; other cells are words."""

Json = dict[str, Any]


def datapackage(name: str, files: Mapping[str, list[str]], sources: Iterable[Mapping[str, str]]) -> str:
    """The descriptor of a release as JSON text.

    Args:
        name: The release's name (YYYY-MM-DD, or YYYY-MM-DD.2 and so on).
        files: The release's CSV and Parquet files by name, each with the names of its columns. Files of a table take
            types and units from the registry, reference tables from their loaders; others are described as text.
        sources: Rows of sources.csv.
    """
    sources = list(sources)
    descriptor = {
        "$schema": PROFILE,
        "name": "diminishing-returns",
        "title": TITLE,
        "description": DESCRIPTION,
        "version": name,
        "created": f"{name[:10]}T00:00:00Z",
        "licenses": licences(sources),
        "sources": [_source(s) for s in sources],
        "resources": [_resource(file, columns) for file, columns in sorted(files.items())],
    }
    return json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n"


def licences(sources: Iterable[Mapping[str, str]]) -> list[Json]:
    """The licences of sources that are known by a name, each once, with name, title and address."""
    named = dict.fromkeys(s["licence"] for s in sources if s["licence"] in _LICENCES)
    return [{"name": _LICENCES[n][0], "title": n, "path": _LICENCES[n][1]} for n in named]


def _source(row: Mapping[str, str]) -> Json:
    """A source; what its licence is stands in words, since some are none that has a name."""
    address = {"path": row["address"]} if row["address"].startswith("http") else {}
    return {"title": row["title"], **address, "licence": row["licence"], "attribution": row["attribution"]}


def _resource(file: str, columns: list[str]) -> Json:
    stem, suffix = Path(file).stem, Path(file).suffix
    described = TABLES.get(stem) or reference_tables().get(file)
    return {
        "name": file,
        "path": file,
        "type": "table",
        **({"description": described.description} if described else {}),
        "format": suffix.removeprefix("."),
        "mediatype": _MEDIA_TYPES[suffix],
        **({"encoding": "utf-8"} if suffix == ".csv" else {}),
        "schema": {**_schema(described, columns), "missingValues": _MISSING[suffix]},
    }


def _schema(described: Table | ReferenceTable[Any] | None, columns: list[str]) -> Json:
    """The columns of a table as the registry has them, of a reference table as its loader; of any other file, text."""
    if described is None:
        return {"fields": [{"name": c, "type": "string"} for c in columns]}
    of_table = described.columns if isinstance(described, Table) else columns_of(described.row)
    fields = {column.name: _field(column) for column in of_table}
    is_comparable = all(fields[name]["type"] != "list" for name in described.key)  # frictionless cannot hash a list
    key = {"primaryKey": list(described.key)} if described.key and is_comparable else {}
    return {"fields": [fields[c] for c in columns], **key}


def _field(column: TableColumn | Declared) -> Json:
    limits = column.field if isinstance(column, TableColumn) else column.column
    kind = _type(column)
    bounds = {"minimum": limits.minimum, "maximum": limits.maximum}
    constraints: Json = {
        **({"required": True} if column.required else {}),
        **{name: int(b) if kind["type"] == "integer" else b for name, b in bounds.items() if b is not None},
        **({"enum": list(limits.allowed)} if limits.allowed and kind["type"] != "list" else {}),
    }
    return {
        "name": column.name,
        **kind,
        "description": limits.description,
        **({"unit": limits.unit} if limits.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _type(column: TableColumn | Declared) -> Json:
    if isinstance(column, Declared):
        return {"type": "list", "delimiter": BETWEEN} if column.is_list else {"type": column.kind}
    dtype = column.field.dtype
    return {"type": _TYPES[dtype], **({"format": "any"} if dtype == "timestamp" else {})}


def citation(project: str, name: str) -> str:
    """The project's CITATION.cff as that of one release: a data set, of its day, whose licence its rows tell.

    Args:
        project: The text of the project's own file.
        name: The release's name.

    Raises:
        ValueError: the project's file lacks a line that a release says otherwise.
    """
    replacements = {"type": "dataset", "version": f'"{name}"', "date-released": name[:10]}
    for key, value in replacements.items():
        project, n = re.subn(rf"^{key}: .*$", f"{key}: {value}", project, count=1, flags=re.MULTILINE)
        if not n:
            raise ValueError(f"CITATION.cff has no line `{key}: …`")
    return re.sub(r"^license: .*\n", "", project, flags=re.MULTILINE)
