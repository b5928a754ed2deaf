"""The judge of results: its trees as data, its training, and what it knows without being asked."""

import json

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier
from sklearn.base import clone

from tasks.extract.accuracy.context import in_context
from tasks.extract.accuracy.judge import MODELS, load_judge
from tasks.extract.trees import Trees
from tools.learning import NEGATIVES, boosted, corrected, plain_trees, weights_of


def _data() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(1)
    table = draw.normal(size=(800, 6))
    return table, ((table[:, 1] + table[:, 3] * table[:, 5]) > 0).astype(int)


_BOOSTER = LGBMClassifier(n_estimators=20, n_jobs=1, random_state=0, verbosity=-1)


def _fitted() -> tuple[LGBMClassifier, dict]:
    table, y = _data()
    model = clone(_BOOSTER).fit(table, y)
    return model, plain_trees([model], [f"f{i}" for i in range(6)])


def test_trees_read_back_from_json_give_the_probabilities_of_the_fitted_model() -> None:
    model, data = _fitted()
    trees = Trees.of(json.loads(json.dumps(data)))
    table, _ = _data()
    seen = table[:, [int(name[1:]) for name in trees.names]]
    expected = corrected(model.predict_proba(table)[:, 1])
    np.testing.assert_allclose(trees.probability(seen), expected, rtol=1e-4)


def test_contributions_add_up_from_the_mean_of_the_training_rows_to_the_score_of_a_row() -> None:
    model, data = _fitted()
    trees = Trees.of(data)
    table, _ = _data()
    seen = table[:, [int(name[1:]) for name in trees.names]]
    mean = sum(trees.value[root] for root in trees.roots)
    no, yes = np.log(model.predict_proba(table)).T
    scores = yes - no
    assert mean == pytest.approx(scores.mean(), abs=1e-4)
    np.testing.assert_allclose([mean + trees.contributions(row).sum() for row in seen], scores, atol=1e-3)


def test_a_feature_that_decides_alone_contributes_all() -> None:
    x = np.arange(400.0) % 2
    table = np.column_stack([np.zeros(400), x])
    trees = Trees.of(plain_trees([clone(_BOOSTER).fit(table, x.astype(int))], ["nothing", "all"]))
    assert trees.names == ("all",)
    assert trees.contributions(np.array([1.0]))[0] > 0 > trees.contributions(np.array([0.0]))[0]


def test_the_nodes_of_the_shipped_judge_hold_the_means_that_contributions_start_from() -> None:
    judge = load_judge()
    for trees in (*judge.alone.values(), judge.final):
        inner = trees.feature >= 0
        children = np.stack([trees.value[trees.left[inner]], trees.value[trees.right[inner]]])
        assert (children.min(axis=0) <= trees.value[inner]).all()
        assert (trees.value[inner] <= children.max(axis=0)).all()


def test_the_same_labels_give_the_same_trees() -> None:
    assert _fitted()[1] == _fitted()[1]


def test_models_of_several_seeds_are_judged_by_the_mean_of_their_log_odds() -> None:
    table, y = _data()
    rows = np.arange(len(y))
    models = boosted(_BOOSTER, table, y, rows, negatives=0.5, seeds=(0, 1))
    one, other = (np.diff(np.log(model.predict_proba(table)))[:, 0] for model in models)
    assert (one != other).any()
    trees = Trees.of(plain_trees(models, [f"f{i}" for i in range(6)], negatives=1.0))
    score = np.log(1 / trees.probability(table[:, [int(name[1:]) for name in trees.names]]) - 1)
    np.testing.assert_allclose(-score, (one + other) / 2, atol=1e-3)


def test_a_model_shown_few_negatives_is_corrected_for_them() -> None:
    assert corrected(np.array([0.5]))[0] == NEGATIVES / (1 + NEGATIVES)


def test_the_shipped_judge_tells_how_it_was_trained() -> None:
    judge = load_judge()
    assert set(judge.alone) == set(MODELS)
    assert 0 < judge.review < judge.accept < 1
    assert 0 < judge.only_in_sentence <= 1
    assert {"papers", "cross_validated", "parser_version", "own_results"} <= set(judge.record)
    assert len(judge.record["papers"]) > 100


def test_a_paper_of_many_candidates_teaches_more_than_one_of_few_but_not_as_much_more() -> None:
    weights = weights_of(pd.Series(["many"] * 1000 + ["few"] * 10))
    assert weights[0] < weights[-1]
    assert weights[:1000].sum() > weights[1000:].sum()
    assert weights.mean() == pytest.approx(1)


def test_a_row_is_seen_beside_the_row_of_its_table_that_looks_most_like_the_papers_own() -> None:
    n = 4
    frame = pd.DataFrame(
        {
            "table": 0,
            "figure": range(n),
            "row": [0, 0, 1, 1],
            "column": [1, 2, 1, 2],
            "label": ["theirs", "theirs", "ours", "ours"],
            "header": ["a", "b", "a", "b"],
            "slug": "mmlu",
            "metric": "accuracy",
            "is_error": False,
            "other_task": False,
            "in_sentence": False,
            "decimals": 1,
            "value": [50.0, 60.0, 55.0, 65.0],
            "joint": [0.3, 0.4, 0.6, 0.7],
            "what": [0.9] * n,
            "own": [0.2, 0.3, 0.8, 0.9],
        }
    )
    found = in_context(frame)
    assert found["own:row_looks_below_first"].tolist() == pytest.approx([0.6, 0.6, 0, 0], abs=1e-4)
    assert found["own:row_looks_rank"].tolist() == [0.5, 0.5, 1, 1]
    assert found["own:column_looks_above_last"].tolist() == pytest.approx([0, 0.1, 0, 0.1], abs=1e-4)


def test_what_a_sentence_and_a_table_state_alike_speaks_for_both() -> None:
    frame = pd.DataFrame(
        {
            "table": [0, 0, 1],
            "figure": [0, 1, 0],
            "row": 0,
            "column": [1, 2, 1],
            "label": "ours",
            "header": ["a", "b", "c"],
            "slug": ["imagenet-1k", "imagenet-1k", "imagenet-1k-test"],
            "metric": "top1_accuracy",
            "is_error": False,
            "other_task": False,
            "in_sentence": [False, False, True],
            "decimals": [2, 2, 1],
            "value": [78.57, 79.9, 78.6],
            "joint": [0.3, 0.4, 0.6],
            "what": 0.9,
            "own": [0.2, 0.3, 0.8],
        }
    )
    found = in_context(frame)
    assert found["stated:count"].tolist() == [1, 0, 1]
    assert found["stated:joint"].tolist() == pytest.approx([0.6, 0, 0.3])
    assert found["stated:own"].tolist() == pytest.approx([0.8, 0, 0.2])
