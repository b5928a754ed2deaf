"""What a training consumes: carbon and energy, each one row with the words that papers have for it; and money."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from schemas.codes import Coded
from schemas.codes.reading import ReadingNote

Unit = tuple[float, tuple[Coded[ReadingNote], ...]]
"""A factor to the field's unit, and what to know of it."""

COST = "cost_usd"


@dataclass(frozen=True)
class Resource:
    """Something that a training consumes and papers measure; its words are regular expressions, read in any case."""

    field: str
    least: float
    most: float
    """What its figure may be, in the field's unit: beyond that a conversion or a column went wrong."""
    unit: str
    """A unit as it may stand behind a figure or in brackets: "t", "kg"."""
    spelled: str
    """A unit that means nothing else anywhere in a header: "tonnes"."""
    substance: str
    """What such a unit is of; empty where the unit says it."""
    announced: str
    """What a header calls it."""
    factor: Callable[[str], Unit]
    """Factor to the field's unit of a unit as it is printed."""

    @property
    def _measured(self) -> str:
        of = rf"[\s-]*(?:of\s+)?(?:net\s+)?(?:{self.substance})" if self.substance else ""
        return rf"(?P<unit>{self.unit}){of}"

    @cached_property
    def behind(self) -> re.Pattern[str]:
        """Unit and substance behind a figure of a sentence."""
        return re.compile(rf"\s*(?:net\s+)?{self._measured}", re.I)

    @cached_property
    def of_cell(self) -> re.Pattern[str]:
        """The unit at the end of a cell."""
        return re.compile(rf"\s*(?P<unit>{self.unit})(?:[\s-]*(?:of\s+)?(?:{self.substance}))?\s*$", re.I)

    @cached_property
    def of_header(self) -> re.Pattern[str]:
        """A header that announces it."""
        return re.compile(self.announced, re.I)

    @cached_property
    def _units(self) -> tuple[re.Pattern[str], ...]:
        """Units in a header, the surest first: "tCO2eq", "CO2 (t)", "emissions in tonnes"."""
        return (
            re.compile(rf"(?<!\w){self._measured}", re.I),
            re.compile(rf"[(\[]\s*(?:in\s+)?(?P<unit>{self.unit})\s*[)\]]", re.I),
            re.compile(rf"\b(?P<unit>{self.spelled})\b", re.I),
        )

    @cached_property
    def _phrase(self) -> re.Pattern[str]:
        """A phrase of a caption in which a unit is one of it: "(g)" elsewhere is the name of a part."""
        of = rf"(?:(?:{self.unit})[\s-]*(?:of\s+)?)?(?:{self.substance}|{self.announced})"
        return re.compile(rf"{of}[^.;()\[\]]{{0,25}}(?:[(\[][^()\[\]]{{0,15}}[)\]])?", re.I)

    def unit_in(self, header: str) -> Unit | None:
        """The one unit that a header names; None where it names none or several."""
        for pattern in self._units:
            units = {self.factor(m["unit"]) for m in pattern.finditer(header)}
            if units:
                return units.pop() if len(units) == 1 else None
        return None

    def unit_in_caption(self, caption: str) -> Unit | None:
        """The one unit that a caption names of it."""
        phrases = (m[0] for m in self._phrase.finditer(caption)) if self.substance else (caption,)
        return self.unit_in("; ".join(phrases))


KG = {"kg": 1.0, "kilogram": 1.0, "g": 1e-3, "gram": 1e-3, "t": 1e3, "ton": 1e3, "tonne": 1e3, "kt": 1e6}
KG |= {"lb": 0.45359237, "pound": 0.45359237}
"""Kilograms in a unit of mass (pound: exact by the international agreement of 1959). A "ton" is read as metric."""

KWH = {"k": 1.0, "m": 1e3, "g": 1e6}
"""Kilowatt-hours in a kWh, MWh and GWh, by the first letter."""


def kg_in(unit: str) -> Unit:
    """Kilograms in a unit of mass as papers write it ("metric tons", "lbs"), and a note where that is a guess.

    Raises:
        KeyError: the word is no unit of mass.
    """
    word = unit.lower().split()[-1]
    guessed = word in ("ton", "tons") and "metric" not in unit.lower()
    return KG[word] if word in KG else KG[word.rstrip("s")], (Coded(ReadingNote.TON_AS_METRIC),) if guessed else ()


def kwh_in(unit: str) -> Unit:
    """Kilowatt-hours in a unit as papers write it ("MWh", "kilowatt-hours"; the bare one is the watt-hour)."""
    return KWH.get(unit[0].lower(), 1e-3), ()


_WATT_HOURS = (
    r"(?-i:(?<![A-Za-z])(?:(?:[kKMG]\s?W[\s·.-]*|W)[hH](?:ours?|rs?)?(?![A-Za-z])|kwh\b"
    r"|(?:[Kk]ilo|[Mm]ega|[Gg]iga)watt[\s-]?hours?\b))"
)
_CO2 = r"C[Oo]\s?_?\s?\{?\s?[2₂]\s?\}?[\s-]?_?\{?\s?(?:equiv\w*|eq|e)?\s?\}?"

RESOURCES = (
    Resource(
        "co2e_kg",
        least=1e-4,
        most=1e9,
        unit=r"kilograms?|kg|kt|grams?|(?-i:g)|(?:metric\s+)?(?:tonnes?|tons?)|t|lbs?|pounds?",
        spelled=r"kilograms?|kg|grams|(?:metric\s+)?(?:tonnes?|tons?)|lbs?|pounds?",
        substance=rf"{_CO2}|carbon\b",
        announced=rf"{_CO2}|\bcarbon\s*(?:emi\w+|footprint|cost\b|[(\[])|\b(?:GHG\s+)?emissions?\b",
        factor=kg_in,
    ),
    Resource(
        "energy_kwh",
        least=1e-3,
        most=1e9,
        unit=_WATT_HOURS,
        spelled=_WATT_HOURS,
        substance="",
        announced=rf"\b(?:energy|electricity|power\s+(?:consum\w+|use[ds]?|usage))\b|{_WATT_HOURS}",
        factor=kwh_in,
    ),
)
"""A new one is a row here, and its field in `schemas.vocabularies`. Of two that a header announces the first counts."""


def resource(field: str) -> Resource | None:
    """The resource of a field."""
    return next((r for r in RESOURCES if r.field == field), None)


def is_consumed(field: str) -> bool:
    """Whether a field tells of a resource or of its cost, of a whole training and of one model."""
    return field == COST or resource(field) is not None
