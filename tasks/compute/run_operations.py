"""Operation count of one training run: operations of a pass x passes, or 6 x parameters x tokens, from disclosures."""

from dataclasses import dataclass, replace

from schemas.codes import Coded, has
from schemas.codes.compute import ComputeDoubt, ComputeFlag
from schemas.codes.reading import ReadingNote
from tasks.compute.evidence import SURELY_READ, Quantity, TrainingRun, is_seen, known
from tasks.compute.left_out import few_epochs
from tasks.compute.methods import (
    ExamplesSeen,
    from_operation_count,
    from_parameters_and_tokens,
)
from tasks.compute.operations import operations_unit
from tasks.compute.run_estimates import RunContext, RunEstimate, RunRefusal, with_flag, with_ranges
from tasks.reference.datasets import whole_images
from tasks.reference.networks import operations_of, operations_per_parameter, parameters_of
from tasks.reference.usual_epochs import usual_epochs

CORPUS_RANGE = 4.0
"""A corpus is passed up to four times (Muennighoff et al. 2023, arXiv 2305.16264, abstract: without loss), or sampled
(Gopher saw 12.8 % of MassiveText, arXiv 2112.11446, section 3.1.3)."""

BACKBONE_RANGE = 4.0
"""What a model may cost more or less than the network it is built on: four times the width's square, half the depth."""

MAX_STEP_TOKENS = 2.5e8
"""Tokens in a step beyond which a printed batch counts tokens and no sequences: DeepSeek-V3 has 6.3e7 (15,360 sequences
of 4,096, arXiv 2412.19437, section 4.2), a "4M" of OLMo's or RetNet's table x 2,048 would be 8e9."""

FAR_BELOW = 10.0
"""Factor below the stated tokens from which on steps x batch are those of a stage and not of the training."""

MAX_SEQUENCE = 2048
MIN_SEQUENCE = 128
USUAL_SEQUENCE = 512
"""Tokens of a sequence where a paper on text does not say: that of BERT, RoBERTa and T5 (arXiv 1810.04805, 1907.11692,
1910.10683), between those of BERT's first phase (128) and GPT-3's context (2048)."""


def operation_count(run: TrainingRun, context: RunContext) -> RunEstimate | RunRefusal | None:
    """Forward operations x passes, else (for text) 6 x parameters x tokens."""
    return _by_forward_pass(run, context) or _by_tokens(run, context) or _pass_unknown(run, context)


def _pass_unknown(run: TrainingRun, context: RunContext) -> RunRefusal | None:
    """Why nothing follows from how often a paper passes its data: it does not say what a pass costs."""
    seen = None if _modality(run, context) == "text" else examples_seen(run, context)
    if seen is None or not seen.evidence:
        return None
    parameters = run.pick("parameters")
    if parameters is None:
        return RunRefusal(Coded.of(ComputeDoubt.OPERATIONS_NOT_STATED, seen=seen.terms), seen.evidence)
    doubt = Coded.of(ComputeDoubt.OPERATIONS_BY_WEIGHTS, seen=seen.terms, parameters=parameters.value)
    return RunRefusal(doubt, (*seen.evidence, *parameters.evidence))


def _by_forward_pass(run: TrainingRun, context: RunContext) -> RunEstimate | None:
    seen = examples_seen(run, context) or _assume_usual_epochs(run, context)
    if seen is None or _modality(run, context) == "text":
        return None
    counted = _operations(run)
    if counted is None or not (counted.quantity.evidence or seen.evidence):
        return None
    ops = counted.quantity
    estimate = from_operation_count(ops.value, counted.unit, ExamplesSeen(seen.value, seen.terms), context.assumptions)
    if counted.is_supposed or has(seen.flags, ComputeFlag.EPOCHS_SUPPOSED):
        estimate = replace(estimate, method="imputed")
    return RunEstimate(with_ranges(estimate, ops, seen), (*ops.evidence, *seen.evidence))


@dataclass(frozen=True, slots=True)
class _ForwardPass:
    """Operations of a forward pass and what they count ('flop', 'multiply_add' or ''); `is_supposed` where they come
    from our tables."""

    quantity: Quantity
    unit: str
    is_supposed: bool = False


def _operations(run: TrainingRun) -> _ForwardPass | None:
    """Operations of a forward pass: the model's own, else those of the known network it is, else the largest that the
    paper states, else by parameters."""
    own = run.pick("forward_ops") if any(d.field == "forward_ops" for d in run.own) else None
    if own:
        return _ForwardPass(own, operations_unit(own.evidence[0]))
    if of_network := _known_operations(run):
        return _ForwardPass(of_network, "multiply_add", is_supposed=True)
    if largest := run.largest_of_paper("forward_ops"):
        return _ForwardPass(largest, operations_unit(largest.evidence[0]))
    supposed = _operations_by_parameters(run) or _operations_of_backbone(run)
    return _ForwardPass(supposed, "multiply_add", is_supposed=True) if supposed else None


def _known_operations(run: TrainingRun) -> Quantity | None:
    """The operations of a network that everybody knows, for a model of that name trained on what they are known for."""
    operations = operations_of(run.key, run.training_set)
    return known(operations, "operations", Coded.of(ComputeFlag.OPERATIONS_BY_NAME)) if operations else None


def _operations_by_parameters(run: TrainingRun) -> Quantity | None:
    """Imputed: parameters x the operations that networks for images usually spend on each, with the range of those."""
    parameters = run.pick("parameters") if run.training_set in whole_images() else None
    if parameters is None:
        return None
    usual, least, most = operations_per_parameter()
    flag = Coded.of(ComputeFlag.OPERATIONS_BY_PARAMETERS, usual=usual, least=least, most=most)
    return parameters.times(Quantity(usual, least, most, f"{usual:.0f} multiply-adds each", flags=(flag,)))


def _modality(run: TrainingRun, context: RunContext) -> str:
    dataset = context.tables.datasets.get(run.training_set)
    return dataset.modality if dataset else ""


def _operations_of_backbone(run: TrainingRun) -> Quantity | None:
    """Imputed: the known network that the paper names most, for a main model trained on what it is known for."""
    named = run.candidates("network")
    operations = operations_of(named[0].value, run.training_set) if named else None
    if operations is None:
        return None
    one = known(operations, "operations", Coded.of(ComputeFlag.OPERATIONS_OF_BACKBONE, network=named[0].value))
    lower, upper = operations / BACKBONE_RANGE, operations * BACKBONE_RANGE
    return replace(one, lower=lower, upper=upper, evidence=(named[0],))


def examples_seen(run: TrainingRun, context: RunContext) -> Quantity | None:
    """Examples seen in training: examples x epochs, or batch size x steps; both in the range where both are stated."""
    by_epochs, by_steps = _by_epochs(run, context), _by_steps(run)
    if by_epochs and by_steps:
        return _reconcile(by_epochs, by_steps)
    return by_epochs or by_steps


def _reconcile(first: Quantity, second: Quantity) -> Quantity:
    """The first of two ways to know one figure; where they disagree by more than a tenth the range holds both."""
    if abs(first.value / second.value - 1) < 0.1:
        return first
    lower, upper = min(first.lower, second.lower), max(first.upper, second.upper)
    spanning = replace(first, lower=lower, upper=upper, flags=(*first.flags, *second.flags))
    return spanning.flagged(Coded.of(ComputeFlag.STATED_TWICE, first=first.value, second=second.value))


def _assume_usual_epochs(run: TrainingRun, context: RunContext) -> Quantity | None:
    """Imputed: examples x the epochs usual on its data set, for a main model; the range spans those."""
    if not run.is_main or "training" not in run.phases or context.year is None:
        return None
    usual = usual_epochs(run.training_set, context.year)
    if usual is None:
        return None
    terms = f"{usual.epochs:.4g} epochs ({usual.epochs_lower:.4g} to {usual.epochs_upper:.4g})"
    flag = Coded.of(ComputeFlag.EPOCHS_SUPPOSED, dataset=context.tables.datasets[run.training_set].names[0])
    return _by_passes(
        run, context, Quantity(usual.epochs, usual.epochs_lower, usual.epochs_upper, terms, flags=(flag,))
    )


def _by_epochs(run: TrainingRun, context: RunContext) -> Quantity | None:
    epochs = run.pick("epochs")
    if epochs is None:
        return None
    few = few_epochs(epochs.upper, run.training_set, context.year) if context.year else None
    if few:
        epochs = epochs.flagged(few).flagged(Coded.of(ComputeFlag.BASE_LEFT_OUT))
    return _by_passes(run, context, epochs)


def _by_passes(run: TrainingRun, context: RunContext, epochs: Quantity) -> Quantity | None:
    """Examples of the run's data set x epochs."""
    examples = run.pick("examples", epochs.evidence)
    dataset = context.tables.datasets.get(run.training_set)
    size = dataset.train_examples if dataset else None
    is_sure = examples is not None and all(d.confidence >= SURELY_READ for d in examples.evidence)
    if size and (examples is None or not is_sure or not 0.5 < examples.value / size < 2):  # another set's, or a part's
        examples = known(size, "examples", Coded.of(ComputeFlag.EXAMPLES_OF_DATA_SET, dataset=run.training_set))
    return examples.times(epochs) if examples else None


def _by_steps(run: TrainingRun) -> Quantity | None:
    steps = run.pick("steps")
    if steps is None:
        return None
    batch = run.pick("batch_size", steps.evidence)
    if batch is None:
        return None
    if any(has(d.notes, ReadingNote.IN_TOKENS) for d in batch.evidence):  # then an example is a sequence
        return batch.times(steps).over(_sequence_length(run, batch))
    return batch.times(steps)


def _by_tokens(run: TrainingRun, context: RunContext) -> RunEstimate | RunRefusal | None:
    """6 x parameters x tokens: for transformers on tokens only, so never where the data are images or speech."""
    if _modality(run, context) in ("image", "speech"):
        return None
    parameters = run.pick("parameters") or _known_parameters(run) or run.largest_of_paper("parameters")
    tokens = tokens_seen(run, context)
    if parameters is None or tokens is None:
        return None
    if run.is_sparse_but_for(parameters):
        doubt = Coded.of(ComputeDoubt.ACTIVE_NOT_STATED, parameters=parameters.value)
        return RunRefusal(doubt, (*parameters.evidence, *tokens.evidence))
    working = _once_a_layer(parameters, run.layers_sharing(parameters))
    estimate = from_parameters_and_tokens(working.value, tokens.value, context.assumptions)
    estimate = with_flag(with_ranges(estimate, working, tokens), Coded.of(ComputeFlag.DENSE_TRANSFORMERS_ONLY))
    method = "operation_count" if parameters.evidence else "imputed"
    return RunEstimate(replace(estimate, method=method), (*parameters.evidence, *tokens.evidence))


def _once_a_layer(parameters: Quantity, layers: int) -> Quantity:
    """The parameters that work on a token: those that layers share work once a layer (Lan et al. 2019, arXiv
    1909.11942, section 3.1; Dehghani et al. 2018, arXiv 1807.03819, section 2.1)."""
    if layers == 1:
        return parameters
    working = replace(
        parameters,
        value=parameters.value * layers,
        lower=parameters.lower * layers,
        upper=parameters.upper * layers,
    )
    return working.flagged(Coded.of(ComputeFlag.LAYERS_SHARED, layers=layers))


def _known_parameters(run: TrainingRun) -> Quantity | None:
    """The parameters of a network that everybody knows, for a model of that name."""
    parameters = parameters_of(run.key)
    return known(parameters, "parameters", Coded.of(ComputeFlag.PARAMETERS_BY_NAME)) if parameters else None


def tokens_seen(run: TrainingRun, context: RunContext) -> Quantity | None:
    """Tokens seen in training: as stated of it, else batch x steps (x length of a sequence), else those of the corpus
    (x epochs); two of them both in the range.

    A product far below is left out: its steps are then those of a stage (1000 steps that lengthen the context of a
    model of 8.1T tokens, DeepSeek-V2, arXiv 2405.04434, section 3.1.4).
    """
    by_steps, stated = _tokens_by_steps(run), _stated_tokens(run) or _known_tokens(run, context)
    if by_steps and stated:
        if by_steps.upper * FAR_BELOW < stated.lower:
            return stated
        return _reconcile(stated, by_steps) if any(map(is_seen, stated.evidence)) else _reconcile(by_steps, stated)
    return by_steps or stated


def _stated_tokens(run: TrainingRun) -> Quantity | None:
    """Tokens as stated: those seen, in whatever epochs, else those of the corpus x epochs, with the range of how often
    it may have been passed."""
    stated = run.pick("tokens")
    if stated is None or any(map(is_seen, stated.evidence)):
        return stated
    lower, upper = stated.lower / CORPUS_RANGE, stated.upper * CORPUS_RANGE
    stated = replace(stated, lower=lower, upper=upper).flagged(Coded.of(ComputeFlag.TOKENS_OF_CORPUS))
    epochs = run.beside("epochs", stated.evidence)
    if epochs is None:
        return stated
    flags = (*stated.flags, Coded.of(ComputeFlag.TOKENS_TIMES_EPOCHS))
    return replace(stated.times(epochs), flags=flags, lower=stated.lower)


def _known_tokens(run: TrainingRun, context: RunContext) -> Quantity | None:
    """The tokens of a data set that everybody knows x epochs."""
    dataset, epochs = context.tables.datasets.get(run.training_set), run.pick("epochs")
    if dataset is None or dataset.train_tokens is None or epochs is None:
        return None
    flag = Coded.of(ComputeFlag.TOKENS_OF_DATA_SET, dataset=run.training_set)
    return known(dataset.train_tokens, "tokens", flag).times(epochs)


def _tokens_by_steps(run: TrainingRun) -> Quantity | None:
    steps = run.pick("steps")
    batch = run.pick("batch_size", steps.evidence) if steps else None
    if steps is None or batch is None:
        return None
    length = _sequence_length(run, batch)
    if all(has(d.notes, ReadingNote.IN_TOKENS) for d in batch.evidence) or batch.value * length.value > MAX_STEP_TOKENS:
        return batch.times(steps)
    return batch.times(steps).times(length)


def _sequence_length(run: TrainingRun, batch: Quantity) -> Quantity:
    """Tokens of a sequence: as stated, else the usual ones."""
    flag = Coded.of(ComputeFlag.SEQUENCE_LENGTH_SUPPOSED, tokens=USUAL_SEQUENCE)
    terms = f"{USUAL_SEQUENCE} tokens a sequence"
    usual = Quantity(USUAL_SEQUENCE, MIN_SEQUENCE, MAX_SEQUENCE, terms, flags=(flag,))
    return run.pick("sequence_length", batch.evidence) or usual
