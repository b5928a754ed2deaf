"""The register of known models, by the names that papers and sources print (`tasks.reference.known_models`)."""

import re
from functools import cache

from tasks.names.keys import model_key
from tasks.reference.known_models import KnownModel, load_known_models


@cache
def _by_key() -> dict[str, KnownModel]:
    return {model_key(name): row for row in load_known_models() for name in (row.model, *row.other_names)}


@cache
def _families() -> tuple[tuple[re.Pattern[str], KnownModel], ...]:
    """The longest name first. A number does not go on within another: "o1" is not "o10", "V3" not "V3.1"."""
    rows = sorted((row for row in load_known_models() if row.is_family), key=lambda row: -len(row.model))
    return tuple((re.compile(rf"{_spelled(row.model)}(?!\d|\.\d)", re.IGNORECASE), row) for row in rows)


def _spelled(name: str) -> str:
    return r"[\s._-]*".join(map(re.escape, re.split(r"[\s-]+", name)))


def known_model(name: str) -> KnownModel | None:
    """The register's row of a printed name: the model itself, else the longest family that the name goes on from."""
    known = _by_key().get(model_key(name))
    return known or next((row for family, row in _families() if family.match(name)), None)


def registered_key(name: str) -> str | None:
    """The key of the one model that a registered name means; None for a name that is not registered."""
    row = _by_key().get(model_key(name))
    return model_key(row.model) if row and not row.is_family else None
