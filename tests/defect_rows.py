"""Rows as the rules for defects see them: what a test does not name is empty or plain."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.rows.claims import Disclosure, Place
from schemas.rows.compute import ListedEstimate
from tasks.defects.of_accuracy import SwappedDigits
from tasks.defects.suspects import register_accuracies, swaps
from tasks.match.accuracy import Accuracy
from tasks.names.keys import model_key
from warehouse.connection import connect, migrate

SPREAD = 1.5  # the range of a plain count of operations


def estimates(*rows: dict[str, Any]) -> list[ListedEstimate]:
    """Estimates with everything else empty, ids in order, keys drawn from the models' names."""
    found = []
    for i, row in enumerate(rows):
        flop = row.get("training_flop") or 1e18
        known = {"estimate_id": f"id{i}", "paper_id": "p", "source_id": "folder", "is_preferred": True}
        known |= {"model_key": model_key(row["model"]), "method": "operation_count", "basis": "b"}
        known |= {"training_flop": flop, "training_flop_lower": flop / SPREAD, "training_flop_upper": flop * SPREAD}
        found.append(ListedEstimate(**({**known, "compute_source": "paper"} | row)))
    return found


def results(*rows: dict[str, Any]) -> list[Accuracy]:
    found = []
    for i, row in enumerate(rows):
        known = {"table_name": "core_results", "result_id": f"id{i}", "source_id": "folder", "paper_id": "p"}
        known |= {"model_key": model_key(row["model"]), "benchmark": "imagenet-1k", "metric": "top1_accuracy"}
        known |= {"value": 80.0, "year": 2015, "is_own": True, "is_ensemble": False, "extra_data": None}
        found.append(Accuracy(**(known | row)))
    return found


def disclosures(*rows: dict[str, Any]) -> list[Disclosure]:
    found = []
    for i, row in enumerate(rows):
        known = {"disclosure_id": f"id{i}", "paper_id": "p", "document_sha256": None, "value": str(row.get("number"))}
        known |= {"phase": "training", "raw_value": str(row.get("number")), "place": Place(page=1), "quote": ""}
        known |= {"model_key": model_key(row.get("model") or "") or None, "confidence": 0.9, "extractor": "text"}
        found.append(Disclosure(**(known | row)))
    return found


def swaps_of(accuracies: Iterable[Accuracy]) -> list[SwappedDigits]:
    """The accuracies in which two digits are changed over."""
    with connect(Path(":memory:")) as warehouse:
        migrate(warehouse)
        register_accuracies(warehouse, [*accuracies])
        return swaps(warehouse)
