"""The training that a model rests on: what of teachers and base models is counted in, and what is left as not known."""

from typing import Any

import pytest

from schemas.codes import Coded, has
from schemas.codes.compute import NOT_FOR_FITS, ComputeFlag
from schemas.rows.compute import ListedEstimate
from tasks.compute.origins import with_origins
from tasks.names.distillation import teacher_in
from tests.defect_rows import estimates

ORDER = ("reference", "folder", "epoch")
LEFT = Coded.of(ComputeFlag.BASE_LEFT_OUT)
TAUGHT = Coded.of(ComputeFlag.DISTILLED)


def further(base: str) -> tuple[Coded[ComputeFlag], ...]:
    return Coded.of(ComputeFlag.TRAINED_FURTHER, base_model=base), LEFT


def wholes(*rows: dict[str, Any], teachers: dict[tuple[str, str], str] | None = None) -> list[ListedEstimate]:
    """The rows that count another training in."""
    found = with_origins(estimates(*rows), teachers or {}, ORDER)
    return [e for e in found if has(e.flags, ComputeFlag.BASE_ADDED, ComputeFlag.TEACHER_ADDED)]


def test_a_base_model_is_added_with_its_range_and_named() -> None:
    base = {"model": "Llama", "training_flop": 1e23, "source_id": "epoch"}
    tuned = {"model": "Alpaca", "training_flop": 1e20, "flags": further("Llama"), "compute_scope": "finetuning"}
    before = estimates(base, tuned)
    after = with_origins(before, {}, ORDER)
    own, whole = after[1:]
    assert (after[0], own.is_preferred, own.flags, own.training_flop) == (before[0], False, before[1].flags, 1e20)
    assert (whole.is_preferred, whole.compute_scope, whole.evidence_ids) == (True, "whole", own.evidence_ids)
    assert whole.training_flop == pytest.approx(1.001e23)
    assert whole.training_flop_lower == pytest.approx(1.001e23 / 1.5)
    assert not has(whole.flags, *NOT_FOR_FITS)
    (flag,) = (f for f in whole.flags if f.code is ComputeFlag.BASE_ADDED)
    assert (flag["model"], flag["estimate_id"]) == ("Llama", before[0].estimate_id)
    assert before[0].estimate_id in whole.basis and whole.estimate_id not in {e.estimate_id for e in before}


@pytest.mark.parametrize(
    ("name", "teachers"),
    [
        ("Tiny (w/ Big-50 teacher)", {}),
        ("Tiny", {("p", "tiny"): "Big-50"}),
    ],
)
def test_a_teacher_is_told_by_the_name_or_the_source(name: str, teachers: dict[tuple[str, str], str]) -> None:
    big = {"model": "Big-50", "training_flop": 3e19}
    tiny = {"model": name, "training_flop": 1e19, "flags": (TAUGHT,), "compute_scope": "student"}
    (whole,) = wholes(big, tiny, teachers=teachers)
    assert whole.training_flop == pytest.approx(4e19)
    assert has(whole.flags, ComputeFlag.TEACHER_ADDED)


@pytest.mark.parametrize(
    ("name", "other"),
    [("DistilBERT", "BERT-Base"), ("RetinaNet-101-800", "ResNet-101"), ("R-FCN", "ResNet-101 (ImageNet)")],
)
def test_the_register_names_what_sources_leave_out(name: str, other: str) -> None:
    flag = TAUGHT if name == "DistilBERT" else LEFT
    (whole,) = wholes({"model": other, "training_flop": 3e19}, {"model": name, "training_flop": 1e19, "flags": (flag,)})
    assert whole.training_flop == pytest.approx(4e19)


@pytest.mark.parametrize(
    "rows",
    [
        [{"model": "Alpaca", "flags": further("Llama")}],
        [{"model": "Llama"}, {"model": "Alpaca", "flags": (LEFT,)}],
        [{"model": "Llama"}, {"model": "Alpaca", "flags": further("Llama,CLIP")}],
        [{"model": "Llama"}, {"model": "Alpaca", "flags": (*further("Llama"), TAUGHT)}],
        [{"model": "Llama", "compute_scope": "finetuning"}, {"model": "Alpaca", "flags": further("Llama")}],
        [{"model": "Llama", "flags": (LEFT,)}, {"model": "Alpaca", "flags": further("Llama")}],
        [
            {"model": "Llama", "flags": (Coded.of(ComputeFlag.FIGURES_FAR_APART, ratio=9.0),)},
            {"model": "Alpaca", "flags": further("Llama")},
        ],
        [{"model": "Llama"}, {"model": "Alpaca", "flags": further("Llama"), "is_preferred": False}],
        [{"model": "Llama"}, {"model": "Alpaca", "flags": further("Llama")[:1]}],
    ],
)
def test_what_is_not_surely_known_is_not_added(rows: list[dict[str, Any]]) -> None:
    assert with_origins(estimates(*rows), {}, ORDER) == estimates(*rows)


def test_all_base_models_are_added() -> None:
    bases = [{"model": "Llama", "training_flop": 2e20}, {"model": "CLIP", "training_flop": 1e20}]
    (whole,) = wholes(*bases, {"model": "Eye", "training_flop": 1e19, "flags": further("Llama,CLIP")})
    assert whole.training_flop == pytest.approx(3.1e20)


def test_the_figure_of_the_same_source_is_added_else_that_of_the_most_trusted() -> None:
    figures = [
        {"model": "Llama", "training_flop": flop, "source_id": source}
        for source, flop in (("epoch", 1e20), ("folder", 2e20), ("reference", 3e20))
    ]
    tuned = {"model": "Alpaca", "training_flop": 1e18, "flags": further("Llama")}
    (same,) = wholes(*figures, tuned | {"source_id": "epoch"})
    (trusted,) = wholes(*figures, tuned | {"source_id": "study-data"})
    assert (same.training_flop, trusted.training_flop) == (pytest.approx(1.01e20), pytest.approx(3.01e20))


@pytest.mark.parametrize(
    ("name", "teacher"),
    [
        ("ResNet-18 (PAD-L2 w/ ResNet-34 teacher)", "ResNet-34"),
        ("Tiny with a Big Net teacher", "Big Net"),
        ("DistilFoo", ""),
        ("Teacher forcing RNN", ""),
    ],
)
def test_teachers_in_names(name: str, teacher: str) -> None:
    assert teacher_in(name) == teacher
