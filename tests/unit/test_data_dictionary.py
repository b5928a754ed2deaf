"""docs/data_dictionary.md says what the registry says."""

from schemas.tables import TABLES
from tools.data_dictionary import PAGE, data_dictionary


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == data_dictionary(), "run `make docs`"


def test_every_column_has_its_row_with_unit_and_vocabulary():
    lines = data_dictionary().splitlines()
    rows = [line for line in lines if line.startswith(("| `", "| **`"))]
    assert len(rows) == sum(len(t.columns) for t in TABLES.values())
    observations = lines[lines.index("## core_observations") :]
    flop = next(line for line in observations if line.startswith("| `training_flop` "))
    assert flop.startswith("| `training_flop` | float | FLOP | ") and flop.endswith("(at least 0) |")
    method = next(line for line in observations if line.startswith("| `method` "))
    assert "`operation_count`, `hardware_time`" in method
