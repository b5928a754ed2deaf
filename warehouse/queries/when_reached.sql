-- When a benchmark reaches a target, with which probability by which year, at what compute and cost; all of them by the method that back-tests choose (--set series=mmlu-pro --set target=error_10pct --set method=time_trend)
WITH asked AS (
    SELECT * FROM out_target_dates
    WHERE series = coalesce(getvariable('series'), series)
        AND target = coalesce(getvariable('target'), target)
        AND CASE WHEN getvariable('method') IS NULL THEN is_published ELSE date_method = getvariable('method') END
),
-- By the end of the year that is so many years after the year of the question.
due AS (
    SELECT
        series, target, date_method,
        any_value(probability) FILTER (due_year = year(current_date) + 1) AS in_1_year,
        any_value(probability) FILTER (due_year = year(current_date) + 2) AS in_2_years,
        any_value(probability) FILTER (due_year = year(current_date) + 5) AS in_5_years,
        any_value(probability) FILTER (due_year = year(current_date) + 10) AS in_10_years
    FROM out_date_probabilities
    GROUP BY ALL
)
SELECT
    a.series,
    a.target,
    round(100 * (1 - a.target_error), 2) AS score_pct,
    a.date_code AS status,
    floor(a.reached_year)::BIGINT AS median_year,
    round(a.probability_never, 2) AS probability_never,
    round(due.in_5_years, 2) AS in_5_years,
    round(100 * (1 - a.record_error), 2) AS record_pct,
    a.record_on,
    a.scored_until,
    a.reached_on,
    floor(a.reached_year_lower)::BIGINT AS year_lower,
    floor(a.reached_year_upper)::BIGINT AS year_upper,
    round(due.in_1_year, 2) AS in_1_year,
    round(due.in_2_years, 2) AS in_2_years,
    round(due.in_10_years, 2) AS in_10_years,
    a.log10_training_flop AS log10_flop,
    a.log10_training_flop_lower AS log10_flop_lower,
    a.log10_training_flop_upper AS log10_flop_upper,
    a.cost_usd,
    a.cost_usd_lower,
    a.cost_usd_upper,
    a.cost_bound_code,
    a.cost_year,
    a.date_method,
    a.date_reason
FROM asked a
LEFT JOIN due USING (series, target, date_method)
ORDER BY a.series, a.target_error DESC, a.target, a.date_method
