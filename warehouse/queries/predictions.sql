-- Each record as it was foretold from what was known in earlier years (--set benchmark=coco --set estimator=study_power_law)
SELECT
    benchmark,
    estimator,
    origin_year AS known_to,
    year,
    model,
    n,
    round(horizon_decades, 2) AS decades_beyond_data,
    round(100 * error, 2) AS error_pct,
    round(100 * predicted_error, 2) AS predicted_pct,
    log10_flop_actual,
    log10_flop_predicted,
    log10_flop_interval_lower AS lower,
    log10_flop_interval_upper AS upper,
    log10_flop_ratio AS decades_off,
    flop_held_90 AS interval_held,
    prediction_status AS status,
    prediction_reason AS reason
FROM out_backtests
WHERE benchmark = coalesce(getvariable('benchmark'), benchmark)
    AND CASE coalesce(getvariable('estimator'), '')
        WHEN 'all' THEN true
        WHEN '' THEN estimator IN (SELECT estimator FROM shown_estimators WHERE is_headline)
        ELSE estimator = getvariable('estimator')
    END
ORDER BY benchmark, estimator, known_to, year, error_pct DESC, model, observation_id
