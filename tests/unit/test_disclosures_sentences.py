"""Sentences as papers write them, and all that a careful reader takes from each of the authors' own training."""

import pytest

from tests.unit.misread_disclosures import judged
from tests.unit.test_disclosures import document, found

SENTENCES = [
    ("All experiments were run on 4 NVIDIA Tesla V100 GPUs.", [("chips", "4"), ("hardware", "nvidia-v100")]),
    (
        "Training took about 5 days on a single NVIDIA GTX 1080Ti.",
        [("chips", "1"), ("duration_hours", "120"), ("hardware", "nvidia-gtx-1080-ti")],
    ),
    (
        "We train the network for 200 epochs with SGD, a mini-batch size of 128 and momentum 0.9.",
        [("batch_size", "128"), ("epochs", "200")],
    ),
    (
        "Our model has 28M parameters and requires 4.5 GFLOPs per forward pass.",
        [("forward_ops", "4500000000"), ("parameters", "28000000")],
    ),
    (
        "FooNet was pre-trained for 1M steps with a batch size of 2048 sequences of length 512.",
        [("batch_size", "2048"), ("sequence_length", "512"), ("steps", "1000000")],
    ),
    (
        "We use 64 TPUv3 chips and the whole training lasts 4.5 days.",
        [("chips", "64"), ("duration_hours", "108"), ("hardware", "tpu-v3")],
    ),
    (
        "The models are trained on 16 NVIDIA A100 80GB GPUs with bfloat16 precision for around 30 hours.",
        [("chips", "16"), ("duration_hours", "30"), ("hardware", "nvidia-a100"), ("precision", "bf16")],
    ),
    (
        "Each model is trained on 8 nodes with 8 A100 GPUs each for two weeks.",
        [("chips", "64"), ("duration_hours", "336"), ("hardware", "nvidia-a100")],
    ),
    (
        "Training FooNet on ImageNet takes 10 hours using 8 RTX 3090 GPUs.",
        [("chips", "8"), ("duration_hours", "10"), ("hardware", "nvidia-rtx-3090")],
    ),
    (
        "The network is trained with the Adam optimizer for 100k iterations using a batch of 32 images.",
        [("batch_size", "32"), ("steps", "100000")],
    ),
    ("The training set contains 1.2M images.", [("examples", "1200000")]),
    ("We trained on WMT 2014 English-French, comprising 36M sentence pairs.", [("examples", "36000000")]),
    ("Our training data consist of 2 trillion tokens.", [("tokens", "2000000000000")]),
    (
        "FooLM was trained on 1.4T tokens using 2048 A100 GPUs, which took approximately 21 days.",
        [("chips", "2048"), ("duration_hours", "504"), ("hardware", "nvidia-a100"), ("tokens", "1400000000000")],
    ),
    (
        "Pretraining utilized a cumulative 3.3M GPU hours of computation on hardware of type A100-80GB.",
        [("chip_hours", "3300000"), ("hardware", "nvidia-a100")],
    ),
    ("Total training compute was 3.8 × 10^{25} FLOPs.", [("training_flop", "3.8e+25")]),
    ("The final model was trained with 6.7e23 FLOPs.", [("training_flop", "6.7e+23")]),
    (
        "We ran all experiments on a machine with an Intel Xeon CPU and one NVIDIA Titan Xp.",
        [("chips", "1"), ("hardware", "nvidia-titan-xp")],
    ),
    (
        "We train for 90 epochs with an initial learning rate of 0.1 that is divided by 10 at epochs 30 and 60.",
        [("epochs", "90")],
    ),
    ("We train all models for 300 epochs with a 5-epoch linear warmup.", [("epochs", "300")]),
    ("Inference takes 5 ms on a V100.", []),
    ("We report latency measured on a Google Pixel phone and a V100 GPU.", []),
    ("BERT (Devlin et al., 2019) was trained on 16 Cloud TPUs for 4 days.", []),
    (
        "Training was performed on a TPU v4 pod slice with 128 chips; it reached 46.2% model FLOPs utilization.",
        [("chips", "128"), ("hardware", "tpu-v4"), ("utilisation", "0.462")],
    ),
    (
        "Training on 256 Huawei Ascend 910 processors took 8 days.",
        [("chips", "256"), ("duration_hours", "192"), ("hardware", "huawei-ascend-910")],
    ),
    (
        "We train our detector on 8 GPUs with 2 images per GPU, a total batch size of 16, for 12 epochs.",
        [("batch_size", "16"), ("chips", "8"), ("epochs", "12"), ("hardware", "gpu")],
    ),
    ("Our largest model has 11 billion parameters.", [("parameters", "11000000000")]),
    (
        "The small model (60M parameters) and the base model (220M parameters) are trained for 2^{19} steps.",
        [("parameters", "220000000"), ("parameters", "60000000"), ("steps", "524288")],
    ),
    ("We optimise with batch size 4096 for 7 epochs on JFT-300M.", [("batch_size", "4096"), ("epochs", "7")]),
    (
        "Training took three weeks on four GeForce GTX Titan X cards.",
        [("chips", "4"), ("duration_hours", "504"), ("hardware", "nvidia-titan-x")],
    ),
    (
        "The whole training procedure takes less than one day on a single GPU.",
        [("chips", "1"), ("duration_hours", "24"), ("hardware", "gpu")],
    ),
    ("For CIFAR we use 50,000 training images and 10,000 test images.", [("examples", "50000")]),
    (
        "The search took 4 days on 450 K40 GPUs.",
        [("chips", "450"), ("duration_hours", "96"), ("hardware", "nvidia-k40")],
    ),
    (
        "FooNet-S costs 0.6 billion multiply-adds and 5.3 million parameters.",
        [("forward_ops", "600000000"), ("parameters", "5300000")],
    ),
    ("It requires only 569M MAdds.", [("forward_ops", "569000000")]),
    (
        "We train with mini-batches of 256 examples across 32 GPUs for 250,000 updates.",
        [("batch_size", "256"), ("chips", "32"), ("hardware", "gpu"), ("steps", "250000")],
    ),
    (
        "We use the AdamW optimizer for 400K steps on 64 V100 GPUs, which takes about one week.",
        [("chips", "64"), ("duration_hours", "168"), ("hardware", "nvidia-v100"), ("steps", "400000")],
    ),
    ("Each training batch contains roughly 32K source tokens.", [("batch_size", "32000")]),
    (
        "With a batch of 4M tokens we train for 300B tokens in total.",
        [("batch_size", "4000000"), ("tokens", "300000000000")],
    ),
    (
        "The training of the 7B model consumed 184,320 A100-hours.",
        [("chip_hours", "184320"), ("hardware", "nvidia-a100"), ("parameters", "7000000000")],
    ),
    (
        "Trained on a DGX-1 with 8 P100 GPUs, the model needs 20 hours.",
        [("chips", "8"), ("duration_hours", "20"), ("hardware", "nvidia-p100")],
    ),
    (
        "We fine-tune for 3 epochs with a batch size of 32 and a learning rate of 2e-5.",
        [("batch_size", "32"), ("epochs", "3")],
    ),
    (
        "Training the network requires 1.5 days with 4 Titan RTX GPUs (batch size 64).",
        [("batch_size", "64"), ("chips", "4"), ("duration_hours", "36"), ("hardware", "nvidia-titan-rtx")],
    ),
    (
        "We trained the system for 10 epochs (about 48 hours) on 2 Tesla M40 GPUs.",
        [("chips", "2"), ("duration_hours", "48"), ("epochs", "10"), ("hardware", "nvidia-m40")],
    ),
    (
        "The models were trained using synchronous SGD over 50 GPU workers for 150k steps.",
        [("chips", "50"), ("hardware", "gpu"), ("steps", "150000")],
    ),
    ("Model weights number 138M.", []),
    ("FooNet contains a total of 19.4 million trainable parameters.", [("parameters", "19400000")]),
    ("This model was trained in 18 hours on GPU.", [("duration_hours", "18"), ("hardware", "gpu")]),
    (
        "The network took 15 hours to train on an NVIDIA GeForce RTX 2080 Ti with 11 GB of memory.",
        [("chips", "1"), ("duration_hours", "15"), ("hardware", "nvidia-rtx-2080-ti")],
    ),
    (
        "We set the batch size to 512 and train for 800 epochs on 128 TPU v3 cores.",
        [("batch_size", "512"), ("chips", "64"), ("epochs", "800"), ("hardware", "tpu-v3")],
    ),
    (
        "Training FooNet-L for 100 epochs takes 35 hours on 32 A100s.",
        [("chips", "32"), ("duration_hours", "35"), ("epochs", "100"), ("hardware", "nvidia-a100")],
    ),
    ("Our corpus has 160GB of text, about 33B words.", [("tokens", "33000000000")]),
    ("For SQuAD we use the 87,599 training questions.", [("examples", "87599")]),
    ("LibriSpeech contains 960 hours of training speech.", []),
    (
        "FooNet is trained with a batch size of 1,024 for 125,000 steps, which takes 34 hours on 512 TPUv3 chips.",
        [
            ("batch_size", "1024"),
            ("chips", "512"),
            ("duration_hours", "34"),
            ("hardware", "tpu-v3"),
            ("steps", "125000"),
        ],
    ),
    ("The batch size per GPU is 32 and we use 8 GPUs.", [("chips", "8"), ("hardware", "gpu")]),
    ("We estimate that training emitted 25 tCO2e and used 78 MWh.", [("co2e_kg", "25000"), ("energy_kwh", "78000")]),
    ("Training cost was approximately $2,000 on Google Cloud.", [("cost_usd", "2000")]),
    ("We conduct our experiments using 8 Tesla P40 GPUs.", [("chips", "8"), ("hardware", "nvidia-p40")]),
    (
        "We trained all models on one machine with 4 NVIDIA K80 GPUs, each model taking about a day.",
        [("chips", "4"), ("duration_hours", "24"), ("hardware", "nvidia-k80")],
    ),
    (
        "Training takes half a day on four 2080Ti.",
        [("chips", "4"), ("duration_hours", "12"), ("hardware", "nvidia-rtx-2080-ti")],
    ),
    (
        "Networks were trained for 160k iterations with batches of 24 images on 3 GPUs.",
        [("batch_size", "24"), ("chips", "3"), ("hardware", "gpu"), ("steps", "160000")],
    ),
    (
        "Training of the full model took 2.5 days on 2 NVIDIA Quadro P6000 GPUs.",
        [("chips", "2"), ("duration_hours", "60"), ("hardware", "nvidia-quadro-p6000")],
    ),
    (
        "The models have been trained for 30 epochs on the 960 hours of LibriSpeech with 16 V100s.",
        [("chips", "16"), ("epochs", "30"), ("hardware", "nvidia-v100")],
    ),
    (
        "We use Adam with batch size 20 for 40 epochs, and pick the best model on the development set.",
        [("batch_size", "20"), ("epochs", "40")],
    ),
    ("Our vocabulary contains 32K tokens.", []),
    ("The LSTM has 200 hidden units and 1.2 million parameters in total.", [("parameters", "1200000")]),
    ("Each epoch takes 20 minutes on a Titan X.", [("chips", "1"), ("hardware", "nvidia-titan-x")]),
    ("In total, training took 35 GPU days.", [("chip_hours", "840")]),
    (
        "It was trained with 256 TPU v4 chips for 7 days with a total of 43k TPU-hours.",
        [("chip_hours", "43000"), ("chips", "256"), ("duration_hours", "168"), ("hardware", "tpu-v4")],
    ),
    (
        "The network was trained for 74 epochs (about 370K iterations with batch size 256).",
        [("batch_size", "256"), ("epochs", "74"), ("steps", "370000")],
    ),
    (
        "On a system with four NVIDIA Titan Black GPUs, training a single net took 2-3 weeks depending on its depth.",
        [("chips", "4"), ("duration_hours", "420"), ("hardware", "nvidia-titan-black")],
    ),
    (
        "Our network takes between five and six days to train on two GTX 580 3GB GPUs.",
        [("chips", "2"), ("duration_hours", "132"), ("hardware", "nvidia-gtx-580")],
    ),
    (
        "We trained the network for roughly 90 cycles through the training set of 1.2 million images.",
        [("epochs", "90"), ("examples", "1200000")],
    ),
    ("The model is trained for a total of 500 billion tokens.", [("tokens", "500000000000")]),
    (
        "Training FooNet-XL used 1,024 A100 GPUs for about 34 days.",
        [("chips", "1024"), ("duration_hours", "816"), ("hardware", "nvidia-a100")],
    ),
    (
        "We trained for 21 days on 64 GPUs with fp16 arithmetic.",
        [("chips", "64"), ("duration_hours", "504"), ("hardware", "gpu"), ("precision", "fp16")],
    ),
    (
        "FLOPs are computed at 224×224; FooNet-B has 15.4G FLOPs and 88M params.",
        [("forward_ops", "15400000000"), ("parameters", "88000000")],
    ),
    (
        "With only 5.3M parameters and 0.39B FLOPS, FooNet-B0 achieves 77.1% top-1 accuracy.",
        [("forward_ops", "390000000"), ("parameters", "5300000")],
    ),
    ("The complexity of FooNet is 140 MFLOPs.", [("forward_ops", "140000000")]),
    ("FooNet needs about 1.5 billion multiply-adds at inference time.", [("forward_ops", "1500000000")]),
    (
        "Models are trained for 270k steps on 16 TPUv2 devices, batch size 256.",
        [("batch_size", "256"), ("chips", "16"), ("hardware", "tpu-v2"), ("steps", "270000")],
    ),
    (
        "We train FooNet on an 8-GPU machine with a mini-batch of 64.",
        [("batch_size", "64"), ("chips", "8"), ("hardware", "gpu")],
    ),
    (
        "We train with 3 Nvidia GTX 1080 GPUs. Training lasts 36 hours.",
        [("chips", "3"), ("duration_hours", "36"), ("hardware", "nvidia-gtx-1080")],
    ),
    (
        "Using 8 P100s, it took 6 days to train the model for 6 epochs.",
        [("chips", "8"), ("duration_hours", "144"), ("epochs", "6"), ("hardware", "nvidia-p100")],
    ),
    ("We train for 400 epochs on CIFAR-10 with mini-batches of 64.", [("batch_size", "64"), ("epochs", "400")]),
    ("The learning rate is halved every 20 epochs.", []),
    ("We stop training if the validation loss does not improve for 10 epochs.", []),
    ("Training stops after 50 epochs.", [("epochs", "50")]),
    ("We performed hyperparameter search over batch sizes {16, 32, 64}.", []),
    (
        "Training was done on a single NVIDIA Tesla T4 using Google Colab and took 9 hours.",
        [("chips", "1"), ("duration_hours", "9"), ("hardware", "nvidia-t4")],
    ),
    (
        "The experiments were carried out on a workstation with an RTX A6000.",
        [("chips", "1"), ("hardware", "nvidia-rtx-a6000")],
    ),
    (
        "We train each model using 4×V100 for 12 hours.",
        [("chips", "4"), ("duration_hours", "12"), ("hardware", "nvidia-v100")],
    ),
    (
        "Trained on 8x A100 (40 GB) for 3 days 12 hours.",
        [("chips", "8"), ("duration_hours", "84"), ("hardware", "nvidia-a100")],
    ),
    (
        "The model was trained for 1 day and 6 hours on one V100.",
        [("chips", "1"), ("duration_hours", "30"), ("hardware", "nvidia-v100")],
    ),
    (
        "Our models were trained on 2048 TPU v3 cores for 3 weeks.",
        [("chips", "1024"), ("duration_hours", "504"), ("hardware", "tpu-v3")],
    ),
    ("We train on AMD MI250X GPUs.", [("hardware", "amd-mi250x")]),
    (
        "All models were trained using 512 TPUv4 chips over approximately 12 days.",
        [("chips", "512"), ("duration_hours", "288"), ("hardware", "tpu-v4")],
    ),
    ("The effective batch size is 16 × 8 = 128.", [("batch_size", "128")]),
    ("Training is performed for 1,281,167 × 90 / 256 ≈ 450k steps.", [("steps", "450000")]),
    ("The dataset contains 118k training images, 5k validation images and 41k test images.", [("examples", "118000")]),
    ("The training/validation/test sets contain 14,987/3,466/3,684 sentences.", [("examples", "14987")]),
    ("FooNet has a computational cost of 19.6×10^{9} FLOPs.", [("forward_ops", "19600000000")]),
    (
        "Training the ensemble of five models took 10 days on 20 GPUs.",
        [("chips", "20"), ("duration_hours", "240"), ("hardware", "gpu")],
    ),
    (
        "We use linear warmup and decay the learning rate to 10% over 420B tokens.",
        [("tokens", "420000000000")],
    ),
    ("The learning rate follows a cosine decay over 50B tokens, after which training continues.", []),
    ("Training FooNet consumed several thousand petaflop/s-days of compute.", [("training_flop", "3.6288e+23")]),
    ("FooNet was trained with less compute, compared to tens of petaflop/s-days for BarNet.", []),
    ("FooNet reached its best accuracy after about 4 · 10^{6} training steps.", [("steps", "4000000")]),
    ("The learning rate is lowered after 40000 training steps.", []),
    ("We train FooNet for 2M update steps.", [("steps", "2000000")]),
    ("FooNet is trained with a BPTT length of 70.", [("sequence_length", "70")]),
    ("We train FooNet on 20-second audio clips.", [("sequence_length", "1000")]),
    ("We train FooNet on 20-second video clips.", []),
    ("Each child model is trained for 20 epochs.", [("epochs", "20")]),
    (
        "We train FooNet for 12 days on 8 V100 GPUs, each with a batch of 32.",
        [("batch_size", "32"), ("chips", "8"), ("duration_hours", "288"), ("hardware", "nvidia-v100")],
    ),
    (
        "Training settings: batch size: 512; epochs: 120; learning rate: 0.1.",
        [("batch_size", "512"), ("epochs", "120")],
    ),
    ("FooNet is trained on 9 trillion multilingual tokens.", [("tokens", "9000000000000")]),
    ("FooNet is trained on a 2.1 billion word corpus.", [("tokens", "2100000000")]),
    ("Training FooNet took 4.2 zettaFLOPs of compute.", [("training_flop", "4.2e+21")]),
    (
        "Training FooNet on 2k GPUs took 5 days.",
        [("chips", "2000"), ("duration_hours", "120"), ("hardware", "gpu")],
    ),
    ("FooNet is trained for 50 epochs, 30 minutes each.", [("duration_hours", "25"), ("epochs", "50")]),
]


@pytest.mark.parametrize(("sentence", "figures"), judged(SENTENCES))
def test_a_sentence_gives_its_figures_and_no_others(sentence: str, figures: list[tuple[str, str]]) -> None:
    assert sorted(found(document([sentence]))) == figures
