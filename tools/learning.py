"""What the trainers of judges share: labelled papers read in parallel, boosted trees, scores by the corpus' program."""

import argparse
import hashlib
import json
import re
import runpy
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from lightgbm import LGBMClassifier
from rich.console import Console
from rich.progress import track
from scipy.special import expit
from sklearn.base import clone
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

SETTINGS_OF_TREES: dict[str, Any] = {
    "colsample_bynode": 0.3, "reg_lambda": 5, "max_bin": 63, "n_jobs": 1,
    "deterministic": True, "force_row_wise": True, "verbosity": -1,
}  # fmt: skip
SEEDS = (0, 1, 2)
"""The mean of the models fitted with each is taken."""

Array = np.ndarray[Any, Any]
Folds = list[tuple[Array, Array]]
ReadT = TypeVar("ReadT")


def corpus_arguments(description: str | None) -> argparse.Namespace:
    """`corpus` and `cache` as given on the command line of a program that learns from the labelled papers."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with pdf/, gold/ and the program score")
    parser.add_argument("--cache", type=Path, default=Path("data/train"), help="where parsed papers are kept")
    return parser.parse_args()


def read_each(
    read: Callable[[str, Path, Path], ReadT], folder: Path, labels: dict[str, Label], cache: Path
) -> list[ReadT]:
    """What `read` (given id, PDF and the folder of parsed papers) makes of every labelled paper whose PDF is there."""
    by_id = {re.sub(r"^(\d{4}\.\d{4,5})v\d+$", r"\1", p.stem): p for p in sorted(folder.glob("*.pdf"))}
    cache.mkdir(parents=True, exist_ok=True)
    todo = [(i, by_id[i], cache) for i in labels if i in by_id]
    with ProcessPoolExecutor() as pool:
        papers = pool.map(read, *zip(*todo, strict=True))
        return list(track(papers, "papers read", total=len(todo), console=Console(stderr=True)))


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
    model: LGBMClassifier,
    table: Array,
    y: Array,
    rows: Array,
    negatives: float = NEGATIVES,
    weights: Array | None = None,
    seeds: Sequence[int] = (0,),
) -> list[LGBMClassifier]:
    """Trees as `model` sets them, fitted to the labelled candidates among `rows`, by weight, and to that share of the
    negatives; once for each seed, which draws the negatives and the features that a split may use."""
    known = rows[np.isin(y[rows], (YES, NO))]
    found = []
    for seed in seeds:
        draw = np.random.default_rng(seed).random(len(known))
        shown = known[(y[known] == YES) | (draw < negatives)]
        weight = None if weights is None else weights[shown]
        with threadpool_limits(1):  # folds run side by side; and sums of one thread come out the same every time
            found.append(clone(model).set_params(random_state=seed).fit(table[shown], y[shown], sample_weight=weight))
    return found


def folds_of(papers: pd.Series) -> Folds:
    """Rows to train on and rows to judge, by papers."""
    return list(GroupKFold(FOLDS, shuffle=True, random_state=1).split(papers, groups=papers))


def out_of_fold(
    model: LGBMClassifier,
    table: Array,
    y: Array,
    folds: Folds,
    negatives: float = NEGATIVES,
    weights: Array | None = None,
    seeds: Sequence[int] = (0,),
) -> Array:
    """Probability of each candidate by trees that never saw its paper."""
    result = np.zeros(len(y))
    fold = delayed(_one_fold)
    done = Parallel(n_jobs=-1)(fold(model, table, y, *rows, negatives, weights, seeds) for rows in folds)
    for (_, test), probability in zip(folds, done, strict=True):
        result[test] = probability
    return result


def _one_fold(
    model: LGBMClassifier,
    table: Array,
    y: Array,
    train: Array,
    test: Array,
    negatives: float,
    weights: Array | None,
    seeds: Sequence[int],
) -> Array:
    fitted = boosted(model, table, y, train, negatives, weights, seeds)
    return corrected(expit(np.mean([m.predict(table[test], raw_score=True) for m in fitted], axis=0)), negatives)


def corrected(probability: Array, negatives: float = NEGATIVES) -> Array:
    """A model's probability, corrected for the negatives that it was not shown."""
    return probability * negatives / (probability * negatives + 1 - probability)


def plain_trees(models: Sequence[LGBMClassifier], names: Sequence[str], negatives: float = NEGATIVES) -> dict[str, Any]:
    """The mean of fitted models as lists of numbers (see `tasks.extract.trees.Trees`)."""
    trees = [nodes for model in models for nodes in _trees_of(model)]
    used = sorted({int(i) for nodes in trees for i in nodes["feature"] if i >= 0})
    place = {i: k for k, i in enumerate(used)} | {-1: -1}
    found: dict[str, Any] = {k: [] for k in ("roots", "feature", "threshold", "left", "right", "value")}
    for nodes in trees:
        first = len(found["feature"])
        inner = nodes["feature"] >= 0
        found["roots"].append(first)
        found["feature"] += [place[int(i)] for i in nodes["feature"]]
        found["threshold"] += np.where(inner, nodes["threshold"], 0.0).tolist()
        for side in ("left", "right"):
            found[side] += np.where(inner, first + nodes[side], 0).tolist()
        found["value"] += [float(f"{value:.6g}") for value in _node_values(nodes) / len(models)]
    return {"names": [names[i] for i in used], "negatives": negatives, **found}


def _trees_of(model: LGBMClassifier) -> list[dict[str, Array]]:
    """The nodes of each tree; the leaves of the first hold where the others start from."""
    return [_nodes_of(tree["tree_structure"]) for tree in model.booster_.dump_model()["tree_info"]]


def _nodes_of(root: dict[str, Any]) -> dict[str, Array]:
    """The nodes of a tree of LightGBM, each after its parent."""
    nodes = [root]
    sides: dict[str, list[int]] = {"left": [], "right": []}
    for node in nodes:
        for side, places in sides.items():
            places.append(len(nodes) if f"{side}_child" in node else 0)
            nodes += [node[f"{side}_child"]] if f"{side}_child" in node else []
    return {
        "feature": np.array([node.get("split_feature", -1) for node in nodes]),
        "threshold": np.array([node.get("threshold", 0.0) for node in nodes]),
        "value": np.array([node.get("leaf_value", 0.0) for node in nodes]),
        "count": np.array([node.get("internal_count", node.get("leaf_count", 1)) for node in nodes]),
        **{side: np.array(places) for side, places in sides.items()},
    }


def _node_values(nodes: dict[str, Array]) -> Array:
    """Of a tree's leaves their value; of each other node the mean over the training rows that reach it."""
    values: Array = np.where(nodes["feature"] < 0, nodes["value"], 0.0)
    for i in np.flatnonzero(nodes["feature"] >= 0)[::-1]:  # children stand after their parent
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
