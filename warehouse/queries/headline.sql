-- What halving each benchmark's error costs by the estimator that extrapolates best, how far it was off in back-tests, and by the study's recipe
WITH half AS (
    SELECT
        h.*,
        10 ** (h.log10_training_flop - best.log10_training_flop) AS times_the_compute,
        best.target_error AS error_now
    FROM out_estimates h
    JOIN out_estimates best USING (benchmark, metric, estimator)
    WHERE h.target = 'half_of_best' AND best.target = 'best_in_data'
),
judged AS (
    SELECT * FROM out_backtest_scores WHERE is_headline AND scope = 'all' AND horizon = 'judged'
)
SELECT
    study.benchmark,
    study.n,
    round(100 * study.error_now, 2) AS error_now_pct,
    judged.estimator AS headline_estimator,
    ours.times_the_compute,
    ours.log10_training_flop AS log10_flop,
    ours.log10_training_flop_lower AS lower,
    ours.log10_training_flop_upper AS upper,
    ours.cost_usd,
    ours.decades_beyond_data,
    ours.status,
    -- The same of every benchmark: the rule looks at all together (`backtests`).
    judged.flop_loss AS decades_off_median,
    judged.flop_loss_q90 AS decades_off_nine_in_ten,
    round(100 * judged.flop_coverage_90) AS held_of_90_pct,
    study.times_the_compute AS times_by_the_study,
    study.log10_training_flop AS log10_flop_by_the_study,
    study.status AS status_by_the_study,
    ours.reason
FROM half study
LEFT JOIN judged ON true
LEFT JOIN half ours ON ours.benchmark = study.benchmark AND ours.estimator = judged.estimator
WHERE study.estimator = 'study_power_law'
ORDER BY study.benchmark
