"""Accuracy and compute of the same model, and the tables that users read of them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import groupby

import pandas as pd
from duckdb import DuckDBPyConnection

from schemas.codes import parameters_text
from schemas.rows import Record
from schemas.rows.compute import ListedEstimate
from tasks.defects.mark import spoilt_rows
from tasks.load.derived import Part, add_derived, changed_parts, derived_counts, load_queried, some_at_a_time
from tasks.load.documents import arxiv_ids
from tasks.match.accuracy import Accuracy
from tasks.match.candidate import FitCandidate
from tasks.match.observations import match_observations
from tasks.match.row_filter import ConditionRefused, RowFilter
from tasks.match.standing import DECIDED, stand_back
from tasks.names.same_model import join_key
from tasks.provenance.versions import version_of
from tasks.refresh.accuracies import accuracies_of_others, own_accuracies, pooled_series
from tasks.refresh.assumed import in_short
from tasks.refresh.flat import flat
from tasks.refresh.scope import ANY_SCOPE, of_scope
from tasks.wording import words
from warehouse.connection import DERIVED, LOOKUPS
from warehouse.rows import column, each, typed

SOURCE_ORDER = ("own", "reference", "folder", "arxiv", "study-data", "epoch-benchmarks", "papers-with-code", "epoch")
"""Whose accuracy, and whose compute, stands when several sources have the same model: one's own, what was read by hand,
then by the extractors, then typed by the study from papers; then what others collected, Epoch AI's compute last."""

_LISTED, _ALONE, _CANDIDATES, _IN_FITS = (
    (LOOKUPS / f"{name}.sql").read_text()
    for name in ("estimates_to_join", "papers_alone", "candidates", "observations_in_fits")
)

PAPERS = Part(
    "core_observations",
    inputs="SELECT part, inputs FROM papers_alone WHERE has_results",
    part="result_source_id || ' ' || paper_id",
    refused="(row_json ->> '$.result_source_id') || ' ' || paper_id",
)
"""Papers of which nobody else speaks are matched each by itself; the table is `warehouse/lookups/papers_alone.sql`."""

PAPERS_AT_A_TIME = 500
"""How many papers are matched together: memory holds their own results and their estimates."""

_OF_ASKED = "paper_id IN (SELECT paper_id FROM asked_papers)"
_OF_OTHERS = "paper_id NOT IN (SELECT paper_id FROM papers_alone)"
"""Rows of the papers asked for (`_ask_for`), and those of no paper that is matched by itself, as conditions of SQL."""

_TOGETHER = f"""
SELECT paper_id FROM core_compute_estimates WHERE {_OF_OTHERS} OR model IN (SELECT unnest(?))
UNION
SELECT paper_id FROM core_results WHERE {_OF_OTHERS}
"""
"""Papers of which several sources speak, and those with compute of the models that are named."""

_KEYS_DIFFER = r"[(\[]|[^\x00-\x7f]"
"""Names whose key may be another than that under which sources meet: those with brackets (`join_key`)."""


@dataclass(frozen=True, slots=True)
class _Matching:
    """What all observations of a run are matched by."""

    arxiv_papers: Mapping[str, str]
    scope: str
    row_filter: RowFilter | None

    def rows(self, connection: DuckDBPyConnection, accuracies: list[Accuracy], where: str) -> list[Record]:
        """The observations of these accuracies with the estimates and defects that meet a condition over papers."""
        listed = f"SELECT * FROM ({_LISTED}) WHERE {where} ORDER BY estimate_id"
        estimates = typed(connection.execute(listed), ListedEstimate)
        return flat(
            match_observations(
                accuracies,
                of_scope(estimates, self.scope),
                pooled_series(),
                SOURCE_ORDER,
                spoilt_rows(connection, where),
                self.arxiv_papers,
                self.row_filter,
            )
        )


def join_observations(
    connection: DuckDBPyConnection,
    scope: str = ANY_SCOPE,
    row_filter: RowFilter | None = None,
    series: Collection[str] | None = None,
) -> Counter[str]:
    """Accuracy and compute of the same model, and the table of papers.

    Fits use compute of this scope alone, and observations that pass the filter. Papers of which nothing has changed
    keep their rows; which of a series stand in its fits is decided anew.

    Raises:
        ConditionRefused: the filter leaves nothing of these series to fit.
    """
    matching = _Matching(find_alone(connection), scope, row_filter)
    with changed_parts(connection, PAPERS, matching_version(scope, row_filter)) as changed:
        _match_others(connection, matching)
        for parts in some_at_a_time(changed, PAPERS_AT_A_TIME):
            _ask_for(connection, "SELECT paper_id FROM papers_alone WHERE part IN (SELECT unnest(?))", parts)
            own = own_accuracies(connection, pooled_series(), _OF_ASKED)
            add_derived(connection, PAPERS.table, matching.rows(connection, own, _OF_ASKED))
        _choose(connection)
        if row_filter and not _is_any_in_fit(connection, series):
            names = "any benchmark" if series is None else in_short(series)
            raise ConditionRefused(f"{row_filter.condition!r} leaves no observation of {names} to fit")
    counts = derived_counts(connection, PAPERS.table)
    for name in ("out_observations", "out_accuracy_witnesses", "out_papers"):
        counts.update(load_queried(connection, name, (DERIVED / f"{name}.sql").read_text()))
    return counts


def find_alone(connection: DuckDBPyConnection) -> dict[str, str]:
    """Put the papers that are matched by themselves into `papers_alone`; returns arXiv's ids of papers."""
    ids = arxiv_ids(connection)
    connection.register("arxiv_papers", pd.DataFrame(ids.items(), columns=["paper_id", "arxiv_id"], dtype="str"))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE papers_alone AS {_ALONE}")
    return ids


def matching_version(scope: str, row_filter: RowFilter | None) -> str:
    """Changes with all but a paper's own rows that its observations follow from."""
    return version_of(scope, row_filter.condition if row_filter else None)


def _match_others(connection: DuckDBPyConnection, matching: _Matching) -> None:
    """What structured sources say, and the papers of which several speak; scores meet papers' estimates by name too."""
    others = accuracies_of_others(connection)
    wanted = {join_key(a.model) for a in others if a.is_score}
    models = connection.execute(
        "SELECT DISTINCT model FROM core_compute_estimates"
        " WHERE model_key IN (SELECT unnest(?)) OR regexp_matches(model, ?)",
        [[*wanted], _KEYS_DIFFER],
    )
    _ask_for(connection, _TOGETHER, [model for model in column(models) if join_key(model) in wanted])
    own = own_accuracies(connection, pooled_series(), f"{_OF_ASKED} AND {_OF_OTHERS}")
    rows = matching.rows(connection, [*others, *own], _OF_ASKED)
    add_derived(connection, PAPERS.table, rows)


def _ask_for(connection: DuckDBPyConnection, papers: str, given: list[str]) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE asked_papers AS {papers}", [given])


def _choose(connection: DuckDBPyConnection) -> None:
    """Of all observations against which nothing else speaks, the one of each model and series for the fits."""
    connection.execute(
        "UPDATE core_observations SET in_fit = TRUE, exclusion_code = NULL, exclusion_reason = NULL,"
        " exclusion_parameters = NULL WHERE list_contains(?, exclusion_code)",
        [[*DECIDED]],
    )
    candidates = each(connection.execute(_CANDIDATES), FitCandidate)
    told = [
        (observation, why.code, words(why), parameters_text([why]))
        for _, of_series in groupby(candidates, lambda c: c.series)
        for observation, why in stand_back(of_series, SOURCE_ORDER).items()
    ]
    connection.register("back", pd.DataFrame(told, columns=["id", "code", "reason", "parameters"], dtype="str"))
    connection.execute(
        "UPDATE core_observations SET in_fit = FALSE, exclusion_code = code, exclusion_reason = reason,"
        " exclusion_parameters = parameters FROM back WHERE observation_id = id"
    )
    connection.unregister("back")


def _is_any_in_fit(connection: DuckDBPyConnection, series: Collection[str] | None) -> bool:
    in_fit = column(connection.execute("SELECT DISTINCT series FROM core_observations WHERE in_fit"))
    return any(series is None or one in series for one in in_fit)


def observations_in_fits(connection: DuckDBPyConnection, series: Collection[str] | None = None) -> pd.DataFrame:
    """What fits read of the observations of these series, or of all: few of those that were matched stand in a fit."""
    found = connection.execute(_IN_FITS).df()
    return found if series is None else found[found["series"].isin(series)]
