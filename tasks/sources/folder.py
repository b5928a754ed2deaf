"""A folder of PDFs: every file in it whose name ends in .pdf, at any depth; or one PDF."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from tasks.names.arxiv_ids import first_year, parse_id
from tasks.sources import Discovery, Offer, SourceUnavailable

SOURCE_ID = "folder"

_SUFFIX, _MAGIC = ".pdf", b"%PDF-"
_FEW = 5  # names that a note lists


def paper_identity(stem: str) -> tuple[str, str | None, int | None]:
    """Paper id, arXiv id with version, and year of first submission, from a file's stem.

    A stem that is no arXiv identifier is itself the paper's id.
    """
    identity = parse_id(stem)
    if identity is None:
        return stem if stem.strip() else "(no name)", None, None
    return identity[0], stem, first_year(identity[0])


def discover(papers: Path | None) -> Discovery:
    """Offer every PDF below a folder, in the order of their names, or the one PDF that is named.

    Notes tell what is seen there and not offered: PDFs by their first bytes under other names, what cannot be opened.

    Raises:
        SourceUnavailable: nothing was named, or it is not there or cannot be read.
    """
    if papers is None:
        raise SourceUnavailable("no folder of PDFs was named; --papers DIR reads one")
    try:
        closed: list[str] = []
        files = [papers] if papers.is_file() else sorted(_files(papers, closed))
    except OSError as error:
        raise SourceUnavailable(f"the folder {papers} cannot be read ({error.strerror}); name another") from error
    named = [p for p in files if p.suffix.lower() == _SUFFIX]
    others = [p for p in files if p.suffix.lower() != _SUFFIX]
    offered = [p for p in named if p.is_file()]
    found = Discovery(SOURCE_ID, notes=[] if offered else [f"no file below {papers} ends in {_SUFFIX}"])
    for path in offered:
        paper_id, arxiv_id, year = paper_identity(_text(path.stem))
        found.documents.append(Offer(paper_id, _text(path.name), path, arxiv_id, None, year))
    found.notes += _note("folders that are closed, or links", sorted(closed))
    found.notes += _note("no files, or links to nothing", (p.name for p in named if not p.is_file()))
    found.notes += _note(f"PDFs whose names do not end in {_SUFFIX}", (p.name for p in others if _is_pdf(p)))
    return found


def _files(folder: Path, closed: list[str]) -> Iterator[Path]:
    """Everything below a folder that is no folder; links to folders are not followed.

    Raises:
        OSError: the folder itself cannot be read; names of those within it are put into `closed`.
    """

    def note(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise error
        closed.append(str(Path(error.filename).relative_to(folder)))

    for parent, folders, files in os.walk(folder, onerror=note):
        closed += [name for name in folders if Path(parent, name).is_symlink()]
        yield from (Path(parent, name) for name in files)


def _is_pdf(path: Path) -> bool:
    if not path.is_file():  # a pipe would be waited for
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def _note(what: str, names: Iterable[str]) -> list[str]:
    listed = [_text(name) for name in names]
    more = f" and {len(listed) - _FEW} more" if len(listed) > _FEW else ""
    return [f"not read, {what}: {', '.join(listed[:_FEW])}{more}"] if listed else []


def _text(name: str) -> str:
    """A file's name as text that can be stored: names on Linux are bytes, and need not be UTF-8."""
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")
