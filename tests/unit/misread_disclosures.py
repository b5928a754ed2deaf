"""Made sentences that the judge of disclosures still misreads; what the tests expect is what a careful reader says."""

from collections.abc import Sequence
from typing import Any

import pytest

MISREAD: frozenset[str] = frozenset(
    {
        "Training FooNet consumed several thousand petaflop/s-days of compute.",
        "Each epoch takes 20 minutes on a Titan X.",
        "FooLM is a 236B-parameter MoE (21B active).",
        "FooLM is a MoE with 21B activated out of 236B.",
        "In total, training took 35 GPU days.",
        "Most work pretrains models in the range of 100M to 10B parameters.",
        "Our corpus has 160GB of text, about 33B words.",
        "Plants-21 is a data set that has 30 million labeled images with 5,000 labels.",
        "Pre-training of FooLM took 1.7M K9000 GPU hours.",
        "The batch size per GPU is 32 and we use 8 GPUs.",
        "The dataset contains 118k training images, 5k validation images and 41k test images.",
        "The elbow of training occurs around 25 epochs.",
        "The experiments were carried out on a workstation with an RTX A6000.",
        "The models have been trained for 30 epochs on the 960 hours of LibriSpeech with 16 V100s.",
        "The networks are trained within two to four weeks.",
        "The training curve of a 4k batch is unstable.",
        "The whole training procedure takes less than one day on a single GPU.",
        "They train with a database of two trillion tokens [4].",
        "We ran all experiments on a machine with an Intel Xeon CPU and one NVIDIA Titan Xp.",
        "We run single-threaded with batch size 1, or with batch size 64 on servers.",
        "We test on held-out text of our training set with 20M tokens.",
        "We tokenize the corpus into 2.8T byte pair encoding (BPE) tokens.",
        "We train all models for 300 epochs with a 5-epoch linear warmup.",
        "We train on the 1000-category training set.",
        "We train with a vocabulary of 250,000 tokens.",
        "We use Flowers (2k examples, 102 classes) and Cars (8.1k examples, 196 classes).",
        "We use GloVe embeddings trained on 6B tokens.",
        "We use a tokenizer with a vocabulary of 128K tokens and extend the context to 256K tokens in training.",
        "We use linear warmup and decay the learning rate to 10% over 420B tokens.",
        "With only 5.3M parameters and 0.39B FLOPS, FooNet-B0 achieves 77.1% top-1 accuracy.",
    }
)

misread = pytest.mark.xfail(strict=True, reason="the judge of disclosures does not weigh these words enough yet")


def judged(cases: Sequence[tuple[str, Any]]) -> list[Any]:
    """Cases of a sentence and its figures; those that are misread are known to fail."""
    return [pytest.param(*case, id=case[0][:60], marks=[misread] if case[0] in MISREAD else []) for case in cases]
