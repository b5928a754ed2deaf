-- How much of the growth in compute between two models is faster chips, more of them, and longer runs (--set from_model=AlexNet --set to_model=NASNet-A)
WITH asked AS (
    SELECT
        coalesce(getvariable('from_model'), 'AlexNet') AS from_model,
        coalesce(getvariable('to_model'), 'NASNet-A') AS to_model
)
SELECT
    a.model AS from_model,
    b.model AS to_model,
    round((b.chips * b.peak_flop_per_s * b.duration_hours) / (a.chips * a.peak_flop_per_s * a.duration_hours), 0)
        AS times_the_compute,
    round(b.peak_flop_per_s / a.peak_flop_per_s, 2) AS times_faster_chips,
    round(b.chips / a.chips, 2) AS times_more_chips,
    round(b.duration_hours / a.duration_hours, 2) AS times_longer,
    printf('%g x %s, %g h', a.chips, a.hardware, a.duration_hours) AS from_run,
    printf('%g x %s, %g h', b.chips, b.hardware, b.duration_hours) AS to_run
FROM asked
JOIN training_runs a ON a.model ILIKE from_model
JOIN training_runs b ON b.model ILIKE to_model
ORDER BY ALL
