-- What structured sources changed between two nights, newest first; first their largest changes of training compute (--set source=epoch, --set days=7)
SELECT
    c.load_id,
    c.source_id,
    c.table_name,
    coalesce(m.model, s.model, k.name, c.row_id) AS what,
    c.change,
    c.column_changed,
    c.value_before,
    c.value_now
FROM raw_source_changes c
LEFT JOIN raw_models m ON m.model_row_id = c.row_id
LEFT JOIN raw_scores s ON s.result_id = c.row_id
LEFT JOIN raw_chips k ON k.chip_row_id = c.row_id
WHERE c.source_id = coalesce(getvariable('source'), c.source_id)
    AND c.load_id >= strftime(now() - to_days(coalesce(TRY_CAST(getvariable('days') AS INTEGER), 30)), '%Y%m%dT')
ORDER BY
    c.load_id DESC,
    abs(log10(TRY_CAST(c.value_now AS DOUBLE) / nullif(TRY_CAST(c.value_before AS DOUBLE), 0)))
        * (c.column_changed = 'training_flop')::INT DESC NULLS LAST,
    c.source_id,
    what,
    c.column_changed
LIMIT 200
