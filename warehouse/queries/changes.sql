-- What changed since the last release
SELECT release_before, table_name, row_id, change, column_changed, value_before, value_now
FROM out_changes
ORDER BY table_name, change, row_id, column_changed
