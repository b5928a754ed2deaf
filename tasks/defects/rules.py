"""Every rule over its suspects, and which rows their defects keep out of the fits."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemas.rows.claims import Disclosure
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Defect
from schemas.vocabularies import DefectRule
from tasks.defects.of_accuracy import SwappedDigits, digits_swapped, ensemble_with_single_compute, no_models_name
from tasks.defects.of_compute import copied_compute, filled_series_of_papers, search_as_training, two_computes
from tasks.defects.of_disclosures import count_in_rate, flop_or_multiply_add, printed_operations
from tasks.match.accuracy import Accuracy

SPOILING = frozenset(
    {
        DefectRule.COPIED_COMPUTE,
        DefectRule.SEARCH_AS_TRAINING,
        DefectRule.ENSEMBLE_WITH_SINGLE_COMPUTE,
        DefectRule.DIGITS_SWAPPED,
        DefectRule.NO_MODELS_NAME,
    }
)
"""Rules whose defect makes an observation wrong in a fit; the others may have an honest cause."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """Rows that a rule may point at, with those that it compares them with."""

    estimates: Sequence[ListedEstimate] = ()
    disclosures: Sequence[Disclosure] = ()
    accuracies: Sequence[Accuracy] = ()
    swaps: Sequence[SwappedDigits] = ()


RULES: dict[DefectRule, Callable[[Suspects], list[Defect]]] = {
    DefectRule.COPIED_COMPUTE: lambda rows: copied_compute(rows.estimates),
    DefectRule.FILLED_SERIES: lambda rows: filled_series_of_papers(rows.estimates),
    DefectRule.SEARCH_AS_TRAINING: lambda rows: search_as_training(rows.estimates, rows.disclosures),
    DefectRule.ENSEMBLE_WITH_SINGLE_COMPUTE: lambda rows: ensemble_with_single_compute(rows.accuracies, rows.estimates),
    DefectRule.COUNT_IN_RATE: lambda rows: count_in_rate(rows.disclosures),
    DefectRule.TWO_COMPUTES: lambda rows: two_computes(rows.estimates),
    DefectRule.DIGITS_SWAPPED: lambda rows: digits_swapped(rows.swaps),
    DefectRule.FLOP_OR_MULTIPLY_ADD: lambda rows: flop_or_multiply_add(printed_operations(rows.disclosures)),
    DefectRule.NO_MODELS_NAME: lambda rows: no_models_name(rows.accuracies, rows.estimates),
}


def find_defects(rules: Container[DefectRule], suspects_of: Callable[[DefectRule], Suspects]) -> Iterator[Defect]:
    """What each of these rules says of its suspects."""
    return (d for rule, defects_in in RULES.items() if rule in rules for d in defects_in(suspects_of(rule)))


def once(defects: Iterable[Defect]) -> Iterator[Defect]:
    """The first defect of each row by each rule."""
    seen: set[tuple[str, str]] = set()
    for d in defects:
        if (d.row_id, d.rule) not in seen:
            seen.add((d.row_id, d.rule))
            yield d
