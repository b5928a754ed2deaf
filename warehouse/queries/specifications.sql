-- How much the answer depends on choices: the middle of all specifications of each benchmark's target, and how many never get there (--set target=half_of_best)
SELECT
    series,
    target,
    round(100 * any_value(target_error), 2) AS error_pct,
    any_value(specifications) AS specifications,
    any_value(specifications_unreachable) AS unreachable,
    -- A quantile that is empty lies among those that never get there.
    coalesce(any_value(log10_training_flop) FILTER (quantile = 0.05), 'infinity'::DOUBLE) AS log10_flop_5_pct,
    coalesce(any_value(log10_training_flop) FILTER (quantile = 0.25), 'infinity'::DOUBLE) AS log10_flop_25_pct,
    coalesce(any_value(log10_training_flop) FILTER (quantile = 0.5), 'infinity'::DOUBLE) AS log10_flop_median,
    coalesce(any_value(log10_training_flop) FILTER (quantile = 0.75), 'infinity'::DOUBLE) AS log10_flop_75_pct,
    coalesce(any_value(log10_training_flop) FILTER (quantile = 0.95), 'infinity'::DOUBLE) AS log10_flop_95_pct,
    any_value(implied_power) FILTER (quantile = 0.5) AS power_median
FROM out_specification_quantiles
WHERE target = coalesce(getvariable('target'), target)
GROUP BY series, target
ORDER BY series, error_pct DESC, target
