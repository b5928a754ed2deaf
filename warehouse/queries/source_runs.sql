-- How the sources answered, run by run: requests, bytes, rows new, changed and gone, and why something was deferred
SELECT load_id, source_id, source_outcome, requests, bytes_received, rows_given, rows_new, rows_changed, rows_gone,
    documents_new, documents_refused, documents_waiting, reason
FROM raw_source_runs
ORDER BY load_id DESC, source_id
LIMIT 100
