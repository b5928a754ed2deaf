"""A release described for machine learning: `croissant.json`, by the format Croissant 1.0 of MLCommons.

It lists every CSV and Parquet file with its hash, and each Parquet table as a record set whose fields are read from the
file's columns (docs.mlcommons.org/croissant/docs/croissant-spec.html).
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple

from schemas.ddl import describe
from schemas.tables import TABLES, Table
from tasks.publish.datapackage import DESCRIPTION, TITLE, Json, licences

FILE = "croissant.json"

CONFORMS_TO = "http://mlcommons.org/croissant/1.0"

_TERMS = (
    "citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset"
    " jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source"
    " subField transform"
)

_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _TERMS.split()},
}
"""The context that the specification gives, which its readers compare with."""

_TYPES = {
    "string": "sc:Text",
    "float": "sc:Float",
    "int": "sc:Integer",
    "bool": "sc:Boolean",
    "timestamp": "sc:DateTime",
}


_ENCODINGS = {".csv": "text/csv", ".parquet": "application/x-parquet"}
"""As MLCommons' own reader knows them."""


class ReleasedFile(NamedTuple):
    """A file of a release: its size in bytes and the SHA-256 of its content."""

    size: int
    sha256: str


def croissant(name: str, files: Mapping[str, ReleasedFile], sources: Iterable[Mapping[str, str]]) -> str:
    """The description of a release as JSON-LD text.

    Args:
        name: The release's name (YYYY-MM-DD, or YYYY-MM-DD.2 and so on).
        files: The release's CSV and Parquet files by name.
        sources: Rows of sources.csv.
    """
    sources = list(sources)
    described: Json = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "diminishing-returns",
        "description": f"{TITLE}. {DESCRIPTION}",
        "conformsTo": CONFORMS_TO,
        "version": _version(name),
        "datePublished": name[:10],
        "citeAs": f"Diminishing Returns, release {name} (CITATION.cff); the sources of the rows used (sources.csv)",
        "license": [licence["path"] for licence in licences(sources)],
        "creator": {"@type": "sc:Organization", "name": "Diminishing Returns"},
        "isLiveDataset": False,
        "distribution": [_file(file, released) for file, released in sorted(files.items())],
        "recordSet": [_record_set(table) for table in TABLES.values() if _parquet(table) in files],
    }
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def _version(name: str) -> str:
    """The release's name as a semantic version: `2026-11-29.3` is 20261129.3.0."""
    return f"{name[:10].replace('-', '')}.{name[11:] or 1}.0"


def _parquet(table: Table) -> str:
    return f"{table.name}.parquet"


def _file(name: str, released: ReleasedFile) -> Json:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{released.size} B",
        "encodingFormat": _ENCODINGS[PurePath(name).suffix],
        "sha256": released.sha256,
    }


def _record_set(table: Table) -> Json:
    fields: list[dict[str, Any]] = [
        {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column.name}",
            "name": column.name,
            "description": describe(column.field),
            "dataType": _TYPES[column.field.dtype],
            "source": {"fileObject": {"@id": _parquet(table)}, "extract": {"column": column.name}},
        }
        for column in table.columns
    ]
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": fields,
    }
