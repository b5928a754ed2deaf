"""Which of Epoch AI's figures are comparable with a paper's training."""

import pytest

from tools.compare_compute import SEARCHED, EpochModel, _has_size, _same_model, run_alone

OURS_OF_VIT = [("vithuge", "ViT-Huge", 9e21), ("vith14", "ViT-H/14", 4.2e21), ("vitl16", "ViT-L/16", 5e20)]


@pytest.mark.parametrize(
    ("note", "is_search"),
    [
        ("50 epochs * 50,000 images * 10.0 GFLOP * 12800 networks * 2 add-multiply * 3 backward pass", True),
        ("450 K40 GPUs for 20k models (approx. 7 days)", True),
        ("Same OOM as the models from the comparison in Figure 1", False),
        ("6 FLOP * 2 models, trained for 300 epochs", False),
    ],
)
def test_a_note_on_hundreds_of_models_is_of_a_search(note: str, is_search: bool) -> None:
    assert bool(SEARCHED.search(note)) == is_search


def test_a_size_is_the_same_by_its_word_or_by_its_letter() -> None:
    ours = [{"model_key": k, "model": n, "training_flop": f} for k, n, f in OURS_OF_VIT]
    pair = _same_model(ours, [EpochModel("ViT-Huge/14", 4.3e21, False)])
    assert pair is not None and pair[0]["model"] == "ViT-H/14"


def test_the_model_of_the_parameters_that_epoch_gives_is_meant() -> None:
    """RetNet (arXiv 2307.08621) comes in four sizes; Epoch's row is of 6.7 billion parameters."""
    ours = [{"model_key": n.lower(), "model": n, "training_flop": f} for n, f in (("200M", 1e20), ("6.7B", 4e21))]
    pair = _same_model(
        [*ours, {"model_key": "retnetx", "model": "RetNet-X", "training_flop": 9e22}],
        [EpochModel("RetNet", 4.02e21, False, 6.7e9)],
    )
    assert pair is not None and pair[0]["model"] == "6.7B"


def test_a_size_in_a_name_must_be_one_of_the_papers() -> None:
    told = [{"field": "parameters", "number": 5.15e8}, {"field": "tokens", "number": 1e10}]
    assert not _has_size(told, "FooLM-10B")
    assert _has_size(told, "FooLM 510M")
    assert _has_size(told, "FooLM-XL")


def test_equal_names_go_before_larger_figures() -> None:
    ours = [
        {"model": "FooNet", "model_key": "foonet", "training_flop": 1e18},
        {"model": "FooNet-L", "model_key": "foonetl", "training_flop": 1e19},
    ]
    pair = _same_model(ours, [EpochModel("FooNet (ours)", 2e18, False), EpochModel("BarNet", 1e21, False)])
    assert pair is not None
    assert (pair[0]["model"], pair[1].flop) == ("FooNet", 2e18)


def test_the_training_of_a_teacher_is_not_compared() -> None:
    """DistilBERT (arXiv 1910.01108): Epoch AI has the student's training, ours counts BERT-Base in."""
    codes = {"flag_codes": "chips_supposed teacher_added", "flag_parameters": '[{}, {"flop": 6.4e19}]'}
    assert run_alone({"training_flop": 7.94e19, **codes})["training_flop"] == pytest.approx(1.54e19)
    plain = {"training_flop": 7.94e19, "flag_codes": None, "flag_parameters": None}
    assert run_alone(plain) == plain
