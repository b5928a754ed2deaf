"""What the trainers of judges share: labelled papers read in parallel, boosted trees, scores by the corpus' program."""

import hashlib
import json
import re
import runpy
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from tasks.parse import parse_document
from tasks.parse.document import Document
from tasks.provenance.versions import parser_version
from tasks.storage.store import read_json_gz, write_json_gz
from tools.judge_labels import NO, YES, Label

LABELS = Path(__file__).parents[1] / "tests" / "corpus" / "labels"
FOLDS = 6
NEGATIVES = 0.4
"""Share of the negatives that a model is shown; its probabilities are corrected for it."""
WEIGHT_OF_PAPERS = 0.3
"""A candidate weighs as the number of its paper's candidates to this negative power: a paper of a hundred tables
teaches more than one of two, but not fifty times as much."""

Array = np.ndarray[Any, Any]
Folds = list[tuple[Array, Array]]
ReadT = TypeVar("ReadT")


def read_each(
    read: Callable[[str, Path, Path], ReadT], folder: Path, labels: dict[str, Label], cache: Path
) -> list[ReadT]:
    """What `read` (given id, PDF and the folder of parsed papers) makes of every labelled paper whose PDF is there."""
    by_id = {re.sub(r"^(\d{4}\.\d{4,5})v\d+$", r"\1", p.stem): p for p in sorted(folder.glob("*.pdf"))}
    cache.mkdir(parents=True, exist_ok=True)
    todo = [(i, by_id[i], cache) for i in labels if i in by_id]
    found = []
    with ProcessPoolExecutor() as pool:
        for n, paper in enumerate(pool.map(read, *zip(*todo, strict=True)), 1):
            found.append(paper)
            print(f"\r{n} of {len(todo)} papers read", end="" if n < len(todo) else "\n", file=sys.stderr)
    return found


def parsed(path: Path, cache: Path) -> Document:
    """A paper as parsed, from the folder of parsed papers where it stands there."""
    known = cache / f"{path.stem}.{parser_version()}.json.gz"
    if known.exists():
        return Document.from_dict(read_json_gz(known))
    document = parse_document(path, hashlib.sha256(path.read_bytes()).hexdigest())
    write_json_gz(known, document.to_dict())
    return document


def counts(
    program: Path,
    labels: dict[str, Label],
    results: pd.DataFrame | None = None,
    disclosures: pd.DataFrame | None = None,
) -> dict[str, Any]:
    """Precision, recall and F1 by kind of figure, as the corpus' own program counts them."""
    none = {"results": "paper_id benchmark metric value is_own model", "disclosures": "paper_id field value model"}
    tables = {
        name: pd.DataFrame({c: pd.Series(dtype=str) for c in none[name].split()}) if table is None else table
        for name, table in (("results", results), ("disclosures", disclosures))
    }
    with TemporaryDirectory() as folder:
        for name, table in tables.items():
            table.to_parquet(f"{folder}/core_{name}.parquet")
        for paper_id, label in labels.items():
            Path(folder, f"{paper_id}.json").write_text(json.dumps(label))
        counted, _ = runpy.run_path(str(program))["score"](folder, folder)
    found: dict[str, Any] = json.loads(json.dumps(counted), parse_float=lambda number: round(float(number), 4))
    return found


def weights_of(papers: pd.Series) -> Array:
    """Weight of each candidate, by the number of candidates of its paper."""
    weights: Array = papers.map(papers.value_counts()).to_numpy(float) ** -WEIGHT_OF_PAPERS
    return weights / weights.mean()


def boosted(
    settings: dict[str, Any],
    table: Array,
    y: Array,
    rows: Array,
    negatives: float = NEGATIVES,
    weights: Array | None = None,
) -> HistGradientBoostingClassifier:
    """Trees fitted to the labelled candidates among `rows`, by weight, and to that share of the negatives."""
    rows = rows[np.isin(y[rows], (YES, NO))]
    draw = np.random.default_rng(0).random(len(rows))
    rows = rows[(y[rows] == YES) | (draw < negatives)]
    model = HistGradientBoostingClassifier(
        **settings, l2_regularization=5, max_bins=64, random_state=0, early_stopping=False
    )
    with threadpool_limits(1):  # folds run side by side; and sums of one thread come out the same every time
        return model.fit(table[rows], y[rows], sample_weight=None if weights is None else weights[rows])


def folds_of(papers: pd.Series) -> Folds:
    """Rows to train on and rows to judge, by papers."""
    return list(GroupKFold(FOLDS, shuffle=True, random_state=1).split(papers, groups=papers))


def out_of_fold(
    settings: dict[str, Any],
    table: Array,
    y: Array,
    folds: Folds,
    negatives: float = NEGATIVES,
    weights: Array | None = None,
) -> Array:
    """Probability of each candidate by trees that never saw its paper."""
    result = np.zeros(len(y))
    with ProcessPoolExecutor() as pool:
        done = [pool.submit(_one_fold, settings, table, y, fold, negatives, weights) for fold in folds]
        for (_, test), fold in zip(folds, done, strict=True):
            result[test] = fold.result()
    return result


def _one_fold(
    settings: dict[str, Any],
    table: Array,
    y: Array,
    fold: tuple[Array, Array],
    negatives: float,
    weights: Array | None,
) -> Array:
    train, test = fold
    trees = boosted(settings, table, y, train, negatives, weights)
    return corrected(trees.predict_proba(table[test])[:, 1], negatives)


def corrected(probability: Array, negatives: float = NEGATIVES) -> Array:
    """A model's probability, corrected for the negatives that it was not shown."""
    return probability * negatives / (probability * negatives + 1 - probability)


def plain_trees(
    model: HistGradientBoostingClassifier, names: Sequence[str], negatives: float = NEGATIVES
) -> dict[str, Any]:
    """A fitted model as lists of numbers (see `tasks.extract.trees.Trees`)."""
    trees = [predictor.nodes for (predictor,) in model._predictors]
    used = sorted({int(i) for nodes in trees for i in nodes["feature_idx"][nodes["is_leaf"] == 0]})
    place = {i: k for k, i in enumerate(used)}
    found: dict[str, Any] = {k: [] for k in ("roots", "feature", "threshold", "left", "right", "value")}
    for nodes in trees:
        first = len(found["feature"])
        found["roots"].append(first)
        for node, value in zip(nodes, _node_values(nodes), strict=True):
            leaf = bool(node["is_leaf"])
            found["feature"].append(-1 if leaf else place[int(node["feature_idx"])])
            found["threshold"].append(0.0 if leaf else float(node["num_threshold"]))
            found["left"].append(0 if leaf else first + int(node["left"]))
            found["right"].append(0 if leaf else first + int(node["right"]))
            found["value"].append(float(f"{value:.6g}"))
    start = float(np.ravel(model._baseline_prediction)[0])
    return {"names": [names[i] for i in used], "start": start, "negatives": negatives, **found}


def _node_values(nodes: Array) -> Array:
    """Of a tree's leaves their value; of each other node the mean over the training rows that reach it."""
    values: Array = np.where(nodes["is_leaf"], nodes["value"], 0.0)
    for i in np.flatnonzero(nodes["is_leaf"] == 0)[::-1]:  # children stand after their parent
        children = [nodes["left"][i], nodes["right"][i]]
        values[i] = np.average(values[children], weights=nodes["count"][children])
    return values


def reliability(probability: pd.Series, y: pd.Series) -> list[dict[str, float]]:
    """Of figures whose label is known, by tenths of the probability: number, mean, and the share that is right."""
    known = pd.DataFrame({"probability": probability, "y": y})[y.isin((YES, NO))]
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
