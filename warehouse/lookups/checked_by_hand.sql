-- Ids of results and estimates that a person has checked: read by hand (source $source_id), or put right by a correction
SELECT result_id AS row_id FROM raw_observations WHERE source_id = $source_id
UNION
SELECT result_id FROM core_results WHERE correction IS NOT NULL
UNION
SELECT estimate_id FROM core_compute_estimates WHERE source_id = $source_id
UNION
SELECT e.estimate_id
FROM core_compute_estimates e
JOIN core_disclosures d ON contains(e.evidence_ids, d.disclosure_id)
WHERE d.correction IS NOT NULL
ORDER BY row_id
