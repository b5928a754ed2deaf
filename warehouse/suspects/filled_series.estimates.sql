-- Estimates of the papers in which, in the order of compute, a step is as large as the one before
WITH once AS (
    SELECT DISTINCT source_id, paper_id, model_key, training_flop FROM core_compute_estimates
),
step AS (
    SELECT source_id, paper_id, training_flop, training_flop - lag(training_flop) OVER of_paper AS step
    FROM once
    WINDOW of_paper AS (PARTITION BY source_id, paper_id ORDER BY training_flop)
),
equal AS (
    SELECT source_id, paper_id
    FROM step
    WHERE step > 0
    QUALIFY abs(step - lag(step) OVER (PARTITION BY source_id, paper_id ORDER BY training_flop)) <= 1e-3 * step
)
SELECT e.*
FROM listed_estimates e
SEMI JOIN equal USING (source_id, paper_id)
ORDER BY e.estimate_id
