"""A folder of PDFs: every file in it whose name ends in .pdf, at any depth."""

import os
import re
from pathlib import Path

from tasks.discover import Found, Offer, SourceUnavailable

SOURCE_ID = "folder"

# arXiv's identifiers since April 2007: YYMM.NNNN, five digits since 2015, with an optional version.
_ARXIV_NAME = re.compile(r"(?P<id>(?P<yy>\d{2})(?:0[1-9]|1[0-2])\.\d{4,5})(?P<version>v\d{1,2})?")


def paper_identity(stem: str) -> tuple[str, str | None, int | None]:
    """Paper id, arXiv id with version, and year of first submission, from a file's stem.

    A stem that is no arXiv identifier is itself the paper's id.
    """
    match = _ARXIV_NAME.fullmatch(stem)
    if not match:
        return stem if stem.strip() else "(no name)", None, None
    return match["id"], stem, 2000 + int(match["yy"])


def discover(folder: Path | None) -> Found:
    """Offer every PDF below `folder`, in the order of their names.

    Raises:
        SourceUnavailable: no folder was named, or it is not there or cannot be read.
    """
    if folder is None:
        raise SourceUnavailable("no folder of PDFs was named; --papers DIR reads one")
    try:
        paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() == ".pdf" and p.is_file())
        next(folder.iterdir(), None)  # rglob passes over in silence what is no folder, or is closed to us
    except OSError as error:
        raise SourceUnavailable(f"the folder {folder} cannot be read ({error.strerror}); name another") from error
    found = Found(SOURCE_ID)
    for path in paths:
        paper_id, arxiv_id, year = paper_identity(_text(path.stem))
        found.documents.append(Offer(paper_id, _text(path.name), path, arxiv_id, None, year))
    return found


def _text(name: str) -> str:
    """A file's name as text that can be stored: names on Linux are bytes, and need not be UTF-8."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
