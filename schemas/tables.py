"""The tables: which fields each holds, in which order, with which key.

Layers: `raw_` as the source says (and run records), `core_` one fact one row, `out_` what users read.
"""

from dataclasses import dataclass
from typing import Any

from schemas.fields import FIELDS, Field
from schemas.rows import column_types
from schemas.rows.capabilities import BenchmarkDifficulty, Capability, CapabilityCheck, PredictedScore
from schemas.rows.dates import DateProbability, DateScore, TargetDate
from schemas.rows.evaluation import (
    Calibration,
    ClaimToday,
    EffectiveCompute,
    HeadlineEstimate,
    PerformanceGrowth,
    ProgressCheck,
)
from schemas.rows.fits import CurvePoint, Estimate, FitParameter, FitSummary

EARLIER_NAMES = {"benchmark": "series"}
"""Columns under the names that releases and ledgers from before 30 November 2026 have for them, and their names now."""


@dataclass(frozen=True)
class TableColumn:
    """A field's place in one table; `name` may differ from the field where the field is generic (`value`)."""

    name: str
    field: Field
    required: bool


@dataclass(frozen=True)
class Table:
    """A table: columns in order, the key, and for people what a row is."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[TableColumn, ...]

    @property
    def column_names(self) -> list[str]:
        """Names of the columns, in order."""
        return [c.name for c in self.columns]


def _table(name: str, description: str, key: str, columns: str) -> Table:
    """Build a table from a list of names: `name` required, `name?` may be empty, `name=field` takes another field."""
    cols = []
    for item in columns.split():
        required = not item.endswith("?")
        column, _, field = item.rstrip("?").partition("=")
        cols.append(TableColumn(column, FIELDS[field or column], required))
    return Table(name, description, tuple(key.split()), tuple(cols))


def table_of(row_type: type[Any], name: str, description: str, key: str, otherwise: str = "") -> Table:
    """Build a table from its row type: its columns in its order, under their own names.

    `otherwise` lists, as for other tables, those that take another field or are never empty though their type may be.
    """
    listed = {item.partition("=")[0].rstrip("?"): item for item in otherwise.split()}
    columns = [listed.get(c.name, f"{c.name}{'?' if c.may_be_empty else ''}") for c in column_types(row_type)]
    return _table(name, description, key, " ".join(columns))


_PLACE = "page? bbox_x0? bbox_top? bbox_x1? bbox_bottom? location?"
_READING = (
    "confidence confidence_codes? confidence_reasons? confidence_parameters? source_id extractor extractor_version"
    " corrected_from? correction?"
)
_FLOP = "training_flop training_flop_lower training_flop_upper"
_CONDITIONS = (
    "extra_data=condition_extra_data extra_examples? test_protocol=condition_test_protocol ensemble distilled"
    " fine_tuned reasoning base_model=is_base_model shots=condition_shots prompting=condition_prompting formulation"
)
_COSTED = ("chip_hours", "cost_usd", "cost_rented_usd", "cost_owned_usd", "energy_kwh", "co2e_kg")
_COSTS = " ".join(f"{q}? {q}_lower? {q}_upper?" for q in _COSTED)


def _scores(what: str) -> str:
    covered = " ".join(f"{what}_coverage_{level}" for level in (50, 80, 90))
    return f"{what}_loss_q90? {what}_bias? {covered} {what}_coverage_90_lower {what}_coverage_90_upper"


_POWER = "implied_power? implied_power_lower? implied_power_upper?"

_ALL = [
    _table(
        "raw_documents",
        "One document that was offered to the pipeline, and what became of it.",
        "document_sha256 paper_id",
        "document_sha256 paper_id arxiv_id? origin source_id licence? fetched_at media_type http_status? size_bytes"
        " document_status reason_code=document_reason_code? reason? pages? pages_read?"
        " parse_codes? parse_notes? parse_parameters? parser_version extractor_version corrections_version? load_id",
    ),
    _table(
        "raw_loads",
        "One run of a flow: the run record.",
        "load_id",
        "load_id flow started_at finished_at? run_outcome? reason? parameters_json code_version packages_json"
        " counts_json? deferred? refresh_inputs? part_of?",
    ),
    _table(
        "raw_observations",
        "One observation that a source gives whole: an accuracy, and the inputs of its compute estimate.",
        "result_id",
        "result_id model benchmark metric value year? paper_id page? location? quote is_own is_ensemble extra_data?"
        " extra_examples? test_protocol? distilled? fine_tuned? reasoning? base_model=is_base_model? shots? prompting?"
        " formulation? method compute_scope? compute_bound? teacher?"
        " training_flop? stated_training_flop? hardware_burden_flop? hardware? chips? duration_hours? chip_hours?"
        " forward_ops? forward_ops_unit? examples? epochs? parameters? tokens? compute_paper_id? compute_page?"
        " compute_quote compute_source compute_confidence? compute_note? source_id",
    ),
    _table(
        "raw_study_runs",
        "One training run as the study booked it, for comparisons with it.",
        "model",
        "model model_key year hardware chips duration_hours source note? source_id",
    ),
    _table(
        "raw_papers",
        "One paper that discover knows of and wants, read or not.",
        "paper_id",
        "paper_id arxiv_id? title? authors? categories? licence? year? submitted_at? updated_at? is_withdrawn"
        " wanted_codes? wanted_because source_id",
    ),
    _table(
        "raw_models",
        "One model's training compute as a structured source has it.",
        "model_row_id",
        "model_row_id source_id source_table model model_key organisation? domain? published? year? paper_id?"
        f" paper_title? link? parameters? dataset_size? tokens? epochs? {' '.join(f + '?' for f in _FLOP.split())}"
        " forward_ops? forward_ops_unit? network_operations_flop? hardware_burden_flop? hardware_text? hardware? chips?"
        " duration_hours? utilisation?"
        " numerical_format? base_model? finetune_flop? training_cost_usd? compute_confidence? compute_note?"
        " modified_at? quote",
    ),
    _table(
        "raw_scores",
        "One accuracy of one model as a structured source has it, on a benchmark of ours.",
        "result_id",
        "result_id source_id source_table model model_key model_version? benchmark metric value raw_value"
        " source_metric? published? year? paper_id? paper_title? link? is_own is_ensemble? test_protocol? extra_data?"
        " distillation_confidence? note? quote",
    ),
    _table(
        "raw_chips",
        "One accelerator as a structured source has it.",
        "chip_row_id",
        "chip_row_id source_id name hardware? maker? kind? release_date? fp32_flop_per_s? tf32_flop_per_s?"
        " fp16_flop_per_s? fp8_flop_per_s? memory_bytes? tdp_w? release_price_usd? link? note? modified_at?",
    ),
    _table(
        "raw_chip_prices",
        "One price of an accelerator, to buy or to rent, as a structured source has it.",
        "price_row_id",
        "price_row_id source_id name hardware? vendor? price_date? usd_per_chip_hour? usd_per_chip_hour_1_year?"
        " usd_per_chip_hour_3_years? purchase_usd? chips? link? note?",
    ),
    _table(
        "raw_grid_intensity",
        "Carbon intensity of one region's electricity in one year, as a structured source has it.",
        "region grid_year source_id",
        "region region_code? grid_year co2e_g_per_kwh source_id",
    ),
    _table(
        "raw_source_runs",
        "One source as one run queried it: what came, what was new, what was deferred and why.",
        "load_id source_id",
        "load_id source_id asked_at source_outcome requests bytes_received rows_given rows_new rows_changed rows_gone"
        " documents_new documents_refused documents_waiting? reason_codes=deferral_codes? reason? notes?",
    ),
    _table(
        "raw_source_changes",
        "One value that a structured source changed between two runs.",
        "load_id table_name row_id change column_changed",
        "load_id source_id table_name row_id change column_changed value_before? value_now?",
    ),
    _table(
        "core_hardware",
        "One accelerator that papers name, with its peak rates per chip.",
        "slug",
        "slug=hardware name aliases? maker? kind release_date? fp32_flop_per_s? tf32_flop_per_s? fp16_flop_per_s?"
        " bf16_flop_per_s? fp8_flop_per_s? tdp_w? chips_per_board release_price_usd? epoch_name? source note?"
        " source_id",
    ),
    _table(
        "core_papers",
        "One paper.",
        "paper_id",
        "paper_id arxiv_id? title? year? licence? source_id",
    ),
    _table(
        "core_results",
        "One accuracy figure that a document states.",
        "result_id",
        "result_id paper_id document_sha256? benchmark metric value raw_value model model_key is_own is_ensemble?"
        f" test_protocol? shots? prompting? extra_data? year? {_PLACE} row_header? column_header? quote {_READING}",
    ),
    _table(
        "core_disclosures",
        "One training figure that a document discloses.",
        "disclosure_id",
        "disclosure_id paper_id document_sha256? field value=disclosed_value number=disclosed_number?"
        " number_lower=disclosed_number_lower? number_upper=disclosed_number_upper? raw_value model? model_key?"
        f" phase training_set? {_PLACE} row_header? column_header? quote {_READING}",
    ),
    _table(
        "core_compute_estimates",
        "Training compute of one model of one paper, by one method.",
        "estimate_id",
        f"estimate_id paper_id model model_key training_set? method compute_scope? {_FLOP} range_factor?"
        " hardware_burden_flop? hardware? chips? duration_hours? basis evidence_ids? quote? compute_source"
        " is_preferred flag_codes? flags? flag_parameters? source_id",
    ),
    _table(
        "core_observations",
        "Accuracy and training compute of the same model on the same benchmark: what a fit sees.",
        "observation_id",
        f"observation_id series benchmark metric paper_id model model_key year? value error {_FLOP} method"
        " compute_scope? hardware_burden_flop? hardware? chips? duration_hours?"
        f" {_CONDITIONS} in_fit"
        " exclusion_code? exclusion_reason? exclusion_parameters? join_rule join_reason result_id estimate_id"
        " result_source_id compute_source_id",
    ),
    _table(
        "core_quarantine",
        "One row that was refused, with the check, the value and the reason.",
        "quarantine_id",
        "quarantine_id table_name row_id paper_id? document_sha256? model? check_name reason_code column_name?"
        " failure_value? reason row_json source_id?",
    ),
    _table(
        "core_defects",
        "One row that a rule points at as a likely defect, and why: a mark, nothing is taken away.",
        "row_id rule table_name",
        "row_id rule table_name paper_id? model? reason_code=defect_code reason reason_parameters=defect_parameters?",
    ),
    _table(
        "out_observations",
        "Accuracy and training compute of one model on one benchmark, with the words each rests on.",
        "observation_id",
        f"observation_id series benchmark metric paper_id title? model year? value error {_FLOP} method"
        f" compute_scope? basis {_CONDITIONS}"
        " in_fit exclusion_code? exclusion_reason? flag_codes? join_rule join_reason"
        " result_source_id compute_source_id result_id estimate_id model_key is_own"
        " accuracy_page=page? accuracy_location=location? accuracy_quote=quote compute_quote=quote? compute_source",
    ),
    _table(
        "out_accuracy_witnesses",
        "Own accuracy of a paper beside what other papers and sources state of the same model, benchmark and metric.",
        "result_id",
        "result_id benchmark metric paper_id model value confidence confirmed_by? contradicted_by? nearest in_fit",
    ),
    table_of(
        FitSummary,
        "out_fits",
        "One estimator fitted to one series of observations.",
        "fit_id",
    ),
    table_of(
        FitParameter,
        "out_fit_parameters",
        "One parameter of one fit.",
        "fit_id parameter",
        "unit=parameter_unit? value=parameter_value? lower=parameter_lower? upper=parameter_upper?",
    ),
    table_of(
        CurvePoint,
        "out_curves",
        "One point of one fit's curve: within the data, and beyond them where accuracy rises with compute.",
        "fit_id log10_flop",
    ),
    table_of(
        Estimate,
        "out_estimates",
        "What a fit says that a target costs.",
        "series target estimator",
        "reason=estimate_reason reason_code=estimate_reason_code",
    ),
    _table(
        "out_backtests",
        "One record predicted by one estimator from what was known at the end of an earlier year.",
        "series origin_year estimator observation_id",
        "series metric domain=benchmark_domain origin_year estimator observation_id model year horizon_years"
        " horizon_decades horizon_error n error"
        " predicted_error? error_interval_lower? error_interval_upper? log10_error_ratio? error_score"
        " error_held_50 error_held_80 error_held_90 log10_flop_actual log10_flop_predicted?"
        " log10_flop_interval_lower? log10_flop_interval_upper? log10_flop_ratio? flop_score"
        " flop_held_50 flop_held_80 flop_held_90 prediction_status"
        " prediction_reason? prediction_reason_code?",
    ),
    _table(
        "out_backtest_scores",
        "How well one estimator predicted the records at one horizon: over all series, by domain, by series.",
        "scope estimator horizon",
        "scope estimator horizon n_cases n_series n_unpredicted"
        f" flop_score flop_loss? flop_loss_lower? flop_loss_upper? flop_loss_se? {_scores('flop')}"
        f" error_score error_loss? error_loss_lower? error_loss_upper? {_scores('error')} is_headline is_alike"
        " standing? standing_codes?"
        " standing_parameters?",
    ),
    table_of(
        Calibration,
        "out_calibration",
        "By how much one estimator's intervals are widened in one domain at one horizon, and what they then held.",
        "domain estimator horizon",
        "domain=benchmark_domain",
    ),
    table_of(
        HeadlineEstimate,
        "out_headlines",
        "What the headline of one benchmark says of one target, with an interval over all estimators as good.",
        "series target",
        "domain=benchmark_domain reason=estimate_reason reason_code=estimate_reason_code",
    ),
    table_of(
        ClaimToday,
        "out_claims",
        "One claim of the article beside what this release says of it.",
        "claim",
        "verdict=claim_verdict",
    ),
    table_of(
        Capability,
        "out_capabilities",
        "One language model's capability, from its scores on all benchmarks, or why it has none.",
        "model_key",
    ),
    table_of(
        BenchmarkDifficulty,
        "out_benchmark_difficulties",
        "One language benchmark's curve on capability, and how well it foretold the scores of held-out years.",
        "series metric",
    ),
    table_of(
        CapabilityCheck,
        "out_capability_checks",
        "One score of a held-out year beside what the model's other benchmarks and the benchmark's own curves said.",
        "series metric model_key",
    ),
    table_of(
        PredictedScore,
        "out_predicted_scores",
        "What a language model would score on a benchmark on which it was not run.",
        "series metric model_key",
    ),
    table_of(
        TargetDate,
        "out_target_dates",
        "When one target is reached, by one method, and what that takes by the headline.",
        "series target date_method",
        "domain=benchmark_domain date_code date_reason",
    ),
    table_of(
        DateProbability,
        "out_date_probabilities",
        "How probable it is that a target is reached by the end of a year.",
        "series target date_method due_year",
    ),
    table_of(
        DateScore,
        "out_date_scores",
        "How well one method foretold when records reached an error, at one horizon.",
        "scope date_method horizon",
        "scope=date_scope horizon=date_horizon",
    ),
    _table(
        "out_forecasts",
        "One estimate as it was published, by the study or by this project; none is ever taken back.",
        "forecast_id",
        "forecast_id issuer issued_on series metric target target_error estimator log10_training_flop?"
        " log10_training_flop_lower? log10_training_flop_upper? confidence_level? compute_measure cost_usd?"
        " cost_usd_lower? cost_usd_upper? co2e_kg? co2e_kg_lower? co2e_kg_upper? due_year? data_year_max=year_max?"
        " log10_flop_max? n? status? source note? date_method? reached_year? reached_year_lower? reached_year_upper?"
        " probability_1y? probability_2y? probability_5y? probability_10y?"
        " trend_probability_1y? trend_probability_2y? trend_probability_5y? trend_probability_10y?",
    ),
    _table(
        "out_forecast_scores",
        "What became of one forecast.",
        "forecast_id",
        "forecast_id issuer issued_on series metric target target_error estimator outcome"
        " log10_training_flop? log10_flop_needed? log10_flop_ratio? interval_held? due_year? in_time? model? year?"
        " error? best_error? data_year_max=year_max? reached_on? date_held? n_due? crps_years? trend_crps_years?"
        " reason=outcome_reason reason_codes=outcome_reason_codes",
    ),
    _table(
        "out_pooled_powers",
        "One series' power by the mixed model of its own data, and as pooled with the other series, whatever their"
        " metrics: a power is dimensionless.",
        "series",
        "series metric n n_papers n_families effective_n paper_sd? family_sd? residual_sd"
        f" slope slope_lower slope_upper {_POWER} pooled_slope? pooled_slope_lower? pooled_slope_upper?"
        " pooled_power? pooled_power_lower? pooled_power_upper? own_weight? confidence_level",
    ),
    _table(
        "out_pools",
        "What several series say together: the mean of their slopes, how much they differ, and what to expect of a"
        " benchmark not seen yet.",
        "pool",
        f"pool n_series slope slope_lower slope_upper {_POWER} between_sd between_sd_lower between_sd_upper"
        " new_slope new_slope_lower new_slope_upper new_power? new_power_lower? new_power_upper? confidence_level",
    ),
    _table(
        "out_influence",
        "How one estimate changes when one paper, or one family of models, is left out; the most influential ones.",
        "series target estimator left_out_kind left_out",
        "series metric target target_error estimator left_out_kind left_out influence_rank n n_left_out"
        " fit_outcome implied_power? power_without? log10_training_flop? log10_training_flop_without? decades_moved?",
    ),
    _table(
        "out_disclosure_weighting",
        "One estimate, and what it is when models that disclose compute stand for those that do not.",
        "series target estimator",
        "series metric target target_error estimator n n_scored effective_n fit_outcome implied_power?"
        " power_weighted? log10_training_flop? log10_training_flop_weighted?",
    ),
    _table(
        "out_specifications",
        "One combination of defensible choices (Simonsohn et al. 2020), and the power and compute that it leads to.",
        "series target estimator compute_choice observation_choice split_choice",
        "series metric target target_error estimator compute_choice observation_choice split_choice"
        " n n_papers fit_outcome implied_power? log10_training_flop?",
    ),
    _table(
        "out_specification_quantiles",
        "Quantiles of power and compute over the specifications of one series; empty: unreachable.",
        "series target quantile",
        "series metric target target_error quantile specifications specifications_unreachable"
        " implied_power? log10_training_flop?",
    ),
    _table(
        "out_theory",
        "One fitted power of computation beside the least that one theory asks for.",
        "series estimator theory",
        "series metric estimator n theory theory_power implied_power? implied_power_lower?"
        " implied_power_upper? confidence_level? power_ratio? verdict=theory_verdict statement",
    ),
    _table(
        "out_growth",
        "How many times the compute of training runs, or one of its three factors, became.",
        "from_name to_name factor comparison population peak_basis",
        "from_name to_name from_year to_year factor comparison population peak_basis n times times_lower? times_upper?"
        " share=growth_share? confidence_level?",
    ),
    table_of(
        PerformanceGrowth,
        "out_performance_growth",
        "How much of the growth in performance on one benchmark, or of language models' capability, came from compute,"
        " from data and from algorithms.",
        "series factor",
        "factor=performance_factor",
    ),
    table_of(
        EffectiveCompute,
        "out_effective_compute",
        "In how many months the compute needed for the same score, or the same capability, halves.",
        "series estimator",
    ),
    table_of(
        ProgressCheck,
        "out_progress_checks",
        "One published halving time of the compute needed beside ours.",
        "publication series estimator",
        "verdict=progress_verdict note?",
    ),
    _table(
        "out_training_costs",
        "What one training run took in chip-hours, energy, money and carbon: one row for each compute estimate.",
        "estimate_id",
        "estimate_id paper_id model model_key method is_preferred training_flop year? hardware?"
        f" {_COSTS} cost_basis cost_flags? cost_flag_codes?",
    ),
    _table(
        "out_cost_checks",
        "One cost of a training run that others published, beside ours from the same hardware and hours or FLOP.",
        "model publisher quantity",
        "model publisher quantity year? hardware? published=published_amount published_lower=published_amount_lower?"
        " published_upper=published_amount_upper? ours=our_amount? ours_lower=our_amount_lower?"
        " ours_upper=our_amount_upper? ratio=our_ratio? is_held? ours_as_they=amount_as_they? ratio_as_they? as_they?"
        " cost_basis cause? place source",
    ),
    _table(
        "out_assumptions",
        "One assumption behind the costs, as the run used it.",
        "name",
        "name=assumption value=assumed? lower=assumed_lower? upper=assumed_upper? choice=assumed_choice? unit source"
        " note?",
    ),
    _table(
        "out_papers",
        "One paper: what was read in it, or why nothing was.",
        "paper_id",
        "paper_id title? year? document_status? reason? pages? results results_own disclosures has_compute",
    ),
    _table(
        "out_changes",
        "What differs from the last release.",
        "table_name row_id change column_changed",
        "table_name row_id change column_changed value_before? value_now? decades_moved? because? release_before",
    ),
]

TABLES: dict[str, Table] = {t.name: t for t in _ALL}
