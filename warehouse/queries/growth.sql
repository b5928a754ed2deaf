-- How much of the growth in training compute came from faster chips, from more of them, from longer runs: trends in a year, typical runs, records
SELECT
    comparison,
    population,
    round(any_value(times) FILTER (factor = 'compute'), 2) AS times_the_compute,
    round(any_value(times_lower) FILTER (factor = 'compute'), 2) AS lower,
    round(any_value(times_upper) FILTER (factor = 'compute'), 2) AS upper,
    peak_basis,
    from_name,
    to_name,
    any_value(n) AS n,
    round(any_value(times) FILTER (factor = 'faster_chips'), 2) AS times_faster_chips,
    round(any_value(times) FILTER (factor = 'more_chips'), 2) AS times_more_chips,
    round(any_value(times) FILTER (factor = 'longer_runs'), 2) AS times_longer,
    round(100 * any_value(share) FILTER (factor = 'faster_chips'), 0) AS share_faster_chips_pct,
    round(100 * any_value(share) FILTER (factor = 'more_chips'), 0) AS share_more_chips_pct,
    round(100 * any_value(share) FILTER (factor = 'longer_runs'), 0) AS share_longer_pct
FROM out_growth
GROUP BY comparison, population, peak_basis, from_name, to_name, from_year, to_year
ORDER BY
    list_position(['trend', 'record_trend', 'typical', 'record'], comparison),
    population,
    peak_basis,
    to_year,
    from_year,
    from_name,
    to_name
