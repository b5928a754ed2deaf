-- How fast methods improve: the years in which the compute needed for the same error halves, and those in which it falls tenfold, by benchmark
WITH parameters AS (
    SELECT
        f.benchmark,
        f.estimator,
        f.n,
        f.n_papers,
        f.year_min,
        f.year_max,
        f.rises,
        f.confidence_level,
        p.parameter,
        p.value,
        p.lower,
        p.upper
    FROM out_fits f
    JOIN out_fit_parameters p USING (fit_id)
    WHERE f.estimator_kind = 'progress'
)
SELECT
    benchmark,
    estimator,
    any_value(n) AS n,
    any_value(n_papers) AS papers,
    any_value(year_min) AS from_year,
    any_value(year_max) AS to_year,
    any_value(value) FILTER (parameter = 'halving_years') AS halving_years,
    any_value(lower) FILTER (parameter = 'halving_years') AS halving_lower,
    any_value(upper) FILTER (parameter = 'halving_years') AS halving_upper,
    any_value(value) FILTER (parameter = 'years_per_tenfold') AS tenfold_years,
    any_value(lower) FILTER (parameter = 'years_per_tenfold') AS tenfold_lower,
    any_value(upper) FILTER (parameter = 'years_per_tenfold') AS tenfold_upper,
    -- An interval of the yearly gain that holds zero tells no halving time.
    any_value(lower) FILTER (parameter = 'per_year') > 0 AS is_progress_beyond_doubt,
    any_value(rises) AS rises_with_compute,
    any_value(confidence_level) AS confidence_level
FROM parameters
GROUP BY benchmark, estimator
ORDER BY benchmark, estimator
