"""What a run says when it ends: a page for Prefect, and the same in a few lines for the terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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

Links = dict[str, Path]


def in_lines(counts: Mapping[str, int], deferred: list[str], lost: list[str]) -> list[str]:
    """A line each for what was new, changed, estimated, failed and deferred; none where there was nothing."""
    parts = {
        section: [f"{counts[kind]:,} {words}" for kind, words in kinds.items() if counts.get(kind)]
        for section, kinds in _SECTIONS.items()
    }
    if quarantined := sum(n for kind, n in counts.items() if kind.startswith(_QUARANTINED)):
        parts["Failed"].append(f"{quarantined:,} rows quarantined")
    parts["Failed"] += [f"source {source}" for source in lost]
    parts["Deferred"] = [f"{len(deferred):,} (`python -m flows status` names them)"] if deferred else []
    lines = [f"{section}: {', '.join(words)}" for section, words in parts.items() if words]
    return lines or ["New: nothing"]


def in_markdown(run: Run, links: Links) -> str:
    """The page of a run that has ended."""
    lines = [f"# {run.flow} {run.started_at:%Y-%m-%d}: {run.outcome.replace('_', ' ')}", ""]
    if run.reason:
        lines += [run.reason, ""]
    lines += [f"- {line}" for line in in_lines(run.counts, run.deferred, run.lost)]
    if links:
        lines += ["", "## Where", "", *(f"- [{name}]({path.as_uri()}): `{path}`" for name, path in links.items())]
    if run.deferred:
        lines += ["", "## Deferred", "", *(f"- {line.removeprefix('deferred: ')}" for line in run.deferred)]
    return "\n".join(lines)


@contextmanager
def summarised(run: Run, links: Links) -> Iterator[None]:
    """End a flow with its page, an artifact of Prefect; one that is stopped ends without."""
    try:
        yield
    except Exception as error:
        if run.finished_at is None:
            run.end(error, stopped_by=cause_of(error))
        _leave(run, links)
        raise
    if run.finished_at is None:
        run.end()
    _leave(run, links)


def _leave(run: Run, links: Links) -> None:
    leave_page(f"{run.flow}-summary", in_markdown(run, links))


def leave_page(key: str, page: str) -> None:
    """Leave a page of Markdown with the present flow run, as an artifact of Prefect; without one there is none."""
    if not FlowRunContext.get():
        return
    try:
        create_markdown_artifact(page, key=key, description=key.replace("-", ": "))
    except httpx.HTTPError as error:
        logger().warning("Prefect did not take the page %s of the run: %s", key, error)
