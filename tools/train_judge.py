"""Train the judge of results on labelled papers: `python -m tools.train_judge --corpus FOLDER` (`make train`).

Writes `warehouse/reference/judge.json` anew: the same papers, labels, code and packages give the same file, bit for
bit. Before that, each paper is judged by models that were trained without it; their scores stand in the file's record.
"""

import argparse
import hashlib
import json
import re
import runpy
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from tasks.extract.accuracy.candidates import possible_results
from tasks.extract.accuracy.context import frame_of, in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.judge import JUDGE_FILE, MODELS
from tasks.extract.accuracy.paper import ReadPaper
from tasks.parse import parse_document
from tasks.parse.document import Document
from tasks.provenance.versions import parser_version
from tasks.reference.benchmarks import load_benchmarks
from tasks.storage.store import read_json_gz, write_json_gz
from tools.judge_labels import NO, UNKNOWN, YES, Label, own_results, read_labels, targets_of

LABELS = Path(__file__).parents[1] / "tests" / "corpus" / "labels"
FOLDS = 6
NEGATIVES = 0.4
"""Share of the negatives that a model is shown; its probabilities are corrected for it."""
ACCEPT, REVIEW = 0.4, 0.15
THRESHOLDS = (0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

_SETTINGS: dict[str, dict[str, Any]] = {
    name: {"max_iter": 150, "learning_rate": 0.08, "max_leaf_nodes": 20, "min_samples_leaf": 20, "max_features": 0.3}
    for name in MODELS
} | {
    "final": {"max_iter": 150, "learning_rate": 0.06, "max_leaf_nodes": 12, "min_samples_leaf": 30, "max_features": 0.3}
}
_OWN: tuple[str, ...] = (
    "owner:",
    "table:",
    "row:",
    "column:",
    "words:",
    "paper:",
    "metric:inner",
    "dataset:row",
    "dataset:inner",
)
_OWN += ("value:bold", "value:off")
"""Starts of the names of features that the model of ownership sees."""


Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class ReadLabelled:
    """The candidates of one labelled paper, a row each, and their features, a column for each of `names`."""

    paper_id: str
    frame: pd.DataFrame
    names: list[str]
    features: Array


def main() -> None:
    """Read the labelled papers, cross-validate, train on all, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with pdf/, gold/ and the program score")
    parser.add_argument("--cache", type=Path, default=Path("data/train"), help="where parsed papers are kept")
    arguments = parser.parse_args()
    labels = read_labels(arguments.corpus / "gold", LABELS)
    papers = read_papers(arguments.corpus / "pdf", labels, arguments.cache)
    training = Training(papers, {p.paper_id: labels[p.paper_id] for p in papers})
    scores = training.scores(training.cross_validated(), arguments.corpus / "score")
    for threshold, score in scores["thresholds"].items():
        print(threshold, {kind: round(score[kind]["f1"], 3) for kind in ("rows", "headline")})
    write(training, scores)


def read_papers(folder: Path, labels: dict[str, Label], cache: Path) -> list[ReadLabelled]:
    """Candidates and features of every labelled paper whose PDF is there."""
    by_id = {re.sub(r"^(\d{4}\.\d{4,5})v\d+$", r"\1", p.stem): p for p in sorted(folder.glob("*.pdf"))}
    cache.mkdir(parents=True, exist_ok=True)
    todo = [(i, by_id[i], cache) for i in labels if i in by_id]
    found = []
    with ProcessPoolExecutor() as pool:
        for n, paper in enumerate(pool.map(_read_paper, *zip(*todo, strict=True)), 1):
            found.append(paper)
            print(f"\r{n} of {len(todo)} papers read", end="" if n < len(todo) else "\n", file=sys.stderr)
    return found


def _read_paper(paper_id: str, path: Path, cache: Path) -> ReadLabelled:
    parsed = cache / f"{path.stem}.{parser_version()}.json.gz"
    if parsed.exists():
        document = Document.from_dict(read_json_gz(parsed))
    else:
        document = parse_document(path, hashlib.sha256(path.read_bytes()).hexdigest())
        write_json_gz(parsed, document.to_dict())
    candidates = possible_results(ReadPaper(document, paper_id, load_benchmarks()))
    tables = [c.figure.table.table for c in candidates]
    frame = frame_of(candidates).assign(
        paper=paper_id, page=[t.page for t in tables], table_label=[t.label for t in tables]
    )
    features = pd.DataFrame.from_records(evidence_of(candidates)).fillna(0.0).astype(np.float32)
    return ReadLabelled(paper_id, frame, [str(c) for c in features.columns], features.to_numpy())


class Training:
    """The candidates of all labelled papers as arrays.

    Those of benchmarks that are not labelled in their paper teach nothing, but stand beside the others as they do when
    a paper is read.
    """

    def __init__(self, papers: Sequence[ReadLabelled], labels: dict[str, Label]) -> None:
        """Put the papers together and find out what the labels say of each candidate."""
        self.labels = labels
        self.frame = pd.concat([p.frame for p in papers], ignore_index=True)
        self.names = sorted({name for p in papers for name in p.names})
        place = {name: i for i, name in enumerate(self.names)}
        self.table = np.zeros((len(self.frame), len(self.names)), np.float32)
        row = 0
        for p in papers:
            self.table[row : row + len(p.frame), [place[name] for name in p.names]] = p.features
            row += len(p.frame)
        self.frame["y"] = own_results(self.frame, labels)
        self.folds = list(GroupKFold(FOLDS, shuffle=True, random_state=1).split(self.table, groups=self.frame["paper"]))
        self._refine()

    def _refine(self) -> None:
        """Where a labelled value stands in several places that fit, keep those that look like it most."""
        joint = self._out_of_fold("joint", self.table, self.frame["y"].to_numpy())
        yes = self.frame["y"] == YES
        best = (
            pd.Series(np.where(yes, joint, 0.0))
            .groupby([self.frame[c] for c in ("paper", "slug", "metric", "value")])
            .transform("max")
        )
        self.frame.loc[yes & (joint < 0.3 * best), "y"] = UNKNOWN
        self.targets = {"joint": self.frame["y"].to_numpy(), **targets_of(self.frame)}

    def cross_validated(self) -> Array:
        """Probability of each candidate by models that never saw its paper."""
        for name in MODELS:
            self.frame[name] = self._out_of_fold(name, self.seen_by(name), self.targets[name])
        self.context = pd.concat([in_context(part) for _, part in self.frame.groupby("paper", sort=False)]).sort_index()
        return self._out_of_fold("final", self.context.to_numpy(), self.targets["joint"])

    def seen_by(self, name: str) -> Array:
        """The features that a model sees; the others are 0."""
        if name != "own":
            return self.table
        seen = np.array([name.startswith(_OWN) for name in self.names])
        return np.where(seen, self.table, np.float32(0))

    def _out_of_fold(self, name: str, table: Array, y: Array) -> Array:
        result = np.zeros(len(y))
        with ProcessPoolExecutor() as pool:
            done = [pool.submit(_one_fold, name, table, y, train, test) for train, test in self.folds]
            for (_, test), fold in zip(self.folds, done, strict=True):
                result[test] = fold.result()
        return result

    def scores(self, probability: Array, program: Path) -> dict[str, Any]:
        """What the cross-validation says: scores by threshold and by benchmark, and how calibrated the judge is.

        Args:
            probability: As `cross_validated`.
            program: The corpus' own program that counts hits.
        """
        best = self.frame.assign(probability=probability)
        best = best.loc[best.groupby(["paper", "table", "figure"])["probability"].idxmax()]
        taken = best[best["probability"] >= ACCEPT]
        pairs = sorted({(slug, metric) for label in self.labels.values() for slug, metric in label["labelled"]})
        return {
            "thresholds": {
                f"{threshold:.2f}": scored(best[best["probability"] >= threshold], self.labels, program)
                for threshold in THRESHOLDS
            },
            "benchmarks": {
                f"{slug}:{metric}": scored(taken, _of_benchmark(self.labels, slug, metric), program)
                for slug, metric in pairs
            },
            "reliability": _reliability(best),
        }


def scored(taken: pd.DataFrame, labels: dict[str, Label], program: Path) -> dict[str, Any]:
    """Precision, recall and F1 of rows and headlines, as the corpus' own program counts them."""
    with TemporaryDirectory() as folder:
        results = taken[["paper", "slug", "metric", "value"]].set_axis(
            ["paper_id", "benchmark", "metric", "value"], axis=1
        )
        results.assign(is_own=True, model="").to_parquet(f"{folder}/core_results.parquet")
        disclosures = pd.DataFrame({c: pd.Series(dtype=str) for c in ("paper_id", "field", "value", "model")})
        disclosures.to_parquet(f"{folder}/core_disclosures.parquet")
        for paper_id, label in labels.items():
            Path(folder, f"{paper_id}.json").write_text(json.dumps(label))
        counted, _ = runpy.run_path(str(program))["score"](folder, folder)
    return {kind: {k: round(v, 4) for k, v in counted[kind].items()} for kind in ("rows", "headline")}


def _of_benchmark(labels: dict[str, Label], slug: str, metric: str) -> dict[str, Label]:
    """The labels of one benchmark and metric alone."""
    pair = [slug, metric]
    return {
        paper_id: label
        | {
            "labelled": [x for x in label["labelled"] if x == pair],
            "headline_only": [x for x in label.get("headline_only", []) if x == pair],
            "results": [r for r in label["results"] if [r["benchmark"], r["metric"]] == pair],
        }
        for paper_id, label in labels.items()
    }


def _reliability(best: pd.DataFrame) -> list[dict[str, float]]:
    """Of figures whose label is known, by tenths of the probability: number, mean, and the share that is right."""
    known = best[best["y"].isin((YES, NO))]
    tenth = (known["probability"] * 10).astype(int).clip(upper=9)
    parts = [(int(t), part) for t, part in known.groupby(tenth)]
    return [
        {
            "from": t / 10,
            "figures": len(part),
            "mean": round(float(part["probability"].mean()), 3),
            "right": round(float((part["y"] == YES).mean()), 3),
        }
        for t, part in parts
    ]


def _one_fold(name: str, table: Array, y: Array, train: Any, test: Any) -> Array:
    return corrected(fitted(name, table, y, train).predict_proba(table[test])[:, 1])


def fitted(name: str, table: Array, y: Array, rows: Any) -> HistGradientBoostingClassifier:
    """One of the models, fitted to the labelled candidates among `rows`."""
    rows = rows[np.isin(y[rows], (YES, NO))]
    draw = np.random.default_rng(0).random(len(rows))
    rows = rows[(y[rows] == YES) | (draw < NEGATIVES)]
    model = HistGradientBoostingClassifier(
        **_SETTINGS[name], l2_regularization=5, max_bins=64, random_state=0, early_stopping=False
    )
    with threadpool_limits(1):  # folds run side by side; and sums of one thread come out the same every time
        return model.fit(table[rows], y[rows])


def corrected(probability: Array) -> Array:
    """A model's probability, corrected for the negatives that it was not shown."""
    return probability * NEGATIVES / (probability * NEGATIVES + 1 - probability)


def write(training: Training, scores: dict[str, Any]) -> None:
    """Train on all papers and write the file."""
    every = np.arange(len(training.frame))
    models = {
        name: plain_trees(fitted(name, training.seen_by(name), training.targets[name], every), training.names)
        for name in MODELS
    }
    models["final"] = plain_trees(
        fitted("final", training.context.to_numpy(), training.targets["joint"], every),
        [str(c) for c in training.context.columns],
    )
    record = {
        "papers": list(training.labels),
        "candidates": len(training.frame),
        "own_results": int((training.frame["y"] == YES).sum()),
        "folds": FOLDS,
        "scikit-learn": version("scikit-learn"),
        "parser_version": parser_version(),
        "cross_validated": scores,
    }
    data = {"accept": ACCEPT, "review": REVIEW, "record": record, "models": models}
    JUDGE_FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(f"{JUDGE_FILE.name}: {JUDGE_FILE.stat().st_size / 1e6:.1f} MB")


def plain_trees(model: HistGradientBoostingClassifier, names: Sequence[str]) -> dict[str, Any]:
    """A fitted model as lists of numbers (see `tasks.extract.accuracy.judge.Trees`)."""
    trees = [predictor.nodes for (predictor,) in model._predictors]
    used = sorted({int(i) for nodes in trees for i in nodes["feature_idx"][nodes["is_leaf"] == 0]})
    place = {i: k for k, i in enumerate(used)}
    found: dict[str, Any] = {k: [] for k in ("roots", "feature", "threshold", "left", "right", "value")}
    for nodes in trees:
        first = len(found["feature"])
        found["roots"].append(first)
        for node in nodes:
            leaf = bool(node["is_leaf"])
            found["feature"].append(-1 if leaf else place[int(node["feature_idx"])])
            found["threshold"].append(0.0 if leaf else float(node["num_threshold"]))
            found["left"].append(0 if leaf else first + int(node["left"]))
            found["right"].append(0 if leaf else first + int(node["right"]))
            found["value"].append(float(f"{node['value']:.6g}") if leaf else 0.0)
    start = float(np.ravel(model._baseline_prediction)[0])
    return {"names": [names[i] for i in used], "start": start, "negatives": NEGATIVES, **found}


if __name__ == "__main__":
    main()
