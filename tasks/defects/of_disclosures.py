"""Rules over disclosures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from schemas.codes import Coded
from schemas.codes.matching import DefectSign
from schemas.rows.claims import Disclosure
from schemas.rows.observations import Defect
from schemas.vocabularies import DefectRule
from tasks.compute.methods import FLOP_PER_MULTIPLY_ADD
from tasks.compute.operations import operations_unit
from tasks.defects.groups import grouped
from tasks.names.same_model import is_generic

TWICE_TOLERANCE = 0.1
"""How near to two the ratio of two counts must be: papers count biases, pooling and the last layer differently."""

SMALLEST_RATE = 1e9
"""FLOP/s: no processor on which a network was trained is slower (a Tesla C1060 of 2008: 6.2e11)."""

_SEVERAL_COUNTS = re.compile(r"\s*\d+(?:\s*/\s*\d+)+\s*")
_RATES, _AMOUNTS = frozenset({"peak_flop_per_s"}), frozenset({"chips", "duration_hours", "chip_hours", "training_flop"})
_RESOLUTION = re.compile(r"\b(\d{3,4})\s*(?:[x×]\s*\d{3,4}|px|pixels|res\b)")


def _defect(rule: DefectRule, disclosure: Disclosure, sign: Coded[DefectSign]) -> Defect:
    return Defect(
        rule=rule,
        table_name="core_disclosures",
        row_id=disclosure.disclosure_id,
        paper_id=disclosure.paper_id,
        model=disclosure.model,
        signs=(sign,),
    )


def count_in_rate(disclosures: Iterable[Disclosure]) -> list[Defect]:
    """A count where a rate belongs, or several counts where one figure belongs: "32/8/128" as a TPU v3's peak rate.

    Not caught: one number with its unit, a fraction in a name ("ViT-G/14"), several batch sizes.
    """
    found = []
    for d in disclosures:
        if d.field in _RATES | _AMOUNTS and _SEVERAL_COUNTS.fullmatch(d.raw_value):
            code = DefectSign.SEVERAL_COUNTS
        elif d.field in _RATES and d.number is not None and d.number < SMALLEST_RATE:
            code = DefectSign.COUNT_AND_NO_RATE
        else:
            continue
        sign = Coded.of(code, printed=d.raw_value, field=d.field)
        found.append(_defect(DefectRule.COUNT_IN_RATE, d, sign))
    return found


@dataclass(frozen=True, slots=True)
class PrintedOperations:
    """Operations of a forward pass as printed, and what they count: 'flop', 'multiply_add' or '' where it is open."""

    disclosure: Disclosure
    number: float
    unit: str

    @property
    def flop(self) -> float:
        """The count in FLOP, by what it is said to count."""
        return self.number * (FLOP_PER_MULTIPLY_ADD if self.unit == "multiply_add" else 1.0)


def printed_operations(disclosures: Iterable[Disclosure]) -> list[PrintedOperations]:
    """The counts of operations among the disclosures."""
    counts = (d for d in disclosures if d.field == "forward_ops")
    return [PrintedOperations(d, d.number, operations_unit(d)) for d in counts if d.number]


def flop_or_multiply_add(counts: Iterable[PrintedOperations]) -> list[Defect]:
    """Operations of a forward pass that differ by a factor of two between papers: ResNet-50, 4.1e9 and 8.2e9.

    Caught are those that are not said to be multiply-adds, where another paper's count of the same model, taken as FLOP
    by its words, is twice or half as much. Not caught: two counts of one paper (two resolutions), other factors, counts
    whose words print different resolutions, and names that every paper gives to its own model.
    """
    named = [c for c in counts if c.disclosure.model_key and not is_generic(c.disclosure.model or "")]
    return [
        _defect(DefectRule.FLOP_OR_MULTIPLY_ADD, count.disclosure, _factor_of_two(count, other))
        for same in grouped(named, lambda c: c.disclosure.model_key)
        if _some_are_twice(same)
        for count in same
        if count.unit != "multiply_add" and (other := next((o for o in same if _contradict(count, o)), None))
    ]


def _some_are_twice(counts: Iterable[PrintedOperations]) -> bool:
    """Whether some count is twice another: of a model that everybody counts alike none need be compared."""
    one_of_each = [same[0] for same in grouped(counts, lambda c: c.flop)]
    return any(_twice(a, b) for a, b in combinations(one_of_each, 2))


def _contradict(a: PrintedOperations, b: PrintedOperations) -> bool:
    """Whether two papers' counts of one model differ by a factor of two, for no reason that they print."""
    return a.disclosure.paper_id != b.disclosure.paper_id and _twice(a, b) and not _resolutions_differ(a, b)


def _twice(a: PrintedOperations, b: PrintedOperations) -> bool:
    low, high = sorted((a.flop, b.flop))
    return abs(high / low / 2 - 1) <= TWICE_TOLERANCE


def _factor_of_two(count: PrintedOperations, other: PrintedOperations) -> Coded[DefectSign]:
    return Coded.of(
        DefectSign.FACTOR_OF_TWO,
        number=count.number,
        other=other.number,
        paper=other.disclosure.paper_id,
        unit=other.unit or "unit open",
    )


def _resolutions_differ(a: PrintedOperations, b: PrintedOperations) -> bool:
    printed = (f"{c.disclosure.quote} {c.disclosure.row_header or ''}" for c in (a, b))
    first, second = (set(_RESOLUTION.findall(words)) for words in printed)
    return bool(first and second) and not first & second
