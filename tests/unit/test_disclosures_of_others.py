"""Figures of others' models, of corpora, of batches and of texts are no training of the paper's own models."""

import pytest

from tasks.extract.training.table_headers import field_of
from tasks.reference.model_families import models_in
from tests.unit.misread_disclosures import judged, misread
from tests.unit.test_disclosures import document, found, table

SENTENCES = [
    (
        "We train a 30B-A3B model on 1T tokens.",
        [("parameters", "3000000000"), ("parameters", "30000000000"), ("tokens", "1000000000000")],
    ),
    (
        "FooLM-30B-A3B is trained on 36T tokens.",
        [("parameters", "3000000000"), ("parameters", "30000000000"), ("tokens", "36000000000000")],
    ),
    ("We compare FooLM with Qwen3-30B-A3B, which has 30B parameters.", []),
    (
        "• StarCoder2 (Lozhkov et al., 2024) consists of models of 3B and 15B parameters, trained on 3T tokens.",
        [],
    ),
    ("LLaMA-65B was trained for 21 days on 2,048 A100 GPUs.", []),
    ("In contrast, GPT-3 was trained on 300 billion tokens.", []),
    ("BERT-large takes 4 days on 64 TPU chips.", []),
    ("Training on all of it would take 40 days.", []),
    ("• GLM-130B [12]: A bilingual language model with 130B parameters.", []),
    ("For example, an LLM with 10 billion parameters requires 205 billion tokens for pretraining.", []),
    (
        "FooLM reaches the quality of open-source models trained on 2.6T tokens, while we train on 2.5T tokens.",
        [("tokens", "2500000000000")],
    ),
    (
        "At 6 trillion training tokens, we increased the batch size from 64M tokens to 96M tokens.",
        [("batch_size", "64000000"), ("batch_size", "96000000")],
    ),
    ("We use a tokenizer with a vocabulary of 128K tokens and extend the context to 256K tokens in training.", []),
    (
        "We train on 14T tokens for FooLM-27B, 12T for the 12B version, and 2T for the 1B.",
        [("tokens", "12000000000000"), ("tokens", "14000000000000"), ("tokens", "2000000000000")],
    ),
    ("We pre-train on about 5T higher-quality tokens.", [("tokens", "5000000000000")]),
    (
        "We train with 4096 tokens per step and 5.7 million tokens per step.",
        [("batch_size", "4096"), ("batch_size", "5700000")],
    ),
    ("We reserve 25,000 images from the training set for validation.", []),
    ("Our models are trained using a compute budget of 8.35 × 1023 FLOPS.", [("training_flop", "8.35e+23")]),
    ("They are trained using 128 and 256 GPUs.", [("chips", "128"), ("chips", "256"), ("hardware", "gpu")]),
    ("We train on the same data as BERT, which consists of 3.3 billion tokens.", [("tokens", "3300000000")]),
    ("The total parameter count is 192 million for all variations.", [("parameters", "192000000")]),
    (
        "We train FooLM for 30 thousand total training steps on 576B total tokens.",
        [("steps", "30000"), ("tokens", "576000000000")],
    ),
]


@pytest.mark.parametrize(("sentence", "figures"), judged(SENTENCES))
def test_a_sentence_gives_what_is_the_papers_own(sentence: str, figures: list[tuple[str, str]]) -> None:
    assert sorted(found(document([sentence], title="FooLM: A Language Model"))) == figures


def test_columns_of_registered_models_are_others() -> None:
    sizes = table(
        [["", "Qwen2.5-72B", "DeepSeek-V2", "FooLM"], ["Total params", "72B", "236B", "142B"]],
        "Table 1. Architectures of the models that we compare.",
    )
    assert found(document([], [sizes], title="FooLM: A Language Model")) == {("parameters", "142000000000")}


def test_a_registered_name_in_the_title_is_the_papers_own() -> None:
    sizes = table([["Model", "Params"], ["gpt-oss-120b", "117B"], ["Llama 3 70B", "70B"]])
    assert found(document([], [sizes], title="gpt-oss-120b Model Card")) == {("parameters", "117000000000")}


def test_names_behind_a_group_are_judged() -> None:
    rows = [
        ["Kind", "Model", "Params (M)"],
        ["Convolutional networks", "EfficientNet-B3 [53]", "12"],
        ["Perceptrons", "FooNet-S", "15"],
    ]
    assert found(document([], [table(rows)])) == {("parameters", "15000000")}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Qwen2.5-72B Base", ["Qwen2.5"]),
        ("Meta-Llama-3.1-405B", ["Meta-Llama"]),
        ("Llama 3 8B and GPT-4o", ["Llama", "GPT-4o"]),
        ("Philadelphia, Optimizer, FooBERT, llama", []),
    ],
)
def test_registered_names_are_found_with_their_sizes_and_not_inside_words(text: str, names: list[str]) -> None:
    assert models_in(text) == names


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("TFLOPS per GPU", "chip_flop_per_s"),
        ("Peak TFLOPS per GPU", ""),
        ("Ours (TFLOPS)", ""),
        ("GFLOPS", "forward_ops"),
        ("FLOPs (G)", "forward_ops"),
        ("TPU core years", "chip_hours"),
        ("batch=32", ""),
        ("Batch Size per GPU", ""),
        ("Batch size", "batch_size"),
        ("TrainTime (h)", "duration_hours"),
        ("Compute (EFLOP-days)", "training_flop"),
        ("#activated", "parameters"),
    ],
)
def test_a_header_names_a_cost_and_no_rate(header: str, field: str) -> None:
    assert field_of(header) == field


def test_a_cell_of_time_and_chips_gives_both() -> None:
    costs = table([["Model", "Training time"], ["FooNet-S", "15 hours, 16 K40s"], ["FooNet-L", "4d on 64 TPUv3s"]])
    assert found(document([], [costs])) == {
        ("duration_hours", "15"),
        ("chips", "16"),
        ("hardware", "nvidia-k40"),
        ("duration_hours", "96"),
        ("chips", "64"),
        ("hardware", "tpu-v3"),
    }


def test_speeds_on_a_gpu_are_no_number_of_chips() -> None:
    speeds = table(
        [["Model", "GPU", "CPU", "AP"], ["FooNet-S", "306", "75", "38.5"], ["FooNet-L", "205", "41", "44.6"]]
    )
    assert not {value for field, value in found(document([], [speeds])) if field == "chips"}


def test_rows_with_another_mark_than_the_papers_own_are_others() -> None:
    rows = [["Model", "FLOPs"], ["• FooNet-S", "4.3G"], ["◦ Swin-S", "8.7G"]]
    assert found(document([], [table(rows)])) == {("forward_ops", "4300000000")}


def test_operations_with_decimals_are_billions() -> None:
    rows = [["Model", "FLOPs / Params"], ["FooNet-S", "4.1 / 25.6"], ["FooNet-L", "179.0 / 350.2"]]
    assert ("forward_ops", "4100000000") in found(document([], [table(rows)]))


@misread
def test_labels_of_figures_are_no_training() -> None:
    assert found(document(["We train 200k steps 300k steps 400k steps 500k steps FooNet BarNet in Figure 2."])) == set()


@misread
def test_legends_are_no_training() -> None:
    assert found(document(["^{‡}: pre-trained on 3.5 billion images."])) == set()
