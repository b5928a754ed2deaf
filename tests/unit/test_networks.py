"""Known networks: anchors for what a count counts, and sizes that stand in for those not printed."""

import pytest

from tasks.names.keys import model_key
from tasks.reference.networks import (
    load_networks,
    operations_of,
    operations_per_parameter,
    parameters_of,
    unit_by_anchor,
    unit_by_anchors,
)


@pytest.mark.parametrize(
    ("name", "operations", "unit"),
    [
        ("ResNet-50", 4.1e9, "multiply_add"),
        ("ResNet-50", 3.8e9, "multiply_add"),
        ("ResNet-50", 8.2e9, "flop"),
        ("ResNet-50", 6e9, ""),
        ("VGG-16", 30.69e9, "flop"),
        ("MobileNetV2", 300e6, "multiply_add"),
        ("BERT large", 340e6, ""),
        ("NewNet", 4.1e9, ""),
    ],
)
def test_a_known_network_decides_what_a_count_counts(name: str, operations: float, unit: str) -> None:
    assert unit_by_anchor(model_key(name), operations) == unit


def test_networks_that_disagree_decide_nothing() -> None:
    assert unit_by_anchors([("resnet50", 4.1e9), ("resnet101", 7.8e9), ("newnet", 1e9)]) == "multiply_add"
    assert unit_by_anchors([("resnet50", 4.1e9), ("vgg16", 30.7e9)]) == ""
    assert unit_by_anchors([("newnet", 1e9)]) == ""


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("ResNet-50", 4.0e9),
        ("ResNet-50 + CutMix", 4.0e9),
        ("ResNet-500", None),
        ("SE-ResNet-50", 3.87e9),
        ("ResNeXt-101-FPN", 7.8e9),
        ("DenseNet-BC (k=12)", None),
    ],
)
def test_operations_by_name(name: str, known: float | None) -> None:
    assert operations_of(model_key(name), "imagenet-1k") == known
    assert operations_of(model_key(name), "coco") is None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("BERT-large", 3.4e8),
        ("GPT-3 Few-Shot", 1.746e11),
        ("GPT-3 6.7B", None),
        ("GPT-2 small", None),
        ("T5-large", 7.7e8),
        ("T5", None),
    ],
)
def test_parameters_by_name_are_not_another_sizes(name: str, known: float | None) -> None:
    assert parameters_of(model_key(name)) == known


def test_operations_per_parameter_hold_for_the_networks_that_they_come_from() -> None:
    _, least, most = operations_per_parameter()
    ratios = [n.multiply_adds / n.parameters for n in load_networks().values() if n.multiply_adds and n.parameters]
    assert len(ratios) > 30
    assert sum(least <= r <= most for r in ratios) / len(ratios) >= 0.85
    # Networks for small images, not of the table: ResNet-110 (1.7 M, 255 M), WRN-28-10 (36.5 M, 5.2 G).
    assert least < 255 / 1.7 < most
    assert least < 5200 / 36.5 < most
    assert 3 < most / least < 10


def test_every_known_network_has_a_size_and_a_source() -> None:
    for slug, network in load_networks().items():
        assert network.multiply_adds or network.parameters
        assert model_key(slug) == slug
