"""Rows of costs: what training runs and targets take, and what others published beside ours."""

from dataclasses import dataclass

from schemas.codes import Coded
from schemas.codes.evaluation import CostFlag
from schemas.rows import Limits, coded_field, limits_field


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What computing takes, each with the ends of its range; empty where it is not known."""

    chip_hours: Limits = limits_field("chip_hours")
    cost_usd: Limits = limits_field("cost_usd")
    cost_rented_usd: Limits = limits_field("cost_rented_usd")
    cost_owned_usd: Limits = limits_field("cost_owned_usd")
    energy_kwh: Limits = limits_field("energy_kwh")
    co2e_kg: Limits = limits_field("co2e_kg")


QUANTITIES = ("chip_hours", "cost_usd", "cost_rented_usd", "cost_owned_usd", "energy_kwh", "co2e_kg")
"""The fields of `Costs`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCosts(Costs):
    """What one training run took, on which hardware, and what that rests on."""

    hardware: str | None
    cost_basis: str
    flags: tuple[Coded[CostFlag], ...] = coded_field(CostFlag, "cost_flag_codes", "cost_flags")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCosts(RunCosts):
    """A row of out_training_costs: the costs of one compute estimate."""

    estimate_id: str
    paper_id: str
    model: str
    model_key: str
    method: str
    is_preferred: bool
    training_flop: float
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCheck:
    """A row of out_cost_checks: one cost that others published, beside ours."""

    model: str
    publisher: str
    quantity: str
    year: int | None
    hardware: str | None
    published: float
    published_lower: float | None
    published_upper: float | None
    ours: Limits = limits_field("ours")
    ratio: float | None
    is_held: bool | None
    ours_as_they: float | None
    ratio_as_they: float | None
    as_they: str | None
    cost_basis: str
    cause: str | None
    place: str
    source: str


ROWS = {"out_training_costs": TrainingCosts, "out_cost_checks": CostCheck}
"""Row types by table."""
