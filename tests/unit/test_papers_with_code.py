"""Papers with Code: the nest of tasks in both its forms, names taken apart, and which rows are ours."""

import gzip
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from schemas.tables import TABLES
from tasks.http import Copy, Unreachable
from tasks.load.validate import validate
from tasks.sources import papers_with_code
from tasks.sources.addresses import Addresses
from tasks.sources.leaderboards import load_leaderboards
from tasks.sources.papers_with_code import (
    PARTS,
    discover,
    metrics_of,
    read_dump,
    read_name,
    read_parquet,
    scores,
    tables,
)
from tasks.sources.tabular import ChangedFeed
from tests.unit.rows import flat, said

SNAPSHOT = Path(__file__).parents[3] / "shared/sources/paperswithcode_evaluation-tables_2020-09-13.json.gz"
BOARDS = load_leaderboards("papers-with-code")
METRICS = {"top 1 accuracy", "percentage correct", "word error rate (wer)", "ap 0.5"}


def entry(model: str, url: str = "", date: str | None = None, **metrics: str) -> dict:
    named = {k.replace("_", " "): v for k, v in metrics.items()}
    return {"model_name": model, "paper_url": url, "paper_date": date, "paper_title": "On it", "metrics": named}


def dataset(name: str, *rows: dict, parts: tuple[dict, ...] = ()) -> dict:
    return {"dataset": name, "sota": {"metrics": ["Top 1 Accuracy"], "rows": list(rows)}, "subdatasets": list(parts)}


def task(name: str, *datasets: dict, below: tuple[dict, ...] = ()) -> dict:
    return {"task": name, "description": "x", "datasets": list(datasets), "subtasks": list(below)}


RESNET = entry("ResNet-152 (single model)", "http://arxiv.org/abs/1512.03385v1", "2015-12-10", Top_1_Accuracy="78.57%")
IMAGENET = task("Image Classification", dataset("ImageNet", RESNET))


def rows_of(*tasks: dict) -> list[dict]:
    return flat(scores(tasks, BOARDS)[0])


def dump(*tasks: dict) -> bytes:
    return gzip.compress(json.dumps(tasks).encode())


def parquet(*tasks: dict) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(tasks)), sink)
    return sink.getvalue()


class Kept:
    """Stands for the web: bytes by address; remembers what was asked, and how."""

    def __init__(self, folder: Path, files: dict[str, bytes], stale: Coded[HttpReason] | None = None) -> None:
        self.folder, self.files, self.stale, self.asked = folder, files, stale, []

    def resource(self, url: str, kind: str, *, frozen: bool = False) -> Copy:
        self.asked.append((url, kind, frozen))
        if url not in self.files:
            raise Unreachable(HttpReason.OFFLINE)
        sha256 = hashlib.sha256(self.files[url]).hexdigest()
        (self.folder / sha256).write_bytes(self.files[url])
        return Copy(url, self.folder / sha256, sha256, "2026-01-01T00:00:00Z", 200, True, self.stale)


# --- rows


def test_a_row_carries_what_the_source_says_and_passes_into_its_table() -> None:
    (row,) = rows_of(IMAGENET)
    assert row == {
        "result_id": row["result_id"],
        "distillation_confidence": None,
        "source_id": "papers-with-code",
        "source_table": "Image Classification / ImageNet",
        "model": "ResNet-152",
        "model_key": "resnet152",
        "model_version": None,
        "benchmark": "imagenet-1k",
        "metric": "top1_accuracy",
        "value": 78.57,
        "raw_value": "78.57%",
        "source_metric": "Top 1 Accuracy",
        "published": "2015-12-10",
        "year": 2015,
        "paper_id": "1512.03385",
        "paper_title": "On it",
        "link": "http://arxiv.org/abs/1512.03385v1",
        "is_own": True,
        "is_ensemble": False,
        "test_protocol": None,
        "extra_data": None,
        "note": None,
        "quote": "PwC: Image Classification / ImageNet: ResNet-152 (single model) | Top 1 Accuracy 78.57%",
    }
    good, refused = validate([row], "raw_scores")
    assert len(good) == 1 and len(refused) == 0
    assert set(row) <= set(TABLES["raw_scores"].column_names)


def test_the_year_is_that_of_the_arxiv_id_else_of_the_date_and_other_addresses_are_no_paper_id() -> None:
    late = {**RESNET, "paper_date": "2019-01-01"}
    other = {**RESNET, "paper_url": "https://aclweb.org/anthology/2018.1234/", "paper_date": "2018-07-01"}
    undated = {**other, "paper_url": "", "paper_date": None}
    rows = [rows_of(task("Image Classification", dataset("ImageNet", e)))[0] for e in (late, other, undated)]
    assert [(r["year"], r["paper_id"], r["link"]) for r in rows] == [
        (2015, "1512.03385", RESNET["paper_url"]),
        (2018, None, other["paper_url"]),
        (None, None, None),
    ]


def test_names_of_tasks_data_sets_and_metrics_may_differ_in_case_and_blanks() -> None:
    assert (
        rows_of(task("image  classification", dataset("IMAGENET", entry("A", Top_1_accuracy="70.0"))))[0]["value"] == 70
    )
    renamed = task("Object Detection", dataset("COCO minival", entry("A", box_mAP="40.1"), entry("B", box_AP="41.2")))
    assert [(r["value"], r["source_metric"]) for r in rows_of(renamed)] == [(40.1, "box mAP"), (41.2, "box AP")]


def test_the_task_matters_and_what_is_left_aside_is_told() -> None:
    others = [
        task("Self-Supervised Image Classification", dataset("ImageNet", entry("A", Top_1_Accuracy="70"))),
        task("Few-Shot Image Classification", dataset("ImageNet - 0-Shot", entry("B", Accuracy="60"), entry("C"))),
    ]
    rows, notes = scores([*others, IMAGENET], BOARDS)
    assert [c.row.model for c in rows] == ["ResNet-152"]
    assert notes[0] == "3 rows of 2 tables are on no benchmark of ours and were left aside"
    assert "cifar-10" in notes[1] and "imagenet-1k" not in notes[1]


def test_word_error_rates_become_accuracies() -> None:
    wer = {"Word Error Rate (WER)": "1.7"}
    speech = task("Speech Recognition", dataset("LibriSpeech test-clean", {**entry("ContextNet"), "metrics": wer}))
    assert [(r["metric"], r["value"], r["raw_value"]) for r in rows_of(speech)] == [("word_accuracy", 98.3, "1.7")]


def test_accuracy_and_error_beside_each_other_are_one_result() -> None:
    both = entry("BiT-L", Percentage_correct="99.37", Percentage_error="0.63")
    rows = rows_of(task("Image Classification", dataset("CIFAR-10", both, entry("D", Percentage_error="3.46"))))
    assert [(r["value"], r["source_metric"]) for r in rows] == [
        (99.37, "Percentage correct"),
        (96.54, "Percentage error"),
    ]


def test_a_row_without_a_models_name_is_quarantined() -> None:
    (row,) = rows_of(task("Image Classification", dataset("ImageNet", entry("(ours)", Top_1_Accuracy="70"))))
    good, refused = validate([row], "raw_scores")
    assert len(good) == 0 and "names no model" in refused.loc[0, "reason"]


def test_extra_training_data_that_the_source_only_flags_is_kept_as_not_named() -> None:
    flagged = {**RESNET, "uses_additional_data": True}
    assert rows_of(task("Image Classification", dataset("ImageNet", flagged)))[0]["extra_data"] == "not named"
    flagged = {**RESNET, "uses_additional_data": False}
    assert rows_of(task("Image Classification", dataset("ImageNet", flagged)))[0]["extra_data"] == "none"
    assert rows_of(task("Image Classification", dataset("ImageNet", RESNET)))[0]["extra_data"] is None


# --- the nest


def test_all_depths_are_walked_and_a_table_under_two_tasks_counts_once() -> None:
    deep = task("Vision", below=(task("Recognition", below=(IMAGENET,)), IMAGENET))
    parted = task("Image Classification", dataset("All", parts=(dataset("ImageNet", entry("B", Top_1_Accuracy="70")),)))
    assert [r["model"] for r in rows_of(deep, parted)] == ["ResNet-152", "B"]
    assert [(t.task, t.dataset) for t in tables([parted])] == [
        ("Image Classification", "All"),
        ("Image Classification", "ImageNet"),
    ]


@pytest.mark.parametrize("hole", [{"sota": None}, {"sota": {}}, {"sota": {"rows": None}}, {"subdatasets": None}])
def test_holes_in_the_nest_are_passed_over(hole: dict) -> None:
    holed = {**task("Image Classification", {**dataset("ImageNet"), **hole}), "subtasks": None}
    assert rows_of(holed, IMAGENET)[0]["model"] == "ResNet-152"


def test_ids_stay_from_night_to_night_and_differ_between_metrics_and_papers() -> None:
    changed = {**RESNET, "metrics": {"Top 1 Accuracy": "78.6", "Top 5 Accuracy": "94.3"}, "paper_title": "Renamed"}
    again = rows_of(task("Image Classification", dataset("ImageNet", changed)))
    elsewhere = rows_of(task("Image Classification", dataset("ImageNet", {**RESNET, "paper_url": "http://x.org"})))
    before = rows_of(IMAGENET)[0]["result_id"]
    assert again[0]["result_id"] == before
    assert len({before, again[1]["result_id"], elsewhere[0]["result_id"]}) == 3


# --- the forms


def test_dump_plain_json_and_archive_give_the_same_rows() -> None:
    forms = [
        read_dump(dump(IMAGENET)),
        read_dump(json.dumps([IMAGENET]).encode()),
        read_parquet(parquet(IMAGENET), METRICS),
    ]
    assert [rows_of(*form) for form in forms] == [rows_of(IMAGENET)] * 3


def with_metrics(metrics: object) -> dict:
    return task("Image Classification", dataset("ImageNet", {**RESNET, "metrics": metrics}))


@pytest.mark.parametrize(
    "metrics",
    [
        {"Top 1 Accuracy": "78.57%", "FID": None},
        [["Top 1 Accuracy", "78.57%"]],
        [{"name": "Top 1 Accuracy", "value": "78.57%"}],
        [{"key": "Top 1 Accuracy", "value": "78.57%"}],
        '{"Top 1 Accuracy": "78.57%"}',
        '[["Top 1 Accuracy", "78.57%"]]',
    ],
)
def test_metrics_come_as_mapping_pairs_or_json_text(metrics: object) -> None:
    assert metrics_of(metrics) == {"Top 1 Accuracy": "78.57%"}
    (row,) = rows_of(*read_parquet(parquet(with_metrics(metrics)), METRICS))
    assert (row["value"], row["model"], row["paper_id"]) == (78.57, "ResNet-152", "1512.03385")


def test_metrics_come_as_a_map_of_parquet() -> None:
    flat = pa.array([[("Top 1 Accuracy", "78.57%")]], pa.map_(pa.string(), pa.string()))
    row = pa.StructArray.from_arrays([pa.array(["A"]), flat], ["model_name", "metrics"])
    rows = pa.ListArray.from_arrays([0, 1], row)
    sota = pa.StructArray.from_arrays([rows], ["rows"])
    sets = pa.ListArray.from_arrays(
        [0, 1], pa.StructArray.from_arrays([pa.array(["ImageNet"]), sota], ["dataset", "sota"])
    )
    sink = io.BytesIO()
    pq.write_table(pa.table({"task": ["Image Classification"], "datasets": sets}), sink)
    assert [r["value"] for r in rows_of(*read_parquet(sink.getvalue(), METRICS))] == [78.57]


def test_nested_data_may_be_packed_as_json_text() -> None:
    packed = {"task": "Image Classification", "datasets": json.dumps(IMAGENET["datasets"]), "subtasks": None}
    assert rows_of(*read_parquet(parquet(packed), METRICS)) == rows_of(IMAGENET)


def test_of_the_archives_thousands_of_columns_only_those_needed_are_read() -> None:
    many = {f"Metric {n}": "1" for n in range(50)} | {"Top 1 Accuracy": "70", "AP 0.5": "3"}
    (read,) = read_parquet(parquet(with_metrics(many)), METRICS)
    (row,) = read["datasets"][0]["sota"]["rows"]
    assert row["metrics"] == {"Top 1 Accuracy": "70", "AP 0.5": "3"}
    assert "description" not in read


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"[1, 2]",
        b'[{"task": "x"}]',
        b"<html>",
        dump(IMAGENET)[:40],
        b"\x1f\x8bnonsense",
        b"[" * 100_000,
    ],
    ids=range(9),
)
def test_another_form_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(ChangedFeed, match="Papers with Code"):
        read_dump(content)


@pytest.mark.parametrize("content", [b"", b"PAR1 cut off", parquet(IMAGENET)[:200], parquet({"a": 1})], ids=range(4))
def test_a_broken_part_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(ChangedFeed, match="Papers with Code"):
        read_parquet(content, METRICS)


def test_a_dump_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers_with_code, "_MAX_DUMP_BYTES", 1000)
    with pytest.raises(ChangedFeed, match="unpacks to more than 1000"):
        read_dump(gzip.compress(b"[" + b" " * 100_000 + b"]"))


# --- asking


def test_the_archive_is_asked_part_by_part_as_frozen(tmp_path: Path) -> None:
    base = Addresses().papers_with_code
    second = task("Image Classification", dataset("ImageNet", entry("B", Top_1_Accuracy="70")))
    files = {base + part: parquet(t) for part, t in zip(PARTS, (IMAGENET, second, IMAGENET, IMAGENET), strict=True)}
    web = Kept(tmp_path, files)
    found = discover(web, Addresses())
    assert web.asked == [(base + part, "parquet", True) for part in PARTS]
    assert [r["model"] for r in flat(found.rows["raw_scores"])] == ["ResNet-152", "B"]
    assert found.deferred == []


@pytest.mark.parametrize(("name", "kind"), [("dump.json.gz", "gzip"), ("dump.json", "json")])
def test_an_operator_may_point_to_a_dump(tmp_path: Path, name: str, kind: str) -> None:
    address = f"http://127.0.0.1/{name}"
    content = dump(IMAGENET) if kind == "gzip" else json.dumps([IMAGENET]).encode()
    web = Kept(tmp_path, {address: content}, stale=Coded.of(HttpReason.OFFLINE))
    found = discover(web, replace(Addresses(), papers_with_code=address))
    assert web.asked == [(address, kind, True)]
    assert len(found.rows["raw_scores"]) == 1 and said(found.deferred) == [
        "an older copy was read: this run is offline"
    ]


def test_without_one_part_nothing_is_given_since_the_rest_would_look_like_all(tmp_path: Path) -> None:
    base = Addresses().papers_with_code
    with pytest.raises(Unreachable, match="offline"):
        discover(Kept(tmp_path, {base + PARTS[0]: parquet(IMAGENET)}), Addresses())


# --- names


@pytest.mark.parametrize(
    ("printed", "model", "is_ensemble", "protocol", "extra"),
    [
        ("ResNet-50 (single crop)", "ResNet-50", None, "single crop", None),
        ("ResNet-152 (10-crop)", "ResNet-152", None, "10-crop", None),
        ("DPN-98 (320x320, Mean-Max Pooling)", "DPN-98", None, "320x320, mean-max pooling", None),
        ("ResNeSt-200 (multi-scale)", "ResNeSt-200", None, "multi-scale", None),
        ("RPDet (ResNet-101-DCN, multi-scale)", "RPDet (ResNet-101-DCN)", None, "multi-scale", None),
        ("RPDet (ResNet-50, multi-scale train)", "RPDet (ResNet-50, multi-scale train)", None, None, None),
        ("TSD(SENet154-DCN,multi-scale)", "TSD (SENet154-DCN)", None, "multi-scale", None),
        ("BERT (ensemble)", "BERT", True, None, None),
        ("SAN (ensemble model)", "SAN", True, None, None),
        ("Evolution ensemble", "Evolution ensemble", True, None, None),
        ("Assemble-ResNet152", "Assemble-ResNet152", None, None, None),
        ("QANet (single)", "QANet", False, None, None),
        ("GPT-3 175B (Few-Shot)", "GPT-3 175B", None, "few-shot", None),
        ("PaLM 540B (5-shot)", "PaLM 540B", None, "5-shot", None),
        ("ViT-L/16 (384res, JFT-300M)", "ViT-L/16 (JFT-300M)", None, "384res", "JFT-300M"),
        ("ResNet-101 (JFT-300M Finetuning)", "ResNet-101 (JFT-300M Finetuning)", None, None, "JFT-300M"),
        ("ConvNeXt-XL (ImageNet-22k)", "ConvNeXt-XL (ImageNet-22k)", None, None, "ImageNet-22k"),
        ("BERT large (+TriviaQA)", "BERT large (+TriviaQA)", None, None, "TriviaQA"),
        ("NoisyStudent (EfficientNet-B7)", "NoisyStudent (EfficientNet-B7)", None, None, None),
        ("TinyBERT (M=6;d' =768;d'i=3072)", "TinyBERT (M=6;d' =768;d'i=3072)", None, None, None),
        ("EfficientNet-B7", "EfficientNet-B7", None, None, None),
        ("MUSE(Parallel Multi-scale Attention)", "MUSE(Parallel Multi-scale Attention)", None, None, None),
    ],
)
def test_names_are_taken_apart(
    printed: str, model: str, is_ensemble: bool | None, protocol: str | None, extra: str | None
) -> None:
    name = read_name(printed)
    assert (name.model, name.is_ensemble, name.test_protocol, name.extra_data) == (model, is_ensemble, protocol, extra)


@given(st.text(max_size=40))
def test_any_name_can_be_read(printed: str) -> None:
    read_name(printed)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["task", "datasets", "dataset", "sota", "rows", "metrics", "subtasks"]), inner
        )
    ),
    max_leaves=12,
)


@given(st.lists(anything, max_size=3))
def test_no_nest_of_json_breaks_the_walk(nest: list) -> None:
    assert all(isinstance(row, dict) for row in rows_of(*nest, IMAGENET))


# --- the real dump


@pytest.mark.slow
@pytest.mark.skipif(not SNAPSHOT.exists(), reason="../shared/sources is not here")
def test_the_dump_of_2020_gives_known_figures() -> None:
    rows = rows_of(*read_dump(SNAPSHOT.read_bytes()))
    sure = [r for r in rows if "doubt" not in r]
    said = {(r["benchmark"], r["metric"], r["model"], r["paper_id"]): r["value"] for r in sure}
    assert said["imagenet-1k", "top1_accuracy", "EfficientNet-B7", "1905.11946"] == 84.4
    assert said["squad-1.1-dev", "f1", "T5-11B", "1910.10683"] == 95.64
    assert said["librispeech-test-other", "word_accuracy", "LAS + SpecAugment", "1904.08779"] == 94.2
    assert said["wmt14-en-de", "bleu", "Transformer Big", "1706.03762"] == 28.4
    assert said["cifar-10", "top1_accuracy", "BiT-L (ResNet)", "1912.11370"] == 99.37
    assert len(sure) > 1600 and len(rows) - len(sure) < 20
    assert len({r["result_id"] for r in sure}) == len(sure)


def test_a_part_that_unpacks_to_more_than_a_dump_is_refused_before_it_is_unpacked():
    sink = io.BytesIO()
    rows = pa.table(
        {"task": pa.array(["Image Classification"]).take(pa.array([0] * 1_100_000)), "datasets": [None] * 1_100_000}
    )
    pq.write_table(rows, sink)
    assert len(sink.getvalue()) < 10_000
    with pytest.raises(ChangedFeed, match=r"unpacks to 1100000 rows, .* more than is read"):
        read_parquet(sink.getvalue(), METRICS)


def test_a_part_whose_cells_are_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(papers_with_code, "_MAX_DUMP_BYTES", 100)
    with pytest.raises(ChangedFeed, match="more than is read"):
        read_parquet(parquet(IMAGENET), METRICS)


def test_json_that_is_nested_without_end_is_no_table():
    deep = "[" * 100_000 + "]" * 100_000
    assert list(papers_with_code.tables([{"task": "Image Classification", "datasets": deep}])) == []
