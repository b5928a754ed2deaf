-- What changed since the last release: new, changed and gone figures; how far estimates moved, and because of which rows
SELECT release_before, table_name, row_id, change, column_changed, value_before, value_now, decades_moved, because
FROM out_changes
ORDER BY table_name, abs(coalesce(decades_moved, 0)) DESC, change, row_id, column_changed
