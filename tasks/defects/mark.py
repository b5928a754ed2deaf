"""Mark: the rules for defects over the night's tables, and which rows they keep out of the fits."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from duckdb import DuckDBPyConnection

from schemas.codes import Coded
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows import record
from schemas.rows.claims import Disclosure, Result
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Defect
from schemas.rows.sources import HandReadObservation, SourceScore
from tasks.defects.rules import find_defects, spoilt
from tasks.load.derived import load_derived
from tasks.match.accuracy import Accuracy
from tasks.names.same_model import join_key
from tasks.reference.known_defects import KnownDefect, load_known_defects
from tasks.sources.own import SOURCE_ID as OWN
from tasks.sources.reference import SOURCE_ID as HAND_READ
from tasks.wording import words
from warehouse.connection import LOOKUPS
from warehouse.rows import rows_of, typed


def mark_defects(connection: DuckDBPyConnection) -> Counter[str]:
    """Every rule's findings into core_defects, in the place of the last night's; nothing else is touched."""
    estimates = typed(connection.execute((LOOKUPS / "estimates_to_join.sql").read_text()), ListedEstimate)
    found = find_defects(estimates, rows_of(connection, Disclosure, "core_disclosures"), _accuracies(connection))
    marks = {(d.row_id, d.rule): d for d in [*known_defects(load_known_defects(), estimates), *found]}
    return load_derived(connection, {"core_defects": [record(d, words) for d in marks.values()]})


def known_defects(known: Iterable[KnownDefect], estimates: Iterable[ListedEstimate]) -> list[Defect]:
    """The known defects as defects of each estimate that was made from the row that they speak of."""
    by_row = {(k.source_id, k.source_table, k.model): k for k in known}
    found = []
    for e in estimates:
        defect = by_row.get((e.source_id, e.source_table or "", e.model))
        if defect:
            words_of = {"reason": defect.reason, "who": defect.who, "when": defect.when, "source": defect.source}
            found.append(
                Defect(
                    rule=defect.rule,
                    table_name="core_compute_estimates",
                    row_id=e.estimate_id,
                    paper_id=e.paper_id,
                    model=e.model,
                    signs=(Coded.of(DefectSign.KNOWN_BY_HAND, **words_of),),
                )
            )
    return found


def _accuracies(connection: DuckDBPyConnection) -> list[Accuracy]:
    """What is known of accuracy: read by the extractors, by hand and by others."""
    return [
        *map(Accuracy.of_result, rows_of(connection, Result, "core_results")),
        *map(Accuracy.of_hand_read, rows_of(connection, HandReadObservation, "raw_observations")),
        *map(_booked, map(Accuracy.of_score, rows_of(connection, SourceScore, "raw_scores"))),
    ]


def _booked(score: Accuracy) -> Accuracy:
    """A score under the key and paper that its source's compute is booked under (`tasks.compute.third_party`)."""
    key = join_key(score.model)
    return replace(score, model_key=key, paper_id=score.paper_id or f"model:{key}")


def spoilt_rows(connection: DuckDBPyConnection) -> dict[str, Coded[Exclusion]]:
    """Why results and estimates may not stand in a fit, by their ids; what a person has checked stands."""
    people = {"source_ids": [OWN, HAND_READ]}
    by_hand = connection.execute((LOOKUPS / "checked_by_hand.sql").read_text(), people).fetchall()
    of_others = connection.execute((LOOKUPS / "rows_of_others.sql").read_text()).fetchall()
    ids = (frozenset(row_id for (row_id,) in rows) for rows in (by_hand, of_others))
    return spoilt(rows_of(connection, Defect, "core_defects"), *ids)
