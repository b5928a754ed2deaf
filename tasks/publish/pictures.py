"""Pictures of the pages that figures of the fits were read on, where the licences of their papers allow to show them.

CC BY, CC BY-SA and CC0 allow a cropped page with a frame on it; licences without derivatives or for non-commercial use
do not, nor does arXiv's own, and a document without a licence allows nothing.
"""

import io
import re
import resource
from collections.abc import Iterator
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from duckdb import DuckDBPyConnection
from pebble import ProcessExpired, ProcessPool

from tasks.parse.document import Box
from tasks.provenance.claims import content_id
from tasks.publish.explain import NoPicture, picture
from tasks.storage.store import DocumentStore
from warehouse.connection import LOOKUPS
from warehouse.rows import typed

FOLDER = "evidence"
MOST, MOST_BYTES = 200, 6_000_000
"""Most pictures of a site, and most bytes of all; those with the least error come first."""

_CONTEXT = 110.0  # points above and below the frame
_WIDTH = 900  # pixels
_SECONDS, _MEMORY = 20.0, 2 * 2**30  # for one page

_FREE = re.compile(
    r"creativecommons\.org/(?:licenses/(?P<by>by|by-sa)/|publicdomain/(?P<zero>zero)/)(?P<version>\d\.\d)",
    re.IGNORECASE,
)


class Licence(NamedTuple):
    """A licence under which a page may be shown: its name and address."""

    name: str
    address: str


def free_licence(stated: str) -> Licence | None:
    """The licence that a source states, where a page may be cropped, framed and shown under it; else None."""
    found = _FREE.search(stated)
    if not found:
        return None
    kind = f"CC {found['by'].upper()}" if found["by"] else "CC0"
    return Licence(f"{kind} {found['version']}", f"https://{found.group().lower()}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturedFigure:
    """A row of figures_of_fits.sql."""

    claim_id: str
    document_sha256: str
    page: int
    bbox_x0: float
    bbox_top: float
    bbox_x1: float
    bbox_bottom: float
    licence: str

    @property
    def box(self) -> Box:
        """Where the figure stands, in points."""
        return self.bbox_x0, self.bbox_top, self.bbox_x1, self.bbox_bottom

    @property
    def file(self) -> str:
        """Name of its picture, from the document and the place in it."""
        return f"{content_id(self.document_sha256, self.page, *self.box)}.webp"


class Picture(NamedTuple):
    """A page with a frame around a figure: the file's name and bytes, and the licence to show it."""

    file: str
    content: bytes
    licence: Licence


def pictures(connection: DuckDBPyConnection, store: DocumentStore, before: Path | None) -> dict[str, Picture]:
    """Pictures of the figures of the fits by the figure's id.

    Args:
        connection: To the release that is built.
        store: Where the documents are.
        before: The release before: pictures that it has are not drawn again.
    """
    found = typed(connection.execute((LOOKUPS / "figures_of_fits.sql").read_text()), PicturedFigure)
    allowed = [(figure, licence) for figure in found if (licence := free_licence(figure.licence))][:MOST]
    made: dict[str, Picture] = {}
    room = MOST_BYTES
    for (figure, licence), content in zip(allowed, _contents([f for f, _ in allowed], store, before), strict=True):
        room -= len(content or b"")
        if content and room >= 0:
            made[figure.claim_id] = Picture(figure.file, content, licence)
    return made


def _contents(figures: list[PicturedFigure], store: DocumentStore, before: Path | None) -> Iterator[bytes | None]:
    """The picture of each figure, None where it cannot be drawn; a hostile page fails alone."""
    known = {f.file: path for f in figures if before and (path := before / FOLDER / f.file).exists()}
    if len(known) == len({f.file for f in figures}):
        yield from (known[f.file].read_bytes() for f in figures)
        return
    with ProcessPool(max_workers=1, initializer=_bound, context=get_context("spawn")) as pool:
        for figure in figures:
            if figure.file in known:
                yield known[figure.file].read_bytes()
                continue
            drawing = pool.schedule(
                cropped, args=(store.path(figure.document_sha256), figure.page, figure.box), timeout=_SECONDS
            )
            try:
                yield drawing.result()
            except (NoPicture, TookTooLong, ProcessExpired, MemoryError):
                yield None


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def cropped(pdf: Path, page: int, box: Box) -> bytes:
    """The part of a page around a figure, with a frame, as WebP.

    Raises:
        NoPicture: the page cannot be drawn.
    """
    image = picture(pdf, page, box, _CONTEXT)
    image.thumbnail((_WIDTH, _WIDTH))
    out = io.BytesIO()
    image.save(out, "WEBP", quality=60, method=6)
    return out.getvalue()
