"""`python -m flows`: the command line."""

from flows.cli import app

app(prog_name="python -m flows")
