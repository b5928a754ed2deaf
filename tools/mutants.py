"""Damages papers in many ways and reads what is left: no figure may come of a damage, and every outcome has a reason.

    python -m tools.mutants FOLDER [--count 100] [--seed 0]

Each mutant is one paper of FOLDER damaged in one of `KINDS`, read in a process of its own within the bounds of a night.
Printed as they are read: what became of each, and the figures that its whole paper does not have; at the end by kind
how many were read, read in part, failed, and such figures.
"""

import argparse
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium

from schemas.rows.claims import DocumentReading
from tasks.extract.read import ReadLimits, read_chunk
from tasks.storage.readings import read_reading
from tasks.storage.store import DocumentStore, Sidecar

AT_A_TIME = 11
"""Mutants that are read before their outcomes are printed."""

Damage = Callable[[bytes, random.Random], bytes]
Figure = tuple[str, str, str]


class Mutant(NamedTuple):
    """A damaged paper."""

    paper: Path
    kind: str
    content: bytes


class Outcome(NamedTuple):
    """What reading a document gave: its status, why, and the figures that nothing speaks against.

    Figures are the paper's own results (benchmark, metric, value) and disclosures (field, phase, value).
    """

    status: str
    reason: str
    figures: frozenset[Figure]


def plain_objects(content: bytes) -> bytes:
    """The same document with every object written out by itself, so that its dictionaries can be damaged as text."""
    document = pdfium.PdfDocument(content)
    out = BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def _cut(least: float, most: float) -> Damage:
    return lambda content, chance: content[: int(len(content) * chance.uniform(least, most))]


def _flipped(share: float) -> Damage:
    def damage(content: bytes, chance: random.Random) -> bytes:
        changed = bytearray(content)
        for _ in range(max(1, int(len(content) * share))):
            changed[chance.randrange(32, len(content))] ^= 1 << chance.randrange(8)
        return bytes(changed)

    return damage


def _zeroed(content: bytes, chance: random.Random) -> bytes:
    start, length = chance.randrange(len(content) // 2), len(content) // 20
    return content[:start] + bytes(length) + content[start + length :]


def _put(pattern: bytes, replacement: bytes) -> Damage:
    """A damage to about half of the places where a pattern stands in the dictionaries."""

    def damage(content: bytes, chance: random.Random) -> bytes:
        return re.sub(
            pattern, lambda m: m.expand(replacement) if chance.random() < 0.5 else m[0], plain_objects(content)
        )

    return damage


def _box(words: bytes) -> Damage:
    return _put(rb"/(?:MediaBox|CropBox)\s*\[[^\]]*\]", rb"/MediaBox[" + words + rb"]")


def _pages(change: Callable[[pdfium.PdfDocument, random.Random], None]) -> Damage:
    def damage(content: bytes, chance: random.Random) -> bytes:
        document = pdfium.PdfDocument(content)
        change(document, chance)
        out = BytesIO()
        document.save(out)
        document.close()
        return out.getvalue()

    return damage


def _dropped(document: pdfium.PdfDocument, chance: random.Random) -> None:
    for _ in range(len(document) // 2):
        document.del_page(chance.randrange(len(document)))


def _turned(document: pdfium.PdfDocument, chance: random.Random) -> None:
    for page in document:
        page.set_rotation(chance.choice((0, 90, 180, 270)))
        page.close()


def _cropped(document: pdfium.PdfDocument, chance: random.Random) -> None:
    for page in document:
        width, height = page.get_size()
        left, bottom = chance.uniform(0, width / 2), chance.uniform(0, height / 2)
        page.set_cropbox(left, bottom, left + width / 2, bottom + height / 2)
        page.close()


KINDS: dict[str, Damage] = {
    "cut in the middle": _cut(0.2, 0.8),
    "cut near the end": _cut(0.95, 0.999),
    "few bits flipped": _flipped(1e-5),
    "many bits flipped": _flipped(1e-3),
    "a block zeroed": _zeroed,
    "junk before the head": lambda content, chance: chance.randbytes(700) + content,
    "the trailer gone": lambda content, _: re.sub(rb"(?s)startxref.*", b"", content),
    "lengths of streams wrong": _put(rb"/Length \d+", rb"/Length 7"),
    "streams of another filter": _put(rb"/FlateDecode", rb"/LZWDecode"),
    "maps to letters gone": _put(rb"/ToUnicode", rb"/ToUnicodX"),
    "programs of fonts gone": _put(rb"/FontFile", rb"/FontFilX"),
    "descriptors of fonts gone": _put(rb"/FontDescriptor", rb"/FontDescriptoX"),
    "parts of fonts gone": _put(rb"/DescendantFonts", rb"/DescendantFontX"),
    "names of fonts gone": _put(rb"/BaseFont", rb"/BaseFonX"),
    "encodings gone": _put(rb"/Encoding", rb"/EncodinX"),
    "differences of encodings gone": _put(rb"/Differences", rb"/DifferenceX"),
    "widths of letters gone": _put(rb"/Widths", rb"/WidthX"),
    "fonts missing": _put(rb"/Type\s*/Font\b", rb"/Type/Fonx"),
    "fonts under other names": _put(rb"/F(\d+) ", rb"/G\1 "),
    "page boxes swapped": _box(rb"612 792 0 0"),
    "page boxes of no size": _box(rb"0 0 0 0"),
    "page boxes without end": _box(rb"0 0 1000000000 1000000000"),
    "page boxes elsewhere": _box(rb"300 300 912 1092"),
    "pages cropped": _pages(_cropped),
    "pages turned": _pages(_turned),
    "pages dropped": _pages(_dropped),
}
"""Ways to damage a document, by name."""


def mutants(papers: list[Path], count: int, seed: int) -> Iterator[Mutant]:
    """So many damaged papers, the kinds in turn, the papers by chance; the same for the same seed."""
    chance = random.Random(seed)
    for i in range(count):
        kind = list(KINDS)[i % len(KINDS)]
        paper = chance.choice(papers)
        yield Mutant(paper, kind, KINDS[kind](paper.read_bytes(), chance))


def read_as_a_night_does(contents: list[bytes], home: Path, limits: ReadLimits) -> list[Outcome]:
    """What becomes of documents in a home."""
    store = DocumentStore(home)
    sidecars = [_stored(store, content, f"paper-{i}") for i, content in enumerate(contents)]
    return [_outcome(read_reading(path)) for path in read_chunk(home, sidecars, limits)]


def _stored(store: DocumentStore, content: bytes, paper_id: str) -> Sidecar:
    digest = sha256(content).hexdigest()
    store.put(BytesIO(content), digest)
    return Sidecar(
        document_sha256=digest,
        paper_id=paper_id,
        arxiv_id=None,
        title=None,
        year=None,
        origin=f"{paper_id}.pdf",
        source_id="folder",
        licence=None,
        fetched_at="2026-11-29T00:00:00+00:00",
        media_type="application/pdf",
        http_status=None,
        size_bytes=len(content),
    )


def _outcome(reading: DocumentReading) -> Outcome:
    claims = {table: [c for c in rows if not c["doubt_codes"]] for table, rows in reading.claims.items()}
    results = {(c["benchmark"], c["metric"], f"{c['value']:g}") for c in claims.get("core_results", []) if c["is_own"]}
    disclosures = {(c["field"], c["phase"], c["value"]) for c in claims.get("core_disclosures", [])}
    return Outcome(reading.status, reading.reason or reading.parse_codes or "", frozenset(results | disclosures))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    made = mutants(sorted(given.folder.rglob("*.pdf")), given.count, given.seed)
    whole: dict[Path, Outcome] = {}
    with tempfile.TemporaryDirectory() as home:
        while some := list(islice(made, AT_A_TIME)):
            new = sorted({m.paper for m in some} - whole.keys())
            contents = [*(p.read_bytes() for p in new), *(m.content for m in some)]
            found = read_as_a_night_does(contents, Path(home), ReadLimits())
            whole |= zip(new, found, strict=False)
            for mutant, outcome in zip(some, found[len(new) :], strict=True):
                figures = sorted(outcome.figures - whole[mutant.paper].figures)
                by_kind[mutant.kind] += Counter({outcome.status: 1, "new figures": len(figures)})
                print(f"{mutant.kind}, {mutant.paper.name}: {outcome.status} {outcome.reason}".strip()[:200])
                print(*(f"    gives {figure}\n" for figure in figures), sep="", end="", flush=True)
    columns = ("read", "partly_read", "failed", "new figures")
    print("| damage | " + " | ".join(columns) + " |\n|---|" + "--:|" * len(columns))
    for kind in KINDS:
        print(f"| {kind} | " + " | ".join(str(by_kind[kind][c]) for c in columns) + " |")


if __name__ == "__main__":
    main()
