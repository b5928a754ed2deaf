"""Ways in which reports say what training took, each with all figures that may tell of it, whoever judges them."""

import pytest

from tasks.extract.training.chips import find_chips
from tasks.extract.training.findings import phase_of
from tasks.extract.training.text import find_figures
from tests.unit.test_disclosures import HARDWARE

SENTENCES: list[tuple[str, list[tuple[str, float | str]]]] = [
    ("We trained FooLM with 10^22.5 FLOPs of compute.", [("training_flop", 3.16228e22)]),
    ("We trained FooLM with 10^{22.5} FLOPs.", [("training_flop", 3.16228e22)]),
    ("Training consumed 10^{23} FLOP in total.", [("training_flop", 1e23)]),
    ("Training used 10²³ FLOP.", [("training_flop", 1e23)]),
    ("Training FooLM required 3.2×10^23 FLOP.", [("training_flop", 3.2e23)]),
    ("Training FooLM required 3.2·10^{23} floating point operations.", [("training_flop", 3.2e23)]),
    ("Training used 1e23.5 FLOP.", [("training_flop", 3.16228e23)]),
    ("FooLM was trained with 2e+24 FLOPs.", [("training_flop", 2e24)]),
    ("FooLM used ten to the 24 FLOPs in training.", [("training_flop", 1e24)]),
    ("FooLM was trained with 1.5 × 1e24 FLOPs.", [("training_flop", 1.5e24)]),
    ("Our training used 3.8 x 10^{25} FLOPs, almost 50x more than FooLM 1.", [("training_flop", 3.8e25)]),
    ("The training compute is 10^24 to 10^25 FLOPs.", [("training_flop", 5.5e24)]),
    ("Training took about 3.14E23 flops.", [("training_flop", 3.14e23)]),
    ("We trained with 5 septillion FLOPs.", [("training_flop", 5e24)]),
    ("Training took 2.5 yottaFLOPs.", [("training_flop", 2.5e24)]),
    ("Training took 300 zettaFLOPs.", [("training_flop", 3e23)]),
    ("Training took 1,900 exaFLOP-days.", [("training_flop", 1.6416e26)]),
    ("We spent 3640 PF/s-days on training.", [("training_flop", 3.14496e23)]),
    ("We spent 50 petaFLOPs-days on training.", [("training_flop", 4.32e21)]),
    (
        "Training took 12:30 hours on 8 V100 GPUs.",
        [("chips", 8), ("duration_hours", 12.5), ("hardware", "nvidia-v100")],
    ),
    ("Training took 1:15:00 h on one V100 GPU.", [("chips", 1), ("duration_hours", 1.25), ("hardware", "nvidia-v100")]),
    (
        "Training took 12:30:15 on 4 V100 GPUs.",
        [("chips", 4), ("duration_hours", 12.5042), ("hardware", "nvidia-v100")],
    ),
    ("Training took 2d 4h on 4 V100 GPUs.", [("chips", 4), ("duration_hours", 52), ("hardware", "nvidia-v100")]),
    (
        "Training took 3 days 4 hours on 4 V100 GPUs.",
        [("chips", 4), ("duration_hours", 76), ("hardware", "nvidia-v100")],
    ),
    ("Training took 36h30m on 4 V100 GPUs.", [("chips", 4), ("duration_hours", 36.5), ("hardware", "nvidia-v100")]),
    (
        "Training took 36 h 30 min on 4 V100 GPUs.",
        [("chips", 4), ("duration_hours", 36.5), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took 1 day, 2:30:00 on 4 V100 GPUs.",
        [("chips", 4), ("duration_hours", 26.5), ("hardware", "nvidia-v100")],
    ),
    ("Training took 1-02:30:00 on 4 V100 GPUs.", [("chips", 4), ("duration_hours", 26.5), ("hardware", "nvidia-v100")]),
    (
        "The training time is 05h 20m on 4 V100 GPUs.",
        [("chips", 4), ("duration_hours", 5.33333), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took 3 days and a half on 4 V100 GPUs.",
        [("chips", 4), ("duration_hours", 84), ("hardware", "nvidia-v100")],
    ),
    (
        "We train for 1 month and 2 weeks on 64 A100 GPUs.",
        [("chips", 64), ("duration_hours", 1066.5), ("hardware", "nvidia-a100")],
    ),
    (
        "Training finished in 22 minutes 30 seconds on 1024 V100 GPUs.",
        [("chips", 1024), ("duration_hours", 0.375), ("hardware", "nvidia-v100")],
    ),
    ("We train for ninety epochs with SGD.", [("epochs", 90)]),
    ("We train the network for three hundred epochs.", [("epochs", 300)]),
    ("We train for one hundred and twenty epochs.", [("epochs", 120)]),
    (
        "Training took twelve days on eight V100 GPUs.",
        [("chips", 8), ("duration_hours", 288), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took two and a half days on eight V100 GPUs.",
        [("chips", 8), ("duration_hours", 60), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took half a day on eight V100 GPUs.",
        [("chips", 8), ("duration_hours", 12), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took a day and a half on eight V100 GPUs.",
        [("chips", 8), ("duration_hours", 36), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took one and a half weeks on eight V100 GPUs.",
        [("chips", 8), ("duration_hours", 252), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took half a week on sixteen V100 GPUs.",
        [("chips", 16), ("duration_hours", 84), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took a couple of days on sixteen V100 GPUs.",
        [("chips", 16), ("duration_hours", 57.6), ("hardware", "nvidia-v100")],
    ),
    (
        "Training took under an hour on two hundred fifty-six V100 GPUs.",
        [("chips", 256), ("duration_hours", 1), ("hardware", "nvidia-v100")],
    ),
    ("We train for half a million steps with a batch size of two thousand.", [("batch_size", 2000), ("steps", 500000)]),
    ("FooLM was trained on one and a half trillion tokens.", [("tokens", 1.5e12)]),
    ("FooLM is trained on fifteen trillion tokens.", [("tokens", 1.5e13)]),
    ("FooLM has seventy billion parameters.", [("parameters", 7e10)]),
    (
        "We trained on a hundred V100 GPUs for a month.",
        [("chips", 100), ("duration_hours", 730.5), ("hardware", "nvidia-v100")],
    ),
    (
        "We reach 380 TFLOP/s per GPU when training FooLM on 1024 H100 GPUs.",
        [("chip_flop_per_s", 3.8e14), ("chips", 1024), ("hardware", "nvidia-h100")],
    ),
    (
        "Training sustains 140 TFLOP/s/GPU on 384 A100 GPUs.",
        [("chip_flop_per_s", 1.4e14), ("chips", 384), ("hardware", "nvidia-a100")],
    ),
    ("We achieve 155 TFLOPS per TPU v4 chip during training.", [("chip_flop_per_s", 1.55e14), ("hardware", "tpu-v4")]),
    ("Training throughput is 430 TFLOPs/GPU.", [("chip_flop_per_s", 4.3e14), ("hardware", "gpu")]),
    (
        "We train with 400 teraFLOP/s per GPU on 16K H100 GPUs.",
        [("chip_flop_per_s", 4e14), ("chips", 16000), ("hardware", "nvidia-h100")],
    ),
    ("Our training reaches 163 teraFLOP/s on each A100.", [("chip_flop_per_s", 1.63e14), ("hardware", "nvidia-a100")]),
    ("Each GPU achieves 138 TFLOPS during training.", [("chip_flop_per_s", 1.38e14), ("hardware", "gpu")]),
    ("The training throughput per GPU is 197 TFLOP/s.", [("chip_flop_per_s", 1.97e14), ("hardware", "gpu")]),
    ("Training reached 0.45 PFLOP/s per GPU.", [("chip_flop_per_s", 4.5e14), ("hardware", "gpu")]),
    ("Training runs at 120 TFLOPs/s per device.", [("chip_flop_per_s", 1.2e14)]),
    ("An A100 has a peak of 312 TFLOP/s per GPU.", [("hardware", "nvidia-a100")]),
    ("FooLM was trained on two TPU v4 pods.", [("hardware", "tpu-v4")]),
    (
        "FooLM was trained on a TPU v5p-2048 slice for 3 weeks.",
        [("chips", 1024), ("duration_hours", 504), ("hardware", "tpu-v5p")],
    ),
    (
        "We pre-trained on 6 nodes, each with 8 MI300X accelerators, for 20 days.",
        [("chips", 48), ("duration_hours", 480), ("hardware", "amd-mi300x")],
    ),
    ("Pre-training used a cluster of 2,048 H800 GPUs.", [("chips", 2048), ("hardware", "nvidia-h800")]),
    (
        "Pre-training ran on 128 DGX H100 nodes (1,024 GPUs) for 5 weeks.",
        [("chips", 1024), ("duration_hours", 840), ("hardware", "nvidia-h100")],
    ),
    (
        "We train on 64 AWS Trainium chips for 8 days.",
        [("chips", 64), ("duration_hours", 192), ("hardware", "aws-trainium")],
    ),
    ("We train on 32 p4d.24xlarge instances for 9 days.", [("duration_hours", 216)]),
    ("FooLM was trained on 8192 TPU v4 chips across two pods.", [("chips", 8192), ("hardware", "tpu-v4")]),
    ("We used 16x A100-80GB for pre-training.", [("chips", 16), ("hardware", "nvidia-a100")]),
    ("Training was done on a single node of 8×H100.", [("chips", 8), ("hardware", "nvidia-h100")]),
    (
        "Pre-training took 2,664K H800 GPU hours, context extension 119K GPU hours and post-training 5K GPU hours.",
        [("chip_hours", 119000), ("chip_hours", 2.664e06), ("chip_hours", 5000), ("hardware", "nvidia-h800")],
    ),
    (
        "The 7B model took 1.7M GPU-hours (H100) to train.",
        [("chip_hours", 1.7e06), ("hardware", "nvidia-h100"), ("parameters", 7e09)],
    ),
    ("Training FooLM needs 6.4 million A100 GPU-hours.", [("chip_hours", 6.4e06), ("hardware", "nvidia-a100")]),
    ("Total GPU time for training was 184k hours.", [("chip_hours", 184000), ("hardware", "gpu")]),
    ("We used 40 A100-days for training.", [("chip_hours", 960), ("hardware", "nvidia-a100")]),
    ("We used about 20 GPU-years of V100 compute for training.", [("chip_hours", 175320), ("hardware", "nvidia-v100")]),
    ("Training took 3,000 node-hours.", []),
    (
        "We pre-train FooLM on 14.8T tokens, then on another 500B tokens of long documents.",
        [("tokens", 1.48e13), ("tokens", 5e11)],
    ),
    ("Pre-training used 15.6T multilingual tokens.", [("tokens", 1.56e13)]),
    ("FooLM saw 2T tokens during training.", [("tokens", 2e12)]),
    (
        "The batch size is ramped up from 3M to 16M tokens over the first 469B tokens.",
        [("batch_size", 1.6e07), ("batch_size", 3e06), ("tokens", 4.69e11)],
    ),
    (
        "We use a global batch size of 4 million tokens and a context length of 8,192.",
        [("batch_size", 4e06), ("sequence_length", 8192)],
    ),
    ("We train with 1,024 sequences of 4,096 tokens per batch.", [("batch_size", 1024), ("sequence_length", 4096)]),
    (
        "We train for 250k steps at a batch size of 1536 x 4096 tokens.",
        [("batch_size", 1536), ("sequence_length", 4096), ("steps", 250000)],
    ),
    (
        "FooMoE has 671B total parameters, of which 37B are activated for each token.",
        [("parameters", 3.7e10), ("parameters", 6.71e11)],
    ),
    (
        "FooMoE (8x7B) has 46.7B parameters but uses 12.9B per token.",
        [("parameters", 1.29e10), ("parameters", 4.67e10)],
    ),
    ("FooMoE-A22B is trained with FP8 mixed precision on 36T tokens.", [("precision", "fp8"), ("tokens", 3.6e13)]),
    ("We pre-train in FP8 precision on 14.8T tokens.", [("precision", "fp8"), ("tokens", 1.48e13)]),
    ("Training consumed 1,287 MWh and emitted 552 tCO2e.", [("co2e_kg", 552000), ("energy_kwh", 1.287e06)]),
    ("Training FooLM cost about $5.6 million.", [("cost_usd", 5.6e06)]),
    ("The training run cost $4.6M and consumed 433 MWh.", [("cost_usd", 4.6e06), ("energy_kwh", 433000)]),
    ("Training emitted 25 tonnes of CO2 equivalents.", [("co2e_kg", 25000)]),
    ("Training used 2.3 GWh of electricity.", [("energy_kwh", 2.3e06)]),
    ("Training cost was 30k USD on 64 A100 GPUs.", [("chips", 64), ("cost_usd", 30000), ("hardware", "nvidia-a100")]),
    ("We trained with 41% MFU on 512 H100 GPUs.", [("chips", 512), ("hardware", "nvidia-h100"), ("utilisation", 0.41)]),
    ("The model FLOPs utilization (MFU) was 38-43% in training.", [("utilisation", 0.405)]),
    ("We train for 4k iterations of 1M tokens each.", [("batch_size", 1e06), ("steps", 4000)]),
    ("We train for 10⁵ steps.", [("steps", 100000)]),
    ("We train for 2 epochs (about 1.2M gradient steps).", [("epochs", 2), ("steps", 1.2e06)]),
    ("We train for 1.5 epochs over the corpus.", [("epochs", 1.5)]),
    ("We train for 350 ImageNet epochs.", [("epochs", 350)]),
    (
        "FooNet trains on 3.5B image-text pairs and sees 13 billion samples.",
        [("examples", 1.3e10), ("examples", 3.5e09)],
    ),
    ("We train FooNet with 34B samples seen.", [("examples", 3.4e10)]),
    ("Training ran for 72 GPU-days on H100s.", [("chip_hours", 1728), ("hardware", "nvidia-h100")]),
    (
        "We trained for 9 days 12 hrs on 32 MI250X GPUs.",
        [("chips", 32), ("duration_hours", 228), ("hardware", "amd-mi250x")],
    ),
    (
        "Training lasted roughly three and a half weeks on 2,000 A100s.",
        [("chips", 2000), ("duration_hours", 588), ("hardware", "nvidia-a100")],
    ),
    (
        "The run took 54 days on 16,384 H100 80GB GPUs.",
        [("chips", 16384), ("duration_hours", 1296), ("hardware", "nvidia-h100")],
    ),
    ("Pre-training took fifty-four days.", [("duration_hours", 1296)]),
    ("It took us a day to train on four TPUv3 chips.", [("chips", 4), ("duration_hours", 24), ("hardware", "tpu-v3")]),
    ("The total training FLOPs are about 2.1e23.", [("training_flop", 2.1e23)]),
    ("Training compute: 3.1 x 10^23 FLOPs.", [("training_flop", 3.1e23)]),
    ("FooLM required 6.2 × 10²³ floating-point operations to train.", [("training_flop", 6.2e23)]),
    ("FooLM was trained with a compute budget of 10^{21} FLOPs.", [("training_flop", 1e21)]),
    (
        "We reach 55% MFU, or 171 TFLOPS per A100, when training.",
        [("chip_flop_per_s", 1.71e14), ("hardware", "nvidia-a100"), ("utilisation", 0.55)],
    ),
    ("Our training throughput is 3,728 tokens per second per GPU.", [("hardware", "gpu")]),
    (
        "We train on 1.1T tokens for 270k steps with a batch of 4M tokens and context 4096.",
        [("batch_size", 4e06), ("steps", 270000), ("tokens", 1.1e12)],
    ),
    ("We train on 3 trillion tokens over 750,000 steps.", [("steps", 750000), ("tokens", 3e12)]),
    ("We use a batch size of 512 and train for one million steps.", [("batch_size", 512), ("steps", 1e06)]),
    ("We train for a million steps.", [("steps", 1e06)]),
    (
        "The model was trained for eighty epochs with batches of sixty-four images.",
        [("batch_size", 64), ("epochs", 80)],
    ),
    (
        "We trained for 1,000 epochs, which took 5d 6h 30m on 8 A100s.",
        [("chips", 8), ("duration_hours", 126.5), ("epochs", 1000), ("hardware", "nvidia-a100")],
    ),
    (
        "We ran pre-training for 40 hours on 8 Gaudi2 accelerators.",
        [("chips", 8), ("duration_hours", 40), ("hardware", "intel-gaudi2")],
    ),
    (
        "We pre-trained on a v3-2048 TPU pod for 6 days.",
        [("chips", 1024), ("duration_hours", 144), ("hardware", "tpu-v3")],
    ),
    ("FooMoE activates 2.4B of 16B parameters.", [("parameters", 1.6e10), ("parameters", 2.4e09)]),
    ("FooMoE has 16B total and 2.4B active parameters.", [("parameters", 1.6e10), ("parameters", 2.4e09)]),
    ("FooMoE uses 17B active parameters out of 109B.", [("parameters", 1.09e11), ("parameters", 1.7e10)]),
    ("Training FooLM emitted an estimated 31.2 tCO2eq.", [("co2e_kg", 31200)]),
    ("We trained with an estimated cost of US$1.3 million.", [("cost_usd", 1.3e06)]),
    ("Fine-tuning takes 5:30 h on one A100.", [("chips", 1), ("duration_hours", 5.5), ("hardware", "nvidia-a100")]),
    (
        "Training took 05:12:44 (hh:mm:ss) on 8 A100s.",
        [("chips", 8), ("duration_hours", 5.21222), ("hardware", "nvidia-a100")],
    ),
    ("At 10:30 we started training on 8 A100s.", [("chips", 8), ("hardware", "nvidia-a100")]),
    ("We mix data in a ratio of 1:2:10 for training.", []),
    ("Train loss 12:30:45 was logged at step 5.", []),
    ("The images have an aspect ratio of 16:9 in training.", []),
    ("We train on thousands of GPU hours of compute.", [("chip_hours", 4200), ("hardware", "gpu")]),
    ("We trained for hundreds of GPU-days on V100s.", [("chip_hours", 10080), ("hardware", "nvidia-v100")]),
    ("We train with 2.5 PFLOP/s per node.", []),
    (
        "We trained for 5e5 gradient updates with a total batch size of 2^15 tokens.",
        [("batch_size", 32768), ("steps", 500000)],
    ),
    (
        "The network was trained on 1.28 million images for two hundred epochs.",
        [("epochs", 200), ("examples", 1.28e06)],
    ),
    (
        "Training takes one week on a cluster of sixty-four V100 GPUs.",
        [("chips", 64), ("duration_hours", 168), ("hardware", "nvidia-v100")],
    ),
    (
        "We train on eight hundred A100 GPUs for 2 weeks.",
        [("chips", 800), ("duration_hours", 336), ("hardware", "nvidia-a100")],
    ),
    ("We use 2 x 8 x A100 GPUs.", [("chips", 16), ("hardware", "nvidia-a100")]),
    (
        "Total training time was 1.5 months on 512 V100s.",
        [("chips", 512), ("duration_hours", 1095.75), ("hardware", "nvidia-v100")],
    ),
]


@pytest.mark.parametrize(("sentence", "figures"), SENTENCES, ids=[sentence[:60] for sentence, _ in SENTENCES])
def test_a_sentence_is_read_for_its_figures_and_no_others(
    sentence: str, figures: list[tuple[str, float | str]]
) -> None:
    phase = phase_of(sentence)
    found = [*find_figures(sentence, phase), *find_chips(sentence, HARDWARE, phase)]
    values = {(f.field, f.value if isinstance(f.value, str) else float(f"{f.value:.6g}")) for f in found}
    assert values == set(figures)
