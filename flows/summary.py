"""What a run says when it ends: a page for Prefect, and the same in a few lines for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext

from flows.runtime import logger
from flows.stopping import cause_of
from tasks.load.runs import Run

_SECTIONS = {
    "New": {
        "fetch new": "documents fetched",
        "documents read": "documents read",
        "documents partly read": "documents read in part",
        "core_results": "results",
        "core_disclosures": "disclosures",
        "rows new": "rows from sources",
    },
    "Changed": {"rows changed": "rows from sources", "rows gone": "rows that a source no longer has"},
    "Estimated": {
        "core_compute_estimates": "compute estimates",
        "core_observations": "observations",
        "out_fits": "fits",
        "out_estimates": "estimates",
    },
    "Failed": {"documents failed": "documents not readable", "fetch refused": "documents refused"},
}
_QUARANTINED = "quarantined from "

_WAITING = "documents waiting"


@dataclass
class Highlights:
    """What a run tells beside its record: where to look, and the headlines that moved."""

    links: dict[str, Path] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)


def title(run: Run) -> str:
    """How a run that has ended did, in one line."""
    took = f"{run.finished_at - run.started_at}".partition(".")[0] if run.finished_at else "?"
    return f"{run.flow} of {run.started_at:%Y-%m-%d %H:%M} UTC: {run.outcome.replace('_', ' ')} in {took}"


def in_lines(
    counts: Mapping[str, int], deferred: Sequence[str], lost: Sequence[str], moved: Sequence[str] = ()
) -> list[str]:
    """A line each for what was new, changed, estimated, moved, failed, waits and was deferred, where there was any."""
    parts = {
        section: [f"{counts[kind]:,} {words}" for kind, words in kinds.items() if counts.get(kind)]
        for section, kinds in _SECTIONS.items()
    }
    if quarantined := sum(n for kind, n in counts.items() if kind.startswith(_QUARANTINED)):
        parts["Failed"].append(f"{quarantined:,} rows quarantined")
    parts["Failed"] += [f"source {source}" for source in lost]
    parts["Moved"] = ["; ".join(moved)] if moved else []
    parts["Waiting"] = [f"{counts[_WAITING]:,} documents"] if counts.get(_WAITING) else []
    parts["Deferred"] = [f"{len(deferred):,} (`python -m flows status` names them)"] if deferred else []
    lines = [f"{section}: {', '.join(words)}" for section, words in parts.items() if words]
    return lines or ["New: nothing"]


def in_text(run: Run, highlights: Highlights) -> list[str]:
    """A run that has ended, in as many lines as a mail or a terminal takes."""
    reason = [run.reason] if run.reason else []
    lines = in_lines(run.counts, run.deferred, run.lost, highlights.moved)
    return [title(run), *reason, *lines, *(f"{name}: {path}" for name, path in highlights.links.items())]


def in_markdown(run: Run, highlights: Highlights) -> str:
    """The page of a run that has ended."""
    lines = [f"# {title(run)}", ""]
    if run.reason:
        lines += [run.reason, ""]
    lines += [f"- {line}" for line in in_lines(run.counts, run.deferred, run.lost, highlights.moved)]
    if highlights.links:
        lines += ["", "## Where", ""]
        lines += [f"- [{name}]({path.as_uri()}): `{path}`" for name, path in highlights.links.items()]
    if run.deferred:
        lines += ["", "## Deferred", "", *(f"- {line.removeprefix('deferred: ')}" for line in run.deferred)]
    return "\n".join(lines)


@contextmanager
def summarised(run: Run) -> Iterator[Highlights]:
    """End a flow with its page, an artifact of Prefect; one that is stopped ends without."""
    highlights = Highlights()
    try:
        yield highlights
    except Exception as error:
        if run.finished_at is None:
            run.end(error, stopped_by=cause_of(error))
        _leave(run, highlights)
        raise
    if run.finished_at is None:
        run.end()
    _leave(run, highlights)


def _leave(run: Run, highlights: Highlights) -> None:
    leave_page(f"{run.flow}-summary", in_markdown(run, highlights))


def leave_page(key: str, page: str) -> None:
    """Leave a page of Markdown with the present flow run, as an artifact of Prefect; without one there is none."""
    if not FlowRunContext.get():
        return
    try:
        create_markdown_artifact(page, key=key, description=key.replace("-", ": "))
    except httpx.HTTPError as error:
        logger().warning("Prefect did not take the page %s of the run: %s", key, error)
