"""What the release rests on and what is new in it: coverage of papers, and changes since the last release."""

from collections import Counter
from dataclasses import dataclass

from tasks.publish.published import CountedPaper, ReleaseChange
from tasks.publish.sections.rows import Tables, typed_rows

STUDY_COVERAGE = 99 / 516
"""Share of the papers in the study's published data that came out with a compute figure (DESIGN.md)."""

MOST_CHANGES = 40
"""Changes printed one by one; the rest is counted and stands in out_changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSection:
    """How many papers were read, and for how many of them the compute could be estimated."""

    papers: int
    read: int
    with_results: int
    with_compute: int
    share: float | None
    study_share: float
    structured: int
    failed: int
    reasons: list[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesSection:
    """What differs from the last release: counted, and the first of it one by one, estimates first."""

    since: str | None
    counts: list[tuple[str, str, int]]
    rows: list[ReleaseChange]
    more: int


def coverage(tables: Tables) -> CoverageSection:
    """Of the papers in out_papers."""
    papers = typed_rows(tables, "out_papers", CountedPaper)
    read = [p for p in papers if p.document_status == "read"]
    failed = [p for p in papers if p.document_status == "failed"]
    reasons = Counter(p.reason or "no reason given" for p in failed)
    with_compute = sum(bool(p.has_compute) for p in read)
    return CoverageSection(
        papers=len(papers),
        read=len(read),
        with_results=sum(p.results > 0 for p in read),
        with_compute=with_compute,
        share=with_compute / len(read) if read else None,
        study_share=STUDY_COVERAGE,
        structured=len(papers) - len(read) - len(failed),
        failed=len(failed),
        reasons=sorted(reasons.items(), key=lambda item: (-item[1], item[0])),
    )


def changes(tables: Tables) -> ChangesSection:
    """Of the rows in out_changes."""
    rows = typed_rows(tables, "out_changes", ReleaseChange)
    counts = Counter((r.table_name, r.change) for r in rows)
    singly = sorted(rows, key=lambda r: (r.table_name != "out_estimates", r.table_name, r.row_id))
    return ChangesSection(
        since=rows[0].release_before if rows else None,
        counts=[(name, change, n) for (name, change), n in sorted(counts.items())],
        rows=singly[:MOST_CHANGES],
        more=max(0, len(rows) - MOST_CHANGES),
    )
