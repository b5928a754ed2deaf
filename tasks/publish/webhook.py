"""Send word to an operator that a release waits for a person."""

import requests

_SECONDS = 10.0


def send(address: str, message: str) -> str | None:
    """POST `{"text": message}` once, the form that Slack, Mattermost and others take.

    Returns:
        What went wrong, in words without the address, which may hold a secret; None where the message was taken.
    """
    try:
        answer = requests.post(address, json={"text": message}, timeout=_SECONDS, allow_redirects=False)
    except (requests.RequestException, OSError, ValueError) as error:
        return type(error).__name__
    return None if answer.status_code < 300 else f"HTTP {answer.status_code}"
