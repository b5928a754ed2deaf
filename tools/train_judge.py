"""Train the judge of results on labelled papers: `python -m tools.train_judge --corpus FOLDER` (`make train`).

Writes `warehouse/reference/judge.json` anew: the same papers, labels, code and packages give the same file, bit for
bit. Before that, each paper is judged by models that were trained without it; their scores stand in the file's record.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from lightgbm import LGBMClassifier

from tasks.extract.accuracy.candidates import PossibleResult, possible_results
from tasks.extract.accuracy.context import best_meanings, frame_of, in_context
from tasks.extract.accuracy.evidence import evidence_of
from tasks.extract.accuracy.judge import JUDGE_FILE, MODELS
from tasks.extract.accuracy.paper import ReadPaper
from tasks.provenance.versions import parser_version
from tasks.reference.benchmarks import load_benchmarks
from tools.judge_labels import UNKNOWN, YES, Label, own_results, read_labels, targets_of
from tools.learning import (
    FOLDS,
    LABELS,
    SEEDS,
    SETTINGS_OF_TREES,
    Array,
    boosted,
    corpus_arguments,
    counts,
    folds_of,
    out_of_fold,
    parsed,
    plain_trees,
    read_each,
    reliability,
    weights_of,
)

ACCEPT, REVIEW = 0.3, 0.15
THRESHOLDS = (0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

_ALONE = LGBMClassifier(n_estimators=150, learning_rate=0.08, num_leaves=20, min_child_samples=20, **SETTINGS_OF_TREES)
_FINAL = LGBMClassifier(n_estimators=150, learning_rate=0.06, num_leaves=12, min_child_samples=30, **SETTINGS_OF_TREES)
_UNLIKELY = 0.3
"""A place of a labelled value below this share of the likeliest place's probability is taken for a coincidence."""
_OWN = (
    "owner:",
    "table:",
    "row:",
    "column:",
    "words:",
    "paper:",
    "metric:inner",
    "dataset:row",
    "dataset:inner",
    "value:bold",
    "value:off",
)
"""Starts of the names of features that the model of ownership sees."""


@dataclass(frozen=True)
class ReadLabelled:
    """The candidates of one labelled paper, a row each, and their features, a column for each of `names`."""

    paper_id: str
    frame: pd.DataFrame
    names: list[str]
    features: Array


def main() -> None:
    """Read the labelled papers, cross-validate, train on all, write the file."""
    arguments = corpus_arguments(__doc__)
    labels = read_labels(arguments.corpus / "gold", LABELS)
    papers = read_each(_read_paper, arguments.corpus / "pdf", labels, arguments.cache)
    training = Training(papers, {p.paper_id: labels[p.paper_id] for p in papers})
    scores = training.scores(training.cross_validated(), arguments.corpus / "score")
    for threshold, score in scores["thresholds"].items():
        print(threshold, {kind: round(score[kind]["f1"], 3) for kind in ("rows", "headline")})
    write(training, scores)


def _read_paper(paper_id: str, path: Path, cache: Path) -> ReadLabelled:
    paper = ReadPaper(parsed(path, cache), paper_id, load_benchmarks())
    return read_candidates(paper, possible_results(paper))


def read_candidates(paper: ReadPaper, candidates: Sequence[PossibleResult]) -> ReadLabelled:
    """Candidates of a labelled paper with their features."""
    tables = [c.figure.table.table for c in candidates]
    frame = frame_of(candidates).assign(
        paper=paper.paper_id, page=[t.page for t in tables], table_label=[t.label for t in tables]
    )
    features = pd.DataFrame.from_records(evidence_of(candidates)).fillna(0.0).astype(np.float32)
    return ReadLabelled(paper.paper_id, frame, [str(c) for c in features.columns], features.to_numpy())


class Training:
    """The candidates of all labelled papers as arrays.

    Those of benchmarks that are not labelled in their paper teach nothing, but stand beside the others as they do when
    a paper is read.
    """

    def __init__(self, papers: Sequence[ReadLabelled], labels: dict[str, Label]) -> None:
        """Put the papers together and find out what the labels say of each candidate."""
        self.labels = labels
        self.frame = pd.concat([p.frame for p in papers if len(p.frame)], ignore_index=True)
        self.names = sorted({name for p in papers for name in p.names})
        place = {name: i for i, name in enumerate(self.names)}
        self.table = np.zeros((len(self.frame), len(self.names)), np.float32)
        row = 0
        for p in papers:
            self.table[row : row + len(p.frame), [place[name] for name in p.names]] = p.features
            row += len(p.frame)
        self.frame["y"] = own_results(self.frame, labels)
        self.targets = targets_of(self.frame)
        self.folds = folds_of(self.frame["paper"])
        self.weights = weights_of(self.frame["paper"])

    def cross_validated(self) -> Array:
        """Probability of each candidate by models that never saw its paper."""
        for name in MODELS:
            self.frame[name] = self._out_of_fold(_ALONE, self.seen_by(name)[0], self.targets[name], self.shared_weights)
        self.context = pd.concat([in_context(part) for _, part in self.frame.groupby("paper", sort=False)]).sort_index()
        self.targets["final"] = self._likely_places()
        return self._out_of_fold(_FINAL, self.context.to_numpy(), self.targets["final"], self.weights)

    @cached_property
    def shared_weights(self) -> Array:
        """Weights of the candidates; places of a labelled value that fit share the weight of one."""
        yes = self.frame["y"] == YES
        places = yes.groupby(self._values()).transform("sum")
        return self.weights / np.where(yes, places, 1)

    def _likely_places(self) -> Array:
        """Where a labelled value stands in several places that fit, only those that look like it teach that they do."""
        yes = self.frame["y"] == YES
        best = self.frame["joint"].where(yes, 0.0).groupby(self._values()).transform("max")
        return np.where(yes & (self.frame["joint"] < _UNLIKELY * best), UNKNOWN, self.targets["joint"])

    def _values(self) -> list[pd.Series]:
        return [self.frame[c] for c in ("paper", "slug", "metric", "value")]

    def seen_by(self, name: str) -> tuple[Array, list[str]]:
        """The features that a model sees, and their names."""
        names = [n for n in self.names if name != "own" or n.startswith(_OWN)]
        return self.table[:, np.isin(self.names, names)], names

    def _out_of_fold(self, model: LGBMClassifier, table: Array, y: Array, weights: Array) -> Array:
        return out_of_fold(model, table, y, self.folds, weights=weights, seeds=SEEDS)

    def scores(self, probability: Array, program: Path) -> dict[str, Any]:
        """What the cross-validation says: scores by threshold and by benchmark, and how calibrated the judge is.

        Args:
            probability: As `cross_validated`.
            program: The corpus' own program that counts hits.
        """
        only_in_sentence = self.only_in_sentence(probability)
        best = self._best_meanings(probability, only_in_sentence)
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
            "reliability": reliability(best["probability"], best["y"]),
            "only_in_sentence": only_in_sentence,
        }

    def only_in_sentence(self, probability: Array) -> float:
        """How many of the likely figures that only a sentence states are right, to how many are expected to be."""
        best = self._best_meanings(probability)
        likely = best[best["in_sentence"] & (best["probability"] >= REVIEW) & (best["y"] != UNKNOWN)]
        return round(float((likely["y"] == YES).sum() / likely["probability"].sum()), 2)

    def _best_meanings(self, probability: Array, only_in_sentence: float = 1.0) -> pd.DataFrame:
        papers = self.frame.assign(probability=probability).groupby("paper", sort=False)
        return pd.concat([best_meanings(paper, REVIEW, only_in_sentence) for _, paper in papers])


def scored(taken: pd.DataFrame, labels: dict[str, Label], program: Path) -> dict[str, Any]:
    """Precision, recall and F1 of rows and headlines."""
    results = taken[["paper", "slug", "metric", "value"]].set_axis(["paper_id", "benchmark", "metric", "value"], axis=1)
    counted = counts(program, labels, results=results.assign(is_own=True, model=""))
    return {kind: counted[kind] for kind in ("rows", "headline")}


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


def write(training: Training, scores: dict[str, Any]) -> None:
    """Train on all papers and write the file."""
    every = np.arange(len(training.frame))
    seen = {name: (_ALONE, *training.seen_by(name)) for name in MODELS}
    seen["final"] = (_FINAL, training.context.to_numpy(), [str(c) for c in training.context.columns])
    fitted = Parallel(n_jobs=-1)(
        delayed(boosted)(
            model,
            table,
            training.targets[name],
            every,
            weights=training.weights if name == "final" else training.shared_weights,
            seeds=SEEDS,
        )
        for name, (model, table, _) in seen.items()
    )
    models = {
        name: plain_trees(model, names) for (name, (_, _, names)), model in zip(seen.items(), fitted, strict=True)
    }
    record = {
        "papers": list(training.labels),
        "candidates": len(training.frame),
        "own_results": int((training.frame["y"] == YES).sum()),
        "folds": FOLDS,
        "seeds": len(SEEDS),
        "lightgbm": version("lightgbm"),
        "parser_version": parser_version(),
        "cross_validated": scores,
    }
    data = {
        "accept": ACCEPT,
        "review": REVIEW,
        "only_in_sentence": scores["only_in_sentence"],
        "record": record,
        "models": models,
    }
    JUDGE_FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(f"{JUDGE_FILE.name}: {JUDGE_FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
