"""Which of Epoch AI's figures are comparable with a paper's training."""

import pytest

from tools.compare_compute import SEARCHED, EpochModel, _has_size, _same_model


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
