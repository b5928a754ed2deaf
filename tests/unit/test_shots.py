"""With how many shots a paper tests a benchmark, as its sentences say."""

import pytest

from tasks.extract.accuracy.lexicon import Lexicon
from tasks.extract.accuracy.shots import shots_of_benchmarks
from tasks.reference.benchmarks import load_benchmarks


class Said:
    """A sentence as far as shots are read in it."""

    def __init__(self, text: str) -> None:
        self.text = text


@pytest.mark.parametrize(
    ("sentences", "shots"),
    [
        (["We take MMLU (5-shot), GSM8K (8-shot) and PIQA (zero-shot)."], {"MMLU": "5", "GSM8K": "8", "PIQA": "0"}),
        (["Scores are those of 5-shot MMLU and of 8-shot GSM8K."], {"MMLU": "5", "GSM8K": "8"}),
        (["MMLU, 5-shot, is harder."], {"MMLU": "5"}),
        (["We test MMLU with 5-shot prompts."], {"MMLU": "5"}),
        (["We test MMLU with 5-shot prompts.", "On MMLU (0-shot) it falls."], {}),
        (["A 5-shot ImageNet probe."], {}),
        (["MMLU (5-shot) rises.", "MMLU (0-shot) falls."], {}),
        (["A snapshot of MMLU.", "Few-shot learning is old."], {}),
    ],
)  # fmt: skip
def test_shots_stand_beside_the_benchmark(sentences, shots):
    assert shots_of_benchmarks(map(Said, sentences), Lexicon(load_benchmarks())) == shots
