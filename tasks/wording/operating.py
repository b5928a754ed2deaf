"""Sentences of the codes of what an operator should look at."""

from schemas.codes.operating import ProblemCode

HEADLINE_MOVED = "{series}, {target}: {now} ({before} before)"
"""A headline that moved from one release to the next, in the report of a night."""

PROBLEMS: dict[ProblemCode, str] = {
    ProblemCode.NIGHT_FAILED: "{flow} of {started} {outcome}: {reason}",
    ProblemCode.RELEASE_WAITS: "a release waits: open {report}; `publish --accept-changes` if it is right",
    ProblemCode.NEVER_PUBLISHED: "nothing was ever published",
    ProblemCode.RELEASE_STALE: "the last publication that ended well is {days} days old",
    ProblemCode.SOURCE_IN_VAIN: "{source} was asked in vain on {days} days: {reason}",
}
