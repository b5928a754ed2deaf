"""Observations of accuracies and estimates at hand, chosen for the fits as the refresh chooses them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from schemas.codes import Coded
from schemas.codes.matching import Exclusion
from schemas.rows import same_named
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Observation
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.candidate import FitCandidate
from tasks.match.observations import match_observations
from tasks.match.standing import stand_back


def observations(
    accuracies: Iterable[Accuracy],
    estimates: Iterable[ListedEstimate],
    pooled: Iterable[PooledSeries],
    source_order: tuple[str, ...],
    spoilt: Mapping[str, Coded[Exclusion]] | None = None,
    arxiv_papers: Mapping[str, str] | None = None,
) -> list[Observation]:
    """What `match_observations` finds, of which those stand back that do so behind others; by accuracy."""
    by_id, ids = {a.result_id: a for a in accuracies}, arxiv_papers or {}
    rows = match_observations(by_id.values(), estimates, pooled, source_order, spoilt, ids)
    candidates = [_candidate(row, by_id[row.result_id], ids) for row in rows if row.in_fit]
    back: dict[str, Coded[Exclusion]] = {}
    for series in {c.series for c in candidates}:
        back |= stand_back((c for c in candidates if c.series == series), source_order)
    ranked = sorted(rows, key=lambda row: row.result_id)
    return [replace(r, in_fit=False, exclusions=(why,)) if (why := back.get(r.observation_id)) else r for r in ranked]


def _candidate(row: Observation, accuracy: Accuracy, arxiv_papers: Mapping[str, str]) -> FitCandidate:
    of_accuracy = same_named(accuracy, FitCandidate)
    of_row = same_named(row, FitCandidate)
    said = {"test_protocol": accuracy.test_protocol, "paper": arxiv_papers.get(row.paper_id, row.paper_id)}
    return FitCandidate(**of_accuracy | of_row | said)
