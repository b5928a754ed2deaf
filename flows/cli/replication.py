"""Replicate the study: find its data, compute its figures anew, and hand both to those who show them."""

import json
from pathlib import Path

from rich.console import Console

from flows.cli.application import errors, print_line
from flows.errors import NotThere
from flows.web import WEB
from tasks.http.cache import HttpCache
from tasks.publish.replication import show
from tasks.reference.published_regressions import load_published_regressions
from tasks.replicate import regressions
from tasks.replicate.data import read_all
from tasks.sources.addresses import Addresses
from tasks.sources.study_data import SOURCE_ID
from tasks.sources.study_file import FILES

_ANOTHER_FOLDER = "or name a folder that holds them: --study DIR"


def files_in(folder: Path) -> dict[str, bytes]:
    """Content of every CSV directly in a folder, by name without ending.

    Raises:
        NotThere: there is none.
    """
    found = {p.stem: p.read_bytes() for p in folder.iterdir() if p.suffix.lower() == ".csv" and p.is_file()}
    if not found:
        raise NotThere(f"{folder} holds no CSV; put files of the replication data's form there")
    return found


def files_kept(home: Path, addresses: Addresses) -> dict[str, bytes]:
    """The home's copies of the study's replication data, by name without ending.

    Raises:
        NotThere: nothing of it.
    """
    cache = HttpCache(home / WEB)
    records = {stem: cache.get(f"{addresses.study_data}{stem}.csv") for stem in FILES}
    found = {stem: cache.path(record).read_bytes() for stem, record in records.items() if record}
    if not found:
        raise NotThere(
            f"{home} has no copy of the study's replication data yet: run `python -m flows ingest` online (the source"
            f" {SOURCE_ID} keeps them), {_ANOTHER_FOLDER}"
        )
    return found


def replicate(console: Console, files: dict[str, bytes], as_json: bool) -> None:
    """Print everything side by side, or the regressions alone as JSON; what is left out is printed as notes.

    Raises:
        NoStudyData: no file has the form.
    """
    data, notes = read_all(files)
    published = load_published_regressions()
    done = [r for study in data for r in regressions.reproduce(study, published)]
    notes += [r.reason for r in done if r.reason]
    if as_json:
        console.out(json.dumps(regressions.as_rows(done), indent=1, allow_nan=False), highlight=False)
    else:
        show(console, data, done, published)
    for note in notes:
        print_line(errors, f"Note: {note}", "dim")
