"""Fields of what is recorded of the work itself: quarantine, defects, runs, changes between releases, coverage."""

from schemas.codes.matching import DefectSign
from schemas.fields.field import Field
from schemas.vocabularies import DEFECT_RULES, RUN_OUTCOMES

FIELDS = [
    # --- quarantine
    Field("quarantine_id", "string", "Hash of the rejected row and check."),
    Field("table_name", "string", "Table that the row is of, or was meant for."),
    Field("row_id", "string", "Key of the row."),
    Field("check_name", "string", "Check that failed."),
    Field(
        "reason_code",
        "string",
        "Why the row was refused, to group by: the code of the doubt (schemas/codes/), else the check that failed.",
    ),
    Field("column_name", "string", "Column that failed."),
    Field("failure_value", "string", "Value that failed."),
    Field("row_json", "string", "The whole rejected row."),
    # --- defects
    Field("rule", "string", "Rule that points at the row.", allowed=DEFECT_RULES),
    Field(
        "defect_code",
        "string",
        "What the rule saw in the row (schemas/codes/matching.py).",
        allowed=tuple(code.value for code in DefectSign),
    ),
    Field("defect_parameters", "string", "Figures and words of what the rule saw: a JSON list with one object."),
    # --- run records
    Field("started_at", "timestamp", "Start.", "UTC"),
    Field("finished_at", "timestamp", "End; empty while it runs or when it was killed.", "UTC"),
    Field("run_outcome", "string", "How the run ended; the reason says why.", allowed=RUN_OUTCOMES),
    Field("flow", "string", "Flow that ran."),
    Field("parameters_json", "string", "Parameters of the run."),
    Field("code_version", "string", "Git commit of the code, with '+' when the tree was changed."),
    Field("packages_json", "string", "Versions of the packages that matter."),
    Field("counts_json", "string", "What the run did, by kind."),
    Field(
        "refresh_inputs",
        "string",
        "Hash of all that a refresh rests on: rows, code, parameters; empty for other flows.",
    ),
    Field("part_of", "string", "The run, by its load_id, that this run was a part of; empty for a run of its own."),
    Field("deferred", "string", "What the run deferred, one line each."),
    # --- changes since the last release
    Field("change", "string", "Kind of change.", allowed=("new", "gone", "changed")),
    Field("because", "string", "The observations that entered, left or changed in the fit behind a figure that moved."),
    Field("column_changed", "string", "Column whose value changed."),
    Field("value_before", "string", "Value in the last release."),
    Field("value_now", "string", "Value in this release."),
    Field("release_before", "string", "Release compared with."),
    # --- coverage
    Field("results", "int", "Accuracy claims.", "", 0),
    Field("results_own", "int", "Accuracy claims of the paper's own models.", "", 0),
    Field("disclosures", "int", "Training disclosures.", "", 0),
    Field("has_compute", "bool", "True when a training-compute estimate exists."),
]
