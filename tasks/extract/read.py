"""Read: parse a stored document and extract its claims, in a worker process that can die without harm.

A hostile PDF may take all memory, loop for ever or crash the interpreter inside a C library. Each document is
therefore read in a process with a bound on memory and time; a worker that dies takes only its document with it.
"""

import gc
import logging
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TaskTimeout
from dataclasses import asdict, dataclass, replace
from multiprocessing import get_context, parent_process
from pathlib import Path

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from schemas.codes import Coded, codes_text, has, parameters_text
from schemas.codes.parsing import DOCUMENT_DAMAGED, PAGES_DAMAGED, PAGES_LOST, ParseNote
from schemas.codes.reading import Doubt
from schemas.errors import OperatorError
from schemas.rows import Candidate, Record
from schemas.rows.claims import Disclosure, DocumentReading, Result, claim_record
from tasks.extract.accuracy.results import extract_results
from tasks.extract.training.disclosures import extract_disclosures
from tasks.names.papers import stamped_id
from tasks.parse import UnreadableDocument, parse_document
from tasks.parse.document import Document
from tasks.parse.page_ranges import numbers_of
from tasks.parse.time_limit import OutOfTime, time_limit
from tasks.provenance.versions import extractor_version, parser_version
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.datasets import load_datasets
from tasks.reference.hardware import load_hardware
from tasks.storage.readings import read_reading
from tasks.storage.store import DamagedFile, DocumentStore, Sidecar, read_json_gz, write_json_gz

logger = logging.getLogger(__name__)


EXTRACT_SECONDS = 60.0
"""What the extraction of one document may take."""
DAMAGED_SHARE = 0.1
"""Of a document's pages: where more are damaged, its figures wait for a look. One picture of a page is no damage."""


_OBJECTS_UNSEEN = 10_000
"""New objects after which the garbage collector looks at them: with Python's 700 it took 8 % of a reader's time
(2026-11-30)."""


class ReadingStopped(OperatorError):
    """A worker was told to end: what its document would have given is not known, and is no failure of the document."""


@dataclass(frozen=True)
class ReadLimits:
    """Bounds on the reading of one document, and how many are read side by side."""

    seconds: float = 240.0
    memory_bytes: int = 4 * 2**30
    workers: int = 2


def read_document(home: Path, sidecar: Sidecar) -> DocumentReading:
    """Parse (or take the cached parse) and extract; a document that cannot be read gives a reading with the reason.

    Raises:
        OSError: the store cannot be read or written.
    """
    store = DocumentStore(home)
    try:
        document = parsed_document(store, sidecar.document_sha256)
        with time_limit(EXTRACT_SECONDS):
            claims = extract_claims(document, sidecar.paper_id)
    except OutOfTime as error:
        return _failed(sidecar, f"extraction from its {document.page_count} pages was stopped: {error}")
    except UnreadableDocument as error:
        return _failed(sidecar, str(error))
    except MemoryError:
        return _failed(sidecar, "needed more memory than a document may take")
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a hostile PDF provokes is that document's row
        return _failed(sidecar, f"{type(error).__name__} while reading: {error}"[:500])
    if is_damaged(document):
        claims = claims.doubted(Coded(Doubt.PARTLY_READ))
    if has(document.notes, ParseNote.SEVERAL_DOCUMENTS):
        claims = claims.doubted(Coded(Doubt.SEVERAL_DOCUMENTS))
    return DocumentReading(
        document_sha256=sidecar.document_sha256,
        paper_id=sidecar.paper_id,
        title=sidecar.title or document.title or None,
        arxiv_id=stamped_id(document.pages[0].plain_text) if document.pages else None,
        status="partly_read" if has(document.notes, *PAGES_LOST) else "read",
        reason=None,
        pages=document.page_count,
        pages_read=sum(p.layout_read for p in document.pages),
        parse_codes=codes_text(document.notes),
        parse_parameters=parameters_text(document.notes),
        parser_version=parser_version(),
        extractor_version=extractor_version(),
        claims=claims.by_table(),
    )


def is_damaged(document: Document) -> bool:
    """Whether so much of a document is damaged that the rest may mean something else than in the whole paper."""
    pages = {p for note in document.notes if note.code in PAGES_DAMAGED for p in _pages_of(note)}
    return has(document.notes, *DOCUMENT_DAMAGED) or len(pages) > DAMAGED_SHARE * document.page_count


def _pages_of(note: Coded[ParseNote]) -> list[int]:
    """The pages that a note speaks of: "page" names one, "pages" some."""
    said = dict(note.parameters)
    return numbers_of(str(said.get("page", said.get("pages"))))


def _failed(sidecar: Sidecar, reason: str) -> DocumentReading:
    return DocumentReading(
        document_sha256=sidecar.document_sha256,
        paper_id=sidecar.paper_id,
        title=sidecar.title or None,
        arxiv_id=None,
        status="failed",
        reason=reason,
        pages=None,
        pages_read=None,
        parse_codes=None,
        parse_parameters=None,
        parser_version=parser_version(),
        extractor_version=extractor_version(),
        claims={},
    )


def parsed_document(store: DocumentStore, sha256: str) -> Document:
    """A stored document as parsed: what is cached, or parsed now.

    Raises:
        UnreadableDocument: it is not in the store, or cannot be read.
        OSError: the store cannot be read or written.
    """
    cache = _parse_path(store, sha256)
    if cache.exists():
        try:
            return Document.from_dict(read_json_gz(cache))
        except (AttributeError, KeyError, TypeError, ValueError) as error:  # DamagedFile is a ValueError
            logger.warning("%s is damaged (%s): the document is parsed again", cache, error)
    if not store.holds(sha256):
        raise UnreadableDocument("its bytes are no longer in the store as they were fetched")
    document = parse_document(store.path(sha256), sha256)
    write_json_gz(cache, document.to_dict())
    return document


def _parse_path(store: DocumentStore, sha256: str) -> Path:
    return store.reading_path(sha256, "", f"parse-{parser_version()}")


@dataclass(frozen=True)
class Claims:
    """All claims of a document."""

    results: list[Candidate[Result]]
    disclosures: list[Candidate[Disclosure]]

    def doubted(self, doubt: Coded[Doubt]) -> "Claims":
        """The same claims, each of which waits for a look."""
        return Claims(
            [replace(c, doubts=(*c.doubts, doubt)) for c in self.results],
            [replace(c, doubts=(*c.doubts, doubt)) for c in self.disclosures],
        )

    def by_table(self) -> dict[str, list[Record]]:
        """As flat rows, by table (see `tasks.load`, which reads them back)."""
        return {
            "core_results": [claim_record(c) for c in self.results],
            "core_disclosures": [claim_record(c) for c in self.disclosures],
        }


def extract_claims(document: Document, paper_id: str) -> Claims:
    """All claims of a document."""
    benchmarks = load_benchmarks()
    hardware = load_hardware()
    training_sets = load_datasets()
    return Claims(
        extract_results(document, paper_id, benchmarks),
        extract_disclosures(document, paper_id, hardware, training_sets),
    )


def reading_version() -> str:
    """Version of parser and extractors together: the key of cached readings beside the document's hash."""
    return f"{parser_version()}-{extractor_version()}"


def read_chunk(
    home: Path, sidecars: list[Sidecar], limits: ReadLimits, advance: Callable[[], None] = lambda: None
) -> list[Path]:
    """Read documents side by side; returns the paths of their readings, in the order of `sidecars`.

    A reading that is cached is not made again, unless it is damaged. `advance` is called after each document.

    Raises:
        ReadingStopped: a signal ended a worker.
    """
    store = DocumentStore(home)
    paths = [store.reading_path(s.document_sha256, s.paper_id, reading_version()) for s in sidecars]
    todo = [(s, p) for s, p in zip(sidecars, paths, strict=True) if not _is_read(p)]
    for _ in range(len(sidecars) - len(todo)):
        advance()
    if todo:
        for (sidecar, path), outcome in zip(todo, _read_bounded(home, [s for s, _ in todo], limits), strict=True):
            write_json_gz(path, asdict(outcome if isinstance(outcome, DocumentReading) else _failed(sidecar, outcome)))
            advance()
    return paths


def _is_read(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        read_reading(path)
    except DamagedFile as error:
        logger.warning("%s is damaged (%s): the document is read again", path, error)
        return False
    return True


def without_bytes(home: Path, sidecars: list[Sidecar]) -> list[Sidecar]:
    """The documents that cannot be read, because their bytes are gone or are others by now; others are set aside.

    A document of which a reading or a parse is cached needs no bytes.
    """
    store = DocumentStore(home)

    def needs_bytes(s: Sidecar) -> bool:
        reading = store.reading_path(s.document_sha256, s.paper_id, reading_version())
        return not (reading.exists() or _parse_path(store, s.document_sha256).exists())

    return [s for s in sidecars if needs_bytes(s) and not store.holds(s.document_sha256)]


def prune_readings(home: Path) -> None:
    """Drop cached parses and readings of other versions of the reader."""
    present = (f".parse-{parser_version()}.json.gz", f".{reading_version()}.json.gz")
    for path in DocumentStore(home).readings.glob("*/*.json.gz"):
        if not path.name.endswith(present):
            path.unlink(missing_ok=True)


def _read_bounded(home: Path, sidecars: list[Sidecar], limits: ReadLimits) -> Iterator[DocumentReading | str]:
    """The reading of each document, or the reason why its worker did not bring one."""
    # `spawn`: a fork of a process with Prefect's threads in it may hang.
    pool = ProcessPool(
        max_workers=min(limits.workers, len(sidecars)),
        max_tasks=50,  # a fresh process now and then gives fragmented memory back
        initializer=_bound_worker,
        initargs=(limits.memory_bytes,),
        context=get_context("spawn"),
    )
    with pool:
        futures = [pool.schedule(read_document, args=(home, s), timeout=limits.seconds) for s in sidecars]
        try:
            for future in futures:
                yield _outcome(future, limits)
        except BaseException:
            pool.stop()
            raise


def _outcome(future: ProcessFuture, limits: ReadLimits) -> DocumentReading | str:
    try:
        reading: DocumentReading = future.result()
        return reading
    except TaskTimeout:
        return f"took longer than {limits.seconds:g} s"
    except ProcessExpired as error:
        if abs(error.exitcode) == signal.SIGTERM:  # negative where it came before pebble's handler was there
            raise ReadingStopped("reading was stopped by a signal; the next run goes on from here") from error
        return f"its worker process died (exit code {error.exitcode}); memory bound {limits.memory_bytes / 2**30:g} GiB"


def _bound_worker(memory_bytes: int) -> None:
    # They warn of every oddity of a file; what matters of a document stands in its reading.
    for library in ("pdfminer", "pikepdf"):
        logging.getLogger(library).setLevel(logging.ERROR)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    spare_collector()
    threading.Thread(target=_end_with_the_run, daemon=True).start()


def spare_collector() -> None:
    """Let the garbage collector look less often, as a reading makes many small objects and few that hold each other.

    What is imported by now stays to the end, and is not looked at for every document.
    """
    gc.freeze()
    gc.set_threshold(_OBJECTS_UNSEEN)


def _end_with_the_run() -> None:
    """A run that is killed can tell its workers nothing, and a document may take minutes."""
    if run := parent_process():
        run.join()
    os._exit(1)
