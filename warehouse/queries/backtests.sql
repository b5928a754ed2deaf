-- How well each estimator foretold the records that came after, by domain and by the record's error over the best known, beside three yardsticks (--set scope=Vision)
SELECT
    scope,
    horizon,
    estimator,
    n_cases,
    flop_score AS score_decades,
    coalesce(flop_bias, 'infinity'::DOUBLE) AS bias_decades,
    round(100 * flop_coverage_90) AS held_of_90_pct,
    n_series,
    n_unpredicted,
    coalesce(flop_loss, 'infinity'::DOUBLE) AS decades_off,
    coalesce(flop_loss_lower, 'infinity'::DOUBLE) AS decades_off_lower,
    coalesce(flop_loss_upper, 'infinity'::DOUBLE) AS decades_off_upper,
    round(100 * flop_coverage_50) AS held_of_50_pct,
    round(100 * flop_coverage_80) AS held_of_80_pct,
    error_score AS error_score_decades,
    coalesce(error_loss, 'infinity'::DOUBLE) AS error_decades_off,
    is_headline,
    is_alike,
    standing
FROM out_backtest_scores
WHERE CASE
    WHEN getvariable('scope') IS NULL THEN scope = 'all' OR scope IN (SELECT domain FROM out_backtests)
    ELSE scope = getvariable('scope')
END
ORDER BY
    scope,
    list_position(['judged', 'all', 'from_0.8', '0.67_to_0.8', '0.5_to_0.67', 'below_0.5'], horizon),
    score_decades,
    estimator
