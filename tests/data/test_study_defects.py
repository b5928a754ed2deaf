"""The rules for defects on the rows in which the study's defects were found (skipped where its data are absent)."""

from typing import Any

import pandas as pd
import pytest

from tasks.defects import (
    copied_compute,
    count_in_rate,
    digits_swapped,
    ensemble_with_single_compute,
    filled_series,
    flop_or_multiply_add,
    search_as_training,
    two_computes,
)
from tasks.names.keys import model_key
from tasks.sources.study_data import FLOP_PER_GFLOP, StudyRow
from tests.study import read_points
from tools.compare_study import POINTS, STUDY, study_peaks, study_rows

pytestmark = pytest.mark.skipif(not STUDY.exists(), reason="the study's data are not on this machine")

SOURCE = {"source_id": "study"}


def points() -> pd.DataFrame:
    """The points of 2020 as estimates, in the study's order; each model has its own paper, few have a name."""
    rows = [
        {
            "estimate_id": f"point {i}",
            "paper_id": p["model"] or f"paper {i}",
            "model": p["model"] or None,
            "model_key": model_key(p["model"]),
            "training_flop": float(p["hardware_burden_gflop"]) * FLOP_PER_GFLOP,
            "benchmark": p["benchmark"],
            "quote": None,
            **SOURCE,
        }
        for i, p in enumerate(read_points(POINTS))
    ]
    return pd.DataFrame(rows)


def runs(rows: list[StudyRow]) -> pd.DataFrame:
    """Rows of 2022 with GPUs, number and time of their training, as estimates by hardware and time."""
    peaks = study_peaks()
    found: list[dict[str, Any]] = []
    for row in rows:
        phase = row.phases[0]
        for units in phase.units:
            if units.amount and units.name and phase.duration_seconds and row.hardware_burden_flop:
                found.append(
                    {
                        "estimate_id": f"{row.benchmark} {row.line}",
                        "paper_id": f"paper of {row.model}",
                        "model": row.model,
                        "model_key": model_key(row.model),
                        "method": "hardware_time",
                        "training_flop": row.hardware_burden_flop,
                        "hardware": peaks.slug(units.name),
                        "chips": units.amount,
                        "duration_hours": round(phase.duration_seconds / 3600),
                        "quote": None,
                        **SOURCE,
                    }
                )
    return pd.DataFrame(found)


def of_model(rows: list[StudyRow], name: str) -> StudyRow:
    (row,) = [r for r in rows if r.model == name]
    return row


def test_senets_compute_is_nasnets() -> None:
    named = points().query("model.notna()")
    assert {f.model for f in copied_compute(named)} == {"NASNetA (6@4032)", "SENet"}


def test_equal_runs_of_two_papers_are_no_copy() -> None:
    """DiCENet and Perona Malik both had four GTX 1080 Ti for three days."""
    assert copied_compute(runs(study_rows())) == []


def test_hrnets_seven_rows_were_filled_down() -> None:
    for_coco = points().query("benchmark == 'MS COCO'")
    found = filled_series(for_coco)
    by_id = for_coco.set_index("estimate_id")["training_flop"]
    assert [round(by_id[f.row_id] / 203.4e15) for f in found] == [74, 75, 76, 77, 78, 79, 80]


def test_no_series_elsewhere() -> None:
    assert filled_series(points().query("benchmark != 'MS COCO'")) == []
    assert filled_series(runs(study_rows())) == []


def test_nasnets_training_is_its_search() -> None:
    """Zoph et al. (1707.07012): 500 GPUs and 4 days of search on CIFAR-10, which the study books as training."""
    trained = runs(study_rows())
    trained.loc[trained["model"] == "NASNET-A(6)", "paper_id"] = "1707.07012"
    claims = pd.DataFrame(
        [
            {"paper_id": "1707.07012", "phase": "search", "field": "chips", "number": 500.0},
            {"paper_id": "1707.07012", "phase": "search", "field": "duration_hours", "number": 96.0},
        ]
    )
    assert [f.model for f in search_as_training(trained, claims)] == ["NASNET-A(6)"]


def test_accuracies_of_seven_and_of_six_networks_stand_beside_the_compute_of_one() -> None:
    estimates = points().query("benchmark == 'ImageNet'")
    results = estimates.assign(result_id=estimates["estimate_id"])
    found = ensemble_with_single_compute(results, estimates)
    assert {f.model for f in found} == {"ZFNet ens", "AlexNet 7CNNs"}


def test_rates_of_the_study_are_rates() -> None:
    """The count typed as a rate ("32/8/128") stands in a benchmark that is not here; it is put in by hand."""
    units = [u for row in study_rows() for p in row.phases for u in p.units if u.typed_peak]
    rates = pd.DataFrame(
        {
            "disclosure_id": [f"rate {i}" for i in range(len(units))],
            "field": "peak_flop_per_s",
            "raw_value": [u.typed_peak for u in units],
            "number": [u.peak_flop_per_s for u in units],
        }
    )
    assert len(rates) > 150
    assert count_in_rate(rates) == []
    rates.loc[0, ["raw_value", "number"]] = ["32/8/128", None]
    assert [f.row_id for f in count_in_rate(rates)] == ["rate 0"]


def test_bert_has_two_computes() -> None:
    """One Cloud TPU for four days in 2020, sixteen in 2022: 1.45e20 and 2.32e21 FLOP."""
    rows = [
        {
            "estimate_id": year,
            "paper_id": "1810.04805",
            "model": "BERT",
            "model_key": "bert",
            "method": "hardware_time",
            "training_flop": flop,
            "quote": None,
            **SOURCE,
        }
        for year, flop in (
            ("2020", points().query("benchmark == 'SQuAD 1.1'")["training_flop"].iloc[3]),
            ("2022", of_model(study_rows(), "BERT (single model)").hardware_burden_flop),
        )
    ]
    assert [f.row_id for f in two_computes(pd.DataFrame(rows))] == ["2020", "2022"]


def scores(rows: list[StudyRow]) -> pd.DataFrame:
    found = [
        {
            "result_id": f"{r.benchmark} {r.line}",
            "paper_id": f"paper {r.line}",
            "model": r.model,
            "model_key": model_key(r.model),
            "benchmark": r.benchmark,
            "metric": "score",
            "value": r.score,
        }
        for r in rows
        if r.score is not None
    ]
    return pd.DataFrame(found)


def test_nasnets_digits_changed_over() -> None:
    """.872 for .827: put in by hand beside the row of 2022, which has it right."""
    right = scores(study_rows())
    assert digits_swapped(right) == []
    again = right[right["model"] == "NASNET-A(6)"].assign(result_id="2020", paper_id="elsewhere", value=87.2)
    found = digits_swapped(pd.concat([right, again], ignore_index=True))
    assert {f.model for f in found} == {"NASNET-A(6)"} and "2020" in {f.row_id for f in found}


def test_multiply_adds_typed_as_flop() -> None:
    """ResNet-152: 1.13e10 multiply-adds on two rows, and on ECA-Net's and ScaleNet's as much typed as FLOP."""
    rows = study_rows()
    typed = [r for r in rows if "152" in r.model and (r.flops or r.multiply_adds)]
    claims = pd.DataFrame(
        [
            {
                "disclosure_id": r.model,
                "paper_id": f"paper {r.line}",
                "model": "ResNet-152",
                "model_key": "resnet152",
                "field": "forward_ops",
                "number": r.flops or r.multiply_adds,
                "forward_ops_unit": "flop" if r.flops else "multiply_add",
                "quote": "",
            }
            for r in typed
        ]
    )
    found = {f.row_id for f in flop_or_multiply_add(claims)}
    assert {"ECA-Net (ResNet-152)", "ScaleNet-152"} <= found
    assert "ResNet-152" not in found
