-- What was quarantined and why, most frequent reason first, with an example
SELECT
    table_name,
    check_name,
    coalesce(column_name, '') AS column_name,
    -- Figures differ from row to row; the words between them are the reason.
    regexp_replace(reason, '[0-9][0-9.,]*', '#', 'g') AS reason,
    count(*) AS rows,
    count(DISTINCT paper_id) AS papers,
    any_value(paper_id ORDER BY quarantine_id) AS example_paper,
    left(any_value(row_json ORDER BY quarantine_id), 200) AS example
FROM core_quarantine
GROUP BY ALL
ORDER BY rows DESC, table_name, check_name, column_name, reason
