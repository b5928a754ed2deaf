-- Each record as it was foretold from what was known in earlier years (--set series=coco --set estimator=study_power_law)
SELECT
    series,
    estimator,
    origin_year AS known_to,
    year,
    model,
    log10_flop_ratio AS decades_off,
    prediction_status AS status,
    n,
    round(horizon_error, 3) AS times_the_best_error,
    round(horizon_decades, 2) AS decades_beyond_data,
    round(100 * error, 2) AS error_pct,
    round(100 * predicted_error, 2) AS predicted_pct,
    log10_flop_actual,
    log10_flop_predicted,
    log10_flop_interval_lower AS lower,
    log10_flop_interval_upper AS upper,
    round(flop_score, 2) AS score_decades,
    flop_held_90 AS interval_held,
    prediction_reason AS reason
FROM out_backtests
WHERE series = coalesce(getvariable('series'), series)
    AND CASE coalesce(getvariable('estimator'), '')
        WHEN 'all' THEN true
        WHEN '' THEN (series, estimator) IN (SELECT (series, estimator) FROM out_headlines)
        ELSE estimator = getvariable('estimator')
    END
ORDER BY series, estimator, known_to, year, error_pct DESC, model, observation_id
