-- Takes away the rows that count another model's training in, and prefers again the figures in whose place they stood
UPDATE core_compute_estimates AS own
SET is_preferred = TRUE
FROM core_compute_estimates AS whole
WHERE regexp_matches(whole.flag_codes, 'base_added|teacher_added')
    AND NOT coalesce(regexp_matches(own.flag_codes, 'base_added|teacher_added'), FALSE)
    AND own.source_id = whole.source_id
    AND own.paper_id = whole.paper_id
    AND own.model_key = whole.model_key
    AND own.training_set IS NOT DISTINCT FROM whole.training_set
    AND own.method = whole.method
    AND own.evidence_ids IS NOT DISTINCT FROM whole.evidence_ids;

DELETE FROM core_compute_estimates WHERE regexp_matches(flag_codes, 'base_added|teacher_added');
