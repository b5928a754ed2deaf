"""Which figures of a table are the paper's own: by what rows, groups of rows and columns say, and by what sets them apart."""

import re

from tasks.extract.benchmarks import Lexicon, plain
from tasks.extract.ownership import Ownership, builds_on, is_marked_own, judge, names_a_model
from tasks.extract.table_context import Figure, note_of
from tasks.parse.document import Table

_BASE = re.compile(
    r"^(?:the )?(?:baselines?|original|vanilla|reference|plain|standard|none|base|fp32|float\w*|full[- ]precision|sgd"
    r"|standard training.*|no \w+|w/o .*|without .*)$",
    re.IGNORECASE,
)


def owners_of(figures: list[Figure], table: Table, who: Ownership, lexicon: Lexicon) -> dict[tuple[int, int], bool]:
    """Whether each figure, by row and column, is the paper's own.

    Where columns are set against each other ("original | re-implementation | ours") they decide, and a citation in the
    row only names what was built on. Elsewhere the row decides: one without a sign of its own is the paper's, unless
    its model is known to be another's and the table sets models of the paper against it.
    """
    columns = {f.column: _column_verdict(f, who, lexicon) for f in figures}
    if len(set(columns.values())) > 1 and set(columns.values()) & {"rerun", "cited", "base"}:
        return {(f.row, f.column): columns[f.column] not in ("rerun", "cited") for f in figures}
    rows = {(f.row, f.column): _row_verdict(f, table, who, lexicon) for f in figures}
    has_own, has_cited = "own" in rows.values(), "cited" in rows.values()
    marked = has_cited and any(is_marked_own(f.label) for f in figures)
    foreign = {"cited", "rerun"} | ({"known"} if has_own or has_cited else set())
    owners = {}
    for f in figures:
        verdict = rows[f.row, f.column]
        # an unmarked row is a competitor's where rows are marked as the paper's own, and where it has another model's
        # name beside named ones, unless this table cites the others
        competes = marked or (has_own and not has_cited and names_a_model(f.label))
        spared = bool(verdict) or not competes or builds_on(f.label) or "(" in f.label
        owners[f.row, f.column] = verdict not in foreign and spared
    return owners


def _column_verdict(figure: Figure, who: Ownership, lexicon: Lexicon) -> str:
    """What the header says, its metrics and datasets aside."""
    headers = [h for h in figure.headers if not lexicon.any_metric(plain(h)) and not lexicon.says_anything(plain(h))]
    found = [judge(h, who) or ("base" if _BASE.match(h.strip()) else "") for h in headers]
    return next((v for wanted in ("rerun", "own", "cited", "base") for v in found if v == wanted), "")


def _row_verdict(figure: Figure, table: Table, who: Ownership, lexicon: Lexicon) -> str:
    """What the words about a row say, the nearest first; a citation of a dataset says nothing."""
    groups = [g for g in figure.groups if not lexicon.datasets(plain(g))]
    near = [judge(w, who) for w in (note_of(figure.cell, table.caption), figure.label) if w]
    if "known" in near and any(not judge(label, who) and re.search(r"[A-Za-z]{3}", label) for label in figure.labels):
        near.remove("known")  # a backbone beside the method
    far = [judge(g, who) for g in groups]
    order = [(v, found) for found in (near, far) for v in ("rerun", "own", "cited")] + [("known", near)]
    return next((verdict for verdict, found in order if verdict in found), "")
