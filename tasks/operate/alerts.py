"""Word to the operator: by mail, Slack, a webhook or whatever else apprise speaks to."""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apprise import Apprise

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
    failed = []
    for number, address in enumerate(addresses, start=1):
        alert, is_known = _opened(address)
        if not is_known:
            failed.append(f"alert address {number} is none that apprise knows")
        elif not alert.notify(body=text, title=title, body_format="text"):  # else a mail runs its lines together
            failed.append(f"alert address {number} did not take the message")
    return failed


def check_addresses(addresses: list[str]) -> None:
    """See to it that apprise knows each address, by its form.

    Raises:
        ValueError: it does not know one, which the message tells by its number.
    """
    unknown = [number for number, address in enumerate(addresses, start=1) if not _opened(address)[1]]
    if unknown:
        raise ValueError(f"address {', '.join(map(str, unknown))} is none that apprise knows")


def _opened(address: str) -> tuple["Apprise", bool]:
    from apprise import Apprise  # half a second, which only a run with somebody to tell takes

    logging.getLogger("apprise").setLevel(_SILENT)  # it would log addresses
    alert = Apprise()
    return alert, alert.add(address)
