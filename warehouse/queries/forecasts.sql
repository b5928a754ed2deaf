-- Every forecast that was ever published, the study's first, and what became of it
SELECT
    f.issued_on,
    f.issuer,
    f.benchmark,
    round(100 * f.target_error, 2) AS error_pct,
    f.estimator,
    f.log10_training_flop AS log10_flop,
    f.log10_training_flop_lower AS log10_flop_lower,
    f.log10_training_flop_upper AS log10_flop_upper,
    f.cost_usd,
    f.due_year,
    s.outcome,
    s.log10_flop_needed,
    s.log10_flop_ratio AS decades_off,
    s.interval_held,
    s.in_time,
    s.reason,
    f.source
FROM out_forecasts f
LEFT JOIN out_forecast_scores s USING (forecast_id)
ORDER BY f.issued_on, f.benchmark, f.target_error DESC, f.estimator, f.forecast_id
