"""The judge of results: its trees as data, its training, and what it knows without being asked."""

import json

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from tasks.extract.accuracy.judge import MODELS, load_judge
from tasks.extract.trees import Trees
from tools.learning import NEGATIVES, corrected, plain_trees


def _data() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(1)
    table = draw.normal(size=(800, 6))
    return table, ((table[:, 1] + table[:, 3] * table[:, 5]) > 0).astype(int)


def _fitted() -> tuple[HistGradientBoostingClassifier, dict]:
    table, y = _data()
    model = HistGradientBoostingClassifier(max_iter=20, random_state=0).fit(table, y)
    return model, plain_trees(model, [f"f{i}" for i in range(6)])


def test_trees_read_back_from_json_give_the_probabilities_of_the_fitted_model() -> None:
    model, data = _fitted()
    trees = Trees.of(json.loads(json.dumps(data)))
    table, _ = _data()
    seen = table[:, [int(name[1:]) for name in trees.names]]
    expected = corrected(model.predict_proba(table)[:, 1])
    np.testing.assert_allclose(trees.probability(seen), expected, rtol=1e-4)


def test_the_same_labels_give_the_same_trees() -> None:
    assert _fitted()[1] == _fitted()[1]


def test_a_model_shown_few_negatives_is_corrected_for_them() -> None:
    assert corrected(np.array([0.5]))[0] == NEGATIVES / (1 + NEGATIVES)


def test_the_shipped_judge_tells_how_it_was_trained() -> None:
    judge = load_judge()
    assert set(judge.alone) == set(MODELS)
    assert 0 < judge.review < judge.accept < 1
    assert {"papers", "cross_validated", "scikit-learn", "own_results"} <= set(judge.record)
    assert len(judge.record["papers"]) > 100
