"""How a run may end: exit codes, and the errors of a run that an operator can mend, in one line each.

| exit code | the run |
|---|---|
| 0 | ended well |
| 1 | failed, or what was asked for is not there: one line says why |
| 2 | was not started: something typed or set is mistaken |
| 3 | was not started: the Prefect server, or the Dask scheduler, that is named does not answer |
| 4 | ended, without a source that it should have had (where the setting `strict` asks for this) |
| 5, 6, 7, 8 | of `status --check`: the last run failed; a release waits; it is stale; a source is asked in vain |
| 130, 143 | was stopped, by Ctrl-C or by a signal to end |

All errors of our own that a run may end by have the base class `OperatorError`. What the machine refuses (a full disk,
a folder that may not be written) is one line, too. Any other error is a bug and keeps its traceback.
"""

from schemas.codes.operating import ProblemCode
from schemas.errors import OperatorError

EXIT_CODES = {
    ProblemCode.NIGHT_FAILED: 5,
    ProblemCode.RELEASE_WAITS: 6,
    ProblemCode.NEVER_PUBLISHED: 7,
    ProblemCode.RELEASE_STALE: 7,
    ProblemCode.SOURCE_IN_VAIN: 8,
}
"""Exit codes of `status --check`, by the code of the problem."""


class NotThere(OperatorError):
    """What was asked for is not there yet, or not in this place."""


class HomeInUse(OperatorError):
    """Another run holds the home folder."""


class TooManyUnreadable(OperatorError):
    """More documents were unreadable than a run may have: something is wrong beyond single papers."""


class SourceLost(OperatorError):
    """The night did its work without a source that it should have had, and the settings say that this is a failure."""

    exit_code = 4


class Mistake(OperatorError):
    """Something typed or set cannot be; refused before anything is started."""

    exit_code = 2


class NoAnswer(OperatorError):
    """The server that is named, Prefect's or Dask's, does not answer."""

    exit_code = 3
