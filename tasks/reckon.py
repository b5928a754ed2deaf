"""From a paper's disclosures to the training compute of its models (the methods themselves: `tasks.compute`).

Which model a figure belongs to is never guessed. A figure with a model's name is that model's. A figure without one is
the paper's: hardware, chips, time and totals go to the paper's main model only, epochs, examples, batch size and steps
to every model of the paper, and the row's flags say so. Several values of one field are used only where one sentence
ties them together, or as a range. Search, fine-tuning and inference figures are no training compute of a model.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tasks.claims import SUPPOSED, Claim, content_id
from tasks.compute import (
    ComputeInputs,
    MagnitudeError,
    ReckonAssumptions,
    Reckoning,
    cross_check,
    from_hardware_time,
    from_operation_count,
    from_parameters_and_tokens,
    from_reported,
    training_flop_from,
    training_peaks,
)
from tasks.extract.findings import SEVERAL_MODELS, prints_another_size
from tasks.hardware import Hardware, by_slug

__all__ = ["ComputeInputs", "ReckonAssumptions", "Reckoning", "reckon", "training_flop_from"]

logger = logging.getLogger(__name__)

TRAINING_PHASES = frozenset({"training", "pretraining", "unknown"})

SHARED_FIELDS = frozenset({"epochs", "examples", "batch_size", "steps"})
"""Fields that a paper states once for all its models ("all networks are trained for 90 epochs")."""

NEAR_PT, COLUMN_PT = 60.0, 260.0
"""How far apart figures may stand that a reader ties together: some five lines, one column."""

MULTIPLY_ADD = re.compile(r"mult(?:iply|iplication)?s?[-‐– ]*(?:and[- ])?(?:add|acc)|\bM?MAdds?\b|\b[GM]?MACs?\b", re.I)

ANCHORS_MULTIPLY_ADDS = {
    "alexnet": 0.72e9,
    "vgg16": 15.4e9,
    "vgg19": 19.6e9,
    "resnet18": 1.8e9,
    "resnet34": 3.6e9,
    "resnet50": 4.0e9,
    "resnet101": 7.7e9,
    "resnet152": 11.4e9,
    "mobilenet": 0.569e9,
    "densenet121": 2.87e9,
}
"""Multiply-adds per 224 x 224 image (He et al., arXiv 1512.03385, table 1 and section 3.3; Howard et al., arXiv
1704.04861, table 8; Huang et al., arXiv 1608.06993). A paper that prints these as "FLOPs" counts multiply-adds; one
that prints twice as much counts FLOP."""


@dataclass(frozen=True)
class _Run:
    """The claims that speak of one model: its own, and the paper's."""

    own: tuple[Claim, ...]
    shared: tuple[Claim, ...]
    is_main: bool

    def candidates(self, field: str) -> list[Claim]:
        """Claims of one field: the model's own, else the paper's where it may be shared."""
        own = [c for c in self.own if c["field"] == field]
        if own or not (self.is_main or field in SHARED_FIELDS):
            return own
        return [c for c in self.shared if c["field"] == field]

    def single(self, field: str, beside: Sequence[Claim] = ()) -> Claim | None:
        """The claim of one field where one value is stated in the sentences of `beside`, next to them, or at all."""
        found = self.candidates(field)
        quotes = {c["quote"] for c in beside}
        same_sentence = [c for c in found if c["quote"] in quotes]
        near = [c for c in found if any(_is_near(c, b) for b in beside)]
        for group in (same_sentence, near, found):
            if len({c["value"] for c in group}) == 1:
                return group[0]
        return None


def _is_near(a: Claim, b: Claim) -> bool:
    """Whether two claims stand within a few lines of the same page and column."""
    if a["page"] != b["page"] or a.get("bbox_top") is None or b.get("bbox_top") is None:
        return False
    return abs(a["bbox_top"] - b["bbox_top"]) <= NEAR_PT and abs(a["bbox_x0"] - b["bbox_x0"]) <= COLUMN_PT


@dataclass(frozen=True)
class _Found:
    """A reckoning with the claims that it rests on."""

    reckoning: Reckoning
    evidence: tuple[Claim, ...]


def reckon(
    disclosures: Iterable[Claim],
    hardware: list[Hardware],
    main_models: dict[str, tuple[str, str]] | None = None,
    assumptions: ReckonAssumptions | None = None,
) -> list[dict[str, Any]]:
    """Rows of core_compute_estimates, without `source_id`: one a paper, model and method.

    Args:
        disclosures: Claims of core_disclosures, of any number of papers; those with a `doubt` are left out.
        hardware: The hardware table.
        main_models: For each paper_id the name and key of its main model (for example that of its best result); where
            absent, the model with most claims, else a placeholder that joins with nothing.
        assumptions: Utilisation and ranges; defaults where None.
    """
    a = assumptions or ReckonAssumptions()
    table = by_slug(hardware)
    papers: dict[str, list[Claim]] = defaultdict(list)
    for claim in disclosures:
        if not claim.get("doubt") and claim["phase"] in TRAINING_PHASES:
            papers[claim["paper_id"]].append(claim)
    rows = []
    for paper_id in sorted(papers):
        rows += _paper_rows(paper_id, papers[paper_id], table, (main_models or {}).get(paper_id), a)
    return rows


def _paper_rows(
    paper_id: str,
    claims: list[Claim],
    table: dict[str, Hardware],
    main: tuple[str, str] | None,
    assumptions: ReckonAssumptions,
) -> list[dict[str, Any]]:
    names = {c["model_key"]: c["model"] for c in claims if c.get("model_key")}
    main_name, main_key = main or _main_model(paper_id, claims, names)
    names.setdefault(main_key, main_name)
    shared = tuple(
        c for c in claims if not c.get("model_key") and SEVERAL_MODELS not in (c["confidence_reasons"] or "")
    )
    rows = []
    for key in sorted(names):
        own = tuple(c for c in claims if c.get("model_key") == key)
        shared_here = tuple(c for c in shared if not _of_another_size(c, names[key]))
        run = _Run(own, shared_here, key == main_key)
        found = _reckonings(run, table, assumptions)
        rows += _rows(paper_id, names[key], key, found)
    return rows


def _of_another_size(claim: Claim, name: str) -> bool:
    """Whether a count of parameters cannot be the named model's: its name prints another."""
    return claim["field"] == "parameters" and prints_another_size(name, claim["number"])


def _main_model(paper_id: str, claims: list[Claim], names: dict[str, str]) -> tuple[str, str]:
    """Name and key of the only model that the paper names in its disclosures, else a placeholder."""
    if len(names) == 1:
        key, name = next(iter(names.items()))
        return name, key
    return f"main model of {paper_id}", f"main-model-of-{paper_id.lower()}"


def _reckonings(run: _Run, table: dict[str, Hardware], assumptions: ReckonAssumptions) -> list[_Found]:
    found: list[_Found] = []
    for method in (_reported, _hardware_time, _operation_count):
        try:
            one = method(run, table, assumptions)
        except MagnitudeError as error:
            logger.warning("left out: %s", error)
            continue
        if one:
            found.append(one)
    checked = cross_check(f.reckoning for f in found)
    evidence = {f.reckoning.method: f.evidence for f in found}
    return [_Found(r, evidence[r.method]) for r in checked]


def _reported(run: _Run, table: dict[str, Hardware], assumptions: ReckonAssumptions) -> _Found | None:
    claim = run.single("training_flop")
    return _Found(from_reported(claim["number"], assumptions), (claim,)) if claim else None


def _hardware_time(run: _Run, table: dict[str, Hardware], assumptions: ReckonAssumptions) -> _Found | None:
    """Chips x time x peak; several stated times of one model become the range, the dearest the central value."""
    found = []
    for field in ("chip_hours", "duration_hours"):
        for claim in run.candidates(field):
            one = _timed(run, claim, table, assumptions)
            if one:
                found.append(one)
        if found:
            break
    if not found:
        return None
    dearest = max(found, key=lambda f: f.reckoning.training_flop)
    if len({f.reckoning.training_flop for f in found}) == 1:
        return dearest
    lowest = min(f.reckoning.training_flop_lower for f in found)
    flags = (*dearest.reckoning.flags, "several times stated: the dearest is taken, the range spans them")
    return _Found(replace(dearest.reckoning, training_flop_lower=lowest, flags=flags), dearest.evidence)


def _timed(run: _Run, time: Claim, table: dict[str, Hardware], assumptions: ReckonAssumptions) -> _Found | None:
    chip = run.single("hardware", [time])
    chips = run.single("chips", [time])
    if chip is None or chip["value"] not in table or (chips is None and time["field"] == "duration_hours"):
        return None
    hardware = table[chip["value"]]
    if training_peaks(hardware, "") is None:
        return None
    if time["field"] == "chip_hours":
        inputs = ComputeInputs(hardware=hardware.slug, chip_hours=time["number"])
        return _Found(from_hardware_time(inputs, hardware, assumptions), (time, chip))
    assert chips is not None
    inputs = ComputeInputs(
        hardware=hardware.slug,
        chips=chips["number"],
        duration_hours=time["number"],
        duration_lower_hours=time.get("number_lower"),
        duration_upper_hours=time.get("number_upper"),
    )
    return _Found(from_hardware_time(inputs, hardware, assumptions), (time, chips, chip))


def _operation_count(run: _Run, table: dict[str, Hardware], assumptions: ReckonAssumptions) -> _Found | None:
    """Forward operations x passes, else 6 x parameters x tokens."""
    ops, passes = run.single("forward_ops"), _passes(run)
    if ops and passes:
        inputs = ComputeInputs(
            forward_ops=ops["number"],
            forward_ops_unit=operations_unit(ops),
            **{c["field"]: c["number"] for c in passes},
        )
        return _Found(from_operation_count(inputs, assumptions), (ops, *passes))
    parameters, tokens = run.single("parameters"), run.single("tokens")
    if parameters and tokens:
        reckoning = from_parameters_and_tokens(parameters["number"], tokens["number"], assumptions)
        reckoning = replace(reckoning, flags=("6ND: holds for dense transformers on tokens only",))
        return _Found(reckoning, (parameters, tokens))
    return None


def _passes(run: _Run) -> tuple[Claim, Claim] | None:
    """Two claims whose product is the number of examples seen: examples x epochs, or batch size x steps."""
    epochs = run.single("epochs")
    examples = run.single("examples", [epochs] if epochs else [])
    if epochs and examples:
        return examples, epochs
    steps = run.single("steps")
    batch = run.single("batch_size", [steps] if steps else [])
    return (batch, steps) if steps and batch else None


def operations_unit(claim: Claim) -> str:
    """'multiply_add' or 'flop' where the words or a known network decide it, else ''.

    Papers that say multiply-adds mean them. "FLOPs" is either: decided only for networks whose multiply-adds are known.
    """
    words = " ".join(str(claim.get(k) or "") for k in ("raw_value", "column_header", "quote", "confidence_reasons"))
    if MULTIPLY_ADD.search(words):
        return "multiply_add"
    anchor = ANCHORS_MULTIPLY_ADDS.get(str(claim.get("model_key") or ""))
    if anchor and abs(claim["number"] / anchor - 1) < 0.1:
        return "multiply_add"
    if anchor and abs(claim["number"] / (2 * anchor) - 1) < 0.1:
        return "flop"
    return ""


def estimate_row(r: Reckoning, identity: dict[str, Any]) -> dict[str, Any]:
    """The columns of core_compute_estimates that a reckoning gives, with the id of the whole row.

    `identity` holds `paper_id`, `model_key` and `evidence_ids`: with method and basis they make the row what it is.
    """
    return {
        "method": r.method,
        "training_flop": r.training_flop,
        "training_flop_lower": r.training_flop_lower,
        "training_flop_upper": r.training_flop_upper,
        "hardware_burden_flop": r.hardware_burden_flop,
        "hardware": r.hardware or None,
        "chips": r.chips,
        "duration_hours": r.duration_hours,
        "basis": r.basis,
        "flags": "; ".join(r.flags) or None,
        "estimate_id": content_id(
            identity["paper_id"], identity["model_key"], r.method, r.basis, identity["evidence_ids"]
        ),
    }


def _rows(paper_id: str, model: str, model_key: str, found: list[_Found]) -> list[dict[str, Any]]:
    rows = []
    for place, f in enumerate(found):
        r = f.reckoning
        if all(not c.get("model_key") for c in f.evidence):
            r = replace(r, flags=(*r.flags, SUPPOSED))
        elif any(not c.get("model_key") for c in f.evidence):
            r = replace(r, flags=(*r.flags, "rests partly on figures of the paper, not of the model"))
        identity = {
            "paper_id": paper_id,
            "model": model,
            "model_key": model_key,
            "evidence_ids": " ".join(c["disclosure_id"] for c in f.evidence),
        }
        quote = " … ".join(dict.fromkeys(c["quote"] for c in f.evidence))
        row = {**identity, **estimate_row(r, identity), "quote": quote, "compute_source": "paper"}
        rows.append({**row, "is_preferred": place == 0})
    return rows
