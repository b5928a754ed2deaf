-- How much of the growth in accuracy, or in language models' capability, came from compute, from data and from algorithms (Shapley values), by benchmark
SELECT
    series,
    from_year,
    to_year,
    n,
    factor,
    round(gain, 2) AS gain,
    round(gain_lower, 2) AS lower,
    round(gain_upper, 2) AS upper,
    growth_unit AS unit,
    round(100 * share_of_gain, 0) AS share_pct,
    round(100 * share_of_gain_lower, 0) AS share_lower,
    round(100 * share_of_gain_upper, 0) AS share_upper,
    reason
FROM out_performance_growth
ORDER BY reason IS NOT NULL, series, list_position(['performance', 'compute', 'data', 'algorithms'], factor)
