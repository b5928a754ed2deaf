"""Mark: the rules for defects over the night's tables, and which rows they keep out of the fits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from itertools import chain

from duckdb import DuckDBPyConnection

from schemas.codes import Coded
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows import Record, record
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Defect
from schemas.vocabularies import DefectRule
from tasks.defects.rules import SPOILING, find_defects, once
from tasks.defects.suspects import ask_for, list_rows, suspects
from tasks.load.derived import Part, add_derived, changed_parts, derived_counts, some_at_a_time, take_as_computed
from tasks.match.accuracy import Accuracy
from tasks.provenance.versions import version_of
from tasks.reference.known_defects import KnownDefect, load_known_defects
from tasks.sources.own import SOURCE_ID as OWN
from tasks.sources.reference import SOURCE_ID as HAND_READ
from tasks.wording import words
from warehouse.connection import LOOKUPS
from warehouse.rows import each, typed

ACROSS = frozenset({DefectRule.COPIED_COMPUTE, DefectRule.DIGITS_SWAPPED, DefectRule.FLOP_OR_MULTIPLY_ADD})
"""Rules that compare papers: asked each night anew, of the few rows that queries find among all."""

WITHIN = frozenset(DefectRule) - ACROSS
"""Rules that look at one paper's rows alone: asked again of the papers whose rows changed."""

_PART = f"CASE WHEN {{}} NOT IN {tuple(sorted(rule.value for rule in ACROSS))} THEN paper_id END"
PAPERS = Part(
    "core_defects",
    inputs=(LOOKUPS / "inputs_of_defects.sql").read_text(),
    part=_PART.format("rule"),
    refused=_PART.format("row_json ->> '$.rule'"),
)

_SPOILING = (LOOKUPS / "spoiling_defects.sql").read_text()
_SPOILT_BY = {"spoiling": sorted(SPOILING), "checked": [OWN, HAND_READ]}

PAPERS_AT_A_TIME = 1_000
"""How many papers are looked at together: memory holds what is suspected in them."""


def mark_defects(connection: DuckDBPyConnection) -> Counter[str]:
    """Every rule's findings into core_defects; those of rules within papers that have not changed stay."""
    others = list_rows(connection)
    with changed_parts(connection, PAPERS, version_of()) as changed:
        add_derived(connection, PAPERS.table, _marks(connection, ACROSS, "listed_estimates", others))
        for papers in some_at_a_time(changed, PAPERS_AT_A_TIME):
            ask_for(connection, papers)
            add_derived(connection, PAPERS.table, _marks(connection, WITHIN, "asked_estimates", others))
    return derived_counts(connection, PAPERS.table)


def take_as_marked(connection: DuckDBPyConnection) -> None:
    """Let the defects at hand stand as what the rules of today say of each paper."""
    list_rows(connection)
    take_as_computed(connection, PAPERS, version_of())


def _marks(
    connection: DuckDBPyConnection, rules: Set[DefectRule], estimates: str, others: list[Accuracy]
) -> Iterator[Record]:
    """What these rules, and people, say of the estimates of a table and of the rows beside them."""
    known = [k for k in load_known_defects() if k.rule in rules]
    named = f"SELECT * FROM {estimates} WHERE list_contains(?, model) ORDER BY estimate_id"
    by_hand = known_defects(known, typed(connection.execute(named, [[k.model for k in known]]), ListedEstimate))
    return (record(d, words) for d in once(chain(find_defects(rules, suspects(connection, others)), by_hand)))


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


def spoilt_rows(connection: DuckDBPyConnection, where: str = "TRUE") -> dict[str, Coded[Exclusion]]:
    """Why results and estimates may not stand in a fit, by their ids: by defects that meet a condition, in SQL."""
    asked = f"SELECT * FROM ({_SPOILING}) WHERE {where} ORDER BY row_id, rule"
    return {
        d.row_id: Coded.of(Exclusion(f"defect_{d.rule}"), reason="; ".join(map(words, d.signs)))
        for d in each(connection.execute(asked, _SPOILT_BY), Defect)
    }


def find_spoilt(connection: DuckDBPyConnection) -> None:
    """Put the ids of the results and estimates that may not stand in a fit into `spoilt`."""
    query = f"CREATE OR REPLACE TEMP TABLE spoilt AS SELECT DISTINCT row_id FROM ({_SPOILING})"
    connection.execute(query, _SPOILT_BY)
