-- How forecasts fared: what became of the targets, how far the compute that reached them was from what was foretold, and the CRPS of dates that fell due beside the time trend's, by issuer and estimator
SELECT
    issuer,
    estimator,
    count(*) AS forecasts,
    count(*) FILTER (outcome = 'open') AS open,
    count(*) FILTER (outcome = 'overdue') AS overdue,
    count(*) FILTER (outcome = 'reached') AS reached,
    median(log10_flop_ratio) AS decades_off_median,
    count(*) FILTER (interval_held) AS intervals_held,
    count(interval_held) AS of_intervals,
    count(*) FILTER (in_time) AS in_time,
    count(in_time) AS of_dated,
    count(crps_years) AS fallen_due,
    avg(crps_years) AS crps_years,
    avg(trend_crps_years) AS trend_crps_years,
    count(*) FILTER (date_held) AS dates_held,
    count(date_held) AS of_dates,
    min(issued_on) AS first_issued,
    max(issued_on) AS last_issued
FROM out_forecast_scores
GROUP BY issuer, estimator
ORDER BY issuer DESC, estimator
