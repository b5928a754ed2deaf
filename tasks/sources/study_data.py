"""The study's replication data of 2022: compute and accuracy that its authors typed from papers, six benchmarks.

Thompson, Greenewald, Lee and Manso, *The Computational Limits of Deep Learning* (arXiv 2007.05558). `study_file` reads
the files; this module makes rows of our tables from them.

The files do not say which split the scores are of. COCO's rows name "COCO test_dev"; of the 80 whose paper is on
Papers with Code's test-dev board (2020-09) 74 have a value from there, of the 27 whose paper is on its minival board
none has. SQuAD's are those of the test leaderboard, rounded. ImageNet's are taken for the validation set.

Rows are as the source has them: defects of the data (tasks/defects/) are not repaired here.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from schemas.codes import Coded
from schemas.codes.sources import RowDoubt
from schemas.rows import Candidate
from schemas.rows.sources import SourceModel, SourceRow, SourceScore
from tasks.names.arxiv_ids import arxiv_identity
from tasks.names.keys import model_key
from tasks.provenance.claims import content_id
from tasks.reference.benchmarks import load_benchmarks
from tasks.reference.chip_patterns import hardware_mentions
from tasks.reference.hardware import Hardware, load_hardware
from tasks.reference.study_chips import StudyChip, load_study_chips
from tasks.reference.units import SECONDS_PER_HOUR
from tasks.sources import Discovery
from tasks.sources.addresses import Addresses
from tasks.sources.csv_files import ParsedFile, Resources, SourceFile, discover_files
from tasks.sources.leaderboards import Leaderboard, LeaderboardCell, read_column
from tasks.sources.papers_with_code import ModelName, read_name
from tasks.sources.structured import StructuredSource
from tasks.sources.study_file import FILES, StudyFile, StudyRow, read_study, score_headers

SOURCE_ID = "study-data"

_PROTOCOLS = {"SACREBLEU": "sacreBLEU"}
"""The test protocol that a score column implies."""


class UnknownChip(ValueError):
    """A chip's name that leads to no row, or to several, of the hardware table."""


class StudyChips:
    """The study's names of processors, read by study_chips.csv and else by the aliases of the hardware table."""

    def __init__(self, hardware: Iterable[Hardware], chips: Mapping[str, StudyChip]) -> None:
        """Take the hardware table, and rows of study_chips.csv by name in small letters."""
        self.hardware = tuple(hardware)
        self._chips = chips

    def named(self, name: str) -> StudyChip | None:
        """The row of study_chips.csv for a name, if it has one."""
        return self._chips.get(name.lower())

    def slug(self, name: str) -> str:
        """The hardware row that a name means.

        Raises:
            UnknownChip: none, or several.
        """
        read = self.named(name)
        if read:
            return read.slug
        slugs = {slug for slug, _, _ in hardware_mentions(name, self.hardware)}
        if len(slugs) != 1:
            raise UnknownChip(f"{name!r} names {', '.join(sorted(slugs)) or 'no chip'}")
        return slugs.pop()

    def chips(self, name: str, units: float) -> float:
        """How many chips so many units are (a Cloud TPU is four)."""
        read = self.named(name)
        return units * (read.chips_per_unit if read else 1)


def load_chips() -> dict[str, StudyChip]:
    """Rows of study_chips.csv by the name as the study writes it, in small letters."""
    return {chip.name.lower(): chip for chip in load_study_chips()}


# --- rows of our tables


def discover(client: Resources, addresses: Addresses) -> Discovery:
    """Rows of raw_models and raw_scores from the six files; one that cannot be had is deferred, the others stand.

    Raises:
        SourceBroken: none could be read, and at least one is not what it should be.
        SourceUnavailable: none could be had.
    """
    chips = StudyChips(load_hardware(), load_chips())
    files = [
        SourceFile(
            f"{file.stem}.csv", f"{addresses.study_data}{file.stem}.csv", partial(_parse_file, file=file, chips=chips)
        )
        for file in FILES.values()
    ]
    return discover_files(client, SOURCE_ID, files)


def _parse_file(content: bytes, file: StudyFile, chips: StudyChips) -> dict[str, ParsedFile[SourceRow]]:
    rows, notes = read_study(content, file)
    entries = _entries(rows)
    models = [model_row(entry, chips) for entry in entries]
    return {"raw_models": ParsedFile(models, notes), "raw_scores": ParsedFile(score_rows(entries, file))}


@dataclass(frozen=True)
class _Entry:
    """A row with its name taken apart, and a count of those of the same name and link before it, as ids need it."""

    row: StudyRow
    name: ModelName
    occurrence: int

    def identify(self, *parts: str) -> str:
        """Id of a row of ours that comes from this one."""
        return content_id(SOURCE_ID, self.row.benchmark, self.row.model, self.row.link, self.occurrence, *parts)


def _entries(rows: Iterable[StudyRow]) -> list[_Entry]:
    seen: Counter[tuple[str, str | None]] = Counter()
    entries = []
    for row in rows:
        entries.append(_Entry(row, read_name(row.model), seen[row.model, row.link]))
        seen[row.model, row.link] += 1
    return entries


def _doubts(entry: _Entry) -> tuple[Coded[RowDoubt], ...]:
    return () if model_key(_model(entry)) else (Coded.of(RowDoubt.NO_MODEL),)


def _model(entry: _Entry) -> str:
    return entry.name.model or entry.row.model


def _paper(entry: _Entry) -> str | None:
    identity = arxiv_identity(entry.row.link or "")
    return identity[0] if identity else None


def model_row(entry: _Entry, chips: StudyChips) -> Candidate[SourceModel]:
    """The row of raw_models: what the study typed of one model's training. No compute is estimated here."""
    row, used = entry.row, _used_hardware(entry.row, chips)
    made = SourceModel(
        model_row_id=entry.identify(),
        source_id=SOURCE_ID,
        source_table=row.benchmark,
        model=_model(entry),
        model_key=model_key(_model(entry)),
        year=row.year,
        paper_id=_paper(entry),
        paper_title=row.title,
        link=row.link,
        parameters=row.parameters,
        dataset_size=_only(p.set_size for p in row.phases),
        epochs=_only(p.epochs for p in row.phases),
        forward_ops=row.multiply_adds if row.flops is None else row.flops,
        forward_ops_unit=_unit_of_pass(row),
        network_operations_flop=row.network_operations_flop,
        hardware_burden_flop=row.hardware_burden_flop,
        hardware_text=used.text,
        hardware=used.slug,
        chips=used.chips,
        duration_hours=used.duration_hours,
        compute_note="; ".join(w for w in (row.inputs_words, row.totals_words, row.remarks) if w) or None,
        quote=f"{row.benchmark}: {row.model} | {row.totals_words or 'no total typed'}",
    )
    return Candidate(made, (*_doubts(entry), *_compute_doubts(row)))


def _unit_of_pass(row: StudyRow) -> str | None:
    """What the operations of a forward pass count, by the column that they were typed in."""
    if row.flops is not None:
        return "flop"
    return "multiply_add" if row.multiply_adds is not None else None


@dataclass(frozen=True)
class UsedHardware:
    """Hardware as typed; its slug where all accelerators are one; number and hours where the row has one phase only."""

    text: str | None
    slug: str | None
    chips: float | None
    duration_hours: float | None


def _used_hardware(row: StudyRow, chips: StudyChips) -> UsedHardware:
    """What a row's phases ran on.

    Processors beside accelerators feed them and do not count. Less than one unit is how the study books core-days (an
    eighth of a Cloud TPU for the sum of all cores' time): that is neither a number of chips nor the time that passed.
    """
    used = [p for p in row.phases if p.units or p.duration_seconds is not None]
    units = [u for p in used for u in p.units]
    working = [u for u in units if u.kind != "cpu"] or units
    one = working[0] if len(used) == len(working) == 1 else None
    is_booked = any(u.amount is not None and u.amount < 1 for u in working)
    return UsedHardware(
        text="; ".join(dict.fromkeys(u.name for u in units if u.name)) or None,
        slug=_slug({u.name for u in working}, chips),
        chips=None if not one or is_booked or one.amount is None else chips.chips(one.name, one.amount),
        duration_hours=None if len(used) != 1 or is_booked else _hours(used[0].duration_seconds),
    )


def _slug(names: set[str], chips: StudyChips) -> str | None:
    try:
        slugs = {chips.slug(name) for name in names}
    except UnknownChip:
        return None
    return slugs.pop() if len(slugs) == 1 else None


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_PER_HOUR


def _only(values: Iterable[float | None]) -> float | None:
    """The value where exactly one phase has one."""
    given = [v for v in values if v is not None]
    return given[0] if len(given) == 1 else None


def _compute_doubts(row: StudyRow) -> list[Coded[RowDoubt]]:
    """What keeps the row's compute from being taken: a total that is no number, or none above zero."""
    totals = {"network_operations": row.network_operations_flop, "hardware_burden": row.hardware_burden_flop}
    return [
        *(
            Coded.of(RowDoubt.TOTAL_NO_NUMBER, column=column, text=row.no_numbers[column])
            for column in totals
            if column in row.no_numbers
        ),
        *(
            Coded.of(RowDoubt.TOTAL_NOT_ABOVE_ZERO, column=column, total=total)
            for column, total in totals.items()
            if total is not None and total <= 0
        ),
    ]


def score_rows(entries: list[_Entry], file: StudyFile) -> list[Candidate[SourceScore]]:
    """Rows of raw_scores: one for each score that the study typed, column after column."""
    benchmarks = {(b.slug, b.metric): b for b in load_benchmarks()}
    found: list[Candidate[SourceScore]] = []
    for column, metric in file.scores.items():
        benchmark = benchmarks[file.benchmark, metric]
        board = Leaderboard((file.stem,), (), score_headers(column), benchmark, is_error=False)
        cells = [_score_cell(e, column, board, file) for e in entries if column in e.row.printed]
        found += [Candidate(cell.row, cell.doubts) for cell in read_column(board, cells)]
    return found


def _score_cell(entry: _Entry, column: str, board: Leaderboard, file: StudyFile) -> LeaderboardCell:
    row, name, printed = entry.row, entry.name, entry.row.printed[column]
    other_sets = dict.fromkeys(p.dataset for p in row.phases if p.dataset and p.dataset not in file.own_sets)
    names_own_set = any(p.dataset in file.own_sets for p in row.phases)
    made = SourceScore(
        result_id=entry.identify(column),
        source_id=SOURCE_ID,
        source_table=row.benchmark,
        model=_model(entry),
        model_key=model_key(_model(entry)),
        benchmark=board.benchmark.slug,
        metric=board.benchmark.metric,
        value=math.nan,
        raw_value=printed.strip(),
        source_metric=column,
        year=row.year,
        paper_id=_paper(entry),
        paper_title=row.title,
        link=row.link,
        is_own=True,
        is_ensemble=name.is_ensemble,
        test_protocol=_PROTOCOLS.get(column) or name.test_protocol,
        extra_data=name.extra_data or ", ".join(other_sets) or ("none" if names_own_set else None),
        note=row.remarks,
        quote=f"{row.benchmark}: {row.model} | {column} {printed}",
    )
    return LeaderboardCell(entry.identify(), made, _doubts(entry))


SOURCE = StructuredSource(SOURCE_ID, discover)
