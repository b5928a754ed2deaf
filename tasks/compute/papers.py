"""From a paper's disclosures to the training compute of its models.

`evidence` chooses the figures of one training run, `run_methods` applies the `methods` to them, and here the models of
a paper are gone through. Search, fine-tuning and inference figures are no training compute of a model.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeDoubt, ComputeFlag
from schemas.codes.reading import ReadingNote
from schemas.rows.claims import Disclosure
from schemas.rows.compute import PAPER, ComputeEstimate
from tasks.compute.evidence import PASSES, TIMES, TrainingRun, is_of_another_run, is_of_family, speaks_of
from tasks.compute.methods import (
    FLOP_MAXIMUM,
    FLOP_MINIMUM,
    ComputeAssumptions,
    MagnitudeError,
    MethodEstimate,
    cross_check,
    preference,
)
from tasks.compute.rows import EstimatedModel, RefusedEstimate, estimate_row
from tasks.compute.run_estimates import RunContext, RunEstimate, RunRefusal
from tasks.compute.run_methods import METHODS_OF_A_RUN
from tasks.compute.tables import ComputeTables
from tasks.names.distillation import says_distilled
from tasks.provenance.claims import content_id

SAME_BURDEN = 0.1
"""How near a stated total comes to chips x peak x time where it is that product: rates of a chip differ by clock."""

TRAINING, PRETRAINING = frozenset({"training", "unknown"}), frozenset({"pretraining"})


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model of a paper and the data set that it was trained on; `is_main` for the best result on that data set.

    `more_data` is the data set that it mostly learnt from, where its result says so; "?" for an unknown one. `credited`
    is the network of others that it is, or that its name ends in, where the paper shows a result of theirs.
    """

    model: str
    model_key: str
    training_set: str = ""
    is_main: bool = True
    more_data: str = ""
    credited: str = ""


def estimate_papers(
    disclosures: Iterable[Disclosure],
    tables: ComputeTables,
    models: Mapping[str, Sequence[TrainedModel]] | None = None,
    assumptions: ComputeAssumptions | None = None,
    years: Mapping[str, int] | None = None,
) -> list[ComputeEstimate | RefusedEstimate]:
    """Training compute of the models of papers: one row a paper, model, training set and method.

    Of a model without any, a row for each method that its figures speak for, and why it gives nothing.

    Args:
        disclosures: Rows of core_disclosures of one source, of any number of papers.
        tables: Chips, data sets, usual chips (`load_compute_tables`).
        models: For each paper_id its models with results; where it has none, the largest model named in its
            disclosures is its main model, else a placeholder that joins with nothing.
        assumptions: Utilisation and ranges; defaults where None.
        years: For each paper_id its year, for chips that are not named.
    """
    papers: dict[str, list[Disclosure]] = defaultdict(list)
    for disclosure in disclosures:
        if disclosure.phase in TRAINING | PRETRAINING:
            papers[disclosure.paper_id].append(disclosure)
    rows: list[ComputeEstimate | RefusedEstimate] = []
    for paper_id, stated in sorted(papers.items()):
        context = RunContext(tables, assumptions or ComputeAssumptions(), (years or {}).get(paper_id))
        with_results = (models or {}).get(paper_id, ())
        known = _named_in_full(stated, with_results)
        for model in _models(paper_id, known, with_results):
            found, refused = _estimates(known, model, context)
            rows += _rows(paper_id, model, found) or _refusals(paper_id, model, refused)
    return rows


_SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?[MB])(?![\w-])")
_ONLY_A_SIZE = re.compile(r"(?:(?:size|models?|variant|version)\s+)?(\d+(?:\.\d+)?[MB])\W*", re.IGNORECASE)


def _named_in_full(disclosures: list[Disclosure], models: Sequence[TrainedModel]) -> list[Disclosure]:
    """The disclosures, those of a "27B" as of the model with results whose name prints that size; of several the one
    whose name the others go on from ("Foo 27B" beside "Foo 27B IT"), else none."""
    sized: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for m in models:
        for size in _SIZE.findall(m.model.replace("-", " ")):
            sized[size].add((m.model, m.model_key))

    def named(d: Disclosure) -> Disclosure:
        size = _ONLY_A_SIZE.fullmatch(d.model or "")
        meant = sorted(sized.get(size[1].upper(), ()) if size else (), key=lambda m: (len(m[1]), m))
        if not meant or not all(key.startswith(meant[0][1]) for _, key in meant):
            return d
        return replace(d, model=meant[0][0], model_key=meant[0][1])

    return [named(d) for d in disclosures]


def _models(paper_id: str, disclosures: list[Disclosure], with_results: Sequence[TrainedModel]) -> list[TrainedModel]:
    """The models of a paper, each once a training set: those with results, and those that its disclosures name."""
    known = {m.model_key for m in with_results}
    named = {d.model_key: d.model or "" for d in disclosures if d.model_key and d.model_key not in known}
    found = [*with_results, *(TrainedModel(name, key, is_main=False) for key, name in sorted(named.items()))]
    largest = _largest_named(disclosures, named)
    if largest:
        found = [m for m in found if m.model_key != largest]
        found += [TrainedModel(named[largest], largest, one) for one in sorted(_training_sets(disclosures))]
    else:
        mains = {one for m in found if m.is_main for one in (m.training_set, m.more_data)}
        unnamed = _timed_sets(disclosures) - mains if mains else _training_sets(disclosures)
        name, key = f"main model of {paper_id}", f"main-model-of-{paper_id.lower()}"
        found += [TrainedModel(name, key, one) for one in sorted(unnamed)]
    return found


def _training_sets(disclosures: list[Disclosure]) -> set[str]:
    """The data sets that a model without results is trained on: those named beside passes, else examples, else any."""
    of_passes = {d.training_set for d in disclosures if d.field in PASSES and d.training_set}
    of_examples = {d.training_set for d in disclosures if d.field == "examples" and d.training_set}
    return of_passes or of_examples or {""}


def _timed_sets(disclosures: list[Disclosure]) -> set[str]:
    """The data sets that a whole training was timed on (two months on JFT-300M: Sun et al. 2017, arXiv 1707.02968)."""
    return {d.training_set for d in disclosures if d.field in TIMES and d.phase in TRAINING and d.training_set}


def _largest_named(disclosures: list[Disclosure], named: Mapping[str, str]) -> str:
    """Key of the only model that a paper names in its disclosures, else of the one with the most parameters."""
    if len(named) == 1:
        return next(iter(named))
    sized = [
        (d.number, d.model_key)
        for d in disclosures
        if d.field == "parameters" and d.number is not None and d.model_key in named
    ]
    return (max(sized)[1] or "") if sized else ""


def _estimates(
    disclosures: list[Disclosure], model: TrainedModel, context: RunContext
) -> tuple[list[RunEstimate], list[RunRefusal]]:
    """Every method that the disclosures allow for one model, its pre-training and its training taken together; and why
    others give nothing."""
    found: dict[str, RunEstimate] = {}
    refused: list[RunRefusal] = []
    mostly_on = model.more_data.strip("?") if model.more_data else model.training_set
    for phases, training_set in ((PRETRAINING, _pretrained_on(disclosures)), (TRAINING, mostly_on)):
        of_phase, refused_of_phase = _by_method(_run(disclosures, model, phases, training_set), context)
        refused += refused_of_phase
        for name, counted in of_phase.items():
            one = replace(counted, estimate=replace(counted.estimate, scope=_scope(counted.estimate, model, phases)))
            found[name] = _together(one, found[name]) if name in found else one
    if "reported" in found and _is_burden(found):
        del found["reported"]
    evidence = {f.estimate.method: f.evidence for f in found.values()}
    checked = [RunEstimate(e, evidence[e.method]) for e in cross_check(f.estimate for f in found.values())]
    return checked, refused


def _by_method(run: TrainingRun, context: RunContext) -> tuple[dict[str, RunEstimate], list[RunRefusal]]:
    """What each method gives for one run, of two imputed figures the surer one; and what gives nothing."""
    found: dict[str, RunEstimate] = {}
    refused: list[RunRefusal] = []
    for method in METHODS_OF_A_RUN:
        try:
            one = method(run, context)
        except MagnitudeError as error:
            one = _no_training_run(run, error.flop)
        if isinstance(one, RunRefusal):
            refused.append(one)
        elif one:
            other = found.get(one.estimate.method, one)
            found[one.estimate.method] = min(other, one, key=lambda f: preference(f.estimate))
    return found, refused


def _no_training_run(run: TrainingRun, flop: float) -> RunRefusal:
    bounds = {"least": FLOP_MINIMUM, "most": FLOP_MAXIMUM}
    doubt = Coded.of(ComputeDoubt.NO_TRAINING_RUN, source=run.model, flop=flop, **bounds)
    return RunRefusal(doubt, run.own or run.shared or run.others)


def _is_burden(found: Mapping[str, RunEstimate]) -> bool:
    """Whether the stated total is chips x peak x time of the same run: what the chips could have computed, and nothing
    beside hardware time (Vaswani et al. 2017, arXiv 1706.03762, table 2)."""
    timed = found.get("hardware_time")
    burden = timed.estimate.hardware_burden_flop if timed else None
    return bool(burden and abs(found["reported"].estimate.training_flop / burden - 1) <= SAME_BURDEN)


def _scope(estimate: MethodEstimate, model: TrainedModel, phases: frozenset[str]) -> str:
    """What an estimate counts: one on the data before the benchmark's own is of pre-training."""
    if has(estimate.flags, ComputeFlag.BASE_LEFT_OUT):
        return "finetuning"
    if says_distilled(model.model):
        return "student"
    return "pretraining" if phases == PRETRAINING or model.more_data else "whole"


def _pretrained_on(disclosures: list[Disclosure]) -> str:
    """The one data set that a paper's figures of pre-training name, or all its sizes and passes; '' for several."""
    passes = {d.training_set for d in disclosures if d.training_set and d.field in PASSES | {"examples"}}
    before = {d.training_set for d in disclosures if d.training_set and d.phase in PRETRAINING}
    named = before or passes
    return named.pop() if len(named) == 1 else ""


def _run(disclosures: list[Disclosure], model: TrainedModel, phases: frozenset[str], training_set: str) -> TrainingRun:
    own, shared, others = [], [], []
    for d in disclosures:
        if speaks_of(d.model_key or "", model.model_key):
            own.append(d)
        elif is_of_family(d, model.model_key):
            shared.append(d)
        elif d.model_key or has(d.notes, ReadingNote.SEVERAL_MODELS):
            others.append(d)
        else:
            shared.append(d)
    names = (model.model, model.model_key)
    return TrainingRun(*names, tuple(own), tuple(shared), tuple(others), model.is_main, training_set, phases)


def _together(a: RunEstimate, b: RunEstimate) -> RunEstimate:
    """Two phases by one method: the larger, and the sum as upper end (one sentence may speak of either phase)."""
    larger, other = sorted((a, b), key=lambda f: -f.estimate.training_flop)
    if larger.evidence == other.evidence or any(has(d.notes, ReadingNote.ALL_STAGES) for d in larger.evidence):
        return larger
    upper = larger.estimate.training_flop_upper + other.estimate.training_flop_upper
    flags = (*larger.estimate.flags, Coded.of(ComputeFlag.LARGER_OF_TWO_PHASES))
    return RunEstimate(replace(larger.estimate, training_flop_upper=upper, flags=flags), larger.evidence)


def _rows(paper_id: str, model: TrainedModel, found: list[RunEstimate]) -> list[ComputeEstimate]:
    return [
        estimate_row(_whose(paper_id, model, f.evidence), _doubted(f, model), is_preferred=place == 0)
        for place, f in enumerate(found)
    ]


def _refusals(paper_id: str, model: TrainedModel, refused: Iterable[RunRefusal]) -> list[RefusedEstimate]:
    """Why a paper's figures give no compute for a model; figures of the whole paper count for a main one."""
    rows = {}
    for one in refused:
        if model.is_main or any(speaks_of(d.model_key or "", model.model_key) for d in one.evidence):
            whose = _whose(paper_id, model, one.evidence)
            refused_id = content_id(paper_id, model.model_key, model.training_set, whose.evidence_ids, one.doubt.code)
            rows[refused_id] = RefusedEstimate(whose, one.doubt, refused_id)
    return list(rows.values())


def _whose(paper_id: str, model: TrainedModel, evidence: Sequence[Disclosure]) -> EstimatedModel:
    return EstimatedModel(
        paper_id=paper_id,
        model=model.model,
        model_key=model.model_key,
        training_set=model.training_set or None,
        evidence_ids=" ".join(d.disclosure_id for d in evidence),
        quote=" … ".join(dict.fromkeys(d.quote for d in evidence)),
        compute_source=PAPER,
        source_id=evidence[0].source_id or "",
    )


def _doubted(found: RunEstimate, model: TrainedModel) -> MethodEstimate:
    """The estimate, flagged where its figures are not known to be this model's, of this run, or surely read."""
    taught = Coded.of(ComputeFlag.DISTILLED) if says_distilled(model.model) else None
    doubts = (taught, _owner_doubt(found, model), _run_doubt(found, model), _reading_doubt(found))
    return replace(found.estimate, flags=(*found.estimate.flags, *filter(None, doubts)))


def _owner_doubt(found: RunEstimate, model: TrainedModel) -> Coded[ComputeFlag] | None:
    of_the_model = [speaks_of(d.model_key or "", model.model_key) for d in found.evidence]
    stands_in = has(found.estimate.flags, ComputeFlag.LARGEST_MODEL_STANDS_IN, ComputeFlag.EPOCHS_SUPPOSED)
    if not any(of_the_model) or stands_in:
        return Coded.of(ComputeFlag.MODEL_SUPPOSED)
    return None if all(of_the_model) else Coded.of(ComputeFlag.PARTLY_OF_THE_PAPER)


def _run_doubt(found: RunEstimate, model: TrainedModel) -> Coded[ComputeFlag] | None:
    """Of passes and times that are stated without the model: that one is of another run, or the network another's."""
    of_paper = [d for d in found.evidence if d.field in PASSES and not speaks_of(d.model_key or "", model.model_key)]
    for d in of_paper:
        if is_of_another_run(d, model.model_key):
            return Coded.of(ComputeFlag.OF_ANOTHER_RUN, field=d.field)
    if of_paper and model.credited:
        return Coded.of(ComputeFlag.NETWORK_OF_OTHERS, field=of_paper[0].field, network=model.credited)
    return None


ALL_SURELY_READ = 0.74
"""The least probability that all disclosures of a figure are read right, their probabilities multiplied, for a figure
that needs no second witness. It was set by verdicts on the figures that enter fits (`tools.calibrate_witness`)."""


def all_read(disclosures: Iterable[Disclosure]) -> float:
    """The probability that disclosures are all read right, each field's value counted once."""
    read: dict[tuple[str, str], float] = {}
    for d in disclosures:
        read[d.field, d.value] = max(read.get((d.field, d.value), 0.0), d.confidence)
    return math.prod(read.values())


def _reading_doubt(found: RunEstimate) -> Coded[ComputeFlag] | None:
    probability = all_read(found.evidence)
    if probability >= ALL_SURELY_READ:
        return None
    least = min(found.evidence, key=lambda d: d.confidence)
    return Coded.of(ComputeFlag.INPUT_NOT_SURELY_READ, field=least.field, probability=round(probability, 2))
