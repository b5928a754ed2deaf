"""What became of asking one source in one run, as the run record keeps it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.codes import Coded
from schemas.codes.sources import DeferralReason
from schemas.rows.sources import SourceRunRow
from tasks.http.client import HttpClient
from tasks.sources import Discovery, Source, SourceBroken, SourceUnavailable, ask
from tasks.wording import words

_WANT_A_NETWORK = frozenset(
    {
        DeferralReason.UNREACHABLE,
        DeferralReason.OLDER_COPY,
        DeferralReason.FILES_UNREACHABLE,
        DeferralReason.FILES_OLDER_COPY,
        DeferralReason.WATCH_LIST_INCOMPLETE,
        DeferralReason.HARVEST_INCOMPLETE,
        DeferralReason.SEARCH_INCOMPLETE,
        DeferralReason.DOCUMENTS_NOT_FETCHED,
    }
)
"""What a run that is offline cannot but defer."""


@dataclass
class SourceRun:
    """What came of one source in one run, or why nothing came; with what that took."""

    source_id: str
    asked_at: datetime
    found: Discovery
    outcome: str | None = None
    requests: int = 0
    bytes_received: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def fail(self, reason: Coded[DeferralReason]) -> None:
        """What was yielded could not be used; what stood before stands."""
        self.outcome = "failed"
        self.found.deferred.append(reason)

    def lines(self) -> list[str]:
        """What was deferred, a line each, with the source's name."""
        return [f"deferred: {self.source_id}: {words(reason)}" for reason in self.found.deferred]

    def is_lost(self, is_offline: bool) -> bool:
        """Whether the source should have given more: nothing came, or not all, or an older copy.

        Where the operator keeps the run offline, what wants a network was not to come. Single documents that did not
        come wait for another run; the source is lost where not one of them came.
        """
        codes = {reason.code for reason in self.found.deferred}
        if is_offline:
            return bool(codes - _WANT_A_NETWORK)
        if codes == {DeferralReason.DOCUMENTS_NOT_FETCHED}:
            return not any(
                n for what, n in self.counts.items() if what.startswith("fetch ") and what != "fetch deferred"
            )
        return bool(codes)

    def row(self, load_id: str) -> SourceRunRow:
        """The row of raw_source_runs."""
        counts, found = self.counts, self.found
        moved = sum(counts[k] for k in ("rows new", "rows changed", "rows gone", "fetch new"))
        stood_in = "in_part" if any(found.rows.values()) or found.documents else "deferred"
        outcome = self.outcome or (stood_in if found.deferred else "read" if moved else "unchanged")
        return SourceRunRow(
            load_id=load_id,
            source_id=self.source_id,
            asked_at=self.asked_at,
            source_outcome=outcome,
            requests=self.requests,
            bytes_received=self.bytes_received,
            rows_given=sum(len(rows) for rows in found.rows.values()),
            rows_new=counts["rows new"],
            rows_changed=counts["rows changed"],
            rows_gone=counts["rows gone"],
            documents_new=counts["fetch new"],
            documents_refused=counts["fetch refused"],
            documents_waiting=found.waiting,
            deferred=tuple(found.deferred),
            notes="\n".join(found.notes) or None,
        )


def ask_source(source: Source, client: HttpClient) -> SourceRun:
    """Query one source; one that cannot be queried yields nothing but the reason."""
    asked_at = datetime.now(UTC)
    try:
        return SourceRun(source.source_id, asked_at, ask(source, client))
    except SourceUnavailable as reason:
        outcome = "failed" if isinstance(reason, SourceBroken) else "deferred"
        return SourceRun(source.source_id, asked_at, Discovery(source.source_id, deferred=reason.reasons), outcome)
