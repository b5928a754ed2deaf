"""The base class of the errors that an operator can mend; `flows.errors` says how a run ends by them."""


class OperatorError(Exception):
    """What an operator can mend; the message is one line: what happened, to what, and what to do."""

    exit_code = 1
