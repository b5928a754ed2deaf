"""Codes of what an operator should look at."""

from enum import StrEnum


class ProblemCode(StrEnum):
    """What a person should look at, the most urgent first. A comment names the parameters of a code."""

    NIGHT_FAILED = "night_failed"  # flow, started, outcome, reason
    """The last run failed or was killed, or the last night did and nothing was published since."""
    RELEASE_WAITS = "release_waits"  # report
    """A release was refused, and waits for a person to accept it."""
    NEVER_PUBLISHED = "never_published"
    RELEASE_STALE = "release_stale"  # days
    """No publication has come to its end for so many days: neither a new release, nor the word that it still stands."""
    SOURCE_IN_VAIN = "source_in_vain"  # source, days, reason
    """A source was asked in vain for so many nights."""
