"""One column of a table: what it holds, in which unit, and what it may be."""

from dataclasses import dataclass
from typing import Literal

DType = Literal["string", "float", "int", "bool", "timestamp"]


@dataclass(frozen=True)
class Field:
    """One column: what it holds, in which unit, and what it may be.

    `minimum` and `maximum` are inclusive; `allowed` is a closed vocabulary.
    """

    name: str
    dtype: DType
    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()


def with_range(name: str, unit: str, what: str) -> list[Field]:
    """A quantity with the lower and upper end of its range."""
    return [
        Field(name, "float", f"{what}.", unit, minimum=0),
        Field(f"{name}_lower", "float", f"{what}: lower end of the range.", unit, minimum=0),
        Field(f"{name}_upper", "float", f"{what}: upper end of the range.", unit, minimum=0),
    ]


def with_limits(name: str, unit: str, what: str) -> list[Field]:
    """A fitted quantity, which may be negative, with its confidence limits."""
    return [
        Field(name, "float", f"{what}.", unit),
        Field(f"{name}_lower", "float", f"{what}: lower confidence limit.", unit),
        Field(f"{name}_upper", "float", f"{what}: upper confidence limit; empty when unbounded.", unit),
    ]
