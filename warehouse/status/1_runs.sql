-- Last runs (of one that was killed the next run says so)
SELECT
    strftime(started_at, '%m-%d %H:%M') AS started,
    if(part_of IS NULL, flow, '  ' || flow) AS flow,
    run_outcome AS outcome,
    printf('%.0f s', epoch(finished_at - started_at)) AS took,
    coalesce(len(string_split(deferred, chr(10))), 0) AS deferred,
    reason
FROM raw_loads
ORDER BY coalesce(part_of, load_id) DESC, load_id
LIMIT 8
