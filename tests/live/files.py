"""The files of the sources by path, each made when it is first asked for, and changeable by a test."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tasks.sources.addresses import Addresses
from tests.live.answers import Answer
from tests.live.parquet import SHARDS, MetricsAs, shard_bytes, shard_name

CSV, TEXT, BINARY = "text/csv; charset=utf-8", "text/plain; charset=utf-8", "application/octet-stream"
# Where Papers with Code itself served the dump (github.com/paperswithcode/paperswithcode-data, README).
PWC_DUMP = "https://production-media.paperswithcode.com/about/evaluation-tables.json.gz"
# Hugging Face redirects a file to a signed address at its store.
_STORE = "/cas-bridge.xethub.hf.co/xet-bridge-us/evaluation-tables/"
_SIGNED = "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=3600&X-Xet-Cas-Uid=public&X-Amz-Signature=0123456789abcdef"


@dataclass
class File:
    """One file: its bytes are made on the first call of `content`, then kept."""

    make: Callable[[], bytes]
    media_type: str
    modified: datetime
    _content: bytes | None = None

    def content(self) -> bytes:
        """The bytes."""
        if self._content is None:
            self._content = self.make()
        return self._content


class Files:
    """All files by path, `/epoch.ai/data/ml_hardware.csv`; addresses are those of `Addresses`, hosts are folders."""

    def __init__(self, sources: Path, metrics_as: MetricsAs = "struct") -> None:
        self._files: dict[str, File] = {}
        self._redirects: dict[str, str] = {}
        at = Addresses()
        self._add(at.epoch_all_models, sources / "epoch_all_ai_models_2025-03.csv", CSV)
        self._add(at.epoch_notable_models, sources / "epoch_notable_ai_models_2026-07.csv", CSV)
        self._add(at.epoch_hardware, sources / "epoch_ml_hardware_2026-07.csv", CSV)
        self._add(at.epoch_prices, sources / "epoch_hardware_prices_2025-08.csv", TEXT)
        self._add(at.owid_carbon, sources / "owid_carbon_intensity_electricity.csv", CSV)
        for file in sorted((sources / "computational_limits").glob("*.csv")):
            self._add(at.study_data + file.name, file, TEXT)
        tables = sources / "epoch_benchmarks"
        self._put(at.epoch_benchmarks, File(partial(_zip, tables), "application/zip", _dated("2025-08")))
        dump = next(sources.glob("paperswithcode_evaluation-tables_*.json.gz"))
        self._add(PWC_DUMP, dump, "application/gzip")
        for number in range(SHARDS):
            stored = _STORE + shard_name(number)
            self._files[stored] = File(partial(shard_bytes, dump, number, metrics_as), BINARY, _dated("2025-07"))
            self._redirects[path_of(at.papers_with_code + shard_name(number))] = stored

    def paths(self) -> list[str]:
        """Every path that has a file or leads to one."""
        return sorted([*self._files, *self._redirects])

    def answer(self, path: str, base: str) -> Answer | None:
        """The file at a path, or the redirect that leads to it; None where there is neither."""
        if path in self._redirects:
            return Answer(302, headers={"Location": base + self._redirects[path] + _SIGNED})
        file = self._files.get(path)
        return Answer(200, file.content(), file.media_type, file.modified) if file else None

    def read(self, path: str) -> bytes:
        """The bytes that are served now under a path or an address; KeyError where there are none."""
        return self._file(path).content()

    def replace(self, path: str, content: bytes) -> None:
        """Other bytes from now on, modified now; a path (or an address) that had none gets a file, served as CSV."""
        name = path_of(path)
        old = self._files.get(self._redirects.get(name, name))
        media_type = old.media_type if old else CSV
        self._files[self._redirects.get(name, name)] = File(lambda: content, media_type, datetime.now(UTC))

    def edit_cell(self, path: str, row: dict[str, str], column: str, value: str) -> None:
        """Changes one cell of a CSV: in the one row whose cells are as in `row`, e.g. {"Model": "GPT-3"}."""
        table = Table.read(self.read(path))
        wanted = {table.header.index(name): text for name, text in row.items()}
        matches = [cells for cells in table.rows if all(cells[i] == text for i, text in wanted.items())]
        if len(matches) != 1:
            raise ValueError(f"{path}: {len(matches)} rows are as {row}, need one")
        matches[0][table.header.index(column)] = value
        self.replace(path, table.written())

    def _file(self, path: str) -> File:
        name = path_of(path)
        return self._files[self._redirects.get(name, name)]

    def _add(self, address: str, source: Path, media_type: str) -> None:
        self._put(address, File(source.read_bytes, media_type, _dated(source.name)))

    def _put(self, address: str, file: File) -> None:
        self._files[path_of(address)] = file


@dataclass
class Table:
    """A CSV taken apart and put together again: byte-order mark and line ends as they were."""

    header: list[str]
    rows: list[list[str]]
    mark: str
    line_end: str

    @classmethod
    def read(cls, content: bytes) -> "Table":
        """From bytes in UTF-8."""
        text = content.decode("utf-8")
        mark = "\ufeff" if text.startswith("\ufeff") else ""
        rows = list(csv.reader(io.StringIO(text.removeprefix(mark), newline="")))
        return cls(rows[0], rows[1:], mark, "\r\n" if "\r\n" in text[:10_000] else "\n")

    def written(self) -> bytes:
        """As bytes in UTF-8."""
        stream = io.StringIO(newline="")
        csv.writer(stream, lineterminator=self.line_end).writerows([self.header, *self.rows])
        return (self.mark + stream.getvalue()).encode()


def path_of(address: str) -> str:
    """Where an address is on this server: of the live web, of this server itself, or already a path."""
    parts = urlsplit(address)
    is_ours = not parts.netloc or parts.hostname == "127.0.0.1"
    return unquote(parts.path if is_ours else f"/{parts.netloc}{parts.path}")


def _dated(name: str) -> datetime:
    """The month or day in a name, as the files of `sources` carry it; the start of 2025 where there is none."""
    found = re.search(r"(20\d\d)-(\d\d)(?:-(\d\d))?", name)
    year, month, day = (int(part or 1) for part in found.groups()) if found else (2025, 1, 1)
    return datetime(year, month, day, 6, tzinfo=UTC)


def _zip(folder: Path) -> bytes:
    """All CSVs of a folder at the root of a zip; the same files give the same bytes."""
    return zipped((file.name, file.read_bytes()) for file in sorted(folder.glob("*.csv")))


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these names and bytes that depends on nothing else."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
