"""Units that several steps convert between."""

SECONDS_PER_HOUR = 3600.0
