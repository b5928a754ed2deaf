"""CSV files of a source, fetched one by one: where one cannot be had or read, the others stand."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tasks.http import Copy, WebError
from tasks.load.validate import Row
from tasks.sources import Found, SourceBroken, SourceUnavailable


class Resources(Protocol):
    """What gives kept files: the client of `tasks.http`."""

    def resource(self, url: str, kind: str) -> Copy:
        """The file at an address, as fresh as can be had.

        Raises:
            WebError: neither the host nor an older copy gives it.
        """
        ...


@dataclass
class Parsed:
    """What a file says: rows with the columns of one table, and notes for the operator."""

    rows: list[Row]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class File:
    """One file: its name in messages, its address, and how its bytes are read: what they say, by table of ours."""

    name: str
    url: str
    parse: Callable[[bytes], Mapping[str, Parsed]]


def discover_files(web: Resources, source_id: str, files: Iterable[File]) -> Found:
    """What the files say, by table; what could not be had, or only as an older copy, is deferred with its reason.

    Raises:
        SourceBroken: none could be read, and at least one is not what it should be.
        SourceUnavailable: none could be had.
    """
    found = Found(source_id)
    reasons: dict[str, list[str]] = {}  # one host that is down is one reason for all of its files
    is_broken = False
    for file in files:
        try:
            copy = web.resource(file.url, "csv")
            parsed = file.parse(copy.read_bytes())
        except (WebError, SourceUnavailable) as error:
            is_broken = is_broken or isinstance(error, SourceBroken)
            reasons.setdefault(_alone(str(error), file), []).append(file.name)
            continue
        for table, said in parsed.items():
            found.rows.setdefault(table, []).extend({**row, "source_id": source_id} for row in said.rows)
            found.notes += said.notes
        if copy.stale:
            reasons.setdefault(_alone(copy.stale, file), []).append(file.name)
    found.deferred = [f"{', '.join(names)}: {reason}" for reason, names in reasons.items()]
    if not found.rows:
        raise (SourceBroken if is_broken else SourceUnavailable)("; ".join(found.deferred))
    return found


def _alone(reason: str, file: File) -> str:
    """The reason without the file's address or name, so that the same reason is the same words for every file."""
    return reason.removeprefix(f"{file.url}: ").removeprefix(f"{file.name}: ")
