"""`python -m tests.live`: the live sources on this machine until Ctrl-C, every request on stderr."""

import argparse
import sys
import threading
from datetime import date
from pathlib import Path

from tests.live.faults import FAULTS
from tests.live.server import LiveServer

SHARED = Path(__file__).parents[3] / "shared"


def main() -> None:
    """Starts the server, plans faults and changes as told, and waits."""
    told = _parser().parse_args()
    try:
        server = LiveServer(told.shared, port=told.port, metrics_as=told.metrics_as, echo=True)
    except FileNotFoundError as error:
        sys.exit(f"{error}. Name the folder with --shared.")
    server.catalogue.fixed_today = told.today
    server.oai.page_size = told.page_size
    for planned in told.fault:
        path, _, name = planned.partition("=")
        name, _, argument = name.partition(":")
        if name not in FAULTS:
            sys.exit(f"unknown fault {name!r}; there are: {', '.join(FAULTS)}")
        server.fault(path, FAULTS[name](*([argument] if argument else [])), told.times)
    changes = {"new_version": "add_version", "withdraw": "withdraw", "remove": "remove", "touch": "touch"}
    for option, method in changes.items():
        for paper_id in getattr(told, option):
            getattr(server.catalogue, method)(paper_id, when=told.when)
    with server:
        print(f"DIMINISHING_MIRROR={server.url}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(f"{len(server.log)} requests, {len(server.bodies())} answered with a body", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.live", description=__doc__)
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with sources/ and corpus/")
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument("--metrics-as", choices=["struct", "map", "json"], default="struct", help="Papers with Code")
    parser.add_argument("--page-size", type=int, default=1000, help="records a page of OAI-PMH")
    parser.add_argument("--today", type=date.fromisoformat, help="the server's day; else the real one (UTC)")
    parser.add_argument(
        "--fault", action="append", default=[], metavar="PATH=NAME[:ARGUMENT]", help=f"one of {', '.join(FAULTS)}"
    )
    parser.add_argument("--times", type=int, help="each fault happens so often; else always")
    for option, words in {
        "new-version": "a new version of that paper",
        "withdraw": "that paper is withdrawn",
        "remove": "that paper is removed",
        "touch": "that paper's record changed",
    }.items():
        parser.add_argument(f"--{option}", action="append", default=[], metavar="ID", help=words)
    parser.add_argument("--when", type=date.fromisoformat, help="the day of those changes; else the server's day")
    return parser


if __name__ == "__main__":
    main()
