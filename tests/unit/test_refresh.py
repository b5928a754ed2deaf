"""Refresh: what a run may be asked for and may assume, and the compute of observations given whole."""

import math
from dataclasses import asdict
from pathlib import Path

import pytest

from schemas.codes import Coded, has
from schemas.codes.compute import NOT_FOR_FITS, ComputeFlag
from schemas.rows import from_record
from schemas.rows.claims import Result
from schemas.rows.compute import ComputeEstimate
from schemas.rows.sources import HandReadObservation
from schemas.tables import TABLES
from tasks.compute.methods import ComputeAssumptions
from tasks.compute.rows import RefusedEstimate
from tasks.costs.assumptions import load_assumptions, load_choices
from tasks.load.source_rows import load_rows
from tasks.reference.hardware import by_slug, load_hardware
from tasks.refresh.assumed import assumed, known_series, series_of
from tasks.refresh.compute import estimate_compute, estimate_observation, trained_models
from tasks.refresh.joined import SOURCE_ORDER, join_observations
from tasks.refresh.scope import of_scope
from tests.defect_rows import estimates
from tests.unit.rows import candidates, good_row
from warehouse.connection import connect, migrate
from warehouse.rows import records as rows_of

HARDWARE = by_slug(load_hardware())


# --- what a run is about


def test_all_series_where_none_is_named():
    assert series_of([]) == known_series()
    assert {"imagenet-1k", "coco", "squad-1.1", "wmt14-en-fr"} <= set(known_series())


@pytest.mark.parametrize(
    ("names", "series"),
    [
        (["coco"], ["coco"]),
        (["coco-val"], ["coco"]),
        (["coco-val", "coco-test-dev", "coco"], ["coco"]),
        (["squad-1.1-dev", "imagenet-1k"], ["imagenet-1k", "squad-1.1"]),
    ],
)
def test_benchmarks_and_series_both_name_a_series(names, series):
    assert series_of(names) == series


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["imagenet"], r"imagenet; did you mean .*imagenet-1k"),
        (["coco", "nonsense"], "nonsense; known are .*imagenet-1k"),
        ([""], "; known are .*imagenet-1k"),
        (["COCO"], r"COCO; did you mean coco\b"),
    ],
)
def test_an_unknown_benchmark_is_named_with_what_may_be_meant(names, told):
    with pytest.raises(ValueError, match=f"unknown benchmark: {told}"):
        series_of(names)


# --- what a run assumes


def test_nothing_given_is_the_default():
    assert assumed({}).compute == ComputeAssumptions()
    assert assumed({}).overrides == {}


def test_overrides_go_to_compute_or_to_costs():
    given = assumed({"compute_utilisation": 0.5, "compute_utilisation_upper": 1, "pue": 1.1})
    assert (given.compute.utilisation, given.compute.utilisation_upper) == (0.5, 1.0)
    assert given.compute.utilisation_lower == ComputeAssumptions().utilisation_lower
    assert given.overrides == {"pue": 1.1, "compute_utilisation": (0.5, ComputeAssumptions().utilisation_lower, 1.0)}


def test_what_is_overridden_about_compute_is_published_as_the_run_assumed_it():
    given = assumed({"compute_utilisation_lower": 0.2, "compute_reported_range": 2})
    numbers = load_assumptions(overrides=given.overrides)
    a = numbers["compute_utilisation"]
    usual = ComputeAssumptions()
    assert (a.value, a.lower, a.upper, a.is_given) == (usual.utilisation, 0.2, usual.utilisation_upper, True)
    assert numbers["compute_reported_range"].value == 2
    assert numbers["utilisation"] == load_assumptions()["utilisation"]


def test_each_default_about_compute_is_a_row_of_the_table():
    rows = {n.removeprefix("compute_"): a for n, a in load_assumptions().items() if n.startswith("compute_")}
    ends = {f"utilisation_{end}": getattr(rows["utilisation"], end) for end in ("lower", "upper")}
    assert asdict(ComputeAssumptions()) == {n: a.value for n, a in rows.items()} | ends


@pytest.mark.parametrize(
    "overrides",
    [
        {"compute_luck": 1.0},
        {"compute_utilisation": 0.05},
        {"compute_utilisation": 0},
        {"compute_utilisation": -0.3},
        {"compute_utilisation": math.nan},
        {"compute_utilisation": math.inf},
        {"compute_utilisation": "0.3"},
        {"compute_utilisation": None},
        {"compute_utilisation": True},
        {"utilization": 0.3},
        {"pue": -1.0},
    ],
)
def test_an_assumption_that_is_none_is_refused(overrides):
    with pytest.raises(ValueError, match=next(iter(overrides))):
        assumed(overrides)


# --- main models


def own(paper: str, model: str, value: float, **changes) -> Result:
    known = {"benchmark": "imagenet-1k", "metric": "top1_accuracy", "is_own": True, "is_ensemble": False}
    known |= {"confidence": 0.9, "result_id": model, "paper_id": paper, "model": model, "model_key": model.lower()}
    return from_record(Result, good_row("core_results", value=value, **(known | changes)))


def test_the_main_model_has_the_best_own_result_on_each_data_set():
    results = [own("p", "A", 70.0), own("p", "B", 80.0), own("p", "C", 95.0, benchmark="cifar-10"), own("q", "C", 60.0)]
    found = trained_models(results)
    assert found == trained_models(results[::-1])
    assert [(m.model, m.training_set, m.is_main) for m in found["p"]] == [
        ("C", "cifar", True),
        ("B", "imagenet-1k", True),
        ("A", "imagenet-1k", False),
    ]
    assert [m.model_key for m in found["q"]] == ["c"]


def test_more_data_of_a_result_are_its_models():
    results = [
        own("p", "A", 88.0, extra_data="JFT-300M"),
        own("p", "B", 85.0, extra_data="our photos"),
        own("p", "C", 80.0, extra_data=None),
    ]
    assert [(m.model, m.more_data) for m in trained_models(results)["p"]] == [("A", "jft"), ("B", "?"), ("C", "")]


def test_a_model_names_the_network_of_others_that_it_is_or_ends_in():
    """BN-GoogLeNet stands beside GoogLeNet [20] in Inception-v3's table 3 (arXiv 1512.00567)."""
    results = [
        *(own("p", model, 75.0) for model in ("bn-googlenet", "resnet-50", "resnet-50-b", "inception-v2")),
        *(own("p", model, 71.0, result_id=f"their {model}", is_own=False) for model in ("googlenet", "resnet-50", "b")),
        own("q", "v2", 75.0, is_own=False),
    ]
    credited = {m.model: m.credited for m in trained_models(results)["p"]}
    assert credited == {"bn-googlenet": "googlenet", "resnet-50": "resnet-50", "resnet-50-b": "", "inception-v2": ""}


@pytest.mark.parametrize(
    "changes",
    [{"is_own": False}, {"is_ensemble": True}, {"metric": "top5_accuracy"}, {"benchmark": "imagenet-1k-test"}],
)
def test_results_that_do_not_count_make_no_model(changes):
    found = trained_models([own("p", "A", 70.0), own("p", "B", 99.0, **changes)])
    assert [m.model for m in found["p"]] == ["A"]
    assert trained_models([own("p", "B", 99.0, **changes)]) == {}


# --- observations given whole

INPUTS = ("training_flop", "stated_training_flop", "hardware", "chips", "duration_hours", "forward_ops")
INPUTS += ("compute_scope", "compute_bound", "teacher", "hardware_burden_flop", "chip_hours")
INPUTS += ("forward_ops_unit", "examples", "epochs", "parameters", "tokens", "compute_confidence")


def whole(method: str, **inputs) -> dict:
    return good_row("raw_observations", **dict.fromkeys(INPUTS), method=method, model="ResNet-50") | inputs


def estimated(method: str, **inputs) -> ComputeEstimate | RefusedEstimate:
    row = from_record(HandReadObservation, whole(method, **inputs))
    return estimate_observation(row, HARDWARE, ComputeAssumptions())


@pytest.mark.parametrize(
    ("method", "inputs", "flop"),
    [
        ("reported", {"stated_training_flop": 2.3e19}, 2.3e19),
        (
            "operation_count",
            {"forward_ops": 4e9, "forward_ops_unit": "multiply_add", "examples": 1.28e6, "epochs": 90.0},
            2 * 4e9 * 3 * 1.28e6 * 90,
        ),
        ("operation_count", {"parameters": 1e9, "tokens": 2e10}, 6 * 1e9 * 2e10),
        ("third_party", {"training_flop": 3e20, "compute_confidence": "Likely"}, 3e20),
        ("hardware_time", {"hardware_burden_flop": 1.4e20}, 1.4e20 * ComputeAssumptions().utilisation),
        (
            "hardware_time",
            {"hardware": "tpu-v3", "chip_hours": 960.0},
            960 * 3600 * 1.23e14 * ComputeAssumptions().utilisation,
        ),
    ],
)
def test_the_row_s_own_method_gives_its_compute(method, inputs, flop):
    row = estimated(method, **inputs)
    assert isinstance(row, ComputeEstimate)
    assert (row.method, row.is_preferred, row.model_key) == (method, True, "resnet50")
    assert row.training_flop == pytest.approx(flop)
    assert row.training_flop_lower <= row.training_flop <= row.training_flop_upper
    assert row.evidence_ids == "result_id-1" and row.basis


def test_a_stated_product_of_chips_peak_and_time_has_the_range_of_hardware_time():
    """GNMT + RL in Vaswani et al. 2017: 1.4e20 is training time x GPUs x their rate, and no count of operations."""
    row, usual = estimated("hardware_time", hardware_burden_flop=1.4e20), ComputeAssumptions()
    assert row.hardware_burden_flop == 1.4e20
    assert row.own_range == pytest.approx((1.4e20 * usual.utilisation_lower, 1.4e20 * usual.utilisation_upper))


def test_chip_hours_are_no_run_of_one_chip():
    row = estimated("hardware_time", hardware="tpu-v3", chip_hours=960.0)
    assert (row.chips, row.duration_hours) == (None, None)


@pytest.mark.parametrize(
    ("said", "flag"),
    [
        ({"compute_scope": "finetuning"}, ComputeFlag.BASE_LEFT_OUT),
        ({"compute_scope": "pretraining", "teacher": "BERT-Base"}, ComputeFlag.DISTILLED),
        ({"compute_scope": "pretraining", "compute_bound": "upper"}, ComputeFlag.BOUND_ONLY),
    ],
)
def test_what_a_row_leaves_out_keeps_it_out_of_the_fits(said, flag):
    row = estimated("reported", stated_training_flop=2e19, **said)
    assert row.compute_scope == said["compute_scope"]
    assert has(row.flags, flag) and flag in NOT_FOR_FITS


@pytest.mark.parametrize(
    ("asked", "is_used"),
    [
        ("any", {"pretraining", "whole", None}),
        ("pretraining", {"pretraining"}),
        ("whole", {"whole"}),
        ("finetuning", {"finetuning"}),
        ("student", {"student"}),
    ],
)
def test_fits_use_compute_of_the_scope_that_is_asked(asked, is_used):
    scope = assumed({"compute_scope": asked}).scope
    flags = {"finetuning": ComputeFlag.BASE_LEFT_OUT, "student": ComputeFlag.DISTILLED}
    counted = ["pretraining", "whole", "finetuning", "student", None]
    rows = estimates(
        *(
            {
                "model": f"Net {counts}",
                "compute_scope": counts,
                "flags": tuple(map(Coded.of, filter(None, [flags.get(counts)]))),
            }
            for counts in counted
        )
    )
    assert {e.compute_scope for e in of_scope(rows, scope) if not has(e.flags, *NOT_FOR_FITS)} == is_used


@pytest.mark.parametrize("asked", ["any", "whole", "student", "pretraining"])
def test_of_a_models_figures_that_of_the_scope_is_preferred(asked):
    student = {"model": "Net", "compute_scope": "student", "is_preferred": False}
    rows = estimates(student, {"model": "Net", "compute_scope": "whole"}, {"model": "Other", "compute_scope": "whole"})
    preferred = {e.model: e.compute_scope for e in of_scope(rows, asked) if e.is_preferred}
    assert preferred == {"Net": "student" if asked == "student" else "whole", "Other": "whole"}


def test_a_scope_that_is_none_is_refused_and_one_given_is_published():
    with pytest.raises(ValueError, match="compute_scope"):
        assumed({"compute_scope": "part"})
    assert load_choices(overrides=assumed({"compute_scope": "whole"}).overrides)["compute_scope"].choice == "whole"


def test_a_file_s_figure_counts_only_for_a_third_party():
    inputs = {"training_flop": 1e25, "stated_training_flop": 2e19}
    assert estimated("reported", **inputs).training_flop == 2e19


@pytest.mark.parametrize(
    ("method", "inputs"),
    [
        ("reported", {}),
        ("hardware_time", {"hardware": "nvidia-v100", "chips": 8.0}),
        ("hardware_time", {"hardware": "abacus", "chips": 8.0, "duration_hours": 10.0}),
        ("operation_count", {"forward_ops": 4e9, "forward_ops_unit": "flop"}),
        ("reported", {"stated_training_flop": 12.0}),  # no training run
        ("third_party", {"training_flop": None}),
        ("reported", {"parameters": 1e9, "tokens": 2e10}),
    ],
)
def test_a_row_whose_inputs_do_not_carry_its_method_is_refused(method, inputs):
    row = estimated(method, **inputs)
    assert isinstance(row, RefusedEstimate) and row.doubt["method"] == method


def test_a_teacher_is_counted_in_beside_the_student_and_a_second_refresh_changes_nothing():
    student = whole("reported", stated_training_flop=1e19, compute_scope="pretraining", teacher="BERT-Base")
    teacher = whole("reported", stated_training_flop=6e19, compute_scope="pretraining")
    rows = [
        {**row, "source_id": "reference", "paper_id": model, "model": model, "result_id": model}
        for model, row in (("DistilBERT", student), ("BERT-Base", teacher))
    ]
    with connect(Path(":memory:")) as con:
        migrate(con)
        load_rows(con, "reference", candidates({"raw_observations": rows}))
        for _ in range(2):
            estimate_compute(con, ComputeAssumptions())
            found = rows_of(con, "core_compute_estimates")
            told = {(r["model"], r["compute_scope"], r["training_flop"], r["is_preferred"]) for r in found}
            assert len(found) == len(told) and told == {
                ("BERT-Base", "pretraining", 6e19, True),
                ("DistilBERT", "pretraining", 1e19, False),
                ("DistilBERT", "whole", 7e19, True),
            }


def test_doubted_rows_are_quarantined_and_the_rest_goes_on():
    rows = [
        whole("reported", result_id="good", stated_training_flop=2e19, benchmark="imagenet-1k", metric="top1_accuracy"),
        whole("reported", result_id="bad"),
    ]
    rows = [{**r, "source_id": "reference", "paper_id": r["result_id"]} for r in rows]
    with connect(Path(":memory:")) as con:
        migrate(con)
        load_rows(con, "reference", candidates({"raw_observations": rows}))
        for _ in range(2):  # a second refresh changes nothing
            counts = estimate_compute(con, ComputeAssumptions()) + join_observations(con)
            assert counts["core_compute_estimates"] == counts["core_observations"] == 1
            assert counts["quarantined from core_compute_estimates"] == 1
            (refused,) = rows_of(con, "core_quarantine")
            assert (refused["check_name"], refused["paper_id"]) == ("unambiguous", "bad")
        has_compute = {r["paper_id"]: r["has_compute"] for r in rows_of(con, "out_papers")}
        assert has_compute == {"good": True, "bad": False}


# --- what structured sources give


def test_compute_and_accuracy_of_two_sources_meet_in_the_warehouse():
    title = "Deep Residual Learning for Image Recognition"
    model = dict.fromkeys(c.name for c in TABLES["raw_models"].columns)
    model |= {"model_row_id": "m1", "source_id": "epoch", "source_table": "notable_ai_models", "year": 2015}
    model |= {"model": "ResNet-152 (ImageNet)", "model_key": "resnet152imagenet", "training_flop": 1e19, "quote": "q"}
    model |= {"paper_id": "1512.03385", "compute_confidence": "Confident"}
    score = good_row("raw_scores", source_id="papers-with-code", model="ResNet-152", model_key="resnet152", value=78.57)
    score |= {"benchmark": "imagenet-1k", "metric": "top1_accuracy", "paper_id": "1512.03385", "is_ensemble": None}
    score |= {"year": 2015, "paper_title": title, "test_protocol": None, "note": None, "quote": "PwC: 78.57%"}
    with connect(Path(":memory:")) as con:
        migrate(con)
        load_rows(con, "epoch", candidates({"raw_models": [model]}))
        load_rows(con, "papers-with-code", candidates({"raw_scores": [score]}))
        estimate_compute(con, ComputeAssumptions())
        join_observations(con)
        (row,) = rows_of(con, "out_observations")
        papers = rows_of(con, "out_papers")
    assert (row["join_rule"], row["in_fit"], row["training_flop"]) == ("same_paper_and_name", True, 1e19)
    assert (row["title"], row["accuracy_quote"], row["compute_quote"]) == (title, "PwC: 78.57%", "q")
    assert papers == []  # nobody read the paper


def test_sources_that_one_trusts_most_come_first():
    assert SOURCE_ORDER.index("reference") < SOURCE_ORDER.index("folder") < SOURCE_ORDER.index("arxiv")
    assert SOURCE_ORDER.index("arxiv") < SOURCE_ORDER.index("study-data") < SOURCE_ORDER.index("epoch-benchmarks")
    assert SOURCE_ORDER[-2:] == ("papers-with-code", "epoch")
