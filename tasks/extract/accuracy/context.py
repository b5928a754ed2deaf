"""What the other figures of its column, row, table and paper say of a candidate, once each was looked at alone.

One column is one benchmark, one row is one model: the figures beside a candidate confirm or contradict it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tasks.extract.accuracy.candidates import PossibleResult, says_other_task, value_of

_TABLE = ["table"]
_MEANING = ["slug", "metric", "is_error"]
_LIKELY = 0.3
"""From this probability on, a candidate counts among the paper's own results of a benchmark."""


def frame_of(candidates: Sequence[PossibleResult]) -> pd.DataFrame:
    """One row a candidate of one paper: where it stands and what it would mean."""
    return pd.DataFrame(
        {
            "table": [c.table for c in candidates],
            "figure": [c.figure_place for c in candidates],
            "row": [c.figure.place.row for c in candidates],
            "column": [c.figure.place.column for c in candidates],
            "label": [c.figure.place.label for c in candidates],
            "header": [" | ".join(c.figure.place.headers) for c in candidates],
            "slug": [c.hypothesis.benchmark.slug for c in candidates],
            "metric": [c.hypothesis.benchmark.metric for c in candidates],
            "is_error": [c.hypothesis.is_error for c in candidates],
            "other_task": [says_other_task(c.figure, c.hypothesis.family) for c in candidates],
            "in_sentence": pd.Series([c.figure.table.stated is not None for c in candidates], dtype=bool),
            "decimals": pd.Series([c.figure.score.decimals for c in candidates], dtype=int),
            "value": [round(value_of(c.figure, c.hypothesis), 6) for c in candidates],
        }
    )


def in_context(frame: pd.DataFrame) -> pd.DataFrame:
    """Features of candidates among the others of their paper.

    Args:
        frame: As `frame_of`, with the probabilities `joint`, `what` and `own` of each candidate alone.
    """
    found: dict[str, pd.Series] = {name: frame[name] for name in ("joint", "what", "own", "other_task")}
    found["both"] = frame["what"] * frame["own"]
    frame = frame.assign(both=found["both"])
    of_one_meaning = {place: frame.groupby([*_TABLE, place, *_MEANING]) for place in ("column", "row")}
    of_one_meaning["table"] = frame.groupby([*_TABLE, *_MEANING])
    of_figure = frame.groupby([*_TABLE, "figure"])
    for name in ("joint", "what"):
        for place, groups in of_one_meaning.items():
            found[f"{name}:{place}_mean"] = groups[name].transform("mean")
            found[f"{name}:{place}_max"] = groups[name].transform("max")
        group = of_figure[name]
        found[f"{name}:figure_max"], found[f"{name}:figure_sum"] = group.transform("max"), group.transform("sum")
        found[f"{name}:figure_rank"] = group.rank(ascending=False, method="min")
    for place in ("row", "column"):
        groups = frame.groupby([*_TABLE, place])
        sums = groups[["what", "both", "joint"]].transform("sum")
        total = sums["what"] + 1e-6
        found[f"own:{place}_mean"] = groups["own"].transform("mean")
        found[f"own:{place}_weighted"] = sums["both"] / total
        found[f"joint:{place}_share"] = sums["joint"] / total
        found |= _beside_others(frame, place)
    found["own:table_mean"] = frame.groupby(_TABLE)["own"].transform("mean")
    found["own:label_mean"] = frame.groupby("label")["own"].transform("mean")
    found["what:header_mean"] = frame.groupby("header")["what"].transform("mean")
    found["paper:tables_with_value"] = frame.groupby([*_MEANING, "value"])["table"].transform("nunique")
    group = frame.groupby(_MEANING)["joint"]
    found["paper:meaning_max"], found["paper:meaning_mean"] = group.transform("max"), group.transform("mean")
    found |= _stated_and_tabled(frame)
    likely = frame[frame["joint"] > _LIKELY].groupby(["slug", "metric"])["value"].agg(["max", "median"])
    beside = frame[["slug", "metric"]].merge(likely, how="left", left_on=["slug", "metric"], right_index=True)
    found["paper:below_best"] = beside["max"] - frame["value"]
    found["paper:off_middle"] = beside["median"] - frame["value"]
    return pd.DataFrame(found, index=frame.index).fillna(0.0).astype(np.float32)


def _stated_and_tabled(frame: pd.DataFrame) -> dict[str, pd.Series]:
    """Of a table's candidate, what speaks for the sentences that state or round it, and of a sentence's the reverse."""
    found = {
        "in_sentence": frame["in_sentence"].astype(float),
        "stated:count": pd.Series(0.0, index=frame.index),
        "stated:joint": pd.Series(0.0, index=frame.index),
        "stated:own": pd.Series(0.0, index=frame.index),
    }
    measured = frame.assign(measured=_without_split(frame["slug"])).reset_index()
    for digits in measured.loc[measured["in_sentence"], "decimals"].unique():
        measured["rounded"] = measured["value"].round(int(digits))
        sentences = measured[measured["in_sentence"] & (measured["decimals"] == digits)]
        tables = measured[~measured["in_sentence"]]
        pairs = sentences.merge(tables, on=["measured", "metric", "is_error", "rounded"])
        for one, other in (("_x", "_y"), ("_y", "_x")):
            group = pairs.groupby(f"index{one}")
            found["stated:count"] = found["stated:count"].add(group.size(), fill_value=0.0)
            for name in ("joint", "own"):
                highest = group[f"{name}{other}"].max().reindex(frame.index, fill_value=0.0)
                found[f"stated:{name}"] = found[f"stated:{name}"].clip(lower=highest)
    return found


def _without_split(slugs: pd.Series) -> pd.Series:
    return slugs.str.replace(r"-(?:val|dev|test|test-dev)$", "", regex=True)


def _beside_others(frame: pd.DataFrame, place: str) -> dict[str, pd.Series]:
    """How the rows (or columns) of a table compare: whose looks most like the paper's own, and which is far from it."""
    best = frame.loc[frame.groupby([*_TABLE, "figure"])["joint"].idxmax()]
    keys = [best["table"], best[place]]
    weight = best["what"].groupby(keys).sum() + 1e-6
    scores = {
        "own": (best["own"] * best["what"]).groupby(keys).sum() / weight,
        "joint": best["joint"].groupby(keys).mean(),
    }
    at = pd.MultiIndex.from_frame(frame[["table", place]])
    found: dict[str, pd.Series] = {}
    for name, score in scores.items():
        table = score.groupby(level="table")
        compared = {
            "": score,
            "_below_first": table.transform("max") - score,
            "_above_last": score - table.transform("min"),
            "_rank": table.rank(pct=True),
        }
        for how, values in compared.items():
            found[f"{name}:{place}_looks{how}"] = pd.Series(values.reindex(at).to_numpy(), index=frame.index)
    return found


def best_meanings(judged: pd.DataFrame, least: float, only_in_sentence: float = 1.0) -> pd.DataFrame:
    """Of each figure the most probable meaning, without sentences that only repeat, or round, what is read elsewhere.

    Args:
        judged: As `frame_of` for one paper, with the `probability` of each candidate.
        least: From this probability on a figure counts as read.
        only_in_sentence: What the probability of a figure that only a sentence states is multiplied by.
    """
    best = judged.loc[judged.groupby([*_TABLE, "figure"], sort=False)["probability"].idxmax()]
    best = best.assign(measured=_without_split(best["slug"]))
    read = best[best["probability"] >= least].reset_index()
    pairs = best[best["in_sentence"]].reset_index().merge(read, on=["measured", "metric"], suffixes=("", "_read"))
    rounded = (pairs["value_read"] - pairs["value"]).abs() <= 0.5 * 10.0 ** -pairs["decimals"] + 1e-9
    is_surer = ~pairs["in_sentence_read"] | (pairs["decimals_read"] > pairs["decimals"])
    is_another = is_surer | (pairs["index_read"] < pairs["index"])
    best = best[~best.index.isin(pairs.loc[rounded & is_another, "index"])]
    weight = np.where(best["in_sentence"], only_in_sentence, 1.0)
    return best.assign(probability=best["probability"] * weight)
