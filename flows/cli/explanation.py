"""Where a figure comes from, on a terminal and as a picture."""

from pathlib import Path

from rich.console import Console

from flows.cli.application import print_line
from flows.cli.status import check_warehouse
from flows.cli.tables import print_pairs
from flows.errors import OperatorError
from schemas.rows import Record
from tasks.load.corrections import line_for
from tasks.operate.status import readable
from tasks.publish import explain, explain_decision, explain_rows
from tasks.storage.store import DocumentStore, atomic_write


def print_explanation(console: Console, home: Path, given_id: str, out: Path | None) -> None:
    """Print where a claim comes from, and draw its page with the figure framed; of other ids, what stands behind them.

    Raises:
        NotThere: there is no warehouse yet.
        NoSuchClaim: nothing has the id, or several begin with it.
    """
    check_warehouse(home)
    with readable(home) as warehouse:
        try:
            claim = explain.find_claim(warehouse, given_id)
        except explain.NoSuchClaim:
            sections = explain_rows.sections(warehouse, given_id)
            if not sections:
                raise
            _print_sections(console, sections)
            return
    store = DocumentStore(home)
    print_pairs(console, [*explain.claim_parts(claim), *explain_decision.decision_rows(claim, store)])
    try:
        picture = _draw(claim, store, out or home / "explained" / f"{claim['claim_id']}.png")
        print_line(console, f"Picture: {picture}")
    except explain.NoPicture as reason:
        print_line(console, f"No picture can be drawn: {reason}")
    if claim.get("check_name") is None and claim.get("correction") is None:
        text = "Is it wrong? Complete this line (without a corrected value it rejects the claim) and add it to"
        print_line(console, f"{text} warehouse/reference/corrections.csv:\n{line_for(claim)}")


def _draw(claim: Record, store: DocumentStore, file: Path) -> Path:
    """Write the picture of a claim's page into a file.

    Raises:
        NoPicture: there is none.
        OperatorError: the file cannot be written.
    """
    image = explain.picture_of(claim, store)
    try:
        with atomic_write(file) as stream:
            image.save(stream, format="PNG")
    except OSError as error:
        raise OperatorError(f"the picture cannot be written to {file}: {error}") from error
    return file


def _print_sections(console: Console, sections: list[explain_rows.Section]) -> None:
    for heading, parts in sections:
        print_line(console, heading, "bold")
        print_pairs(console, parts)
    print_line(console, "`python -m flows explain ID` shows a claim on its page.", "dim")
