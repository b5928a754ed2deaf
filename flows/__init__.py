"""Orchestration: the flows, how they are started, and what is shown of what they left."""

from flows import environment  # noqa: F401 - first of all: Prefect reads the environment when it is imported
