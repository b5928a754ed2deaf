"""Train the judge of results on labelled papers: `python -m tools.train_judge --corpus FOLDER` (`make train`).

Writes `warehouse/reference/judge.json` anew: the same papers, labels and packages give the same file, bit for bit.
Before that, each paper is scored by models that were trained without it; their scores stand in the file's record.
"""

import argparse
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from tasks.extract.accuracy.context import frame_of, in_context
from tasks.extract.accuracy.evidence import features
from tasks.extract.accuracy.judge import JUDGE_FILE, MODELS, candidates_of
from tasks.extract.accuracy.paper import ReadPaper
from tasks.extract.accuracy.table_results import learn_directions
from tasks.parse import parse_document
from tasks.parse.document import Document
from tasks.provenance.versions import parser_version
from tasks.reference.benchmarks import load_benchmarks
from tasks.storage.store import read_json_gz, write_json_gz

LABELS = Path(__file__).parents[1] / "tests" / "corpus" / "labels"
TOLERANCE = 0.0051
FOLDS = 6
NEGATIVES = 0.4
"""Share of the negatives that a model is shown; its probabilities are corrected for it."""
ACCEPT, REVIEW = 0.4, 0.15
YES, NO, UNKNOWN, BASELINE = 1, 0, -1, -3

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


@dataclass(frozen=True)
class Labelled:
    """The candidates of one labelled paper, with their features."""

    paper_id: str
    frame: pd.DataFrame
    features: list[dict[str, float]]


def main() -> None:
    """Read the labelled papers, cross-validate, train on all, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with pdf/ and gold/")
    parser.add_argument("--cache", type=Path, default=Path("data/train"), help="where parsed papers are kept")
    arguments = parser.parse_args()
    labels = read_labels(arguments.corpus / "gold", LABELS)
    papers = read_papers(arguments.corpus / "pdf", labels, arguments.cache)
    training = Training(papers, labels)
    probabilities = training.cross_validated()
    scores = training.scores(probabilities)
    for threshold, score in scores["thresholds"].items():
        print(f"{threshold}  {score}")
    write(training, scores)


def read_labels(*folders: Path) -> dict[str, dict[str, Any]]:
    """Labels by paper; of a paper that two folders label, the first counts."""
    found: dict[str, dict[str, Any]] = {}
    for path in (p for folder in folders for p in sorted(folder.glob("*.json"))):
        label = json.loads(path.read_text())
        found.setdefault(label["paper_id"], label)
    return dict(sorted(found.items()))


def read_papers(folder: Path, labels: dict[str, dict[str, Any]], cache: Path) -> list[Labelled]:
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


def _read_paper(paper_id: str, path: Path, cache: Path) -> Labelled:
    parsed = cache / f"{path.stem}.{parser_version()}.json.gz"
    if parsed.exists():
        document = Document.from_dict(read_json_gz(parsed))
    else:
        document = parse_document(path, hashlib.sha256(path.read_bytes()).hexdigest())
        write_json_gz(parsed, document.to_dict())
    paper = ReadPaper(document, paper_id, load_benchmarks())
    learn_directions(paper)
    candidates = candidates_of(paper)
    tables = [c.figure.table.table for c in candidates]
    frame = frame_of(candidates).assign(page=[t.page for t in tables], table_label=[t.label for t in tables])
    return Labelled(paper_id, frame, [features(c.figure, c.hypothesis) for c in candidates])


class Training:
    """The labelled candidates of all papers as arrays."""

    def __init__(self, papers: Sequence[Labelled], labels: dict[str, dict[str, Any]]) -> None:
        """Keep the candidates of benchmarks that are labelled in their paper."""
        self.labels = labels
        kept = [_of_labelled_benchmarks(p, labels[p.paper_id]) for p in papers]
        self.paper_ids = [p.paper_id for p in papers]
        self.frame = pd.concat([p.frame.assign(paper=p.paper_id) for p in kept], ignore_index=True)
        self.names = sorted({name for p in kept for found in p.features for name in found})
        place = {name: i for i, name in enumerate(self.names)}
        self.table = np.zeros((len(self.frame), len(self.names)), np.float32)
        for i, found in enumerate(f for p in kept for f in p.features):
            for name, value in found.items():
                self.table[i, place[name]] = value
        self.frame["y"] = _own_labels(self.frame, labels)
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
        self.targets = {"joint": self.frame["y"].to_numpy(), **_targets(self.frame)}

    def cross_validated(self) -> np.ndarray[Any, Any]:
        """Probability of each candidate by models that never saw its paper."""
        for name in MODELS:
            self.frame[name] = self._out_of_fold(name, self._seen_by(name), self.targets[name])
        self.context = pd.concat([in_context(part) for _, part in self.frame.groupby("paper", sort=False)]).sort_index()
        return self._out_of_fold("final", self.context.to_numpy(), self.targets["joint"])

    def _seen_by(self, name: str) -> np.ndarray[Any, Any]:
        if name != "own":
            return self.table
        seen = np.array([name.startswith(_OWN) for name in self.names])
        return np.where(seen, self.table, 0)

    def _out_of_fold(self, name: str, table: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        result = np.zeros(len(y))
        with ProcessPoolExecutor() as pool:
            done = [pool.submit(_one_fold, name, table, y, train, test) for train, test in self.folds]
            for (_, test), fold in zip(self.folds, done, strict=True):
                result[test] = fold.result()
        return result

    def scores(self, probability: np.ndarray[Any, Any]) -> dict[str, Any]:
        """What the cross-validation says: scores by threshold and by benchmark, and how calibrated the judge is."""
        best = self.frame.assign(probability=probability)
        best = best.loc[best.groupby(["paper", "table", "figure"])["probability"].idxmax()]
        taken = best[best["probability"] >= ACCEPT]
        slugs = sorted({(slug, metric) for label in self.labels.values() for slug, metric in label["labelled"]})
        return {
            "thresholds": {
                f"{threshold:.2f}": self._score(best[best["probability"] >= threshold])
                for threshold in (0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
            },
            "benchmarks": {f"{s}:{m}": self._score(taken, {(s, m)}) for s, m in slugs},
            "papers": {p: self._score(taken[taken["paper"] == p], papers=[p]) for p in self.paper_ids},
            "reliability": _reliability(best),
        }

    def _score(
        self, taken: pd.DataFrame, only: set[tuple[str, str]] | None = None, papers: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Precision, recall and F1 of rows and headlines, as the corpus counts them."""
        read: dict[str, set[tuple[str, str, float]]] = defaultdict(set)
        columns = (taken[c].tolist() for c in ("paper", "slug", "metric", "value"))
        for paper, slug, metric, value in zip(*columns, strict=True):
            read[paper].add((slug, metric, value))
        counts = [_counts(read[p], _restricted(self.labels[p], only)) for p in papers or self.paper_ids]
        found = {"rows": [c[0] for c in counts], "headline": [c[1] for c in counts]}
        return {k: v for name, parts in found.items() for k, v in _prf(name, np.sum(parts, axis=0)).items()}


def _restricted(label: dict[str, Any], only: set[tuple[str, str]] | None) -> dict[str, Any]:
    """A paper's labels, of some benchmarks only."""
    if only is None:
        return label
    return label | {
        "labelled": [x for x in label["labelled"] if tuple(x) in only],
        "headline_only": [x for x in label.get("headline_only", []) if tuple(x) in only],
        "results": [r for r in label["results"] if (r["benchmark"], r["metric"]) in only],
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


def _one_fold(
    name: str, table: np.ndarray[Any, Any], y: np.ndarray[Any, Any], train: Any, test: Any
) -> np.ndarray[Any, Any]:
    return corrected(fitted(name, table, y, train).predict_proba(table[test])[:, 1])


def _prf(name: str, counts: Any) -> dict[str, float]:
    hits, spurious, missed = (int(n) for n in counts)
    p, r = hits / max(1, hits + spurious), hits / max(1, hits + missed)
    found = {"precision": p, "recall": r, "f1": 2 * p * r / max(1e-9, p + r)}
    return {f"{name}_{measure}": round(value, 4) for measure, value in found.items()}


def _counts(read: set[tuple[str, str, float]], label: dict[str, Any]) -> tuple[list[int], list[int]]:
    """Hits, spurious and missed, of rows and of headlines (see the corpus' `score`)."""
    labelled = set(map(tuple, label["labelled"]))
    headline = set(map(tuple, label.get("headline_only", []))) | labelled
    own, baseline = (
        [(r["benchmark"], r["metric"], float(r["value"])) for r in label["results"] if r.get("own", True) == kind]
        for kind in (True, "baseline")
    )
    kept = [x for x in read if x[:2] in headline]
    kept = [x for x in kept if any(_same(x, o) for o in own) or not any(_same(x, b) for b in baseline)]
    left = sorted(x for x in kept if x[:2] in labelled)
    wanted = sorted({x for x in own if x[:2] in labelled})
    hits = 0
    for x in wanted:
        match = next((y for y in left if _same(x, y)), None)
        if match is not None:
            left.remove(match)
            hits += 1
    rows = [hits, len(left), len(wanted) - hits]
    best = {k: max(x[2] for x in own if x[:2] == k) for k in {x[:2] for x in own}}
    taken = {k: max(x[2] for x in kept if x[:2] == k) for k in {x[:2] for x in kept}}
    right = sum(k in best and k in taken and abs(best[k] - taken[k]) <= TOLERANCE for k in headline)
    return rows, [right, sum(k in taken for k in headline) - right, sum(k in best for k in headline) - right]


def _same(a: tuple[str, str, float], b: tuple[str, str, float]) -> bool:
    return a[:2] == b[:2] and abs(a[2] - b[2]) <= TOLERANCE


def _of_labelled_benchmarks(paper: Labelled, label: dict[str, Any]) -> Labelled:
    known = {tuple(x) for x in (*label["labelled"], *label.get("headline_only", []))}
    keep = [(s, m) in known for s, m in zip(paper.frame["slug"], paper.frame["metric"], strict=True)]
    return Labelled(
        paper.paper_id,
        paper.frame[keep].reset_index(drop=True),
        [f for f, k in zip(paper.features, keep, strict=True) if k],
    )


def _own_labels(frame: pd.DataFrame, labels: dict[str, dict[str, Any]]) -> np.ndarray[Any, Any]:
    """YES where a labelled value of the paper's own stands, BASELINE at those of others that it ran, else NO."""
    y = np.full(len(frame), UNKNOWN)
    places = frame.groupby(["paper", "slug", "metric"]).indices
    for paper_id, label in labels.items():
        labelled = [tuple(x) for x in label["labelled"]]
        for key in labelled:
            y[places.get((paper_id, *key), [])] = NO
        for result in label["results"]:
            key = (result["benchmark"], result["metric"])
            at = np.asarray(places.get((paper_id, *key), []), dtype=int) if key in labelled else np.array([], dtype=int)
            at = at[np.abs(frame["value"].to_numpy()[at] - result["value"]) <= TOLERANCE]
            best = set(_nearest(frame, at, result))
            for i in at:
                if result.get("own", True) is True:
                    y[i] = YES if i in best else UNKNOWN if y[i] == NO else y[i]
                elif y[i] == NO:
                    y[i] = BASELINE if i in best else UNKNOWN
    return y


def _nearest(frame: pd.DataFrame, at: np.ndarray[Any, Any], result: dict[str, Any]) -> list[int]:
    """Of the places of a labelled value, those on its page and in the table that the label names."""
    place = frame.iloc[at]
    on_page = place[place["page"] == result.get("page")]
    on_page = on_page if len(on_page) else place
    named = re.search(r"tab\w*\.?\s*(\w+)", (result.get("where") or "").lower())
    number = on_page["table_label"].str.lower().str.split().str[-1]
    in_table = on_page[number == named[1]] if named else on_page
    return (in_table if len(in_table) else on_page).index.tolist()


def _targets(frame: pd.DataFrame) -> dict[str, np.ndarray[Any, Any]]:
    """Labels of the two simpler questions.

    What is measured is known where a labelled figure stands, and unknown in its row and column. Whose it is, is known
    in rows and columns with a labelled figure.
    """
    y = frame["y"].to_numpy()
    result = np.isin(y, (YES, BASELINE))
    meaning = ["paper", "table", "slug", "metric", "is_error"]
    beside = np.zeros(len(frame), bool)
    for place in ("row", "column"):
        beside |= pd.Series(result).groupby([frame[c] for c in (*meaning, place)]).transform("any").to_numpy()
    what = np.where(result, YES, np.where(beside | (y == UNKNOWN), UNKNOWN, NO))
    own = np.where(y == YES, YES, np.where((y == NO) & beside, NO, UNKNOWN))
    return {"what": what, "own": own}


def fitted(
    name: str, table: np.ndarray[Any, Any], y: np.ndarray[Any, Any], rows: Any
) -> HistGradientBoostingClassifier:
    """One of the models, fitted to the labelled candidates among `rows`."""
    rows = rows[np.isin(y[rows], (YES, NO))]
    draw = np.random.default_rng(0).random(len(rows))
    rows = rows[(y[rows] == YES) | (draw < NEGATIVES)]
    model = HistGradientBoostingClassifier(
        **_SETTINGS[name], l2_regularization=5, max_bins=64, random_state=0, early_stopping=False
    )
    with threadpool_limits(1):  # folds run side by side; and sums of one thread come out the same every time
        return model.fit(table[rows], y[rows])


def corrected(probability: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """A model's probability, corrected for the negatives that it was not shown."""
    return probability * NEGATIVES / (probability * NEGATIVES + 1 - probability)


def write(training: Training, scores: dict[str, Any]) -> None:
    """Train on all papers and write the file."""
    every = np.arange(len(training.frame))
    models = {
        name: plain_trees(fitted(name, training._seen_by(name), training.targets[name], every), training.names)
        for name in MODELS
    }
    models["final"] = plain_trees(
        fitted("final", training.context.to_numpy(), training.targets["joint"], every),
        [str(c) for c in training.context.columns],
    )
    record = {
        "papers": training.paper_ids,
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
