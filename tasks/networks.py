"""Networks whose operations everybody knows (`warehouse/reference/networks.csv`): anchors for what "FLOPs" count.

Multiply-adds of one forward pass for one image of ImageNet (224 x 224 unless the row says otherwise).
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

NETWORKS_CSV = Path(__file__).parents[1] / "warehouse" / "reference" / "networks.csv"

TOLERANCE = 0.15
"""Counts of one network differ by this much: with or without shortcuts, batch norms, the last layer (ResNet-50: 3.8 in
its paper, 4.1 and 4.2 in later ones)."""


@cache
def load_networks(path: Path = NETWORKS_CSV) -> dict[str, float]:
    """Multiply-adds of one forward pass by the key of the model's name.

    Raises:
        OSError: the file cannot be read.
        KeyError, ValueError: a column is missing, or a number is none.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return {row["slug"]: float(row["multiply_adds"]) for row in csv.DictReader(file)}


def unit_by_anchor(model_key: str, operations: float) -> str:
    """'multiply_add' or 'flop', where the model is a known network and the count is its multiply-adds or twice them."""
    anchor = load_networks().get(model_key)
    if anchor is None:
        return ""
    if abs(operations / anchor - 1) < TOLERANCE:
        return "multiply_add"
    return "flop" if abs(operations / (2 * anchor) - 1) < TOLERANCE else ""


def unit_by_anchors(counts: Iterable[tuple[str, float]]) -> str:
    """What a paper's "FLOPs" count, by the known networks among its figures; empty where none is known, or two."""
    units = {unit_by_anchor(key, operations) for key, operations in counts} - {""}
    return units.pop() if len(units) == 1 else ""


def operations_of(model_key: str) -> float | None:
    """Multiply-adds of the known network that a model is by its name, with the words behind it ("resnet50cutmix")."""
    networks = load_networks()
    names = [n for n in networks if model_key == n or (model_key.startswith(n) and not model_key[len(n)].isdigit())]
    return networks[max(names, key=len)] if names else None
