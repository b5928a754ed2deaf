-- What changed since the last release: new, changed and gone figures; how far estimates moved, and because of which rows
SELECT row_id, change, decades_moved, because, column_changed, value_before, value_now, table_name, release_before
FROM out_changes
ORDER BY table_name, abs(coalesce(decades_moved, 0)) DESC, change, row_id, column_changed
