"""Codes: the closed vocabularies by which packages tell each other why something is so, each with its parameters.

A module for each step of the data declares its codes as a `StrEnum`. What decides is a code; the sentence that a person
reads is made from it in `tasks.wording`, where a row enters the warehouse or a message is printed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

Parameter = str | int | float | bool

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Coded(Generic[C]):
    """One code and the figures or words that its sentence needs, in the order in which they were given.

    One of them may be a code itself, the reason of this one; columns that keep parameters take none such.
    """

    code: C
    parameters: "tuple[tuple[str, Parameter | Coded[Any]], ...]" = ()

    @classmethod
    def of(cls, code: C, **parameters: "Parameter | Coded[Any]") -> Self:
        """A code with its parameters by name."""
        return cls(code, tuple(parameters.items()))

    def __getitem__(self, name: str) -> Parameter:
        """A figure or word by its name.

        Raises:
            KeyError: the code has no such parameter.
        """
        return {k: v for k, v in self.parameters if not isinstance(v, Coded)}[name]

    @property
    def because(self) -> "Coded[Any] | None":
        """The reason of this one, where it has one."""
        return next((v for _, v in self.parameters if isinstance(v, Coded)), None)


def has(notes: Sequence[Coded[Any]], *codes: StrEnum) -> bool:
    """Whether one of the codes is among the notes."""
    return any(n.code in codes for n in notes)


def codes_text(notes: Sequence[Coded[Any]]) -> str | None:
    """The codes as one column holds them: separated by blanks; None for none."""
    return " ".join(n.code for n in notes) or None


def parameters_text(notes: Sequence[Coded[Any]]) -> str | None:
    """The parameters as one column holds them: a JSON list with an object for each code; None where none has any."""
    return json.dumps([dict(n.parameters) for n in notes]) if any(n.parameters for n in notes) else None


def read_codes(vocabulary: type[C], codes: str | None, parameters: str | None) -> tuple[Coded[C], ...]:
    """The notes that two columns hold (`codes_text`, `parameters_text`).

    Raises:
        ValueError: a code that the vocabulary does not have, or another number of parameters than of codes.
    """
    if not codes and not parameters:
        return ()
    names = (codes or "").split()
    objects: list[Mapping[str, Parameter]] = json.loads(parameters) if parameters else [{}] * len(names)
    return tuple(Coded(vocabulary(n), tuple(o.items())) for n, o in zip(names, objects, strict=True))
