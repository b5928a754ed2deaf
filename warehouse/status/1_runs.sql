-- Last runs
SELECT
    load_id,
    flow,
    started_at,
    CASE WHEN finished_at IS NULL THEN 'not finished (running, or killed)'
         ELSE printf('%.0f s', epoch(finished_at - started_at)) END AS took,
    coalesce(len(string_split(deferred, chr(10))), 0) AS deferred
FROM raw_loads
ORDER BY load_id DESC
LIMIT 6
