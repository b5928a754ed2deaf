"""Training figures in tables: what headers, cells, rows and captions say, one made-up table for each rule."""

import pytest

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote
from tasks.extract.ownership import Ownership, ownership_of, verdict_of
from tasks.extract.training.setting_rows import lines_of
from tasks.extract.training.table_headers import field_of
from tasks.extract.training.tables import find_in_table
from tasks.parse.document import Cell, Document, PageTable, PdfPage
from tasks.reference.datasets import load_datasets
from tasks.reference.hardware import load_hardware

HARDWARE = tuple(load_hardware())
DATASETS = tuple(load_datasets())


def cells(texts: list[str], row: int = 0) -> list[Cell]:
    return [Cell(t, (100.0 * c, 12.0 * row, 100.0 * c + 50, 12.0 * row + 10)) for c, t in enumerate(texts)]


def found(
    rows: list[list[str]],
    caption: str = "Table 1: Models.",
    header_rows: int = 1,
    own: tuple[str, ...] = ("foonet",),
    cited: tuple[str, ...] = (),
) -> set[tuple[str, float | str]]:
    table = PageTable(
        1, "Table 1", caption, (0, 0, 400, 400), [cells(r, i) for i, r in enumerate(rows)], header_rows=header_rows
    )
    who = Ownership(frozenset(own), frozenset(cited))
    return {(f.field, f.value) for f in find_in_table(table, who, HARDWARE) if not f.is_others}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Para. (M)", "parameters"),
        ("Weights (M)", "parameters"),
        ("#P (M)", "parameters"),
        ("Weights%", ""),
        ("Weight decay", ""),
        ("#Params pruned", ""),
        ("GPU count", "chips"),
        ("TPUv4 chips", "chips"),
        ("# of A100 GPUs", "chips"),
        ("fine-tune chips", "chips"),
        ("Other GPUs", ""),
        ("max_steps", "steps"),
        ("train-iters", "steps"),
        ("Num. of training steps", "steps"),
        ("eval-iters", ""),
        ("# tokens", "tokens"),
        ("# connections (in millions)", "forward_ops"),
        ("Skip connections", ""),
        ("Train PFLOPs", "training_flop"),
        ("Total Eval PFLOPs", ""),
        ("Training duration", "duration_hours"),
        ("Time/epoch (s)", ""),
        ("Epoch time", ""),
        ("Best epoch", ""),
        ("Test batch size", ""),
        ("Total number of training steps", "steps"),
        ("# V100", "chips"),
        ("Train hours", "duration_hours"),
    ],
)
def test_headers(header: str, field: str) -> None:
    assert field_of(header) == field


def test_size_is_a_number_of_parameters_where_the_caption_says_so() -> None:
    rows = [["Model", "Size"], ["FooNet-S", "12M"], ["FooNet-L", "66M"]]
    assert found(rows, "Table 1: Scores and size (number of parameters).") == {
        ("parameters", 12e6),
        ("parameters", 66e6),
    }
    assert found(rows, "Table 1: Scores and size.") == set()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Model", "#Parameter"], ["FooNet", "2.8M"]], {("parameters", 2.8e6)}),
        ([["Model", "#Param(ratio)"], ["FooNet", "4M (21x)"]], {("parameters", 4e6)}),
        ([["Model", "GFLOPs"], ["FooNet", "31 (15.5 FMA)"]], {("forward_ops", 31e9)}),
        (
            [["Model", "Train / Infer FLOPs"], ["FooNet", "1.4e18 / 3.7e9"]],
            {("training_flop", 1.4e18), ("forward_ops", 3.7e9)},
        ),
        ([["Setting", "Value"], ["Train Epochs", "10 for RTE, 3 for other tasks"]], {("epochs", 10), ("epochs", 3)}),
        (
            [["", "", "WSJ", "CoNLL"], ["Train", "SENT", "38,219", "14,987"], ["Train", "TOKEN", "912,344", "204,567"]],
            {("examples", 38_219), ("examples", 14_987), ("tokens", 912_344), ("tokens", 204_567)},
        ),
        ([["Model", "Cores", "TPU core years"], ["FooNet", "512", "2"]], {("chips", 256), ("chip_hours", 8766)}),
        ([["Model", "Cores", "Hosts"], ["FooNet", "512", "2"]], set()),
        (
            [["Training costs", "Pre-training", "Post-training"], ["in H800 GPU Hours", "2664K", "5K"]],
            {("chip_hours", 2_664_000), ("chip_hours", 5_000)},
        ),
        (
            [["Training costs", "Pre-training", "Post-training"], ["in USD", "$5.3M", "$0.1M"]],
            {("cost_usd", 5.3e6), ("cost_usd", 1e5)},
        ),
    ],
)
def test_ways_of_heading_figures(rows: list[list[str]], expected: set[tuple[str, float | str]]) -> None:
    assert found(rows, "Table 1: FooNet models.") == expected


def test_a_setting_above_a_column_is_not_its_field() -> None:
    rows = [["", "Training", "Test"], ["Model", "Time", "Perplexity"], ["", "10 epochs", "10 epochs"]]
    rows.append(["FooNet", "15 hours, 16 k40s", "34.1"])
    expected = {("duration_hours", 15), ("hardware", "nvidia-k40"), ("chips", 16)}
    assert found(rows, header_rows=3) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [["Ablation", "top-1"], ["120 epochs", "67.7"], ["Batch size 256", "69.3"]],
            {("epochs", 120), ("batch_size", 256)},
        ),
        ([["Model", "Error"], ["FooNet (1800 epochs)", "3.5"]], {("epochs", 1800)}),
        ([["Model", "Variant", "Acc."], ["FooNet", "pre-trained on X (60 epochs)", "84.4"]], {("epochs", 60)}),
        ([["Model", "Error"], ["FooNet, 300k iterations", "3.5"]], {("steps", 300_000)}),
        ([["Baseline", "# heads"], ["564M", "12"], ["1,574M", "16"]], {("parameters", 564e6), ("parameters", 1574e6)}),
        ([["", "200M", "400M"], ["distilled", "21", "17"]], {("parameters", 2e8), ("parameters", 4e8)}),
        ([["", "224", "384"], ["FooNet", "81", "83"]], set()),
        ([["Model", "Error"], ["FooNet v2-300", "3.5"]], set()),
    ],
)
def test_figures_in_names(rows: list[list[str]], expected: set[tuple[str, float | str]]) -> None:
    assert found(rows) == expected


def test_numbers_below_the_names_of_tasks_are_sizes_where_the_caption_says_so() -> None:
    rows = [["System", "MNLI", "QQP"], ["", "392k", "363k"], ["FooNet", "84.6", "71.2"]]
    caption = "Table 1: Test results. The number below each task denotes the number of training examples."
    assert found(rows, caption, header_rows=2) == {("examples", 392_000), ("examples", 363_000)}
    assert found(rows, "Table 1: Test results.", header_rows=2) == set()


def test_prefix_of_the_header_holds_for_figures_with_an_exponent() -> None:
    assert found([["Model", "Train PFLOPs"], ["FooNet", "2.5E+06"]]) == {("training_flop", 2.5e21)}
    assert found([["Model", "Params (M)"], ["FooNet", "25M"]]) == {("parameters", 25e6)}


def test_times_with_their_unit_in_the_cell() -> None:
    rows = [["FooNet", "2.5 days (3.5×)"], ["FooNet-B", "53 hrs"], ["FooNet-C", "12"]]
    assert found([["Model", "Training time"], *rows]) == {("duration_hours", 60), ("duration_hours", 53)}


def test_several_figures_in_a_cell() -> None:
    rows = [["Model", "# params"], ["FooNet", "47M/21M"], ["FooNet-B", "80M"]]
    assert found(rows) == {("parameters", 47e6), ("parameters", 21e6), ("parameters", 80e6)}
    settings = [["Setting", "Value"], ["Batch size per phase", "32, 32, 16"], ["Optimizer", "Adam"]]
    assert found(settings) == {("batch_size", 32), ("batch_size", 16)}
    assert found(settings, "Table 1: Search space.") == set()


def test_chips_of_a_hardware_column() -> None:
    rows = [["Model", "Hardware"], ["FooNet", "8 × V100"], ["FooNet-B", "A100 × 64"]]
    assert found(rows) == {
        ("hardware", "nvidia-v100"),
        ("chips", 8),
        ("hardware", "nvidia-a100"),
        ("chips", 64),
    }
    assert found([["Model", "GPU"], ["FooNet", "RTX 2080 Ti"], ["FooNet-B", "4"]]) == {
        ("hardware", "nvidia-rtx-2080-ti"),
        ("chips", 4),
    }


def test_a_group_of_columns_says_whose_figures_it_holds() -> None:
    rows = [
        ["", "original", "original", "FooNet", "FooNet"],
        ["", "error", "Params", "error", "Params"],
        ["VGG [3]", "27.0", "138M", "25.2", "139M"],
        ["AlexNet [4]", "42.9", "61M", "41.0", "62M"],
    ]
    assert found(rows, header_rows=2) == {("parameters", 139e6), ("parameters", 62e6)}


def test_settings_in_the_first_column_are_not_the_model_above() -> None:
    rows = [["depth", "Params (M)"], ["VGG-16 [3]", "15.0"], ["3", "7.6"], ["5", "7.9"]]
    assert found(rows) == {("parameters", 7.6e6), ("parameters", 7.9e6)}


def test_models_known_elsewhere_are_the_papers_where_its_caption_says_so() -> None:
    rows = [["model", "Params"], ["BarNet-B", "86M"], ["BarNet-L [2]", "307M"]]
    caption = "Table 1: Configurations of the models in our experiments."
    assert found(rows, caption, cited=("barnet",)) == {("parameters", 86e6)}
    assert found(rows, cited=("barnet",)) == set()


def test_layers_are_no_models_whatever_the_header() -> None:
    rows = [["Name", "#Weights"], ["conv1", "35K"], ["conv2", "307K"], ["fc6", "38M"], ["Total", "61M"]]
    assert found(rows) == set()


def test_glued_rows_of_settings() -> None:
    row = cells(["Warmup steps Batch size", "200 32", "1000 64"])
    assert lines_of(row) == [("Warmup steps", ["200", "1000"]), ("Batch size", ["32", "64"])]
    keys = cells(["tokenizer train-iters seed", "BPE 143000 7"])
    assert lines_of(keys)[1] == ("train-iters", ["143000"])
    for whole in (["Batch size", "32 sentences"], ["Batch size Optimizer", "32 Adam fused"]):
        assert lines_of(cells(whole)) == [(whole[0], whole[1:])]


def test_settings_of_the_paper_may_name_what_it_cites() -> None:
    rows = [["Param", "BarQA", "QuxQA [7]"], ["Epochs", "15", "5"]]
    assert found(rows, "Table 2: Hyperparameters.", cited=("barqa",)) == {("epochs", 15)}
    assert found(rows, "Table 2: Earlier models.", cited=("barqa",)) == set()


def test_speed_ups_in_brackets_leave_a_time_a_time() -> None:
    assert found([["Model", "Training time (speedup)"], ["FooNet", "4 days (2.0×)"]]) == {("duration_hours", 96)}


def test_parameters_printed_in_names() -> None:
    rows = [["Method", "C10"], ["BarNet (30M params) [3]", "5.1"], ["FooNet (12 layers, 9.5M params)", "4.6"]]
    assert found(rows) == {("parameters", 9.5e6)}
    sizes = [["Model", "#L", "LR"], ["125M", "12", "6e-4"], ["1.3B", "24", "2e-4"]]
    assert found(sizes) == {("parameters", 125e6), ("parameters", 1.3e9)}
    assert found([["Corpus", "#L"], ["125M", "12"], ["1.3B", "24"]]) == set()


def test_training_splits_of_data_tables() -> None:
    rows = [
        ["Model", "Split", "Count"],
        ["Reward", "train", "33,207"],
        ["", "valid", "17,887"],
        ["Policy", "train", "31,144"],
    ]
    assert found(rows) == {("examples", 33207), ("examples", 31144)}
    parts = [["Split", "Source", "Size"], ["train", "staff", "11,000"], ["train", "users", "1,400"]]
    assert found(parts) == set()


def test_columns_of_splits_under_a_caption_of_sizes() -> None:
    rows = [["Dataset", "Train", "Test"], ["Foo", "5,000", "1,000"], ["CIFAR-10 [4]", "50,000", "10,000"]]
    rows += [["Flowers [5]", "2,040", "6,149"], ["Tokens", "90,000", "9,000"]]
    assert found(rows, "Table 3: Sizes of the datasets.") == {
        ("examples", 5000),
        ("examples", 50000),
        ("examples", 2040),
        ("tokens", 90000),
    }
    assert found(rows[:4], "Table 3: Perplexity on the datasets.") == set()
    assert found([["Dataset", "Train size"], *rows[2:4]], "Table 4: Data.") == set()  # a cited row is another's


def test_a_title_that_is_a_name_is_the_papers_own() -> None:
    text = "Quick Q-DET\nWe compare with the earlier Q-DET [4] and with BarNet [5]."
    who = ownership_of(Document("sha", 1, [PdfPage(1, 600, 800, text)], "Quick Q-DET"))
    assert verdict_of("Quick Q-DET | L", who) == "own"
    assert verdict_of("Q-DET | L", who) != "own"
    assert (
        verdict_of("Plain words", ownership_of(Document("sha", 1, [PdfPage(1, 600, 800, "")], "Plain words"))) != "own"
    )


def test_weights_of_a_loss_are_no_parameters() -> None:
    assert found([["Model", "Weights"], ["FooNet", "0.5"], ["FooNet-B", "1.0"]]) == set()
    assert field_of("Time per batch (ms)") == field_of("Time / batch") == ""


def test_two_figures_in_one_column() -> None:
    rows = [
        ["Model", "Params (M) / FLOPs (G)"],
        ["FooNet", "5.3 / 0.4"],
        ["FooNet-B", "7.8"],
        ["BarNet [2]", "9.1/0.7"],
    ]
    assert found(rows) == {("parameters", 5.3e6), ("forward_ops", 0.4e9)}


def test_two_cores_are_one_chip_and_small_totals_are_no_training() -> None:
    assert found([["Model", "# TPU cores", "Total FLOPs"], ["FooNet", "512", "1.5T"]]) == {("chips", 256)}


def test_the_first_row_heads_the_columns_where_its_corner_is_empty() -> None:
    rows = [["", "1.4B", "280B"], ["Train PFLOPs", "2.47E+06", "6.31E+08"], ["Eval PFLOPs", "2.4E+03", "5.0E+05"]]
    table = PageTable(
        1, "Table 1", "Compute used.", (0, 0, 1, 1), [cells(r, i) for i, r in enumerate(rows)], header_rows=0
    )
    figures = find_in_table(table, Ownership(frozenset(), frozenset()), HARDWARE)
    assert {(f.field, f.value, f.model) for f in figures if f.field == "training_flop"} == {
        ("training_flop", 2.47e21, "1.4B"),
        ("training_flop", 6.31e23, "280B"),
    }


def notes(rows: list[list[str]]) -> dict[str, tuple[Coded[ReadingNote], ...]]:
    table = PageTable(1, "Table 1", "Table 1: Models.", (0, 0, 400, 400), [cells(r, i) for i, r in enumerate(rows)], 1)
    who = Ownership(frozenset(("foonet",)), frozenset())
    figures = find_in_table(table, who, HARDWARE)
    return {f.model: f.notes for f in figures if f.field == "parameters"}


def test_parameters_shared_by_layers_say_so() -> None:
    rows = [
        ["Model", "Parameters", "Layers", "Parameter-sharing"],
        ["FooNet-a", "18M", "24", "True"],
        ["FooNet-b", "90M", "12", "False"],
    ]
    assert notes(rows) == {"FooNet-a": (Coded.of(ReadingNote.LAYERS_SHARED, layers=24),), "FooNet-b": ()}
    assert notes([row[:3] for row in rows]) == {"FooNet-a": (), "FooNet-b": ()}


RESOURCES = {"energy_kwh", "cost_usd", "co2e_kg"}


def spent(rows: list[list[str]], caption: str = "Table 1: Training.", header_rows: int = 1) -> set[tuple[object, ...]]:
    """Field, value and phase of energy, cost and carbon."""
    table = PageTable(1, "Table 1", caption, (0, 0, 9, 9), [cells(r, i) for i, r in enumerate(rows)], header_rows)
    figures = find_in_table(table, Ownership(frozenset(("foonet",)), frozenset(("barnet",))), HARDWARE)
    return {(f.field, f.value, f.phase) for f in figures if f.field in RESOURCES}


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("Energy (MWh)", "36", "energy_kwh", 36e3),
        ("Energy (MWh)", "1.2k", "energy_kwh", 1.2e6),
        ("Energy consumption (kWh)", "4,215", "energy_kwh", 4215),
        ("Power consumption", "1.7 GWh", "energy_kwh", 1.7e6),
        ("kWh·PUE", "27", "energy_kwh", 27),
        ("KWH", "61", "energy_kwh", 61),
        ("Electricity used (megawatt-hours)", "2", "energy_kwh", 2000),
        ("CO2e (t)", "5", "co2e_kg", 5000),
        ("CO_{2}e (kg)", "8.5", "co2e_kg", 8.5),
        ("Carbon emitted (tCO2eq)", "14", "co2e_kg", 14e3),
        ("CO2 emissions (lbs)", "1000", "co2e_kg", 453.59237),
        ("CO2eq emissions", "25 tonnes", "co2e_kg", 25e3),
        ("Carbon (kg)", "9", "co2e_kg", 9),
        ("CO2e (kg, w/ PUE)", "9 kg", "co2e_kg", 9),
        ("Carbon footprint", "12.5 kg CO2e", "co2e_kg", 12.5),
        ("Gross tCO_{2}e for training", "96.5", "co2e_kg", 96.5e3),
        ("Training cost (USD)", "3,400", "cost_usd", 3400),
        ("Training cost ($M)", "1.5", "cost_usd", 1.5e6),
        ("Training cost ($M)", "1.5M", "cost_usd", 1.5e6),
        ("Cost (k$)", "12", "cost_usd", 12e3),
        ("Cost (in thousands of USD)", "12", "cost_usd", 12e3),
        ("Cloud compute cost", "$12K", "cost_usd", 12e3),
        ("Total training cost", "US$ 2.4M", "cost_usd", 2.4e6),
    ],
)
def test_energy_cost_and_carbon(header: str, cell: str, field: str, value: float) -> None:
    assert spent([["Model", header], ["FooNet", cell]]) == {(field, value, "training")}
    assert spent([["", "FooNet"], [header, cell]]) == {(field, value, "training")}


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("Energy", "36"),
        ("Energy (kWh)", "< 36"),
        ("Energy (10^3 kWh)", "36"),
        ("CO2 (million tonnes)", "36"),
        ("Training cost", "$36 / hour"),
        ("Energy (J)", "36"),
        ("Power consumption", "400 W"),
        ("GPU power (W)", "400"),
        ("PUE", "1.1"),
        ("Carbon intensity (g/kWh)", "429"),
        ("Carbon intensity", "429 gCO2eq/kWh"),
        ("gCO2eq/kWh", "57"),
        ("Energy per query (kWh)", "0.3"),
        ("Energy / epoch (kWh)", "12"),
        ("Hourly energy (kWh)", "12"),
        ("CO2e", "14"),
        ("CO2e (MtCO2)", "14"),
        ("CO2e saved (t)", "14"),
        ("CO2 reduction (kg)", "14"),
        ("Carbon offset (kg)", "14"),
        ("Energy (%)", "14"),
        ("Cost ($/hour)", "2"),
        ("Cost per hour ($)", "2"),
        ("Cost", "14"),
        ("Training cost", "€14"),
        ("Training cost (EUR)", "14"),
        ("Annotation cost ($)", "1400"),
        ("Electricity cost ($)", "14"),
        ("GPU price ($)", "9,000"),
        ("Inference cost ($)", "14"),
        ("Inference energy (kWh)", "14"),
        ("Memory cost (MB)", "14"),
    ],
)
def test_what_is_no_energy_cost_or_carbon_of_a_training(header: str, cell: str) -> None:
    assert spent([["Model", header], ["FooNet", cell]]) == set()
    assert spent([["", "FooNet"], [header, cell]]) == set()


def test_costs_in_no_money_are_read_as_before() -> None:
    assert found([["Model", "Training cost (FLOPs)"], ["FooNet", "2.5e19"]]) == {("training_flop", 2.5e19)}
    assert found([["Model", "Training cost (GPU hours)"], ["FooNet", "250"]]) == {("chip_hours", 250)}
    assert found([["Model", "Search cost (GPU days)"], ["FooNet", "2"]]) == {("chip_hours", 48)}


def test_ranges_of_money_keep_their_ends() -> None:
    rows = [["Model", "Cloud compute cost"], ["FooNet", "$40–$150"], ["FooNet-B", "$100k–$350k"]]
    table = PageTable(1, "Table 1", "Cost of training.", (0, 0, 9, 9), [cells(r, i) for i, r in enumerate(rows)], 1)
    figures = find_in_table(table, Ownership(frozenset(("foonet",)), frozenset()), HARDWARE)
    assert [(f.model, f.lower, f.upper) for f in figures] == [("FooNet", 40, 150), ("FooNet-B", 100e3, 350e3)]


def test_footprint_tables() -> None:
    rows = [
        [
            "Model",
            "GPU Type",
            "GPU Power consumption",
            "GPU-hours",
            "Total power consumption",
            "Carbon emitted (tCO2eq)",
        ],
        ["BarNet-9B [3]", "A100-80GB", "400W", "90,000", "40 MWh", "16"],
        ["FooNet-9B", "A100-80GB", "400W", "80,000", "35 MWh", "13"],
        ["FooNet-90B", "A100-80GB", "400W", "900,000", "410 MWh", "150"],
    ]
    assert spent(rows, "Table 5: Carbon footprint of several models in one data center.") == {
        ("energy_kwh", 35e3, "training"),
        ("energy_kwh", 410e3, "training"),
        ("co2e_kg", 13e3, "training"),
        ("co2e_kg", 150e3, "training"),
    }
    money = [
        ["Model", "kWh·PUE", "CO2e", "Estimated cost (USD)", "Estimated cost (USD)"],
        ["Model", "kWh·PUE", "CO2e", "Cloud compute", "Electricity"],
        ["FooNet", "30", "28", "$45–$150", "$6"],
    ]
    caption = "Table 3: Cost of training a model in terms of CO2 emissions (lbs) and cloud compute (USD)."
    assert spent(money, caption, 2) == {
        ("energy_kwh", 30, "training"),
        ("co2e_kg", 12.70058636, "training"),
        ("cost_usd", 97.5, "training"),
    }


def test_rows_tell_the_phase_and_what_is_no_one_training() -> None:
    rows = [
        ["Process", "Energy (kWh)", "CO2e (kg)"],
        ["FooNet pre-training", "4000", "230"],
        ["FooNet fine-tuning", "100", "6"],
        ["FooNet w/ neural arch. search", "90,000", "5000"],
        ["FooNet inference", "70", "4"],
        ["Average car, one lifetime", "", "57,000"],
        ["Total", "94,170", "5240"],
    ]
    assert spent(rows, "Table 2: Footprint of training.") == {
        ("energy_kwh", 4000, "pretraining"),
        ("co2e_kg", 230, "pretraining"),
        ("energy_kwh", 100, "finetuning"),
        ("co2e_kg", 6, "finetuning"),
        ("energy_kwh", 90e3, "search"),
        ("co2e_kg", 5000, "search"),
    }
    apart = [["", "Training", "Inference"], ["", "Energy (kWh)", "Energy (kWh)"], ["FooNet", "50", "20"]]
    assert spent(apart, "Table 2: Energy of training and inference.", 2) == {("energy_kwh", 50, "training")}
    for caption in ("Table 2: Energy.", "Table 2: Energy of training and inference."):
        assert spent([["Model", "Energy (kWh)"], ["FooNet", "50"]], caption) == set()
    assert spent([["Model", "Energy (kWh)", "GPU-hours"], ["FooNet", "50", "9"]], "Table 2: Energy.") == {
        ("energy_kwh", 50, "training")
    }


def test_costs_of_data_are_no_costs_of_training() -> None:
    rows = [["Model", "Cost ($)"], ["FooNet", "300"]]
    assert spent(rows, "Table 2: Cost of training.") == {("cost_usd", 300, "training")}
    assert spent(rows, "Table 2: Cost of annotating what we train on.") == set()
    assert spent(rows, "Table 2: Training datasets.") == set()


def test_sums_over_several_trainings_are_none() -> None:
    rows = [["Models", "Training cost ($)"], ["1", "50"], ["24", "1200"], ["4789", "240k"]]
    assert spent(rows) == {("cost_usd", 50, "training")}
    for name, read in (("Total", False), ("All models", False), ("Mean", False), ("Mean Teacher", True)):
        assert bool(spent([["Model", "Training cost ($)"], [name, "50"]])) is read


def test_the_data_centres_overhead_is_counted_where_a_table_has_it() -> None:
    rows = [["Model", "CO2eq emissions", "CO2eq emissions × PUE"], ["FooNet", "20 tonnes", "24 tonnes"]]
    assert spent(rows) == {("co2e_kg", 24e3, "training")}


def test_units_that_are_guesses_and_net_emissions_say_so() -> None:
    for header, cell, note in (
        ("CO2e (tons)", "14", ReadingNote.TON_AS_METRIC),
        ("CO2e", "14 tons", ReadingNote.TON_AS_METRIC),
        ("CO2e (metric tons)", "14", None),
        ("Net tCO2e", "14", ReadingNote.NET_OF_CLEAN_ENERGY),
    ):
        rows = [["Model", header], ["FooNet", cell]]
        table = PageTable(1, "Table 1", "Training.", (0, 0, 9, 9), [cells(r, i) for i, r in enumerate(rows)], 1)
        figures = find_in_table(table, Ownership(frozenset(("foonet",)), frozenset()), HARDWARE)
        assert [(f.value, f.notes) for f in figures] == [(14e3, (Coded(note),) if note else ())]
