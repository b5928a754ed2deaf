"""Damaged files: moved out of the way, for a person to look at, and never deleted."""

import logging
from itertools import count
from pathlib import Path

logger = logging.getLogger(__name__)

DAMAGED = ".damaged"
"""What the name of a file ends with that was set aside."""


def set_aside(path: Path, reason: object) -> None:
    """Give a damaged file a name that nothing has, and say so in a line."""
    names = (f"{path.name}{f'.{n}' if n > 1 else ''}{DAMAGED}" for n in count(1))
    aside = next(p for name in names if not (p := path.with_name(name)).exists())
    path.rename(aside)
    logger.warning("%s is damaged (%s): set aside as %s", path, " ".join(str(reason).split()), aside.name)
