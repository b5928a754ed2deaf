"""robots.txt: what a host asks of programs that follow links to its files (RFC 9309)."""

import re
from collections.abc import Callable
from urllib.parse import SplitResult
from urllib.robotparser import RobotFileParser

from schemas.codes.http import HttpReason
from tasks.http import Refused, Unreachable

MAX_BYTES = 512 * 2**10  # RFC 9309 §2.5: at least 500 KiB must be read
MAX_CRAWL_DELAY_SECONDS = 30.0  # more is meant for crawlers of whole sites


class Robots:
    """The rules of each host, fetched once a run. `read(url)` gets the bytes of a robots.txt."""

    def __init__(self, read: Callable[[str], bytes], user_agent: str) -> None:
        self._read = read
        self._product = re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0]  # RFC 9309 §2.2.1: the product token
        self._rules: dict[str, RobotFileParser | Unreachable] = {}

    def check(self, parts: SplitResult) -> None:
        """Go on if the host lets this program have the address.

        Raises:
            Refused: its robots.txt says no.
            Unreachable: its robots.txt cannot be had: then nothing of the host may be (RFC 9309 §2.3.1.4).
        """
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._ask(origin)
        rules = self._rules[origin]
        if isinstance(rules, Unreachable):
            raise Unreachable(HttpReason.ROBOTS_UNREACHABLE, because=rules.reason) from rules
        if not rules.can_fetch(self._product, parts.geturl()):
            raise Refused(HttpReason.ROBOTS, host=parts.netloc, path=parts.path or "/")

    def crawl_delay(self, parts: SplitResult) -> float:
        """Seconds between two requests that the host asks for, as far as its robots.txt was read; 0.0 without."""
        rules = self._rules.get(f"{parts.scheme}://{parts.netloc}")
        delay = rules.crawl_delay(self._product) if isinstance(rules, RobotFileParser) else None
        return min(float(delay or 0), MAX_CRAWL_DELAY_SECONDS)

    def _ask(self, origin: str) -> RobotFileParser | Unreachable:
        rules = RobotFileParser()
        try:
            text = self._read(f"{origin}/robots.txt").decode("utf-8", "replace")
        except Unreachable as error:
            return error
        except Refused:
            text = ""  # RFC 9309 §2.3.1.3: a host without one lets everything be had
        rules.parse(text.splitlines())
        return rules
