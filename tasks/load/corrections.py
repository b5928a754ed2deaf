"""What corrections by hand (`tasks.reference.corrections`) make of the claims that were read."""

import csv
import io
import math
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from typing import Generic, TypeVar

from schemas.rows import Candidate, Record
from schemas.rows.claims import Disclosure, Result
from schemas.tables import TABLES
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.corrections import Correction, number, same_value
from tasks.reference.table import columns_of

Claim = Result | Disclosure
ClaimT = TypeVar("ClaimT", Result, Disclosure)


def line_for(claim: Record) -> str:
    """The line of corrections.csv that speaks of `claim`, with what only a person knows left empty."""
    table = "core_disclosures" if claim.get("field") else "core_results"
    known = {**claim, "claim": claim[TABLES[table].key[0]], "reported": claim["value"]}
    names = [column.name for column in columns_of(Correction)]
    cells = ["" if known.get(name) is None or name in ("reason", "source") else str(known[name]) for name in names]
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def versions(corrections: Iterable[Correction]) -> dict[str, str]:
    """By paper, a hash of its corrections: a paper whose corrections changed is loaded again."""
    by_paper: dict[str, list[str]] = {}
    for c in corrections:
        by_paper.setdefault(c.paper_id, []).append(content_id(*astuple(c)))
    return {paper: content_id(sorted(given)) for paper, given in by_paper.items()}


@dataclass
class Applied(Generic[ClaimT]):
    """What corrections made of claims: those that stay, those rejected and by which one, and what met no claim."""

    claims: list[Candidate[ClaimT]]
    corrected: int
    rejected: list[tuple[ClaimT, Correction]]
    stale: list[Correction]

    def put(self, claim: Candidate[ClaimT], correction: Correction | None) -> None:
        """Take a claim in, as its correction leaves it."""
        if correction is None:
            self.claims.append(claim)
        elif correction.corrected:
            self.claims.append(replace(claim, row=_corrected(claim.row, correction)))
            self.corrected += 1
        else:
            self.rejected.append((claim.row, correction))


def claim_id(claim: Claim) -> str:
    """The key of a claim in its table."""
    return claim.result_id if isinstance(claim, Result) else claim.disclosure_id


def apply_corrections(claims: list[Candidate[ClaimT]], corrections: Iterable[Correction]) -> Applied[ClaimT]:
    """Correct and reject claims of one table; they are all claims, as read, of the papers that are spoken of."""
    free: dict[str, ClaimT] = {claim_id(claim.row): claim.row for claim in claims}
    met: dict[str, Correction] = {}
    stale = []
    # Those whose claim is still read as it was come first, so that no other correction can take it from them.
    for correction in sorted(corrections, key=lambda c: c.claim not in free):
        claim = _claim_meant(correction, [*free.values()])
        if claim is None:
            stale.append(correction)
        else:
            met[claim_id(claim)] = correction
            del free[claim_id(claim)]
    applied: Applied[ClaimT] = Applied([], 0, [], stale)
    for candidate in claims:
        applied.put(candidate, met.get(claim_id(candidate.row)))
    return applied


def _claim_meant(c: Correction, claims: list[ClaimT]) -> ClaimT | None:
    """The claim that a correction speaks of: by its id, else by its model, else by its place.

    What stands nearest to the place decides: where that reads otherwise now, an equal figure farther away is another.
    Without a place, the one claim that reads so is meant.
    """
    figures = [claim for claim in claims if _is_of_quantity(c, claim)]
    same_id = [claim for claim in figures if claim_id(claim) == c.claim]
    same_model = [claim for claim in figures if c.model and claim.model_key == model_key(c.model)]
    for group in (same_id, same_model, figures):
        nearest = sorted(group, key=lambda r: (_distance(c, r), not _reads_so(c, r)))
        candidates = [claim for claim in (nearest if c.bbox_x0 is None else nearest[:1]) if _reads_so(c, claim)]
        if len(candidates) == 1:
            return candidates[0]
    return None


def _reads_so(c: Correction, claim: Claim) -> bool:
    return same_value(claim.value, c.reported)


def _is_of_quantity(c: Correction, claim: Claim) -> bool:
    if isinstance(claim, Result):
        is_meant = not c.field and (claim.benchmark, claim.metric) == (c.benchmark, c.metric)
    else:
        is_meant = claim.field == c.field
    return is_meant and claim.paper_id == c.paper_id and claim.place.page == c.page


def _distance(c: Correction, claim: Claim) -> float:
    if c.bbox_x0 is None or c.bbox_top is None:
        return 0.0
    x0, top = claim.place.bbox_x0, claim.place.bbox_top
    return math.inf if x0 is None or top is None else math.hypot(x0 - c.bbox_x0, top - c.bbox_top)


def _corrected(claim: ClaimT, c: Correction) -> ClaimT:
    claim = replace(claim, corrected_from=str(claim.value), correction=c.words)
    if isinstance(claim, Result):
        return replace(claim, value=float(c.corrected))
    # The range was that of the figure as read.
    return replace(claim, value=c.corrected, number=number(c.corrected), number_lower=None, number_upper=None)


def stale_claim(c: Correction) -> Record:
    """The figure that a stale correction speaks of, as a row of its table, so far as the correction says."""
    key = TABLES[c.table_name].key[0]
    row: Record = {**vars(c), key: c.claim, "value": c.reported}
    return {k: v for k, v in row.items() if v not in ("", None)}
