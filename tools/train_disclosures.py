"""Train the judge of training disclosures on labelled papers: `python -m tools.train_disclosures --corpus FOLDER`.

Writes `warehouse/reference/disclosure_judge.json` anew (`make train`): the same papers, labels, code and packages give
the same file, bit for bit. Before that, each paper is judged by models that were trained without it; their scores stand
in the file's record.
"""

import json
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from lightgbm import LGBMClassifier
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tasks.extract.training.candidates import TrainingPaper, is_judged, possible_figures
from tasks.extract.training.context import frame_of, in_context
from tasks.extract.training.disclosure_judge import JUDGE_FILE, is_anothers, with_field
from tasks.extract.training.disclosures import named_kinds
from tasks.extract.training.evidence import facts_of, words_of
from tasks.provenance.versions import parser_version
from tasks.reference.datasets import load_datasets
from tasks.reference.hardware import load_hardware
from tools.judge_labels import NO, UNKNOWN, YES, Label, read_labels
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

ACCEPT, REVIEW = 0.35, 0.2
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9)
PAPERS_WITH_WORD = 4
"""A word that stands near figures of fewer papers is not weighed."""
TOLERANCE = 0.02
"""How far a figure may lie from a labelled one, as the corpus' program counts."""
_TREES = LGBMClassifier(n_estimators=150, learning_rate=0.06, num_leaves=12, min_child_samples=20, **SETTINGS_OF_TREES)


@dataclass(frozen=True)
class ReadFigures:
    """The candidates of one labelled paper: where they stand, the words around them, and their facts."""

    frame: pd.DataFrame
    words: list[list[str]]
    facts: list[dict[str, float]]


def main() -> None:
    """Read the labelled papers, cross-validate, train on all, write the file."""
    arguments = corpus_arguments(__doc__)
    labels = read_labels(arguments.corpus / "gold", LABELS)
    labels = {paper_id: label for paper_id, label in labels.items() if label.get("training_labelled", True)}
    training = FigureTraining(read_each(_read_paper, arguments.corpus / "pdf", labels, arguments.cache), labels)
    scores = training.scores(training.cross_validated(), arguments.corpus / "score")
    for threshold, score in scores["thresholds"].items():
        print(threshold, score["compute"], score["compute_macro"]["f1"])
    write(training, scores)


def _read_paper(paper_id: str, path: Path, cache: Path) -> ReadFigures:
    paper = TrainingPaper(parsed(path, cache), paper_id, tuple(load_hardware()), tuple(load_datasets()))
    possible = [p for p in possible_figures(paper) if is_judged(p.figure)]
    words = [with_field(words_of(paper, p), p.figure.field) for p in possible]
    facts = [{name: float(value) for name, value in found.items()} for found in facts_of(paper, possible)]
    return ReadFigures(frame_of(paper, possible).assign(paper=paper_id), words, facts)


def own_figures(frame: pd.DataFrame, labels: dict[str, Label]) -> Array:
    """YES where a labelled figure of the paper's own stands, else NO, also where one of others stands that it ran.

    UNKNOWN are those with the value of a labelled one that stands on another page.

    Args:
        frame: Candidates with `paper`, `field`, `value` and `page`.
        labels: Labels by paper.
    """
    y = np.full(len(frame), NO)
    values, pages = frame["value"].tolist(), frame["page"].to_numpy()
    places = frame.groupby(["paper", "field"]).indices
    for paper_id, label in labels.items():
        figures = sorted(label["training"], key=lambda figure: bool(figure["own"] is True))
        same = []
        for figure in figures:
            at = places.get((paper_id, figure["field"]), ())
            same.append(np.array([i for i in at if _is_same(values[i], figure["value"])], dtype=int))
            y[same[-1]] = UNKNOWN
        for figure, at in zip(figures, same, strict=True):
            on_page = at[pages[at] == figure["page"]]
            y[on_page if len(on_page) else at] = YES if figure["own"] is True else NO
    return y


def _is_same(value: str, labelled: float | str) -> bool:
    if isinstance(labelled, str):
        return value == labelled.strip().lower()
    number = float(value)
    return abs(number - labelled) <= TOLERANCE * max(abs(number), abs(labelled))


class FigureTraining:
    """The candidates of all labelled papers as arrays."""

    def __init__(self, papers: list[ReadFigures], labels: dict[str, Label]) -> None:
        """Put the papers together and find out what the labels say of each candidate."""
        self.labels = labels
        self.frame = pd.concat([p.frame for p in papers], ignore_index=True)
        self.anothers = np.array([is_anothers(f) for p in papers for f in p.facts])
        facts = pd.DataFrame.from_records([f for p in papers for f in p.facts]).fillna(0.0)
        facts = facts.reindex(sorted(facts.columns), axis=1).astype(np.float32)
        self.frame["y"] = own_figures(self.frame, labels)
        self.y = self.frame["y"].to_numpy()
        self.names, self.facts = [*facts.columns, "words"], facts.to_numpy()
        self.folds, self.weights = folds_of(self.frame["paper"]), weights_of(self.frame["paper"])
        seen = Counter(word for p in papers for word in {w for words in p.words for w in words})
        self.vocabulary = sorted(word for word, n in seen.items() if n >= PAPERS_WITH_WORD)
        self.words = _as_matrix([w for p in papers for w in p.words], self.vocabulary)

    def cross_validated(self) -> Array:
        """Probability of each candidate by models that never saw its paper."""
        self.alone = np.column_stack([self.facts, self._words_out_of_fold()])
        self.frame["probability"] = self._out_of_fold(self.alone)
        context = pd.concat([in_context(part) for _, part in self.frame.groupby("paper", sort=False)]).sort_index()
        self.context_names = [str(c) for c in context.columns]
        self.beside = np.column_stack([self.alone, context.to_numpy()])
        in_paper = self._out_of_fold(self.beside)
        mean = (self.frame["probability"].to_numpy() + in_paper) / 2
        return np.where(self.anothers, 0.0, mean)

    def _words_out_of_fold(self) -> Array:
        """What the words around each candidate weigh by weights fitted without its paper."""
        found = np.zeros(len(self.y))
        fold = delayed(_weighed)
        done = Parallel(n_jobs=-1)(fold(self.words, self.y, *rows) for rows in self.folds)
        for (_, test), weights in zip(self.folds, done, strict=True):
            found[test] = weights
        return found

    def _out_of_fold(self, table: Array) -> Array:
        return out_of_fold(_TREES, table, self.y, self.folds, 1.0, self.weights, SEEDS)

    def scores(self, probability: Array, program: Path) -> dict[str, Any]:
        """What the cross-validation says: scores by threshold and by field, and how calibrated the judge is.

        Args:
            probability: As `cross_validated`.
            program: The corpus' own program that counts hits.
        """

        def scored(from_: float) -> dict[str, Any]:
            taken = self.frame[probability >= from_][["paper", "field", "value"]].drop_duplicates()
            chips = taken[taken["field"] == "hardware"].groupby("paper")["value"]
            weak = {(paper, kind) for paper, slugs in chips for kind in named_kinds(set(slugs))}
            taken = taken[[at not in weak for at in zip(taken["paper"], taken["value"], strict=True)]]
            claims = taken.set_axis(["paper_id", "field", "value"], axis=1).assign(model="")
            return counts(program, self.labels, disclosures=claims)

        kinds = ("compute", "compute_macro")
        return {
            "candidates": scored(0.0)["compute"]["recall"],
            "thresholds": {f"{t:.2f}": {k: scored(t)[k] for k in kinds} for t in THRESHOLDS},
            "fields": scored(ACCEPT)["compute_by_field"],
            "reliability": reliability(pd.Series(probability), self.frame["y"]),
        }


def _as_matrix(words: list[list[str]], vocabulary: list[str]) -> sparse.csr_matrix:
    place = {word: i for i, word in enumerate(vocabulary)}
    rows = [sorted(place[w] for w in of_one if w in place) for of_one in words]
    ends = np.cumsum([0, *map(len, rows)])
    filled = np.ones(ends[-1], np.float32)
    return sparse.csr_matrix((filled, np.concatenate(rows), ends), shape=(len(words), len(vocabulary)))


def weighing(words: sparse.csr_matrix, y: Array, rows: Array) -> LogisticRegression:
    """Weights of words, fitted to the labelled candidates among `rows`."""
    rows = rows[np.isin(y[rows], (YES, NO))]
    return LogisticRegression(C=0.02, solver="liblinear", random_state=0).fit(words[rows], y[rows])


def _weighed(words: sparse.csr_matrix, y: Array, train: Array, test: Array) -> Array:
    weights: Array = weighing(words, y, train).decision_function(words[test])
    return weights


def write(training: FigureTraining, scores: dict[str, Any]) -> None:
    """Train on all papers and write the file."""
    every = np.arange(len(training.y))
    words = weighing(training.words, training.y, every)
    weights = dict(zip(training.vocabulary, words.coef_[0].tolist(), strict=True))
    weights[""] = weights.get("", 0.0) + float(words.intercept_[0])
    tables = {"alone": (training.alone, training.names)}
    tables["final"] = (training.beside, [*training.names, *training.context_names])
    models = {
        name: plain_trees(boosted(_TREES, table, training.y, every, 1.0, training.weights, SEEDS), names, 1.0)
        for name, (table, names) in tables.items()
    }
    record = {
        "papers": list(training.labels),
        "candidates": len(training.frame),
        "own_figures": int((training.y == YES).sum()),
        "folds": FOLDS,
        "seeds": len(SEEDS),
        "lightgbm": version("lightgbm"),
        "scikit-learn": version("scikit-learn"),
        "parser_version": parser_version(),
        "cross_validated": scores,
    }
    kept = {word: float(f"{weight:.3g}") for word, weight in weights.items() if abs(weight) >= 0.002 or not word}
    data = {"accept": ACCEPT, "review": REVIEW, "record": record, "words": kept, "models": models}
    JUDGE_FILE.write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(f"{JUDGE_FILE.name}: {JUDGE_FILE.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
