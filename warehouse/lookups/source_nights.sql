-- How each source answered last, and on how many days since its last answer it was asked in vain (not by a run offline)
WITH asked AS (
    SELECT s.*, coalesce(contains(l.parameters_json, '"offline": true'), false) AS is_offline
    FROM raw_source_runs s
    LEFT JOIN raw_loads l USING (load_id)
),
answered AS (
    SELECT source_id, max(asked_at) AS answered_at
    FROM asked
    WHERE source_outcome IN ('read', 'unchanged', 'in_part')
    GROUP BY source_id
)
SELECT
    a.source_id,
    any_value(w.answered_at) AS answered_at,
    arg_max(a.source_outcome, a.asked_at) AS outcome,
    count(DISTINCT CAST(a.asked_at AS DATE)) FILTER (
        NOT a.is_offline AND (w.answered_at IS NULL OR a.asked_at > w.answered_at)
    ) AS nights_in_vain,
    arg_max(coalesce(a.reason, ''), a.asked_at) AS reason
FROM asked a
LEFT JOIN answered w USING (source_id)
GROUP BY a.source_id
ORDER BY a.source_id
