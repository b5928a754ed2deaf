"""Published tables as a release holds them, made of a few observations."""

from dataclasses import replace

import numpy as np
import pandas as pd

from schemas.codes import Coded, codes_text, parameters_text
from schemas.codes.evaluation import Standing
from schemas.frames import PANDAS_DTYPES, empty
from schemas.tables import TABLES
from tasks.costs.assumptions import load_assumptions
from tasks.estimate.extrapolate import estimate
from tasks.evaluate.baselines import LAST_RECORD as BASELINE
from tasks.fit.registry import fit_all
from tasks.publish.published import Published
from tasks.publish.site.displayed import STUDY
from tasks.reference.benchmarks import Benchmark, load_benchmarks
from tests.unit.published import curves_table, estimates_table, fits_table
from tests.unit.rows import good_row
from tests.unit.test_extrapolate import floors, targets
from tests.unit.test_fit import imagenet_2020, observations

HOSTILE = "=cmd|A0</script><script>document.title='owned'</script><img src=x onerror=alert(1)>{{ 7*7 }}\u202e"


def typed(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    columns = TABLES[table].columns
    frame = frame.reindex(columns=[c.name for c in columns])
    return frame.astype({c.name: PANDAS_DTYPES[c.field.dtype] for c in columns})


def rows(table: str, *changes: dict) -> pd.DataFrame:
    return typed(pd.DataFrame([good_row(table, **change) for change in changes]), table)


def described(frame: pd.DataFrame, **more) -> pd.DataFrame:
    ids = [f"{s}-{i}" for i, s in enumerate(frame["series"])]
    return frame.assign(
        observation_id=ids,
        benchmark=frame["series"],
        model=[f"net-{i}" for i in range(len(frame))],
        value=100 * (1 - frame["error"]),
        paper_id=[f"1905.{i:05d}" for i in range(len(frame))],
        training_flop_lower=frame["training_flop"] / 3,
        training_flop_upper=frame["training_flop"] * 3,
        method="hardware_time",
        basis="8 chips × 12 h",
        compute_source="paper",
        accuracy_quote="top-1 accuracy of 80.9",
        join_rule="same_name",
        join_reason="one name",
        result_source_id="s",
        compute_source_id="s",
        result_id=ids,
        estimate_id=ids,
        model_key=[f"net{i}" for i in range(len(frame))],
        is_own=True,
        **dict.fromkeys(
            (
                *("extra_data", "test_protocol", "ensemble", "distilled", "fine_tuned", "reasoning", "base_model"),
                *("shots", "prompting", "formulation"),
            ),
            "unknown",
        ),
        **more,
    )


def benchmarks(floor: float | None = 0.0583) -> tuple[Benchmark, ...]:
    known = {(b.slug, b.metric): b for b in load_benchmarks()}
    imagenet = replace(known["imagenet-1k", "top1_accuracy"], title="ImageNet", domain="Vision", error_floor=floor)
    coco = next(b for (_, metric), b in known.items() if (b.series, metric) == ("coco", "box_ap"))
    return (
        replace(imagenet, error_name="top-1 error", error_floor_source="Northcutt et al. 2021"),
        replace(coco, title="COCO", domain="Detection", error_name="1 − box AP", error_floor=None),
    )


def release(observed: pd.DataFrame, floor: float | None = 0.0583) -> Published:
    """What is published of these observations."""
    assumptions = load_assumptions(overrides={"utilisation": 1.0})  # these observations are hardware burdens
    fitted = fit_all(observed, replicates=50)
    papers = pd.DataFrame(
        {
            "paper_id": ["a", "b", "c", "d"],
            "document_status": ["read", "read", "failed", None],
            "reason": [None, None, HOSTILE, None],
            "results": [3, 0, 0, 1],
            "results_own": [1, 0, 0, 1],
            "disclosures": [2, 0, 0, 0],
            "has_compute": [True, False, False, True],
        }
    )
    tables = {
        "out_observations": typed(observed, "out_observations"),
        "core_observations": rows(
            "core_observations",
            *(
                {name: row[name] for name in ("observation_id", "series", "benchmark", "metric", "paper_id", "model")}
                for row in observed.to_dict("records")
            ),
        ),
        "out_fits": fits_table(fitted.fits),
        "out_curves": curves_table(fitted.fits),
        "out_estimates": estimates_table(estimate(fitted, observed, targets(0.05, 0.01), floors(floor), assumptions)),
        "out_papers": typed(papers, "out_papers"),
        "out_changes": empty("out_changes"),
    }
    return Published(tables=tables, date="2026-11-23", benchmarks=benchmarks(floor), assumptions=assumptions)


def two_series() -> pd.DataFrame:
    coco = observations(np.linspace(18, 22, 7), [0.66, 0.61, 0.63, 0.58, 0.6, 0.55, 0.53], "coco", "box_ap")
    return described(pd.concat([imagenet_2020(), coco], ignore_index=True))


HEADLINE = "power_law_symmetric"
STANDING = (
    Coded.of(Standing.SIMPLEST, parameters=2),
    Coded.of(Standing.INTERVALS_FAULTY, loss=0.1, why="an interval is amiss; <b>twice</b>"),
)


def scores(*chosen: str) -> pd.DataFrame:
    """Scores at the judged horizon: losses 0.4 (yardstick), 0.76, 2.0 and none, with HEADLINE chosen where named."""
    losses = {BASELINE: 0.4, HEADLINE: 0.76, STUDY: 2.0, "m4": None}
    return rows(
        "out_backtest_scores",
        *(
            {
                "scope": "all",
                "estimator": name,
                "horizon": horizon,
                "n_cases": 53,
                "n_series": 8,
                "n_unpredicted": 30 if loss is None else 0,
                "flop_loss": loss,
                "flop_score": 3.0 if loss is None else loss,
                "flop_loss_q90": 4.18,
                "flop_coverage_90": 0.55,
                "is_headline": name in chosen,
                "standing": "what the table says in words",
                "standing_codes": codes_text(STANDING) if horizon == "judged" else None,
                "standing_parameters": parameters_text(STANDING) if horizon == "judged" else None,
            }
            for name, loss in losses.items()
            for horizon in ("judged", "from_0.8", "all")
        ),
    )


def with_tables(published: Published, **tables: pd.DataFrame) -> Published:
    """The same with other tables."""
    return replace(published, tables={**published.tables, **tables})
