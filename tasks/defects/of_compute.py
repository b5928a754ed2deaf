"""Rules over compute estimates."""

import re
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeFlag
from schemas.codes.matching import DefectSign
from schemas.rows.claims import Disclosure
from schemas.rows.compute import ComputeEstimate
from schemas.rows.observations import Defect
from schemas.vocabularies import DefectRule
from tasks.defects.groups import grouped

SIGNIFICANT_DIGITS = 4
"""Figures printed with fewer digits meet by chance: 6.4e19 stands on three models of two papers of ours."""

SERIES_LENGTH, SERIES_STEP_SHARE = 4, 0.1
"""A filled series: so many rows in a row, each more than the one before by the same small share of the smallest."""


def of_estimate(rule: DefectRule, estimate: ComputeEstimate, sign: Coded[DefectSign]) -> Defect:
    """The defect of a compute estimate."""
    return Defect(
        rule=rule,
        table_name="core_compute_estimates",
        row_id=estimate.estimate_id,
        paper_id=estimate.paper_id,
        model=estimate.model,
        signs=(sign,),
    )


def copied_compute(estimates: Iterable[ComputeEstimate]) -> list[Defect]:
    """The same compute to all digits on models of different papers: SENet has NASNet-A's 1.645056e21 FLOP.

    Not caught: models of one paper, which are often trained alike; one model under two metrics or benchmarks; figures
    of less than four digits; rows that each rest on a run or on words of their own, since eight V100 for three days
    are what they are wherever they stand; and versions of one model that others list without a paper.
    """
    printed = [e for e in estimates if e.training_flop and _digits(e.training_flop) >= SIGNIFICANT_DIGITS]
    return [
        of_estimate(DefectRule.COPIED_COMPUTE, e, _same_flop(e, other))
        for same in grouped(printed, lambda e: f"{e.training_flop:.9g}")
        for e in same
        if (other := next((o for o in same if _is_copy(e, o)), None))
    ]


def _is_copy(a: ComputeEstimate, b: ComputeEstimate) -> bool:
    """Whether of two equal figures one is copied from the other."""
    is_one = a.paper_id == b.paper_id or a.model_key == b.model_key
    return not is_one and _one_origin(a, b) and not _versions(a, b)


def _same_flop(e: ComputeEstimate, other: ComputeEstimate) -> Coded[DefectSign]:
    code = DefectSign.SAME_FLOP_TO_ALL_DIGITS
    return Coded.of(code, flop=e.training_flop, model=other.model, paper=other.paper_id)


def _digits(value: float) -> int:
    return len(f"{value:.9e}".split("e")[0].replace(".", "").rstrip("0"))


def _one_origin(a: ComputeEstimate, b: ComputeEstimate) -> bool:
    """Whether two equal figures cannot both be readings of their own."""
    if a.quote and a.quote == b.quote:
        return True
    return not (_has_origin(a) and _has_origin(b))


def _has_origin(e: ComputeEstimate) -> bool:
    """Whether a figure rests on words or on a run of its own; others' words on hardware and time must state the run."""
    run_stated = bool(e.hardware and e.chips and e.duration_hours)
    if not e.is_of_paper and e.method == "hardware_time":
        return run_stated
    return bool(e.quote) or run_stated


def _versions(a: ComputeEstimate, b: ComputeEstimate) -> bool:
    keys = sorted((a.model_key, b.model_key), key=len)
    unpublished = all(e.paper_id == f"model:{e.model_key}" for e in (a, b))
    return unpublished and keys[1].startswith(keys[0])


def filled_series(estimates: Sequence[ComputeEstimate]) -> list[Defect]:
    """Compute that rises by one small step over four rows or more: HRNet has 74, 75, ... 80 x 203.4e6 GFLOP.

    The rows must come in the order in which they are listed; a spreadsheet made such a series when a cell was dragged
    down. Not caught: equal figures, and one model trained for 100, 200, 300 and 400 epochs, whose step is large beside
    the values.
    """
    rows = [e for e in estimates if e.training_flop]
    values = [e.training_flop for e in rows]
    found, start = [], 0
    while start + SERIES_LENGTH <= len(rows):
        end = _series_end(values, start)
        if end - start >= SERIES_LENGTH:
            sign = Coded.of(DefectSign.EQUAL_STEPS, rows=end - start, step=values[start + 1] - values[start])
            found += [of_estimate(DefectRule.FILLED_SERIES, e, sign) for e in rows[start:end]]
            start = end
        else:
            start += 1
    return found


def filled_series_of_papers(estimates: Iterable[ComputeEstimate]) -> list[Defect]:
    """Filled series within each paper of each source.

    A spreadsheet's order is not kept by a table: by compute, a filled series is in a row again. Each model's figure
    counts once.
    """

    def identity(e: ComputeEstimate) -> Hashable:
        return e.source_id, e.paper_id, e.model_key, e.training_flop

    ordered = sorted(estimates, key=lambda e: (e.source_id, e.paper_id, e.training_flop, e.estimate_id))
    once = [same[0] for same in grouped(ordered, identity)]
    papers = grouped(once, lambda e: (e.source_id, e.paper_id))
    return [defect for of_paper in papers for defect in filled_series(of_paper)]


def _series_end(values: list[float], start: int) -> int:
    """End of the longest arithmetic progression of small steps that starts here."""
    step = values[start + 1] - values[start]
    smallest = min(values[start : start + 2])
    if not 0 < abs(step) <= SERIES_STEP_SHARE * smallest:
        return start
    end = start + 2
    while end < len(values) and abs(values[end] - values[end - 1] - step) <= 1e-4 * abs(step):
        end += 1
    return end


_SEARCH_WORDS = re.compile(
    r"\b(?:architecture|neural|NAS|evolutionary|controller)\b(?:\W+\w+){0,3}?\W+search"
    r"|\b(?:search (?:cost|process|phase|procedure|time)|(?:the|our) search (?:took|takes|ran|uses|used|with|on))\b"
    r"|\bcontroller\b(?:\W+\w+){0,6}?\W+(?:samples?|child)"
    # Nobody trains hundreds of models but to choose among them: "ran on 225 TPUs for 5 days and trained 27k models".
    r"|\btrain(?:ed|s|ing)? (?:\w+ ){0,2}?(?:\d{3,}|\d{1,3},\d{3}|\d+(?:\.\d+)?\s?k)"
    r" (?!layer)(?:\w+ )?(?:models|networks|architectures)\b",
    re.IGNORECASE,
)
_TRAINED_AFTER = re.compile(
    r"\b(?:found|searched|discovered|best|final|resulting)\b(?:\W+\w+){0,4}?\W+(?:is|are|was|were)?\W*(?:re)?trained",
    re.IGNORECASE,
)


def search_as_training(estimates: Iterable[ComputeEstimate], disclosures: Iterable[Disclosure]) -> list[Defect]:
    """The cost of finding an architecture booked as that of training it: NASNet-A, 500 P100 for 4 days on CIFAR-10.

    Caught are a run whose chips and time the same paper discloses as its search, a run stated in words of search, and
    others' figures that are flagged so (`tasks.compute.third_party`).
    Not caught: grid, beam and hyper-parameter search, a found network that "is then trained", and a paper whose search
    and training differ in chips or time.
    """
    searches: dict[tuple[str, str], set[float]] = {}
    for d in disclosures:
        if d.phase == "search" and d.number is not None:
            searches.setdefault((d.paper_id, d.field), set()).add(d.number)
    found = []
    for e in estimates:
        chips, hours = (searches.get((e.paper_id, field), set()) for field in ("chips", "duration_hours"))
        sign = _search_sign(e, chips, hours)
        if sign:
            found.append(of_estimate(DefectRule.SEARCH_AS_TRAINING, e, sign))
    return found


def _search_sign(e: ComputeEstimate, chips: set[float], hours: set[float]) -> Coded[DefectSign] | None:
    """What says that an estimate is that of a search, of which the paper disclosed so many chips and hours."""
    if e.chips in chips and e.duration_hours in hours:
        return Coded.of(DefectSign.RUN_OF_THE_SEARCH, chips=e.chips or 0.0, hours=e.duration_hours or 0.0)
    if e.method == "hardware_time" and _says_search(e.quote):
        return Coded.of(DefectSign.TIME_IN_WORDS_OF_SEARCH)
    if has(e.flags, ComputeFlag.SEARCH_INCLUDED):
        return Coded.of(DefectSign.CALLED_A_SEARCH, source=e.compute_source)
    return None


def _says_search(quote: str | None) -> bool:
    """Whether one of an estimate's sentences (joined by " … ") tells of a search and not of what follows it."""
    sentences = (quote or "").split(" … ")
    return any(_SEARCH_WORDS.search(s) and not _TRAINED_AFTER.search(s) for s in sentences)


def two_computes(estimates: Iterable[ComputeEstimate]) -> list[Defect]:
    """One model with two computes that cannot both be true: BERT, 1.45e20 FLOP on one table and 2.32e21 on another.

    Two figures of one paper's model contradict each other when their ranges do not meet, whoever read them. Not caught:
    other papers, which train ResNet-50 as they please; figures for two training sets; a model trained anew for each
    benchmark, where one reading of the paper has words of its own for each, or the paper itself states both totals; and
    two methods that differ within their ranges.
    """
    preferred = [e for e in estimates if e.is_preferred and e.training_flop and e.model_key]
    found: dict[str, Defect] = {}
    for same in grouped(preferred, lambda e: (e.paper_id, e.model_key)):
        for a, b in combinations(same, 2):
            if _meet(a, b) or _for_two_data_sets(a, b) or _trained_anew(a, b):
                continue
            for e, other in ((a, b), (b, a)):
                found.setdefault(e.estimate_id, of_estimate(DefectRule.TWO_COMPUTES, e, _ranges_apart(e, other)))
    return list(found.values())


def _ranges_apart(e: ComputeEstimate, other: ComputeEstimate) -> Coded[DefectSign]:
    return Coded.of(
        DefectSign.RANGES_DO_NOT_MEET,
        flop=e.training_flop,
        method=e.method,
        source=e.source_id,
        other_flop=other.training_flop,
        other_method=other.method,
        other_source=other.source_id,
    )


def _meet(a: ComputeEstimate, b: ComputeEstimate) -> bool:
    low, high = sorted((a, b), key=lambda e: e.training_flop)
    return high.own_range[0] <= low.own_range[1]


def _for_two_data_sets(a: ComputeEstimate, b: ComputeEstimate) -> bool:
    return bool(a.training_set and b.training_set and a.training_set != b.training_set)


def _trained_anew(a: ComputeEstimate, b: ComputeEstimate) -> bool:
    """Whether one reading of the paper states both figures: one training for each benchmark."""
    one_reading = a.source_id == b.source_id and a.is_of_paper and b.is_of_paper
    both_quoted = a.quote and b.quote
    return bool(one_reading and both_quoted and (a.quote != b.quote or a.method == b.method == "reported"))
