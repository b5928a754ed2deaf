"""Labels of papers as what the judge of results is to learn: which candidates are results, and whose."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tasks.reference.benchmarks import load_benchmarks

TOLERANCE = 0.0051
"""Of a labelled value, in points: labels are rounded as papers print them."""
YES, NO, UNKNOWN, BASELINE = 1, 0, -1, -3
"""What is known of a candidate; BASELINE is a result of another's model that the paper ran."""

Label = dict[str, Any]


def read_labels(*folders: Path) -> dict[str, Label]:
    """Labels by paper; of a paper that two folders label, the first counts."""
    found: dict[str, Label] = {}
    for path in (p for folder in folders for p in sorted(folder.glob("*.json"))):
        label = json.loads(path.read_text())
        found.setdefault(label["paper_id"], label)
    return dict(sorted(found.items()))


def own_results(frame: pd.DataFrame, labels: dict[str, Label]) -> np.ndarray[Any, Any]:
    """YES where a labelled value of the paper's own stands, BASELINE at those of others that it ran, else NO."""
    y = np.full(len(frame), UNKNOWN)
    places = frame.groupby(["paper", "slug", "metric"]).indices
    for paper_id, label in labels.items():
        labelled = [tuple(x) for x in label["labelled"]]
        for key in labelled:
            y[places.get((paper_id, *key), [])] = NO
        for result in label["results"]:
            key = (result["benchmark"], result["metric"])
            at = np.asarray(places.get((paper_id, *key), []), dtype=int) if key in labelled else np.array([], dtype=int)
            at = at[np.abs(frame["value"].to_numpy()[at] - result["value"]) <= TOLERANCE]
            best = set(_nearest(frame, at, result))
            for i in at:
                if result.get("own", True) is True:
                    y[i] = YES if i in best else UNKNOWN if y[i] == NO else y[i]
                elif y[i] == NO:
                    y[i] = BASELINE if i in best else UNKNOWN
            if result.get("own", True) is True:
                _repeated(frame, places.get((paper_id, *key), []), result["value"], y)
    y[_ruled_out(frame, labels, y)] = NO
    return y


def _repeated(frame: pd.DataFrame, at: Any, value: float, y: np.ndarray[Any, Any]) -> None:
    """In sentences an own result is one wherever it stands; of one that only rounds it nothing is known."""
    at = np.asarray(at, dtype=int)
    at = at[frame["in_sentence"].to_numpy()[at]]
    digits, off = frame["decimals"].to_numpy()[at], np.abs(frame["value"].to_numpy()[at] - value)
    y[at[(off <= TOLERANCE) & (y[at] == UNKNOWN) & (digits > 0)]] = YES
    y[at[(off <= 0.5 * 10.0**-digits + 1e-9) & (y[at] == NO)]] = UNKNOWN


def _ruled_out(frame: pd.DataFrame, labels: dict[str, Label], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Candidates of benchmarks that the paper's labels leave out, and that are wrong all the same.

    Their figure is a labelled result of another benchmark, or other splits or metrics of their family are labelled.
    """
    family = {b.slug: b.names[0] for b in load_benchmarks() if b.is_read}
    pairs = {
        paper_id: {tuple(x) for x in [*label["labelled"], *(label.get("headline_only") or [])]}
        for paper_id, label in labels.items()
    }
    families = {paper_id: {family.get(x[0]) for x in label["labelled"]} for paper_id, label in labels.items()}
    of = list(zip(frame["paper"], frame["slug"], frame["metric"], strict=True))
    left_out = np.array([(slug, metric) not in pairs[paper_id] for paper_id, slug, metric in of])
    beside = np.array([family[slug] in families[paper_id] for paper_id, slug, _ in of])
    figure = [frame[c] for c in ("paper", "table", "figure")]
    is_another = pd.Series(y == YES, index=frame.index).groupby(figure).transform("any").to_numpy()
    ruled_out: np.ndarray[Any, Any] = (y == UNKNOWN) & left_out & (beside | is_another)
    return ruled_out


def _nearest(frame: pd.DataFrame, at: np.ndarray[Any, Any], result: dict[str, Any]) -> list[int]:
    """Of the places of a labelled value, those on its page and in the table that the label names."""
    place = frame.iloc[at]
    on_page = place[place["page"] == result.get("page")]
    on_page = on_page if len(on_page) else place
    named = re.search(r"tab\w*\.?\s*(\w+)", (result.get("where") or "").lower())
    number = on_page["table_label"].str.lower().str.split().str[-1]
    in_table = on_page[number == named[1]] if named else on_page
    return (in_table if len(in_table) else on_page).index.tolist()


def targets_of(frame: pd.DataFrame) -> dict[str, np.ndarray[Any, Any]]:
    """Labels of the three questions: is it an own result, is it a result, is it the paper's own.

    A result of another's model that the paper ran is no own one. What is measured is known where a labelled figure
    stands, and unknown in its row and column. Whose it is, is known in rows and columns with a labelled figure.
    """
    y = frame["y"].to_numpy()
    joint = np.where(y == BASELINE, NO, y)
    result = np.isin(y, (YES, BASELINE))
    meaning = ["paper", "table", "slug", "metric", "is_error"]
    beside = np.zeros(len(frame), bool)
    for place in ("row", "column"):
        beside |= pd.Series(result).groupby([frame[c] for c in (*meaning, place)]).transform("any").to_numpy()
    what = np.where(result, YES, np.where(beside | (y == UNKNOWN), UNKNOWN, NO))
    own = np.where((joint == NO) & ~beside, UNKNOWN, joint)
    return {"joint": joint, "what": what, "own": own}
