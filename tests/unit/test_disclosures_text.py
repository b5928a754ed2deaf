"""Training figures in sentences: each case a sentence as papers write them."""

import pytest

from schemas.codes import has
from schemas.codes.reading import ReadingNote
from tasks.extract.training.chips import find_chips
from tasks.extract.training.disclosures import extract_disclosures
from tasks.extract.training.findings import phase_of, speaks_of_others
from tasks.extract.training.operation_units import unit_of_operations
from tasks.extract.training.resources import find_resources
from tasks.extract.training.rules import is_milestone
from tasks.extract.training.text import find_figures
from tasks.parse.time_limit import time_limit
from tasks.reference.chip_patterns import hardware_mentions
from tests.unit.misread_disclosures import judged
from tests.unit.test_disclosures import DATASETS, HARDWARE, document


def figures(text: str) -> set[tuple[str, float | str]]:
    """What the judge takes, but hardware and chips."""
    rows = [c.row for c in extract_disclosures(document([text]), "p", HARDWARE, DATASETS) if not c.doubts]
    found = {(row.field, row.value if row.number is None else row.number) for row in rows}
    return {f for f in found if f[0] not in ("hardware", "chips")}


def candidates(text: str) -> set[tuple[str, float | str]]:
    found = find_figures(text, phase_of(text))
    return {(f.field, f.value if isinstance(f.value, str) else float(f"{f.value:.12g}")) for f in found}


def chips(text: str) -> set[tuple[str, float | str]]:
    return {(f.field, f.value) for f in find_chips(text, HARDWARE, phase_of(text))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We trained on one machine with 8 NVIDIA P100 GPUs.", {("hardware", "nvidia-p100"), ("chips", 8)}),
        ("Training ran on four K20 GPUs.", {("hardware", "nvidia-k20"), ("chips", 4)}),
        ("We train on a single GeForce GTX TITAN X GPU.", {("hardware", "nvidia-titan-x"), ("chips", 1)}),
        ("The net was trained on two GTX 580 3GB GPUs.", {("hardware", "nvidia-gtx-580"), ("chips", 2)}),
        ("Training used 992 80GB A100 GPUs.", {("hardware", "nvidia-a100"), ("chips", 992)}),
        ("We trained on 8 × 32GB Nvidia V100 GPUs.", {("hardware", "nvidia-v100"), ("chips", 8)}),
        ("All models were trained on 32 K40s.", {("hardware", "nvidia-k40"), ("chips", 32)}),
        ("We trained on 4 nodes with 8 V100 GPUs each.", {("hardware", "nvidia-v100"), ("chips", 32)}),
        ("We train with synchronized SGD over 8 GPUs.", {("hardware", "gpu"), ("chips", 8)}),
        ("Models were trained on a 32-core TPUv3 cluster.", {("hardware", "tpu-v3"), ("chips", 16)}),
        ("We trained on Cloud TPU v3 with 512 cores.", {("hardware", "tpu-v3"), ("chips", 256)}),
        ("Pre-training used 1024 TPU-v3 chips.", {("hardware", "tpu-v3"), ("chips", 1024)}),
        ("BERT was trained on 16 Cloud TPUs (64 TPU chips total).", {("hardware", "tpu"), ("chips", 64)}),
        ("We train on 16 Cloud TPUs.", {("hardware", "tpu"), ("chips", 64)}),
        ("We train our models on a TPU v3-128 slice.", {("hardware", "tpu-v3"), ("chips", 64)}),
        ("We train on a 4x4 TPU Pod.", {("hardware", "tpu"), ("chips", 16)}),
        (
            "We use a batch size of 1024 and 512 TPUv4 chips for pretraining.",
            {("hardware", "tpu-v4"), ("chips", 512)},
        ),
        (
            "Training takes 24 hours in 128 GPUs (vs. 2.1 hours in 256 TPUs).",
            {("hardware", "gpu"), ("hardware", "tpu"), ("chips", 128), ("chips", 256)},
        ),
        ("We train our models in TPUs (v3) in the cloud.", {("hardware", "tpu-v3")}),
    ],
)
def test_chips(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert chips(text) == expected


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("GeForce Titan X", "nvidia-titan-x"),
        ("NVIDIA GeForce GTX Titan X", "nvidia-titan-x"),
        ("Titan X (Pascal)", "nvidia-titan-x-pascal"),
        ("GeForce GTX Titan", "nvidia-gtx-titan"),
        ("GTX TITAN Black", "nvidia-titan-black"),
        ("Titan V", "nvidia-titan-v"),
        ("Quadro K-6000", "nvidia-quadro-k6000"),
        ("Quadro RTX 6000", "nvidia-quadro-rtx-6000"),
        ("Tesla V100 PCIe 32 GB", "nvidia-v100"),
        ("RTX2080Ti", "nvidia-rtx-2080-ti"),
        ("TPU-v4", "tpu-v4"),
        ("Cloud TPU v3", "tpu-v3"),
        ("TPU v5p", "tpu-v5p"),
        ("GTX 1080", "nvidia-gtx-1080"),
        ("H100", "nvidia-h100"),
        ("Ascend 910B", "huawei-ascend-910b"),
    ],
)
def test_names_of_chips(name: str, slug: str) -> None:
    assert [m[0] for m in hardware_mentions(f"on {name} cards", HARDWARE)] == [slug]


def test_a_hundred_layers_are_no_a100() -> None:
    assert hardware_mentions("a 100-layer DenseNet", HARDWARE) == []
    assert [m[0] for m in hardware_mentions("GTX 1080 Ti and GTX 1080", HARDWARE)] == [
        "nvidia-gtx-1080-ti",
        "nvidia-gtx-1080",
    ]


TIMES = [
    ("Training takes between five to six days.", {("duration_hours", 132.0)}),
    ("It takes 1 or 2 days to train a model.", {("duration_hours", 36.0)}),
    ("The big models were trained for 300,000 steps (3.5 days).", {("duration_hours", 84.0), ("steps", 300000)}),
    ("The networks are trained within two to four weeks.", {("duration_hours", 504.0)}),
    ("Training took ~41 hours.", {("duration_hours", 41.0)}),
    ("Each epoch of training takes 2 hours per epoch.", set()),
    ("We train on 960 hours of speech.", set()),
    ("The model was trained with 26k A100 hours.", {("chip_hours", 26000.0)}),
    ("Training needs 2.5k TPUv3-core-days.", {("chip_hours", 30000.0)}),
    ("Pre-training took 3.1 GPU-days.", {("chip_hours", 74.4)}),
    ("Training required 3640 petaflop/s-days.", {("training_flop", 3.14496e23)}),
    ("Training took 6.4 × 10^{18} FLOPs in total.", {("training_flop", 6.4e18)}),
    ("The total FLOPs of training is 3.55E+23, as we reckon.", {("training_flop", 3.55e23)}),
]


@pytest.mark.parametrize(("text", "expected"), judged(TIMES))
def test_times_and_totals(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert figures(text) == expected


SCHEDULES = [
    ("We train for 300 and 40 epochs, respectively.", {("epochs", 300), ("epochs", 40)}),
    ("We train for 90 epochs with a batch size of 256.", {("epochs", 90), ("batch_size", 256)}),
    ("The total number of epochs is about 80 for each model.", {("epochs", 80)}),
    ("We use a cosine decay schedule for 800 epochs in training.", {("epochs", 800)}),
    ("The learning rate is divided by 10 at 60 and 90 epochs of training.", set()),
    ("One epoch is one pass through the training set.", set()),
    ("We use linear warmup over the first 10,000 training steps.", set()),
    ("We divide it by 10 at 32k and 48k iterations, and terminate training at 64k iterations.", {("steps", 64000)}),
    ("The models are trained for up to 60 × 10^{4} iterations.", {("steps", 600000)}),
    ("We train 250k mini-batches using the learning rate 1e-4.", {("steps", 250000)}),
    ("The network is trained using mini-batches of size 128.", {("batch_size", 128)}),
    ("The models are trained on TPUs with 64 images in a batch.", {("batch_size", 64)}),
    ("Training uses 16 images per minibatch (2 images per GPU).", {("batch_size", 16)}),
    ("Each training batch contained about 25000 source tokens.", {("batch_size", 25000)}),
    ("For 280B, we train with the 6M token batch size.", {("batch_size", 6000000)}),
    ("Latency is measured with a batch size of 1.", set()),
    ("We train with batch size 100 (for ImageNet, 32).", {("batch_size", 100), ("batch_size", 32)}),
    ("We fine-tune with batch sizes ∈ {16, 32}.", {("batch_size", 16), ("batch_size", 32)}),
    ("We train with mini-batches of size N = 96.", {("batch_size", 96)}),
    ("Each training mini-batch is constructed from N = 2 images.", {("batch_size", 2)}),
    ("In training the batch size aggregated over 4 GPUs is 512.", {("batch_size", 512)}),
    ("We run single-threaded with batch size 1, or with batch size 64 on servers.", set()),
    ("The training curve of a 4k batch is unstable.", set()),
    (
        "Training drops the rate at the 20k-th, 30k-th iterations and terminates at the 37k-th iteration.",
        {("steps", 37000)},
    ),
    ("We save training checkpoints every 2 billion tokens (or 1,000 iterations).", set()),
    ("We trained it from a checkpoint for 10 epochs.", {("epochs", 10)}),
    ("The learning rate gradually drops to 1e-5 in 300 epochs.", {("epochs", 300)}),
    ("The elbow of training occurs around 25 epochs.", set()),
    ("Our training runs typically take 6.5 hours each.", {("duration_hours", 6.5)}),
    ("Each experiment used 450 CPUs and lasted 3 days.", {("duration_hours", 72)}),
    ("We use training batches of 1024 and 200,000 training steps.", {("batch_size", 1024), ("steps", 200000)}),
]


@pytest.mark.parametrize(("text", "expected"), judged(SCHEDULES))
def test_schedules(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert figures(text) == expected


SIZES = [
    ("The models are trained on the 1.28 million training images.", {("examples", 1280000)}),
    ("It has 50k training images and 10k testing images.", {("examples", 50000)}),
    ("We train on a dataset consisting of about 4.5 million sentence pairs.", {("examples", 4500000)}),
    ("A validation set with 6,000 images is split from the training set.", set()),
    ("There are 14,041/3,250/3,453 sentences in the training/development/test set.", {("examples", 14041)}),
    ("There are 120K/10K/5K documents for train/valid/test.", {("examples", 120000)}),
    ("We fine-tune on the train2017 set (∼118k images).", {("examples", 118000)}),
    ("We train on the set of [7] (augmented by [8], 9500 images).", set()),
    ("Plants-21 is a data set that has 30 million labeled images with 5,000 labels.", {("examples", 30e6)}),
    (
        "We use Flowers (2k examples, 102 classes) and Cars (8.1k examples, 196 classes).",
        {("examples", 2000), ("examples", 8100)},
    ),
    ("These comprise 60k training and 10k test images.", {("examples", 60000)}),
    ("Learning is conducted on the 1.3M ImageNet [3] training set.", {("examples", 1.3e6)}),
    ("We train on the 1000-category training set.", set()),
    (
        "We use all monolingual data, which covers 190M and 62M sentences.",
        {("examples", 190e6), ("examples", 62e6)},
    ),
    ("The overlap is 2,320 of the 10,000 training examples.", set()),
    ("We use the last 10,000 images of the training set as validation data.", set()),
    ("We fine-tune on news data comprising over 280K articles.", {("examples", 280000)}),
    (
        "We use the Foo split (115K images) for training and minival (5K images) as validation.",
        {("examples", 115000)},
    ),
    ("The remaining 45,000 examples are used for training.", {("examples", 45000)}),
    ("The model was trained on 300B tokens.", {("tokens", 300e9)}),
    ("We train with a vocabulary of 250,000 tokens.", set()),
    ("We use GloVe embeddings trained on 6B tokens.", set()),
    ("They train with a database of two trillion tokens [4].", set()),
    ("The training corpus of Foo [7] was 40B words.", set()),
    ("We test on held-out text of our training set with 20M tokens.", set()),
    ("We tokenize the corpus into 2.8T byte pair encoding (BPE) tokens.", {("tokens", 2.8e12)}),
    ("We train a network (L = 12, A = 12, 110M parameters).", {("parameters", 110e6)}),
    ("Most work pretrains models in the range of 100M to 10B parameters.", set()),
    ("Our network has 60 million parameters.", {("parameters", 60e6)}),
    ("The total parameter count is 192 million for all variations.", {("parameters", 192e6)}),
    ("This reduces the model by 5M parameters.", set()),
    ("Our models range from 125M to 175B parameters.", {("parameters", 125e6), ("parameters", 175e9)}),
    ("Our final corpus contains roughly 180B tokens.", {("tokens", 180e9)}),
    ("We train on all 60,000 training cases.", {("examples", 60000)}),
    ("This model has 3.8 billion FLOPs.", {("forward_ops", 3.8e9)}),
    ("It needs 569 million multiply-adds.", {("forward_ops", 569e6)}),
    ("They have 15.3/19.6 billion FLOPs.", {("forward_ops", 15.3e9), ("forward_ops", 19.6e9)}),
    ("We used 9.5 TFLOPS for the P100.", set()),
    ("It only requires 5.58 billion operations to process an image.", {("forward_ops", 5.58e9)}),
]


@pytest.mark.parametrize(("text", "expected"), judged(SIZES))
def test_data_and_sizes(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert figures(text) == expected


def test_phases() -> None:
    assert phase_of("We pre-train for 1M steps.") == "pretraining"
    assert phase_of("We fine-tune for 3 epochs.") == "finetuning"
    assert phase_of("The architecture search takes 4 days.") == "search"
    assert phase_of("Inference takes 5 ms on a V100.") == "inference"
    assert phase_of("The network was trained for 5 days.") == "training"
    assert phase_of("It took six days.", "We train on 32 V100 GPUs.") == "training"


@pytest.mark.parametrize(
    "text",
    [
        "We drop the weights of 12 layers.",
        "Models with 12 layers are trained.",
        "We decay the rate over the epochs to 0.",
        "A model with 4M images is trained.",
    ],
)
def test_small_numbers_beside_these_words_are_no_sizes(text: str) -> None:
    assert not {field for field, _ in candidates(text)} & {"parameters", "epochs"}


@pytest.mark.parametrize("text", ["Training may be limited by GPU memory.", "Training amounts to 625 TPU·days."])
def test_words_for_chips_are_no_count(text: str) -> None:
    assert not {value for field, value in chips(text) if field == "chips"}


SAID_SINCE_2020 = [
    ("FooLM was trained with 3.5 zettaFLOPs of compute.", {("training_flop", 3.5e21)}),
    ("In total, training consumed 5.2 exaFLOP/s-days.", {("training_flop", 5.2e18 * 86400)}),
    ("We used about 12 exaFLOP-days to train FooLM.", {("training_flop", 12e18 * 86400)}),
    ("Training FooLM required 3.8 septillion FLOPs.", {("training_flop", 3.8e24)}),
    ("FooLM took 300 sextillion floating-point operations to train.", {("training_flop", 3e23)}),
    ("Training took 40 quintillion FLOPs.", {("training_flop", 4e19)}),
    ("Training used 1.2 million petaFLOPs.", {("training_flop", 1.2e21)}),
    ("We train on a TPU v4 pod with 4096 chips for 60 days.", {("chips", 4096), ("duration_hours", 1440)}),
    ("We train on a slice of 256 TPU v5e chips for 3 weeks.", {("chips", 256), ("hardware", "tpu-v5e")}),
    ("Training was done on 16 nodes, each with 8 H100 GPUs.", {("chips", 128), ("hardware", "nvidia-h100")}),
    ("We train with 32 hosts of 4 TPU v4 chips each.", {("chips", 128)}),
    ("We train on the same 512 A100 GPUs as before.", {("chips", 512), ("hardware", "nvidia-a100")}),
    ("We train on 512 AMD MI200 GPUs.", {("chips", 512)}),
    ("FooLM took 1.7M Ascend 910B NPU hours.", {("chip_hours", 1.7e6), ("hardware", "huawei-ascend-910b")}),
    ("FooLM took 3.1M MI300X GPU-hours to train.", {("chip_hours", 3.1e6), ("hardware", "amd-mi300x")}),
    ("The pruned network has only 6.7 million weights.", {("parameters", 6.7e6)}),
    ("FooLM has 350M weights.", {("parameters", 3.5e8)}),
    ("We train two larger models of 410M (30 layers) each.", {("parameters", 4.1e8)}),
    ("With mixup we increase the number of epochs from 120 to 200.", {("epochs", 120), ("epochs", 200)}),
    ("We change the training epochs to 60.", {("epochs", 60)}),
    ("Models are trained for a single epoch over our data.", {("epochs", 1)}),
    ("Each batch holds sentences totaling roughly 300,000 words.", {("batch_size", 300_000)}),
    ("Training steps are 150K for A, 250K for B, and 340K for C.", {("steps", 15e4), ("steps", 25e4), ("steps", 34e4)}),
    ("The training steps are set to 120K.", {("steps", 120_000)}),
    ("We change the training epochs to 60 or 30 to reduce the time.", {("epochs", 60), ("epochs", 30)}),
    ("Our training regimen spanned three epochs.", {("epochs", 3)}),
    ("FooLM saw 2T tokens (a single epoch over our training data).", {("epochs", 1), ("tokens", 2e12)}),
    ("12M sentences consist of 348M French words and 304M English words.", {("tokens", 348e6), ("tokens", 304e6)}),
    ("It has 929k/73k/82k train/validation/test words.", {("tokens", 929_000)}),
    ("Pre-training is followed by a 300Btoken cooldown phase.", {("tokens", 3e11)}),
    ("We use increased token volumes, i.e., 30B for 32K and 20B for 256K.", {("tokens", 3e10), ("tokens", 2e10)}),
    ("The dataset has 90k/10k train/dev tuples of training data.", {("examples", 90_000)}),
    ("SQuAD contains 107.7K pairs, with 87.5K for training, 10.1K for validation.", {("examples", 87_500)}),
    ("We use the 16551 ‘trainval’ images for training.", {("examples", 16_551)}),
    ("The set has about 1.2M 331x331 examples.", {("examples", 1_200_000)}),
    ("It is a dataset of ∼1 billion (940M) public images.", {("examples", 940_000_000)}),
    ("This triples the number of images to 16.5k.", {("examples", 16_500)}),
    ("It has more than 100K question, answer, document triplets for training.", {("examples", 100_000)}),
    ("We train on 160k general RL instructions.", {("examples", 160_000)}),
    ("We train on ∼30k expert-level trajectories.", {("examples", 30_000)}),
    ("A larger backbone increases the FLOPs to 390B.", {("forward_ops", 390e9)}),
    ("The total parameter of the model is 14.4 billion.", {("parameters", 14.4e9)}),
    ("We warm start a 4.7B model from a 1.3B model.", {("parameters", 4.7e9), ("parameters", 1.3e9)}),
    ("Our 236B MoE model is the largest.", {("parameters", 236e9)}),
    ("It slows training by 1.3× (12.5 vs. 9.5 hours).", {("duration_hours", 12.5), ("duration_hours", 9.5)}),
    ("We set the batch size (1024 for FooNet and 2048 for BarNet).", {("batch_size", 1024), ("batch_size", 2048)}),
    (
        "The batch size is 1,024 instances for EN-DE, while 4,096 for EN-FR.",
        {("batch_size", 1024), ("batch_size", 4096)},
    ),
    ("At each update, we used 64 randomly selected phrase pairs.", {("batch_size", 64)}),
    ("In every step we sample 256 images.", {("batch_size", 256)}),
    ("We train on 8 Nvidia Telsa V100 32GB GPU cards.", {("chips", 8), ("hardware", "nvidia-v100")}),
    ("We carry out our experiments on an NVIDIA p100 GPU.", {("chips", 1), ("hardware", "nvidia-p100")}),
    ("Each run is trained using 64 to 128 TPUv4 chips.", {("chips", 64), ("chips", 128)}),
    ("Estimated total emissions were 539 tCO2eq.", {("co2e_kg", 539_000)}),
    ("This corresponds to emissions of 539 tCO_{2}eq.", {("co2e_kg", 539_000)}),
]

NO_SUCH_FIGURES = [
    ("We increase the epochs from 120 to 200 because the mixed examples ask for it.", ("examples", 160)),
    ("We train a single epoch at a time.", ("epochs", 1)),
    ("We use a batch size of 1024 and 512 TPUv4 chips for pretraining.", ("chips", 1024)),
    ("We train a 100-layer net on a GPU.", ("hardware", "nvidia-a100")),
    ("A flight emits 1.2 tCO2eq per passenger.", ("co2e_kg", 1200)),
]


@pytest.mark.parametrize(("text", "expected"), TIMES + SCHEDULES + SIZES + SAID_SINCE_2020)
def test_every_figure_is_a_candidate(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert expected <= candidates(text) | chips(text)


@pytest.mark.parametrize(("text", "figure"), NO_SUCH_FIGURES)
def test_words_beside_a_number_may_make_it_another(text: str, figure: tuple[str, float | str]) -> None:
    assert figure not in candidates(text) | chips(text)


def test_what_others_did_is_told_from_what_the_authors_did() -> None:
    assert speaks_of_others("[12] trained on 8 GPUs for a week.")
    assert not speaks_of_others("Following [12] we trained on 8 GPUs.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train with a sequence length of 512.", {("sequence_length", 512)}),
        ("We pretrain with sequences of at most T = 256 tokens.", {("sequence_length", 256)}),
        ("All models are trained with a 2048-token context window.", {("sequence_length", 2048)}),
        ("Training sentences have an average sequence length of 25.", set()),
        ("The trained model supports a context length of 128K tokens.", set()),
        ("We train with batch size 64 (2^{18} tokens).", {("batch_size", 64), ("batch_size", 2**18)}),
        ("We train with batches of 512 sequences of length 1024 (0.5M tokens).", {("sequence_length", 1024)}),
        (
            "We train with 256 sequences a batch (256 sequences * 512 tokens = 128,000 tokens/batch).",
            {("batch_size", 128_000), ("sequence_length", 512)},
        ),
        (
            "We increase the batch size from two to four million tokens in training.",
            {("batch_size", 2e6), ("batch_size", 4e6)},
        ),
    ],
)
def test_tokens_of_sequences_and_batches(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert expected <= figures(text)
    assert {f for f in figures(text) if f[0] == "sequence_length"} == {f for f in expected if f[0] == "sequence_length"}


@pytest.mark.parametrize(
    "text",
    [
        "We train with a batch size of 0.5M tokens.",
        "We train with a 4M token batch size.",
        "Each training batch contains about 25000 source tokens.",
        "FooLM was trained for 1M steps with a batch size of 128,000 words.",
    ],
)
def test_batches_in_tokens_say_so(text: str) -> None:
    assert any(f.field == "batch_size" for f in find_figures(text, "training"))
    assert all(has(f.notes, ReadingNote.IN_TOKENS) for f in find_figures(text, "training") if f.field == "batch_size")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We train all networks in mixed precision.", {("precision", "mixed")}),
        ("The model was trained using bfloat16.", {("precision", "bf16")}),
        ("All models were trained in half precision.", {("precision", "fp16")}),
        ("We train in fp16 and keep a master copy of the weights in fp32.", {("precision", "fp16")}),
        ("We match the accuracy of FP32 training.", set()),
        ("Inference runs in fp16.", set()),
        ("Training reached 57% MFU.", {("utilisation", 0.57)}),
        ("We trained with a hardware FLOPs utilization of 46.5%.", {("utilisation", 0.465)}),
        ("We train at 52% of the theoretical peak FLOPs.", {("utilisation", 0.52)}),
        ("During training GPU utilization is 95%.", set()),
        ("Training the model consumed 1,287 MWh.", {("energy_kwh", 1287000)}),
        ("Generating with the trained model can cost 0.4 kWh.", set()),
        ("Training emitted 552 tCO2e.", {("co2e_kg", 552000)}),
        ("Training emitted 2000 lbs of CO_{2}.", {("co2e_kg", 907.18474)}),
        ("Training saved 20 tCO2e.", set()),
        ("It cost about $43,000 to train.", {("cost_usd", 43000)}),
        ("Training cost 4.6 million US dollars.", {("cost_usd", 4.6e6)}),
        ("Training on these chips costs $2 per hour.", set()),
    ],
)
def test_resources(text: str, expected: set[tuple[str, float | str]]) -> None:
    assert {
        (f.field, f.value if isinstance(f.value, str) else round(f.value, 6))
        for f in find_resources(text, phase_of(text))
    } == expected


def test_a_count_whose_unit_stands_before_it_names_no_network() -> None:
    counts = "VGG-19 (19.6 billion FLOPs) and ResNet-50 (3.8 billion FLOPs)."
    besides = "This change reduces the whole network FLOPs to 4.6G."
    assert unit_of_operations(document([besides, counts])) == unit_of_operations(document([counts]))


def test_figures_without_a_milestone_do_not_hold_up_the_search_for_one() -> None:
    with time_limit(5):
        assert is_milestone("Rates " + "0.1 " * 40 + "are divided at 32k and 48k and ", " iterations.")
