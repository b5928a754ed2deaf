-- Sources: when each last answered, and what became of asking it last
WITH last_asked AS (
    SELECT * FROM raw_source_runs QUALIFY row_number() OVER (PARTITION BY source_id ORDER BY asked_at DESC) = 1
),
last_answer AS (
    SELECT source_id, max(asked_at) AS asked_at
    FROM raw_source_runs
    WHERE source_outcome IN ('read', 'unchanged')
    GROUP BY source_id
)
SELECT
    r.source_id AS source,
    strftime(a.asked_at, '%Y-%m-%d') AS last_success,
    r.source_outcome AS last_time,
    r.rows_given AS rows,
    r.rows_new + r.documents_new AS new,
    r.rows_changed AS changed,
    r.rows_gone AS gone,
    r.documents_refused AS refused,
    r.documents_waiting AS waiting,
    r.requests
FROM last_asked r
LEFT JOIN last_answer a USING (source_id)
ORDER BY source
