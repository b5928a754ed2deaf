"""Networks whose sizes everybody knows (`warehouse/reference/networks.csv`).

They are anchors that decide what a paper's "FLOPs" count, and stand in where a paper does not print a known network's
size. Multiply-adds are of one forward pass for one example of `dataset` (images of ImageNet are 224 x 224 unless the
row says otherwise).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from statistics import median, quantiles
from typing import Annotated

from tasks.reference.table import Column, ReferenceTable

TOLERANCE = 0.15
"""Counts of one network differ by this much: with or without shortcuts, batch norms, the last layer (ResNet-50: 3.8 in
its paper, 4.1 and 4.2 in later ones)."""

_ANOTHER_SIZE = re.compile(r"^\d|tiny|mini|small|medium|base|large|huge|big|xx?l|\d[mb](?:$|\D)")
"""Behind the name of a network, what says that another of its family is meant."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """One known network: operations of a forward pass and parameters, None where its kind has none or none is known."""

    slug: Annotated[str, Column("Key of the network's name.")]
    name: Annotated[str, Column("Name as papers print it.")]
    multiply_adds: Annotated[float | None, Column("Multiply-adds of one forward pass.", "multiply-add", minimum=1)]
    dataset: Annotated[str, Column("Data set of the example that it passes (see datasets.csv).", optional=True)]
    parameters: Annotated[float | None, Column("Parameters.", "parameter", minimum=1)]
    source: Annotated[str, Column("Where the figures come from.")]


NETWORKS = ReferenceTable("networks.csv", Network, ("slug",), "Networks whose sizes everybody knows.")


def load_networks() -> dict[str, Network]:
    """Rows of networks.csv by the key of their names; errors as `ReferenceTable.rows`."""
    return {network.slug: network for network in NETWORKS.rows()}


def unit_by_anchor(model_key: str, operations: float) -> str:
    """'multiply_add' or 'flop', where the model is a known network and the count is its multiply-adds or twice them."""
    network = load_networks().get(model_key)
    if network is None or network.multiply_adds is None:
        return ""
    if abs(operations / network.multiply_adds - 1) < TOLERANCE:
        return "multiply_add"
    return "flop" if abs(operations / (2 * network.multiply_adds) - 1) < TOLERANCE else ""


def unit_by_anchors(counts: Iterable[tuple[str, float]]) -> str:
    """What a paper's "FLOPs" count, by the known networks among its figures; empty where none is known, or two."""
    units = {unit_by_anchor(key, operations) for key, operations in counts} - {""}
    return units.pop() if len(units) == 1 else ""


def operations_of(model_key: str, dataset: str) -> float | None:
    """Multiply-adds of the known network that a model is by its name, with the words behind it ("resnet50cutmix").

    None where they are not known for examples of the data set.
    """
    network = _known(model_key, lambda n: n.multiply_adds is not None and n.dataset == dataset)
    return network.multiply_adds if network else None


def parameters_of(model_key: str) -> float | None:
    """Parameters of the known network that a model is by its name, with the words behind it ("gpt3fewshot")."""
    network = _known(model_key, lambda n: n.parameters is not None)
    return network.parameters if network else None


def _known(model_key: str, has: Callable[[Network], bool]) -> Network | None:
    named = [
        n
        for n in load_networks().values()
        if has(n) and model_key.startswith(n.slug) and not _ANOTHER_SIZE.search(model_key[len(n.slug) :])
    ]
    return max(named, key=lambda n: len(n.slug), default=None)


@cache
def operations_per_parameter() -> tuple[float, float, float]:
    """Multiply-adds of a forward pass for each parameter of a network for images: median, 5th and 95th percentile.

    Over the networks of the table that have both; small images do not change it much, since their networks keep the
    size of their maps (ResNet-20 on CIFAR: 41 million multiply-adds, 0.27 million parameters).
    """
    ratios = [n.multiply_adds / n.parameters for n in load_networks().values() if n.multiply_adds and n.parameters]
    percentiles = quantiles(ratios, n=20)
    return median(ratios), percentiles[0], percentiles[-1]
