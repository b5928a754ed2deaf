"""A page for each model with a score or an observation, and a search: its figures, and where each comes from.

There are thousands of models, so the page is one, `model.html#<key>`: it loads the one file of `data/` that has the
model. Which one follows from the key alone (`shard_of`, and the same in `assets/evidence.js`), so links stay. The best
known models have all their evidence there, as many as fit; of the others, whose names say little in ten thousand
papers, the page has the first rows without evidence. The release's tables have all.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from duckdb import DuckDBPyConnection

from schemas.rows import Record
from tasks.match.observations import SURELY_READ
from tasks.publish import labels
from tasks.publish.pictures import FOLDER
from tasks.publish.published import Published
from tasks.publish.site.frame import Frame, script
from tasks.publish.site.queries import fetch, in_memory_database, lookup_sql, pack_rows
from tasks.publish.site.size_limits import BRIEF_BYTES, MODEL_BYTES, ROWS_IN_BRIEF, ROWS_OF_MODEL, within_size
from tasks.wording import quantities
from tasks.wording.compute import SOURCE_NAMES, source_name

MODELS_A_FILE = 60
"""Models whose data one file holds, on average."""

_PARTS = ("observations", "results", "estimates", "disclosures")
"""Parts of a model's page, each from `warehouse/lookups/model_<part>.sql`."""

Model = dict[str, list[Record]]
"""The rows of one model by the part."""

_IN_BRIEF = ("observations", "results")
_EVIDENCE = dict.fromkeys(("join_reason", "quote", "location", "box", "confidence_reasons", "title"))
"""Parts shown of a model without its evidence, and the long columns that are left out there."""


class PublishedModel(NamedTuple):
    """A model with all its rows, and the rows that its page shows."""

    model: Model
    rows: Model

    def as_record(self, columns: Mapping[str, list[str]]) -> Record:
        """The model as written to its file: the number of rows of each part, and the rows shown."""
        return {
            "name": _name(self.model),
            "counts": {part: len(rows) for part, rows in self.model.items()},
            **{part: pack_rows(rows, columns[part]) for part, rows in self.rows.items()},
        }


def _with_evidence(model: Model) -> PublishedModel:
    return PublishedModel(model, {part: rows[:ROWS_OF_MODEL] for part, rows in model.items()})


def _without_evidence(model: Model) -> PublishedModel:
    def cut(row: Record) -> Record:
        return row | {name: None for name in _EVIDENCE if name in row}

    return PublishedModel(
        model, {part: [cut(r) for r in model[part][:ROWS_IN_BRIEF]] if part in _IN_BRIEF else [] for part in model}
    )


def pages(published: Published, frame: Frame) -> dict[str, bytes]:
    """The search, the page of a model, and their data."""
    with in_memory_database(published) as connection:
        known, columns = _models(connection)
        titles = {row["paper_id"]: row["title"] for row in fetch(connection, lookup_sql("titles_of_papers"))}
    models = _published_models(known, columns)
    n = max(1, math.ceil(len(models) / MODELS_A_FILE))
    shards: dict[int, dict[str, PublishedModel]] = defaultdict(dict)
    for key, model in models.items():
        shards[shard_of(key, n)][key] = model
    scripts = ("assets/tools.js", "data/facts.js", "assets/evidence.js")
    about = "Every model with its results, training figures, estimates of computing, costs, and where each comes from."
    return {
        "models.html": frame.page(
            "models.html",
            "models.html.j2",
            title="Models",
            description=about,
            scripts=(*scripts, "data/models.js", "assets/models.js"),
            n=len(models),
            untold=len(known) - len(models),
        ),
        "model.html": frame.page(
            "model.html",
            "model.html.j2",
            title="A model",
            description=about,
            active="models.html",
            scripts=(*scripts, "assets/model.js"),
        ),
        "data/facts.js": script("facts", _facts(published, n)),
        "data/models.js": script("models", _index(models)),
        **{
            f"data/model-{number}.js": script(f"model-{number}", _shard(shards[number], columns, titles))
            for number in range(n)
        },
        **{f"{FOLDER}/{picture.file}": picture.content for picture in published.pictures.values()},
    }


def shard_of(key: str, n: int) -> int:
    """The number of the file, of n, that holds the model."""
    place = 7
    for character in key:
        place = (31 * place + ord(character)) % 65521
    return place % n


def _facts(published: Published, n: int) -> Record:
    """Labels for the scripts, and the number of model files."""
    return {
        "shards": n,
        "chip_flop_per_s": quantities.CHIP_FLOP_PER_S,
        "methods": labels.METHODS,
        "scopes": labels.SCOPES,
        "fields": labels.DISCLOSED,
        "costs": {name: labels.QUANTITIES[name] for name in ("cost_usd", "energy_kwh", "co2e_kg")},
        "sources": {str(s["source_id"]): source_name(str(s["source_id"])) for s in published.sources} | SOURCE_NAMES,
        "pictures": {claim: [p.file, *p.licence] for claim, p in sorted(published.pictures.items())},
        "benchmarks": {b.slug: b.title for b in reversed(list(published.benchmarks))},
    }


def _models(connection: DuckDBPyConnection) -> tuple[dict[str, Model], dict[str, list[str]]]:
    """The models by key, in its order, and the columns of each part."""
    models: dict[str, Model] = defaultdict(lambda: {part: [] for part in _PARTS})
    columns = {}
    for part in _PARTS:
        rows = fetch(connection, lookup_sql(f"model_{part}"))
        columns[part] = [name for name in (rows[0] if rows else {}) if name != "model_key"]
        for row in rows:
            if row["model_key"]:
                models[row["model_key"]][part].append(row)
    return dict(sorted(models.items())), columns


def _published_models(models: Mapping[str, Model], columns: Mapping[str, list[str]]) -> dict[str, PublishedModel]:
    """The models with a page, best known first: those with an observation or a surely read score."""
    named = [key for key, model in models.items() if model["observations"] or _is_scored(model)]
    left = sorted(named, key=lambda key: (_rank(models[key]), key))
    chosen: dict[str, PublishedModel] = {}
    for prepare, most_bytes in ((_with_evidence, MODEL_BYTES), (_without_evidence, BRIEF_BYTES)):
        candidates = [(key, prepare(models[key])) for key in left]
        fit = within_size(candidates, most_bytes, lambda known: known[1].as_record(columns))
        chosen |= dict(fit)
        left = left[len(fit) :]
    return chosen


def _is_scored(model: Model) -> bool:
    return any(r["confidence"] is None or r["confidence"] >= SURELY_READ for r in model["results"])


def _in_fits(model: Model) -> int:
    return sum(bool(row["in_fit"]) for row in model["observations"])


def _rank(model: Model) -> tuple[int, ...]:
    """Sort key: models in fits first, then those with most rows."""
    return (-_in_fits(model), *(-len(model[part]) for part in ("observations", "estimates", "results")))


def _name(model: Model) -> str:
    """The most frequent name in the observations, else in the results, else in any part."""
    first = next(rows for part in _PARTS if (rows := model[part]))
    return Counter(str(row["model"]) for row in first).most_common(1)[0][0]


def _index(models: Mapping[str, PublishedModel]) -> dict[str, Any]:
    """The search index, in the order of the models."""
    columns = ["key", "name", "in_fits", *_PARTS, "year"]
    rows: list[Record] = [
        {
            "key": key,
            "name": _name(model),
            "in_fits": _in_fits(model),
            **{part: len(rows) for part, rows in model.items()},
            "year": min((r["year"] for r in (*model["observations"], *model["results"]) if r["year"]), default=None),
        }
        for key, (model, _) in models.items()
    ]
    return {"columns": columns, "rows": pack_rows(rows, columns)}


def _shard(
    models: Mapping[str, PublishedModel], columns: Mapping[str, list[str]], titles: Mapping[str, str]
) -> dict[str, Any]:
    """The file of these models, and the titles of the papers that they name."""
    papers = sorted({r["paper_id"] for m in models.values() for rows in m.rows.values() for r in rows if r["paper_id"]})
    return {
        "columns": columns,
        "titles": {paper: titles[paper] for paper in papers if paper in titles},
        "models": {key: model.as_record(columns) for key, model in models.items()},
    }
