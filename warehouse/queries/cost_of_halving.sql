-- What halving the best error would cost, by benchmark, by the headline's estimator and the study's recipes (--set estimator=all)
SELECT
    half.series,
    half.estimator,
    10 ** (half.log10_training_flop - best.log10_training_flop) AS times_the_compute,
    half.status,
    half.n,
    round(100 * best.target_error, 2) AS error_now_pct,
    round(100 * half.target_error, 2) AS error_halved_pct,
    half.log10_training_flop AS log10_flop,
    half.log10_training_flop_lower AS log10_flop_lower,
    half.log10_training_flop_upper AS log10_flop_upper,
    half.cost_usd,
    half.cost_bound_code,
    half.decades_beyond_data,
    half.reason
FROM out_estimates half
JOIN out_estimates best USING (series, estimator)
WHERE half.target = 'half_of_best' AND best.target = 'best_in_data'
    AND CASE coalesce(getvariable('estimator'), '')
        WHEN 'all' THEN true
        WHEN '' THEN (half.series, half.estimator) IN (SELECT (series, estimator) FROM shown_estimators)
        ELSE half.estimator = getvariable('estimator')
    END
ORDER BY half.series, half.estimator
