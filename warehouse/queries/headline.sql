-- What halving each benchmark's error costs by the headline of its domain, with an interval over all estimators that back-tests cannot tell apart, and by the study's recipe
WITH times AS (
    SELECT
        half.series,
        half.estimator,
        half.log10_training_flop,
        half.status,
        10 ** (half.log10_training_flop - best.log10_training_flop) AS times_the_compute,
        best.target_error AS error_now
    FROM out_estimates half
    JOIN out_estimates best USING (series, metric, estimator)
    WHERE half.target = 'half_of_best' AND best.target = 'best_in_data'
)
SELECT
    study.series,
    ours.times_the_compute,
    h.status,
    h.domain,
    own.n,
    round(100 * study.error_now, 2) AS error_now_pct,
    h.estimator AS headline_estimator,
    h.log10_training_flop AS log10_flop,
    h.log10_training_flop_lower AS lower,
    h.log10_training_flop_upper AS upper,
    h.n_alike AS estimators_in_the_interval,
    own.calibration_factor,
    own.cost_usd,
    own.decades_beyond_data,
    study.times_the_compute AS times_by_the_study,
    study.log10_training_flop AS log10_flop_by_the_study,
    study.status AS status_by_the_study,
    h.reason
FROM times study
LEFT JOIN out_headlines h ON h.series = study.series AND h.target = 'half_of_best'
LEFT JOIN times ours ON ours.series = h.series AND ours.estimator = h.estimator
LEFT JOIN out_estimates own ON own.series = h.series AND own.target = h.target AND own.estimator = h.estimator
WHERE study.estimator = 'study_power_law'
ORDER BY study.series
