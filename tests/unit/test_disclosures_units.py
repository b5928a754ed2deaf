"""Times, totals, chip-hours, slices and nodes in the many ways that reports write them."""

import pytest

from tests.unit.misread_disclosures import judged
from tests.unit.test_disclosures import document, found

SENTENCES = [
    ("In total, training FooLM took 5,200 PF-days of compute.", [("training_flop", "4.4928e+23")]),
    ("Training FooLM took 5,200 PFLOPS-days.", [("training_flop", "4.4928e+23")]),
    ("Training FooLM took 5,200 pfs-days.", [("training_flop", "4.4928e+23")]),
    ("Training FooLM took 5,200 PFLOP/s days.", [("training_flop", "4.4928e+23")]),
    ("Training FooLM took 5.2 EF-days.", [("training_flop", "4.4928e+23")]),
    ("Training FooLM took 450 ZFLOPs of compute.", [("training_flop", "4.5e+23")]),
    ("Training FooLM took 450 zettaFLOP.", [("training_flop", "4.5e+23")]),
    ("Training FooLM took 1.5 yottaFLOPs.", [("training_flop", "1.5e+24")]),
    ("Training FooLM took 5,200 petaflop per second days.", [("training_flop", "4.4928e+23")]),
    (
        "Training FooLM took 12d 7h on 512 H100 GPUs.",
        [("chips", "512"), ("duration_hours", "295"), ("hardware", "nvidia-h100")],
    ),
    (
        "Training FooLM took 12d7h on 512 H100 GPUs.",
        [("chips", "512"), ("duration_hours", "295"), ("hardware", "nvidia-h100")],
    ),
    (
        "Training FooLM lasted 12½ days on 512 H100 GPUs.",
        [("chips", "512"), ("duration_hours", "300"), ("hardware", "nvidia-h100")],
    ),
    (
        "Training FooLM lasted 12 1/2 days on 512 H100 GPUs.",
        [("chips", "512"), ("duration_hours", "300"), ("hardware", "nvidia-h100")],
    ),
    ("Training FooLM took 2w 3d.", [("duration_hours", "408")]),
    ("Training FooLM took 295h on 8 GPUs.", [("chips", "8"), ("duration_hours", "295"), ("hardware", "gpu")]),
    ("Training FooLM took 1 week and 2 days.", [("duration_hours", "216")]),
    (
        "Training FooLM took a week and a half on 8 V100 GPUs.",
        [("chips", "8"), ("duration_hours", "252"), ("hardware", "nvidia-v100")],
    ),
    ("Training FooLM took 1h30m on 8 V100s.", [("chips", "8"), ("duration_hours", "1.5"), ("hardware", "nvidia-v100")]),
    ("Training FooLM took 12d on 8 V100s.", [("chips", "8"), ("duration_hours", "288"), ("hardware", "nvidia-v100")]),
    ("We train a 2d convolution with 3d kernels, which took 4 days.", [("duration_hours", "96")]),
    (
        "We trained FooLM for 3 days and 20 hours on 4 V100s.",
        [("chips", "4"), ("duration_hours", "92"), ("hardware", "nvidia-v100")],
    ),
    ("Training FooLM for 250.000 steps with batch size 1.024.", []),
    ("Pre-training of FooLM consumed 640k A100 (80GB) hours.", [("chip_hours", "640000"), ("hardware", "nvidia-a100")]),
    (
        "Pre-training of FooLM consumed 640k 80GB A100 GPU hours.",
        [("chip_hours", "640000"), ("hardware", "nvidia-a100")],
    ),
    (
        "Pre-training of FooLM consumed 1.7M Trainium2 chip-hours.",
        [("chip_hours", "1700000"), ("hardware", "aws-trainium2")],
    ),
    (
        "Pre-training of FooLM consumed 1.7 million Ascend 910B NPU hours.",
        [("chip_hours", "1700000"), ("hardware", "huawei-ascend-910b")],
    ),
    ("Pre-training of FooLM took 1.7M Gaudi-2 HPU hours.", [("chip_hours", "1700000"), ("hardware", "intel-gaudi2")]),
    ("Pre-training of FooLM took 1.7M K9000 GPU hours.", [("chip_hours", "1700000")]),
    ("FooLM was trained for 1.7M node hours.", []),
    (
        "We trained FooLM for 24 days on a v4-1024.",
        [("chips", "512"), ("duration_hours", "576"), ("hardware", "tpu-v4")],
    ),
    (
        "We trained FooLM for 24 days on two TPU v4-1024 slices.",
        [("chips", "1024"), ("duration_hours", "576"), ("hardware", "tpu-v4")],
    ),
    (
        "We trained FooLM for 24 days on 4 TPUv5e-256 slices.",
        [("chips", "1024"), ("duration_hours", "576"), ("hardware", "tpu-v5e")],
    ),
    (
        "We trained FooLM for 24 days on a TPU v5p-1024.",
        [("chips", "512"), ("duration_hours", "576"), ("hardware", "tpu-v5p")],
    ),
    (
        "We trained FooLM for 24 days on a v6e-256.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "tpu-v6e")],
    ),
    (
        "We trained FooLM for 24 days on a TPU v5litepod-64.",
        [("chips", "64"), ("duration_hours", "576"), ("hardware", "tpu-v5e")],
    ),
    ("We trained FooLM for 24 days on two TPU v4 pods.", [("duration_hours", "576"), ("hardware", "tpu-v4")]),
    (
        "We trained FooLM for 24 days on 6144 TPU v4 chips connected over two pods.",
        [("chips", "6144"), ("duration_hours", "576"), ("hardware", "tpu-v4")],
    ),
    (
        "We trained FooLM for 24 days on a 16x16 TPU v5e slice.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "tpu-v5e")],
    ),
    ("We trained FooLM for 24 days on 32 H100 nodes.", [("duration_hours", "576"), ("hardware", "nvidia-h100")]),
    (
        "We trained FooLM for 24 days on 32 H100 nodes (8 GPUs each).",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-h100")],
    ),
    (
        "We trained FooLM for 24 days on 32 8xH100 nodes.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-h100")],
    ),
    (
        "We trained FooLM for 24 days on 32 × 8 H100 GPUs.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-h100")],
    ),
    (
        "We trained FooLM for 24 days on 32 nodes × 8 H100.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-h100")],
    ),
    (
        "We trained FooLM for 24 days on 256 H100 GPUs (32 nodes with 8 GPUs each).",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-h100")],
    ),
    (
        "We trained FooLM for 24 days using 8 A100 GPUs on each of 32 nodes.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-a100")],
    ),
    (
        "We trained FooLM for 24 days on a cluster of 32 servers; each server has 8 H800 GPUs.",
        [("chips", "256"), ("duration_hours", "576"), ("hardware", "nvidia-h800")],
    ),
    (
        "Each node contains 8 H800 GPUs and FooLM was trained on 32 nodes.",
        [("chips", "256"), ("hardware", "nvidia-h800")],
    ),
    ("We trained FooLM on 2 GB200 NVL72 racks.", [("chips", "144"), ("hardware", "nvidia-gb200")]),
    (
        "FooLM was trained on 2048 H800 GPUs; each node in the cluster contains 8 GPUs connected by NVLink.",
        [("chips", "2048"), ("hardware", "nvidia-h800")],
    ),
    ("We train the models on one node with 8 A100 GPUs.", [("chips", "8"), ("hardware", "nvidia-a100")]),
    ("We trained FooLM on 64 RTX 6000 Ada nodes.", [("hardware", "nvidia-rtx-6000-ada")]),
]


@pytest.mark.parametrize(("sentence", "figures"), judged(SENTENCES))
def test_a_spelling_gives_its_figures_and_no_others(sentence: str, figures: list[tuple[str, str]]) -> None:
    assert sorted(found(document([sentence]))) == figures
