-- Every compute estimate, and whether a person read it in its paper; those from raw_models with table, year, title and
-- note of the row that stands first, and the name in the other
SELECT e.*, m.source_table, m.year, m.paper_title, m.compute_note, other.model AS other_model,
    coalesce(e.evidence_ids IN (SELECT result_id FROM raw_observations), FALSE) AS is_hand_read
FROM core_compute_estimates e
LEFT JOIN raw_models m ON m.source_id = e.source_id AND m.model_row_id = split_part(e.evidence_ids, ' ', 1)
LEFT JOIN raw_models other ON other.source_id = e.source_id AND other.model_row_id = split_part(e.evidence_ids, ' ', 2)
ORDER BY e.estimate_id
