"""The methods of `methods`, applied to what a paper discloses of one run (`evidence`)."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from tasks.compute.evidence import Choice, Run, is_seen, known
from tasks.compute.frontier import most_by
from tasks.compute.methods import (
    ComputeInputs,
    ReckonAssumptions,
    Reckoning,
    from_hardware_time,
    from_operation_count,
    from_parameters_and_tokens,
    from_reported,
    training_peaks,
)
from tasks.compute.operations import operations_unit
from tasks.compute.tables import Tables, typical_chip
from tasks.provenance.claims import Claim
from tasks.reference.datasets import whole_images
from tasks.reference.hardware import GENERIC
from tasks.reference.networks import operations_of, operations_per_parameter, parameters_of

CORPUS_RANGE = 4.0
"""A corpus is passed up to four times (Muennighoff et al. 2023, arXiv 2305.16264, abstract: without loss), or sampled
(Gopher saw 12.8 % of MassiveText, arXiv 2112.11446, section 3.1.3)."""

BACKBONE_RANGE = 4.0
"""What a model may cost more or less than the network it is built on: four times the width's square, half the depth."""

BEYOND_RECORD = 10.0
"""How far above the most compute known by its year a stated total may lie before a slip is likelier than a record."""

PREFIX = 1e3
"""What a slip of one prefix (peta for tera) or of days for seconds at least costs."""

USUAL_EPOCHS = {2020: (100.0, 80.0, 600.0), math.inf: (300.0, 80.0, 700.0)}
"""Epochs on ImageNet where a paper does not tell them, by the last year that they hold for: median, 5th and 95th
percentile over the 28 papers until 2020 and the 48 since whose epochs the study's authors typed in (arXiv 2007.05558,
replication data of 2022; where a paper has several, its longest)."""

EPOCHS_SUPPOSED = "epochs not told: those usual on ImageNet"

CHIPS_OF_A_MACHINE = 8.0
"""Chips in one machine at most, where a paper on one machine does not say: DGX-1, DGX A100."""

LONGEST_SEQUENCE = 2048
SHORTEST_SEQUENCE = 128
USUAL_SEQUENCE = 512
"""Tokens of a sequence where a paper on text does not say: that of BERT, RoBERTa and T5 (arXiv 1810.04805, 1907.11692,
1910.10683), between those of BERT's first phase (128) and GPT-3's context (2048)."""


@dataclass(frozen=True)
class Found:
    """A reckoning with the claims that it rests on."""

    reckoning: Reckoning
    evidence: tuple[Claim, ...]


@dataclass(frozen=True)
class Setting:
    """What a method needs beside the run: the tables, the assumptions, and the year of the paper (None: unknown)."""

    tables: Tables
    assumptions: ReckonAssumptions
    year: int | None


Method = Callable[[Run, Setting], "Found | None"]


def _with_ranges(reckoning: Reckoning, *choices: Choice) -> Reckoning:
    """A reckoning whose range also spans what the paper leaves open in its inputs, with their flags."""
    lower, upper = reckoning.training_flop_lower, reckoning.training_flop_upper
    for c in choices:
        lower, upper = lower * c.lower / c.value, upper * c.upper / c.value
    flags = tuple(dict.fromkeys((*reckoning.flags, *(f for c in choices for f in c.flags))))
    return replace(reckoning, training_flop_lower=lower, training_flop_upper=upper, flags=flags)


def reported(run: Run, setting: Setting) -> Found | None:
    """The stated total."""
    total = run.pick("training_flop") or run.largest_stated()
    if total is None:
        return None
    reckoning = _with_ranges(from_reported(total.value, setting.assumptions), total)
    most = most_by(setting.year) if setting.year else None
    if most and total.value > BEYOND_RECORD * most:
        flag = f"{total.value / most:.0f} times the most that was known by {setting.year}: a prefix slipped?"
        lower = reckoning.training_flop_lower / PREFIX
        reckoning = replace(reckoning, training_flop_lower=lower, flags=(*reckoning.flags, flag))
    return Found(reckoning, total.claims)


def hardware_time(run: Run, setting: Setting) -> Found | None:
    """Chips x time x peak; several stated times or chips become the range, the dearest the central value."""
    for field in ("chip_hours", "duration_hours"):
        found = [
            f
            for time in run.candidates(field)
            for chip in run.chips_named([time])
            if (f := _timed(run, time, chip, setting))
        ]
        if found:
            return _dearest(found)
    return None


def _dearest(found: list[Found]) -> Found:
    dearest = max(found, key=lambda f: f.reckoning.training_flop)
    if len({f.reckoning.training_flop for f in found}) == 1:
        return dearest
    lowest = min(f.reckoning.training_flop_lower for f in found)
    flags = (*dearest.reckoning.flags, "several times or chips stated: the dearest is taken, the range spans them")
    return Found(replace(dearest.reckoning, training_flop_lower=lowest, flags=flags), dearest.evidence)


def _timed(run: Run, time: Claim, chip: Claim, setting: Setting) -> Found | None:
    """Hardware time of one stated time on one chip; imputed where the paper leaves the chip or its number to guess."""
    if time["field"] == "chip_hours":
        count, inputs = None, ComputeInputs(chip_hours=time["number"])
    else:
        count = run.pick("chips", [time]) or _one_chip(run)
        if count is None:
            return None
        inputs = ComputeInputs(
            chips=count.value,
            duration_hours=time["number"],
            duration_lower_hours=time.get("number_lower"),
            duration_upper_hours=time.get("number_upper"),
        )
    share = run.pick("utilisation", [time])
    inputs = replace(inputs, precision=run.word("precision", [time, chip]), utilisation=share.value if share else None)
    hardware = setting.tables.hardware.get(chip["value"])
    if hardware is None or hardware.slug in GENERIC or training_peaks(hardware, "") is None:
        reckoning = _on_a_typical_chip(chip["value"], inputs, setting)
    else:
        reckoning = from_hardware_time(replace(inputs, hardware=hardware.slug), hardware, setting.assumptions)
    if reckoning is None:
        return None
    evidence = (time, chip, *(share.claims if share else ()))
    if count is None:
        return Found(reckoning, evidence)
    if not count.claims:
        reckoning = replace(reckoning, method="imputed", chips=None, hardware_burden_flop=None)
    return Found(_with_ranges(reckoning, count), (*evidence, *count.claims))


def _one_chip(run: Run) -> Choice | None:
    """One chip, where a paper names its chip and tells of no number anywhere; up to a machine of eight."""
    told = any(c["field"] == "chips" for c in (*run.own, *run.shared, *run.others))
    if told:
        return None
    return Choice(1.0, 1.0, CHIPS_OF_A_MACHINE, "1 chip", (), ("number of chips not told: one supposed",))


def _on_a_typical_chip(kind: str, inputs: ComputeInputs, setting: Setting) -> Reckoning | None:
    """Imputed: the paper says "GPUs" only, so a chip of its time stands in, with the range of those then in use."""
    typical = typical_chip(setting.tables, kind, setting.year) if setting.year else None
    if typical is None:
        return None
    slug = typical.chip.slug
    one = from_hardware_time(replace(inputs, hardware=slug), typical.chip, setting.assumptions)
    flag = f"the chip is not named: a {slug} of the time stands in, the range spans the chips then in use"
    return replace(
        one,
        method="imputed",
        hardware="",
        hardware_burden_flop=None,
        training_flop_lower=one.training_flop_lower * typical.slowest,
        training_flop_upper=one.training_flop_upper * typical.fastest,
        flags=(*one.flags, flag),
    )


def operation_count(run: Run, setting: Setting) -> Found | None:
    """Forward operations x passes, else (for text) 6 x parameters x tokens."""
    return _by_forward_pass(run, setting) or _by_tokens(run, setting)


def _by_forward_pass(run: Run, setting: Setting) -> Found | None:
    seen = examples_seen(run, setting) or _usually_seen(run, setting)
    if seen is None or _modality(run, setting) == "text":
        return None
    counted = _operations(run)
    if counted is None or not (counted[0].claims or seen.claims):
        return None
    ops, unit, is_imputed = counted
    inputs = ComputeInputs(forward_ops=ops.value, forward_ops_unit=unit, examples=seen.value, epochs=1.0)
    reckoning = _with_ranges(from_operation_count(inputs, setting.assumptions), ops, seen)
    basis = f"{reckoning.basis.split(' x 3 x ')[0]} x 3 x {seen.words}"
    method = "imputed" if is_imputed or EPOCHS_SUPPOSED in seen.flags else "operation_count"
    return Found(replace(reckoning, method=method, basis=basis), (*ops.claims, *seen.claims))


def _operations(run: Run) -> tuple[Choice, str, bool] | None:
    """Operations of a forward pass, what they count, and whether they come from our tables.

    The model's own, else those of the known network it is, else the largest that the paper states, else by parameters.
    """
    own = run.pick("forward_ops") if any(c["field"] == "forward_ops" for c in run.own) else None
    if own:
        return own, operations_unit(own.claims[0]), False
    if known_ones := _known_operations(run):
        return known_ones, "multiply_add", True
    if largest := run.largest_of_paper("forward_ops"):
        return largest, operations_unit(largest.claims[0]), False
    supposed = _operations_by_parameters(run) or _operations_of_backbone(run)
    return (supposed, "multiply_add", True) if supposed else None


def _known_operations(run: Run) -> Choice | None:
    """The operations of a network that everybody knows, for a model of that name trained on ImageNet."""
    if run.training_set != "imagenet-1k":
        return None
    operations = operations_of(run.key)
    why = "operations of the network by its name (networks.csv)"
    return known(operations, "operations", why) if operations else None


def _operations_by_parameters(run: Run) -> Choice | None:
    """Imputed: parameters x the operations that networks for images usually spend on each, with the range of those."""
    parameters = run.pick("parameters") if run.training_set in whole_images() else None
    if parameters is None:
        return None
    usual, least, most = operations_per_parameter()
    why = f"operations not told: {usual:.0f} multiply-adds a parameter ({least:.0f} to {most:.0f}, networks.csv)"
    each = Choice(usual, least, most, f"{usual:.0f} multiply-adds each", (), (why,))
    return parameters.times(each)


def _modality(run: Run, setting: Setting) -> str:
    dataset = setting.tables.datasets.get(run.training_set)
    return dataset.modality if dataset else ""


def _operations_of_backbone(run: Run) -> Choice | None:
    """Imputed: the known network that the paper names most, for a main model on ImageNet."""
    named = run.candidates("network") if run.training_set == "imagenet-1k" else []
    operations = operations_of(named[0]["value"]) if named else None
    if operations is None:
        return None
    why = f"operations of {named[0]['value']}, the known network that the paper names most"
    one = known(operations, "operations", why)
    return replace(one, lower=operations / BACKBONE_RANGE, upper=operations * BACKBONE_RANGE, claims=(named[0],))


def examples_seen(run: Run, setting: Setting) -> Choice | None:
    """Examples seen in training: examples x epochs, or batch size x steps; both in the range where both are told."""
    by_epochs, by_steps = _by_epochs(run, setting), _by_steps(run)
    if by_epochs and by_steps:
        return _both(by_epochs, by_steps)
    return by_epochs or by_steps


def _both(first: Choice, second: Choice) -> Choice:
    """The first of two ways to know one figure; where they disagree by more than a tenth the range holds both."""
    if abs(first.value / second.value - 1) < 0.1:
        return first
    flags = (*first.flags, *second.flags, f"told twice, {first.value:.4g} and {second.value:.4g}: the range holds both")
    return replace(
        first, lower=min(first.lower, second.lower), upper=max(first.upper, second.upper), flags=tuple(flags)
    )


def _usually_seen(run: Run, setting: Setting) -> Choice | None:
    """Imputed: examples x the epochs usual on ImageNet, for a main model trained there; the range spans those."""
    if not run.is_main or run.training_set != "imagenet-1k" or "training" not in run.phases or setting.year is None:
        return None
    usual, least, most = next(e for until, e in USUAL_EPOCHS.items() if setting.year <= until)
    words = f"{usual:.4g} epochs ({least:.4g} to {most:.4g})"
    return _passed(run, setting, Choice(usual, least, most, words, (), (EPOCHS_SUPPOSED,)))


def _by_epochs(run: Run, setting: Setting) -> Choice | None:
    epochs = run.pick("epochs")
    return _passed(run, setting, epochs) if epochs else None


def _passed(run: Run, setting: Setting, epochs: Choice) -> Choice | None:
    """Examples of the run's data set x epochs."""
    examples = run.pick("examples", epochs.claims)
    dataset = setting.tables.datasets.get(run.training_set)
    size = dataset.train_examples if dataset else None
    if size and (examples is None or not 0.5 < examples.value / size < 2):  # another set's, or a part's
        examples = known(size, "examples", f"size of the training set of {run.training_set} (datasets.csv)")
    return examples.times(epochs) if examples else None


def _by_steps(run: Run) -> Choice | None:
    steps = run.pick("steps")
    if steps is None:
        return None
    batch = run.pick("batch_size", steps.claims)
    if batch is None:
        return None
    if any(_in_tokens(c) for c in batch.claims):  # then an example is a sequence
        return batch.times(steps).over(_sequence_length(run, batch))
    return batch.times(steps)


def _in_tokens(claim: Claim) -> bool:
    return "in tokens" in (claim.get("confidence_reasons") or "")


def _by_tokens(run: Run, setting: Setting) -> Found | None:
    """6 x parameters x tokens: for transformers on tokens only, so never where the data are images or speech."""
    if _modality(run, setting) in ("image", "speech"):
        return None
    parameters = run.pick("parameters") or _known_parameters(run) or run.largest_of_paper("parameters")
    tokens = tokens_seen(run, setting)
    if parameters is None or tokens is None or run.is_sparse_but_for(parameters):
        return None
    working = _once_a_layer(parameters, run.layers_sharing(parameters))
    reckoning = from_parameters_and_tokens(working.value, tokens.value, setting.assumptions)
    reckoning = _with_ranges(reckoning, working, tokens)
    flags = (*reckoning.flags, "6ND: holds for dense transformers on tokens only")
    method = "operation_count" if parameters.claims else "imputed"
    return Found(replace(reckoning, method=method, flags=flags), (*parameters.claims, *tokens.claims))


def _once_a_layer(parameters: Choice, layers: int) -> Choice:
    """The parameters that work on a token: those that layers share work once a layer (Lan et al. 2019, arXiv
    1909.11942, section 3.1; Dehghani et al. 2018, arXiv 1807.03819, section 2.1)."""
    if layers == 1:
        return parameters
    why = f"{layers} layers share their parameters: each works {layers} times"
    return replace(
        parameters,
        value=parameters.value * layers,
        lower=parameters.lower * layers,
        upper=parameters.upper * layers,
        flags=(*parameters.flags, why),
    )


def _known_parameters(run: Run) -> Choice | None:
    """The parameters of a network that everybody knows, for a model of that name."""
    parameters = parameters_of(run.key)
    why = "parameters of the network by its name (networks.csv)"
    return known(parameters, "parameters", why) if parameters else None


def tokens_seen(run: Run, setting: Setting) -> Choice | None:
    """Tokens seen in training: batch x steps (x length of a sequence), or tokens (x epochs); both in the range."""
    by_steps, stated = _tokens_by_steps(run), _stated_tokens(run) or _known_tokens(run, setting)
    if by_steps and stated:
        return _both(by_steps, stated)
    return by_steps or stated


def _stated_tokens(run: Run) -> Choice | None:
    """Tokens as told: those seen, else those of the corpus, with the range of how often it may have been passed."""
    stated = run.pick("tokens")
    if stated is None:
        return None
    if not any(map(is_seen, stated.claims)):
        why = "tokens of the corpus: perhaps a part was seen, perhaps all of it several times"
        lower, upper = stated.lower / CORPUS_RANGE, stated.upper * CORPUS_RANGE
        stated = replace(stated, lower=lower, upper=upper, flags=(*stated.flags, why))
    if epochs := run.pick("epochs", stated.claims):
        flags = (*stated.flags, "tokens x epochs; perhaps the tokens count all epochs")
        stated = replace(stated.times(epochs), flags=flags, lower=stated.lower)
    return stated


def _known_tokens(run: Run, setting: Setting) -> Choice | None:
    """The tokens of a data set that everybody knows x epochs."""
    dataset, epochs = setting.tables.datasets.get(run.training_set), run.pick("epochs")
    if dataset is None or dataset.train_tokens is None or epochs is None:
        return None
    return known(dataset.train_tokens, "tokens", f"tokens of {run.training_set} (datasets.csv)").times(epochs)


def _tokens_by_steps(run: Run) -> Choice | None:
    steps = run.pick("steps")
    batch = run.pick("batch_size", steps.claims) if steps else None
    if steps is None or batch is None:
        return None
    if all(_in_tokens(c) for c in batch.claims):
        return batch.times(steps)
    return batch.times(steps).times(_sequence_length(run, batch))


def _sequence_length(run: Run, batch: Choice) -> Choice:
    """Tokens of a sequence: as told, else the usual ones."""
    why = f"length of a sequence not told: {USUAL_SEQUENCE} tokens supposed"
    words = f"{USUAL_SEQUENCE} tokens a sequence"
    usual = Choice(USUAL_SEQUENCE, SHORTEST_SEQUENCE, LONGEST_SEQUENCE, words, (), (why,))
    return run.pick("sequence_length", batch.claims) or usual


METHODS_OF_A_RUN: tuple[Method, ...] = (reported, hardware_time, operation_count)
