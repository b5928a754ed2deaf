-- Every estimate by the headline's estimator and the study's recipes, with its interval, how far it lies beyond the data, and whether it deserves belief (--set estimator=all)
SELECT
    series,
    target,
    round(100 * target_error, 2) AS error_pct,
    estimator,
    n,
    log10_training_flop AS log10_flop,
    log10_training_flop_lower AS lower,
    log10_training_flop_upper AS upper,
    cost_usd,
    status,
    log10_flop_model_lower AS model_lower,
    log10_flop_model_upper AS model_upper,
    energy_kwh,
    co2e_kg,
    cost_bound_code,
    decades_beyond_data,
    reason
FROM out_estimates
WHERE CASE coalesce(getvariable('estimator'), '')
    WHEN 'all' THEN true
    WHEN '' THEN (series, estimator) IN (SELECT (series, estimator) FROM shown_estimators)
    ELSE estimator = getvariable('estimator')
END
ORDER BY series, target_error DESC, target, estimator
