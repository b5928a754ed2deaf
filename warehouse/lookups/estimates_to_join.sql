-- Every compute estimate; those reckoned from raw_models with the table, year and title of the row that stands first
SELECT e.*, m.source_table, m.year, m.paper_title
FROM core_compute_estimates e
LEFT JOIN raw_models m ON m.source_id = e.source_id AND m.model_row_id = split_part(e.evidence_ids, ' ', 1)
ORDER BY e.estimate_id
