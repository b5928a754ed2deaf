"""The base class of the errors that an operator can mend; `flows.errors` says how a run ends by them."""

import re

_LOGIN = re.compile(r"(?<=://)[^\s/]*@")


def without_login(text: str) -> str:
    """A text with an ellipsis for the user and password of every address in it (`https://user:password@host`)."""
    return _LOGIN.sub("…@", text)


class OperatorError(Exception):
    """What an operator can mend; the message is one line: what happened, to what, and what to do. It names no login."""

    exit_code = 1

    def __str__(self) -> str:
        return without_login(super().__str__())
