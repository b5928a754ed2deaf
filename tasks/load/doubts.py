"""Doubts about claims that only show beside other claims, or beside what is known of the date."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from schemas.codes import Coded
from schemas.codes.reading import Doubt
from schemas.rows import Candidate
from schemas.rows.claims import Result
from tasks.reference.benchmarks import never_below

KnownRecord = tuple[str, str, int, float]
"""Benchmark, metric, year, and a value that somebody reached by then."""

Results = list[Candidate[Result]]


def doubt_impossible_order(results: Results) -> Results:
    """Mark results that contradict each other by definition: a top-5 below the same model's top-1, an AP50 below an AP.

    Which of the two was misread cannot be known, so both are doubted. Only figures that are measured together are
    compared: those of one row of a table, or of one line of text. Where a row sets several models side by side, each is
    compared with its own.
    """
    rows: dict[tuple[Any, ...], list[Result]] = {}
    for claim in results:
        row = claim.row
        where = row.paper_id, row.place.page, row.place.location, row.place.bbox_top, row.row_header, row.benchmark
        rows.setdefault(where, []).append(row)
    doubted: dict[int, Coded[Doubt]] = {}
    for figures in rows.values():
        for higher, lesser in never_below(figures[0].benchmark):
            for high in (r for r in figures if r.metric == higher):
                low = _counterpart(high, [r for r in figures if r.metric == lesser])
                if low is not None and low.value > high.value:
                    doubt = Coded.of(Doubt.IMPOSSIBLE_ORDER, metric=higher, lesser=lesser)
                    doubted.setdefault(id(high), doubt)
                    doubted.setdefault(id(low), doubt)
    return [_with_doubt(claim, doubted.get(id(claim.row))) for claim in results]


def _counterpart(high: Result, lows: list[Result]) -> Result | None:
    """The one figure of the other metric in a row, else the one of the same model; None for none and for several."""
    same_model = [r for r in lows if r.model_key == high.model_key]
    return next((found[0] for found in (lows, same_model) if len(found) == 1), None)


def doubt_beyond_record(results: Iterable[Candidate[Result]], records: Sequence[KnownRecord]) -> Results:
    """Mark results far above the record of their date: less than half the error of the best known until that year.

    For review, not proof: a misread split or metric shows here, and so does a real leap. Rows without a year pass.
    """
    return [_with_doubt(claim, _beyond_record(claim.row, records)) for claim in results]


def _beyond_record(result: Result, records: Sequence[KnownRecord]) -> Coded[Doubt] | None:
    year = result.year
    if not year:
        return None
    known = [value for b, m, y, value in records if (b, m) == (result.benchmark, result.metric) and y <= year]
    if not known or 100 - result.value >= 0.5 * (100 - max(known)):
        return None
    return Coded.of(Doubt.BEYOND_RECORD, record=max(known), year=year)


def _with_doubt(claim: Candidate[Result], doubt: Coded[Doubt] | None) -> Candidate[Result]:
    """The claim, marked with a doubt unless it has one."""
    return claim if doubt is None or claim.doubts else replace(claim, doubts=(doubt,))
