"""Claims: one figure that a document states, as a row of core_results or core_disclosures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from schemas.codes import Coded, codes_text, parameters_text, read_codes
from schemas.codes.reading import Doubt, ReadingNote
from schemas.rows import Candidate, Record, coded_field, from_record, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in its document a figure stands; the box in points from the top left of the page, None where not known."""

    page: int | None
    bbox_x0: float | None = None
    bbox_top: float | None = None
    bbox_x1: float | None = None
    bbox_bottom: float | None = None
    location: str | None = None

    @classmethod
    def at(cls, page: int, box: tuple[float, float, float, float] | None, location: str) -> "Place":
        """The place of a box on a page, coordinates rounded to 0.1 pt."""
        if box is None:
            return cls(page=page, location=location)
        x0, top, x1, bottom = (round(v, 1) for v in box)
        return cls(page=page, bbox_x0=x0, bbox_top=top, bbox_x1=x1, bbox_bottom=bottom, location=location)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One accuracy figure. From `year` on: what loading adds; None as the reader hands it on."""

    result_id: str
    paper_id: str
    document_sha256: str | None
    benchmark: str
    metric: str
    value: float
    raw_value: str
    model: str
    model_key: str
    is_own: bool
    is_ensemble: bool | None = None
    test_protocol: str | None = None
    shots: str | None = None
    prompting: str | None = None
    extra_data: str | None = None
    place: Place
    row_header: str | None = None
    column_header: str | None = None
    quote: str
    confidence: float
    notes: tuple[Coded[ReadingNote], ...] = coded_field(
        ReadingNote, "confidence_codes", "confidence_reasons", "confidence_parameters"
    )
    extractor: str
    year: int | None = None
    source_id: str | None = None
    extractor_version: str | None = None
    corrected_from: str | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One training figure. From `source_id` on: what loading adds; None as the reader hands it on.

    `value` is the figure in its field's unit as text, or a word (`schemas.vocabularies.WORDED_FIELDS`), which has no
    `number`.
    """

    disclosure_id: str
    paper_id: str
    document_sha256: str | None
    field: str
    value: str
    number: float | None = None
    number_lower: float | None = None
    number_upper: float | None = None
    raw_value: str
    model: str | None = None
    model_key: str | None = None
    phase: str
    training_set: str | None = None
    place: Place
    row_header: str | None = None
    column_header: str | None = None
    quote: str
    confidence: float
    notes: tuple[Coded[ReadingNote], ...] = coded_field(
        ReadingNote, "confidence_codes", "confidence_reasons", "confidence_parameters"
    )
    extractor: str
    source_id: str | None = None
    extractor_version: str | None = None
    corrected_from: str | None = None
    correction: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReading:
    """What was read out of one document, as it is stored: the fields of its JSON.

    `arxiv_id` is that of its first page's stamp. `claims` holds by table what `claim_record` makes. A document that
    could not be read has a `reason` and no claims.
    """

    document_sha256: str
    paper_id: str
    title: str | None
    arxiv_id: str | None = None
    status: Literal["read", "partly_read", "failed"]
    reason: str | None
    pages: int | None
    pages_read: int | None
    parse_codes: str | None
    parse_parameters: str | None
    parser_version: str
    extractor_version: str
    claims: dict[str, list[Record]]


ClaimT = TypeVar("ClaimT", Result, Disclosure)


def claim_record(claim: Candidate[Any]) -> Record:
    """A claim as it is stored between reading and loading: flat, in codes without words."""
    doubts = {"doubt_codes": codes_text(claim.doubts), "doubt_parameters": parameters_text(claim.doubts)}
    return record(claim.row, None) | doubts


def claim_of(row_type: type[ClaimT], stored: Mapping[str, Any]) -> Candidate[ClaimT]:
    """Inverse of `claim_record`.

    Raises:
        KeyError: a column is missing.
        ValueError: a code outside its vocabulary.
    """
    doubts = read_codes(Doubt, stored["doubt_codes"], stored["doubt_parameters"])
    return Candidate(from_record(row_type, stored), doubts)
