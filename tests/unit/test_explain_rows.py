"""Any id that a release shows is explained: its rows, and what they rest on."""

from pathlib import Path

import pytest

from schemas.tables import TABLES
from tasks.load.validate import validate
from tasks.publish.explain import NoSuchClaim
from tasks.publish.explain_rows import RESTS_ON, TABLES_OF, sections
from tests.unit.rows import good_row
from warehouse.connection import connect, insert, migrate

pytestmark = pytest.mark.slow  # each opens a filled home


@pytest.fixture
def warehouse():
    with connect(Path(":memory:")) as con:
        migrate(con)
        for kind, tables in TABLES_OF.items():
            for table in tables:
                changes = {kind: f"{kind}-a"}
                if "evidence_ids" in TABLES[table].column_names:
                    changes["evidence_ids"] = "d1 model_row_id-a"
                rests = {c: f"{c}-a" for c in RESTS_ON if c in TABLES[table].column_names and c not in changes}
                put(con, table, good_row(table, **changes | rests))
        put(con, "core_disclosures", good_row("core_disclosures", disclosure_id="d1", quote="8 chips for 3 days"))
        put(con, "core_observations", good_row("core_observations", observation_id="observation_id-b"))
        yield con


def put(con, table: str, row: dict) -> None:
    good, refused = validate([row], table)
    assert not len(refused), refused["reason"].tolist()
    insert(con, TABLES[table], good)


@pytest.mark.parametrize("kind", TABLES_OF)
def test_every_kind_of_id_is_told_by_all_tables_that_speak_of_it(warehouse, kind):
    headings = [heading for heading, _ in sections(warehouse, f"{kind}-a")]
    assert {f"{table}: {kind}-a" for table in TABLES_OF[kind]} <= set(headings)


def test_every_id_of_a_table_is_known_or_a_claim():
    claims = {"result_id", "disclosure_id"}
    keys = {t.key[0] for t in TABLES.values() if t.key[0].endswith("_id") and t.name.startswith(("core_", "out_"))}
    assert keys - claims <= TABLES_OF.keys()


def test_an_observation_is_told_down_to_the_claims_that_it_rests_on(warehouse):
    told = dict(sections(warehouse, "observation_id-a"))
    assert {
        "core_observations: observation_id-a",
        "raw_scores: result_id-a",
        "core_compute_estimates: estimate_id-a",
        "core_disclosures: d1",
        "raw_models: model_row_id-a",
    } <= told.keys()
    assert ("quote", "8 chips for 3 days") in told["core_disclosures: d1"]


def test_a_beginning_that_several_ids_have_is_refused_with_their_kinds(warehouse):
    with pytest.raises(NoSuchClaim, match=r"2 ids begin with 'observation_id'(.|\n)*observation_id-a  observation_id"):
        sections(warehouse, "observation_id")


def test_what_nothing_has_is_nothing(warehouse):
    assert sections(warehouse, "nowhere") == []
