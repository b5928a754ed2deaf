"""All that is measured of the project, on one dated page: `python -m tools.evaluation [RELEASE] [--cases RELEASE]`.

RELEASE was made by a nightly run of `../shared/corpus/pdf`; `--cases` names one made of `../shared/cases`. The page is
docs/evaluation.md. What takes an hour (`--coverage`) or a quiet machine (`--bench`) is measured on demand and kept in
tools/evaluation_tables, from where every run takes it; so is what needs packages that are not ours. Without a RELEASE
only the sections of what is measured on demand are written anew.

A section is a function from what is measured to Markdown. What cannot be measured says so on the page.
"""

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from tasks.extract.accuracy.judge import Judge, load_judge
from tasks.extract.training.disclosure_judge import FigureJudge
from tasks.extract.training.disclosure_judge import load_judge as load_figure_judge
from tasks.reference.hardware import load_hardware
from tools import calibrate_ranges, calibrate_witness, usual_utilisation
from tools.compare_compute import SHARED, arxiv_ids_of_corpus
from tools.compare_hardware import pairs, read_epoch
from warehouse.connection import QUERIES

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "evaluation.md"
TABLES = Path(__file__).parent / "evaluation_tables"
GOLD, OWN_LABELS = SHARED / "corpus" / "gold", ROOT / "tests" / "corpus" / "labels"

TIMEOUT_S = 1800
"""Of one command; the coverage of intervals has none."""

HEADER = """# Evaluation

What was measured, when and by which command. Written by `make evaluation`; do not edit it. `RELEASE` is the release of
{release}, made from the corpus of papers (`../shared/corpus/pdf`), the shared copies of the sources and the
observations read by hand.

What was measured on papers that were learnt from says little of others. Scores of results are therefore
cross-validated by paper; where that is not possible, the section says that its papers were learnt from.
"""


class Absent(Exception):
    """Something that a section needs is not there, or the command that measures it failed."""


@dataclass(frozen=True)
class Measurements:
    """What is measured: the release of the corpus, and that of the case files if there is one."""

    release: Path
    cases: Path | None = None


# --- Markdown


def cell(value: Any) -> str:
    """A value as it stands in a table: three figures of a number, "–" for none."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        if value == float("inf"):
            return "none"
        return f"{value:,.0f}" if 1000 <= abs(value) < 1e6 else f"{value:.3g}"
    return str(value).replace("|", "\\|")


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *([cell(v) for v in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


Part = Callable[[list[str]], list[str]]
"""From the lines that a command prints to those that the page shows."""


def last(lines: list[str]) -> list[str]:
    """The last line, where the others name papers held out."""
    return lines[-1:]


def between(first: str, after: str = "") -> Part:
    """The lines from the one that begins so to before the one that begins so; '' for the end."""

    def part(lines: list[str]) -> list[str]:
        start = next((i for i, line in enumerate(lines) if line.startswith(first)), len(lines))
        ends = [i for i, line in enumerate(lines[start:], start) if after and line.startswith(after)]
        return lines[start : ends[0] if ends else len(lines)]

    return part


def printed(command: Sequence[str], may_exit: Sequence[int] = (0,), part: Part = list) -> str:
    """What a command of this project's Python prints, as a block.

    Args:
        command: Arguments of the interpreter.
        may_exit: Exit codes that are no failure: a comparison may end with 1 where something differs.
        part: What of it is shown.

    Raises:
        Absent: it failed, or printed nothing of what is shown.
    """
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    shown = "\n".join(part(done.stdout.splitlines())).strip("\n")
    if done.returncode not in may_exit or not shown:
        said = done.stderr.strip().replace(str(ROOT), ".").splitlines()
        raise Absent(f"the command ended with {done.returncode}: {said[-1] if said else 'nothing was printed'}")
    return f"```\n{shown}\n```"


def shared(name: str) -> Path:
    """A file or folder of the material that lies beside the checkout.

    Raises:
        Absent: it is not there.
    """
    path = SHARED / name
    if not path.exists():
        raise Absent(f"../shared/{name} is not there")
    return path


def answer(release: Path, question: str, columns: Sequence[str], where: Callable[[dict[str, Any]], bool]) -> str:
    """Some columns of the rows that one of the project's questions gives, as a table."""
    with duckdb.connect(release / "warehouse.duckdb", read_only=True) as con:
        cursor = con.execute((QUERIES / f"{question}.sql").read_text(encoding="utf-8"))
        names = [d[0] for d in cursor.description or []]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return table([c.replace("_", " ") for c in columns], [[row[c] for c in columns] for row in rows if where(row)])


# --- reading


def reading(measured: Measurements) -> str:
    """Cross-validated scores of the judge of results, by threshold and benchmark, and how calibrated it is."""
    record = load_judge().record
    scores = record["cross_validated"]
    head = ["from probability", "rows: precision / recall / F1", "headline: precision / recall / F1"]
    rows = [[t, _prf(s["rows"]), _prf(s["headline"])] for t, s in scores["thresholds"].items()]
    benchmarks = [[f"`{b}`", _prf(s["rows"]), s["rows"]["f1"]] for b, s in scores["benchmarks"].items()]
    return (
        f"{_how_judged(load_judge())} A figure that only a sentence states counts"
        f" {load_judge().only_in_sentence} times its probability: as many are right as that expects."
        f" A second human reader has F1 0.986 (rows) and 0.954 (headline)."
        f"\n\n{table(head, rows)}\n\nBy benchmark, of what is taken:\n\n"
        f"{table(['benchmark', 'precision / recall / F1', 'F1'], benchmarks)}\n\n{_reliability(scores)}"
    )


def _how_judged(judge: Judge | FigureJudge) -> str:
    papers = len(judge.record["papers"])
    return (
        f"{papers} labelled papers; each was judged by models trained on five sixths of the others."
        f" The shipped judge takes a figure from {judge.accept} on and puts it aside for review from {judge.review} on."
    )


def _reliability(scores: dict[str, Any]) -> str:
    rows = [[r["from"], r["figures"], r["mean"], r["right"]] for r in scores["reliability"]]
    head = ["from", "figures", "mean probability", "share right"]
    return f"Reliability, by tenths of the probability:\n\n{table(head, rows)}"


def disclosures(measured: Measurements) -> str:
    """Cross-validated scores of the judge of disclosures, by threshold and field, and how calibrated it is."""
    scores = load_figure_judge().record["cross_validated"]
    head = ["from probability", "precision / recall / F1", "mean F1 over fields"]
    rows = [[t, _prf(s["compute"]), f"{s['compute_macro']['f1']:.3f}"] for t, s in scores["thresholds"].items()]
    of_field = ["field", "precision / recall / F1", "right", "spurious", "missed"]
    fields = [[f"`{name}`", _prf(f), f["tp"], f["fp"], f["fn"]] for name, f in scores["fields"].items()]
    return (
        f"{_how_judged(load_figure_judge())} {scores['candidates']:.1%} of labelled figures are candidates. A second"
        " human reader has F1 0.932. Candidates and rules were written with these papers at hand: on others, expect"
        f" somewhat less.\n\n{table(head, rows)}\n\nBy field, of what is taken:\n\n{table(of_field, fields)}\n\n"
        f"{_reliability(scores)}"
    )


def _prf(score: dict[str, float]) -> str:
    return f"{score['precision']:.3f} / {score['recall']:.3f} / {score['f1']:.3f}"


def true_observations(measured: Measurements) -> str:
    """Whether the accuracies of observations in fits stand in the labels."""
    program = shared("corpus/observations")
    groups = {"labelled by hand": GOLD, "labelled by this project": OWN_LABELS}
    return "\n\n".join(
        f"{name}:\n\n" + printed([str(program), str(measured.release), "--gold", str(folder)], (0, 1), last)
        for name, folder in groups.items()
    )


def phenomena(measured: Measurements) -> str:
    """Made papers, one for each phenomenon, read as a careful reader would."""
    return printed(["-m", "tests.golden.report"], (0, 1), last)


def cases(measured: Measurements) -> str:
    """The files of public bug reports, rebuilt small."""
    program = shared("cases/check")
    if measured.cases is None:
        raise Absent("no release of ../shared/cases was named (--cases)")
    return printed([str(program), str(measured.cases)], (0, 1))


# --- compute, costs and hardware


def compute(measured: Measurements) -> str:
    """Training compute against readers, Epoch AI and the study."""
    shared("corpus/index.csv")
    return printed(["-m", "tools.compare_compute", str(measured.release)])


def ranges(measured: Measurements) -> str:
    """Whether ranges of training compute hold what they claim."""
    shared("corpus/index.csv")
    return calibrate_ranges.table(*calibrate_ranges.comparisons(measured.release, arxiv_ids_of_corpus()))


def compute_in_fits(measured: Measurements) -> str:
    """Whether machine-read compute that fits use is right, by verdicts."""
    return calibrate_witness.table(calibrate_witness.machine_read(measured.release, calibrate_witness.read_verdicts()))


def utilisation(_: Measurements) -> str:
    """The share of the peak that runs state."""
    return usual_utilisation.table()


def study(measured: Measurements) -> str:
    """The study's rows recomputed."""
    shared("sources/computational_limits")
    return printed(["-m", "tools.compare_study"], part=between("benchmark", "beyond"))


def replication(measured: Measurements) -> str:
    """The study's own regressions and growth split from its own data."""
    folder = str(shared("sources/computational_limits"))

    def part(lines: list[str]) -> list[str]:
        verdicts = [line for line in lines if line.startswith(("Regressions: ", "Exponents: "))]
        return [*verdicts, "", *between("Growth in compute")(lines)]

    return printed(["-m", "flows", "replicate", "--study", folder], part=part)


def hardware(measured: Measurements) -> str:
    """Our table of chips against Epoch AI's, by column."""
    shared("sources/epoch_ml_hardware_2026-07.csv")
    agreements: dict[str, list[bool]] = {}
    for pair in pairs(load_hardware(), read_epoch()):
        agreements.setdefault(f"`{pair.column}`", []).append(pair.agrees)
    agreements["all"] = [agrees for found in agreements.values() for agrees in found]
    rows = [[name, len(found), found.count(False)] for name, found in agreements.items()]
    return (
        table(["column", "figures in both", "more than 5 % apart"], rows)
        + "\n\nEach has its cause in `warehouse/reference/hardware_disagreements.csv`; a test fails where one has none."
    )


def costs(measured: Measurements) -> str:
    """Costs, energy and carbon against published figures."""
    return printed(["-m", "tools.compare_costs"], part=between("publisher, quantity", "beyond"))


def observations(measured: Measurements) -> str:
    """How many observations the structured sources give without a paper."""
    shared("sources")
    return printed(["-m", "tools.count_observations"])


# --- fits and estimates


def backtests(measured: Measurements) -> str:
    """How well each estimator foretold the records that came after, by domain."""
    columns = (
        "scope estimator n_cases n_series score_decades decades_off bias_decades held_of_90_pct is_headline is_alike"
    )
    return answer(measured.release, "backtests", columns.split(), lambda row: row["horizon"] == "judged")


def calibration(measured: Measurements) -> str:
    """How the intervals of the headlines' estimators held."""
    columns = "domain estimator horizon n_cases n_series widened_by calibrated_on model_held_pct published_held_pct"
    return answer(measured.release, "calibration", columns.split(), lambda row: row["n_cases"] > 0)


def headline(measured: Measurements) -> str:
    """What halving each benchmark's error costs."""
    columns = "series n error_now_pct times_the_compute log10_flop lower upper status times_by_the_study"
    return answer(measured.release, "headline", columns.split(), lambda row: True)


def theory(measured: Measurements) -> str:
    """The powers of the study's recipe beside theory's."""
    columns = ("series", "n", "in_practice", "lower", "upper", "in_theory", "times_theory", "verdict")
    return answer(measured.release, "theory", columns, lambda row: row["estimator"] == "study_power_law")


def growth(measured: Measurements) -> str:
    """What the growth of compute came from."""
    columns = (
        "population peak_basis from_name to_name n times_the_compute lower upper share_faster_chips_pct"
        " share_more_chips_pct share_longer_pct"
    )
    return answer(measured.release, "growth", columns.split(), lambda row: row["comparison"] == "trend")


def capability(measured: Measurements) -> str:
    """How well other benchmarks foretold the scores of held-out years."""
    columns = (
        "series n_models held_out_from n_held_out miss_by_capability miss_by_year miss_by_compute miss_by_mean"
        " is_best coverage_of_90"
    )
    return answer(measured.release, "capability_checks", columns.split(), lambda row: row["is_best"] is not None)


def progress(measured: Measurements) -> str:
    """Halving times of the compute needed beside published ones."""
    columns = (
        "publication published_months published_lower published_upper series estimator n halving_months lower upper"
        " verdict"
    )
    return answer(measured.release, "progress", columns.split(), lambda row: bool(row["publication"]))


def performance(measured: Measurements) -> str:
    """What performance grew by."""
    columns = "series from_year to_year n factor gain lower upper unit share_pct share_lower share_upper"
    return answer(measured.release, "performance_growth", columns.split(), lambda row: not row["reason"])


def forecasts(measured: Measurements) -> str:
    """What became of forecasts."""
    columns = "issuer estimator forecasts open overdue reached decades_off_median first_issued last_issued"
    return answer(measured.release, "forecast_scores", columns.split(), lambda row: True)


def stored(name: str) -> Callable[[Measurements], str]:
    """A section that was measured earlier and is kept as it was, with its date."""

    def section(measured: Measurements) -> str:
        path = TABLES / f"{name}.md"
        if not path.is_file():
            raise Absent(f"tools/evaluation_tables/{path.name} is not there")
        return path.read_text(encoding="utf-8").rstrip()

    return section


@dataclass(frozen=True)
class Section:
    """One measurement: its title, what it says, the command that repeats it by itself ('' for none), how it is made."""

    title: str
    what: str
    command: str
    make: Callable[[Measurements], str]

    def markdown(self, measured: Measurements, today: date) -> str:
        """The section, or the sentence that it could not be measured and why."""
        try:
            body = self.make(measured)
        except (Absent, subprocess.TimeoutExpired, duckdb.Error) as error:
            body = f"Not measured: {error}."
        by = f"Measured on {today.isoformat()} by `{self.command}`.\n\n" if self.command else ""
        return f"## {self.title}\n\n{self.what}\n\n{by}{body}\n"


SECTIONS = (
    Section(
        "Reading results",
        "Own results and the best of them, against labels made by hand, by judges that never saw the paper.",
        "make train",
        reading,
    ),
    Section(
        "Reading disclosures of training",
        "Training figures of the papers' own models, against labels made by hand, by judges that never saw the paper.",
        "make train",
        disclosures,
    ),
    Section(
        "Truth of the observations in fits",
        "Accuracies that were read in labelled papers and entered a fit, held against the labels.",
        "../shared/corpus/observations RELEASE --gold LABELS",
        true_observations,
    ),
    Section(
        "Made papers",
        "Papers made by the project, one for each phenomenon of layout, tables, benchmarks, ownership and prose. The"
        " rules were written with them in sight.",
        "python -m tests.golden.report",
        phenomena,
    ),
    Section(
        "Files that others read wrong",
        "Small files rebuilt from public bug reports of people who read papers; learnt on.",
        "../shared/cases/check RELEASE_OF_CASES",
        cases,
    ),
    Section("Table structure, compared with libraries", "How tables are found and cut.", "", stored("table_structure")),
    Section("Speed", "Against bare pdfplumber, in the same run.", "", stored("speed")),
    Section(
        "Training compute",
        "Our estimates against those of careful readers of the same papers (`tests/corpus/reckoned`; papers held out"
        " apart), against Epoch AI's, and our readings against what the study's authors typed.",
        "python -m tools.compare_compute RELEASE",
        compute,
    ),
    Section(
        "Training compute in fits",
        "Machine-read compute by the probability that all its figures are read right, without another doubt, and what"
        " fits use; judged by hand from the quotes (`tests/corpus/verdicts/compute.csv`), on papers learnt from.",
        "python -m tools.calibrate_witness RELEASE",
        compute_in_fits,
    ),
    Section(
        "Ranges of training compute",
        "Every estimate against what readers, people's tables or another method have of the same model of the same"
        " paper: how many 90 % ranges hold it, each paper weighing one, as the method alone gives them and as they are"
        " widened by `range_calibration.csv`, measured on papers that the factors had not seen.",
        "python -m tools.calibrate_ranges RELEASE [--write]",
        ranges,
    ),
    Section(
        "Utilisation",
        "The share of the peak that published runs state (`training_utilisation.csv`). Neither years nor families of"
        " chips can be told apart by them, so that one default with one range holds for all.",
        "python -m tools.usual_utilisation",
        utilisation,
    ),
    Section(
        "The study's rows, recomputed",
        "Hardware burden and network operations of the replication data of 2022 by our tables. Every difference has its"
        " cause in `study_exceptions.csv`.",
        "python -m tools.compare_study",
        study,
    ),
    Section(
        "The study, replicated",
        "Regressions, powers, growth and targets of the article of 2020 beside ours from the same data.",
        "python -m flows replicate --study ../shared/sources/computational_limits",
        replication,
    ),
    Section(
        "Hardware",
        "Peaks, power, price and year of `hardware.csv` against Epoch AI's table.",
        "python -m tools.compare_hardware",
        hardware,
    ),
    Section(
        "Costs, energy and carbon",
        "Ours over published figures (`published_costs.csv`), by our assumptions and by the publisher's. Every ratio"
        " beyond two has its cause in the table.",
        "python -m tools.compare_costs",
        costs,
    ),
    Section(
        "Observations of the structured sources",
        "What the shared copies of the sources give without one paper.",
        "python -m tools.count_observations",
        observations,
    ),
    Section(
        "Coverage of the intervals",
        "Whether intervals of 90 % hold the truth where the truth is known.",
        "",
        stored("interval_coverage"),
    ),
    Section(
        "Back-tests of the estimators",
        "At the end of every year from 2014 on each estimator is fitted to what was known then and asked for the"
        " compute of the records that followed, here of those with at least two thirds of the best error known."
        " `score decades` is the mean weighted interval score, `decades off` the median miss, `held of 90 pct` how many"
        " of 100 of the model's own 90 % intervals held. `last_record`, `trend_of_compute` and `trend_of_error` are"
        " yardsticks that need no curve.",
        "python -m flows query backtests",
        backtests,
    ),
    Section(
        "Calibrated intervals",
        "How many of 100 intervals of 90 % held the record's compute: as the model has them, and as published, widened"
        " by what the back-tests of the other series tell. Estimators are those of the headlines.",
        "python -m flows query calibration",
        calibration,
    ),
    Section(
        "The headline",
        "What halving the best error multiplies the compute by, by the estimator that the back-tests chose and by the"
        " study's recipe. Statuses are explained in the data dictionary.",
        "python -m flows query headline",
        headline,
    ),
    Section(
        "Stability of the headlines",
        "How far headlines move when papers are drawn anew, with back-tests, choice and fits made from them.",
        "",
        stored("headline_stability"),
    ),
    Section(
        "Theory beside practice",
        "Powers by the study's recipe: k times less error takes k to this power times the compute.",
        "python -m flows query theory",
        theory,
    ),
    Section(
        "What the growth of compute came from",
        "Trends over years, split into faster chips, more chips and longer runs.",
        "python -m flows query growth",
        growth,
    ),
    Section(
        "One ability behind many benchmarks",
        "Mean misses in points: the scores of each benchmark's last years, predicted from the same models' other"
        " benchmarks, beside the benchmark's own curves on the year and on compute and its mean. The best of the four"
        " is chosen with hindsight.",
        "python -m flows query capability_checks",
        capability,
    ),
    Section(
        "Effective compute",
        "Months in which the compute needed for the same score halves, beside what others published.",
        "python -m flows query progress",
        progress,
    ),
    Section(
        "What performance grew by",
        "Growth of the typical model from the first to the last year, split into compute, data and algorithms.",
        "python -m flows query performance_growth",
        performance,
    ),
    Section(
        "Forecasts", "What became of the forecasts that were published.", "python -m flows query forecasts", forecasts
    ),
)


def page(measured: Measurements, today: date) -> str:
    """The whole page in Markdown."""
    contents = "".join(f"- {s.title}\n" for s in SECTIONS)
    made = [s.markdown(measured, today) for s in SECTIONS]
    return "\n".join([HEADER.format(release=_dated(measured.release)), contents, *made])


def _dated(release: Path) -> str:
    """The date that a release's folder is named after."""
    return release.resolve().name


def renew(name: str, module: str, what: str, today: date) -> None:
    """Measure again what is kept in tools/evaluation_tables, and keep it."""
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if not done.stdout.strip():
        raise SystemExit(f"python -m {module} printed nothing (exit code {done.returncode}): {name}.md stays as it was")
    text = f"Measured on {today.isoformat()} (`python -m {module}`){what}\n\n{done.stdout.rstrip()}\n"
    (TABLES / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)


def renewed(written: str, title: str, today: date) -> str:
    """The page with one of its sections, which needs no release, written anew."""
    (section,) = (s for s in SECTIONS if s.title == title)
    before, heading, after = written.partition(f"## {title}\n")
    _, following, rest = after.partition("\n## ")
    if not heading:
        raise SystemExit(f"the page has no section {title!r}: write it whole first")
    return before + section.markdown(Measurements(Path()), today) + following + rest


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("release", type=Path, nargs="?", help="release made of ../shared/corpus/pdf")
    parser.add_argument("--cases", type=Path, help="release made of ../shared/cases")
    parser.add_argument("--coverage", action="store_true", help="measure the coverage of intervals again (an hour)")
    parser.add_argument("--bench", action="store_true", help="measure the speed again")
    parser.add_argument("--out", type=Path, default=PAGE)
    asked = parser.parse_args()
    if asked.release and not (asked.release / "warehouse.duckdb").is_file():
        parser.error(f"{asked.release} is no release: it has no warehouse.duckdb")
    on_demand = {
        "Coverage of the intervals": asked.coverage and ("interval_coverage", "tools.coverage_of_intervals"),
        "Speed": asked.bench and ("speed", "tools.bench"),
    }
    if not asked.release and not any(on_demand.values()):
        parser.error("name a release, or what is to be measured on demand")
    today = datetime.now(UTC).date()
    for title, measured in on_demand.items():
        if measured:
            renew(*measured, ":", today)
            if not asked.release:
                written = renewed(asked.out.read_text(encoding="utf-8"), title, today)
                asked.out.write_text(written, encoding="utf-8")
    if asked.release:
        asked.out.write_text(page(Measurements(asked.release, asked.cases), today), encoding="utf-8")


if __name__ == "__main__":
    main()
