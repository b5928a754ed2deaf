"""Mixtures of experts count by their active parameters, and the stages of a training add up."""

import pytest

from schemas.codes import has
from schemas.codes.compute import ComputeFlag
from schemas.codes.reading import ReadingNote
from schemas.rows.compute import ComputeEstimate
from tasks.compute.papers import estimate_papers
from tasks.compute.tables import load_compute_tables
from tasks.parse.document import PageTable
from tests.unit.misread_disclosures import MISREAD, misread
from tests.unit.test_disclosures import disclosures, document, table

TOTAL, ACTIVE = 236e9, 21e9

WORDINGS = [
    "FooLM has 236B total parameters with 21B activated per token.",
    "FooLM is a mixture-of-experts model with 236B total parameters, of which 21B are activated for each token.",
    "FooLM has 21B active and 236B total parameters.",
    "FooLM has 236B parameters (21B active).",
    "FooLM is a 236B-parameter MoE (21B active).",
    "FooLM activates 21B of its 236B parameters for each token.",
    "FooLM has 236B parameters and only uses 21B active parameters per token.",
    "FooLM is a MoE with 21B activated out of 236B.",
    "FooLM comprises 236B total parameters and activates only 21B.",
    "FooLM has 21 billion active parameters and 236 billion total parameters.",
    "FooLM has a total of 236B parameters but only 21B are active.",
    "FooLM, with 236B total / 21B active parameters, is trained with Adam.",
    "FooLM has active parameters of 21B and total parameters of 236B.",
    "In FooLM, the number of activated parameters is 21B while the total parameter count is 236B.",
    "FooLM has 236B parameters, 21B of which are activated.",
    "FooLM has 236B parameters in total, with 21B activated.",
    "FooLM, a 21B activated (236B total) parameter model, is trained with Adam.",
    "Trained with Adam, FooLM is a 21B-activated (236B parameters in total) model.",
    "With 21B activated parameters and 236B total parameters, FooLM is trained with Adam.",
]


def preferred(lines: list[str], tables: list[PageTable] | None = None) -> ComputeEstimate:
    read = disclosures(document(lines, tables, title="FooLM: A Language Model"))
    (row,) = (e for e in estimate_papers(read, load_compute_tables()) if e.is_preferred)
    return row


@pytest.mark.parametrize("sentence", [pytest.param(w, marks=[misread] if w in MISREAD else []) for w in WORDINGS])
def test_a_mixture_of_experts_spends_its_active_parameters(sentence: str) -> None:
    read = [d for d in disclosures(document([sentence], title="FooLM: A Language Model")) if d.field == "parameters"]
    counts = {d.number: has(d.notes, ReadingNote.ACTIVE_PARAMETERS) for d in read}
    assert counts == {TOTAL: False, ACTIVE: True}
    assert preferred([sentence, "FooLM was trained on 8T tokens."]).training_flop == pytest.approx(6 * ACTIVE * 8e12)


def test_active_counts_of_other_things_are_no_parameters() -> None:
    sentence = "We have 512 GPUs that are active, 20K active users, and 8 experts activated of 64 in training."
    assert [d.field for d in disclosures(document([sentence])) if d.field == "parameters"] == []


def test_a_column_of_active_parameters_is_told_apart() -> None:
    sizes = table([["Model", "Total params", "Active params"], ["FooLM (ours)", "236B", "21B"]])
    assert preferred(["FooLM was trained on 8T tokens."], [sizes]).training_flop == pytest.approx(6 * ACTIVE * 8e12)


@pytest.mark.parametrize(
    "lines",
    [
        ["We pretrain FooLM on 10T tokens, followed by 2T tokens of mid-training and 100B tokens of annealing."],
        ["We pre-train FooLM on 12T tokens and then extend the context with an additional 100B tokens."],
        ["FooLM is trained on 10T tokens in stage 1, 2T tokens in stage 2 and 100B tokens in stage 3."],
        ["FooLM is trained on 10T tokens in stage 1, 2T tokens in stage 2 and 100B in stage 3, 12.1T tokens in total."],
        [
            "In the first stage, FooLM is pre-trained on 10T tokens.",
            "In the second stage, FooLM is pre-trained on 2T tokens.",
            "In the final stage, FooLM is pre-trained on 100B tokens.",
        ],
        ["FooLM is pre-trained on 12.1T tokens.", "In the first stage, FooLM is pre-trained on 10T tokens."],
    ],
)
def test_stages_add_up_to_the_tokens_of_a_model(lines: list[str]) -> None:
    assert preferred(["FooLM has 40B parameters.", *lines]).training_flop == pytest.approx(6 * 40e9 * 12.1e12, rel=0.01)


def test_steps_at_falling_rates_add_up() -> None:
    lines = [
        "FooLM has 40B parameters.",
        "We train FooLM with a learning rate of 10^{−3} for 160k steps, then continue for 40k steps with 10^{−4}.",
        "The batch size is 4M tokens.",
    ]
    assert preferred(lines).training_flop == pytest.approx(6 * 40e9 * 4e6 * 200e3)


def test_stages_and_total_of_a_table_of_costs_are_no_models() -> None:
    stages = ["Training costs", "Pre-Training", "Context Extension", "Post-Training", "Total"]
    costs = table([stages, ["in H800 GPU hours", "1,932K", "87K", "4K", "2,023K"]], "Table 2. Training costs of FooLM.")
    read = disclosures(document(["FooLM is trained on H800 GPUs."], [costs], title="FooLM: A Language Model"))
    assert {d.model for d in read} <= {"FooLM", None}
    assert {d.number for d in read if d.field == "chip_hours"} == {1.932e6, 8.7e4, 4e3, 2.023e6}
    whole = preferred(["FooLM took 2,023K GPU hours of training on H800 GPUs."])
    assert preferred(["FooLM is trained on H800 GPUs."], [costs]).training_flop == whole.training_flop


def test_stages_without_a_total_are_added() -> None:
    costs = table(
        [
            ["Stage", "GPU hours"],
            ["Pre-training", "1,932K"],
            ["Long-context extension", "87K"],
            ["Post-training", "4K"],
        ],
        "Table 2. Training costs of FooLM.",
    )
    row = preferred(["FooLM is trained on H800 GPUs."], [costs])
    whole = preferred(["FooLM took 2,023K GPU hours of training on H800 GPUs."])
    assert row.training_flop == pytest.approx(whole.training_flop, rel=0.01)
    assert has(row.flags, ComputeFlag.STAGES_ADDED)
