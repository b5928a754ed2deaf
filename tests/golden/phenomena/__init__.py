"""Every phenomenon, by its name."""

from tests.golden.claims import Phenomenon
from tests.golden.phenomena.benchmarks import BENCHMARKS
from tests.golden.phenomena.layout import LAYOUT
from tests.golden.phenomena.prose import PROSE
from tests.golden.phenomena.tables import TABLES
from tests.golden.phenomena.whose import WHOSE

GROUPS = {"layout": LAYOUT, "tables": TABLES, "benchmarks": BENCHMARKS, "whose": WHOSE, "prose": PROSE}
PHENOMENA: dict[str, Phenomenon] = {p.name: p for group in GROUPS.values() for p in group}
