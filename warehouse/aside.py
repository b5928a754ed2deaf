"""Damaged files: moved out of the way, for a person to look at, and never deleted."""

import logging
from pathlib import Path

logger = logging.getLogger(__name__)

DAMAGED = ".damaged"
"""What the name of a file ends with that was set aside."""


def set_aside(path: Path, reason: object) -> None:
    """Give a damaged file another name, and say so in a line."""
    aside = path.with_name(path.name + DAMAGED)
    path.replace(aside)
    logger.warning("%s is damaged (%s): set aside as %s", path, " ".join(str(reason).split()), aside.name)
