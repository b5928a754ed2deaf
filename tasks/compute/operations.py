"""What a printed count of operations counts: multiply-adds or FLOP."""

import re

from schemas.codes import has
from schemas.codes.reading import ReadingNote
from schemas.rows.claims import Disclosure
from tasks.reference.networks import unit_by_anchor

MULTIPLY_ADD = re.compile(r"mult(?:iply|iplication)?s?[-‐– ]*(?:and[- ])?(?:add|acc)|\bM?MAdds?\b|\b[GM]?MACs?\b", re.I)

CONNECTIONS = re.compile(r"#\s*connections\b", re.I)
"""A column of connections: each weighs one input once in a pass, which is one multiply-add (LeCun et al. 1998,
"Gradient-based learning applied to document recognition", section II.B, counts LeNet-5's so)."""


def operations_unit(count: Disclosure) -> str:
    """'multiply_add' or 'flop' where the words or a known network decide it, else ''.

    Papers that say multiply-adds mean them. "FLOPs" is either: decided by a network of the paper whose multiply-adds
    are known, the model itself first (`warehouse/reference/networks.csv`).
    """
    header = count.column_header or ""
    if has(count.notes, ReadingNote.MULTIPLY_ADDS) or CONNECTIONS.search(header):
        return "multiply_add"
    if MULTIPLY_ADD.search(" ".join((count.raw_value, header, count.quote))):
        return "multiply_add"
    by_model = unit_by_anchor(count.model_key or "", count.number or 0.0)
    return by_model or ("flop" if has(count.notes, ReadingNote.COUNTS_FLOP) else "")
