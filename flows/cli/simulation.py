"""Run the article's thought experiment, and hand its numbers to those who draw them."""

import json
from pathlib import Path

from rich.console import Console
from rich.progress import track

from flows.cli.application import errors, print_line
from tasks.evaluate.theory import simulation
from tasks.evaluate.theory.simulation import Design
from tasks.publish import simulation as shown


def run(console: Console, runs: int, seed: int, out: Path, as_json: bool) -> None:
    """Run the experiment, write `simulation.svg` and `simulation.csv` into a folder, and print the table (or JSON).

    Raises:
        ValueError: fewer than one run.
        OSError: the folder cannot be written.
    """
    design = Design()
    rounds = simulation.runs(design, runs, seed)
    waited = track(rounds, "Simulating", total=runs, console=errors, disable=not errors.is_terminal, transient=True)
    means = simulation.averages([row for rows in waited for row in rows])
    means.to_csv(out / "simulation.csv", index=False)
    (out / "simulation.svg").write_text(shown.drawing(means, design), encoding="utf-8")
    if as_json:
        print(json.dumps(json.loads(means.to_json(orient="records")), indent=1))
        return
    for table in (shown.performances(means, runs), shown.needs(means)):
        console.print(table)
    print_line(console, f"Drawing: {out / 'simulation.svg'}")
    print_line(console, f"Numbers: {out / 'simulation.csv'}")
