"""What a printed count of operations counts: multiply-adds or FLOP."""

import re

from tasks.extract.training.findings import COUNTS_FLOP
from tasks.provenance.claims import Claim
from tasks.reference.networks import unit_by_anchor

MULTIPLY_ADD = re.compile(r"mult(?:iply|iplication)?s?[-‐– ]*(?:and[- ])?(?:add|acc)|\bM?MAdds?\b|\b[GM]?MACs?\b", re.I)


CONNECTIONS = re.compile(r"#\s*connections\b", re.I)
"""A column of connections: each weighs one input once in a pass, which is one multiply-add (LeCun et al. 1998,
"Gradient-based learning applied to document recognition", section II.B, counts LeNet-5's so)."""


def operations_unit(claim: Claim) -> str:
    """'multiply_add' or 'flop' where the words or a known network decide it, else ''.

    Papers that say multiply-adds mean them. "FLOPs" is either: decided by a network of the paper whose multiply-adds
    are known, the model itself first (`warehouse/reference/networks.csv`).
    """
    words = " ".join(str(claim.get(k) or "") for k in ("raw_value", "column_header", "quote", "confidence_reasons"))
    if MULTIPLY_ADD.search(words) or CONNECTIONS.search(str(claim.get("column_header") or "")):
        return "multiply_add"
    by_model = unit_by_anchor(str(claim.get("model_key") or ""), claim["number"])
    return by_model or ("flop" if COUNTS_FLOP in words else "")
