"""Epoch's Benchmarking Hub: archives that may be read, versions that lead to models, and what each row says."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest

from schemas.codes import Coded
from schemas.codes.http import HttpReason
from schemas.tables import TABLES
from tasks.http import Copy, Unreachable
from tasks.load.validate import validate
from tasks.sources import epoch_benchmarks
from tasks.sources.addresses import Addresses
from tasks.sources.epoch_benchmarks import discover, scores, unpack
from tasks.sources.leaderboards import load_leaderboards
from tasks.sources.tabular import ChangedFeed
from tests.unit.rows import flat, said

SNAPSHOT = Path(__file__).parents[3] / "shared/sources/epoch_benchmarks"
BOARDS = load_leaderboards("epoch-benchmarks")

# The files' forms, with rows of our own: of 2025, and since 2026 (columns as read by others who keep the archive).
VERSIONS = "\ufeffid,Model,Version release date\nfoo-7b-chat,Foo-7B,2023-07-18\nfoo-1_high,Foo 1,2024-12-05\nbare,,\n"
MMLU = (
    "\ufeffid,Name,EM,Model version,Shots,Source,Source link,Notes\n"
    "rec1,Foo chat,46.8%,foo-7b-chat,5,Foo report,https://arxiv.org/abs/2307.09288,\n"
    "rec2,Bar 13B,55.1%,,,HELM,https://crfm.stanford.edu,on its own\n"
    "rec3,Baz,60.0%,baz-v2,few,HELM,https://crfm.stanford.edu,\n"
    "rec4,Empty,,foo-7b-chat,5,HELM,,\n"
)
RUNS = (
    "\ufeffid,task,model,Best score (across scorers),Scores,log viewer,logs,Status\n"
    "a1,GPQA diamond,foo-1_high,0.850,choice:0.85,https://logs.epoch.ai/a1,,Success\n"
    "a2,GPQA diamond,foo-7b-chat,0.300,choice:0.30,,https://logs.epoch.ai/a2,Success\n"
    "a3,GPQA diamond,foo-1_high,0.100,,,,Error\n"
    "a4,SWE-Bench verified,foo-1_high,0.500,,,,Success\n"
)
OWN = (
    "Model version,mean_score,Release date,Organization,id\n"
    "foo-1_high,0.85,2024-12-05,Foo,b1\n"
    "new_high,0.5,2026-01-02,New,b2\n"
)
METADATA = "model_version,model_group,display_name\nfoo-1_high,Foo 1,Foo 1 (high)\n"
DISTILLED = (
    "model,distilled,confidence,notes\nfoo-7b-chat,TRUE,high,from Foo-70B\nfoo-1_high,FALSE,low,\n"
)  # fmt: skip


def zipped(**files: str | bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/") + ".csv", content)
    return sink.getvalue()


def read(**files: str) -> tuple[list[dict], list[str]]:
    rows, notes = scores({name: text.encode() for name, text in files.items()}, BOARDS)
    return flat(rows), notes


def rows_of(**files: str) -> list[dict]:
    return read(**files)[0]


class Kept:
    """Stands for the web: one archive, or none."""

    def __init__(self, folder: Path, content: bytes | None, stale: Coded[HttpReason] | None = None) -> None:
        self.folder, self.content, self.stale = folder, content, stale

    def resource(self, url: str, kind: str, *, frozen: bool = False) -> Copy:
        if self.content is None:
            raise Unreachable(HttpReason.OFFLINE)
        assert (url, kind, frozen) == (Addresses().epoch_benchmarks, "zip", False)
        sha256 = hashlib.sha256(self.content).hexdigest()
        (self.folder / sha256).write_bytes(self.content)
        return Copy(url, self.folder / sha256, sha256, "2026-01-01T00:00:00Z", 200, True, self.stale)


# --- rows


def test_a_version_leads_to_epochs_model_and_the_row_passes_into_its_table() -> None:
    row = rows_of(external_benchmark_mmlu=MMLU, model_versions=VERSIONS)[0]
    assert row == {
        "result_id": row["result_id"],
        "source_id": "epoch-benchmarks",
        "source_table": "external_benchmark_mmlu",
        "model": "Foo-7B",
        "model_key": "foo7b",
        "model_version": "foo-7b-chat",
        "benchmark": "mmlu",
        "metric": "accuracy",
        "value": 46.8,
        "raw_value": "46.8%",
        "source_metric": "EM",
        "published": "2023-07-18",
        "year": 2023,
        "paper_id": None,
        "paper_title": None,
        "link": "https://arxiv.org/abs/2307.09288",
        "is_own": True,
        "is_ensemble": None,
        "test_protocol": "5-shot",
        "extra_data": None,
        "distillation_confidence": None,
        "note": "score from: Foo report",
        "quote": "Epoch's hub: external_benchmark_mmlu: foo-7b-chat | EM 46.8%",
    }
    good, refused = validate([row], "raw_scores")
    assert len(good) == 1 and len(refused) == 0
    assert set(row) <= set(TABLES["raw_scores"].column_names)


def test_where_no_model_is_known_the_rows_own_name_stands_with_a_note() -> None:
    rows, notes = read(external_benchmark_mmlu=MMLU, model_versions=VERSIONS)
    assert [(r["model"], r["model_version"], r["test_protocol"]) for r in rows[1:]] == [
        ("Bar 13B", None, None),
        ("Baz", "baz-v2", "few-shot"),
    ]
    assert rows[1]["note"] == "score from: HELM; the row names no version; on its own"
    assert "no model of Epoch's is known for the version baz-v2" in rows[2]["note"]
    assert notes[-1] == "2 of 3 rows lead to no model of Epoch's tables"


def test_epochs_own_runs_are_told_by_their_task_and_only_those_that_succeeded_count() -> None:
    rows = rows_of(benchmarks_runs=RUNS, model_versions=VERSIONS)
    assert [(r["benchmark"], r["model"], r["model_version"], r["value"], r["link"]) for r in rows] == [
        ("gpqa-diamond", "Foo 1", "foo-1_high", 85.0, "https://logs.epoch.ai/a1"),
        ("gpqa-diamond", "Foo-7B", "foo-7b-chat", 30.0, "https://logs.epoch.ai/a2"),
    ]


def test_the_form_since_2026_is_read_too() -> None:
    rows = rows_of(
        gpqa_diamond=OWN, model_metadata=METADATA, mmlu_external=MMLU.replace("46.8%", "0.468").replace("%", "")
    )
    assert [(r["model"], r["value"], r["published"]) for r in rows if r["benchmark"] == "gpqa-diamond"] == [
        ("Foo 1", 85.0, "2024-12-05"),
        ("new_high", 50.0, "2026-01-02"),
    ]
    assert ["doubt" in r for r in rows if r["benchmark"] == "mmlu"] == [True, False, False]


def test_one_file_may_hold_two_benchmarks() -> None:
    arc = "id,Name,Challenge score,Easy score,Model version,Shots\nr1,Foo,50.3%,71.2%,foo-7b-chat,25-shot\n"
    rows = rows_of(external_benchmark_arc_ai2=arc, model_versions=VERSIONS)
    assert [(r["benchmark"], r["value"], r["test_protocol"]) for r in rows] == [
        ("arc-challenge", 50.3, "25-shot"),
        ("arc-easy", 71.2, "25-shot"),
    ]


def test_shots_are_told_from_whatever_stands_there() -> None:
    shots = MMLU.replace(",5,Foo", ',"0\n",Foo')
    assert rows_of(external_benchmark_mmlu=shots)[0]["test_protocol"] == "0-shot"


def test_distilled_models_are_noted_and_others_are_not() -> None:
    rows = rows_of(benchmarks_runs=RUNS, model_versions=VERSIONS, distilled_models=DISTILLED)
    assert rows[0]["note"] is None
    assert [r["distillation_confidence"] for r in rows[:2]].count("high") == 1
    assert rows[1]["note"].startswith("distilled: compute does not count the teacher's (Epoch, confidence high)")


def test_an_impossible_score_is_doubted() -> None:
    boolq = "id,Name,Score,Model version,Shots\nr1,Foo,0.0%,foo-7b-chat,\nr2,Bar,75.0%,,\n"
    assert ["doubt" in r for r in rows_of(external_benchmark_boolq=boolq)] == [True, False]


def test_ids_stay_when_values_change_and_differ_between_rows() -> None:
    before = rows_of(external_benchmark_mmlu=MMLU)
    after = rows_of(external_benchmark_mmlu=MMLU.replace("46.8%", "47.0%"), model_versions=VERSIONS)
    assert [r["result_id"] for r in before] == [r["result_id"] for r in after]
    assert len({r["result_id"] for r in before}) == 3


# --- drift


def test_without_the_table_of_versions_rows_go_by_their_names_and_the_note_says_so() -> None:
    rows, notes = read(external_benchmark_mmlu=MMLU)
    assert rows[0]["model"] == "Foo chat"
    assert "no table of versions" in notes[0]


def test_a_leaderboard_that_is_gone_is_noted() -> None:
    _, notes = read(external_benchmark_mmlu=MMLU, model_versions=VERSIONS)
    assert any(n.startswith("no row on hellaswag") for n in notes)


def test_a_new_column_is_noted() -> None:
    _, notes = read(external_benchmark_mmlu=MMLU.replace("Notes\n", "Notes,Judge\n").replace(",\n", ",,\n"))
    assert "external_benchmark_mmlu: unknown columns: Judge" in notes


def test_a_lost_column_of_scores_is_an_error_that_names_table_and_column() -> None:
    with pytest.raises(ChangedFeed, match=r"external_benchmark_mmlu.*'EM'.*perhaps renamed 'EMs'"):
        read(external_benchmark_mmlu=MMLU.replace(",EM,", ",EMs,"))


def test_an_archive_without_any_of_our_leaderboards_is_an_error() -> None:
    with pytest.raises(ChangedFeed, match="no leaderboard of ours"):
        read(model_versions=VERSIONS)


# --- the archive


def test_files_are_found_by_name_in_any_folder_and_others_are_not_unpacked() -> None:
    content = zipped(hub__mmlu_external=MMLU, unknown="x", readme="y")
    assert unpack(content, {"mmlu_external"}) == {"mmlu_external": MMLU.encode()}


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", zipped(a="b")[:-30], b"PK\x03\x04" + bytes(100)],
    ids=["empty", "page", "cut off", "header only"],
)
def test_what_is_no_archive_is_a_clear_error(content: bytes) -> None:
    with pytest.raises(ChangedFeed, match="archive of the Benchmarking Hub cannot be read"):
        unpack(content, {"a"})


def test_a_damaged_member_is_a_clear_error() -> None:
    content = bytearray(zipped(a="Model,Score\n" * 50))
    content[40] ^= 0xFF
    with pytest.raises(ChangedFeed, match="cannot be read"):
        unpack(bytes(content), {"a"})


@pytest.mark.parametrize("name", ["..__..__etc__mmlu", "__etc__mmlu", "a\\mmlu"])
def test_paths_that_lead_out_are_refused(name: str) -> None:
    with pytest.raises(ChangedFeed, match="leads out of it"):
        unpack(zipped(**{name: "x"}), {"mmlu"})


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(ChangedFeed, match=r"two files mmlu\.csv"):
        unpack(zipped(a__mmlu="x", b__mmlu="y"), {"mmlu"})


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epoch_benchmarks, "_MAX_MEMBER_BYTES", 1000)
    with pytest.raises(ChangedFeed, match="a file of it to 1000"):
        unpack(zipped(mmlu=b"0" * 100_000), {"mmlu"})
    monkeypatch.setattr(epoch_benchmarks, "_MAX_MEMBERS", 2)
    with pytest.raises(ChangedFeed, match="holds 3 files"):
        unpack(zipped(a="x", b="x", c="x"), {"a"})


def test_a_size_that_lies_does_not_unpack_more_than_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epoch_benchmarks, "_MAX_MEMBER_BYTES", 1000)
    honest = zipped(mmlu=b"0" * 100_000)
    lying = honest.replace((100_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(ChangedFeed):
        unpack(lying, {"mmlu"})


# --- asking


def test_the_archive_is_asked_and_an_older_copy_is_told(tmp_path: Path) -> None:
    found = discover(Kept(tmp_path, zipped(mmlu_external=MMLU), stale=Coded.of(HttpReason.OFFLINE)), Addresses())
    assert (found.source_id, len(found.rows["raw_scores"])) == ("epoch-benchmarks", 3)
    assert said(found.deferred) == ["an older copy was read: this run is offline"]


def test_without_any_copy_the_reason_goes_up(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="offline"):
        discover(Kept(tmp_path, None), Addresses())


# --- the real tables


@pytest.mark.skipif(not SNAPSHOT.exists(), reason="../shared/sources is not here")
def test_the_snapshot_gives_known_figures() -> None:
    content = zipped(**{path.stem: path.read_bytes() for path in SNAPSHOT.glob("*.csv")})
    wanted = {t for b in BOARDS for t in b.tables} | {"model_versions", "distilled_models"}
    rows = flat(scores(unpack(content, wanted), BOARDS)[0])
    sure = [r for r in rows if "doubt" not in r]
    assert len(rows) - len(sure) < 5 and len({r["benchmark"] for r in sure}) == 17
    led = {(r["benchmark"], r["model"]) for r in sure if "no model" not in (r["note"] or "")}
    assert len({m for b, m in led if b == "mmlu"}) >= 90
    gpt4 = [r["value"] for r in sure if (r["benchmark"], r["model_version"]) == ("hellaswag", "gpt-4-0314")]
    assert set(gpt4) == {95.3}
    assert ("gpqa-diamond", 85.0) in {
        (r["benchmark"], r["value"]) for r in sure if r["model_version"] == "gpt-5.1_medium"
    }
