"""The study's replication data as a source: its form, what is typed in it, and what is no number."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from tasks.http import Copy, Unreachable
from tasks.load.validate import validate
from tasks.sources import Discovery, SourceBroken, SourceUnavailable
from tasks.sources.addresses import Addresses
from tasks.sources.study_data import SOURCE_ID, discover
from tasks.sources.study_file import FILES, KINDS, PHASES, read_study
from tasks.sources.tabular import ChangedFeed
from tests.unit.rows import flat, said

SHARED = Path(__file__).parents[3] / "shared" / "sources" / "computational_limits"
IMAGENET, COCO, SQUAD, CONLL, EN_FR, EN_DE = FILES

_FIRST = ["name", "year", "parameters", "title", "paper_with_code", "paper_link", "flops", "multiadds", "fp_bp_ratio"]
_PARTS = ["epochs", "set_size", "dataset", "time_total", "time_total_sec", "time_tpu_core_days"]
_UNITS = [f"{kind}_{part}" for kind in KINDS for part in ("model", "amount", "ptp_gflops")]
_LAST = {
    IMAGENET: "log10net|log10hw|computing_power|comments|relevant|(TOP 1 score)|(TOP 5 score)",
    COCO: "lo10net|log10hw|computing_power|comments|(BOX AP)|(AP50)|(AP75)|(APS)|(APM)|(APL)",
    SQUAD: "comments|(EM score)|(F1 score)",
    CONLL: "comments|(F1 score)",
    EN_FR: "comments|(BLEU)|(SACREBLEU)",
    EN_DE: "comments|(BLEU)|(SACREBLEU)",
}

V100 = {
    "training_time_total": "2 days",
    "training_time_total_sec": "1.73E+05",
    "training_gpu_model": "Tesla V100 PCIe 32 GB",
    "training_gpu_amount": "8",
    "training_gpu_ptp_gflops": "1.41E+04",
    "hardware_burden": "1.95E+19",
}


def header(stem: str) -> list[str]:
    phases = [f"{phase}_{part}" for phase in PHASES for part in (*_PARTS, *_UNITS)]
    return [*_FIRST, *phases, "network_operations", "hardware_burden", *_LAST[stem].split("|")]


def sheet(stem: str, *models: dict[str, str], columns: list[str] | None = None) -> bytes:
    """A file of the form: header, three sub-headers, one line a model."""
    columns = columns or header(stem)
    subs = [["name", "year", *[""] * (len(columns) - 2)], ["", "", "", "title", *[""] * (len(columns) - 4)]]
    subs.append([{12: "total", 13: "total_sec", 15: "model", 57: "relevant"}.get(i, "") for i in range(len(columns))])
    out = io.StringIO()
    writer = csv.writer(out)
    lines = [[{"year": "2021", "name": "Net", **m}.get(c, "") for c in columns] for m in models]
    writer.writerows([columns, *subs, *lines])
    return out.getvalue().encode()


class Folder:
    """Serves files by name, as the web client would."""

    def __init__(self, folder: Path, stale: Coded[HttpReason] | None = None) -> None:
        self.folder, self.stale = folder, stale

    def resource(self, url: str, kind: str) -> Copy:
        path = self.folder / url.removeprefix("https://example.org/data/")
        if kind != "csv" or not path.exists():
            raise Unreachable.at(url, HttpReason.OFFLINE)
        return Copy(url, path, "0" * 64, "2026-11-27T00:00:00+00:00", 200, is_new=True, stale=self.stale)


def ask(folder: Path, stale: Coded[HttpReason] | None = None, **files: bytes) -> Discovery:
    for stem, content in files.items():
        (folder / f"{stem.replace('_', '-')}.csv").write_bytes(content)
    return discover(Folder(folder, stale), Addresses(study_data="https://example.org/data/"))


def one(folder: Path, stem: str, **cells: str) -> tuple[dict, list[dict]]:
    found = ask(folder, **{stem: sheet(stem, cells)})
    (model,) = flat(found.rows["raw_models"])
    return model, flat(found.rows["raw_scores"])


# --- what a row gives


def test_a_row_gives_compute_and_scores_under_one_name_and_paper(tmp_path):
    model, scores = one(
        tmp_path,
        IMAGENET,
        **V100,
        **{"name": "  Net-50 ", "paper_link": "https://arxiv.org/pdf/2105.03404v2.pdf", "title": "A Net"},
        **{"parameters": "6.38E+07", "training_epochs": "90", "(TOP 1 score)": "76.30", "(TOP 5 score)": "93.2"},
        **{"network_operations": "1.44E+19", "log10net": "19.1583", "multiadds": "4.1E+09", "comments": "by hand"},
    )
    assert {k: model[k] for k in ("model", "model_key", "paper_id", "paper_title", "year", "source_table")} == {
        "model": "Net-50",
        "model_key": "net50",
        "paper_id": "2105.03404",
        "paper_title": "A Net",
        "year": 2021,
        "source_table": IMAGENET,
    }
    assert (model["parameters"], model["epochs"], model["chips"]) == (6.38e7, 90, 8)
    assert model["network_operations_flop"] == pytest.approx(10**19.1583)
    assert (model["hardware_burden_flop"], model["hardware"]) == (1.95e19, "nvidia-v100")
    assert model["duration_hours"] == pytest.approx(1.73e5 / 3600)
    assert model["training_flop"] is None
    for words in ("8 x Tesla V100 PCIe 32 GB at 1.41E+04 GFLOP/s each", "4.1E+09 multiply-adds", "by hand", "2 days"):
        assert words in model["compute_note"]
    for score in scores:
        assert all(score[k] == model[k] for k in ("model", "model_key", "paper_id", "source_table", "source_id"))
    assert [(s["benchmark"], s["metric"], s["value"], s["raw_value"]) for s in scores] == [
        ("imagenet-1k", "top1_accuracy", 76.3, "76.30"),
        ("imagenet-1k", "top5_accuracy", 93.2, "93.2"),
    ]
    assert "by hand" in scores[0]["note"]


@pytest.mark.parametrize(
    ("stem", "cells", "expected"),
    [
        (COCO, {"(BOX AP)": "45.1", "(AP50)": "67", "(AP75)": "48"}, {"box_ap": 45.1, "box_ap50": 67, "box_ap75": 48}),
        (SQUAD, {"(EM score)": "85.1", "(F1 score)": "91.8"}, {"em": 85.1, "f1": 91.8}),
        (CONLL, {"(F1 score)": "93.09"}, {"f1": 93.09}),
        (EN_FR, {"(BLEU)": "41.0"}, {"bleu": 41.0}),
        (EN_DE, {"(BLEU)": "28.4"}, {"bleu": 28.4}),
    ],
)
def test_each_file_has_its_benchmark_and_metrics(tmp_path, stem, cells, expected):
    _, scores = one(tmp_path, stem, **cells)
    assert {s["metric"]: s["value"] for s in scores} == expected
    assert {s["benchmark"] for s in scores} == {FILES[stem].benchmark}
    assert not any("doubt" in s for s in scores)


def test_sacrebleu_is_the_same_metric_counted_in_another_way(tmp_path):
    _, scores = one(tmp_path, EN_DE, **{"(BLEU)": "35.14", "(SACREBLEU)": "33.54"})
    assert [(s["value"], s["test_protocol"]) for s in scores] == [(35.14, None), (33.54, "sacreBLEU")]
    assert len({s["result_id"] for s in scores}) == 2


def test_ensembles_protocols_and_more_data_are_read_from_names_and_cells(tmp_path):
    def score(folder: str, stem: str, **cells: str) -> dict:
        (tmp_path / folder).mkdir()
        return one(tmp_path / folder, stem, **cells)[1][0]

    voted = score("a", COCO, name="D-RFCN + SNIP (ensemble, multi-scale)", **{"(BOX AP)": "48.3"})
    single = score("b", SQUAD, name="BERT (single model)", **{"(EM score)": "85.1"})
    attention = score("c", EN_FR, name="MUSE(Paralllel Multi-scale Attention)", **{"(BLEU)": "43.5"})
    more = score(
        "d", IMAGENET, name="CSWin-L", pretraining_dataset="ImageNet 22K", training_dataset="ImageNet 1K",
        **{"(TOP 1 score)": "87.5"},
    )  # fmt: skip
    assert (voted["model"], voted["is_ensemble"], voted["test_protocol"]) == ("D-RFCN + SNIP", True, "multi-scale")
    assert single["is_ensemble"] is False
    assert (attention["is_ensemble"], attention["test_protocol"]) == (None, None)
    assert (more["extra_data"], single["extra_data"]) == ("ImageNet 22K", None)


# --- hardware


def test_two_phases_have_no_one_time_nor_number(tmp_path):
    second = {k.replace("training", "pretraining"): v for k, v in V100.items() if k.startswith("training")}
    model, _ = one(tmp_path, EN_FR, **V100, **second)
    assert (model["hardware"], model["chips"], model["duration_hours"]) == ("nvidia-v100", None, None)
    assert "training: 2 days" in model["compute_note"] and "pretraining: 2 days" in model["compute_note"]


def test_processors_beside_accelerators_do_not_count_and_a_cloud_tpu_is_four_chips(tmp_path):
    tpu = {"training_tpu_model": "Cloud TPU v3", "training_tpu_amount": "16", "training_tpu_ptp_gflops": "4.20E+05"}
    xeon = {"training_cpu_model": "Intel Xeon Platinum 8168", "training_cpu_amount": "2"}
    model, _ = one(tmp_path, CONLL, **tpu, **xeon)
    assert (model["hardware"], model["chips"]) == ("tpu-v3", 64)
    assert model["hardware_text"] == "Cloud TPU v3; Intel Xeon Platinum 8168"


def test_core_days_booked_on_a_share_of_a_device_are_no_chips_and_no_hours(tmp_path):
    tpu = {"training_tpu_model": "Cloud TPU v3", "training_tpu_amount": "0.125", "training_time_total_sec": "1.45E+09"}
    model, _ = one(tmp_path, IMAGENET, **tpu, hardware_burden="7.6E+22")
    assert (model["chips"], model["duration_hours"], model["hardware_burden_flop"]) == (None, None, 7.6e22)


def test_an_unknown_or_a_second_chip_has_no_slug(tmp_path):
    model, _ = one(tmp_path, CONLL, training_gpu_model="Abacus 9", training_gpu_amount="3")
    assert (model["hardware"], model["hardware_text"], model["chips"]) == (None, "Abacus 9", 3)


# --- what is no number, and what cannot be


def test_a_count_in_a_rate_cell_is_no_rate():
    cells = {"training_tpu_model": "Cloud TPU v3", "training_tpu_amount": "8", "training_tpu_ptp_gflops": "32/8/128"}
    (row,), notes = read_study(sheet(EN_DE, cells), FILES[EN_DE])
    (units,) = row.phases[0].units
    assert (units.peak_flop_per_s, units.typed_peak, units.amount) == (None, "32/8/128", 8)
    assert "at 32/8/128 GFLOP/s" in row.phases[0].words
    assert [n for n in notes if "training_tpu_ptp_gflops holds '32/8/128'" in n]


@pytest.mark.parametrize("typed", ["about 1e20", "1e19-1e20", "0", "-3"])
def test_a_total_that_is_none_is_doubted(tmp_path, typed):
    model, scores = one(tmp_path, EN_DE, network_operations=typed, **{"(BLEU)": "28.4"})
    assert "network_operations" in model["doubt"]
    assert "doubt" not in scores[0]
    good, refused = validate([model], "raw_models")
    assert (len(good), len(refused)) == (0, 1)


@pytest.mark.parametrize("printed", ["76.3/93.2", "0.763", "763", "about 76"])
def test_a_score_that_is_none_is_doubted(tmp_path, printed):
    rows = {"name": "A", "(TOP 1 score)": "76.3"}, {"name": "B", "(TOP 1 score)": printed, **V100}
    found = ask(tmp_path, **{IMAGENET: sheet(IMAGENET, *rows)})
    right, wrong = flat(found.rows["raw_scores"])
    assert "doubt" not in right
    assert wrong["doubt"] and wrong["raw_value"] == printed
    assert not any("doubt" in m for m in flat(found.rows["raw_models"]))


@pytest.mark.parametrize("logarithm", ["20.5", "999", "about 19"])
def test_a_total_stands_as_printed_where_its_logarithm_says_otherwise(tmp_path, logarithm):
    model, _ = one(tmp_path, IMAGENET, network_operations="1.44E+19", log10net=logarithm)
    assert model["network_operations_flop"] == 1.44e19


def test_a_row_without_a_name_is_doubted_and_not_lost(tmp_path):
    found = ask(tmp_path, **{CONLL: sheet(CONLL, {"(F1 score)": "91.0"}, {"name": "", "(F1 score)": "92.0"})})
    assert ["doubt" in r for r in flat(found.rows["raw_models"])] == [False, True]


def test_rows_of_one_name_and_paper_have_their_own_ids(tmp_path):
    found = ask(tmp_path, **{CONLL: sheet(CONLL, {"(F1 score)": "91.0"}, {"(F1 score)": "92.0"})})
    for table, key in (("raw_models", "model_row_id"), ("raw_scores", "result_id")):
        assert len({r[key] for r in flat(found.rows[table])}) == 2


# --- drift of the form


def test_columns_are_found_by_name_with_or_without_parentheses_and_wherever_they_stand():
    columns = [c.strip("()") for c in reversed(header(SQUAD)[4:])] + header(SQUAD)[:4]
    content = sheet(SQUAD, {"EM score": "70", "F1 score": "80"}, columns=[*columns[-4:], *columns[:-4]])
    (row,), notes = read_study(content, FILES[SQUAD])
    assert (row.printed, notes) == ({"EM score": "70", "F1 score": "80"}, [])


def test_new_and_missing_columns_are_told():
    columns = [c for c in header(CONLL) if c != "multiadds"] + ["reviewer"]
    (row,), (note, missing) = read_study(sheet(CONLL, {}, columns=columns), FILES[CONLL])
    assert "reviewer" in note and "multiadds" in missing
    assert row.multiply_adds is None


@pytest.mark.parametrize("content", [b"", b"<html>404</html>", b"a,b\n1,2\n", sheet(CONLL)])
def test_what_is_not_of_the_form_is_refused(content):
    with pytest.raises(ChangedFeed):
        read_study(content, FILES[CONLL])


# --- the source


def test_files_that_cannot_be_had_are_put_off_and_the_others_stand(tmp_path):
    found = ask(tmp_path, **{CONLL: sheet(CONLL, {"(F1 score)": "91.0"}), SQUAD: b"<html>"})
    assert found.source_id == SOURCE_ID
    assert len(found.rows["raw_scores"]) == 1
    offline, broken = said(found.deferred)  # what is wrong with four files alike is told once
    assert offline.count(".csv") == 4 and offline.endswith(": this run is offline")
    assert SQUAD in broken and "page" in broken


def test_an_older_copy_is_told(tmp_path):
    found = ask(tmp_path, Coded.of(HttpReason.SILENCE), **{CONLL: sheet(CONLL, {"(F1 score)": "91.0"})})
    assert f"{CONLL}.csv: an older copy was read: silence" in said(found.deferred)


def test_with_no_file_the_source_is_unavailable_and_with_a_broken_one_broken(tmp_path):
    with pytest.raises(SourceUnavailable) as offline:
        ask(tmp_path)
    assert not isinstance(offline.value, SourceBroken)
    with pytest.raises(SourceBroken):
        ask(tmp_path, **{CONLL: b"<html>"})


@pytest.mark.skipif(not SHARED.exists(), reason="the study's data are not on this machine")
def test_all_rows_of_the_shared_files_are_given():
    found = discover(Folder(SHARED), Addresses(study_data="https://example.org/data/"))
    assert found.notes == []
    models, scores = flat(found.rows["raw_models"]), flat(found.rows["raw_scores"])

    def counted(stem: str) -> tuple[int, ...]:
        rows = [m for m in models if m["source_table"] == stem]
        totals = ("network_operations_flop", "hardware_burden_flop", "paper_id")
        return len(rows), *(sum(r[t] is not None for r in rows) for t in totals)

    assert {stem: counted(stem) for stem in (IMAGENET, COCO, SQUAD)} == {
        IMAGENET: (208, 77, 36, 192),
        COCO: (116, 7, 13, 50),
        SQUAD: (41, 0, 12, 33),
    }
    assert len(scores) == 667
    for table, rows in (("raw_models", models), ("raw_scores", scores)):
        good, refused = validate(rows, table)
        assert (len(good), len(refused)) == (len(rows), 0)


_CELLS = st.dictionaries(
    st.sampled_from(header(IMAGENET)), st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=12)
)


@given(st.lists(_CELLS, min_size=1, max_size=3))
def test_whatever_cells_hold_each_row_is_given_and_validates_or_is_refused(models):
    named = [{**m, "name": f"Net {n}"} for n, m in enumerate(models)]
    rows, _ = read_study(sheet(IMAGENET, *named), FILES[IMAGENET])
    assert [r.model for r in rows] == [m["name"] for m in named]
