"""Explain one claim: its parts as text, and a picture of its page with a frame around the figure."""

import json
import math
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2 as pdfium
from duckdb import DuckDBPyConnection
from PIL import Image, ImageDraw

from schemas.errors import OperatorError
from schemas.rows import Record
from schemas.tables import TABLES
from tasks.parse.document import Box
from tasks.parse.glyph_table import Glyphs
from tasks.parse.glyphs import runs_up, words_of
from tasks.parse.sheet import is_upside_down, user_unit
from tasks.storage.store import DocumentStore
from warehouse.connection import LOOKUPS

_DPI = 150
_LONGEST_SIDE = 4000  # pixels: a poster or a hostile page must not take all memory
_MARGIN, _LINE = 3, 3  # pixels around the box, and the stroke that draws it
_COLOUR = (214, 39, 40)
_CANDIDATES = 10  # named when a beginning of an id fits several


class NoSuchClaim(OperatorError, ValueError):
    """No claim, or more than one, has the id; the message says what to do."""


class NoPicture(Exception):
    """The page cannot be drawn; the message says why."""


# --- which claim


def find_claim(connection: DuckDBPyConnection, claim_id: str) -> Record:
    """The claim whose id begins with `claim_id`: its row, with its paper's title and its document's origin.

    A quarantined claim also has `check_name` and `reason`.

    Raises:
        NoSuchClaim: none begins so, or several do.
    """
    cursor = connection.execute((LOOKUPS / "claims.sql").read_text(), {"claim_id": claim_id})
    names = [d[0] for d in cursor.description or []]
    found: dict[str, Record] = {}
    for values in cursor.fetchall():
        row = _with_quarantined_columns(dict(zip(names, values, strict=True)))
        found.setdefault(row["claim_id"], row)
    if claim_id in found:
        return found[claim_id]
    if len(found) == 1:
        return next(iter(found.values()))
    candidates = [f"{i}  {headline(row)}" for i, row in found.items()]
    raise NoSuchClaim(ambiguous_id(claim_id, candidates) if found else _no_such_claim(claim_id))


def _with_quarantined_columns(row: Record) -> Record:
    """A quarantined claim's columns stand in its JSON."""
    refused = json.loads(row.pop("row_json") or "{}")
    merged = {**row, **{k: v for k, v in refused.items() if row.get(k) is None}}
    key = TABLES[merged["table_name"]].key[0]
    return {**merged, key: merged["claim_id"]}


def _no_such_claim(claim_id: str) -> str:
    return (
        f"no id begins with {claim_id!r}. A claim's id is the result_id of core_results, the disclosure_id of"
        " core_disclosures or the row_id of core_quarantine; it changes when the figure is read otherwise."
        " `python -m flows query claims --set paper=ID --set model=NAME` lists the claims of the latest release"
    )


def ambiguous_id(given: str, candidates: list[str]) -> str:
    """The message for an id prefix that fits several ids; each candidate is an id with a description."""
    lines = [f"{len(candidates)} ids begin with {given!r}; give more of it:"]
    lines += [f"  {candidate}" for candidate in candidates[:_CANDIDATES]]
    lines += [f"  and {len(candidates) - _CANDIDATES} more"] if len(candidates) > _CANDIDATES else []
    return "\n".join(lines)


def headline(claim: Record) -> str:
    """A claim in one line: paper, page, quantity, value and model."""
    place = f"{claim['paper_id']}, page {claim.get('page') or '?'}"
    model = f" of {claim['model']}" if claim.get("model") else ""
    return f"{place}: {_quantity(claim)} {claim.get('value')}{model}"


def _quantity(claim: Record) -> str:
    return str(claim.get("field") or f"{claim.get('benchmark')} {claim.get('metric')}")


# --- as text

_PLACE = "claim paper_id title document page box location row_header column_header quote raw_value value quantity model"
_RESULT = "is_own test_protocol extra_data is_ensemble shots prompting"
_DISCLOSURE = "phase number_lower number_upper"
_READING = "confidence confidence_reasons reader corrected_from correction quarantined"
"""Parts of a claim in the order in which they are shown."""

_PART_NAMES = {
    "paper_id": "paper",
    "raw_value": "as printed",
    "quantity": "of",
    "model": "by the model",
    "is_own": "own result",
    "is_ensemble": "ensemble",
    "number_lower": "from",
    "number_upper": "to",
    "confidence_reasons": "lowered by",
    "reader": "read by",
    "corrected_from": "read as",
}
"""What a part is called where its column's name is not plain."""


def claim_parts(claim: Record) -> list[tuple[str, str]]:
    """What was read and where, as (part, text); an empty part shows a dash."""
    parts = {
        **claim,
        "claim": f"{claim['claim_id']} of {claim['table_name']}",
        "document": _with_bracketed(claim, "document_sha256", "origin"),
        "box": _box_text(claim),
        "quantity": _quantity(claim),
        "reader": _with_bracketed(claim, "extractor", "extractor_version"),
        "quarantined": _with_bracketed(claim, "reason", "check_name"),
    }
    of_table = _RESULT if claim["table_name"] == "core_results" else _DISCLOSURE
    parts_shown = f"{_PLACE} {of_table} {_READING}".split()
    return [(_PART_NAMES.get(part, part.replace("_", " ")), _cell_text(parts.get(part))) for part in parts_shown]


def _cell_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else str(value)


def _with_bracketed(claim: Record, first: str, second: str) -> str | None:
    """The first column, with the second in brackets."""
    if claim.get(first) is None:
        return None
    return f"{claim[first]} ({claim[second]})" if claim.get(second) else str(claim[first])


def _box_text(claim: Record) -> str | None:
    box = box_of(claim)
    return box and "({}, {}) to ({}, {}) pt from the top left of the page as it is read".format(*box)


def box_of(claim: Record) -> Box | None:
    """Where the figure stands on its page; None where its reading does not say."""
    sides = [claim.get(side) for side in ("bbox_x0", "bbox_top", "bbox_x1", "bbox_bottom")]
    x0, top, x1, bottom = (math.nan if side is None else float(side) for side in sides)
    return None if math.isnan(x0 + top + x1 + bottom) else (x0, top, x1, bottom)


# --- as a picture


def picture_of(claim: Record, store: DocumentStore) -> Image.Image:
    """The page that a claim was read on, with a frame around its figure.

    Raises:
        NoPicture: the claim names no page, or its document is not there or cannot be drawn.
    """
    if claim.get("document_sha256") is None or claim.get("page") is None:
        raise NoPicture("the claim names no page of a document")
    return picture(store.path(claim["document_sha256"]), int(claim["page"]), box_of(claim))


def picture(pdf: Path, number: int, box: Box | None, context: float | None = None) -> Image.Image:
    """The page as it is read, with a frame around `box`.

    Args:
        pdf: The document.
        number: The page, from 1.
        box: In points from the top left of the page as it is read.
        context: How many points above and below the box are kept; the whole page where None.

    Raises:
        NoPicture: the document is not there, or cannot be drawn.
    """
    if not pdf.exists():
        raise NoPicture("the document is no longer in the store; offer it again with `python -m flows ingest --papers`")
    try:
        with pdfplumber.open(pdf, pages=[number]) as source:
            unit, turn = user_unit(source.pages[0]), _reading_rotation(source.pages[0])
        image, scale = _rendered(pdf, number, unit)
    except Exception as error:  # whatever a hostile PDF provokes, the words stand without its picture
        raise NoPicture(f"{type(error).__name__} while drawing page {number}: {error}") from error
    image = image.transpose(turn) if turn is not None else image
    if box:
        x0, top, x1, bottom = (scale * side for side in box)
        frame = (x0 - _MARGIN, top - _MARGIN, x1 + _MARGIN, bottom + _MARGIN)
        ImageDraw.Draw(image).rectangle(frame, outline=_COLOUR, width=_LINE)
        if context is not None:
            first, last = max(0.0, top - scale * context), min(float(image.height), bottom + scale * context)
            image = image.crop((0, int(first), image.width, math.ceil(last)))
    return image


def _rendered(pdf: Path, number: int, unit: float) -> tuple[Image.Image, float]:
    """The page's picture, and its pixels per point; `unit` is the length of the page's unit in points."""
    document = pdfium.PdfDocument(pdf)
    try:
        page = document[number - 1]
        scale = min(_DPI / 72, _LONGEST_SIDE / (unit * max(page.get_size())))
        return page.render(scale=scale * unit).to_pil().convert("RGB"), scale
    finally:
        document.close()


def _reading_rotation(page: Any) -> Image.Transpose | None:
    """The rotation with which the parser read the page: clockwise where text runs up, back where it runs down."""
    glyphs = Glyphs.of_pdfplumber(page.chars)
    if is_upside_down(glyphs):
        return Image.Transpose.ROTATE_180
    if not words_of(glyphs, page.width, page.height)[-1]:
        return None
    return Image.Transpose.ROTATE_270 if runs_up(glyphs) else Image.Transpose.ROTATE_90
