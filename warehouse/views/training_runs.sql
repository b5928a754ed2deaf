-- Training runs whose hardware, number of chips and time are known: disclosed in papers, or booked by the study.
-- peak_flop_per_s: Peak rate of one chip by the study's convention: GPUs at FP32, TPUs at bf16. Unit: FLOP/s.
-- stated_by: Who says so: the paper or the study.
CREATE OR REPLACE VIEW training_runs AS
SELECT
    run.model,
    run.model_key,
    run.paper_id,
    run.hardware,
    run.chips,
    run.duration_hours,
    -- The study's convention: GPUs at FP32, TPUs at bf16, full utilisation.
    CASE WHEN chip.kind = 'tpu' THEN chip.bf16_flop_per_s ELSE chip.fp32_flop_per_s END AS peak_flop_per_s,
    run.stated_by
FROM (
    SELECT model, model_key, paper_id, hardware, chips, duration_hours, 'paper' AS stated_by
    FROM core_compute_estimates
    WHERE chips IS NOT NULL AND duration_hours IS NOT NULL
    UNION ALL
    SELECT model, model_key, NULL, hardware, chips, duration_hours, 'study' FROM raw_study_runs
) run
JOIN core_hardware chip ON chip.slug = run.hardware;
