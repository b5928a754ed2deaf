-- How well each estimator foretold the records that came after, by decades beyond the data, and which gives the headline
SELECT
    horizon,
    estimator,
    n_cases,
    n_series,
    n_unpredicted,
    coalesce(flop_loss, 'infinity'::DOUBLE) AS decades_off,
    coalesce(flop_loss_lower, 'infinity'::DOUBLE) AS decades_off_lower,
    coalesce(flop_loss_upper, 'infinity'::DOUBLE) AS decades_off_upper,
    coalesce(flop_bias, 'infinity'::DOUBLE) AS bias_decades,
    round(100 * flop_coverage_50) AS held_of_50_pct,
    round(100 * flop_coverage_80) AS held_of_80_pct,
    round(100 * flop_coverage_90) AS held_of_90_pct,
    coalesce(error_loss, 'infinity'::DOUBLE) AS error_decades_off,
    is_headline,
    standing
FROM out_backtest_scores
WHERE scope = 'all'
ORDER BY
    list_position(['judged', 'all', 'within_data', '0_to_0.5', '0.5_to_1', '1_to_2', 'beyond_2'], horizon),
    decades_off,
    estimator
