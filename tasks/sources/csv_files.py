"""CSV files of a source, fetched one by one: where one cannot be had or read, the others stand."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from schemas.codes.sources import DeferralReason
from schemas.rows import Candidate
from schemas.rows.sources import SourceRow
from tasks.http import Copy, HttpError, Refused
from tasks.sources import Discovery, SourceBroken, SourceUnavailable

RowT_co = TypeVar("RowT_co", bound=SourceRow, covariant=True)

_Failure = tuple[DeferralReason, Coded[Any]]


class Resources(Protocol):
    """What gives cached files: the client of `tasks.http`."""

    def resource(self, url: str, kind: str) -> Copy:
        """The file at an address, as fresh as can be had.

        Raises:
            HttpError: neither the host nor an older copy gives it.
        """
        ...


@dataclass(frozen=True)
class ParsedFile(Generic[RowT_co]):
    """What a file says: rows of one table, and notes for the operator."""

    rows: Sequence[Candidate[RowT_co]]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SourceFile:
    """One file: its name in messages, its address, and how its bytes are read: what they say, by table of ours."""

    name: str
    url: str
    parse: Callable[[bytes], Mapping[str, ParsedFile[SourceRow]]]


def discover_files(client: Resources, source_id: str, files: Iterable[SourceFile]) -> Discovery:
    """What the files say, by table; what could not be had, or only as an older copy, is deferred with its reason.

    Raises:
        SourceBroken: none could be read, and at least one is not what it should be.
        SourceUnavailable: none could be had.
    """
    found = Discovery(source_id)
    rows: dict[str, list[Candidate[SourceRow]]] = {}
    failures: dict[_Failure, list[str]] = {}  # one host that is down is one reason for all its files
    for file in files:
        try:
            copy = client.resource(file.url, "csv")
            parsed = file.parse(copy.read_bytes())
        except (HttpError, SourceBroken) as error:
            failures.setdefault(_failure(error), []).append(file.name)
            continue
        for table, parsed_file in parsed.items():
            rows.setdefault(table, []).extend(parsed_file.rows)
            found.notes += parsed_file.notes
        if copy.stale:
            key = DeferralReason.FILES_OLDER_COPY, _without_address(copy.stale)
            failures.setdefault(key, []).append(file.name)
    found.rows.update(rows)
    found.deferred = [
        Coded.of(code, files=", ".join(names), because=reason) for (code, reason), names in failures.items()
    ]
    if not rows:
        is_broken = any(code is DeferralReason.FILES_CHANGED_FORM for code, _ in failures)
        raise (SourceBroken if is_broken else SourceUnavailable)(*found.deferred)
    return found


def _failure(error: HttpError | SourceBroken) -> _Failure:
    match error:
        case SourceBroken():
            return DeferralReason.FILES_CHANGED_FORM, error.reasons[0]
        case Refused():
            return DeferralReason.FILES_REFUSED, _without_address(error.reason)
        case _:
            return DeferralReason.FILES_UNREACHABLE, _without_address(error.reason)


def _without_address(reason: Coded[HttpReason]) -> Coded[HttpReason]:
    """The reason without the file's address, so that the same reason is one for every file."""
    return reason.because if reason.because and reason.code is HttpReason.AT_ADDRESS else reason
