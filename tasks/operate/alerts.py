"""Word to the operator: by mail, Slack, a webhook or whatever else apprise speaks to."""

import logging

_SILENT = logging.CRITICAL + 1


def send(addresses: list[str], title: str, text: str) -> list[str]:
    """Send one message to each address, once.

    Args:
        addresses: apprise's URLs: `mailtos://user:password@host?to=me@example.org`, `slack://…`, `jsons://host/path`.
        title: The subject.
        text: The message, plain text.

    Returns:
        What went wrong, a line each, by the number of the address and not by its words, which may hold a secret.
    """
    from apprise import Apprise  # half a second, which only a run with something to tell takes

    logging.getLogger("apprise").setLevel(_SILENT)  # it would log addresses
    failed = []
    for number, address in enumerate(addresses, start=1):
        alert = Apprise()
        if not alert.add(address):
            failed.append(f"alert address {number} is none that apprise knows")
        elif not alert.notify(body=text, title=title):
            failed.append(f"alert address {number} did not take the message")
    return failed
