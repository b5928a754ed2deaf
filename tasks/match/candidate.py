"""Candidates: observations that fits may use, but for the others of their series (`tasks.match.standing`)."""

from dataclasses import dataclass

from tasks.names.known_models import registered_key
from tasks.names.same_model import is_generic, key_without_data


@dataclass(frozen=True, slots=True, kw_only=True)
class FitCandidate:
    """What tells whether an observation stands among the others of its series (`warehouse/lookups/candidates.sql`).

    `paper` is its paper's id, arXiv's where it has one; `test_protocol` what the accuracy's source says of the test,
    and `confidence` how surely it was read.
    """

    observation_id: str
    series: str
    benchmark: str
    metric: str
    paper_id: str
    paper: str
    model: str
    model_key: str
    year: int | None
    value: float
    error: float
    training_flop: float
    estimate_id: str
    extra_data: str
    extra_examples: float | None
    result_source_id: str
    is_score: bool
    is_machine_read: bool
    test_protocol: str | None
    confidence: float

    @property
    def name(self) -> str:
        """What makes two rows one model: its registered name, else its own and its extra data."""
        registered = registered_key(self.model)
        if registered:
            return registered
        name = key_without_data(self.model) if self.is_score or self.extra_examples else self.model_key
        return f"{name} {self.extra_data}" if self.extra_examples else name

    @property
    def identities(self) -> tuple[str, str]:
        """What makes two of a series the same model: its name, or its name within the paper where that says nothing;
        and its compute, which is that of one training: under it others' scores may bear two names, a paper's rows only
        one."""
        name = f"{self.paper} {self.name}" if is_generic(self.model) else self.name
        return name, f"compute {self.estimate_id}" + ("" if self.is_score else f" {self.model_key}")
