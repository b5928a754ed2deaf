"""The command line: each verb is the same flow that the deployments run, or a look at what the runs left."""

from flows.cli import runs, looks, studies, keeping  # noqa: F401, I001 - the verbs, in the order in which the help names them
from flows.cli.application import app

__all__ = ["app"]
