"""The one registry of fields: every column of every table, with its type, unit, description and bounds.

DuckDB's DDL and COMMENTs, the pandera schemas and the codebook are all drawn from here; nothing is declared twice. What
a column of out_estimates alone holds stands in its row type (`schemas.rows.Described`) and is taken from there.
Same quantity and unit, same name; another unit, another name (the unit is the suffix).
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Literal

from schemas.codes.evaluation import (
    ClaimVerdict,
    CostBound,
    DateReason,
    EstimateStatus,
    FitOutcome,
    FitReason,
    ForecastOutcome,
    PredictionStatus,
    ProgressVerdict,
    TheoryVerdict,
)
from schemas.codes.matching import DefectSign, Exclusion
from schemas.rows import capabilities, column_types, dates
from schemas.rows.evaluation import (
    Calibration,
    ClaimToday,
    EffectiveCompute,
    HeadlineEstimate,
    PerformanceGrowth,
    ProgressCheck,
)
from schemas.rows.fits import Estimate
from schemas.vocabularies import (
    BOUNDS,
    CHECKED_QUANTITIES,
    COMPUTE_CHOICES,
    COMPUTE_MEASURES,
    COMPUTE_SCOPES,
    DATE_HORIZONS,
    DATE_METHODS,
    DEFECT_RULES,
    DISCLOSURE_FIELDS,
    DOCUMENT_STATUSES,
    ESTIMATOR_KINDS,
    GROWTH_COMPARISONS,
    GROWTH_FACTORS,
    HORIZONS,
    JOIN_RULES,
    LEFT_OUT_KINDS,
    METHODS,
    NOT_APPLICABLE,
    OBSERVATION_CHOICES,
    PERFORMANCE_FACTORS,
    PHASES,
    PROMPTINGS,
    RUN_OUTCOMES,
    SOURCE_OUTCOMES,
    SPLIT_CHOICES,
    TEST_PROTOCOLS,
    THEORIES,
    UNKNOWN,
    YES_NO_UNKNOWN,
)

DType = Literal["string", "float", "int", "bool", "timestamp"]


@dataclass(frozen=True)
class Field:
    """One column: what it holds, in which unit, and what it may be.

    `minimum` and `maximum` are inclusive; `allowed` is a closed vocabulary; `log` marks quantities drawn on log axes.
    """

    name: str
    dtype: DType
    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] = ()


def _range(name: str, unit: str, what: str) -> list[Field]:
    """A quantity with the lower and upper end of its range."""
    return [
        Field(name, "float", f"{what}.", unit, minimum=0),
        Field(f"{name}_lower", "float", f"{what}: lower end of the range.", unit, minimum=0),
        Field(f"{name}_upper", "float", f"{what}: upper end of the range.", unit, minimum=0),
    ]


def _limits(name: str, unit: str, what: str) -> list[Field]:
    """A fitted quantity, which may be negative, with its confidence limits."""
    return [
        Field(name, "float", f"{what}.", unit),
        Field(f"{name}_lower", "float", f"{what}: lower confidence limit.", unit),
        Field(f"{name}_upper", "float", f"{what}: upper confidence limit; empty when unbounded.", unit),
    ]


_ALL = [
    # --- identity
    Field("paper_id", "string", "arXiv id without version where known, else the file's stem."),
    Field("arxiv_id", "string", "arXiv id with version, where the document's name or its first page's stamp is one."),
    Field("title", "string", "Title of the paper as its source gives it."),
    Field("year", "int", "Year of the first version of the paper that introduced the model.", "year", 1950, 2100),
    Field("licence", "string", "Licence of the source, as stated by it."),
    Field("source_id", "string", "Source that the row came from (see sources.csv)."),
    Field("document_sha256", "string", "SHA-256 of the document's bytes; empty for structured rows."),
    Field("origin", "string", "Where the bytes came from: file name or address."),
    Field("fetched_at", "timestamp", "When the bytes were stored.", "UTC"),
    Field("media_type", "string", "Media type, by the first bytes and not by the name."),
    Field("http_status", "int", "HTTP status of the answer; empty for a local file.", "", 100, 599),
    Field("size_bytes", "int", "Size of the document.", "byte", 0),
    Field(
        "document_status",
        "string",
        "What became of the document.",
        allowed=DOCUMENT_STATUSES,
    ),
    Field("document_reason_code", "string", "Why it is so, as a code (schemas/codes/sources.py)."),
    Field("reason", "string", "Why it is so, in words."),
    Field("pages", "int", "Pages of the document.", "page", 0),
    Field("pages_read", "int", "Pages whose layout was read.", "page", 0),
    Field(
        "parse_codes",
        "string",
        "What was not read, or otherwise than the file has it: codes, separated by blanks (schemas/codes/parsing.py).",
    ),
    Field("parse_notes", "string", "The same in words, separated by '; '."),
    Field("parse_parameters", "string", "Figures and words of the codes: a JSON list with an object for each."),
    Field("parser_version", "string", "Version of the parser: hash of its code."),
    Field("extractor_version", "string", "Version of the extractors: hash of their code and reference tables."),
    Field(
        "corrections_version",
        "string",
        "Hash of the corrections that the paper's claims were loaded with; empty where there are none.",
    ),
    Field("load_id", "string", "Load that wrote the row."),
    # --- claims
    Field("result_id", "string", "Hash of the claim's content and place."),
    Field("disclosure_id", "string", "Hash of the claim's content and place."),
    Field("benchmark", "string", "Benchmark and split, as slug (see benchmarks.csv)."),
    Field("series", "string", "What a fit pools: a benchmark with its splits (see benchmarks.csv)."),
    Field("metric", "string", "Metric, as slug (see benchmarks.csv)."),
    Field("value", "float", "Accuracy in percent (BLEU points for translation); higher is better.", "%", 0, 100),
    Field("raw_value", "string", "The figure as printed."),
    Field("model", "string", "Model as printed."),
    Field("model_key", "string", "Model's name normalised for joining."),
    Field("is_own", "bool", "True for a result of the paper's own method or its variants; false when cited or re-run."),
    Field("is_ensemble", "bool", "True when several networks vote; empty when not known."),
    Field("test_protocol", "string", "Multi-crop, multi-scale, flips or tokenisation, where stated."),
    Field("extra_data", "string", "Training data beyond the benchmark's own, where stated."),
    Field("shots", "string", "Solved examples in the prompt of a language model, a number or `few`, where stated."),
    Field("prompting", "string", "How a language model is asked, where stated.", allowed=PROMPTINGS),
    Field(
        "condition_extra_data",
        "string",
        "Training data beyond the benchmark's own and what is usual beside it (detectors start from ImageNet-1k): their"
        " name, `none`, `unknown`, or `not applicable` where models learn from any text.",
    ),
    Field("extra_examples", "float", "How many examples the extra data hold, where known.", "example", 0),
    Field(
        "condition_test_protocol", "string", "Whether inputs are tested in one view or several.", allowed=TEST_PROTOCOLS
    ),
    Field("ensemble", "string", "Whether several networks vote.", allowed=YES_NO_UNKNOWN),
    Field("distilled", "string", "Whether the model learnt from another's answers.", allowed=YES_NO_UNKNOWN),
    Field(
        "reasoning",
        "string",
        "Whether a language model thinks in text before it answers.",
        allowed=(*YES_NO_UNKNOWN, NOT_APPLICABLE),
    ),
    Field(
        "is_base_model",
        "string",
        "Whether a language model is pre-trained only (`yes`), or tuned to instructions or conversation (`no`).",
        allowed=(*YES_NO_UNKNOWN, NOT_APPLICABLE),
    ),
    Field(
        "condition_shots",
        "string",
        "Solved examples in the prompt of a language model: a number, `few`, `unknown` or `not applicable`.",
    ),
    Field(
        "condition_prompting",
        "string",
        "How a language model is asked.",
        allowed=(*PROMPTINGS, UNKNOWN, NOT_APPLICABLE),
    ),
    Field("field", "string", "What is disclosed.", allowed=DISCLOSURE_FIELDS),
    Field(
        "disclosed_value",
        "string",
        "The figure in its canonical unit, or the slug of the hardware, or the number format.",
    ),
    Field("disclosed_number", "float", "The figure as a number; empty for hardware and number format.", minimum=0),
    Field("disclosed_number_lower", "float", "Lower end where a range is printed.", minimum=0),
    Field("disclosed_number_upper", "float", "Upper end where a range is printed.", minimum=0),
    Field("phase", "string", "Phase of the work that the figure belongs to.", allowed=PHASES),
    Field("training_set", "string", "Data set that was trained on, as slug (see datasets.csv); empty where not named."),
    Field("page", "int", "Page of the PDF, from 1.", "page", 1),
    Field("bbox_x0", "float", "Left edge of the figure on its page.", "pt"),
    Field("bbox_top", "float", "Top edge of the figure on its page, from the page's top.", "pt"),
    Field("bbox_x1", "float", "Right edge of the figure on its page.", "pt"),
    Field("bbox_bottom", "float", "Bottom edge of the figure on its page, from the page's top.", "pt"),
    Field("location", "string", "Table label, figure, section or 'text'."),
    Field("row_header", "string", "Header of the figure's table row."),
    Field("column_header", "string", "Header of the figure's table column, outermost first."),
    Field("quote", "string", "The words or figures that the row rests on."),
    Field("confidence", "float", "Confidence in the reading.", "fraction", 0, 1),
    Field(
        "confidence_codes",
        "string",
        "What lowers the confidence or is known of the figure: codes, separated by blanks (schemas/codes/reading.py).",
    ),
    Field("confidence_reasons", "string", "The same in words, separated by '; '."),
    Field("confidence_parameters", "string", "Figures and words of the codes: a JSON list with an object for each."),
    Field("extractor", "string", "Extractor that made the claim."),
    Field("corrected_from", "string", "Value as it was read, where a correction by hand gave the row another."),
    Field("correction", "string", "Why the value was corrected, with source, hand and day (see corrections.csv)."),
    # --- compute
    Field("estimate_id", "string", "Hash of the estimate's content."),
    Field("method", "string", "How the training compute was estimated.", allowed=METHODS),
    Field(
        "compute_scope",
        "string",
        "What the training compute counts: pre-training alone, all training that made the model, fine-tuning without"
        " the model that it starts from, or a student's training without its teacher's; empty where it is not known.",
        allowed=COMPUTE_SCOPES,
    ),
    Field("compute_bound", "string", "Where the compute is known as a bound alone: which.", allowed=BOUNDS),
    Field("teacher", "string", "Model that this one was distilled from, where its training is not counted in."),
    *_range("training_flop", "FLOP", "Total training compute, a multiply-add being two operations"),
    Field(
        "range_factor",
        "float",
        "Factor by which the range was widened either way, so that nine in ten of its method and source hold what"
        " others have of the same model (see range_calibration.csv); the range holds it already.",
        "ratio",
        minimum=1,
    ),
    Field(
        "hardware_burden_flop",
        "float",
        "Chips x peak FLOP/s x time at full utilisation, as the study has it.",
        "FLOP",
        minimum=0,
    ),
    Field("hardware", "string", "Accelerator, as slug (see hardware.csv)."),
    Field("chips", "float", "Number of accelerator chips.", "chip", 0),
    Field("duration_hours", "float", "Wall time of the training run.", "h", 0),
    Field("basis", "string", "The estimate spelled out, with the figures that it was made from."),
    Field("evidence_ids", "string", "Disclosures used, by id, separated by blanks."),
    Field("is_preferred", "bool", "True for the method that the written order of preference chooses for the model."),
    Field(
        "flag_codes",
        "string",
        "What a careful reader should know of the row, as codes separated by blanks (schemas/codes/compute.py).",
    ),
    Field("flags", "string", "The same in words, separated by '; '."),
    Field("flag_parameters", "string", "Figures and words of the codes: a JSON list with an object for each."),
    Field("compute_source", "string", "Whose figure the compute is: the paper itself, or a third party's row."),
    Field("stated_training_flop", "float", "Total training compute as stated.", "FLOP", minimum=0),
    Field("forward_ops", "float", "Operations of one forward pass, as printed.", "", 0),
    Field("forward_ops_unit", "string", "What the printed operations count.", allowed=("multiply_add", "flop")),
    Field("examples", "float", "Training examples in one epoch.", "example", 0),
    Field("epochs", "float", "Training epochs.", "epoch", 0),
    Field("parameters", "float", "Parameters of the model (active ones, for a mixture of experts).", "", 0),
    Field("tokens", "float", "Training tokens seen in all.", "token", 0),
    Field("compute_paper_id", "string", "Paper in which the compute's inputs were read."),
    Field("compute_page", "int", "Page of the compute's inputs.", "page", 1),
    Field("compute_quote", "string", "The words or figures that the compute rests on."),
    Field(
        "compute_confidence",
        "string",
        "Confidence word of a third party's figure.",
        allowed=("Confident", "Likely", "Speculative", "Unverified", "Unknown"),
    ),
    Field("compute_note", "string", "Assumptions behind the compute, in a sentence."),
    # --- hardware
    Field("name", "string", "Name of the accelerator."),
    Field("aliases", "string", "How papers write it, separated by '|'."),
    Field("maker", "string", "Maker of the accelerator."),
    Field("kind", "string", "Kind of accelerator."),
    Field("release_date", "string", "Date of release, as exact as the source gives it."),
    Field("fp32_flop_per_s", "float", "Peak rate per chip at FP32, dense.", "FLOP/s", 0),
    Field("tf32_flop_per_s", "float", "Peak rate per chip at TF32, dense; empty where the chip has none.", "FLOP/s", 0),
    Field("fp16_flop_per_s", "float", "Peak rate per chip at FP16, dense.", "FLOP/s", 0),
    Field("bf16_flop_per_s", "float", "Peak rate per chip at bf16, dense.", "FLOP/s", 0),
    Field("fp8_flop_per_s", "float", "Peak rate per chip at FP8, dense.", "FLOP/s", 0),
    Field("tdp_w", "float", "Thermal design power per chip.", "W", 0),
    Field("chips_per_board", "int", "Chips on one board, as papers count boards.", "chip", 1),
    Field("release_price_usd", "float", "Price per chip at release.", "USD", 0),
    Field("epoch_name", "string", "Rows of Epoch AI's hardware table that speak of the chip, separated by '|'."),
    # --- observations
    Field("observation_id", "string", "Hash of result and estimate."),
    Field("error", "float", "1 - value/100.", "fraction", 0, 1),
    Field("in_fit", "bool", "True when the published fits use the row."),
    Field(
        "exclusion_code",
        "string",
        "Why the fits leave the row out, as a code (schemas/codes/matching.py); empty where they use it.",
        allowed=tuple(code.value for code in Exclusion),
    ),
    Field("exclusion_reason", "string", "The same in words."),
    Field("exclusion_parameters", "string", "Figures and words of the code: a JSON list with one object."),
    Field("result_source_id", "string", "Source of the accuracy."),
    Field("compute_source_id", "string", "Source of the compute."),
    Field("join_rule", "string", "Why accuracy and compute are held to be of one model.", allowed=JOIN_RULES),
    Field("join_reason", "string", "Which accuracy and which compute were taken, and why, in words."),
    # --- what structured sources say
    Field("model_row_id", "string", "Hash of the source, its table and its row's own name."),
    Field("source_table", "string", "Table or file of the source that the row stands in."),
    Field("organisation", "string", "Who made the model, as the source says."),
    Field("domain", "string", "Domain or task, as the source says."),
    Field("published", "string", "Date of publication, as exact as the source gives it."),
    Field("paper_title", "string", "Title of the paper that the row refers to."),
    Field("link", "string", "Address that the row refers to."),
    Field("dataset_size", "float", "Size of the training set in the source's own unit.", "", 0),
    Field(
        "network_operations_flop",
        "float",
        "Training operations by count (forward pass x 3 x examples x epochs), as the source typed them.",
        "FLOP",
        minimum=0,
    ),
    Field("hardware_text", "string", "Hardware as the source writes it."),
    Field("utilisation", "float", "Share of the peak rate that training reached.", "fraction", 0, 1),
    Field("base_model", "string", "Model that this one was trained further from, as the source names it."),
    Field("finetune_flop", "float", "Compute of the further training alone.", "FLOP", minimum=0),
    Field("numerical_format", "string", "Number format of training, as the source writes it."),
    Field("training_cost_usd", "float", "Cost of training as the source has it, in dollars of its own year.", "USD", 0),
    Field("modified_at", "string", "When the source says that it last changed the row."),
    Field("model_version", "string", "Version of the model that was tested, as the source names it."),
    Field("source_metric", "string", "Metric or column as the source names it."),
    Field(
        "distillation_confidence",
        "string",
        "How sure the source is that the model is distilled, in its own word; empty where it does not say that it is.",
    ),
    Field("chip_row_id", "string", "Hash of the source and the chip's name."),
    Field("memory_bytes", "float", "Memory of the accelerator.", "byte", 0),
    Field("price_row_id", "string", "Hash of the price's source, date, chip and vendor."),
    Field("vendor", "string", "Who sells or rents."),
    Field("price_date", "string", "Day of the price."),
    Field("usd_per_chip_hour", "float", "Rent of one chip for an hour, on demand.", "USD/h", 0),
    Field("usd_per_chip_hour_1_year", "float", "Rent of one chip for an hour, committed for a year.", "USD/h", 0),
    Field("usd_per_chip_hour_3_years", "float", "Rent of one chip for an hour, committed for three years.", "USD/h", 0),
    Field("purchase_usd", "float", "Price of buying.", "USD", 0),
    Field("region", "string", "Country or region."),
    Field("region_code", "string", "Three-letter code of the country."),
    Field("grid_year", "int", "Year that the figure speaks of.", "year", 1900, 2100),
    Field("co2e_g_per_kwh", "float", "Carbon intensity of electricity.", "g/kWh", 0),
    # --- papers that discover knows of
    Field("authors", "string", "Authors, separated by '; '."),
    Field("categories", "string", "arXiv categories, the primary first, separated by blanks."),
    Field("submitted_at", "string", "When the first version was submitted."),
    Field("updated_at", "string", "When the present version was submitted."),
    Field("is_withdrawn", "bool", "True when the authors or arXiv withdrew the paper."),
    Field(
        "wanted_codes",
        "string",
        "Why the paper is selected, as codes separated by blanks (schemas/codes/sources.py).",
    ),
    Field("wanted_because", "string", "Why the paper is selected: the watch list, or benchmarks that it names."),
    # --- asking the sources
    Field("asked_at", "timestamp", "When the source was queried.", "UTC"),
    Field("source_outcome", "string", "What became of asking.", allowed=SOURCE_OUTCOMES),
    Field("requests", "int", "Requests sent, those answered 'not modified' included.", "", 0),
    Field("bytes_received", "int", "Bytes of bodies received.", "byte", 0),
    Field("rows_given", "int", "Rows that the source gave.", "", 0),
    Field("rows_new", "int", "Rows that were not there before.", "", 0),
    Field("rows_changed", "int", "Rows whose content changed.", "", 0),
    Field("rows_gone", "int", "Rows that are there no more.", "", 0),
    Field("documents_new", "int", "Documents stored for the first time.", "", 0),
    Field("documents_refused", "int", "Documents that were offered and refused.", "", 0),
    Field("documents_waiting", "int", "Documents known of and left for another run.", "", 0),
    Field(
        "deferral_codes",
        "string",
        "Why something of the source did not come, as codes separated by blanks (schemas/codes/sources.py).",
    ),
    Field("notes", "string", "What the operator should know of the source's content, one line each."),
    # --- fits and estimates
    Field("fit_id", "string", "Hash of estimator, settings and input."),
    Field("estimator", "string", "Estimator and form."),
    Field("estimator_title", "string", "Estimator and form in words."),
    Field("estimator_kind", "string", "What the estimator varies.", allowed=ESTIMATOR_KINDS),
    Field("n", "int", "Number of observations.", "", 0),
    Field("n_papers", "int", "Number of papers the observations come from.", "", 0),
    Field("slope", "float", "Slope of the transformed performance per decade of compute.", "1/decade"),
    Field("slope_lower", "float", "Slope: lower confidence limit.", "1/decade"),
    Field("slope_upper", "float", "Slope: upper confidence limit.", "1/decade"),
    Field("intercept", "float", "Intercept at one FLOP of compute."),
    Field("intercept_lower", "float", "Intercept: lower confidence limit."),
    Field("intercept_upper", "float", "Intercept: upper confidence limit."),
    Field("r_squared", "float", "Coefficient of determination.", "fraction", 0, 1),
    Field("residual_sd", "float", "Residual standard deviation of the transformed performance.", "", 0),
    Field("confidence_level", "float", "Level of the intervals.", "fraction", 0, 1),
    Field("implied_power", "float", "Power p of compute ~ (1/error)^p at the largest compute."),
    Field("implied_power_lower", "float", "Power: lower confidence limit."),
    Field("implied_power_upper", "float", "Power: upper confidence limit."),
    Field("theory", "string", "Theory that bounds the power from below.", allowed=THEORIES),
    Field("theory_power", "float", "Power p of compute ~ (1/error)^p that the theory asks for at least.", minimum=0),
    Field("power_ratio", "float", "Fitted power as a multiple of theory's."),
    Field("theory_verdict", "string", "Where the fitted power's interval lies.", allowed=tuple(TheoryVerdict)),
    Field("statement", "string", "The comparison in a sentence."),
    Field("replicates", "int", "Bootstrap replicates behind the intervals; empty where they are analytic.", "", 1),
    Field("rises", "bool", "True when accuracy rises with compute beyond doubt at the level of the intervals."),
    Field("fitted_floor", "float", "Error that the form says no compute gets below; empty without one.", "fraction", 0),
    Field("fitted_floor_lower", "float", "Fitted floor: lower confidence limit.", "fraction", 0),
    Field("fitted_floor_upper", "float", "Fitted floor: upper confidence limit.", "fraction", 0),
    Field("parameter", "string", "Name of the parameter."),
    Field("parameter_unit", "string", "Unit of the parameter; empty where it is a plain number."),
    Field("parameter_value", "float", "Value of the parameter; empty where infinite (years until nothing is gained)."),
    Field("parameter_lower", "float", "Parameter: lower confidence limit; empty when unbounded."),
    Field("parameter_upper", "float", "Parameter: upper confidence limit; empty when unbounded."),
    Field("log10_flop", "float", "Compute of the point.", "log10 FLOP"),
    Field("curve_error", "float", "Error by the curve.", "fraction", 0),
    Field("curve_error_lower", "float", "Error by the curve: lower confidence limit.", "fraction", 0),
    Field("curve_error_upper", "float", "Error by the curve: upper confidence limit.", "fraction", 0),
    Field("log10_flop_min", "float", "log10 of the smallest compute in the data.", "log10 FLOP"),
    Field("log10_flop_max", "float", "log10 of the largest compute in the data.", "log10 FLOP"),
    Field("year_min", "int", "First year in the data.", "year"),
    Field("year_max", "int", "Last year in the data.", "year"),
    Field("input_hash", "string", "Hash of the observations that the fit saw."),
    Field("target", "string", "Name of the target (see targets.csv)."),
    Field("target_error", "float", "Error rate aimed at.", "fraction", 0, 1),
    Field("log10_training_flop", "float", "log10 of the compute that the fit asks for.", "log10 FLOP"),
    Field(
        "log10_training_flop_lower",
        "float",
        "log10 compute: lower confidence limit; empty when unbounded.",
        "log10 FLOP",
    ),
    Field(
        "log10_training_flop_upper",
        "float",
        "log10 compute: upper confidence limit; empty when unbounded.",
        "log10 FLOP",
    ),
    *_range("chip_hours", "h", "Hours of accelerator chips: of the hardware named, else of the reference accelerator"),
    *_range("cost_usd", "USD", "Cost of the computing: rented where a rent is known, else owned"),
    *_range("cost_rented_usd", "USD", "Cost at the rent of the chip"),
    *_range("cost_owned_usd", "USD", "Cost on chips owned: price and server over their life, and electricity"),
    *_range("energy_kwh", "kWh", "Energy at the meter, data centre included"),
    *_range("co2e_kg", "kg", "Carbon dioxide equivalent"),
    Field("cost_basis", "string", "How the costs were computed: chip-hours, power, PUE, grid and price, with years."),
    Field("cost_flags", "string", "What the costs rest on besides the paper, or lack; words separated by '; '."),
    Field("cost_flag_codes", "string", "The same as codes, separated by blanks."),
    Field("status", "string", "Whether the figure deserves belief.", allowed=tuple(EstimateStatus)),
    Field("estimate_reason", "string", "Why the status is so, in words."),
    Field("estimate_reason_code", "string", "Why the status is so.", allowed=tuple(FitReason)),
    # --- structure, influence, specifications
    Field("pool", "string", "Which series are pooled."),
    Field("n_families", "int", "Number of families of models the observations come from.", "", 0),
    Field("effective_n", "float", "Independent observations that would give the mean as well.", "", 0),
    Field("paper_sd", "float", "Standard deviation between papers, of log10(1/error); empty if not known.", "", 0),
    Field("family_sd", "float", "Standard deviation between families, of log10(1/error); empty likewise.", "", 0),
    *_limits("pooled_slope", "1/decade", "Slope of log10(1/error) per decade, as pooled with the other series"),
    *_limits("pooled_power", "", "Power p of compute ~ (1/error)^p, as pooled with the other series"),
    *_limits("between_sd", "1/decade", "Standard deviation of the slopes from series to series"),
    *_limits("new_slope", "1/decade", "Slope to expect of a series not seen yet"),
    *_limits("new_power", "", "Power to expect of a series not seen yet"),
    Field("own_weight", "float", "Weight of the series' own data in its pooled slope.", "fraction", 0, 1),
    Field("left_out_kind", "string", "What was left out.", allowed=LEFT_OUT_KINDS),
    Field("left_out", "string", "The paper (its id) or family (its letters) left out."),
    Field("n_left_out", "int", "Observations left out with it.", "", 0),
    Field("influence_rank", "int", "1 for the most influential of its kind on this fit.", "", 1),
    Field("power_without", "float", "Power that the fit implies without what was left out."),
    Field("log10_training_flop_without", "float", "log10 of the compute that it then asks for.", "log10 FLOP"),
    Field("n_scored", "int", "Models with a score on the benchmark, whether their compute is known or not.", "", 0),
    Field("power_weighted", "float", "Power that the fit implies when weighted for who discloses compute."),
    Field("log10_training_flop_weighted", "float", "log10 of the compute that it then asks for.", "log10 FLOP"),
    Field("decades_moved", "float", "How far that moves the compute asked for.", "decade"),
    Field("compute_choice", "string", "Which compute figures were used.", allowed=COMPUTE_CHOICES),
    Field("observation_choice", "string", "Which observations were used.", allowed=OBSERVATION_CHOICES),
    Field("split_choice", "string", "Which splits of the benchmark were used.", allowed=SPLIT_CHOICES),
    Field("fit_outcome", "string", "What a choice or omission led to.", allowed=tuple(FitOutcome)),
    Field("quantile", "float", "Share of the specifications at or below the figure.", "fraction", 0, 1),
    Field("specifications", "int", "Number of specifications that gave a fit.", "", 0),
    Field("specifications_unreachable", "int", "Of these, how many never reach the target.", "", 0),
    # --- back-tests
    Field("origin_year", "int", "Year at whose end the fit was made, from what was known then.", "year", 1950, 2100),
    Field("horizon_years", "int", "Years from the origin to the record.", "year", 1),
    Field(
        "horizon_decades",
        "float",
        "How far the record's compute lies beyond the largest known at the origin; negative inside the data.",
        "decade",
    ),
    Field(
        "horizon_error",
        "float",
        "The record's error over the best known at the origin: what horizons are told by.",
        "ratio",
        0,
    ),
    Field(
        "benchmark_domain", "string", "What kind of task the benchmark is of: back-tests are judged within a domain."
    ),
    Field("horizon", "string", "Records whose error over the best known is scored together.", allowed=HORIZONS),
    Field("scope", "string", "Series or domain that is scored, or `all` for all together."),
    Field(
        "prediction_status", "string", "What the fit at the origin said of the record.", allowed=tuple(PredictionStatus)
    ),
    Field("prediction_reason", "string", "Why the fit says nothing of the record, in words."),
    Field("prediction_reason_code", "string", "Why the fit says nothing of the record.", allowed=tuple(FitReason)),
    Field("log10_flop_actual", "float", "log10 of the compute that the record took.", "log10 FLOP"),
    Field("predicted_error", "float", "Error that the fit gives for the record's compute.", "fraction", 0),
    Field("error_interval_lower", "float", "Predicted error: lower end of the 90 % interval.", "fraction", 0),
    Field("error_interval_upper", "float", "Predicted error: upper end of the 90 % interval.", "fraction", 0),
    Field(
        "log10_flop_predicted", "float", "log10 of the compute that the fit asks for the record's error.", "log10 FLOP"
    ),
    Field(
        "log10_flop_interval_lower",
        "float",
        "Predicted compute: lower end of the 90 % interval; empty when unbounded.",
        "log10 FLOP",
    ),
    Field(
        "log10_flop_interval_upper",
        "float",
        "Predicted compute: upper end of the 90 % interval; empty when unbounded.",
        "log10 FLOP",
    ),
    Field("log10_error_ratio", "float", "log10 of predicted over actual error.", "log10 ratio"),
    Field("log10_flop_ratio", "float", "log10 of predicted over actual compute.", "log10 ratio"),
    *(
        Field(f"{what}_held_{level}", "bool", f"True when the {level} % interval of the {what} holds the actual one.")
        for what in ("error", "flop")
        for level in (50, 80, 90)
    ),
    Field("n_cases", "int", "Number of predictions scored, those that could not be made included.", "case", 0),
    Field("n_series", "int", "Number of series they come from.", "", 0),
    Field("n_unpredicted", "int", "Number of cases in which the fit gave no compute: they count as worst.", "case", 0),
    *(
        field
        for what in ("error", "flop")
        for field in (
            Field(
                f"{what}_score",
                "float",
                f"Weighted interval score of the {what} (in log10): a proper score of median and intervals, the"
                " absolute miss where there is no width; lower is better.",
                "decade",
                0,
            ),
            Field(
                f"{what}_loss",
                "float",
                f"Median of |log10(predicted / actual {what})|, each record with the same weight; empty when infinite.",
                "decade",
                0,
            ),
            Field(
                f"{what}_loss_lower",
                "float",
                "Loss: lower end of its 90 % interval over records.",
                "decade",
                0,
            ),
            Field(f"{what}_loss_upper", "float", "Loss: upper end; empty when infinite.", "decade", 0),
            Field(
                f"{what}_loss_q90",
                "float",
                f"What 90 % of the |log10(predicted / actual {what})| do not exceed; empty when infinite.",
                "decade",
                0,
            ),
            Field(
                f"{what}_bias", "float", f"Median of log10(predicted / actual {what}); empty when infinite.", "decade"
            ),
            *(
                Field(
                    f"{what}_coverage_{level}",
                    "float",
                    f"Share of the {level} % intervals of the {what} that held the actual one.",
                    "fraction",
                    0,
                    1,
                )
                for level in (50, 80, 90)
            ),
            Field(f"{what}_coverage_90_lower", "float", "Coverage: lower end of its 90 % interval.", "fraction", 0, 1),
            Field(f"{what}_coverage_90_upper", "float", "Coverage: upper end of its 90 % interval.", "fraction", 0, 1),
        )
    ),
    Field(
        "flop_loss_se",
        "float",
        "Standard error of the compute's loss over records; empty when infinite.",
        "decade",
        0,
    ),
    Field("claim_verdict", "string", "How today's figure stands to the study's.", allowed=tuple(ClaimVerdict)),
    *_limits("today", "in the claim's unit", "Today's figure"),
    Field("is_headline", "bool", "True for the estimator that the published headline of the scope comes from."),
    Field(
        "is_alike", "bool", "True for each estimator that the rule cannot tell from the headline's, itself included."
    ),
    Field("standing", "string", "How the estimator stands by the rule of the headline, in words."),
    Field("standing_codes", "string", "The same as codes separated by blanks: several for the one that is chosen."),
    Field("standing_parameters", "string", "Figures and words of the codes: a JSON list with an object for each."),
    # --- one capability behind many benchmarks
    *_limits("capability", "standard deviation", "Capability: models have mean 0 and standard deviation 1"),
    *_limits("discrimination", "1/standard deviation", "How steeply the log-odds of a score rise with capability"),
    *_limits("difficulty", "standard deviation", "Capability that scores half-way from chance to ceiling"),
    *_limits("predicted_score", "%", "Score predicted from the model's other benchmarks"),
    Field("n_benchmarks", "int", "Benchmarks on which the model was scored, the predicted one apart.", "benchmark", 0),
    Field("held_out_from", "int", "Scores of models of this year and later are held out.", "year", 1950, 2100),
    # --- dates of targets
    Field("date_method", "string", "How the date is foretold.", allowed=DATE_METHODS),
    Field("date_horizon", "string", "How far ahead of the origin is scored.", allowed=DATE_HORIZONS),
    Field(
        "date_scope",
        "string",
        "Domain that is scored, `all` for all series, or `compute_known` for the cases that compute_growth answers.",
    ),
    Field("is_published", "bool", "True for the method that back-tests choose."),
    Field("reached_on", "string", "Day by which the target is known to have been reached, by any model."),
    *_limits("reached_year", "year", "Median date at which the target is reached, if it can be, as a decimal year"),
    Field(
        "crps_years",
        "float",
        "Continuous ranked probability score of the date: the squared miss of its probability, summed over the years.",
        "year",
        0,
    ),
    Field("cost_bound", "string", "Why a cost or an end of its range is no figure, in words."),
    Field("cost_bound_code", "string", "Why a cost or an end of its range is no figure.", allowed=tuple(CostBound)),
    Field("date_code", "string", "What is known of the date.", allowed=tuple(DateReason)),
    Field("date_reason", "string", "The same in words."),
    # --- the ledger of forecasts
    Field("forecast_id", "string", "Hash of the forecast's content and day."),
    Field("issuer", "string", "Who issued the forecast."),
    Field("issued_on", "string", "Day of issue, as exact as known."),
    Field("compute_measure", "string", "What the forecast's compute counts.", allowed=COMPUTE_MEASURES),
    Field("due_year", "int", "Year by whose end the target was said to be reached.", "year", 1950, 2100),
    *(
        Field(
            f"{by}probability_{years}y",
            "float",
            f"Probability that the target is reached by the end of the {years}. year after that of issue{who}.",
            "fraction",
            0,
            1,
        )
        for by, who in (("", ""), ("trend_", ", by the yardstick time_trend"))
        for years in (1, 2, 5, 10)
    ),
    Field("n_due", "int", "Due years of the forecast's probabilities that have passed and are scored.", "year", 0),
    Field("trend_crps_years", "float", "The same score of the yardstick time_trend.", "year", 0),
    Field("date_held", "bool", "True when the date's interval holds the day on which the target was reached."),
    Field("outcome", "string", "What became of the forecast.", allowed=tuple(ForecastOutcome)),
    Field("outcome_reason", "string", "What happened, in words."),
    Field("outcome_reason_codes", "string", "What happened, as codes separated by blanks."),
    Field("best_error", "float", "Lowest error in the observations.", "fraction", 0, 1),
    Field("log10_flop_needed", "float", "log10 of the least compute that reached the target.", "log10 FLOP"),
    Field("interval_held", "bool", "True when the forecast's interval holds the compute that was needed."),
    Field("in_time", "bool", "True when the target was reached by the due year; empty without one or while open."),
    # --- assumptions
    Field("assumption", "string", "Name of the assumption."),
    Field("assumed", "float", "Value that the run used; empty where it is a word.", minimum=0),
    Field("assumed_lower", "float", "Lower end of its range.", minimum=0),
    Field("assumed_upper", "float", "Upper end of its range.", minimum=0),
    Field("assumed_choice", "string", "Word that the run used, where the assumption is no number: a region, a chip."),
    Field("unit", "string", "Unit of the value."),
    Field("source", "string", "Where the value comes from."),
    Field("note", "string", "What to know of it."),
    # --- costs that others published
    Field("publisher", "string", "Who published the figure."),
    Field("quantity", "string", "What the figure is of, a column of out_training_costs.", allowed=CHECKED_QUANTITIES),
    Field("published_amount", "float", "The figure as published, in the unit of its quantity.", minimum=0),
    Field("published_amount_lower", "float", "Lower end, where a range was published.", minimum=0),
    Field("published_amount_upper", "float", "Upper end, where a range was published.", minimum=0),
    Field("our_amount", "float", "Our figure for the same run, by our own assumptions.", minimum=0),
    Field("our_amount_lower", "float", "Our figure: lower end of the range.", minimum=0),
    Field("our_amount_upper", "float", "Our figure: upper end of the range.", minimum=0),
    Field("our_ratio", "float", "Our figure over the published one.", minimum=0),
    Field("is_held", "bool", "Whether our range holds the published figure."),
    Field("amount_as_they", "float", "Our figure by the assumptions of the publisher, where known.", minimum=0),
    Field("ratio_as_they", "float", "Our figure by their assumptions over the published one.", minimum=0),
    Field("as_they", "string", "The publisher's assumptions, as overrides of ours."),
    Field("cause", "string", "Why the two differ; stated wherever they do by more than a factor of two."),
    Field("place", "string", "Where the figure stands."),
    # --- growth of training compute
    Field("population", "string", "Whose training runs.", allowed=("papers", "epoch")),
    Field(
        "peak_basis",
        "string",
        "Peak rate of a chip: the study's (GPUs FP32, TPUs bf16), or that of the format trained in.",
        allowed=("study", "training"),
    ),
    Field("comparison", "string", "What growth is measured between.", allowed=GROWTH_COMPARISONS),
    Field("from_name", "string", "Model or year that growth is measured from."),
    Field("to_name", "string", "Model or year that growth is measured to."),
    Field("from_year", "int", "Year that growth is measured from.", "year"),
    Field("to_year", "int", "Year that growth is measured to.", "year"),
    Field("factor", "string", "What grew.", allowed=GROWTH_FACTORS),
    Field("times", "float", "How many times it became: in all, for a trend in a year.", minimum=0),
    Field("times_lower", "float", "Times: lower confidence limit; trends only.", minimum=0),
    Field("times_upper", "float", "Times: upper confidence limit; trends only.", minimum=0),
    Field(
        "growth_share",
        "float",
        "Its share of the growth in compute, in logarithms; may lie outside 0 to 1.",
        "fraction",
    ),
    # --- growth of performance, and effective compute
    Field("performance_factor", "string", "What grew, or what it grew by.", allowed=PERFORMANCE_FACTORS),
    *_limits("gain", "see growth_unit", "What performance gained from it over the years"),
    *_limits("share_of_gain", "fraction", "Its share of the whole gain, which may lie outside 0 to 1"),
    *_limits("halving_months", "month", "Months in which the compute needed for the same score halves"),
    *_limits("published_months", "month", "Published halving time"),
    Field(
        "progress_verdict", "string", "How our halving time stands to the published.", allowed=tuple(ProgressVerdict)
    ),
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

_DTYPES: dict[type, DType] = {str: "string", float: "float", int: "int", bool: "bool"}


def described_fields(row_type: type[Any]) -> list[Field]:
    """The columns whose row type itself says what they hold; an enumeration is the column's closed vocabulary."""
    return [
        Field(
            name,
            "string" if issubclass(of, StrEnum) else _DTYPES[of],
            **asdict(described),
            allowed=tuple(of) if issubclass(of, StrEnum) else (),
        )
        for name, of, _, described in column_types(row_type)
        if described
    ]


_ALL += [
    field
    for row_type in (
        *(Estimate, Calibration, HeadlineEstimate, ClaimToday, PerformanceGrowth, EffectiveCompute, ProgressCheck),
        *capabilities.ROWS.values(),
        *dates.ROWS.values(),
    )
    for field in described_fields(row_type)
]

FIELDS: dict[str, Field] = {f.name: f for f in _ALL}
assert len(FIELDS) == len(_ALL), "a field is declared twice"
