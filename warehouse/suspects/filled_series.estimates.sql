-- Estimates of the papers in which, in the order of compute, a step is as large as the one before
WITH once AS (
    SELECT DISTINCT hash(source_id, paper_id) AS paper, hash(model_key) AS model, training_flop
    FROM asked_estimates
),
step AS (
    SELECT paper, training_flop, training_flop - lag(training_flop) OVER of_paper AS step
    FROM once
    WINDOW of_paper AS (PARTITION BY paper ORDER BY training_flop)
),
equal AS (
    SELECT paper
    FROM step
    WHERE step > 0
    QUALIFY abs(step - lag(step) OVER (PARTITION BY paper ORDER BY training_flop)) <= 1e-3 * step
)
SELECT *
FROM asked_estimates
WHERE hash(source_id, paper_id) IN (SELECT paper FROM equal)
ORDER BY estimate_id
