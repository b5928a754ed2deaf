"""The rules for defects on the rows in which the study's defects were found (skipped where its data are absent)."""

from dataclasses import replace
from typing import Any

import pytest

from schemas.rows.compute import ListedEstimate
from tasks.defects.of_accuracy import digits_swapped, ensemble_with_single_compute
from tasks.defects.of_compute import copied_compute, filled_series, search_as_training, two_computes
from tasks.defects.of_disclosures import PrintedOperations, count_in_rate, flop_or_multiply_add
from tasks.match.accuracy import Accuracy
from tasks.sources.study_file import FLOP_PER_GFLOP, StudyRow
from tests.defect_rows import disclosures, estimates, results, swaps_of
from tests.study import read_points
from tools.compare_study import POINTS, STUDY, study_peaks, study_rows

pytestmark = pytest.mark.skipif(not STUDY.exists(), reason="the study's data are not on this machine")

SOURCE = {"source_id": "study"}


def points(benchmark: str | None = None) -> list[ListedEstimate]:
    """The points of 2020 as estimates, in the study's order; each model has its own paper, few have a name."""
    return estimates(
        *(
            {
                "estimate_id": f"point {i}",
                "paper_id": p["model"] or f"paper {i}",
                "model": p["model"] or "",
                "training_flop": float(p["hardware_burden_gflop"]) * FLOP_PER_GFLOP,
                **SOURCE,
            }
            for i, p in enumerate(read_points(POINTS))
            if benchmark in (None, p["benchmark"])
        )
    )


def runs(rows: list[StudyRow]) -> list[ListedEstimate]:
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
                        "method": "hardware_time",
                        "training_flop": row.hardware_burden_flop,
                        "hardware": peaks.slug(units.name),
                        "chips": units.amount,
                        "duration_hours": float(round(phase.duration_seconds / 3600)),
                        **SOURCE,
                    }
                )
    return estimates(*found)


def of_model(rows: list[StudyRow], name: str) -> StudyRow:
    (row,) = [r for r in rows if r.model == name]
    return row


def test_senets_compute_is_nasnets() -> None:
    named = [e for e in points() if e.model]
    assert {d.model for d in copied_compute(named)} == {"NASNetA (6@4032)", "SENet"}


def test_equal_runs_of_two_papers_are_no_copy() -> None:
    """DiCENet and Perona Malik both had four GTX 1080 Ti for three days."""
    assert copied_compute(runs(study_rows())) == []


def test_hrnets_seven_rows_were_filled_down() -> None:
    for_coco = points("MS COCO")
    flop = {e.estimate_id: e.training_flop for e in for_coco}
    assert [round(flop[d.row_id] / 203.4e15) for d in filled_series(for_coco)] == [74, 75, 76, 77, 78, 79, 80]


def test_no_series_elsewhere() -> None:
    coco = {e.estimate_id for e in points("MS COCO")}
    assert filled_series([e for e in points() if e.estimate_id not in coco]) == []
    assert filled_series(runs(study_rows())) == []


def test_nasnets_training_is_its_search() -> None:
    """Zoph et al. (1707.07012): 500 GPUs and 4 days of search on CIFAR-10, which the study books as training."""
    trained = [replace(e, paper_id="1707.07012") if e.model == "NASNET-A(6)" else e for e in runs(study_rows())]
    searched = disclosures(
        {"paper_id": "1707.07012", "phase": "search", "field": "chips", "number": 500.0},
        {"paper_id": "1707.07012", "phase": "search", "field": "duration_hours", "number": 96.0},
    )
    assert [d.model for d in search_as_training(trained, searched)] == ["NASNET-A(6)"]


def test_accuracies_of_seven_and_of_six_networks_stand_beside_the_compute_of_one() -> None:
    for_imagenet = points("ImageNet")
    accuracies = results(
        *({"result_id": e.estimate_id, "model": e.model, "paper_id": e.paper_id, **SOURCE} for e in for_imagenet)
    )
    found = ensemble_with_single_compute(accuracies, for_imagenet)
    assert {d.model for d in found} == {"ZFNet ens", "AlexNet 7CNNs"}


def test_rates_of_the_study_are_rates() -> None:
    """The count typed as a rate ("32/8/128") stands in a benchmark that is not here; it is put in by hand."""
    units = [u for row in study_rows() for p in row.phases for u in p.units if u.typed_peak]
    rates = disclosures(
        *({"field": "peak_flop_per_s", "raw_value": u.typed_peak, "number": u.peak_flop_per_s} for u in units)
    )
    assert len(rates) > 150
    assert count_in_rate(rates) == []
    counted = replace(rates[0], raw_value="32/8/128", number=None)
    assert [d.row_id for d in count_in_rate([counted, *rates[1:]])] == [counted.disclosure_id]


def test_bert_has_two_computes() -> None:
    """One Cloud TPU for four days in 2020, sixteen in 2022: 1.45e20 and 2.32e21 FLOP."""
    by_year = {
        "2020": points("SQuAD 1.1")[3].training_flop,
        "2022": of_model(study_rows(), "BERT (single model)").hardware_burden_flop,
    }
    same = {"paper_id": "1810.04805", "model": "BERT", "method": "hardware_time", **SOURCE}
    rows = estimates(*({"estimate_id": year, "training_flop": flop, **same} for year, flop in by_year.items()))
    assert [d.row_id for d in two_computes(rows)] == ["2020", "2022"]


def scores(rows: list[StudyRow]) -> list[Accuracy]:
    return results(
        *(
            {
                "result_id": f"{r.benchmark} {r.line}",
                "paper_id": f"paper {r.line}",
                "model": r.model,
                "benchmark": r.benchmark,
                "metric": "score",
                "value": r.score,
            }
            for r in rows
            if r.score is not None
        )
    )


def test_nasnets_digits_changed_over() -> None:
    """.872 for .827: put in by hand beside the row of 2022, which has it right."""
    right = scores(study_rows())
    assert digits_swapped(swaps_of(right)) == []
    nasnet = next(a for a in right if a.model == "NASNET-A(6)")
    again = replace(nasnet, result_id="2020", paper_id="elsewhere", value=87.2)
    found = digits_swapped(swaps_of([*right, again]))
    assert {d.model for d in found} == {"NASNET-A(6)"} and "2020" in {d.row_id for d in found}


def test_multiply_adds_typed_as_flop() -> None:
    """ResNet-152: 1.13e10 multiply-adds on two rows, and on ECA-Net's and ScaleNet's as much typed as FLOP."""
    rows = study_rows()
    typed = [r for r in rows if "152" in r.model and (r.flops or r.multiply_adds)]
    found = {d.row_id for d in flop_or_multiply_add(map(_as_resnet_152, typed))}
    assert {"ECA-Net (ResNet-152)", "ScaleNet-152"} <= found
    assert "ResNet-152" not in found


def _as_resnet_152(row: StudyRow) -> PrintedOperations:
    number = row.flops or row.multiply_adds or 0.0
    same = {"model": "ResNet-152", "model_key": "resnet152", "field": "forward_ops"}
    (count,) = disclosures({"disclosure_id": row.model, "paper_id": f"paper {row.line}", "number": number, **same})
    return PrintedOperations(count, number, "flop" if row.flops else "multiply_add")
