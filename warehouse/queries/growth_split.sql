-- How much of the growth in compute between any two models is faster chips, more of them, and longer runs (--set from_model=AlexNet --set to_model=NASNet-A)
WITH given AS (
    SELECT
        coalesce(getvariable('from_model'), 'AlexNet') AS from_model,
        coalesce(getvariable('to_model'), 'NASNet-A') AS to_model
),
run AS (
    SELECT model, hardware, chips, duration_hours, peak_flop_per_s, stated_by FROM training_runs
    UNION
    SELECT
        m.model,
        m.hardware,
        m.chips,
        m.duration_hours,
        -- The same convention as training_runs: GPUs at FP32, TPUs at bf16, full utilisation.
        CASE WHEN chip.kind = 'tpu' THEN chip.bf16_flop_per_s ELSE chip.fp32_flop_per_s END,
        m.source_id
    FROM raw_models m
    JOIN core_hardware chip ON chip.slug = m.hardware
    WHERE m.source_id = 'epoch' AND m.chips IS NOT NULL AND m.duration_hours IS NOT NULL
),
ratio AS (
    SELECT
        a.model AS from_model,
        b.model AS to_model,
        b.peak_flop_per_s / a.peak_flop_per_s AS faster,
        b.chips / a.chips AS more,
        b.duration_hours / a.duration_hours AS longer,
        printf('%g x %s, %g h (%s)', a.chips, a.hardware, a.duration_hours, a.stated_by) AS from_run,
        printf('%g x %s, %g h (%s)', b.chips, b.hardware, b.duration_hours, b.stated_by) AS to_run
    FROM given
    JOIN run a ON a.model ILIKE given.from_model
    JOIN run b ON b.model ILIKE given.to_model
)
SELECT
    from_model,
    to_model,
    round(faster * more * longer, 0) AS times_the_compute,
    round(faster, 2) AS times_faster_chips,
    round(more, 2) AS times_more_chips,
    round(longer, 2) AS times_longer,
    -- Shares by logarithms, which add where factors multiply; of a run beside itself there is none.
    round(100 * ln(faster) / nullif(ln(faster * more * longer), 0), 1) AS share_faster_chips_pct,
    round(100 * ln(more) / nullif(ln(faster * more * longer), 0), 1) AS share_more_chips_pct,
    round(100 * ln(longer) / nullif(ln(faster * more * longer), 0), 1) AS share_longer_pct,
    from_run,
    to_run
FROM ratio
WHERE faster > 0 AND more > 0 AND longer > 0
ORDER BY ALL
