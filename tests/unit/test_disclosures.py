"""Disclosures of whole documents: ownership, tables, places, and the columns of the claims."""

import pytest

from schemas.codes import Coded, has
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows.claims import Disclosure
from tasks.extract.sentences import sentences_of
from tasks.extract.training.disclosures import extract_disclosures
from tasks.extract.training.table_headers import field_of, unit_of, usual_unit
from tasks.parse.document import Cell, Document, PageTable, PdfPage, TextLine, Word
from tasks.reference.datasets import load_datasets, mentions
from tasks.reference.hardware import load_hardware
from tasks.wording import words
from tests.unit.misread_disclosures import misread

HARDWARE = load_hardware()
DATASETS = load_datasets()


def line(text: str, top: float, size: float = 10.0) -> TextLine:
    of_line = []
    x = 50.0
    for word in text.split():
        of_line.append(Word(word, (x, top, x + 5 * len(word), top + size), size))
        x += 5 * len(word) + 5
    return TextLine(of_line)


def document(lines: list[str], tables: list[PageTable] | None = None, title: str = "FooNet: A Network") -> Document:
    text = "\n".join([title, *lines])
    page = PdfPage(1, 600, 800, text, [line(t, 100 + 12 * i) for i, t in enumerate(lines)], tables or [], True)
    return Document("sha", 1, [page], title)


def table(rows: list[list[str]], caption: str = "Table 1: Comparison.", header_rows: int = 1) -> PageTable:
    cells = [
        [Cell(t, (100.0 * c, 300.0 + 12 * r, 100.0 * c + 50, 310.0 + 12 * r)) for c, t in enumerate(row)]
        for r, row in enumerate(rows)
    ]
    return PageTable(1, "Table 1", caption, (0, 300, 400, 400), cells, header_rows)


def found(doc: Document) -> set[tuple[str, str]]:
    return {(c.row.field, c.row.value) for c in extract_disclosures(doc, "p", HARDWARE, DATASETS) if not c.doubts}


def disclosures(doc: Document) -> list[Disclosure]:
    return [c.row for c in extract_disclosures(doc, "p", HARDWARE, DATASETS)]


def test_sentences_run_over_lines() -> None:
    doc = document(
        ["We train our models on a single GeForce GTX", "TITAN X GPU. Training takes approximately 8 hours."]
    )
    assert [s.text for s in sentences_of(doc)] == [
        "We train our models on a single GeForce GTX TITAN X GPU.",
        "Training takes approximately 8 hours.",
    ]
    assert found(doc) == {("hardware", "nvidia-titan-x"), ("chips", "1"), ("duration_hours", "8")}


def test_claims_have_their_range_place_and_quote() -> None:
    doc = document(["We trained FooNet on 8 V100 GPUs for 2-3 days."])
    claims = disclosures(doc)
    duration = next(c for c in claims if c.field == "duration_hours")
    assert (duration.value, duration.number_lower, duration.number_upper) == ("60", 48, 72)
    assert (duration.place.page, duration.place.location, duration.raw_value) == (1, "text", "2-3")
    assert duration.place.bbox_top == 100 and (duration.place.bbox_x0 or 0) > 200
    assert duration.quote == "We trained FooNet on 8 V100 GPUs for 2-3 days."
    assert duration.model == "FooNet"


def test_inference_and_other_peoples_hardware_are_left_out() -> None:
    doc = document(
        [
            "Inference takes 5 ms on a V100.",
            "He et al. (2016) trained on 8 P100 GPUs for 4 days.",
            "Throughput was measured on one A100 GPU with batch size 32.",
        ]
    )
    assert found(doc) == set()


def test_references_are_not_read() -> None:
    doc = document(["We trained for 90 epochs.", "References", "[1] A. Author. Trained for 300 epochs on 8 GPUs."])
    assert found(doc) == {("epochs", "90")}


def test_generic_gpu_gives_way_to_the_named_chip() -> None:
    doc = document(["We trained on 8 GPUs.", "All models were trained on V100 GPUs."])
    assert found(doc) == {("chips", "8"), ("hardware", "nvidia-v100")}


def test_cited_models_in_prose_are_not_own() -> None:
    doc = document(["FooNet has 5.5M parameters.", "The VGG-19 model [41] has 19.6 billion FLOPs."])
    assert found(doc) == {("parameters", "5500000")}


def test_columns_of_a_table_with_units_in_header_or_cell() -> None:
    rows = [
        ["Model", "Top-1", "#Params (M)", "FLOPs", "Epochs"],
        ["ResNet-50 [9]", "76.0", "25.6", "4.1B", "90"],
        ["FooNet-A", "77.1", "5.3", "390M", "300"],
        ["FooNet-B (ours)", "79.0", "7.8", "0.7B", "300"],
    ]
    assert found(document(["We compare."], [table(rows)])) == {
        ("parameters", "5300000"),
        ("parameters", "7800000"),
        ("forward_ops", "390000000"),
        ("forward_ops", "700000000"),
        ("epochs", "300"),
    }


def test_rows_that_name_a_field() -> None:
    rows = [["", "Base", "Large"], ["Batch size", "256", "512"], ["Training steps", "125K", "125K"]]
    assert found(document(["Settings."], [table(rows, "Table 2: Hyperparameters.")])) == {
        ("batch_size", "256"),
        ("batch_size", "512"),
        ("steps", "125000"),
    }


def test_layers_of_one_network_are_no_models() -> None:
    rows = [
        ["type", "patch size/ stride", "output size", "params", "ops"],
        ["convolution", "7×7/2", "112×112×64", "2.7K", "34M"],
        ["linear", "", "1×1×1000", "1000K", "1M"],
    ]
    assert found(document(["Architecture."], [table(rows)])) == set()


def test_new_headers_half_way_down() -> None:
    rows = [
        ["method", "", "error (%)"],
        ["NIN [25]", "", "8.81"],
        ["# layers", "# params", "error"],
        ["FooNet 20", "0.27M", "8.75"],
        ["FooNet 110", "1.7M", "6.43"],
    ]
    assert found(document(["Results."], [table(rows)])) == {("parameters", "270000"), ("parameters", "1700000")}


def test_several_sizes_tried_are_a_doubt() -> None:
    claims = extract_disclosures(
        document(["We trained with batch sizes of 64, 128, 256 and 512."]), "p", HARDWARE, DATASETS
    )
    assert claims and all(c.doubts == (Coded(Doubt.SIZES_TRIED),) for c in claims)


def test_headers() -> None:
    assert field_of("#Params (M)") == "parameters"
    assert field_of("Mult-Adds (M)") == "forward_ops"
    assert field_of("Training Cost (FLOPs)") == "training_flop"
    assert field_of("Search Cost (GPU days)") == "chip_hours"
    for rate in ("Achieved teraFLOP/s per GPU", "TFLOP/s/GPU", "TFLOPs per GPU", "Per-GPU throughput (TFLOP/s)"):
        assert (field_of(rate), unit_of("chip_flop_per_s", rate, "").factor) == ("chip_flop_per_s", 1e12)
    assert field_of("Peak TFLOPS per GPU") == ""
    for other in ("Sec/Epoch", "Model size (MB)", "Hyperparameters", "Warmup steps", "Batch Norm", "WRN (200 epochs)"):
        assert field_of(other) == ""


def test_units() -> None:
    assert unit_of("parameters", "params ×10^{6}", "").factor == 1e6
    assert unit_of("forward_ops", "GFLOPs", "").factor == 1e9
    assert unit_of("forward_ops", "model", "complexity (ops., ×10^{10})").factor == 1e10
    assert unit_of("training_flop", "Total train compute (PF-days)", "").factor == 8.64e19
    assert unit_of("chip_hours", "TPUv3 core-days", "").factor == 12
    guess = usual_unit("forward_ops", unit_of("forward_ops", "FLOPs", ""), "FLOPs", ["4.1", "7.8"])
    assert guess.factor == 1e9 and guess.confidence < 0.9 and guess.notes


def test_core_days_are_a_cost_and_no_count() -> None:
    doc = document(["It took 230 TPUv3-core-days to train FooNet, and 40 chip-days to tune it."])
    assert {f for f, _ in found(doc)} == {"chip_hours", "hardware"}


def test_a_total_of_both_models_is_neithers() -> None:
    doc = document(["Both models took roughly 50 petaflop/s-days of compute during training."])
    (total,) = [c for c in disclosures(doc) if c.field == "training_flop"]
    assert has(total.notes, ReadingNote.SEVERAL_MODELS)


def test_instruction_tuning_is_no_pretraining() -> None:
    doc = document(["Instruction tuning takes around 60 hours on a TPUv3 with 128 cores."])
    assert {(c.field, c.phase) for c in disclosures(doc)} >= {("duration_hours", "finetuning"), ("chips", "finetuning")}


def test_a_figure_knows_the_data_set_it_speaks_of() -> None:
    doc = document(
        [
            "On CIFAR we train for 300 epochs, on ImageNet for 90 epochs.",
            "4.2 Results on ImageNet",
            "We use a batch size of 256.",
            "The training set of the Foo corpus holds 3,000 images for training.",
        ],
        [table([["Model", "Epochs"], ["FooNet (ours)", "160"]], "Table 1: Training on CIFAR-10.")],
    )
    sets = {(c.field, c.value): c.training_set for c in disclosures(doc)}
    assert sets["epochs", "300"] == "cifar"
    assert sets["epochs", "90"] == "imagenet-1k"
    assert sets["batch_size", "256"] == "imagenet-1k"
    assert sets["epochs", "160"] == "cifar"


@pytest.mark.parametrize(
    ("sentence", "training_set"),
    [
        ("We train the detector on COCO for 12 epochs from ImageNet pre-trained weights.", "coco"),
        ("We train for 12 epochs from ImageNet pre-trained weights.", None),
        ("With ImageNet-pretrained backbones we train on CIFAR for 12 epochs.", "cifar"),
        ("We pre-train on ImageNet for 12 epochs.", "imagenet-1k"),
    ],
)
def test_the_data_set_of_weights_to_start_from_is_not_trained_on(sentence: str, training_set: str | None) -> None:
    (epochs,) = (c for c in disclosures(document([sentence])) if c.field == "epochs")
    assert epochs.training_set == training_set


def test_same_document_same_claims() -> None:
    doc = document(["We trained FooNet on 8 V100 GPUs for 3 days."])
    assert extract_disclosures(doc, "p", HARDWARE, DATASETS) == extract_disclosures(doc, "p", HARDWARE, DATASETS)
    ids = [c.disclosure_id for c in disclosures(doc)]
    assert len(set(ids)) == len(ids)


@misread
def test_chips_too_small_for_a_training_trained_nothing() -> None:
    assert found(document(["Training with large batches is intractable even in an 8-GPU machine."])) == set()


@misread
def test_chips_made_for_training_trained_nothing() -> None:
    assert found(document(["TPUv2 devices are designed to support both training and inference."])) == set()


def test_chips_of_the_training_hardware_are_its_own() -> None:
    told = document(["Table 6 lists the training hardware.", "All GPUs are A100s with 40GB of memory."])
    assert ("hardware", "nvidia-a100") in found(told)


def test_utilisation_and_carbon_of_another_model_are_not_own() -> None:
    doc = document(["We trained FooNet with 57% MFU and emitted 380 tCO2e, compared to 552 tCO2e for GPT-3 [3]."])
    assert found(doc) == {("utilisation", "0.57"), ("co2e_kg", "380000")}


@pytest.mark.parametrize(
    ("sentence", "model"),
    [
        ("FooLM_{LARGE} has 340M parameters.", "FooLM LARGE"),
        ("We train FooLM_{BASE} with 110M parameters.", "FooLM BASE"),
        ("FooLM has 340M parameters.", "FooLM"),
        ("FooLM_v2 has 340M parameters.", "FooLM_v2"),
    ],
)
def test_a_subscript_is_part_of_a_name(sentence: str, model: str) -> None:
    doc = document([sentence], title="FooLM: A Language Model")
    assert {c.model for c in disclosures(doc) if c.field == "parameters"} == {model}


@pytest.mark.parametrize(
    ("sentence", "sizes"),
    [
        (
            "FooLM_{BASE} has 110M parameters and FooLM_{LARGE} has 340M parameters.",
            {110: "FooLM BASE", 340: "FooLM LARGE"},
        ),
        (
            "FooLM-S (L=12, Total Parameters=110M) and FooLM-L (L=24, Total Parameters=340M).",
            {110: "FooLM-S", 340: "FooLM-L"},
        ),
        ("FooLM-S and FooLM-L have 110M and 340M parameters.", {110: None, 340: None}),
        ("With 110M parameters, FooLM-S is smaller than FooLM-L.", {110: None}),
    ],
)
def test_of_several_models_the_one_named_before_a_figure_has_it(sentence: str, sizes: dict[int, str | None]) -> None:
    doc = document([sentence], title="FooLM: A Language Model")
    read = {c.number: c.model for c in disclosures(doc) if c.field == "parameters"}
    assert read == {1e6 * size: model for size, model in sizes.items()}


@pytest.mark.parametrize(
    ("sentence", "models"),
    [
        (
            "We train on 14T tokens for FooLM 27B, 12T for the 12B version, 4T for the 4B, and 2T tokens for the 1B.",
            {14: "27B", 12: "12B", 4: "4B", 2: "1B"},
        ),
        (
            "We train FooLM 27B on 13 trillion tokens of English data, the 9B model on 8 trillion tokens, and the 2.6B"
            " on 2 trillion tokens.",
            {13: "27B", 8: "9B", 2: "2.6B"},
        ),
        ("FooLM 7B and 13B are trained on 2T tokens.", {2: "FooLM"}),
        ("FooLM is trained on 2T tokens and then on 1T tokens.", {2: "FooLM", 1: "FooLM"}),
        ("FooLM is trained on 2T tokens of text and 500B tokens of code.", {2: "FooLM", 0.5: "FooLM"}),
    ],
)
def test_of_several_sizes_each_has_its_own_tokens(sentence: str, models: dict[float, str]) -> None:
    doc = document([sentence], title="FooLM: A Language Model")
    assert {c.number: c.model for c in disclosures(doc) if c.field == "tokens"} == {
        1e12 * tokens: model for tokens, model in models.items()
    }


def test_counts_of_millions_are_no_sizes() -> None:
    said = (
        "BarLM was trained for 1M steps with 32,000 words a batch; FooLM was trained for 1M steps with 128,000 words."
    )
    doc = document([said], title="FooLM: A Language Model")
    assert not {"1M"} & {c.model for c in disclosures(doc)}


def test_a_data_set_in_a_sentence_is_no_model() -> None:
    doc = document(["We train for 90 epochs on JFT-300M."], title="JFT-300M: Revisiting the Effectiveness of Data")
    assert [(c.value, c.model, c.training_set) for c in disclosures(doc) if c.field == "epochs"] == [
        ("90", None, "jft")
    ]


@pytest.mark.parametrize("words", ["the 3.3 billion word corpus", "a 2.5-billion-word corpus"])
def test_a_corpus_of_billions_of_words_is_not_the_benchmark(words: str) -> None:
    assert mentions(f"We train for 40 epochs over {words}.", DATASETS) == []
    assert [m[0] for m in mentions("on the One Billion Word benchmark", DATASETS)] == ["one-billion-word"]


def test_counts_that_head_rows_are_no_models() -> None:
    passes = table([["#Iters on Foo", "#Epochs"], ["12M", "1.3"], ["36M", "4"]], "Table 4: Longer training.")
    assert {c.model for c in disclosures(document(["We train FooNet."], [passes]))} == {None}


def test_columns_of_settings_and_data_sets_are_no_models() -> None:
    settings = table(
        [["config", "value"], ["batch size", "4096"], ["sequence length", "512"]], "Table 8: Pre-training."
    )
    sets = table([["Dataset", "Epochs"], ["CIFAR-10", "200"], ["ImageNet", "90"]], "Table 3: Training of FooNet.")
    claims = disclosures(document([], [settings, sets]))
    assert {(c.field, c.value, c.model, c.training_set) for c in claims} == {
        ("batch_size", "4096", None, None),
        ("sequence_length", "512", None, None),
        ("epochs", "200", None, "cifar"),
        ("epochs", "90", None, "imagenet-1k"),
    }


def test_the_known_network_that_a_paper_trains_most() -> None:
    lines = ["We train ResNet-50 on ImageNet.", "Our ResNet50 is trained with SGD.", "A ResNet-50 needs no warm-up."]
    (network,) = [c for c in disclosures(document([*lines, "VGG-16 is older."])) if c.field == "network"]
    assert (network.value, network.number, network.place.page) == ("resnet50", None, 1)
    assert network.notes == (Coded.of(ReadingNote.MOST_NAMED_NETWORK, sentences=3),)
    tied = document([*lines, "We train VGG-16.", "Our VGG-16 is deep.", "VGG16 is older."])
    assert "network" not in {f for f, _ in found(tied)}
    assert "network" not in {f for f, _ in found(document(lines[:2]))}


def hours(lines: list[str]) -> list[tuple[float | None, str]]:
    claims = [c for c in disclosures(document(lines)) if c.field == "duration_hours"]
    return [(c.number, "; ".join(map(words, c.notes))) for c in claims]


def test_the_time_of_one_epoch_makes_the_time_of_the_run() -> None:
    timed = "When training FooNet, a single epoch takes 30 minutes on a V100."
    assert hours([timed, "FooNet is trained for 80 epochs."]) == [(40.0, "time of one epoch x 80 epochs")]
    assert hours([timed]) == []  # of how many epochs?
    assert hours([timed, "FooNet is trained for 80 epochs.", "FooNet is also trained for 50 epochs."]) == []
    assert hours(["Training takes 1.8 seconds per step.", "We train for 2,000 steps."]) == [
        (1.0, "time of one step x 2000 steps")
    ]


def test_a_time_told_whole_needs_no_time_of_an_epoch() -> None:
    lines = ["Training FooNet takes 38 hours.", "Training one epoch takes 30 minutes.", "We train for 80 epochs."]
    assert hours(lines) == [(38.0, "")]
