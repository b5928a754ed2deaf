"""The conditions of a score: what nobody says is unknown, and unlike models stand in series of their own."""

import pytest

from schemas.codes import Coded
from schemas.codes.matching import Exclusion
from schemas.rows.claims import Place, Result
from schemas.rows.compute import ListedEstimate
from schemas.rows.observations import Observation
from schemas.rows.sources import SourceScore
from tasks.match.accuracy import Accuracy, PooledSeries
from tasks.match.conditions import Conditions, conditions_of, kind_apart, named_data, with_extra_data
from tasks.names.known_models import known_model, registered_key
from tasks.names.prompting import prompting_in, shots_in
from tasks.reference.benchmarks import domain_of, error_floors, key_apart, load_series
from tests.unit.matching import observations

APART = ("extra_data",)
POOLING = [PooledSeries("imagenet-1k", "top1_accuracy", "imagenet-1k", "imagenet-1k", False, APART, APART)]


def score(**changes) -> Accuracy:
    known = {"table_name": "raw_scores", "result_id": "r1", "source_id": "study-data", "source_table": "t"}
    known |= {"paper_id": "p1", "model": "Net-5", "model_key": "net5", "benchmark": "imagenet-1k", "year": 2020}
    known |= {"metric": "top1_accuracy", "value": 80.0, "is_own": True, "is_ensemble": None, "extra_data": None}
    return Accuracy(**(known | changes))


def language_score(**changes) -> Accuracy:
    return score(**({"benchmark": "mmlu", "metric": "accuracy", "model": "m", "year": 2023} | changes))


def estimate(**changes) -> ListedEstimate:
    known = {"estimate_id": "e1", "paper_id": "p1", "model": "Net-5", "model_key": "net5", "training_set": None}
    known |= {"training_flop": 1e19, "training_flop_lower": 1e18, "training_flop_upper": 1e20, "method": "reported"}
    known |= {"basis": "stated: 1e+19 FLOP", "evidence_ids": "d1", "compute_source": "paper", "is_preferred": True}
    return ListedEstimate(**(known | {"source_id": "reference"} | changes))


def conditions(accuracy: Accuracy, **of_estimate) -> Conditions:
    return conditions_of(accuracy, estimate(**of_estimate))


def pooled_row(**changes) -> Observation:
    one = score(table_name="raw_observations", source_table=None, source_id="reference", **changes)
    (row,) = observations([one], [estimate()], POOLING, ("reference",))
    return row


def result(model: str, location: str, extra_data: str | None = None, paper_id: str = "p") -> Result:
    return Result(
        result_id=model, paper_id=paper_id, document_sha256="0", benchmark="imagenet-1k", metric="top1_accuracy",
        value=80.0, raw_value="80.0", model=model, model_key=model, is_own=True, extra_data=extra_data,
        place=Place(page=3, location=location), quote="q", confidence=0.9, extractor="table",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "data", "examples"),
    [
        ("JFT-300M", "JFT-300M", 3e8),
        ("jft-300m", "JFT-300M", 3e8),
        ("JFT-3B", "JFT-3B", 3e9),
        ("ImageNet 22K", "ImageNet-21k", 14197122),
        ("IN-21k", "ImageNet-21k", 14197122),
        ("i21k", "ImageNet-21k", 14197122),
        ("web image-text pairs", "web image-text pairs", None),
        ("none", "none", None),
        ("unknown", "unknown", None),
    ],
)
def test_extra_data_go_by_one_name_and_their_size(words, data, examples):
    assert named_data(words) == (data, examples)


def test_what_sources_leave_out_is_in_the_register():
    for model in (
        "CoCa",
        "ViT-MoE-15B (Every-2)",
        "Meta Pseudo Labels (EfficientNet-L2)",
        "NoisyStudent (EfficientNet-B7)",
    ):
        assert conditions(score(model=model, extra_data=None)).extra_data.startswith("JFT")
    assert conditions(score(model="CoCa", extra_data=None)).extra_examples == 3e9
    assert conditions(score(model="a network", extra_data=None)).extra_data == "unknown"
    # What a row names stands before the register, and the register before a source that names the benchmark's set.
    assert conditions(score(model="ViT-H/14", extra_data="ImageNet-21k")).extra_data == "ImageNet-21k"
    assert conditions(score(model="ViT-H/14", extra_data="none")).extra_data == "JFT-300M"


@pytest.mark.parametrize(
    ("version", "year", "reasoning"),
    [
        ("claude-3-7-sonnet-20250219_16K", 2025, "yes"),
        ("claude-3-7-sonnet-20250219", 2025, "no"),
        ("gpt-5-2025-08-07_medium", 2025, "yes"),
        ("gpt-4o-2024-11-20", 2024, "no"),
        ("o1-preview-2024-09-12", 2024, "yes"),
        ("grok-4-0709", 2025, "yes"),
        ("grok-3-beta", 2025, "no"),
        ("kimi-k2-thinking-turbo", 2025, "yes"),
        ("DeepSeek-R1-0528", 2025, "yes"),
        ("DeepSeek-V3", 2025, "no"),
        ("Llama-3.1-405B-Instruct", 2024, "no"),
        ("falcon-7b", 2023, "no"),
        ("somebody's model", 2025, "unknown"),
        ("somebody's model", None, "unknown"),
        ("somebody's base model", 2025, "no"),
    ],
)
def test_which_models_reason_before_they_answer(version, year, reasoning):
    assert conditions(language_score(model="m", model_version=version, year=year)).reasoning == reasoning


@pytest.mark.parametrize(
    ("version", "base"),
    [
        ("Baichuan-13B-Base", "yes"),
        ("Llama-2-70b-chat-hf", "no"),
        ("gemma-2-27b-it", "no"),
        ("Qwen2.5-Coder-32B-Instruct", "no"),
        ("gpt-4-0613", "no"),
        ("falcon-7b", "unknown"),
        ("Chatty", "unknown"),
    ],
)
def test_which_models_are_pre_trained_only(version, base):
    assert conditions(language_score(model_version=version)).base_model == base


@pytest.mark.parametrize(
    ("said", "protocol"),
    [
        ("single crop", "one view"),
        ("center-crop", "one view"),
        ("10-crop testing", "several views"),
        ("multi-scale, dense testing", "several views"),
        ("test-time augmentation", "several views"),
        ("single crop, 10-crop", "unknown"),
        (None, "unknown"),
        ("224x224", "unknown"),
    ],
)
def test_how_many_views_a_score_takes(said, protocol):
    assert conditions(score(test_protocol=said)).test_protocol == protocol


@pytest.mark.parametrize(
    ("text", "shots", "prompting"),
    [
        ("MMLU (5-shot)", "5", None),
        ("GSM8K 8-shot CoT", "8", "chain of thought"),
        ("zero-shot", "0", None),
        ("few shot, maj@64", "few", "majority vote"),
        ("0-shot and 5-shot", None, None),
        ("chain-of-thought prompting", None, "chain of thought"),
        ("a shot in the dark", None, None),
        ("snapshot 5", None, None),
    ],
)
def test_how_a_model_was_asked(text, shots, prompting):
    assert (shots_in(text), prompting_in(text)) == (shots, prompting)


def test_a_source_says_shots_and_prompting_in_its_words_on_the_test():
    row = SourceScore(
        result_id="r1", source_id="s", source_table="t", model="m", model_key="m", benchmark="mmlu", metric="accuracy",
        value=60.0, raw_value="60", is_own=True, test_protocol="5-shot CoT", quote="q",
    )  # fmt: skip
    accuracy = Accuracy.of_score(row)
    assert (accuracy.shots, accuracy.prompting) == ("5", "chain of thought")


def test_conditions_that_a_benchmark_does_not_have_are_not_applicable():
    of_images, of_words = conditions(score()), conditions(language_score(shots="5"))
    assert {of_images.reasoning, of_images.base_model, of_images.shots, of_images.prompting} == {"not applicable"}
    assert (of_words.extra_data, of_words.test_protocol, of_words.shots) == ("not applicable", "not applicable", "5")


def test_rows_of_a_paper_that_trains_on_more_have_no_extra_data_only_beside_rows_that_name_them():
    rows = [
        result("plain", paper_id="p", location="Table 1"),
        result("larger", paper_id="p", location="Table 1", extra_data="jft"),
        result("open", paper_id="p", location="Table 2"),
        result("other", paper_id="q", location="Table 2"),
    ]
    said = {a.model: a.extra_data for a in with_extra_data(rows, {"p"})}
    assert said == {"plain": "none", "larger": "jft", "open": "unknown", "other": "none"}


@pytest.mark.parametrize(
    ("scope", "training_set", "data"),
    [
        ("whole", "imagenet-1k", "none"),
        ("pretraining", "imagenet-1k", "unknown"),
        ("whole", "jft", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_a_whole_training_on_the_benchmark_s_own_set_had_no_other_before(scope, training_set, data):
    found = conditions(score(extra_data="unknown"), compute_scope=scope, training_set=training_set)
    assert found.extra_data == data


@pytest.mark.parametrize(
    ("value", "kind"), [("none", None), ("JFT-3B", "extra_data"), ("not named", "extra_data"), ("unknown", None)]
)
def test_what_stands_apart(value, kind):
    assert kind_apart(Conditions(extra_data=value), ("extra_data",)) == kind


def test_a_model_of_which_nobody_says_that_it_reasons_is_one_of_the_many():
    found = [kind_apart(Conditions(reasoning=r), ("reasoning",)) for r in ("yes", "no", "unknown")]
    assert found == ["reasoning", None, None]


def test_a_score_of_two_kinds_apart_belongs_to_the_first_that_its_benchmark_names():
    both = Conditions(fine_tuned="yes", formulation="multiple choice")
    assert kind_apart(both, ("fine_tuned", "multiple_choice")) == "fine_tuned"
    assert kind_apart(both, ("multiple_choice", "fine_tuned")) == "multiple_choice"
    assert kind_apart(both, ("reasoning", "unnormalised")) is None


TASKS = ("boolq", "hellaswag", "piqa", "winogrande", "openbookqa", "arc-challenge", "arc-easy", "triviaqa", "gsm8k")


@pytest.mark.parametrize("benchmark", TASKS)
@pytest.mark.parametrize(
    ("said", "trained"),
    [
        ({"model": "Net (fine-tuned)"}, "yes"),
        ({"model": "Net", "shots": "5"}, "no"),
        ({"model": "Net", "prompting": "chain of thought"}, "no"),
        ({"model": "Net fine-tuned chat"}, "unknown"),
        ({"model": "Net", "link": "https://arxiv.org/pdf/1910.10683"}, "yes"),
        ({"model": "T5-11B", "link": "https://crfm.stanford.edu/helm/classic/latest/#/groups/boolq"}, "no"),
        ({"model": "T5-11B"}, "yes"),
        ({"model": "DeBERTa-large"}, "yes"),
        ({"model": "Net", "year": 2017}, "yes"),
        ({"model": "Net"}, "unknown"),
    ],
)
def test_who_says_that_a_model_was_trained_on_the_benchmark_s_own_set(benchmark, said, trained):
    assert conditions(language_score(benchmark=benchmark, **said)).fine_tuned == trained


@pytest.mark.parametrize("benchmark", ["mmlu", "gpqa-diamond", "humaneval", "imagenet-1k"])
def test_where_there_is_no_training_set_nobody_trains_on_it(benchmark):
    assert conditions(language_score(benchmark=benchmark, model="T5-11B")).fine_tuned == "not applicable"


@pytest.mark.parametrize(
    ("benchmark", "link", "shots", "found"),
    [
        ("arc-challenge", "http://arxiv.org/abs/2302.13971", "0", "completion"),
        ("arc-challenge", "http://arxiv.org/abs/2412.19437", "25", "multiple choice"),
        ("hellaswag", "http://arxiv.org/abs/2412.19437", "10", "completion"),
        ("arc-challenge", "http://arxiv.org/abs/2401.04088", "25", "multiple choice"),
        ("arc-challenge", "http://arxiv.org/abs/2401.04088", "0", "completion"),
        ("hellaswag", "http://arxiv.org/abs/2309.05463", None, "unnormalised completion"),
        ("arc-challenge", "http://arxiv.org/abs/2309.16609", "0", "unknown"),
        ("arc-challenge", None, None, "unknown"),
        ("gsm8k", "http://arxiv.org/abs/2302.13971", "8", "not applicable"),
    ],
)
def test_how_a_report_puts_questions_with_options(benchmark, link, shots, found):
    assert conditions(language_score(benchmark=benchmark, link=link, shots=shots)).formulation == found


@pytest.mark.parametrize("said", ["completion", "multiple choice", None])
def test_a_row_of_one_s_own_says_how_its_question_was_put(said):
    own = language_score(benchmark="arc-challenge", source_id="own", source_table=None, formulation=said)
    assert conditions(own).formulation == (said or "unknown")


def test_scores_had_in_other_ways_are_series_of_their_own_and_unsaid_ones_in_none():
    kinds = ("fine_tuned", "multiple_choice")
    pool = PooledSeries("arc-challenge", "accuracy", "arc-challenge", None, False, kinds, ("formulation",))
    reports = {"a": "2302.13971", "b": "2412.19437", "c": "2601.00001", "d": "2101.03961"}
    scores = [
        language_score(benchmark="arc-challenge", result_id=k, model=k, model_key=k, link=report, paper_id=k)
        for k, report in reports.items()
    ]
    computes = [
        estimate(estimate_id=k, model=k, model_key=k, paper_id=k, training_flop=10.0**n)
        for n, k in enumerate(reports, start=20)
    ]
    rows = {r.result_id: r for r in observations(scores, computes, [pool], ("reference",))}
    assert {k: (r.series, r.in_fit) for k, r in rows.items()} == {
        "a": ("arc-challenge", True),
        "b": ("arc-challenge-multiple-choice", True),
        "c": ("arc-challenge", False),
        "d": ("arc-challenge-fine-tuned", True),
    }


def test_series_apart_have_the_benchmark_s_domain_floor_and_a_title_of_their_own():
    apart = key_apart("imagenet-1k", "extra_data")
    assert domain_of(apart) == domain_of("imagenet-1k")
    assert error_floors()[apart, "top1_accuracy"] == error_floors()["imagenet-1k", "top1_accuracy"]
    titles = {b.series: b.title for b in load_series() if b.is_fit_metric}
    assert titles[apart] != titles["imagenet-1k"] and len(set(titles)) == len(titles)


def test_models_with_extra_data_are_a_series_of_their_own_and_unknown_ones_in_none():
    plain, larger, unknown = (pooled_row(extra_data=words) for words in ("none", "JFT-300M", None))
    assert (plain.series, plain.in_fit) == ("imagenet-1k", True)
    assert (larger.series, larger.in_fit) == ("imagenet-1k-extra-data", True)
    assert unknown.exclusions == (Coded.of(Exclusion.CONDITION_UNKNOWN, condition="extra data"),)


def test_a_registered_name_is_known_by_all_its_spellings():
    assert registered_key("NoisyStudent (EfficientNet-L2)") == registered_key("EffNet-L2 (Noisy Student)")
    assert registered_key("ResNeXt-101 64x4d") == registered_key("ResNeXt-101 (64x4d)") is not None
    assert registered_key("V-MoE") == registered_key("ViT-MoE-15B (Every-2)") is not None
    assert registered_key("GPT-4o mini") is None  # of a family, not one model
    assert known_model("o1-mini").reasoning == "yes" and known_model("o10") is None


def test_one_training_is_one_row_of_a_series_whatever_data_its_rows_name():
    read = {"table_name": "raw_observations", "source_table": None, "source_id": "reference"}
    scores = [
        score(**read, result_id=words, extra_data=words, value=value)
        for words, value in (("JFT-300M", 88.0), ("ImageNet-21k", 85.0))
    ]
    rows = observations(scores, [estimate()], POOLING, ("reference",))
    assert {r.result_id: r.in_fit for r in rows} == {"JFT-300M": True, "ImageNet-21k": False}
