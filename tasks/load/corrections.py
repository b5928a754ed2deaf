"""Corrections by hand (`warehouse/reference/corrections.csv`): what a person found wrong in the extractors' readings.

A row says that a claim which was read as `reported` has the value `corrected`, or, where that is empty, that it is no
claim at all. A claim's id is a hash of its content and changes when the extractors read anything else there: a
correction therefore also names its figure by paper, page, quantity, value, model and place, and meets its claim when
the box shifts or the name is read better. One that no longer meets a claim is stale, and the run says so.
"""

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

from schemas.codes import Coded
from schemas.codes.sources import HandReason
from schemas.rows import Candidate, Record
from schemas.rows.claims import Disclosure, Result
from schemas.tables import TABLES
from schemas.vocabularies import DISCLOSURE_FIELDS, PRECISIONS, WORDED_FIELDS
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.hardware import load_hardware

_REFERENCE = Path(__file__).parents[2] / "warehouse" / "reference"
CORRECTIONS_CSV = _REFERENCE / "corrections.csv"

Claim = Result | Disclosure
ClaimT = TypeVar("ClaimT", Result, Disclosure)

_REQUIRED = ("paper_id", "page", "reported", "reason", "source", "who", "when")


class MalformedCorrections(ValueError):
    """The file of corrections cannot be understood; the message names line and column."""


@dataclass(frozen=True)
class Correction:
    """One row of corrections.csv, in its words; what is not given is an empty text.

    `claim` is the id that the claim had when the correction was written. A result names `benchmark` and `metric`, a
    training disclosure `field`; `bbox_x0` and `bbox_top` are the place of the figure on its page in points.
    """

    claim: str
    paper_id: str
    page: str
    benchmark: str
    metric: str
    field: str
    model: str
    bbox_x0: str
    bbox_top: str
    reported: str
    corrected: str
    reason: str
    source: str
    who: str
    when: str

    @property
    def table_name(self) -> str:
        """The table of the claim that it speaks of."""
        return "core_disclosures" if self.field else "core_results"

    @property
    def words(self) -> str:
        """Why the claim is otherwise, by whose hand and when."""
        return f"{self.reason} ({self.source}; {self.who}, {self.when})"

    @property
    def rejection(self) -> Coded[HandReason]:
        """Why the claim that it rejects is refused."""
        return Coded.of(HandReason.REJECTED, detail=self.words)

    @property
    def staleness(self) -> Coded[HandReason]:
        """What to say when no claim is read any more that it could correct."""
        return Coded.of(
            HandReason.STALE,
            quantity=self.field or f"{self.benchmark} {self.metric}",
            reported=self.reported,
            model=f" of {self.model}" if self.model else "",
            paper_id=self.paper_id,
            page=self.page,
            claim=self.claim or "not named",
        )


_COLUMNS = tuple(f.name for f in fields(Correction))


# --- the file


def load_corrections(path: Path = CORRECTIONS_CSV) -> list[Correction]:
    """All corrections, in the file's order.

    Raises:
        MalformedCorrections: the file is no such table, or a cell cannot be what it has to be.
        OSError: the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = tuple(next(reader, []))
            if header != _COLUMNS:
                raise MalformedCorrections(f"{path.name}, line 1: {_header_fault(header)}")
            rows = [(reader.line_num, cells) for cells in reader if cells]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedCorrections(f"{path.name} is no CSV in UTF-8: {error}") from error
    found = [_correction(cells, f"{path.name}, line {line}") for line, cells in rows]
    for i, correction in enumerate(found):
        if any(_same_figure(correction, earlier) for earlier in found[:i]):
            raise MalformedCorrections(f"{path.name}, line {rows[i][0]}, column claim: corrected above already")
    return found


def _header_fault(header: tuple[str, ...]) -> str:
    for wanted in _COLUMNS:
        if wanted not in header:
            return f"column {wanted} is missing; the columns are {','.join(_COLUMNS)}"
    return f"the columns are {','.join(_COLUMNS)}, each once and in this order, not {','.join(header)}"


def _correction(cells: list[str], where: str) -> Correction:
    if len(cells) != len(_COLUMNS):
        column = _COLUMNS[min(len(cells), len(_COLUMNS) - 1)]
        raise MalformedCorrections(f"{where}, column {column}: {len(cells)} cells instead of {len(_COLUMNS)}")
    correction = Correction(*(c.strip() for c in cells))
    fault = next(_faults(correction), None)
    if fault:
        raise MalformedCorrections(f"{where}, column {fault[0]}: {fault[1]}")
    return correction


def _faults(c: Correction) -> Iterator[tuple[str, str]]:
    """What is wrong with a correction, column and words, one after the other: each may rest on those before it."""
    yield from ((column, "is empty") for column in _REQUIRED if not getattr(c, column))
    if not (c.page.isascii() and c.page.isdecimal() and int(c.page) > 0):
        yield "page", f"{c.page!r} is no number of a page"
    yield from _quantity_faults(c)
    for column in ("bbox_x0", "bbox_top"):
        if bool(c.bbox_x0) != bool(c.bbox_top) and not getattr(c, column):
            yield column, "is empty, but the other coordinate is given"
        if getattr(c, column) and _number(getattr(c, column)) is None:
            yield column, f"{getattr(c, column)!r} is no number"
    for column in ("reported", "corrected"):
        if c.field not in WORDED_FIELDS and getattr(c, column) and _number(getattr(c, column)) is None:
            yield column, f"{getattr(c, column)!r} is no number"
    if c.field == "hardware" and c.corrected and c.corrected not in {h.slug for h in load_hardware()}:
        yield "corrected", f"{c.corrected!r} is no slug of hardware.csv"
    if c.field == "precision" and c.corrected and c.corrected not in PRECISIONS:
        yield "corrected", f"{c.corrected!r} is none of {', '.join(PRECISIONS)}"
    if c.corrected and _same_value(c.corrected, c.reported):
        yield "corrected", "is the value as reported; leave it empty to reject the claim"
    try:
        date.fromisoformat(c.when)
    except ValueError:
        yield "when", f"{c.when!r} is no date like 2026-11-23"


def _quantity_faults(c: Correction) -> Iterator[tuple[str, str]]:
    if c.field and (c.benchmark or c.metric):
        yield "field", "a result names benchmark and metric, a training disclosure its field, not both"
    elif c.field and c.field not in DISCLOSURE_FIELDS:
        yield "field", f"{c.field!r} is none of {', '.join(DISCLOSURE_FIELDS)}"
    elif not c.field:
        known = [(b.slug, b.metric) for b in load_benchmarks()]
        if c.benchmark not in {slug for slug, _ in known}:
            yield "benchmark", f"{c.benchmark!r} is no slug of benchmarks.csv (and no field is given)"
        elif (c.benchmark, c.metric) not in known:
            yield "metric", f"{c.metric!r} is no metric of {c.benchmark} in benchmarks.csv"


def _same_figure(a: Correction, b: Correction) -> bool:
    if a.claim and a.claim == b.claim:
        return True
    return astuple(a)[1 : _COLUMNS.index("corrected")] == astuple(b)[1 : _COLUMNS.index("corrected")]


def line_for(claim: Record) -> str:
    """The line of corrections.csv that speaks of `claim`, with what only a person knows left empty."""
    table = "core_disclosures" if claim.get("field") else "core_results"
    known = {**claim, "claim": claim[TABLES[table].key[0]], "reported": claim["value"]}
    cells = ["" if known.get(c) is None or c in ("reason", "source") else str(known[c]) for c in _COLUMNS]
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def versions(corrections: Iterable[Correction]) -> dict[str, str]:
    """By paper, a hash of its corrections: a paper whose corrections changed is loaded again."""
    by_paper: dict[str, list[tuple[str, ...]]] = {}
    for c in corrections:
        by_paper.setdefault(c.paper_id, []).append(astuple(c))
    return {paper: content_id(sorted(given)) for paper, given in by_paper.items()}


# --- claims and corrections


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
        nearest = sorted(group, key=lambda r: (_distance(c, r), not _reads_so(c, r)))[: 1 if c.bbox_x0 else None]
        candidates = [claim for claim in nearest if _reads_so(c, claim)]
        if len(candidates) == 1:
            return candidates[0]
    return None


def _reads_so(c: Correction, claim: Claim) -> bool:
    return _same_value(claim.value, c.reported)


def _is_of_quantity(c: Correction, claim: Claim) -> bool:
    if isinstance(claim, Result):
        is_meant = not c.field and (claim.benchmark, claim.metric) == (c.benchmark, c.metric)
    else:
        is_meant = claim.field == c.field
    return is_meant and claim.paper_id == c.paper_id and claim.place.page == int(c.page)


def _distance(c: Correction, claim: Claim) -> float:
    if not c.bbox_x0:
        return 0.0
    x0, top = claim.place.bbox_x0, claim.place.bbox_top
    return math.inf if x0 is None or top is None else math.hypot(x0 - float(c.bbox_x0), top - float(c.bbox_top))


def _same_value(a: object, b: object) -> bool:
    x, y = _number(a), _number(b)
    return str(a) == str(b) if x is None or y is None else math.isclose(x, y, rel_tol=1e-6)


def _number(value: object) -> float | None:
    text = str(value)
    try:
        number = math.nan if "_" in text else float(text)  # 1_000 is Python's way to write it, and nobody else's
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _corrected(claim: ClaimT, c: Correction) -> ClaimT:
    claim = replace(claim, corrected_from=str(claim.value), correction=c.words)
    if isinstance(claim, Result):
        return replace(claim, value=float(c.corrected))
    # The range was that of the figure as read.
    return replace(claim, value=c.corrected, number=_number(c.corrected), number_lower=None, number_upper=None)


def stale_claim(c: Correction) -> Record:
    """The figure that a stale correction speaks of, as a row of its table, so far as the correction says."""
    key = TABLES[c.table_name].key[0]
    row: Record = {**vars(c), key: c.claim, "value": c.reported, "page": int(c.page)}
    row |= {k: float(row[k]) for k in ("bbox_x0", "bbox_top") if row[k]}
    return {k: v for k, v in row.items() if v != ""}
