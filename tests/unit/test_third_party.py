"""Others' compute: what each kind of row gives, with which range, and what its flags tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import Coded
from schemas.codes.compute import ComputeDoubt, ComputeFlag
from schemas.codes.http import HttpReason
from schemas.rows.compute import ComputeEstimate
from schemas.rows.sources import SourceModel
from tasks.compute.methods import ComputeAssumptions
from tasks.compute.rows import RefusedEstimate, estimate_record
from tasks.compute.third_party import estimate_models
from tasks.http import Copy, Refused
from tasks.load.validate import validate
from tasks.names.keys import model_key
from tasks.sources import study_data
from tasks.sources.addresses import Addresses

A = ComputeAssumptions()
NOTABLE, ALL, STUDY = "notable_ai_models", "all_ai_models", "image-classification-on-imagenet"
PINNED = "8f5b7ac2642c91af"


def model(name: str = "ResNet-152", table: str = NOTABLE, **more) -> SourceModel:
    known = {"source_id": study_data.SOURCE_ID if table == STUDY else "epoch", "source_table": table, "model": name}
    known |= {"model_row_id": f"{table} {name}", "model_key": model_key(name), "quote": "words", "year": 2020}
    return SourceModel(**(known | more))


def estimated(*rows: SourceModel) -> list[ComputeEstimate]:
    """Estimates, each checked to be fit for its table."""
    found = estimate_models(rows, A)
    assert estimate_models(rows[::-1], A) == found
    _, refused = validate(map(estimate_record, found), "core_compute_estimates")
    assert len(refused) == 0, refused["reason"].tolist()
    return found


def flags(row: ComputeEstimate) -> set[ComputeFlag]:
    return {f.code for f in row.flags}


# --- Epoch's figure


@pytest.mark.parametrize(
    ("word", "factor", "flagged"),
    [
        ("Confident", 3, False),
        ("Likely", 10, False),
        ("Speculative", 30, False),
        ("Unknown", 30, True),
        ("Unverified", 30, True),
        (None, 30, True),
    ],
)
def test_the_confidence_word_is_the_range(word, factor, flagged):
    (row,) = estimated(model(training_flop=1e20, compute_confidence=word))
    assert (row.method, row.training_flop, row.is_preferred) == ("third_party", 1e20, True)
    assert row.own_range == pytest.approx((1e20 / factor, 1e20 * factor))
    assert (ComputeFlag.NO_CONFIDENCE in flags(row)) == flagged


def test_own_bounds_stand_before_the_word():
    bounds = {"training_flop_lower": 8e19, "training_flop_upper": 2e20}
    (row,) = estimated(model(training_flop=1e20, compute_confidence="Likely", **bounds))
    assert row.own_range == pytest.approx((8e19, 2e20))
    (turned,) = estimated(model(training_flop=1e20, training_flop_lower=2e20, training_flop_upper=3e20))
    assert turned.own_range[0] == pytest.approx(1e20 / 30)  # bounds that do not hold the figure are none


def test_whose_and_which_row_is_told_with_the_note():
    (row,) = estimated(model(training_flop=1e20, compute_note="8 GPUs\n for 3 days", paper_id="1512.03385"))
    assert row.compute_source == "Epoch AI, notable_ai_models, row 'ResNet-152'"
    assert "8 GPUs for 3 days" in row.basis and "1e+20" in row.basis
    assert (row.paper_id, row.evidence_ids) == ("1512.03385", "notable_ai_models ResNet-152")


def test_a_row_without_a_paper_is_booked_under_its_model_and_one_without_compute_nowhere():
    rows = estimated(model("PolyNet", training_flop=1e19), model("Nothing"))
    assert [(r.paper_id, r.model_key) for r in rows] == [("model:polynet", "polynet")]


def test_the_bracket_tells_the_training_set():
    (row,) = estimated(model("ResNet-152 (ImageNet)", training_flop=1e19))
    assert (row.model_key, row.training_set, row.model) == (
        "resnet152",
        "imagenet-1k",
        "ResNet-152 (ImageNet)",
    )


@pytest.mark.parametrize("flop", [12.0, 1e30])
def test_a_figure_that_no_training_has_is_doubted(flop):
    (row,) = estimate_models([model(training_flop=flop)], A)
    assert isinstance(row, RefusedEstimate) and row.doubt.code is ComputeDoubt.NO_TRAINING_RUN
    _, refused = validate([estimate_record(row)], "core_compute_estimates")
    (reason,) = refused["reason"]
    assert reason.startswith("Epoch AI, notable_ai_models, row 'ResNet-152': ") and "no training run" in reason
    assert refused["reason_code"].tolist() == ["no_training_run"]


def test_a_figure_that_its_source_calls_wrong_is_doubted():
    (row,) = estimate_models([model(training_flop=1e20, compute_confidence="Wrong")], A)
    assert isinstance(row, RefusedEstimate) and row.doubt.code is ComputeDoubt.CALLED_WRONG


# --- two tables of one source


def test_the_curated_table_stands_first_and_agreement_is_left_alone():
    (row,) = estimated(
        model(training_flop=1e20, compute_confidence="Confident"), model(table=ALL, training_flop=1.5e20)
    )
    assert (row.training_flop, row.own_range[1]) == (1e20, pytest.approx(3e20))
    assert "notable_ai_models" in row.compute_source and row.flags == ()
    assert row.evidence_ids.split(" ResNet-152")[0] == NOTABLE


def test_where_the_two_differ_the_range_spans_both_and_the_flag_says_so():
    for other in (1e22, 1e18):
        (row,) = estimated(
            model(training_flop=1e20, compute_confidence="Confident"), model(table=ALL, training_flop=other)
        )
        assert row.training_flop == 1e20
        assert row.training_flop_lower <= other <= row.training_flop_upper
        (flag,) = row.flags
        assert flag.code is ComputeFlag.TABLES_DIFFER and flag["ratio"] == pytest.approx(100)
        assert f"{other:.4g}" in row.basis


def test_a_renamed_row_meets_by_address_and_figure():
    same = {"training_flop": 4.9467e21, "link": "https://arxiv.org/abs/2303.15343"}
    (row,) = estimated(model("SigLIP 400M", **same), model("SigLIP", ALL, **same))
    assert row.model == "SigLIP 400M" and len(row.evidence_ids.split()) > 2


def test_a_figure_that_the_curated_table_no_longer_has_is_flagged():
    (row,) = estimated(model("GPT-4o"), model("GPT-4o", ALL, training_flop=3.8e25))
    assert ComputeFlag.DROPPED in flags(row) and row.training_flop == 3.8e25


def test_names_years_apart_are_two_models():
    rows = estimated(model("Codex", training_flop=1e20, year=2021), model("Codex", ALL, training_flop=1e24, year=2025))
    assert sorted(r.training_flop for r in rows) == [1e20, 1e24]


# --- the study's figures


def test_operations_and_burden_give_two_methods_the_narrower_preferred():
    burden = {"hardware_burden_flop": 1e20, "hardware": "nvidia-v100", "chips": 8.0, "duration_hours": 200.0}
    counted, timed = estimated(model(table=STUDY, network_operations_flop=2e19, **burden))
    assert (counted.method, counted.is_preferred, counted.training_flop) == ("operation_count", True, 2e19)
    assert counted.own_range == pytest.approx((2e19 / 1.5, 2e19 * 1.5))
    assert (timed.method, timed.is_preferred) == ("hardware_time", False)
    assert timed.training_flop == pytest.approx(1e20 * A.utilisation)
    assert timed.own_range[1] == pytest.approx(1e20 * A.utilisation_upper)
    assert (timed.hardware_burden_flop, timed.chips) == (1e20, 8.0)


@pytest.mark.parametrize(
    ("name", "operations", "unit", "burden", "flop", "is_open"),
    [
        ("Swin-L", 1.04e11, "flop", None, 2e20, True),  # what papers call FLOPs
        ("XCiT-L24", 4.18e11, "multiply_add", None, 1e20, False),
        ("ECA-Net (ResNet-152)", 1.08e10, "flop", None, 2e20, False),  # ResNet-152 has 11.4e9 multiply-adds
        ("AA-ResNet-152", 2.38e10, "flop", None, 1e20, False),  # twice that: FLOP
        ("EfficientNetV2-XL", 9.4e10, "flop", 1.1e20, 1e20, False),  # its hardware could not do twice as many
        ("Net", None, None, None, 1e20, False),
    ],
)
def test_flop_or_multiply_adds(name, operations, unit, burden, flop, is_open):
    typed = {"network_operations_flop": 1e20, "forward_ops": operations, "forward_ops_unit": unit}
    row = estimated(model(name, STUDY, **typed, hardware_burden_flop=burden))[0]
    assert row.method == "operation_count" and row.training_flop == flop
    assert (ComputeFlag.UNIT_UNDECIDED in flags(row)) == is_open
    if is_open:
        assert row.training_flop_lower <= 1e20 / 1.5 and row.training_flop_upper >= 3e20


class OneFile:
    """A web that has one file."""

    def __init__(self, path, content: bytes) -> None:
        self.path = path
        path.write_bytes(content)

    def resource(self, url: str, kind: str) -> Copy:
        if self.path.name not in url:
            raise Refused.at(url, HttpReason.STATUS, status="HTTP 404")
        return Copy(url, self.path, "sha", "2026-11-24T02:00:00+00:00", 200, True)


def test_what_a_pass_counts_is_read_in_the_study_s_column(tmp_path):
    header = "name,year,paper_link,title,flops,multiadds,network_operations,hardware_burden,(TOP 1 score)"
    text = f"{header}\n,,,,,,,,\n,,,,,,,,\n,,,,,,,,\nSwin-L,2021,,,1.04E+11,,3.94E+20,,87.3\n"
    found = study_data.discover(OneFile(tmp_path / f"{STUDY}.csv", text.encode()), Addresses())
    (candidate,) = found.rows["raw_models"]
    (row,) = estimated(candidate.row)
    assert ComputeFlag.UNIT_UNDECIDED in flags(row) and row.training_flop == pytest.approx(2 * 3.94e20)


# --- what is no training of the model


@pytest.mark.parametrize(
    ("table", "more"),
    [
        (STUDY, {"model": "NASNET-A(6)", "hardware_burden_flop": 1.6e21}),
        (
            STUDY,
            {
                "model": "MnasNet-A3",
                "paper_title": "Platform-Aware Neural Architecture Search",
                "hardware_burden_flop": 1e21,
            },
        ),
        (STUDY, {"model": "MoGA-A", "paper_title": "Searching Beyond MobileNetV3", "hardware_burden_flop": 1e19}),
        (
            ALL,
            {"model": "MnasNet-A3", "training_flop": 1.5e21, "compute_note": "each architecture search takes 4.5 days"},
        ),
        (ALL, {"model": "ProxylessNAS", "training_flop": 3.7e19, "compute_note": "For their searched Imagenet models"}),
        (ALL, {"model": "NASv3", "training_flop": 2.2e21, "compute_note": "50 epochs * 10 GFLOP * 12800 networks"}),
        (ALL, {"model": "PNASNet-5", "training_flop": 6.6e19, "compute_note": "8 times less compute than Zoph (2018)"}),
    ],
)
def test_search_is_no_training(table, more):
    assert all(ComputeFlag.SEARCH_INCLUDED in flags(r) for r in estimated(model(table=table, **more)))


@pytest.mark.parametrize(
    ("table", "more"),
    [
        (STUDY, {"model": "FBNet-C", "paper_title": "Neural Architecture Search", "network_operations_flop": 5e17}),
        (STUDY, {"model": "ResNeXt-101", "hardware_burden_flop": 4.7e19}),
        (
            NOTABLE,
            {
                "model": "AlphaX-1",
                "paper_title": "Neural Architectures",
                "training_flop": 8.9e17,
                "compute_note": "200 epochs",
            },
        ),
        (NOTABLE, {"model": "SmooCT", "paper_title": "Monte-Carlo Tree Search in Poker", "training_flop": 6.9e16}),
    ],
)
def test_training_is_no_search(table, more):
    assert not any(ComputeFlag.SEARCH_INCLUDED in flags(r) for r in estimated(model(table=table, **more)))


@pytest.mark.parametrize(
    ("flop", "further", "base", "flag"),
    [
        (3.5e24, None, 3.3e24, ComputeFlag.BASE_INCLUDED),
        (1e22, None, 3.3e24, ComputeFlag.BASE_LEFT_OUT),
        (1.6e23, 6.5e17, None, ComputeFlag.BASE_INCLUDED),
        (4.9e16, 4.98e16, None, ComputeFlag.BASE_UNKNOWN),
        (1e22, None, None, ComputeFlag.BASE_UNKNOWN),
    ],
)
def test_whether_the_base_model_s_training_is_counted(flop, further, base, flag):
    rows = [model("R1", training_flop=flop, finetune_flop=further, base_model="V3, Vision tower")]
    rows += [model("V3", training_flop=base)] if base else []
    row = next(r for r in estimated(*rows) if r.model == "R1")
    assert flag in flags(row)
    assert Coded.of(ComputeFlag.TRAINED_FURTHER, base_model="V3, Vision tower") in row.flags


@pytest.mark.parametrize(
    ("name", "note", "told"),
    [
        ("DistilBERT", None, True),
        ("ResNet-18 (ResNet-34 teacher)", None, True),
        ("Maverick", "trained using co-distillation from Behemoth", True),
        ("Baichuan", "trained from scratch, no distillation mentioned", False),
        ("ResNet-50", "8 GPUs", False),
    ],
)
def test_distilled_models(name, note, told):
    (row,) = estimated(model(name, training_flop=1e20, compute_note=note))
    assert (ComputeFlag.DISTILLED in flags(row)) == told


@pytest.mark.parametrize(
    ("note", "is_bound"),
    [
        ('trained on "<0.5k" TPUv3 core-days per Table 2', True),
        ('Appendix. "less than 0.00045 pfs-days" (86400*10^15*0.00045)', True),
        ("trained for 500 TPUv3 core-days", False),
        ("less than 2% of total time 1.23e14 * 64 * 60 * 3600", False),
        ("required less than 512 GB of RAM", False),
    ],
)
def test_compute_stated_as_a_bound_alone_is_no_estimate(note, is_bound):
    (row,) = estimated(model(training_flop=1.1e21, compute_note=note))
    assert (Coded.of(ComputeFlag.BOUND_ONLY, side="upper") in row.flags) == is_bound


@pytest.mark.parametrize(("epochs", "scope"), [(30, "finetuning"), (90, "whole"), (300, "whole")])
def test_epochs_too_few_to_train_anew_are_further_training(epochs, scope):
    """DynamicViT-LV-M/0.8 (arXiv 2106.02034): 30 epochs on ImageNet prune a network that is trained already."""
    note = f"training: {epochs} epochs, 1280000 examples, on ImageNet 1K"
    (row,) = estimated(model(table=STUDY, network_operations_flop=1.1e18, epochs=epochs, year=2021, compute_note=note))
    assert row.compute_scope == scope
    assert (ComputeFlag.BASE_LEFT_OUT in flags(row)) == (scope == "finetuning")


@given(
    st.lists(
        st.builds(
            lambda name, table, flop, net, burden, word, note, base: model(
                name,
                table,
                training_flop=flop,
                network_operations_flop=net,
                hardware_burden_flop=burden,
                compute_confidence=word,
                compute_note=note,
                base_model=base,
            ),
            st.sampled_from(["A-1", "B (ImageNet)", "C"]),
            st.sampled_from([NOTABLE, ALL, STUDY]),
            *[st.none() | st.floats(1e9, 1e27) for _ in range(3)],
            st.sampled_from([None, "Confident", "Wrong", "?"]),
            st.none() | st.text(max_size=40),
            st.sampled_from([None, "A-1", "x,,y"]),
        ),
        max_size=6,
        unique_by=lambda r: r.model_row_id,
    )
)
def test_every_figure_lies_within_its_range_and_one_method_of_a_model_is_preferred(rows):
    found = [r for r in estimate_models(rows, A) if isinstance(r, ComputeEstimate)]
    preferred = [r.evidence_ids for r in found if r.is_preferred]
    assert len(preferred) == len(set(preferred)) and set(preferred) == {r.evidence_ids for r in found}
    for r in found:
        assert 0 < r.training_flop_lower <= r.training_flop <= r.training_flop_upper


def test_ids_stay_whatever_the_words_of_the_basis_become(monkeypatch):
    """Users keep these ids: they are those of the releases before bases were codes."""
    rows = [model(training_flop=1e20, compute_confidence="Likely", compute_note="8 GPUs for 3 days")]
    (before,) = estimated(*rows)
    assert before.estimate_id == PINNED
    monkeypatch.setattr("tasks.compute.rows.words", lambda code: "other words")
    (after,) = estimate_models(rows, A)
    assert (after.basis, after.estimate_id) == ("other words; other words", PINNED)
