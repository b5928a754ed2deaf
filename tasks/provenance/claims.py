"""What an extractor hands on: one claim a figure, a plain dict with the columns of its table.

A claim that is ambiguous carries `doubt`: the reason in words. It goes to quarantine, never into the warehouse.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

Claim = dict[str, Any]

SUPPOSED = "no figure names the model: the paper's main model by supposition"
"""Flag of a compute estimate whose disclosures all speak of the paper and none of the model."""


def content_id(*parts: object) -> str:
    """Stable 16-hex-digit id of a row's content (numbers and text alike)."""
    text = json.dumps(parts, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def place(page: int, box: tuple[float, float, float, float] | None, location: str) -> Claim:
    """The columns that say where on the page a figure stands; coordinates rounded to 0.1 pt."""
    x0, top, x1, bottom = (round(v, 1) for v in box) if box else (None,) * 4
    return {"page": page, "bbox_x0": x0, "bbox_top": top, "bbox_x1": x1, "bbox_bottom": bottom, "location": location}


def unique(claims: Iterable[Claim], key: str) -> list[Claim]:
    """Claims with each id once, first come first kept."""
    seen: dict[str, Claim] = {}
    for claim in claims:
        seen.setdefault(claim[key], claim)
    return list(seen.values())
