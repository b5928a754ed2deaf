"""Words of training compute: flags, the basis of an estimate, doubts, and what sources are called."""

from enum import StrEnum

from schemas.codes.compute import ComputeBasis, ComputeDoubt, ComputeFlag

TEMPLATES: dict[StrEnum, str] = {
    ComputeFlag.MODEL_SUPPOSED: "no figure names the model: the paper's main model by supposition",
    ComputeFlag.PARTLY_OF_THE_PAPER: "rests partly on figures of the paper, not of the model",
    ComputeFlag.LARGEST_MODEL_STANDS_IN: "the largest of the paper's models stands in for its main model",
    ComputeFlag.EPOCHS_SUPPOSED: "epochs not stated: those usual on {dataset}",
    ComputeFlag.CHIPS_SUPPOSED: "number of chips not stated: one assumed",
    ComputeFlag.CHIP_OF_THE_TIME: "the chip is not named: a {chip} of the time stands in, the range spans the chips"
    " then in use",
    ComputeFlag.SEQUENCE_LENGTH_SUPPOSED: "length of a sequence not stated: {tokens} tokens assumed",
    ComputeFlag.OPERATIONS_BY_PARAMETERS: "operations not stated: {usual:.0f} multiply-adds a parameter ({least:.0f} to"
    " {most:.0f}, networks.csv)",
    ComputeFlag.OPERATIONS_OF_BACKBONE: "operations of {network}, the known network that the paper names most",
    ComputeFlag.OPERATIONS_BY_NAME: "operations of the network by its name (networks.csv)",
    ComputeFlag.PARAMETERS_BY_NAME: "parameters of the network by its name (networks.csv)",
    ComputeFlag.EXAMPLES_OF_DATA_SET: "size of the training set of {dataset} (datasets.csv)",
    ComputeFlag.TOKENS_OF_DATA_SET: "tokens of {dataset} (datasets.csv)",
    ComputeFlag.MOST_FREQUENT_VALUE: "{field}: the value stated most often",
    ComputeFlag.LARGEST_OF_SEVERAL: "{field}: several stated, the largest taken, the range spans them",
    ComputeFlag.LARGEST_OF_SEVERAL_TIMES: "several times or chips stated: the largest product is taken, the range spans"
    " them",
    ComputeFlag.STATED_TWICE: "stated twice, {first:.4g} and {second:.4g}: the range holds both",
    ComputeFlag.LARGER_OF_TWO_PHASES: "pre-training and training: the larger is taken, the range reaches to their sum",
    ComputeFlag.STAGES_ADDED: "sum of {stages} stages of training",
    ComputeFlag.UNIT_UNDECIDED: "FLOP or multiply-adds undecided: the range holds both",
    ComputeFlag.TOKENS_OF_CORPUS: "tokens of the corpus: perhaps a part was seen, perhaps all of it several times",
    ComputeFlag.TOKENS_TIMES_EPOCHS: "tokens x epochs; perhaps the tokens count all epochs",
    ComputeFlag.FIGURES_FAR_APART: "its figures are open by a factor of {ratio:.3g}",
    ComputeFlag.LAYERS_SHARED: "{layers} layers share their parameters: each works {layers} times",
    ComputeFlag.DENSE_TRANSFORMERS_ONLY: "6ND: holds for dense transformers on tokens only",
    ComputeFlag.OF_ANOTHER_RUN: "{field}: its sentence speaks of fine-tuning, or of some of the paper's runs",
    ComputeFlag.NETWORK_OF_OTHERS: "{field}: stated of the paper's networks, while it credits {network} to others",
    ComputeFlag.INPUT_NOT_SURELY_READ: "all its figures are read right with a probability of {probability} ({field})",
    ComputeFlag.ABOVE_RECORD: "{ratio:.0f} times the most that was known by {year}: a prefix slipped?",
    ComputeFlag.IMPLAUSIBLE_UTILISATION: "implied utilisation {utilisation:.2g} outside {least:g}-1",
    ComputeFlag.RANGES_APART: "range does not meet {method}'s",
    ComputeFlag.NO_CONFIDENCE: "no confidence is stated: taken as speculative",
    ComputeFlag.TABLES_DIFFER: "two tables of the source differ by a factor of {ratio:.3g}: {table} has {flop:.4g}"
    " FLOP",
    ComputeFlag.TRAINED_FURTHER: "trained further from {base_model}",
    ComputeFlag.BASE_INCLUDED: "the base model's pre-training is counted in",
    ComputeFlag.BASE_LEFT_OUT: "the base model's pre-training is not counted in",
    ComputeFlag.BASE_UNKNOWN: "trained further from a base model: not said whether its pre-training is counted in",
    ComputeFlag.BASE_ADDED: "the training of {model}, which it trains further, is counted in: {flop:.4g} FLOP"
    " (estimate {estimate_id})",
    ComputeFlag.DISTILLED: "distilled: the teacher's training is not counted in",
    ComputeFlag.TEACHER_ADDED: "the training of its teacher {model} is counted in: {flop:.4g} FLOP"
    " (estimate {estimate_id})",
    ComputeFlag.DROPPED: "the source's curated table has the model, and no figure any more",
    ComputeFlag.BOUND_ONLY: "its source gives the {side} bound alone",
    ComputeFlag.OTHER_SCOPE: "counts another part of the training than this run was asked for (compute_scope)",
    ComputeFlag.FEW_EPOCHS: "{epochs:.4g} epochs: networks trained anew on {dataset} see at least {least:.4g}",
    ComputeFlag.SEARCH_INCLUDED: "search for the architecture is counted in: no cost of training",
    ComputeBasis.STATED: "stated: {flop:.4g} FLOP",
    ComputeBasis.CHIP_HOURS: "{chip_hours:.6g} chip-hours x {peak:.4g} FLOP/s ({chip}) x utilisation {utilisation:g}",
    ComputeBasis.CHIPS_AND_TIME: "{chips:g} chips x {hours:.6g} h x {peak:.4g} FLOP/s ({chip}) x utilisation"
    " {utilisation:g}",
    ComputeBasis.MULTIPLY_ADDS: "{operations:.4g} multiply-adds x 2 x 3 x {seen}",
    ComputeBasis.FLOP: "{operations:.4g} FLOP x 3 x {seen}",
    ComputeBasis.UNIT_OPEN: "{operations:.4g} operations x 2 (FLOP or multiply-adds not said) x 3 x {seen}",
    ComputeBasis.PARAMETERS_AND_TOKENS: "6 x {parameters:.4g} parameters x {tokens:.4g} tokens",
    ComputeBasis.CONFIDENCE_WORD: "third party: {flop:.4g} FLOP, {word} (a factor of {factor:g} either way)",
    ComputeBasis.OWN_BOUNDS: "third party: {flop:.4g} FLOP, its own bounds {lower:.4g} to {upper:.4g}",
    ComputeBasis.OTHER_TABLE: "{table} has {flop:.4g} FLOP",
    ComputeBasis.TYPED_OPERATIONS: "network operations {flop:.4g} FLOP (forward pass x 3 x examples x epochs, as the"
    " source typed them)",
    ComputeBasis.TYPED_MULTIPLY_ADDS: "network operations {flop:.4g} FLOP (forward pass x 3 x examples x epochs, as the"
    " source typed them) x 2: its FLOP of a pass are the multiply-adds of the network that its name tells",
    ComputeBasis.TYPED_UNIT_OPEN: "network operations {flop:.4g} FLOP (forward pass x 3 x examples x epochs, as the"
    " source typed them) x 2 (FLOP or multiply-adds not sure)",
    ComputeBasis.HARDWARE_BURDEN: "hardware burden {flop:.4g} FLOP x utilisation {utilisation:g}",
    ComputeBasis.SOURCE_NOTE: "note: {note}",
    ComputeDoubt.NO_TRAINING_RUN: "{source}: {flop:g} FLOP is no training run ({least:g} to {most:g})",
    ComputeDoubt.CALLED_WRONG: "{source}: its source calls the figure wrong",
    ComputeDoubt.INPUTS_UNUSABLE: "{method}: {error}",
    ComputeDoubt.METHOD_NOT_SUPPORTED: "the row's inputs do not carry the method {method}",
    ComputeDoubt.CHIPS_NOT_STATED: "trained on {chip} in pods, slices or nodes: the number of chips is not stated",
    ComputeDoubt.CHIPS_UNDECIDED: "trained on {chip}: the numbers of chips stated lie too far apart",
    ComputeDoubt.PEAK_NOT_KNOWN: "trained on {chip}: no peak rate is known, nor a usual chip of the paper's year",
    ComputeDoubt.OPERATIONS_NOT_STATED: "{seen}: the operations of one pass are not stated",
    ComputeDoubt.OPERATIONS_BY_WEIGHTS: "{seen}: of one pass only the number of weights is stated, {parameters:.4g},"
    " which does not tell its operations",
    ComputeDoubt.ACTIVE_NOT_STATED: "a mixture of experts of {parameters:.4g} parameters: how many work on a token is"
    " not stated",
}

SOURCE_NAMES = {
    "own": "this run's own observations",
    "reference": "what was read by hand",
    "folder": "the paper as the extractors read it",
    "arxiv": "the paper as the extractors read it",
    "epoch": "Epoch AI",
    "epoch-benchmarks": "Epoch AI's Benchmarking Hub",
    "papers-with-code": "Papers with Code",
    "study-data": "Thompson et al., replication data of 2022",
}
"""What sources are called in sentences."""


def source_name(source_id: str) -> str:
    """What a source is called in a sentence; its id where it has no name."""
    return SOURCE_NAMES.get(source_id, source_id)


def table_row(source_id: str, source_table: str, model: str) -> str:
    """Whose figure a row of another's table is, as `compute_source` names it."""
    return f"{source_name(source_id)}, {source_table}, row '{model}'"
