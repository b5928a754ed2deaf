"""Defects of collected compute and accuracy figures, each caught by a rule: those of the study's data, sought in ours.

A rule is a function over tables with our column names; it returns findings and changes nothing. A finding says where to
look, in words; of those in `SPOILING` an observation is kept out of the fits until a person has looked. Sources of the
rules: the published data of Thompson et al., arXiv 2007.05558 (regression sample of 2020, replication data of 2022).
"""

import re
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from schemas.vocabularies import DEFECT_RULES
from tasks.compute.methods import FLOP_PER_MULTIPLY_ADD, ReckonAssumptions
from tasks.compute.third_party import SEARCH_INCLUDED
from tasks.names.same_model import is_generic

COPIED, FILLED, SEARCH, ENSEMBLE, COUNT, TWO_COMPUTES, SWAPPED, DOUBLED = DEFECT_RULES

SPOILING = frozenset({COPIED, SEARCH, ENSEMBLE, SWAPPED})
"""Rules whose finding makes an observation wrong in a fit; the others may have an honest cause."""

SPOILING_OTHERS = frozenset(DEFECT_RULES)
"""The same for rows that a machine joined from structured sources, whose cause nobody has looked for: every rule."""

SIGNIFICANT_DIGITS = 4
"""Figures printed with fewer digits meet by chance: 6.4e19 stands on three models of two papers of ours."""

SERIES_LENGTH, SERIES_STEP_SHARE = 4, 0.1
"""A filled series: so many rows in a row, each more than the one before by the same small share of the smallest."""

RANGE_WITHOUT_RANGE = ReckonAssumptions.operation_range
"""A compute figure without a range is taken to be good to the factor of a plain count of operations."""

SWAP_POINTS = 1.0
"""Percentage points that two values must be apart: swapped last decimals cannot be told from another training run."""

TWICE_TOLERANCE = 0.1
"""How near to two the ratio of two counts must be: papers count biases, pooling and the last layer differently."""


@dataclass(frozen=True)
class Finding:
    """One row that a rule points at, and why."""

    rule: str
    table_name: str
    row_id: str
    paper_id: str | None
    model: str | None
    reason: str


Row = Mapping[Hashable, Any]


def _rows(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """The frame's rows in order, None for what is empty."""
    columns = list(frame.columns)
    cells = (frame[c].tolist() for c in columns)
    return [
        {c: None if pd.isna(v) else v for c, v in zip(columns, values, strict=True)}
        for values in zip(*cells, strict=True)
    ]


def _finding(rule: str, table_name: str, id_column: str, row: Row, reason: str) -> Finding:
    return Finding(rule, table_name, row[id_column], row.get("paper_id"), row.get("model"), reason)


def _estimate(rule: str, row: Row, reason: str) -> Finding:
    return _finding(rule, "core_compute_estimates", "estimate_id", row, reason)


def _grouped(rows: Iterable[dict[Hashable, Any]], *columns: str) -> list[list[dict[Hashable, Any]]]:
    """Rows with the same values in these columns, in the order in which they first appear."""
    groups: dict[tuple[Any, ...], list[dict[Hashable, Any]]] = {}
    for row in rows:
        groups.setdefault(tuple(row[c] for c in columns), []).append(row)
    return list(groups.values())


# --- rules over compute


def copied_compute(estimates: pd.DataFrame) -> list[Finding]:
    """The same compute to all digits on models of different papers: SENet has NASNet-A's 1.645056e21 FLOP.

    Not caught: models of one paper, which are often trained alike; one model under two metrics or benchmarks; figures
    of less than four digits; rows that each rest on a run or on words of their own, since eight V100 for three days
    are what they are wherever they stand; and versions of one model that others list without a paper.
    """
    rows = [r for r in _rows(estimates) if r["training_flop"] and _digits(r["training_flop"]) >= SIGNIFICANT_DIGITS]
    found: dict[str, Finding] = {}
    for same in _grouped([{**r, "_printed": f"{r['training_flop']:.9g}"} for r in rows], "_printed"):
        for a, b in combinations(same, 2):
            if a["paper_id"] == b["paper_id"] or a["model_key"] == b["model_key"] or not _one_origin(a, b):
                continue
            if _versions(a, b):
                continue
            for row, other in ((a, b), (b, a)):
                words = f"its {row['training_flop']:.7g} FLOP are to all digits those of {other['model']}"
                words += f" ({other['paper_id']}), and no run of its own is told"
                found.setdefault(row["estimate_id"], _estimate(COPIED, row, words))
    return list(found.values())


def _digits(value: float) -> int:
    return len(f"{value:.9e}".split("e")[0].replace(".", "").rstrip("0"))


def _one_origin(a: Row, b: Row) -> bool:
    """Whether two equal figures cannot both be readings of their own."""
    if a.get("quote") and a.get("quote") == b.get("quote"):
        return True
    return not (_has_origin(a) and _has_origin(b))


def _has_origin(row: Row) -> bool:
    """Whether a figure rests on words or on a run of its own; others' words on hardware and time must tell the run."""
    run_told = all(row.get(c) for c in ("hardware", "chips", "duration_hours"))
    if _is_others(row) and row.get("method") == "hardware_time":
        return run_told
    return bool(row.get("quote")) or run_told


def _is_others(row: Row) -> bool:
    """Whether somebody else's table is the source of the figure, and not the paper."""
    return (row.get("compute_source") or "paper") != "paper"


def _versions(a: Row, b: Row) -> bool:
    keys = sorted((a["model_key"] or "", b["model_key"] or ""), key=len)
    unpublished = all(r["paper_id"] == f"model:{r['model_key']}" for r in (a, b))
    return unpublished and keys[1].startswith(keys[0])


def filled_series(estimates: pd.DataFrame) -> list[Finding]:
    """Compute that rises by one small step over four rows or more: HRNet has 74, 75, ... 80 x 203.4e6 GFLOP.

    The rows must come in the order in which they are listed; a spreadsheet made such a series when a cell was dragged
    down. Not caught: equal figures, and one model trained for 100, 200, 300 and 400 epochs, whose step is large beside
    the values.
    """
    rows = [r for r in _rows(estimates) if r["training_flop"]]
    found, start = [], 0
    while start + SERIES_LENGTH <= len(rows):
        end = _series_end([r["training_flop"] for r in rows], start)
        if end - start >= SERIES_LENGTH:
            step = rows[start + 1]["training_flop"] - rows[start]["training_flop"]
            words = f"one of {end - start} rows in a row whose compute differs by {step:.7g} FLOP each: filled down"
            found += [_estimate(FILLED, r, words) for r in rows[start:end]]
            start = end
        else:
            start += 1
    return found


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


def search_as_training(estimates: pd.DataFrame, disclosures: pd.DataFrame) -> list[Finding]:
    """The cost of finding an architecture booked as that of training it: NASNet-A, 500 P100 for 4 days on CIFAR-10.

    Caught are a run whose chips and time the same paper discloses as its search, a run told in words of search, and
    others' figures that are flagged so (`tasks.compute.third_party`).
    Not caught: grid, beam and hyper-parameter search, a found network that "is then trained", and a paper whose search
    and training differ in chips or time.
    """
    searches: dict[str, dict[str, set[float]]] = {}
    for claim in _rows(disclosures):
        if claim["phase"] == "search" and claim["number"] is not None:
            searches.setdefault(claim["paper_id"], {}).setdefault(claim["field"], set()).add(claim["number"])
    found = []
    for row in _rows(estimates):
        stated = searches.get(row["paper_id"], {})
        chips, hours = stated.get("chips", set()), stated.get("duration_hours", set())
        if row["chips"] in chips and row["duration_hours"] in hours:
            words = f"{row['chips']:g} chips for {row['duration_hours']:g} h are the paper's search, not its training"
            found.append(_estimate(SEARCH, row, words))
        elif row["method"] == "hardware_time" and _says_search(row.get("quote")):
            found.append(_estimate(SEARCH, row, "its time is told in words of a search for the architecture"))
        elif SEARCH_INCLUDED in (row.get("flags") or ""):
            words = f"{row['compute_source']}: by its note, or by name and title, the cost of a search"
            found.append(_estimate(SEARCH, row, words))
    return found


def _says_search(quote: str | None) -> bool:
    """Whether one of an estimate's sentences (joined by " … ") tells of a search and not of what follows it."""
    sentences = (quote or "").split(" … ")
    return any(_SEARCH_WORDS.search(s) and not _TRAINED_AFTER.search(s) for s in sentences)


def two_computes(estimates: pd.DataFrame) -> list[Finding]:
    """One model with two computes that cannot both be true: BERT, 1.45e20 FLOP on one table and 2.32e21 on another.

    Two figures of one paper's model contradict each other when their ranges do not meet, whoever read them. Not caught:
    other papers, which train ResNet-50 as they please; figures for two training sets; a model trained anew for each
    benchmark, where one reading of the paper has words of its own for each, or the paper itself states both totals; and
    two methods that differ within their ranges.
    """
    rows = [r for r in _rows(estimates) if r.get("is_preferred", True) and r["training_flop"] and r["model_key"]]
    found: dict[str, Finding] = {}
    for same in _grouped(rows, "paper_id", "model_key"):
        for a, b in combinations(same, 2):
            if _meet(a, b) or _for_two_data_sets(a, b) or _trained_anew(a, b):
                continue
            for row, other in ((a, b), (b, a)):
                words = f"{row['training_flop']:.3g} FLOP by {row['method']} ({row['source_id']}) here,"
                words += f" {other['training_flop']:.3g} by {other['method']} ({other['source_id']}) elsewhere"
                found.setdefault(row["estimate_id"], _estimate(TWO_COMPUTES, row, words))
    return list(found.values())


def _meet(a: Row, b: Row) -> bool:
    low, high = sorted((a, b), key=lambda r: r["training_flop"])
    top = low.get("training_flop_upper") or low["training_flop"] * RANGE_WITHOUT_RANGE
    bottom = high.get("training_flop_lower") or high["training_flop"] / RANGE_WITHOUT_RANGE
    return bool(bottom <= top)


def _for_two_data_sets(a: Row, b: Row) -> bool:
    first, second = a.get("training_set"), b.get("training_set")
    return bool(first and second and first != second)


def _trained_anew(a: Row, b: Row) -> bool:
    """Whether one reading of the paper tells both figures: one training for each benchmark."""
    one_reading = a["source_id"] == b["source_id"] and not (_is_others(a) or _is_others(b))
    told = a.get("quote") and b.get("quote")
    return bool(one_reading and told and (a["quote"] != b["quote"] or a["method"] == b["method"] == "reported"))


# --- rules over results


_SEVERAL_NETS = re.compile(
    r"(?<![\w.-])(?P<number>\d{1,2})\s*(?:\w+\s+)?(?:CNNs|nets|networks|convnets|models)\b"
    r"|\bens(?:\.|embles?)?(?![\w-])",
    re.IGNORECASE,
)
_ONE_NET = re.compile(r"\b1[\s-]*(?:CNN|net|network|convnet|model)s?\b|\bsingle\b|\bw/?o\b|\bwithout\b", re.IGNORECASE)
_ALL_NETS = re.compile(
    r"\bensembles?\b|\b(?:all|each) of the\b|\b(?:networks|nets|models) (?:in total|altogether)\b", re.I
)


def ensemble_with_single_compute(results: pd.DataFrame, estimates: pd.DataFrame) -> list[Finding]:
    """The accuracy of several networks together with the compute of one: AlexNet, 7 CNNs, 1.5e18 FLOP.

    Caught is a result that its flag or its name ("7 CNNs", "ensemble of 6") calls an ensemble's, where the words of its
    compute do not speak of an ensemble. Not caught: "single model", a result without compute, another paper's result
    that is only cited, and compute told for the ensemble.
    """
    by_model = {
        (e["source_id"], e["paper_id"], e["model_key"]): e for e in _rows(estimates) if e.get("is_preferred", True)
    }
    found = []
    for row in _rows(results):
        estimate = by_model.get((row["source_id"], row["paper_id"], row["model_key"]))
        is_cited = row.get("is_own") is False and _result_table(row) == "core_results"
        if estimate is None or is_cited or not (row.get("is_ensemble") or says_ensemble(row["model"])):
            continue
        told = " ".join(str(estimate.get(c) or "") for c in ("quote", "basis"))
        if not _ALL_NETS.search(told):
            words = f"the accuracy of several networks with {estimate['training_flop']:.3g} FLOP, those of one"
            found.append(_finding(ENSEMBLE, _result_table(row), "result_id", row, words))
    return found


def says_ensemble(model: str) -> bool:
    """Whether a model's name says that several networks stand behind it."""
    match = _SEVERAL_NETS.search(model)
    return bool(match and (match["number"] is None or int(match["number"]) > 1) and not _ONE_NET.search(model))


def _result_table(row: Row) -> str:
    return str(row.get("table_name") or "core_results")


def digits_swapped(results: pd.DataFrame) -> list[Finding]:
    """A value that is another paper's value of the same model with two neighbouring digits changed over: .872 for .827.

    The value that fewer papers state is pointed at, both where they are as many. Not caught: values less than a point
    apart, whose difference is one of training; two values of one paper; names that every paper gives to its own model;
    and a value that some third value of the model supports (77.12 beside 71.72 and 77.2).
    """
    named = [r for r in _rows(results) if r["model_key"] and not is_generic(r["model"])]
    found = []
    for same in _grouped(named, "benchmark", "metric", "model_key"):
        papers: dict[float, set[str]] = {}
        for row in same:
            papers.setdefault(row["value"], set()).add(row["paper_id"])
        for value, other in _swaps(papers):
            words = f"{value:g} here, {other:g} in {', '.join(sorted(papers[other])[:3])}: digits changed over"
            found += [_finding(SWAPPED, _result_table(r), "result_id", r, words) for r in same if r["value"] == value]
    return found


def _swaps(papers: Mapping[float, set[str]]) -> list[tuple[float, float]]:
    """Pairs of a doubtful value and the value that it should be."""
    pairs = []
    for value, other in ((a, b) for a in papers for b in papers if a != b):
        if abs(value - other) < SWAP_POINTS or papers[value] & papers[other] or not is_swap(value, other):
            continue
        supported = any(v not in (value, other) and abs(v - value) < SWAP_POINTS for v in papers)
        if len(papers[value]) <= len(papers[other]) and not supported:
            pairs.append((value, other))
    return pairs


def is_swap(value: float, other: float) -> bool:
    """Whether two figures differ by exactly two neighbouring digits changed over (82.7 and 87.2)."""
    a, b = (f"{v:.4f}" for v in (value, other))
    if len(a) != len(b):
        return False
    a, b = a.replace(".", ""), b.replace(".", "")
    differ = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )


# --- rules over disclosures

_SEVERAL_COUNTS = re.compile(r"\s*\d+(?:\s*/\s*\d+)+\s*")
_RATES, _AMOUNTS = frozenset({"peak_flop_per_s"}), frozenset({"chips", "duration_hours", "chip_hours", "training_flop"})
SMALLEST_RATE = 1e9
"""FLOP/s: no processor on which a network was trained is slower (a Tesla C1060 of 2008: 6.2e11)."""


def count_in_rate(disclosures: pd.DataFrame) -> list[Finding]:
    """A count where a rate belongs, or several counts where one figure belongs: "32/8/128" as a TPU v3's peak rate.

    Not caught: one number with its unit, a fraction in a name ("ViT-G/14"), several batch sizes.
    """
    found = []
    for row in _rows(disclosures):
        raw = str(row["raw_value"] or "")
        if row["field"] in _RATES | _AMOUNTS and _SEVERAL_COUNTS.fullmatch(raw):
            words = f"{raw!r} as {row['field']}: several counts in the place of one figure"
        elif row["field"] in _RATES and row["number"] is not None and row["number"] < SMALLEST_RATE:
            words = f"{raw!r} as {row['field']}: a count, no rate"
        else:
            continue
        found.append(_finding(COUNT, "core_disclosures", "disclosure_id", row, words))
    return found


def flop_or_multiply_add(disclosures: pd.DataFrame) -> list[Finding]:
    """Operations of a forward pass that differ by a factor of two between papers: ResNet-50, 4.1e9 and 8.2e9.

    Caught are those that are not said to be multiply-adds, where another paper's count of the same model, taken as FLOP
    by its words, is twice or half as much. Not caught: two counts of one paper (two resolutions), other factors, counts
    whose words print different resolutions, and names that every paper gives to its own model.

    Args:
        disclosures: Rows of core_disclosures with a column `forward_ops_unit`: 'flop', 'multiply_add' or ''.
    """
    named = [
        r
        for r in _rows(disclosures)
        if r["field"] == "forward_ops" and r["number"] and r["model_key"] and not is_generic(r["model"])
    ]
    found: dict[str, Finding] = {}
    for same in _grouped(named, "model_key"):
        for a, b in combinations(same, 2):
            low, high = sorted((_as_flop(a), _as_flop(b)))
            if a["paper_id"] == b["paper_id"] or abs(high / low / 2 - 1) > TWICE_TOLERANCE or _resolutions_differ(a, b):
                continue
            for row, other in ((a, b), (b, a)):
                if row["forward_ops_unit"] != "multiply_add":
                    words = f"{row['number']:.3g} here, {other['number']:.3g} in {other['paper_id']}"
                    words += (
                        f" ({other['forward_ops_unit'] or 'unit open'}): FLOP and multiply-adds taken for each other"
                    )
                    found.setdefault(
                        row["disclosure_id"], _finding(DOUBLED, "core_disclosures", "disclosure_id", row, words)
                    )
    return list(found.values())


def _as_flop(row: Row) -> float:
    factor = FLOP_PER_MULTIPLY_ADD if row["forward_ops_unit"] == "multiply_add" else 1.0
    return float(row["number"] * factor)


_RESOLUTION = re.compile(r"\b(\d{3,4})\s*(?:[x×]\s*\d{3,4}|px|pixels|res\b)")


def _resolutions_differ(a: Row, b: Row) -> bool:
    sides = [set(_RESOLUTION.findall(" ".join(str(r.get(c) or "") for c in ("quote", "row_header")))) for r in (a, b)]
    return all(sides) and not sides[0] & sides[1]


# --- all of them


def find_defects(estimates: pd.DataFrame, disclosures: pd.DataFrame, results: pd.DataFrame) -> list[Finding]:
    """Every rule over the nightly tables, in a fixed order, each row once a rule.

    Args:
        estimates: Rows of core_compute_estimates, with `paper_id` of the paper that the model is of.
        disclosures: Rows of core_disclosures with `forward_ops_unit`.
        results: Rows of core_results and raw_observations with `table_name` and `model_key`.
    """
    # A spreadsheet's order is not kept by a table: within a paper, by compute, a filled series is in a row again.
    listed = estimates.sort_values(["source_id", "paper_id", "training_flop", "estimate_id"]).drop_duplicates(
        ["source_id", "paper_id", "model_key", "training_flop"]
    )
    papers = listed.groupby(["source_id", "paper_id"])
    series = [f for _, of_paper in papers if len(of_paper) >= SERIES_LENGTH for f in filled_series(of_paper)]
    found = [
        *copied_compute(estimates),
        *series,
        *search_as_training(estimates, disclosures),
        *ensemble_with_single_compute(results, estimates),
        *count_in_rate(disclosures),
        *two_computes(estimates),
        *digits_swapped(results),
        *flop_or_multiply_add(disclosures),
    ]
    once = {(f.rule, f.table_name, f.row_id): f for f in reversed(found)}
    return sorted(once.values(), key=lambda f: (DEFECT_RULES.index(f.rule), f.table_name, f.row_id))


def spoilt(
    findings: Iterable[Row], checked_by_hand: frozenset[str], of_others: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Why rows may not stand in a fit, by id of result or estimate; rows that a person has checked may.

    Rows `of_others` (structured sources) fall by any rule. Of two computes of one model neither is known to be wrong,
    but where a person has checked one of them in the same paper, the other is.
    """
    rows = list(findings)
    told = {(f["paper_id"], f["model"]) for f in rows if f["rule"] == TWO_COMPUTES and f["row_id"] in checked_by_hand}
    return {
        f["row_id"]: f"{f['rule'].replace('_', ' ')}: {f['reason']}"
        for f in rows
        if f["row_id"] not in checked_by_hand
        and (
            f["rule"] in (SPOILING_OTHERS if f["row_id"] in of_others else SPOILING)
            or (f["rule"] == TWO_COMPUTES and (f["paper_id"], f["model"]) in told)
        )
    }
