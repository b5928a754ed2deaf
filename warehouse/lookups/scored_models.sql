-- Every model with a score on a benchmark, compute or not: its median score
WITH score AS (
    SELECT benchmark, metric, model_key, year, value FROM raw_scores
    UNION ALL
    SELECT benchmark, metric, model_key, year, value FROM core_results WHERE is_own
    UNION ALL
    SELECT o.benchmark, o.metric, o.model_key, o.year, o.value FROM core_observations o
)
SELECT benchmark, metric, model_key, min(year) AS year, 1 - median(value) / 100 AS error
FROM score
GROUP BY ALL
ORDER BY ALL
