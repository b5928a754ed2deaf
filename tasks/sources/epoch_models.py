"""Epoch AI: training compute of notable models and of all models, with its notes and its confidence. CC BY 4.0.

Two files hold the same kind of row; the columns of each drift from snapshot to snapshot.
"""

import re
from collections import Counter
from functools import partial

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.fields import FIELDS
from schemas.rows import Candidate
from schemas.rows.sources import SourceModel
from tasks.names.arxiv_ids import arxiv_identity
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.csv_files import ParsedFile, Resources, SourceFile, discover_files
from tasks.sources.epoch_hardware import chip_named
from tasks.sources.structured import StructuredSource
from tasks.sources.tabular import Cells, amounts_in, read_table

SOURCE_ID = "epoch"
NOTABLE, ALL = "notable_ai_models", "all_ai_models"

COLUMNS = {
    "model": ("Model", "System"),
    "organisation": ("Organization", "Organization(s)"),
    "domain": ("Domain",),
    "task": ("Task",),
    "published": ("Publication date",),
    "paper_title": ("Reference",),
    "link": ("Link",),
    "parameters": ("Parameters",),
    "dataset_size": (
        "Training dataset size (total)",
        "Training dataset size (datapoints)",
        "Training dataset size (gradients)",
    ),
    "epochs": ("Epochs",),
    "training_flop": ("Training compute (FLOP)",),
    "training_flop_lower": ("Training compute lower bound",),
    "training_flop_upper": ("Training compute upper bound",),
    "compute_note": ("Training compute notes",),
    "compute_confidence": ("Confidence",),
    "hardware_text": ("Training hardware",),
    "chips": ("Hardware quantity",),
    "duration_hours": ("Training time (hours)",),
    "utilisation": ("Hardware utilization (MFU)", "Hardware utilization"),
    "base_model": ("Base model",),
    "finetune_flop": ("Finetune compute (FLOP)",),
    "numerical_format": ("Numerical format",),
    "training_cost_usd": ("Training compute cost (2023 USD)",),
    "modified_at": ("Last modified",),
}
"""Headers of the snapshots of 2025-03 (all models) and 2026-07 (notable models), and of others between and before."""

UNUSED = (
    *("Abstract", "Accessibility notes", "Approach", "Archived links", "Authors", "Batch size", "Batch size notes"),
    *("Benchmark data", "Citations", "Compute cost notes", "Country (from Organization)", "Country (of organization)"),
    *("Dataset size notes", "Finetune compute notes", "Foundation model", "Frontier model"),
    *("Hardware acquisition cost", "Hugging Face developer id", "Inference code accessibility"),
    *("Model accessibility", "Notability criteria", "Notability criteria notes", "Open model weights?"),
    *("Organization categorization", "Organization categorization (from Organization)", "Parameters notes"),
    *("Possibly over 1e23 FLOP", "Post-training compute (FLOP)", "Post-training compute notes", "Training chip-hours"),
    *("Training cloud compute vendor", "Training code accessibility", "Training compute cost (cloud)"),
    *("Training compute cost (upfront)", "Training compute estimation method", "Training data center"),
    *("Training dataset", "Training dataset notes", "Training power draw (W)", "Training time notes"),
    *("Utilization notes", "WikiText and Penn Treebank data"),
    "Hardware utilization (HFU)",  # counts operations done again, so that no compute follows from it
)

_AMOUNTS = {
    name: COLUMNS[name][0]
    for name in (
        *("parameters", "dataset_size", "epochs", "training_flop", "training_flop_lower", "training_flop_upper"),
        *("chips", "duration_hours", "utilisation", "finetune_flop", "training_cost_usd"),
    )
}
_MAY_BE_ZERO = ("dataset_size", "finetune_flop")  # a search around a trained model, without training of its own

CONFIDENCE_WORDS = FIELDS["compute_confidence"].allowed
_NOT_GIVEN = "Unknown"  # Epoch's own word, and what a blank cell comes to

_QUOTE_LENGTH = 200


def discover(client: Resources, addresses: Addresses) -> Discovery:
    """Rows of raw_models from both files.

    Raises:
        SourceUnavailable: neither file can be had, or (SourceBroken) be read.
    """
    files = [
        SourceFile(f"{table}.csv", url, partial(_parse_file, table=table))
        for table, url in ((NOTABLE, addresses.epoch_notable_models), (ALL, addresses.epoch_all_models))
    ]
    return discover_files(client, SOURCE_ID, files)


def _parse_file(content: bytes, table: str) -> dict[str, ParsedFile[SourceModel]]:
    return {"raw_models": models(content, table)}


def models(content: bytes, source_table: str) -> ParsedFile[SourceModel]:
    """Rows of raw_models from one file; amounts in the units of their columns, utilisation as a fraction.

    Raises:
        ChangedFeed: it cannot be read.
    """
    what = f"{source_table}.csv"
    table = read_table(content, COLUMNS, required=("model",), unused=UNUSED, what=what)
    rows = []
    seen: Counter[str | None] = Counter()
    lists = 0
    for cells in table.rows:
        seen[cells["model"]] += 1
        if _is_list(cells["dataset_size"]):
            lists += 1
            cells["dataset_size"] = None
        rows.append(_model(cells, source_table, seen[cells["model"]]))
    several = [f"{what}: {lists} rows give the sizes of several training sets; left blank"] if lists else []
    return ParsedFile(rows, table.notes + several)


def _is_list(cell: str | None) -> bool:
    """Whether a cell holds several amounts ("2260275840,2290000001"); Epoch writes no thousands' commas."""
    return bool(cell and re.fullmatch(r"[\d.e+]+(?:\s*,\s*[\d.e+]+)+", cell))


def _model(cells: Cells, source_table: str, nth_of_name: int) -> Candidate[SourceModel]:
    amounts, doubts = amounts_in(cells, _AMOUNTS, _MAY_BE_ZERO)
    confidence = cells["compute_confidence"] or _NOT_GIVEN
    doubts += [*_doubts(cells, confidence), *_doubts_of_amounts(amounts)]
    model = cells["model"] or ""
    again = [nth_of_name] if nth_of_name > 1 else []  # the first keeps its id when a second of its name comes
    row = SourceModel(
        model_row_id=content_id(SOURCE_ID, source_table, model, *again),
        source_id=SOURCE_ID,
        source_table=source_table,
        model=model,
        model_key=model_key(model),
        organisation=cells["organisation"],
        domain=" | ".join(c for c in (cells["domain"], cells["task"]) if c) or None,
        published=cells["published"],
        year=_year(cells["published"]),
        paper_id=_paper(cells["link"] or ""),
        paper_title=cells["paper_title"],
        link=cells["link"],
        parameters=amounts["parameters"],
        dataset_size=amounts["dataset_size"],
        epochs=amounts["epochs"],
        training_flop=amounts["training_flop"],
        training_flop_lower=amounts["training_flop_lower"],
        training_flop_upper=amounts["training_flop_upper"],
        hardware_text=cells["hardware_text"],
        hardware=chip_named(cells["hardware_text"] or ""),
        chips=amounts["chips"],
        duration_hours=amounts["duration_hours"],
        utilisation=amounts["utilisation"],
        numerical_format=cells["numerical_format"],
        base_model=cells["base_model"],
        finetune_flop=amounts["finetune_flop"],
        training_cost_usd=amounts["training_cost_usd"],
        compute_confidence=confidence,
        compute_note=cells["compute_note"],
        modified_at=cells["modified_at"],
        quote=_quote(cells),
    )
    return Candidate(row, tuple(doubts))


_DATE = re.compile(r"(?:19|20)\d\d(?:-\d\d){0,2}")


def _year(published: str | None) -> int | None:
    return int(published[:4]) if published and _DATE.fullmatch(published) else None


def _doubts(cells: Cells, confidence: str) -> list[Coded[RowDoubt]]:
    doubts = []
    if not cells["model"]:
        doubts.append(Coded.of(RowDoubt.NO_MODEL))
    elif not model_key(cells["model"]):
        doubts.append(Coded.of(RowDoubt.NAME_NOT_JOINABLE, name=cells["model"]))
    if cells["published"] and not _DATE.fullmatch(cells["published"]):
        doubts.append(Coded.of(RowDoubt.NO_DATE, column=COLUMNS["published"][0], text=cells["published"]))
    if confidence == "Wrong":
        doubts.append(Coded.of(RowDoubt.MARKED_WRONG))
    elif confidence not in CONFIDENCE_WORDS:
        doubts.append(Coded.of(RowDoubt.UNKNOWN_CONFIDENCE, word=confidence))
    return doubts


def _doubts_of_amounts(amounts: dict[str, float | None]) -> list[Coded[RowDoubt]]:
    doubts = []
    if (share := amounts["utilisation"]) and share > 1:
        doubts.append(Coded.of(RowDoubt.SHARE_ABOVE_ONE, column=_AMOUNTS["utilisation"], share=share))
    flop = amounts["training_flop"]
    lower, upper = amounts["training_flop_lower"], amounts["training_flop_upper"]
    if flop and ((lower and lower > flop) or (upper and upper < flop)):
        bounds = {"lower": lower or 0.0, "upper": upper or float("inf")}
        doubts.append(Coded.of(RowDoubt.OUTSIDE_OWN_BOUNDS, flop=flop, **bounds))
    return doubts


def _paper(link: str) -> str | None:
    """arXiv id of the one paper that a cell of addresses leads to; None where it leads to none, or to several."""
    identities = {arxiv_identity(address) for address in re.split(r"[\s,;]+", link)}
    ids = {identity[0] for identity in identities if identity}
    return ids.pop() if len(ids) == 1 else None


def _quote(cells: Cells) -> str:
    """Words of the row to show: how its notes on compute begin, else the compute as printed, else the model."""
    note = " ".join((cells["compute_note"] or "").split())
    if note:
        return note if len(note) <= _QUOTE_LENGTH else note[:_QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"
    name = "training_flop" if cells["training_flop"] else "model"
    return f"{COLUMNS[name][0]}: {cells[name]}"


SOURCE = StructuredSource(SOURCE_ID, discover)
