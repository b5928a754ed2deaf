-- Every forecast that was ever published, the study's first, and what became of it; ours by the headline's estimator and the study's recipes (--set estimator=all --set outcome=overdue)
SELECT
    f.issued_on,
    f.issuer,
    f.series,
    round(100 * f.target_error, 2) AS error_pct,
    f.estimator,
    f.log10_training_flop AS log10_flop,
    s.outcome,
    f.due_year,
    f.log10_training_flop_lower AS log10_flop_lower,
    f.log10_training_flop_upper AS log10_flop_upper,
    f.cost_usd,
    floor(f.reached_year)::BIGINT AS median_year,
    floor(f.reached_year_lower)::BIGINT AS year_lower,
    floor(f.reached_year_upper)::BIGINT AS year_upper,
    f.probability_1y,
    f.probability_2y,
    f.probability_5y,
    f.probability_10y,
    s.log10_flop_needed,
    s.log10_flop_ratio AS decades_off,
    s.interval_held,
    s.in_time,
    s.reached_on,
    s.date_held,
    s.n_due,
    s.crps_years,
    s.trend_crps_years,
    s.reason,
    f.source
FROM out_forecasts f
LEFT JOIN out_forecast_scores s USING (forecast_id)
WHERE s.outcome IS NOT DISTINCT FROM coalesce(getvariable('outcome'), s.outcome)
    AND CASE coalesce(getvariable('estimator'), '')
        WHEN 'all' THEN true
        WHEN '' THEN (f.series, f.estimator) IN (SELECT (series, estimator) FROM shown_estimators)
        ELSE f.estimator = getvariable('estimator')
    END
ORDER BY f.issued_on, f.series, f.target_error DESC, f.estimator, f.forecast_id
