"""A new thing that trainings consume is one row beside its field: sentences and tables are read for it."""

import pytest

from schemas.codes import Coded
from tasks.extract.ownership import Ownership
from tasks.extract.training import consumption
from tasks.extract.training.consumption import RESOURCES, Resource
from tasks.extract.training.disclosures import extract_disclosures
from tasks.extract.training.resources import find_resources
from tasks.extract.training.tables import find_in_table
from tests.unit.test_disclosures import DATASETS, HARDWARE, document, table


def litres(unit: str) -> tuple[float, tuple[Coded, ...]]:
    return {"l": 1.0, "m": 1e3, "k": 1e3, "g": 3.785411784}[unit[0].lower()], ()


WATER = Resource(
    "water_litres",
    least=0.1,
    most=1e11,
    unit=r"l|lit(?:er|re)s?|m\^?\{?3\}?|kL|gallons?",
    spelled=r"lit(?:er|re)s?|gallons?",
    substance=r"(?:fresh\s?)?water\b",
    announced=r"\bwater\b",
    factor=litres,
)


@pytest.fixture(autouse=True)
def with_water(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("consumption", "resources", "table_resources"):
        monkeypatch.setattr(f"{consumption.__package__}.{module}.RESOURCES", (*RESOURCES, WATER))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Training FooNet consumed 700,000 liters of fresh water.", 7e5),
        ("We trained FooNet with 12 m^{3} of water.", 12e3),
        ("In total, training took 2 gallons of water.", 7.570823568),
    ],
)
def test_sentences_are_read_for_it(text: str, value: float) -> None:
    (found,) = find_resources(text, "training")
    assert (found.field, found.value) == ("water_litres", pytest.approx(value))


@pytest.mark.parametrize("text", ["Training took 3 L per query of water.", "We train with 5 litres of paint."])
def test_what_is_no_water_is_left(text: str) -> None:
    assert find_resources(text, "training") == []


@pytest.mark.parametrize(
    ("header", "cell", "value"),
    [
        ("Water (L)", "1,200", 1200),
        ("Water (kL)", "1.2", 1200),
        ("Water consumed (litres)", "40", 40),
        ("Water", "5 m3", 5000),
    ],
)
def test_tables_are_read_for_it(header: str, cell: str, value: float) -> None:
    of = table([["Model", header], ["FooNet", cell]], "Table 1: Training.")
    figures = find_in_table(of, Ownership(frozenset(("foonet",)), frozenset()), HARDWARE)
    assert [(f.field, f.value, f.phase) for f in figures] == [("water_litres", value, "training")]


@pytest.mark.parametrize(("header", "cell"), [("Water (L/kWh)", "2"), ("Water (L)", "1e13"), ("Water", "12")])
def test_rates_and_what_cannot_be_are_none(header: str, cell: str) -> None:
    of = table([["Model", header], ["FooNet", cell]], "Table 1: Training.")
    assert find_in_table(of, Ownership(frozenset(("foonet",)), frozenset()), HARDWARE) == []


def test_it_becomes_a_claim_of_the_whole_training() -> None:
    claims = extract_disclosures(document(["Training FooNet took 300 litres of water."]), "p", HARDWARE, DATASETS)
    assert [(c.row.field, c.row.number, c.row.model, c.doubts) for c in claims] == [("water_litres", 300, "FooNet", ())]
