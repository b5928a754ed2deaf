"""From a paper's disclosures to the training compute of its models.

`evidence` chooses the figures of one training run, `reckonings` applies the `methods` to them, and here the models of a
paper are gone through. Search, fine-tuning and inference figures are no training compute of a model.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tasks.compute.evidence import LARGEST_OF_PAPER, Run, is_of_family, speaks_of
from tasks.compute.methods import MagnitudeError, ReckonAssumptions, Reckoning, cross_check
from tasks.compute.reckonings import EPOCHS_SUPPOSED, METHODS_OF_A_RUN, Found, Setting
from tasks.compute.tables import Tables
from tasks.extract.training.findings import SEVERAL_MODELS
from tasks.provenance.claims import SUPPOSED, Claim, content_id

logger = logging.getLogger(__name__)

PASSES = frozenset({"epochs", "steps", "duration_hours", "chip_hours"})
"""Fields that tell how long a model is trained on a data set."""

TRAINING, PRETRAINING = frozenset({"training", "unknown"}), frozenset({"pretraining"})


@dataclass(frozen=True)
class Trained:
    """A model of a paper and the data set that it was trained on; `is_main` for the best result on that data set.

    `more_data` is the data set that it mostly learnt from, where its result says so; "?" for an unknown one.
    """

    model: str
    model_key: str
    training_set: str = ""
    is_main: bool = True
    more_data: str = ""


def reckon(
    disclosures: Iterable[Claim],
    tables: Tables,
    models: Mapping[str, Sequence[Trained]] | None = None,
    assumptions: ReckonAssumptions | None = None,
    years: Mapping[str, int] | None = None,
) -> list[dict[str, Any]]:
    """Rows of core_compute_estimates, without `source_id`: one a paper, model, training set and method.

    Args:
        disclosures: Claims of core_disclosures, of any number of papers; those with a `doubt` are left out.
        tables: Chips, data sets, usual chips (`load_tables`).
        models: For each paper_id its models with results; where it has none, the largest model named in its
            disclosures is its main model, else a placeholder that joins with nothing.
        assumptions: Utilisation and ranges; defaults where None.
        years: For each paper_id its year, for chips that are not named.
    """
    papers: dict[str, list[Claim]] = defaultdict(list)
    for claim in disclosures:
        if not claim.get("doubt") and claim["phase"] in TRAINING | PRETRAINING:
            papers[claim["paper_id"]].append(claim)
    rows = []
    for paper_id in sorted(papers):
        setting = Setting(tables, assumptions or ReckonAssumptions(), (years or {}).get(paper_id))
        for trained in _models(paper_id, papers[paper_id], (models or {}).get(paper_id, ())):
            rows += _rows(paper_id, trained, _reckonings(papers[paper_id], trained, setting))
    return rows


def _models(paper_id: str, claims: list[Claim], with_results: Sequence[Trained]) -> list[Trained]:
    """The models of a paper, each once a training set: those with results, and those that its disclosures name."""
    known = {m.model_key for m in with_results}
    named = {c["model_key"]: c["model"] for c in claims if c.get("model_key") and c["model_key"] not in known}
    found = [*with_results, *(Trained(name, key, is_main=False) for key, name in sorted(named.items()))]
    largest = _largest_named(claims, named)
    if largest:
        found = [m for m in found if m.model_key != largest]
        found += [Trained(named[largest], largest, training_set) for training_set in _training_sets(claims)]
    elif not any(m.is_main for m in found):
        name, key = f"main model of {paper_id}", f"main-model-of-{paper_id.lower()}"
        found += [Trained(name, key, training_set) for training_set in _training_sets(claims)]
    return found


def _training_sets(claims: list[Claim]) -> list[str]:
    """The data sets that a model without results is trained on: those named beside passes and times, else any."""
    told = {c["training_set"] for c in claims if c["field"] in PASSES and c.get("training_set")}
    return sorted(told) or [""]


def _largest_named(claims: list[Claim], named: Mapping[str, str]) -> str:
    """Key of the only model that a paper names in its disclosures, else of the one with the most parameters."""
    if len(named) == 1:
        return next(iter(named))
    sized = [
        (c["number"], c["model_key"]) for c in claims if c["field"] == "parameters" and c.get("model_key") in named
    ]
    return max(sized)[1] if sized else ""


def _reckonings(claims: list[Claim], trained: Trained, setting: Setting) -> list[Found]:
    """Every method that the claims allow for one model, its pre-training and its training taken together."""
    found: dict[str, Found] = {}
    mostly_on = trained.more_data.strip("?") if trained.more_data else trained.training_set
    for phases, training_set in ((PRETRAINING, _pretrained_on(claims)), (TRAINING, mostly_on)):
        run = _run(claims, trained, phases, training_set)
        for method in METHODS_OF_A_RUN:
            try:
                one = method(run, setting)
            except MagnitudeError as error:
                logger.warning("left out: %s", error)
                continue
            if one:
                other = found.get(one.reckoning.method)
                found[one.reckoning.method] = _together(one, other) if other else one
    evidence = {f.reckoning.method: f.evidence for f in found.values()}
    return [Found(r, evidence[r.method]) for r in cross_check(f.reckoning for f in found.values())]


def _pretrained_on(claims: list[Claim]) -> str:
    """The one data set that a paper's figures of pre-training name, or all its sizes and passes; '' for several."""
    passes = [c for c in claims if c.get("training_set") and c["field"] in PASSES | {"examples"}]
    before = {c["training_set"] for c in claims if c["phase"] in PRETRAINING and c.get("training_set")}
    named = before or {c["training_set"] for c in passes}
    return named.pop() if len(named) == 1 else ""


def _run(claims: list[Claim], trained: Trained, phases: frozenset[str], training_set: str) -> Run:
    own, shared, others = [], [], []
    for c in claims:
        if speaks_of(c.get("model_key") or "", trained.model_key):
            own.append(c)
        elif is_of_family(c, trained.model_key):
            shared.append(c)
        elif c.get("model_key") or SEVERAL_MODELS in (c["confidence_reasons"] or ""):
            others.append(c)
        else:
            shared.append(c)
    names = (trained.model, trained.model_key)
    return Run(*names, tuple(own), tuple(shared), tuple(others), trained.is_main, training_set, phases)


def _together(a: Found, b: Found) -> Found:
    """Two phases by one method: the dearer, and the sum as upper end (one sentence may speak of either phase)."""
    dearer, other = sorted((a, b), key=lambda f: -f.reckoning.training_flop)
    if dearer.evidence == other.evidence:
        return dearer
    upper = dearer.reckoning.training_flop_upper + other.reckoning.training_flop_upper
    flags = (*dearer.reckoning.flags, "pre-training and training: the dearer is taken, the range reaches to their sum")
    return Found(replace(dearer.reckoning, training_flop_upper=upper, flags=flags), dearer.evidence)


def estimate_row(r: Reckoning, identity: dict[str, Any]) -> dict[str, Any]:
    """The columns of core_compute_estimates that a reckoning gives, with the id of the whole row.

    `identity` holds `paper_id`, `model_key` and `evidence_ids`: with method and basis they make the row what it is.
    """
    parts = ("paper_id", "model_key", "training_set", "evidence_ids")
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
        "estimate_id": content_id(*(identity.get(p) for p in parts), r.method, r.basis),
    }


def _rows(paper_id: str, trained: Trained, found: list[Found]) -> list[dict[str, Any]]:
    rows = []
    for place, f in enumerate(found):
        r = f.reckoning
        of_the_model = [speaks_of(c.get("model_key") or "", trained.model_key) for c in f.evidence]
        if not any(of_the_model) or {LARGEST_OF_PAPER, EPOCHS_SUPPOSED} & set(r.flags):
            r = replace(r, flags=(*r.flags, SUPPOSED))
        elif not all(of_the_model):
            r = replace(r, flags=(*r.flags, "rests partly on figures of the paper, not of the model"))
        identity = {
            "paper_id": paper_id,
            "model": trained.model,
            "model_key": trained.model_key,
            "training_set": trained.training_set or None,
            "evidence_ids": " ".join(c["disclosure_id"] for c in f.evidence),
        }
        quote = " … ".join(dict.fromkeys(c["quote"] for c in f.evidence))
        row = {**identity, **estimate_row(r, identity), "quote": quote, "compute_source": "paper"}
        rows.append({**row, "is_preferred": place == 0})
    return rows
