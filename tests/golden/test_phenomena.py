"""Papers made by the project, one for each thing that papers do: from the bytes of a PDF to its claims.

`python -m tests.golden.report` prints what is read and what is misread.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tasks.parse import UnreadableDocument
from tests.golden.claims import TOP1, Doubt, compare, misread, read
from tests.golden.phenomena import PHENOMENA

NOT_YET: dict[str, str] = {
    "others' models run again": "another's figure is read as own",
    "rows that head groups": "figures of others are not kept as theirs",
    "deviations behind a plus-minus sign": "figures of others are not kept as theirs",
    "errors or accuracies, nothing tells": "figures without a direction are taken",
    "CIFAR-10 and -100, with and without augmentation": "figures of others are not kept as theirs",
    "COCO val and test-dev apart in one table": "figures of others are not kept as theirs",
    "AP of boxes beside AP of masks": "figures of others are not kept as theirs",
    "AP of small, middling and large objects beside AP": "figures of others are not kept as theirs",
    "SQuAD 1.1 beside 2.0": "figures of others are not kept as theirs",
    "dev and test apart": "figures of others are not kept as theirs",
    "CoNLL-2003 in English beside German": "figures of others are not kept as theirs",
    "MMLU among other tasks": "figures of others are not kept as theirs",
    "WMT14 En-De and En-Fr in two columns": "figures of others are not kept as theirs",
    "WMT14 in both directions": "figures of others are not kept as theirs",
    "LibriSpeech dev and test, clean and other": "dev is read as test",
    "LibriSpeech with its metric in full": "figures of others are not kept as theirs",
    "a block headed as ours": "another's figure is read as own",
    "rows marked as ours": "another's figure is read as own",
    "a sentence with an error on the test set": "it waits for review",
    "ensembles": "figures of others are not kept as theirs",
}
"""Phenomena that are still misread, and how. What is expected of them is what a careful reader would say."""


def _case(name: str) -> object:
    marks = [pytest.mark.xfail(strict=True, reason=NOT_YET[name])] if name in NOT_YET else []
    return pytest.param(name, id=name, marks=marks)


@pytest.mark.parametrize("name", [_case(name) for name in PHENOMENA])
def test_phenomenon(name: str, tmp_path: Path) -> None:
    assert misread(PHENOMENA[name], tmp_path) == []


def test_what_is_not_read_yet_is_a_phenomenon() -> None:
    assert set(NOT_YET) <= set(PHENOMENA)


RIGHT = PHENOMENA["booktabs without vertical rules"]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    claims = read(RIGHT.paper, tmp_path_factory.mktemp("golden"))
    assert isinstance(claims, list)
    return claims


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"value": 78.56}, "missing: FooNet-L: imagenet-1k top1_accuracy 78.56 (own)"),
        ({"model": "BarNet"}, "missing: BarNet: imagenet-1k top1_accuracy 78.57 (own)"),
        ({"own": False}, "read as own"),
        ({"ensemble": True}, "is_ensemble is None"),
        ({"protocol": "10-crop"}, "test_protocol is None"),
        ({"extra_data": "JFT-300M"}, "extra_data is None"),
        ({"where": "Table 2"}, "its place is 'Table 1'"),
    ],
)
def test_a_misreading_is_told(change: dict[str, Any], told: str, found: list[dict[str, Any]]) -> None:
    claims = [replace(c, **change) if (c.model, c.measure) == ("FooNet-L", TOP1) else c for c in RIGHT.claims]
    assert any(told in problem for problem in compare(replace(RIGHT, claims=tuple(claims)), found))


def test_more_and_less_than_expected_is_told(found: list[dict[str, Any]]) -> None:
    assert compare(RIGHT, found) == []
    assert compare(replace(RIGHT, claims=RIGHT.claims[1:]), found)[0].startswith("too much: ResNet-50")
    assert compare(RIGHT, [*found, found[0]])[0].startswith("too much: ResNet-50")
    assert compare(RIGHT, UnreadableDocument("no text layer")) == ["refused: no text layer"]
    assert compare(replace(RIGHT, unreadable="no text"), found) == ["read, though it is unreadable: no text"]
    doubted = replace(RIGHT, doubts=(Doubt("78.57", "error or accuracy"),))
    assert compare(doubted, found) == ["not doubted (error or accuracy): 78.57"]
