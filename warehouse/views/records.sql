-- The records of each series: observations with a lower error than all of earlier years, by year.
CREATE OR REPLACE VIEW records AS
WITH dated AS (
    SELECT
        *,
        min(error) OVER (
            PARTITION BY series ORDER BY year RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS best_so_far,
        min(error) OVER (
            PARTITION BY series ORDER BY year RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS best_before
    FROM out_observations
    WHERE in_fit AND year IS NOT NULL
)
SELECT observation_id, series, year, model, paper_id, title, value, error, training_flop, method, compute_source
FROM dated
WHERE error = best_so_far AND (best_before IS NULL OR error < best_before)
ORDER BY series, year, training_flop;
