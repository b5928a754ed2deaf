"""Readings as they are stored: what was read out of a document, by version of the reader."""

from pathlib import Path

from schemas.rows.claims import Disclosure, DocumentReading, Result, claim_of
from tasks.storage.store import DamagedFile, read_json_gz

TABLE_OF: dict[type[Result] | type[Disclosure], str] = {Result: "core_results", Disclosure: "core_disclosures"}
"""Table of each kind of claim."""


def read_reading(path: Path) -> DocumentReading:
    """A stored reading.

    Raises:
        DamagedFile: it is cut off, its bytes are others, or it is none of this version of the reader.
        OSError: it cannot be read.
    """
    content = read_json_gz(path)
    try:
        reading = DocumentReading(**content)
        for stored in reading.claims.get(TABLE_OF[Result], []):
            claim_of(Result, stored)
        for stored in reading.claims.get(TABLE_OF[Disclosure], []):
            claim_of(Disclosure, stored)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedFile(f"{type(error).__name__}: {error}") from error
    return reading
