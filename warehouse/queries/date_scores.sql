-- How well each method foretold when records reached an error, beside the yardstick time_trend: CRPS of the date in years, Brier score by horizon, and what 90 % intervals held
SELECT
    scope,
    horizon,
    date_method,
    n_cases,
    n_series,
    crps_years,
    brier,
    n_intervals,
    round(100 * coverage_90) AS held_of_90_pct,
    is_published
FROM out_date_scores
ORDER BY
    scope LIKE '%_known', scope <> 'all', scope,
    list_position(['all', 'to_1_year', '1_to_2_years', '2_to_4_years', 'from_4_years'], horizon),
    date_method
